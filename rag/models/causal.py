"""A causal language model of ``transformers`` on the device that suits it.

Half precision where the device computes it, flash attention where its package is there, 8 or 4
bits where asked for, several GPUs where one does not hold the weights.
"""

from __future__ import annotations

import importlib.util
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import ModelError, OutOfMemory
from rag.models.device import Device, choose, for_language
from rag.models.fetch import LocalModel
from rag.models.folder import read_config, trained_window, weight_files
from rag.models.hub import loading
from rag.models.quantize import NO_BITS, SHARE, Quantize, quantization

_DEFAULT_CONTEXT = 2048
_WRITERS = ("ForCausalLM", "LMHeadModel", "ForConditionalGeneration")
"""How the names of classes end that write a text."""
_FULL = 0.8
"""Share of the free memory that weights may take; what is read and written needs the rest."""


@dataclass(frozen=True, slots=True)
class Causal:
    """A loaded model with its tokenizer.

    ``model`` and ``tokenizer`` are objects of ``transformers``, whose types say nothing.
    """

    model: Any
    tokenizer: Any
    device: Device
    files: tuple[Path, ...]
    """The files of the weights."""

    @property
    def context_tokens(self) -> int:
        """Tokens of prompt and answer together that the model takes."""
        positions = getattr(self.model.config, "max_position_embeddings", None)
        most = positions if isinstance(positions, int) else _DEFAULT_CONTEXT
        trained = trained_window(self.files[0]) if self.files else None
        return min(most, trained or most)

    @property
    def ends(self) -> list[int]:
        """Tokens that end a text."""
        ends = self.model.generation_config.eos_token_id
        if ends is None:
            ends = self.tokenizer.eos_token_id
        if ends is None:
            return []
        return list(ends) if isinstance(ends, list) else [ends]

    @property
    def padding(self) -> int:
        """The token that fills up a batch; it is masked."""
        padding = self.tokenizer.pad_token_id
        return padding if isinstance(padding, int) else next(iter(self.ends), 0)


def require_writer(model: LocalModel) -> None:
    """Refuse a folder with a model of another kind, which would get a head drawn by chance.

    Raises:
        ModelError: it is one.
    """
    if not (model.path / "config.json").is_file():
        return
    kinds = read_config(model.path).get("architectures")
    if isinstance(kinds, list) and kinds and not any(str(k).endswith(_WRITERS) for k in kinds):
        raise ModelError(
            f"{model.spec} is no generator but a {kinds[0]}; name a language model, as smollm2"
        )


def load_causal(
    model: LocalModel, device: str = "auto", quantize: Quantize | None = None
) -> Causal:
    """Load a folder or a ``.gguf`` file, whose weights are then dequantised.

    Raises:
        OutOfMemory: the weights do not fit.
        ModelError: it cannot be loaded, or a package that it needs is missing.
    """
    from transformers import AutoTokenizer

    require_writer(model)
    path = model.path
    one_file = path.is_file()
    if one_file:
        _require_gguf(model.spec)
        if quantize is not None:
            raise ModelError(f"{model.spec} is quantised already; {NO_BITS}")
    where = for_language(choose(device))
    folder = path.parent if one_file else path
    gguf = {"gguf_file": path.name} if one_file else {}
    with loading(path):
        tokenizer = AutoTokenizer.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False, **gguf
        )
    files = (path,) if one_file else tuple(weight_files(path))
    placed = placement(where, sum(f.stat().st_size for f in files), quantize, model.spec)
    options = {
        "dtype": where.torch_dtype,
        "local_files_only": True,
        "trust_remote_code": False,
        "use_safetensors": None if one_file else True,
        **gguf,
        **placed,
    }
    with loading(path):
        try:
            loaded = _load(folder, options, where)
            if "device_map" not in placed:
                loaded = loaded.to(where.torch_name)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            raise OutOfMemory(
                f"{model.spec} does not fit into the memory of {where.torch_name}; load it with "
                "--quantize 8bit or 4bit, use a smaller model or a .gguf file"
            ) from error
    return Causal(loaded.eval(), tokenizer, where, files)


def placement(device: Device, weights: int, quantize: Quantize | None, spec: str) -> dict[str, Any]:
    """Return the arguments of ``from_pretrained`` that say where the weights go, and how.

    Args:
        device: where the model runs.
        weights: bytes of its files.
        quantize: bits of the weights in memory.
        spec: what the user named, for the message.

    Raises:
        ModelError: a package is missing.
    """
    placed: dict[str, Any] = {}
    if quantize is not None:
        placed["quantization_config"] = quantization(quantize, device, spec)
        placed["device_map"] = {"": device.torch_name}
    if device.gpus > 1:
        need = weights * (SHARE[quantize] if quantize else 1.0)
        if need > _FULL * device.free_bytes():
            if importlib.util.find_spec("accelerate") is None:
                raise ModelError(
                    f"{spec} does not fit into one GPU; run `pip install accelerate` to spread it "
                    f"over {device.gpus}, or load it with --quantize 4bit"
                )
            placed["device_map"] = "auto"
    return placed


def is_out_of_memory(error: BaseException) -> bool:
    """True where an error of torch means that memory ran out; only CUDA has a class for it."""
    import torch

    if isinstance(error, (torch.OutOfMemoryError, MemoryError)):
        return True
    said = str(error).lower()
    return isinstance(error, RuntimeError) and (
        "out of memory" in said or "can't allocate memory" in said
    )


def free_memory(error: BaseException) -> None:
    """Let go of what a failed computation holds, so that a smaller one finds room.

    The error is kept by who handles it, and with it every tensor of the frames that it passed.
    """
    import torch

    traceback.clear_frames(error.__traceback__)
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _load(folder: Path, options: dict[str, Any], device: Device) -> Any:
    from transformers import AutoModelForCausalLM

    flash = device.kind == "cuda" and importlib.util.find_spec("flash_attn") is not None
    if flash and device.dtype != "float32":
        try:
            return AutoModelForCausalLM.from_pretrained(
                folder, attn_implementation="flash_attention_2", **options
            )
        except (ImportError, ValueError):
            pass  # a model without it, or a build for another version of torch
    # SDPA, where the architecture has it
    return AutoModelForCausalLM.from_pretrained(folder, **options)


def _require_gguf(spec: str) -> None:
    # transformers reads the file with gguf and builds the model with accelerate
    if any(importlib.util.find_spec(name) is None for name in ("gguf", "accelerate")):
        raise ModelError(f"{spec} is a GGUF file; run `pip install 'medlit[gguf]'` to use it")
