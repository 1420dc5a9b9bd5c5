"""Every count, checksum and cross reference of an index, and what to do where one is wrong.

The bytes come first (``checksums``, ``pagesums``, ``vectorsums``), then what the store says of
itself (``consistency``), then what is derived from it. Memory does not grow with the index,
but for 8 bytes a page of the store.
"""

from __future__ import annotations

import json
import os
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from rag.errors import IndexDamaged, IndexMismatch, IndexNotFound
from rag.index import generations, stores
from rag.index.builder import UNFINISHED
from rag.index.checksums import differing_files, read_checksums, unknown_files
from rag.index.consistency import contradictions, miscounts
from rag.index.deriving import rejects_of
from rag.index.manifest import Manifest, load_manifest, read_embedder, read_store_embedder
from rag.index.migrate import format_of
from rag.index.pagesums import differing_pages, log_path, read_log
from rag.index.schema import SCHEMA_VERSION
from rag.index.store import Store
from rag.index.vectors import VectorFile
from rag.index.vectorsums import differing_blocks, empty_rows
from rag.index.wal import read_wal
from rag.progress import Progress, Silent

_LISTED = 20  # of one kind: who wants to know them all has lost the file
_COPY = "restore the index from a copy, or ingest the literature into a new folder"
_AGAIN = "restore it from a copy, or delete it: the next ingest computes its vectors again"
_REPAIR = "medlit index verify --repair makes it anew from the store"
_OURS = ("CURRENT", ".lock", "rejects.jsonl")
_STORE_FILES = ("articles.sqlite", "vectors.f16", "pages.sum")
_OF_SQLITE = ("articles.sqlite-wal", "articles.sqlite-shm")


@dataclass(frozen=True, slots=True)
class Fault:
    """A file of the index (relative to its folder) that is not as it should be."""

    file: str
    what: str
    remedy: str
    derived: bool = False

    def __str__(self) -> str:
        return f"{self.file}: {self.what}; {self.remedy}"


@dataclass
class Verification:
    """What was found. ``notes`` are no faults: work that was cut short, files of others."""

    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    generations: int = 0
    articles: int = 0
    passages: int = 0
    vectors: int = 0
    bytes: int = 0


def verify(
    directory: Path, *, quick: bool = False, progress: Progress | None = None
) -> Verification:
    """Check an index that nobody is writing to.

    Args:
        directory: the index.
        quick: the bytes only, not what the rows say of each other.
        progress: told of what is checked.

    Raises:
        IndexNotFound: there is no index.
        IndexLocked: it is being written.
        IndexMismatch: it is of a format without checksums.
    """
    if not directory.is_dir() or not (generations.numbers(directory) or stores.names(directory)):
        raise IndexNotFound(f"no index at {directory}; check the path")
    with _quiet(directory):
        return _Check(directory, progress or Silent()).run(quick)


def _quiet(directory: Path) -> AbstractContextManager[None]:
    """Keep writers out, where there can be any."""
    writable = os.access(directory, os.W_OK)
    return generations.writer_lock(directory) if writable else nullcontext()


