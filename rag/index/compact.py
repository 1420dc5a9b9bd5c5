"""Write an index anew without what no reader will ask for again.

Revised and deleted articles stay in the store as rows that only older generations show. A
compaction copies what is live into a new store beside the old one, gives the passages new ids
without gaps, derives a generation that names the new store, and switches by the one rename
of ``CURRENT``. Killed at any moment the old index is as it was.
"""

from __future__ import annotations

import shutil
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag.errors import IndexDamaged
from rag.index import generations, stores
from rag.index.deriving import above, derive, usable
from rag.index.entry import private, storage_errors
from rag.index.manifest import read_store_embedder
from rag.index.migrate import migrate
from rag.index.pagesums import differing_pages, log_path, read_log
from rag.index.progress import IngestReport, Stopwatch
from rag.index.schema import SCHEMA, SCHEMA_VERSION
from rag.index.store import Store
from rag.index.vectors import VectorFile
from rag.index.vectorsums import commit_vectors, differing_blocks
from rag.index.wal import read_wal
from rag.progress import Progress, Silent
from rag.types import Content

_ROWS = 16_384
_LIVE = "a.removed IS NULL"
_OF_LIVE = "EXISTS (SELECT 1 FROM main.articles a WHERE a.row = o.row)"
_COPIES = (
    "INSERT INTO meta SELECT * FROM old.meta WHERE key NOT IN ('store_id', 'vectors_done')",
    "INSERT INTO articles SELECT * FROM old.articles WHERE removed IS NULL ORDER BY row",
    f"INSERT INTO terms SELECT o.* FROM old.terms o WHERE {_OF_LIVE}",
    f"INSERT INTO keys SELECT o.* FROM old.keys o WHERE {_OF_LIVE}",
    "INSERT INTO contributions SELECT o.* FROM old.contributions o WHERE EXISTS ("
    "SELECT 1 FROM main.articles a WHERE a.id = o.article AND a.merged)",
    "INSERT INTO notices SELECT o.* FROM old.notices o WHERE EXISTS ("
    "SELECT 1 FROM main.articles a WHERE a.id = o.notice)",
    "INSERT INTO deletions SELECT * FROM old.deletions",
    "INSERT INTO sources SELECT * FROM old.sources",
    "INSERT INTO rejects SELECT * FROM old.rejects",
)


@dataclass(frozen=True, slots=True)
class Compaction:
    """What a compaction did; bytes are those of the whole index folder."""

    generation: int
    articles_dropped: int
    passages_dropped: int
    bytes_before: int
    bytes_after: int


def compact(directory: Path, progress: Progress | None = None) -> Compaction:
    """Write the index at ``directory`` anew without dead rows.

    It needs room for a second copy while it runs. Readers that are open go on with the old one.

    Raises:
        IndexNotFound: there is no index.
        IndexLocked: another process is writing.
        IndexDamaged: the store is damaged; a copy of it would hide that.
        LiteratureIndexError: the disk is full, or the folder cannot be written.
    """
    progress = progress or Silent()
    generations.require_current(directory)
    with storage_errors(directory), generations.writer_lock(directory):
        before = size_of(directory)
        stores.sweep(directory)
        migrate(directory, progress)
        store = Store(stores.active(directory) / "articles.sqlite", writable=True)
        try:
            content: Content = "notes" if store.meta("content") == "notes" else "literature"
            old = usable(store, directory, progress)
            number = (old.generation if old else above(store, directory)) + 1
            embedder = read_store_embedder(store.meta("embedder"), store.path)
            vectors = VectorFile(store.path.parent / "vectors.f16", embedder.dimension)
            store.seal()
            _refuse_damage(store, vectors)
            dropped = dead_rows(store)
            ids = store.passage_ids(_LIVE, {})
            done = int(store.meta("vectors_done") or 0)
        finally:
            store.close()
        with private(directory, content):
            target = directory / stores.numbered(number)
            with _fresh(target) as folder:
                progress.start("copying articles", len(ids), "passages")
                _copy_rows(store.path, folder / "articles.sqlite", ids, progress)
                progress.finish()
                _copy_vectors(vectors, folder, embedder.dimension, ids[ids < done], done)
            _derive(target, directory, number, old.dense.requested if old else None, progress)
        stores.sweep(directory, keep=1)
        return Compaction(number, *dropped, before, size_of(directory))


