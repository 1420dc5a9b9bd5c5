"""What the files of a model's folder say: pooling, prompts, window, and who can run it.

Reads the JSON that ``sentence-transformers`` writes (``modules.json``, ``1_Pooling``,
``sentence_bert_config.json``, ``config_sentence_transformers.json``), in its old and new
forms. A folder without them is a plain transformer and gets mean pooling. What this module
does not recognise is left to the ``sentence-transformers`` library itself (``library``).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from rag.errors import ModelError
from rag.models.catalog import Pooling

_WINDOW_FILE = "medlit.json"
_DEFAULT_WINDOW = 512
_KNOWN_MODULES = ("Transformer", "Pooling", "Normalize")
# these count positions from the padding id on, so that two fewer tokens fit
_OFFSET_POSITIONS = {"roberta": 2, "xlm-roberta": 2, "camembert": 2, "mpnet": 2, "longformer": 2}


@dataclass(frozen=True, slots=True)
class Layout:
    """How an embedder's folder wants to be run."""

    transformer: Path
    pooling: Pooling
    query_prompt: str
    document_prompt: str
    max_tokens: int
    library: bool
    """Only the ``sentence-transformers`` library can run it."""


def read_layout(folder: Path) -> Layout:
    """Read an embedder's folder.

    Raises:
        ModelError: a file is not readable JSON.
    """
    modules = _modules(folder / "modules.json")
    kinds = [str(module.get("type", "")).rpartition(".")[2] for module in modules]
    paths = [str(module.get("path", "")) for module in modules]
    transformer = folder / paths[0] if paths else folder
    pooling: Pooling | None = "mean"
    if "Pooling" in kinds:
        pooling = _pooling(folder / paths[kinds.index("Pooling")] / "config.json")
    settings = _optional(transformer / "sentence_bert_config.json")
    config = _optional(transformer / "config.json")
    query, document = _prompts(_optional(folder / "config_sentence_transformers.json"))
    library = (
        pooling is None
        or any(kind not in _KNOWN_MODULES for kind in kinds)
        or (bool(kinds) and kinds[:2] != ["Transformer", "Pooling"])
        or settings.get("do_lower_case") is True
        or config.get("is_encoder_decoder") is True
    )
    return Layout(
        transformer=transformer,
        pooling=pooling or "mean",
        query_prompt=query,
        document_prompt=document,
        max_tokens=_window(settings, config, _optional(transformer / "tokenizer_config.json")),
        library=library,
    )


def read_json(path: Path) -> object:
    """Read a JSON file.

    Raises:
        ModelError: it is not readable.
    """
    try:
        data: object = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ModelError(f"{path} cannot be read ({error}); fetch the model again") from error
    return data


def read_config(folder: Path) -> dict[str, object]:
    """Read ``config.json`` of a model folder, which must be there."""
    return _object(folder / "config.json")


def window_of(folder: Path) -> int:
    """Tokens that a transformer folder takes, special tokens included."""
    return _window(
        _optional(folder / "sentence_bert_config.json"),
        _optional(folder / "config.json"),
        _optional(folder / "tokenizer_config.json"),
    )


def write_window(folder: Path, tokens: int) -> None:
    """Note in a trained model's folder how many tokens its prompts and answers had at most."""
    text = json.dumps({"window_tokens": tokens})
    (folder / _WINDOW_FILE).write_text(text + "\n", encoding="utf-8")


def trained_window(model: Path) -> int | None:
    """Return what ``write_window`` noted for a folder, or for a file in it.

    Raises:
        ModelError: the note is not readable.
    """
    tokens = _optional((model if model.is_dir() else model.parent) / _WINDOW_FILE).get(
        "window_tokens"
    )
    return tokens if isinstance(tokens, int) and tokens > 0 else None


def weight_files(folder: Path) -> list[Path]:
    """The safetensors files of a folder and its modules, in a fixed order."""
    # not deeper: a training run leaves checkpoints below its result
    modules = folder.glob("[0-9]*_*/*.safetensors")
    return [*sorted(folder.glob("*.safetensors")), *sorted(modules)]


def _object(path: Path) -> dict[str, object]:
    data = read_json(path)
    if not isinstance(data, dict):
        raise ModelError(f"{path} does not hold what it should; fetch the model again")
    return data


def _optional(path: Path) -> dict[str, object]:
    return _object(path) if path.is_file() else {}


def _modules(path: Path) -> list[dict[str, object]]:
    data = read_json(path) if path.is_file() else []
    if not isinstance(data, list) or not all(isinstance(module, dict) for module in data):
        raise ModelError(f"{path} does not hold what it should; fetch the model again")
    return data


def _pooling(path: Path) -> Pooling | None:
    config = _optional(path)
    if config.get("include_prompt", True) is not True:
        return None  # the prompt's tokens are left out of the mean: rare, so left to the library
    modes = {
        "pooling_mode_mean_tokens": "mean",
        "pooling_mode_cls_token": "cls",
        "pooling_mode_lasttoken": "last",
    }
    chosen = [modes.get(k, "") for k, v in config.items() if k.startswith("pooling_mode_") and v]
    if "pooling_mode" in config:
        chosen = [str(config["pooling_mode"]).replace("lasttoken", "last")]
    known: dict[str, Pooling] = {"mean": "mean", "cls": "cls", "last": "last"}
    return known.get(chosen[0]) if len(chosen) == 1 else None


def _prompts(config: dict[str, object]) -> tuple[str, str]:
    prompts = config.get("prompts")
    if not isinstance(prompts, dict):
        return "", ""
    default = str(prompts.get(config.get("default_prompt_name"), ""))
    query = str(prompts.get("query", default))
    for name in ("document", "passage", "corpus"):
        if name in prompts:
            return query, str(prompts[name])
    return query, default


def _window(
    settings: dict[str, object], config: dict[str, object], tokenizer: dict[str, object]
) -> int:
    stated = settings.get("max_seq_length")
    if isinstance(stated, int):
        return stated
    limits = []
    positions = config.get("max_position_embeddings")
    if isinstance(positions, int):
        limits.append(positions - _OFFSET_POSITIONS.get(str(config.get("model_type")), 0))
    longest = tokenizer.get("model_max_length")
    # a tokenizer without a limit says 10^30
    if isinstance(longest, int) and longest < 10**6:
        limits.append(longest)
    return min(limits, default=_DEFAULT_WINDOW)
