"""Build and update an index: read, embed, derive, switch.

    read    records → rows of the store             (commit point every 500 records)
    embed   passages → fp16 vectors, beside it      (commit point every few seconds)
    derive  store and vectors → FAISS and Tantivy   (in a folder of their own)
    switch  one atomic rename makes them current

Killed anywhere, the index still opens at the last switch and the next ingest goes on.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rag.corpus import FORMATS, corpus_files
from rag.corpus.rejects import write_rejects
from rag.errors import (
    CorpusError,
    PrivacyError,
    UsageError,
)
from rag.index import generations, stores
from rag.index.deriving import above, derive, rejects_of, usable
from rag.index.embedding import Embedding
from rag.index.entry import (
    bind_content,
    bind_embedder,
    content_of,
    private,
    recognised,
    storage_errors,
)
from rag.index.intake import Intake
from rag.index.kinds import EXACT_UP_TO, choose_type
from rag.index.manifest import (
    read_identity,
)
from rag.index.migrate import migrate
from rag.index.progress import IngestReport, Stopwatch
from rag.index.reading import Reading
from rag.index.sources import remember_folders
from rag.index.store import Store
from rag.index.vectors import VectorFile
from rag.models.embedder import Embedder
from rag.models.engine import Engine, LocalEngine
from rag.progress import Progress, Silent

UNFINISHED = "unfinished"
"""A value of the store that is "1" from the start of an ingest to its end."""


def ingest(
    paths: Sequence[Path],
    directory: Path,
    embedder: Embedder,
    *,
    index_type: str | None = None,
    format_name: str | None = None,
    limit: int | None = None,
    embed_seconds: float | None = None,
    workers: int = 0,
    engine: Engine | None = None,
    progress: Progress | None = None,
) -> IngestReport:
    """Read literature into the index at ``directory``, made where it is missing.

    Args:
        paths: files and folders; files of a folder are read newest name first.
        directory: the index.
        embedder: must be the one that made the index, where there is one.
        index_type: see ``kinds.TYPES``; by default as the index is, ``auto`` for a new one.
        format_name: a reader's name where recognition by content is not wanted.
        limit: stop after so many records; the next ingest goes on there.
        embed_seconds: stop embedding so long after the first vector; passages without one
            are then found by words alone until a later ingest embeds them.
        workers: processes that parse beside this one. They import the caller's main module, so a
            script that asks for them guards its start with ``if __name__ == "__main__"``.
        engine: who embeds; by default ``embedder`` in this process.
        progress: told of stages and counts.

    Raises:
        CorpusError: a path is missing, or none of the files holds a readable article.
        IndexLocked: another process is writing.
        IndexMismatch: the index was made with another embedder.
        LiteratureIndexError: the disk is full, or the folder cannot be written.
    """
    progress = progress or Silent()
    files = corpus_files(paths)
    if not files:
        raise CorpusError(
            f"no literature files in {', '.join(map(str, paths))}; give files to read"
        )
    if format_name is not None and format_name not in FORMATS:
        raise UsageError(f"there is no format {format_name!r}; --format takes {', '.join(FORMATS)}")
    # an unreadable file is better known before hours of work
    known = recognised(files, paths, format_name, progress)
    content = content_of(known)
    if content == "notes" and engine is not None and not engine.here:
        raise PrivacyError(
            "clinical notes are not sent to a cluster, whose nodes may be other machines; leave "
            "--address and RAY_ADDRESS out, or use --engine local"
        )
    choose_type(index_type or "auto", EXACT_UP_TO)
    watch = Stopwatch()
    with (
        storage_errors(directory),
        private(directory, content),
        generations.writer_lock(directory),
    ):
        stores.sweep(directory)
        place = stores.active(directory)
        place.mkdir(exist_ok=True)
        generations.fsync(directory)
        migrate(directory, progress)
        store = Store(place / "articles.sqlite", writable=True)
        try:
            if store.sums_remade:
                progress.note(f"{place}/pages.sum was unusable: it is made anew")
            bind_content(store, content, directory)
            bind_embedder(store, embedder, directory)
            old = usable(store, directory, progress)
            number = (old.generation if old else above(store, directory)) + 1
            store.set_meta(UNFINISHED, "1")
            remember_folders(store, paths)
            vectors = VectorFile(place / "vectors.f16", embedder.identity.dimension)
            embedding = Embedding(
                store,
                vectors,
                engine or LocalEngine(embedder),
                progress.beside(),
                watch,
                embed_seconds,
            )
            reading = Reading(embedder, workers)
            intake = Intake(store, number, embedder, reading, embedding.arrived, progress, watch)
            embedding.start()
            try:
                _read_all(intake, known, limit)
                report = replace(intake.report, embedded=embedding.finish())
            finally:
                reading.close()
                embedding.abandon()
            report = derive(
                store, vectors, directory, number, old, index_type, report, progress, watch
            )
            write_rejects(directory / "rejects.jsonl", rejects_of(store))
            store.set_meta(UNFINISHED, "0")
        finally:
            store.close()
        stores.sweep(directory)
    return replace(report, seconds=tuple(watch.seconds.items()))


def _read_all(intake: Intake, files: Sequence[tuple[Path, str]], limit: int | None) -> None:
    left = limit
    for file, name in files:
        read = intake.file(file, name, left)
        left = left - read if left is not None else None
        if left == 0:
            break


def index_embedder(directory: Path) -> str | None:
    """Return the spec of the embedder that an index is made with, ``None`` without an index.

    The store knows it before a first generation is published, and after one is damaged.
    """
    file = stores.active(directory) / "articles.sqlite" if directory.is_dir() else None
    if file is None or not file.exists():
        return None
    store = Store(file)
    try:
        known = store.meta("embedder")
    finally:
        store.close()
    return read_identity(json.loads(known)).spec if known else None
