"""From which files and folders an index was made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rag.index.store import Store
from rag.index.stores import active

_KEY = "folders"


@dataclass(frozen=True, slots=True)
class Read:
    """What an index has read.

    Attributes:
        whole: names of files that were read to their end, with the sizes that they had.
        cut: names of files that ended too early, of which no whole one was read since.
        places: where files lay, see ``place_of``.
    """

    whole: dict[str, set[int]]
    cut: frozenset[str]
    places: frozenset[str]


def read_files(directory: Path) -> Read:
    """Return what the index at ``directory`` has read."""
    whole: dict[str, set[int]] = {}
    cut, places = set(), set()
    store = Store(active(directory) / "articles.sqlite")
    try:
        rows = store.db.execute("SELECT file, bytes, place, complete, cut FROM sources").fetchall()
    finally:
        store.close()
    for name, size, place, complete, ended in rows:
        places.add(place)
        if ended:
            cut.add(name)
        elif complete:
            whole.setdefault(name, set()).add(size)
    return Read(whole, frozenset(cut - set(whole)), frozenset(places))


def place_of(path: Path) -> str:
    """Return what stands for the place of a file, which is nobody's business, in an index."""
    return hashlib.sha256(str(path.resolve()).encode("utf-8", "replace")).hexdigest()[:16]


def remembered_folders(directory: Path) -> list[Path]:
    """Return the folders whose files were ingested, as far as they are still there."""
    store = Store(active(directory) / "articles.sqlite")
    try:
        stated = json.loads(store.meta(_KEY) or "[]")
    finally:
        store.close()
    return [path for text in stated if (path := Path(text)).is_dir()]


def remember_folders(store: Store, paths: Iterable[Path]) -> None:
    """Remember where files came from: folders, and the folders of files."""
    stated = json.loads(store.meta(_KEY) or "[]")
    folders = {str((p if p.is_dir() else p.parent).resolve()) for p in paths}
    store.set_meta(_KEY, json.dumps(sorted({*stated, *folders})))
