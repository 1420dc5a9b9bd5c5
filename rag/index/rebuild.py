"""Derive an index anew from its store and its stored vectors, without embedding again.

For another type of dense index, and for one whose training has grown old. Words are taken over
from the generation in force; where that is damaged, ``repair`` makes both anew. Nothing is read
but the store; what it holds is not changed.
"""

from __future__ import annotations

from pathlib import Path

from rag.errors import IndexNotFound
from rag.index import generations, stores
from rag.index.deriving import above, derive, usable
from rag.index.entry import private, storage_errors
from rag.index.kinds import require_enough
from rag.index.manifest import Manifest, load_manifest, read_embedder
from rag.index.progress import IngestReport, Stopwatch
from rag.index.store import Store
from rag.index.vectors import VectorFile
from rag.progress import Progress, Silent
from rag.types import Content


def rebuild(
    directory: Path, index_type: str | None = None, *, progress: Progress | None = None
) -> Manifest:
    """Write and publish a new generation of the index; readers go on undisturbed.

    Args:
        directory: the index.
        index_type: see ``kinds.TYPES``; by default as it was asked for, ``auto`` where the
            generation in force does not say.
        progress: told of the stages, and of the recall of an approximate type.

    Returns:
        The manifest of the new generation.

    Raises:
        IndexNotFound: there is no store to derive from.
        IndexDamaged: the store or the stored vectors are damaged; an ingest makes them anew.
        IndexLocked: another process is writing.
        UsageError: the type is unknown or needs more passages.
    """
    progress = progress or Silent()
    file = stores.active(directory) / "articles.sqlite" if directory.is_dir() else None
    if file is None or not file.exists():
        raise IndexNotFound(
            f"no index at {directory}; build one with: medlit ingest PATH --index {directory}"
        )
    with storage_errors(directory), generations.writer_lock(directory):
        stores.sweep(directory)
        store = Store(file, writable=True)
        try:
            identity = read_embedder(store.meta("embedder"))
            if identity is None or not store.count("SELECT EXISTS (SELECT 1 FROM articles)"):
                raise IndexNotFound(
                    f"the index at {directory} holds no articles; ingest the literature again"
                )
            if index_type is not None:
                require_enough(index_type, int(store.meta("vectors_done") or 0))
            content: Content = "notes" if store.meta("content") == "notes" else "literature"
            with private(directory, content):
                old = usable(store, directory, progress)
                number = (old.generation if old else above(store, directory)) + 1
                report = derive(
                    store,
                    VectorFile(file.with_name("vectors.f16"), identity.dimension),
                    directory,
                    number,
                    old,
                    index_type,
                    IngestReport(),
                    progress,
                    Stopwatch(),
                    anew=True,
                )
        finally:
            store.close()
        stores.sweep(directory)
    return load_manifest(generations.path(directory, report.generation))
