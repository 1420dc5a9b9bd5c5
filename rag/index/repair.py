"""Make anew what is derived and was found damaged: from the store, without embedding."""

from __future__ import annotations

from pathlib import Path

from rag.errors import IndexDamaged, IndexMismatch
from rag.index import generations, stores
from rag.index.deriving import above, derive, requested_type
from rag.index.entry import private, storage_errors
from rag.index.manifest import load_manifest, read_store_embedder
from rag.index.progress import IngestReport, Stopwatch
from rag.index.store import Store
from rag.index.vectors import VectorFile
from rag.index.verify import Verification
from rag.progress import Progress
from rag.types import Content


def repair(directory: Path, found: Verification, progress: Progress) -> bool:
    """Publish a generation made from the store alone; True where that was done.

    Older generations are removed, for files are shared between them. Nothing is done where
    the store itself is at fault: what is made from it would be wrong too.
    """
    if not any(fault.derived for fault in found.faults):
        return False
    if any(not fault.derived for fault in found.faults):
        return False
    with storage_errors(directory), generations.writer_lock(directory):
        place = stores.active(directory)
        store = Store(place / "articles.sqlite", writable=True)
        try:
            content: Content = "notes" if store.meta("content") == "notes" else "literature"
            embedder = read_store_embedder(store.meta("embedder"), store.path)
            vectors = VectorFile(place / "vectors.f16", embedder.dimension)
            number = above(store, directory) + 1
            report, watch = IngestReport(records=1), Stopwatch()
            with private(directory, content):
                kind = _type(store, directory)
                derive(
                    store, vectors, directory, number, None, kind, report, progress, watch
                )  # fmt: skip
        finally:
            store.close()
        stores.sweep(directory, keep=1)
    return True


def _type(store: Store, directory: Path) -> str:
    """Return the index type that was asked for, of the store or the newest generation."""
    for number in reversed(generations.numbers(directory)):
        try:
            return requested_type(store, load_manifest(generations.path(directory, number)))
        except (IndexDamaged, IndexMismatch):
            continue
    return requested_type(store, None)
