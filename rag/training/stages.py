"""The loop of the verifier's training: stages one after the other, and on from a checkpoint.

DIR/checkpoint-STEP/state.safetensors       weights, moments of AdamW, state of dropout
DIR/checkpoint-STEP/trainer_state.json      the losses up to there; written last (``runs.begin``)

Steps count through all stages. What follows a break is what would have followed without it, to
the last bit on a CPU with as many threads: the order of batches is drawn anew from its seed.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.progress import Progress
from rag.training.network import Course, Network, Stage
from rag.training.runs import LOGS, SAVES, STATE

_WEIGHTS = "state.safetensors"


@dataclass(frozen=True, slots=True)
class Done:
    """What the loop did.

    Attributes:
        losses: (step, mean loss since the one before).
        steps: all of them.
        first: steps that had been done when it went on.
        seconds: that the steps since then took.
    """

    losses: tuple[tuple[int, float], ...]
    steps: int
    first: int
    seconds: float


def train_stages(
    network: Network,
    stages: Sequence[Stage],
    checkpoints: Path,
    last: Path | None,
    progress: Progress,
) -> Done:
    """Train a network by stages; it is left without dropout.

    Args:
        network: as it is built, also where a checkpoint is gone on from.
        stages: one or more.
        checkpoints: folder of the checkpoints, of which the last is kept.
        last: the checkpoint to go on from.
        progress: told of steps and losses.
    """
    courses = [Course(network, stage) for stage in stages]
    plan = [(course, at) for course in courses for at in range(course.steps)]
    # a checkpoint always falls on a row of the losses, so that no part of a mean is lost
    each = max(1, len(plan) // LOGS)
    save = each * (LOGS // SAVES)
    first, losses = 0, list[tuple[int, float]]()
    if last is not None:
        first, losses = _read(last, plan)
    progress.start("training", len(plan), "steps")
    progress.advance(first)
    network.train(True)
    started, since = time.perf_counter(), list[float]()
    for step, (course, at) in enumerate(plan[first:], first + 1):
        since.append(course.step(at))
        progress.advance(1)
        if step % each == 0 or step == len(plan):
            losses.append((step, sum(since) / len(since)))
            since.clear()
            progress.note(f"step {step} of {len(plan)}, loss {losses[-1][1]:.4f}")
        if step % save == 0 and step < len(plan):
            _write(checkpoints, step, course, losses)
    network.train(False)
    progress.finish()
    return Done(tuple(losses), len(plan), first, round(time.perf_counter() - started, 3))


def _write(
    checkpoints: Path, step: int, course: Course, losses: Sequence[tuple[int, float]]
) -> None:
    from safetensors.torch import save_file

    made = checkpoints / f"checkpoint-{step}"
    made.mkdir(parents=True, exist_ok=True)
    save_file(course.state(), made / _WEIGHTS)
    half = made / f"{STATE}.part"
    half.write_text(json.dumps({"step": step, "losses": losses}) + "\n", encoding="utf-8")
    half.replace(made / STATE)
    for other in checkpoints.iterdir():
        if other != made:
            shutil.rmtree(other)


def _read(last: Path, plan: Sequence[tuple[Course, int]]) -> tuple[int, list[tuple[int, float]]]:
    from safetensors.torch import load_file

    told = json.loads((last / STATE).read_text(encoding="utf-8"))
    step = int(told["step"])
    plan[step - 1][0].restore(load_file(last / _WEIGHTS))
    return step, [(int(at), float(loss)) for at, loss in told["losses"]]
