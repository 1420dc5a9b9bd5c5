"""From which files and folders an index was made."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from rag.index.store import Store
from rag.index.stores import active

_KEY = "folders"


def known_files(directory: Path) -> frozenset[str]:
    """Return the names of the files that were read to their end."""
    store = Store(active(directory) / "articles.sqlite")
    try:
        return frozenset(
            name for (name,) in store.db.execute("SELECT file FROM sources WHERE complete = 1")
        )
    finally:
        store.close()


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
