"""Build and update an index: read, embed, derive, switch.

    read    records → rows of the store             (commit point every 500 records)
    embed   passages → fp16 vectors, beside it      (commit point every few seconds)
    derive  store and vectors → FAISS and Tantivy   (in a folder of their own)
    switch  one atomic rename makes them current

Killed anywhere, the index still opens at the last switch and the next ingest goes on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from rag.corpus import FORMATS, corpus_files
from rag.corpus.rejects import write_rejects
from rag.errors import (
    CorpusError,
    IndexDamaged,
    UsageError,
)
from rag.index import dense_build, generations, stores
from rag.index.dense import DenseIndex
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
from rag.index.kinds import EXACT_UP_TO, LEAST_TRAINED, TRAINED, TYPES, choose_type, plan
from rag.index.lexical import LexicalIndex, LexicalWriter
from rag.index.manifest import (
    Counts,
    Manifest,
    load_manifest,
    read_identity,
)
from rag.index.migrate import migrate
from rag.index.progress import IngestReport, Stopwatch
from rag.index.reading import Reading
from rag.index.sources import remember_folders
from rag.index.store import VISIBLE, Store
from rag.index.vectors import VectorFile
from rag.models.embedder import Embedder
from rag.models.engine import Engine, LocalEngine
from rag.progress import Progress, Silent
from rag.types import Reject, Source
from rag.version import __version__

_REQUESTED = "index_type"
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


def requested_type(store: Store, manifest: Manifest | None) -> str:
    """Return the index type that was asked for; ``auto`` where nobody did."""
    known = store.meta(_REQUESTED)
    if known in TYPES:
        return str(known)
    return manifest.dense.requested if manifest is not None else "auto"


def usable(store: Store, directory: Path, progress: Progress) -> Manifest | None:
    """Return the manifest of the generation in force, ``None`` where it must be made anew.

    What is derived can be rebuilt: a generation that does not open, or that another store
    made, is not built upon.
    """
    try:
        last = generations.current(directory)
        if last is None:
            return None
        folder = generations.path(directory, last)
        manifest = load_manifest(folder)
        DenseIndex(folder / "dense.faiss")
        LexicalIndex(folder / "lexical")
    except IndexDamaged as error:
        progress.note(f"{error}: rebuilding it from the store")
        return None
    if manifest.store_id != store.meta("store_id"):
        progress.note(f"{folder} belongs to another store: building a new generation")
        return None
    return manifest


def above(store: Store, directory: Path) -> int:
    """Return a number that no published or half-made generation exceeds."""
    return max(generations.newest(directory), store.last_generation() - 1, 0)


def derive(
    store: Store,
    vectors: VectorFile,
    directory: Path,
    number: int,
    old: Manifest | None,
    index_type: str | None,
    report: IngestReport,
    progress: Progress,
    watch: Stopwatch,
    *,
    anew: bool = False,
) -> IngestReport:
    """Write and publish the next generation, where anything is new since the last one.

    With ``anew`` it is written in any case, and the dense index is not made from the old one.
    """
    view = {"g": number}
    done = int(store.meta("vectors_done") or 0)
    ids = store.passage_ids(VISIBLE, dict(view))
    ready = ids[ids < done]
    requested = index_type or requested_type(store, old)
    chosen = choose_type(requested, len(ready))
    store.set_meta(_REQUESTED, requested)
    counts = Counts(
        articles=store.count(f"SELECT COUNT(*) FROM articles a WHERE {VISIBLE}", view),
        passages=len(ids),
        embedded=len(ready),
        retracted=store.count(
            f"SELECT COUNT(*) FROM articles a WHERE a.status = 'retracted' AND {VISIBLE}", view
        ),
        deleted=store.count("SELECT COUNT(*) FROM deletions"),
    )
    report = replace(report, pending=len(ids) - len(ready), generation=old.generation if old else 0)
    touched = store.count(
        "SELECT EXISTS (SELECT 1 FROM articles WHERE added = :g OR removed = :g)", view
    )
    same = old is not None and old.counts == counts and old.index_type == chosen
    if same and not touched and not anew:
        return report
    # files that only delete leave an index without articles, which remembers the deletions
    if counts.articles == 0 and counts.deleted == 0 and old is None:
        if report.records == 0:
            raise CorpusError("no record was found in these files; check them, and --format")
        raise CorpusError(
            f"none of the {report.records:,} records could be read as an article; "
            f"see the reasons in {_write_rejects_early(store, directory)}"
        )
    if requested in TRAINED and chosen != requested:
        progress.note(
            f"--type {requested} is trained on {LEAST_TRAINED:,} passages or more, here are "
            f"{len(ready):,}: searched exactly until there are as many"
        )
    folder = generations.begin(directory, number)
    progress.start("indexing words", None, "passages")
    with watch.stage("lexical"):
        previous = generations.path(directory, old.generation) / "lexical" if old else None
        _lexical(store, folder / "lexical", previous, number, progress)
    progress.finish()
    with watch.stage("dense"):
        facts = dense_build.derive(
            vectors.open(done),
            ready,
            plan(chosen, len(ready), vectors.dimension, requested),
            None if anew else _previous(store, directory, old, chosen),
            folder / "dense.faiss",
            progress,
        )
    Manifest(
        generation=number,
        embedder=read_identity(json.loads(store.meta("embedder") or "{}")),
        index_type=chosen,
        store_id=store.meta("store_id") or "",
        content=store.meta("content") or "literature",
        dense=facts,
        store=store.path.parent.name,
        counts=counts,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        medlit_version=__version__,
    ).save(folder)
    with watch.stage("publish"):
        # a copy in a folder that may not be written is read without the WAL, so whatever the
        # new generation shows must be in the database itself
        if not store.seal():
            progress.note(
                f"a long query kept changes in {store.path}-wal: a copy of the index needs that "
                "file too, until the next ingest"
            )
        generations.publish(directory, number)
    return replace(report, generation=number)


def _previous(
    store: Store, directory: Path, old: Manifest | None, chosen: str
) -> dense_build.Previous | None:
    """Return the dense index to go on from; a flat one is written anew as fast."""
    if old is None or old.index_type != chosen or not old.dense.approximate:
        return None
    ids = store.passage_ids(VISIBLE, {"g": old.generation})
    file = generations.path(directory, old.generation) / "dense.faiss"
    return dense_build.Previous(file, old.dense, ids[ids < old.dense.rows])


def _lexical(
    store: Store, folder: Path, previous: Path | None, number: int, progress: Progress
) -> None:
    writer = LexicalWriter(folder, previous)
    view = {"g": number}
    if previous is not None:
        writer.delete(store.passage_ids("a.removed = :g AND a.added < :g", dict(view)).tolist())
        new = "a.added = :g AND a.removed IS NULL"
    else:
        new = VISIBLE
    for stored in store.iter_passages(new, view):
        writer.add(stored.passage, stored.article)
        progress.advance(1)
    writer.commit()


def rejects_of(store: Store) -> Iterator[Reject]:
    """Yield the records that could not be read, in the order of ``rejects.jsonl``."""
    for file, record, reason, excerpt in store.db.execute(
        "SELECT file, record, reason, excerpt FROM rejects ORDER BY file, record"
    ):
        yield Reject(Source(file, record), reason, excerpt)


def _write_rejects_early(store: Store, directory: Path) -> Path:
    target = directory / "rejects.jsonl"
    write_rejects(target, rejects_of(store))
    return target


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
