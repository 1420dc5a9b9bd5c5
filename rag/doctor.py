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
    "numpy", "langchain-core", "xllamacpp", "ray",
)  # fmt: skip
_EXTRAS = {"xllamacpp": "gguf", "ray": "ray"}
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
    return (
        Section("machine", _machine(index)),
        Section("device", _device(settings.device)),
        Section("what would be used", _choices(index, settings)),
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
    """Total and available memory; Linux says both, other systems the total at most."""
    info = Path("/proc/meminfo")
    if info.is_file():
        kib = {
            line.split(":")[0]: float(line.split()[1])
            for line in info.read_text().splitlines()
            if len(line.split()) > 1
        }
        total, free = kib.get("MemTotal", 0) * 1024, kib.get("MemAvailable", 0) * 1024
        return f"{gigabytes(total)}, {gigabytes(free)} available"
    try:
        return gigabytes(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, ValueError, OSError):
        return "unknown"


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
            f"{gigabytes(torch.cuda.get_device_properties(n).total_memory)}",
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
        _generator(settings),
        Fact("verifier", verifier),
        Fact("reranker", f"{settings.reranker} (set)" if settings.reranker else "none"),
    )


def _generator(settings: Settings) -> Fact:
    """Which generator ``ask`` would use, and why."""
    from rag.assistant import EXTRACTIVE, GPU_GENERATOR, choose_generator
    from rag.models.device import choose

    if settings.generator and settings.generator != "auto":
        return Fact("generator", f"{settings.generator} (set)")
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


def _models(device: str) -> tuple[Fact, ...]:
    from rag.models.catalog import CATALOG
    from rag.models.device import choose

    try:
        width = _BYTES[choose(device).dtype]
    except MedlitError:
        width = _BYTES["float32"]
    facts = []
    for name, card in CATALOG.items():
        parameters = PARAMETERS.get(name)
        size = parameters * width if parameters else GGUF_BYTES.get(name)
        need = f", {gigabytes(size)} of weights in memory" if size else ""
        facts.append(Fact(name, f"{card.task}, {_presence(name)}{need}"))
    return tuple(facts)


def _presence(name: str) -> str:
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
