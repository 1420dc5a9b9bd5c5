"""A run of training on disk: where it may write, whether it goes on, and what it can compute.

DIR/checkpoints/    what an interrupted run goes on from; removed when it is done
DIR/run.json        what the run was asked for; another request does not go on from it
DIR/loss.png, DIR/README.md, and the model's own files
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import importlib.util
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import ModelError, UsageError
from rag.progress import Progress

if TYPE_CHECKING:
    from rag.models.device import Device

CHECKPOINTS = "checkpoints"
RUN = "run.json"
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


def fingerprint(settings: Mapping[str, object], texts: Iterable[str]) -> str:
    """Return a hash of what decides over a run: its settings and its data, in order."""
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True, default=str).encode())
    for text in texts:
        digest.update(text.encode("utf-8", "replace") + b"\0")
    return digest.hexdigest()


def begin(out: Path, mark: str) -> Path | None:
    """Make a run's folder, and say where to go on.

    Args:
        out: the folder.
        mark: see ``fingerprint``.

    Returns:
        The last checkpoint of the same run; ``None`` where it begins.

    Raises:
        UsageError: the folder holds a model, or checkpoints of another run.
    """
    folder = out / CHECKPOINTS
    if out.is_file() or (out.is_dir() and any(out.glob("*.safetensors"))):
        raise UsageError(f"{out} holds a model already; name another --out, or delete it")
    if folder.is_dir() and _mark(out) != mark:
        raise UsageError(
            f"{out} holds checkpoints of a run with other data or settings; name another --out, "
            f"or delete {folder} to begin anew"
        )
    out.mkdir(parents=True, exist_ok=True)
    (out / RUN).write_text(json.dumps({"fingerprint": mark}) + "\n", encoding="utf-8")
    found = [
        path
        for path in folder.glob("checkpoint-*")
        # the state is the last file that is written
        if (path / "trainer_state.json").is_file() and path.name.rpartition("-")[2].isdigit()
    ]
    return max(found, key=lambda path: int(path.name.rpartition("-")[2]), default=None)


def _mark(out: Path) -> str:
    try:
        return str(json.loads((out / RUN).read_text(encoding="utf-8"))["fingerprint"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def precision_of(device: Device) -> dict[str, Any]:
    """Return the arguments of ``transformers`` for a device: bf16 where it computes that."""
    return {
        "bf16": device.dtype == "bfloat16",
        "fp16": device.kind == "cuda" and device.dtype == "float16",
        "use_cpu": device.kind == "cpu",
    }


def reporter(progress: Progress, stage: str) -> Any:
    """Return a callback of ``transformers`` that tells ``progress``, and keeps the losses.

    Its ``losses`` are (step, loss) in order, those before a resumption included.
    """
    from transformers import TrainerCallback

    class Reporter(TrainerCallback):
        def __init__(self) -> None:
            self.losses: list[tuple[int, float]] = []

        def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            self.losses = [(r["step"], r["loss"]) for r in state.log_history if "loss" in r]
            progress.start(stage, state.max_steps, "steps")
            progress.advance(state.global_step)

        def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            progress.advance(1)

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
