"""Derive a generation from the store: words, dense index, manifest; then switch to it.

What is derived can always be made anew. It starts from the generation in force where that is
sound, so that a day's update costs what the day brought.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from rag.corpus.rejects import write_rejects
from rag.errors import CorpusError, IndexDamaged
from rag.index import dense_build, generations
from rag.index.dense import DenseIndex
from rag.index.kinds import LEAST_TRAINED, TRAINED, TYPES, choose_type, plan
from rag.index.lexical import LexicalIndex, LexicalWriter
from rag.index.manifest import Counts, Manifest, load_manifest, read_identity
from rag.index.progress import IngestReport, Stopwatch
from rag.index.store import VISIBLE, Store
from rag.index.vectors import VectorFile
from rag.progress import Progress
from rag.types import Reject, Source
from rag.version import __version__

_REQUESTED = "index_type"


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
            f"see the reasons in {_write_rejects(store, directory)}"
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
        write_words(store, folder / "lexical", previous, number, progress)
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


def write_words(
    store: Store, folder: Path, previous: Path | None, number: int, progress: Progress
) -> None:
    """Write the Tantivy index of generation ``number``: what ``previous`` holds, changed."""
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


def _write_rejects(store: Store, directory: Path) -> Path:
    target = directory / "rejects.jsonl"
    write_rejects(target, rejects_of(store))
    return target
