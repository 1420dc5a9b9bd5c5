"""Indexes of an earlier format become this one's, in place and without embedding again.

One function brings an index from format N to N + 1; the store's own version says which is
next and is raised last, so that a migration that was killed is simply done again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from rag.errors import IndexDamaged, IndexMismatch
from rag.index import generations, stores
from rag.index.checksums import write_checksums
from rag.index.opening import store_version
from rag.index.schema import SCHEMA_VERSION
from rag.index.store import Store
from rag.index.vectors import VectorFile
from rag.index.vectorsums import sum_all
from rag.progress import Progress


def format_of(directory: Path) -> int | None:
    """Return the format of an index's store, ``None`` where there is no store."""
    file = stores.active(directory) / "articles.sqlite"
    if not file.exists():
        return None
    return store_version(file) or None


def migrate(directory: Path, progress: Progress) -> list[int]:
    """Bring an index to this format; return the formats that it had. The caller has the lock.

    Raises:
        IndexMismatch: there is no way from its format to this one.
    """
    passed: list[int] = []
    while (version := format_of(directory)) is not None and version != SCHEMA_VERSION:
        step = MIGRATIONS.get(version)
        if step is None:
            raise IndexMismatch(
                f"the index at {directory} has format {version}, this medlit writes "
                f"{SCHEMA_VERSION} and knows no way there; ingest the literature again into a "
                "new folder, or use the medlit that made it"
            )
        progress.note(f"{directory}: index format {version} becomes {version + 1}")
        step(directory)
        passed.append(version)
    return passed


def _add_checksums(directory: Path) -> None:
    """Format 5: checksums of pages, vectors and files; manifests name their store."""
    store = Store(directory / stores.FIRST / "articles.sqlite", writable=True, migrating=True)
    try:
        # what is summed from now on counts as right: it must be so
        (said,) = store.db.execute("PRAGMA quick_check(1)").fetchone()
        if said != "ok":
            raise IndexDamaged(f"{store.path} is damaged ({said}); restore it from a copy")
        embedder = json.loads(store.meta("embedder") or "{}")
        if embedder:
            sum_all(store, VectorFile(store.path.parent / "vectors.f16", embedder["dimension"]))
        store.seal()
        for number in generations.numbers(directory):
            _rewrite_manifest(generations.path(directory, number))
        current = generations.current(directory)
        if current is not None:
            generations.point_to(directory, current)
        store.db.execute("PRAGMA user_version = 5")
    finally:
        store.close()


def _rewrite_manifest(folder: Path) -> None:
    file = folder / "manifest.json"
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return  # damaged: the next ingest makes a new generation
    part = folder / "manifest.json.part"
    data |= {"format_version": 5, "store": stores.FIRST}
    part.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    generations.fsync(part)
    part.replace(file)
    write_checksums(folder)
    generations.fsync(folder / "checksums.txt")
    generations.fsync(folder)


MIGRATIONS: dict[int, Callable[[Path], None]] = {4: _add_checksums}
