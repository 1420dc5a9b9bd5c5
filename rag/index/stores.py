"""Where the store of an index lies: ``store``, or ``store-N`` since generation N compacted it."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

from rag.errors import IndexDamaged
from rag.index import generations

FIRST = "store"
_NAME = re.compile(r"store(?:-(\d{6,}))?$")


def numbered(number: int) -> str:
    """Return the name of the store that the compaction to a generation makes."""
    return f"{FIRST}-{number:06d}"


def active(directory: Path) -> Path:
    """Return the store that a writer goes on with.

    It is the one that the generation in force names. Where none can be read it is the newest:
    a compaction that was killed before its switch had completed its copy.
    """
    try:
        number = generations.current(directory)
        named = named_by(generations.path(directory, number)) if number is not None else None
    except IndexDamaged:
        named = None
    if named is not None and (directory / named).is_dir():
        return directory / named
    return directory / max(names(directory), key=_order, default=FIRST)


def named_by(generation: Path) -> str | None:
    """Return the store that a generation's manifest names, ``None`` where it is unreadable."""
    try:
        data = json.loads((generation / "manifest.json").read_text(encoding="utf-8"))
        name = data.get("store", FIRST)
    except (OSError, ValueError, AttributeError):
        return None
    return name if isinstance(name, str) and _NAME.match(name) else None


def names(directory: Path) -> list[str]:
    """Return the names of all stores in an index."""
    return [entry.name for entry in directory.iterdir() if _NAME.match(entry.name)]


def unused(directory: Path) -> list[Path]:
    """Return the stores that no generation names; none where a manifest cannot be read."""
    folders = generations.numbers(directory)
    if not folders:
        return []
    used = {named_by(generations.path(directory, n)) for n in folders}
    if None in used:
        return []
    return [directory / name for name in names(directory) if name not in used]


def sweep(directory: Path, keep: int = generations.KEPT) -> None:
    """Remove what is unfinished, old generations, and the stores that none is left of."""
    generations.sweep(directory, keep)
    for folder in unused(directory):
        if folder != active(directory):
            shutil.rmtree(folder, ignore_errors=True)


def _order(name: str) -> int:
    match = _NAME.match(name)
    return int(match[1]) if match and match[1] else 0