class _Check:
    def __init__(self, directory: Path, progress: Progress) -> None:
        self._directory = directory
        self._progress = progress
        self._found = Verification()

    def run(self, quick: bool) -> Verification:
        found = self._found
        current = self._pointer()
        store = stores.active(self._directory)
        found.bytes = sum(f.stat().st_size for f in self._directory.rglob("*") if f.is_file())
        sound = self._pages(store)
        manifests = self._generations(current)
        if sound:
            self._rows(store, manifests, current, quick)
        self._strangers(store)
        return found

    def _fault(self, file: Path, what: str, remedy: str, *, derived: bool = False) -> None:
        name = file.relative_to(self._directory).as_posix()
        self._found.faults.append(Fault(name, what, remedy, derived))

    def _pointer(self) -> int | None:
        file = self._directory / "CURRENT"
        try:
            number = generations.current(self._directory)
        except IndexDamaged:
            self._fault(file, "is damaged", _REPAIR, derived=True)
            return generations.newest(self._directory) or None
        if number is None:
            if generations.numbers(self._directory):
                self._fault(file, "is missing", _REPAIR, derived=True)
                return generations.newest(self._directory)
            self._found.notes.append("the first ingest has not ended: run it again to finish it")
        elif not generations.path(self._directory, number).is_dir():
            self._fault(file, f"names generation {number}, which is missing", _REPAIR, derived=True)
        return number

    # -- bytes -----------------------------------------------------------------------------

    def _pages(self, store: Path) -> bool:
        """Check the store's pages; True where its rows can be looked at."""
        database = store / "articles.sqlite"
        if not database.exists():
            self._fault(database, "is missing", _COPY)
            return False
        wal = read_wal(_wal(database))
        log = read_log(log_path(database))
        again = "the next ingest makes it anew"
        if wal.lost > 1:
            what = "is damaged: the commits after the damage are lost"
            self._fault(_wal(database), what, "run the same ingest again: it reads them anew")
        elif wal.lost:
            self._found.notes.append(f"the last commit in {_wal(database).name} is not whole")
        if log.damaged or (log.torn and not wal.pages):
            self._fault(log_path(database), "is damaged", again)
            return True
        if not len(log.sums):
            return self._without_sums(database, again)
        self._progress.start("checking pages", len(log.sums), "pages")
        bad = list(islice(differing_pages(database, log, wal), _LISTED))
        self._progress.advance(len(log.sums))
        self._progress.finish()
        if bad == [0]:
            self._fault(database, "has another length than it was written with", _COPY)
        elif bad:
            pages = ", ".join(str(p) for p in bad if p)
            self._fault(database, f"pages that differ from their checksums: {pages}", _COPY)
        return not bad

    def _without_sums(self, database: Path, remedy: str) -> bool:
        version = format_of(self._directory)
        if version is not None and version < SCHEMA_VERSION:
            raise IndexMismatch(
                f"the index at {self._directory} has format {version}, which keeps no checksums; "
                f"give it some with: medlit index migrate {self._directory}"
            )
        if version is None:
            self._found.notes.append("the store was never filled: run the ingest again")
            return False
        if read_wal(_wal(database)).pages:  # killed before its first checkpoint
            return True
        self._fault(log_path(database), "is missing", remedy)
        return True

    def _generations(self, current: int | None) -> dict[int, Manifest]:
        manifests = {}
        for number in generations.numbers(self._directory):
            folder = generations.path(self._directory, number)
            if current is not None and number > current:
                self._found.notes.append(
                    f"{folder.name} was left by a run that was cut short; the next one removes it"
                )
                continue
            self._found.generations += 1
            try:
                known = read_checksums(folder)
            except IndexDamaged as error:
                file = folder / "checksums.txt"
                what = str(error).removeprefix(f"{file} ")
                self._fault(file, what, _REPAIR, derived=True)
                known = {}
            bad = [*differing_files(folder, known)]
            for name, what in bad:
                self._fault(folder / name, what, _REPAIR, derived=True)
            if known:
                self._found.notes += [
                    f"{folder.name}/{n} is not medlit's" for n in unknown_files(folder, known)
                ]
            try:
                manifest = load_manifest(folder)
            except (IndexDamaged, IndexMismatch) as error:
                if not any(name == "manifest.json" for name, _ in bad):
                    self._fault(folder / "manifest.json", str(error), _REPAIR, derived=True)
                continue
            if not bad:
                manifests[number] = manifest
        return manifests

    # -- what it says ----------------------------------------------------------------------

    def _rows(
        self, place: Path, manifests: dict[int, Manifest], current: int | None, quick: bool
    ) -> None:
        file = place / "articles.sqlite"
        try:
            store = Store(file)
        except IndexDamaged as error:
            self._fault(file, str(error), _COPY)
            return
        try:
            unfinished = store.meta(UNFINISHED) == "1"
            if unfinished:
                self._found.notes.append("an ingest was cut short: run it again to go on")
            self._rejects(store, unfinished)
            self._vectors(store, place, unfinished)
            self._found.articles = store.count(
                "SELECT COUNT(*) FROM articles WHERE removed IS NULL"
            )
            self._found.passages = store.count(
                "SELECT COUNT(*) FROM articles a JOIN passages p ON p.row = a.row"
                " WHERE a.removed IS NULL"
            )
            if not quick:
                for what in islice(contradictions(store, self._progress), _LISTED):
                    self._fault(file, what, _COPY)
                self._empty(store, place)
            for number, manifest in manifests.items():
                if manifest.store == place.name:
                    folder = generations.path(self._directory, number)
                    for what in miscounts(store, folder, manifest, derived=number == current):
                        self._fault(folder / "manifest.json", what, _REPAIR, derived=True)
        finally:
            store.close()

    def _rejects(self, store: Store, unfinished: bool) -> None:
        file = self._directory / "rejects.jsonl"
        expected = (
            {"file": r.source.file, "record": r.source.record, "reason": r.reason,
             "excerpt": r.excerpt}
            for r in rejects_of(store)
        )  # fmt: skip
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in expected)
        same = True
        if file.exists():
            with file.open("rb") as handle:
                for line in lines:
                    data = line.encode("utf-8", "replace")
                    same = same and handle.read(len(data)) == data
                same = same and not handle.read(1)
        else:
            same = next(lines, None) is None
        if not same:
            what = "does not say what the store says"
            if unfinished:
                self._found.notes.append(f"rejects.jsonl {what}; the next ingest writes it anew")
            else:
                self._fault(file, what, "the next ingest writes it anew")

    def _vectors(self, store: Store, place: Path, unfinished: bool) -> None:
        if store.meta("embedder") is None:
            return
        dimension = read_store_embedder(store.meta("embedder"), store.path).dimension
        vectors = VectorFile(place / "vectors.f16", dimension)
        self._found.vectors = int(store.meta("vectors_done") or 0)
        for first, end in islice(differing_blocks(store, vectors), _LISTED):
            self._fault(vectors.path, f"rows {first:,} to {end - 1:,} are not as written", _AGAIN)
        size = vectors.path.stat().st_size if vectors.path.exists() else 0
        # with the log, the mark of an unfinished ingest may be lost
        told = unfinished or read_wal(_wal(store.path)).lost
        if size > self._found.vectors * 2 * dimension and not told:
            self._fault(vectors.path, "goes on after the last vector", "the next ingest cuts it")

    def _empty(self, store: Store, place: Path) -> None:
        """Look for live passages whose vector is nothing but zeros."""
        identity = read_embedder(store.meta("embedder"))
        if identity is None:
            return
        vectors = VectorFile(place / "vectors.f16", identity.dimension)
        done = min(self._found.vectors, vectors.rows())
        ids = store.passage_ids("a.removed IS NULL AND p.id < :done", {"done": done})
        count = empty_rows(vectors, ids)
        if count:
            self._fault(vectors.path, f"{count:,} passages have an empty vector", _AGAIN)

    def _strangers(self, store: Path) -> None:
        for entry in sorted(self._directory.iterdir()):
            name = entry.name
            if name.endswith((".tmp", ".part")):
                self._found.notes.append(f"{name} was left by a run that was cut short")
            elif entry.is_dir() and (entry == store or generations.is_name(name)):
                continue
            elif name in stores.names(self._directory):
                self._found.notes.append(f"{name} is a store that is not in use")
            elif name not in _OURS:
                self._found.notes.append(f"{name} is not medlit's")
        lock = self._directory / ".lock"
        if lock.exists() and lock.stat().st_size:
            self._fault(lock, "is not empty", "delete it")
        for entry in sorted(store.iterdir()) if store.is_dir() else ():
            if entry.name.endswith(".part"):
                self._found.notes.append(f"{entry.name} was left by a run that was cut short")
            elif entry.name not in (*_STORE_FILES, *_OF_SQLITE):
                self._found.notes.append(f"{store.name}/{entry.name} is not medlit's")


def _wal(database: Path) -> Path:
    return database.with_name(database.name + "-wal")
