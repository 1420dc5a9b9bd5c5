"""What ``doctor`` says of language models: which would write, by what, and whether it fits."""

from __future__ import annotations

import importlib.metadata
import importlib.util
from pathlib import Path

from rag.config import Settings
from rag.doctor import CACHE_BYTES, GGUF_BYTES, GGUF_PARAMETERS, Fact, gigabytes, memory
from rag.errors import MedlitError


def chosen_generator(settings: Settings) -> Fact:
    """Say which generator ``ask`` would use, and why; a problem where it could not."""
    from rag.assistant import EXTRACTIVE, GPU_GENERATOR, choose_generator
    from rag.models.device import choose

    if settings.generator and settings.generator != "auto":
        return Fact("generator", f"{settings.generator} (set)", _lacks(settings.generator))
    try:
        chosen = choose_generator(settings.device)
        kind = choose(settings.device).kind
    except MedlitError as error:
        return Fact("generator", "cannot be chosen", str(error))
    if chosen != EXTRACTIVE:
        why = f"a {kind} device, and the model is here"
    elif kind == "cpu":
        why = "on a CPU verbatim sentences are better and faster"
    else:
        why = f"a {kind} device; `medlit fetch model {GPU_GENERATOR}` brings a language model"
    return Fact("generator", f"{chosen} (auto: {why})")


def language_models(settings: Settings) -> tuple[Fact, ...]:
    """Say how a language model would run here."""
    from rag.models.device import choose, for_language
    from rag.models.quantize import read_quantize

    try:
        device = for_language(choose(settings.device))
    except MedlitError:
        return ()  # said where the device is
    flash = device.kind == "cuda" and importlib.util.find_spec("flash_attn") is not None
    together = "continuous batching" if device.kind == "cuda" else "padded batches of 8"
    facts = [
        Fact("number format", f"{device.dtype}: {device.reason}"),
        Fact("attention", "flash attention 2" if flash else "SDPA, where the model has it"),
        Fact(".gguf files", f"by {_gguf_runtime(settings.device)}"),
        Fact("a file of questions", f"{together} (not .gguf by xllamacpp: one by one)"),
    ]
    if device.gpus > 1:
        facts.append(Fact("large models", f"spread over {device.gpus} GPUs (accelerate)"))
    try:
        bits = read_quantize(settings.quantize)
    except MedlitError as error:
        return (*facts, Fact("quantize", str(settings.quantize), str(error)))
    return (*facts, _quantize(bits, device.kind))


def need(name: str, device: str) -> str:
    """Say what memory a generator of the catalog takes here, and whether it is free."""
    from rag.models.device import choose

    weights = GGUF_BYTES[name]
    try:
        place = choose(device)
        if _gguf_runtime(device).startswith("transformers"):
            weights = GGUF_PARAMETERS[name] * (4 if place.dtype == "float32" else 2)
        free = place.free_bytes() if place.kind == "cuda" else memory()[1]
    except MedlitError:
        free = 0
    total = weights + CACHE_BYTES[name]
    said = f"{gigabytes(weights)} of weights and up to {gigabytes(CACHE_BYTES[name])} of cache"
    if not free:
        return f"{said} in memory"
    fits = "fits" if total < free else f"more than the {gigabytes(free)} that are free"
    return f"{said} in memory: {fits}"


def _gguf_runtime(device: str) -> str:
    """What runs ``.gguf`` files; begins with the name of the runtime."""
    from rag.models.generator_gguf import suits

    if suits(device):
        return "xllamacpp"
    if all(importlib.util.find_spec(package) for package in ("gguf", "accelerate")):
        return "transformers, which unpacks their weights"
    return "nothing (pip install 'medlit[gguf]')"


def _quantize(bits: str | None, kind: str) -> Fact:
    try:
        found = f"bitsandbytes {importlib.metadata.version('bitsandbytes')}"
    except importlib.metadata.PackageNotFoundError:
        found = ""
    if bits is None:
        return Fact("quantize", f"none; {found or 'bitsandbytes is not installed'}")
    missing = "" if found else f"quantize {bits}: run `pip install 'medlit[quantize]'`"
    if kind == "mps":
        missing = f"quantize {bits}: bitsandbytes does not run on Apple GPUs; leave it out"
    return Fact("quantize", f"{bits} (set) by {found or 'bitsandbytes, not installed'}", missing)


def _lacks(spec: str) -> str:
    """What keeps a generator from being used, as far as it is told without opening it."""
    from rag.models.catalog import names
    from rag.models.fetch import is_fetched
    from rag.models.generator_openai import require_allowed

    try:
        require_allowed(spec)
    except MedlitError as error:
        return str(error)
    if spec.lower().endswith(".gguf") and not Path(spec).expanduser().is_file():
        return f"there is no file {spec}; name one that exists"
    if spec in names("generator") and not is_fetched(spec):
        return f"the generator {spec} is not here; run `medlit fetch model {spec}`"
    return ""
