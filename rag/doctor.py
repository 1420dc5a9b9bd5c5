"""What this machine is, what medlit would choose on it, and which models are here.

Each part is a ``Section`` of ``Fact``; a fact with a ``problem`` says what is wrong and what
mends it. Nothing is loaded, downloaded or computed with: whether a model's files are sound is
what ``fetch`` and opening check. Memory is that of the weights; a model needs working memory on
top, which grows with the length of what it reads.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from rag.config import Settings, cache_dir
from rag.errors import MedlitError
from rag.version import __version__

_PACKAGES = (
    "torch", "transformers", "tokenizers", "sentence-transformers", "faiss-cpu", "tantivy",
    "numpy", "langchain-core", "xllamacpp", "gguf", "accelerate", "bitsandbytes", "ray",
)  # fmt: skip
_EXTRAS = {
    "xllamacpp": "gguf", "gguf": "gguf", "accelerate": "gguf", "bitsandbytes": "quantize",
    "ray": "ray",
}  # fmt: skip
PARAMETERS = {
    "minilm": 22.7e6,
    "medcpt": 219e6,
    "bge-small": 33.4e6,
    "e5-small": 33.4e6,
    "arctic-s": 33.2e6,
    "multilingual-e5-small": 118e6,
    "multilingual-minilm": 118e6,
    "arctic-l-v2": 568e6,
}
"""Parameters of the embedders of the catalog, as their model cards and configurations say
(medcpt: two encoders)."""
GGUF_BYTES = {"smollm2": 98e6, "qwen-1.5b": 1.07e9}
"""Sizes of the quantised files, which is what their weights take in memory."""
GGUF_PARAMETERS = {"smollm2": 135e6, "qwen-1.5b": 1.78e9}
"""Numbers in those files, which is what ``transformers`` unpacks."""
CACHE_BYTES = {"smollm2": 189e6, "qwen-1.5b": 235e6}
"""Keys and values of 8,192 tokens in 16 bits: 2 · 2 bytes · layers · key heads · their width."""
_BYTES = {"bfloat16": 2, "float16": 2, "float32": 4}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a report; ``problem`` is empty where nothing is wrong."""

    name: str
    value: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Facts under a heading."""

    title: str
    facts: tuple[Fact, ...]


def problems(sections: tuple[Section, ...]) -> list[str]:
    """Return what is wrong, in order."""
    return [fact.problem for section in sections for fact in section.facts if fact.problem]


def examine(index: Path, settings: Settings) -> tuple[Section, ...]:
    """Return what this machine is and what would run on it.

    Args:
        index: the index that would be used; it need not be there.
        settings: what environment and medlit.toml say.
    """
    from rag.doctor_generators import language_models

    return (
        Section("machine", _machine(index)),
        Section("device", _device(settings.device)),
        Section("what would be used", _choices(index, settings)),
        Section("language models", language_models(settings)),
        Section("models of the catalog", _models(settings.device)),
        Section("versions", _versions()),
    )


def gigabytes(size: float) -> str:
    """Return a number of bytes in GB (10⁹) or MB."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"


def _machine(index: Path) -> tuple[Fact, ...]:
    affinity = getattr(os, "sched_getaffinity", None)
    usable = len(affinity(0)) if affinity else os.cpu_count() or 1
    return (
        Fact("python", f"{platform.python_version()} ({sys.executable})"),
        Fact("system", f"{platform.system()} {platform.release()} {platform.machine()}"),
        Fact("cores", f"{usable} usable of {os.cpu_count() or usable}"),
        Fact("memory", _memory()),
        *(
            Fact(f"free disk, {what}", f"{_free(folder)} ({folder})")
            for what, folder in (("index", index), ("models", cache_dir()))
        ),
    )


def _memory() -> str:
    total, free = memory()
    if not total:
        return "unknown"
    return f"{gigabytes(total)}, {gigabytes(free)} available" if free else gigabytes(total)


