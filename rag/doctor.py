"""What would leave this machine under the settings in force, and what is stored where.

Every fact is read from the settings, the environment and the file system at the moment of asking;
no note is opened and no word of a patient is shown. What a user's own programs send is not known
here.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rag.config import Settings, cache_dir
from rag.errors import MedlitError
from rag.offline import PROXIES, hub_allowed, is_offline

TRACING = ("LANGCHAIN_TRACING_V2", "LANGSMITH_TRACING", "LANGCHAIN_TRACING", "LANGSMITH_TRACING_V2")
"""Switches by which langchain sends traces of runs to LangSmith."""
_TRUE = {"1", "true", "yes", "on"}
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Way:
    """A way out of this machine: what it is, whether it is open now, and what may pass it."""

    name: str
    open: bool
    passes: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A place on disk: its mode (``0o700`` as an int), whose text it holds, and what is wrong.

    ``content`` is ``literature``, ``notes``, ``models`` or ``missing``; ``mend`` is a command, or
    "" where nothing is wrong.
    """

    path: Path
    content: str
    mode: int
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Machine:
    """What medlit runs on; ``memory`` and ``free`` are bytes, 0 where the system does not say."""

    python: str
    cores: int
    memory: int
    free: int
    device: str
    dtype: str
    models: tuple[tuple[str, str, bool], ...]
    """Name, task, and whether it is on this machine."""


def ways_out(settings: Settings, environment: Mapping[str, str]) -> tuple[Way, ...]:
    """Return every way by which something could leave, open or closed."""
    offline = is_offline() or settings.offline
    online = "" if not offline else " (closed: offline)"
    generator = settings.generator or "extractive"
    ways = [
        _generator(generator, offline),
        Way("models from the hub", not offline and hub_allowed(),
            f"names of models that are named and not on this machine{online}"),
        Way("fetch, update", not offline,
            f"queries to PubMed and Europe PMC, refused where they hold an identifier{online}"),
    ]  # fmt: skip
    traced = [name for name in TRACING if environment.get(name, "").lower() in _TRUE]
    ways.append(
        Way(
            "LangSmith",
            bool(traced) and not offline,
            f"{traced[0]} is set: your langchain code sends its runs, medlit's retriever does not"
            if traced
            else "no tracing variable is set",
        )
    )
    proxies = sorted(
        name for name in (*PROXIES, *(p.lower() for p in PROXIES)) if environment.get(name)
    )
    ways.append(
        Way(
            "proxy",
            bool(proxies) and not offline,
            f"{', '.join(proxies)}: what goes out goes through it" if proxies else "none is set",
        )
    )
    return tuple(ways)


def _generator(spec: str, offline: bool) -> Way:
    from rag.models.openai_address import read_spec, this_machine

    if not spec.startswith("openai:"):
        return Way("generator", False, f"{spec} runs on this machine")
    try:
        address = read_spec(spec)
    except MedlitError as error:
        return Way("generator", False, f"{error}")
    if this_machine(address.host):
        return Way("generator", False, f"{address.host} is this machine")
    passes = f"to {address.host}: the question de-identified, and published passages; never notes"
    return Way("generator", not offline, passes + (" (closed: offline)" if offline else ""))


def stored(index: Path) -> tuple[Stored, ...]:
    """Return what medlit keeps: the index, and the folder of fetched models.

    An index of notes that others may read is wrong; ``mend`` says how to mend it.
    """
    out = []
    if index.is_dir():
        content = _content(index)
        mode = stat.S_IMODE(index.stat().st_mode)
        loose = content == "notes" and any(_loose(path) for path in (index, *_files(index)))
        mend = f"chmod -R go-rwx {index}" if loose else ""
        out.append(Stored(index, content, mode, mend))
    else:
        out.append(Stored(index, "missing", 0))
    cache = cache_dir()
    if cache.is_dir():
        out.append(Stored(cache, "models", stat.S_IMODE(cache.stat().st_mode)))
    return tuple(out)


def _content(index: Path) -> str:
    from rag.index.reader import IndexReader

    reader = IndexReader.open(index)
    try:
        return reader.manifest.content
    finally:
        reader.close()


def _files(index: Path) -> Iterator[Path]:
    return (path for path in index.rglob("*") if not path.is_symlink())


def _loose(path: Path) -> bool:
    # a file in a folder that nobody else may enter is safe; the folder is looked at too
    return bool(stat.S_IMODE(path.stat().st_mode) & _OTHERS) and path.is_dir()


def machine(index: Path) -> Machine:
    """Return what medlit runs on: cores, memory, device, and which models are here.

    Loads torch to ask for the device.
    """
    from rag.models.catalog import CATALOG
    from rag.models.device import choose
    from rag.models.fetch import is_fetched

    device = choose()
    place = index if index.exists() else Path.cwd()
    return Machine(
        python=".".join(map(str, sys.version_info[:3])),
        cores=len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count() or 1,
        memory=_memory(),
        free=shutil.disk_usage(place).free,
        device=device.torch_name,
        dtype=device.dtype,
        models=tuple((card.name, card.task, is_fetched(card.name)) for card in CATALOG.values()),
    )


def _memory() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        return 0
