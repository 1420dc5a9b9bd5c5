"""A run of training on disk: where it may write, whether it goes on, and what it can compute.

DIR/checkpoints/    what an interrupted run goes on from; removed when it is done
DIR/run.json        what the run was asked for, so that another request does not go on from it, and
                    what the training did, once it is over; removed when all is measured and told
DIR/loss.png, DIR/README.md, and the model's own files
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import importlib.util
import io
import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import ModelError, UsageError
from rag.models.fetch import LocalModel
from rag.models.folder import weight_files
from rag.models.hashes import sha256_of_files
from rag.progress import Progress

if TYPE_CHECKING:
    from transformers import Trainer

    from rag.models.device import Device

CHECKPOINTS = "checkpoints"
RUN = "run.json"
STATE = "trainer_state.json"
"""The last file that is written of a checkpoint."""
SAVES = 10
"""Checkpoints of a run, about."""
LOGS = 40
"""Rows of its losses, about."""
_NOT_OURS = ("PrinterCallback", "ProgressCallback", "SentenceTransformerModelCardCallback")
"""Callbacks that print or look for examples for a card: medlit has a bar and a card of its own."""
EXTRA = ("accelerate", "datasets", "matplotlib", "peft")


def require_extra() -> None:
    """Refuse to begin without the packages of the extra ``train``.

    Raises:
        ModelError: one of them is not installed.
    """
    missing = [name for name in EXTRA if importlib.util.find_spec(name) is None]
    if missing:
        raise ModelError(f"training needs {', '.join(missing)}: pip install 'medlit[train]'")


def import_trainers() -> None:
    """Import the trainers of ``transformers`` without the line that they print offline.

    It tells of a service of others, on stdout, where the result stands.
    """
    with contextlib.redirect_stdout(io.StringIO()):
        importlib.import_module("transformers.integrations.integration_utils")


def fingerprint(settings: Mapping[str, object], base: LocalModel, texts: Iterable[str]) -> str:
    """Return a hash of what decides over a run: its settings, its base, its data in order.

    Of the base the weights count too: another model may lie in its folder by now.

    Raises:
        ModelError: they cannot be read.
    """
    files = [base.path] if base.path.is_file() else weight_files(base.path)
    asked = {**settings, "base": base.spec, "weights": sha256_of_files(files)}
    digest = hashlib.sha256(json.dumps(asked, sort_keys=True, default=str).encode())
    for text in texts:
        digest.update(text.encode("utf-8", "replace") + b"\0")
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Begun:
    """Where a run stands.

    Attributes:
        last: its last checkpoint; ``None`` where it begins.
        done: what ``trained`` was given, where the training is over and the rest is not.
    """

    last: Path | None = None
    done: Mapping[str, Any] | None = None


def require_free(out: Path) -> None:
    """Refuse a folder in which a run would write over something; before any work is done.

    Raises:
        UsageError: it is a file or below one, or holds a model or other files and no run that goes
            on.
    """
    for one in (out, *out.parents):
        if one.is_file():
            raise UsageError(f"{one} is a file; --out takes a folder")
    if not out.is_dir() or "fingerprint" in _known(out):
        return
    if any(out.glob("*.safetensors")):
        raise UsageError(f"{out} holds a model already; name another --out, or delete it")
    if any(not one.name.startswith(".") for one in out.iterdir()):
        raise UsageError(f"{out} holds other files; name a new folder as --out")


def begin(out: Path, mark: str) -> Begun:
    """Make a run's folder, and say where to go on.

    Args:
        out: the folder.
        mark: see ``fingerprint``.

    Raises:
        UsageError: see ``require_free``; or the folder holds another run that got somewhere.
    """
    require_free(out)
    known = _known(out)
    found = [
        path
        for path in (out / CHECKPOINTS).glob("checkpoint-*")
        # the state is the last file that is written
        if (path / STATE).is_file() and path.name.rpartition("-")[2].isdigit()
    ]
    if known.get("fingerprint") != mark:
        if found or "trained" in known:
            raise UsageError(
                f"{out} holds a run with other data or settings that is not finished; name "
                "another --out, or delete the folder to begin anew"
            )
        known = {"fingerprint": mark}
        _write(out, known)
    last = max(found, key=lambda path: int(path.name.rpartition("-")[2]), default=None)
    done = known.get("trained")
    if done is not None:
        done["losses"] = tuple((int(step), float(loss)) for step, loss in done["losses"])
    return Begun(last, done)


def trained(out: Path, what: Mapping[str, Any]) -> None:
    """Note that the training is over and the model is written; only then is it."""
    _write(out, _known(out) | {"trained": dict(what)})


def finish(out: Path) -> None:
    """Remove what only a run that is not finished needs."""
    shutil.rmtree(out / CHECKPOINTS, ignore_errors=True)
    (out / RUN).unlink(missing_ok=True)


def _write(out: Path, known: Mapping[str, Any]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    half = out / f"{RUN}.part"
    half.write_text(json.dumps(known) + "\n", encoding="utf-8")
    half.replace(out / RUN)


def _known(out: Path) -> dict[str, Any]:
    try:
        known = json.loads((out / RUN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def steps_line(steps: int, first: int, seconds: float) -> str:
    """Say how long steps took, and which of them where a run was interrupted."""
    if first:
        return f"{steps:,} steps, the last {steps - first:,}, after a break, in {seconds:,.0f} s"
    return f"{steps:,} steps in {seconds:,.0f} s"


def arguments_of(out: Path, steps: int, rate: float, seed: int, device: Device) -> dict[str, Any]:
    """Return what the two trainers are told alike, as arguments of ``transformers``.

    A tenth of the steps warms up; ten checkpoints, of which the last is kept; bf16 where the
    device computes that.
    """
    each = max(1, steps // LOGS)
    return {
        "output_dir": str(out / CHECKPOINTS),
        "max_steps": steps,
        "learning_rate": rate,
        "warmup_steps": max(1, steps // 10),
        "seed": seed,
        "data_seed": seed,
        "logging_steps": each,
        # a checkpoint falls on a row of the losses, so that no part of a mean is lost
        "save_steps": each * max(1, steps // (SAVES * each)),
        "save_total_limit": 1,
        "disable_tqdm": True,
        "report_to": "none",
        "dataloader_pin_memory": device.kind == "cuda",
        "bf16": device.dtype == "bfloat16",
        "fp16": device.kind == "cuda" and device.dtype == "float16",
        "use_cpu": device.kind == "cpu",
    }


def watch(trainer: Trainer, progress: Progress) -> Any:
    """Put a callback in the place of those that print, and return it; see ``reporter``."""
    for one in list(trainer.callback_handler.callbacks):
        if type(one).__name__ in _NOT_OURS:
            trainer.remove_callback(one)
    told = reporter(progress, "training")
    trainer.add_callback(told)
    return told


def reporter(progress: Progress, stage: str) -> Any:
    """Return a callback of ``transformers`` that tells ``progress``, and keeps the losses.

    Its ``losses`` are (step, loss) in order, those before a resumption included; ``first`` is how
    many steps had been done before it.
    """
    from transformers import TrainerCallback

    class Reporter(TrainerCallback):
        def __init__(self) -> None:
            self.losses: list[tuple[int, float]] = []
            self.first = 0

        def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            self.losses = [(r["step"], r["loss"]) for r in state.log_history if "loss" in r]
            progress.start(stage, state.max_steps, "steps")
            self.first = state.global_step
            progress.advance(state.global_step)

        def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            progress.advance(1)
            if state.global_step >= state.max_steps:
                # the model itself is written now; from a checkpoint at the end the trainer would
                # go on with a step too many
                control.should_save = False

        def on_log(
            self, args: Any, state: Any, control: Any, logs: Any = None, **kwargs: Any
        ) -> None:
            if logs and "loss" in logs:
                self.losses.append((state.global_step, float(logs["loss"])))
                progress.note(
                    f"step {state.global_step} of {state.max_steps}, loss {float(logs['loss']):.4f}"
                )

        def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            progress.finish()

    return Reporter()