def memory() -> tuple[float, float]:
    """Return total and available memory in bytes; 0 for what the system does not say."""
    info = Path("/proc/meminfo")
    if info.is_file():
        kib = {
            line.split(":")[0]: float(line.split()[1])
            for line in info.read_text().splitlines()
            if len(line.split()) > 1
        }
        return kib.get("MemTotal", 0) * 1024, kib.get("MemAvailable", 0) * 1024
    try:
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")), 0.0
    except (AttributeError, ValueError, OSError):
        return 0.0, 0.0


def _free(folder: Path) -> str:
    there = next((p for p in (folder.absolute(), *folder.absolute().parents) if p.exists()), None)
    try:
        return gigabytes(shutil.disk_usage(there or Path.cwd()).free)
    except OSError as error:
        return f"unknown ({error.strerror})"


def _device(device: str) -> tuple[Fact, ...]:
    try:
        import torch
    except ImportError as error:
        return (Fact("torch", "cannot be imported", f"torch cannot be imported ({error})"),)

    from rag.models.device import choose

    try:
        chosen = choose(device)
    except MedlitError as error:
        return (Fact("device", device, str(error)),)
    cuda = torch.cuda.device_count() if torch.cuda.is_available() else 0
    gpus = tuple(
        Fact(
            f"GPU {n}",
            f"{torch.cuda.get_device_name(n)}, "
            f"{gigabytes(torch.cuda.get_device_properties(n).total_memory)}, "
            f"{gigabytes(torch.cuda.mem_get_info(n)[0])} free",
        )
        for n in range(cuda)
    )
    return (
        Fact("device", chosen.torch_name),
        Fact("number format", f"{chosen.dtype}: {chosen.reason}"),
        Fact("threads of torch", str(torch.get_num_threads())),
        *(gpus or (Fact("GPU", "none that torch can use"),)),
    )


def _choices(index: Path, settings: Settings) -> tuple[Fact, ...]:
    from rag.doctor_generators import chosen_generator
    from rag.index.generations import current, path
    from rag.index.manifest import load_manifest
    from rag.models.catalog import DEFAULT_EMBEDDER
    from rag.models.verifier import DEFAULT_VERIFIER

    try:
        number = current(index)
        made = load_manifest(path(index, number)).embedder.name if number else ""
        state = f"{index}, generation {number}" if number else f"{index}: none yet"
        found = Fact("index", state)
    except MedlitError as error:
        made, found = "", Fact("index", str(index), str(error))
    embedder = f"{settings.embedder} (set)" if settings.embedder else ""
    if not embedder:
        embedder = f"{made} (made the index)" if made else f"{DEFAULT_EMBEDDER} (the default)"
    verifier = f"{settings.verifier} (set)" if settings.verifier else DEFAULT_VERIFIER
    return (
        found,
        Fact("embedder", embedder),
        chosen_generator(settings),
        Fact("verifier", verifier),
        Fact("reranker", f"{settings.reranker} (set)" if settings.reranker else "none"),
    )


def _models(device: str) -> tuple[Fact, ...]:
    from rag.doctor_generators import need
    from rag.models.catalog import CATALOG
    from rag.models.device import choose

    try:
        width = _BYTES[choose(device).dtype]
    except MedlitError:
        width = _BYTES["float32"]
    facts = []
    for name, card in CATALOG.items():
        said = (
            need(name, device)
            if name in GGUF_BYTES
            else f"{gigabytes(PARAMETERS[name] * width)} of weights in memory"
        )
        facts.append(Fact(name, f"{card.task}, {presence(name)}, {said}"))
    return tuple(facts)


def presence(name: str) -> str:
    """Whether a model of the catalog is here, with the pinned bytes where there are any."""
    from rag.models.fetch import is_fetched

    return "here" if is_fetched(name) else f"not here (medlit fetch model {name})"


def _versions() -> tuple[Fact, ...]:
    facts = [Fact("medlit", __version__)]
    for package in _PACKAGES:
        try:
            version = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            extra = _EXTRAS.get(package)
            version = f"not installed (extra {extra})" if extra else "not installed"
        facts.append(Fact(package, version))
    return tuple(facts)