def size_of(directory: Path) -> int:
    """Return the bytes of all files in a folder; a file with several names counts once."""
    found = {}
    for file in directory.rglob("*"):
        if file.is_file():
            stat = file.stat()
            found[stat.st_dev, stat.st_ino] = stat.st_size
    return sum(found.values())


def dead_rows(store: Store) -> tuple[int, int]:
    """Return the rows of articles and the passages that a compaction would drop."""
    rows = store.count("SELECT COUNT(*) FROM articles WHERE removed IS NOT NULL")
    passages = store.count(
        "SELECT COUNT(*) FROM articles a JOIN passages p ON p.row = a.row"
        " WHERE a.removed IS NOT NULL"
    )
    return rows, passages


def _refuse_damage(store: Store, vectors: VectorFile) -> None:
    wal = read_wal(store.path.with_name(store.path.name + "-wal"))
    pages = next(differing_pages(store.path, read_log(log_path(store.path)), wal), None)
    block = next(differing_blocks(store, vectors), None)
    if pages is not None or block is not None:
        file = store.path if pages is not None else vectors.path
        raise IndexDamaged(f"{file} is damaged; medlit index verify says where and what to do")


@contextmanager
def _fresh(target: Path) -> Iterator[Path]:
    """Give a folder that takes the name ``target`` when the block has filled it."""
    folder = target.with_name(target.name + ".tmp")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
        for file in sorted(folder.iterdir()):
            generations.fsync(file)
        generations.fsync(folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)  # on a full disk the room is wanted back
        raise
    # a store of this name can only be left from a compaction that died before its switch
    shutil.rmtree(target, ignore_errors=True)
    folder.rename(target)
    generations.fsync(target.parent)


def _copy_rows(source: Path, target: Path, ids: np.ndarray, progress: Progress) -> None:
    db = sqlite3.connect(target, isolation_level=None, uri=True)
    try:
        # nobody reads this file before it is whole and forced to the disk
        db.execute("PRAGMA journal_mode=OFF")
        db.execute("PRAGMA synchronous=OFF")
        db.executescript(SCHEMA)
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        db.execute("ATTACH ? AS old", (f"{source.resolve().as_uri()}?mode=ro",))
        db.execute("BEGIN")
        for statement in _COPIES:
            db.execute(statement)
        db.executemany("INSERT INTO meta VALUES (?, ?)", [("store_id", uuid.uuid4().hex)])
        for first in range(0, len(ids), _ROWS):
            some = ids[first : first + _ROWS].tolist()
            # vectors are in their places: where one came from says nothing any more
            db.executemany(
                "INSERT INTO passages SELECT ?, row, section, start, end, NULL"
                " FROM old.passages WHERE id = ?",
                list(enumerate(some, first)),
            )
            progress.advance(len(some))
        db.execute("COMMIT")
    finally:
        db.close()


def _copy_vectors(
    vectors: VectorFile, folder: Path, dimension: int, ids: np.ndarray, done: int
) -> None:
    store = Store(folder / "articles.sqlite", writable=True)
    try:
        store.set_meta("vectors_done", "0")
        new = VectorFile(folder / "vectors.f16", dimension)
        rows = vectors.open(done)
        for first in range(0, len(ids), _ROWS):
            commit_vectors(store, new, first, rows[ids[first : first + _ROWS]])
    finally:
        store.close()


def _derive(
    target: Path, directory: Path, number: int, index_type: str | None, progress: Progress
) -> None:
    store = Store(target / "articles.sqlite", writable=True)
    try:
        embedder = read_store_embedder(store.meta("embedder"), store.path)
        vectors = VectorFile(target / "vectors.f16", embedder.dimension)
        report, watch = IngestReport(records=1), Stopwatch()
        derive(store, vectors, directory, number, None, index_type, report, progress, watch)
    finally:
        store.close()
