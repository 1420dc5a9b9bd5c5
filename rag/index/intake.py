"""First stage of an ingest: records from files become rows of the store.

Everything is written in batches, each one transaction together with the place reached in
its file, so that an ingest killed at any moment goes on from its last batch. What a record
does to the articles that are there is the catalogue's business.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from rag.corpus import UNDATED
from rag.errors import CorpusError
from rag.index.catalogue import Catalogue
from rag.index.merging import Origin
from rag.index.passages import Span, split
from rag.index.progress import IngestReport, Stopwatch
from rag.index.reading import Read, Reading
from rag.index.sources import place_of
from rag.index.store import Store
from rag.models.embedder import Embedder
from rag.progress import Progress
from rag.types import Article, Deletion, Record, Reject

_BATCH = 500
_PUBMED_FILE = re.compile(r"pubmed(\d\d)n(\d{4,5})\.xml(?:\.gz)?$", re.ASCII)


class _File(NamedTuple):
    """A file that is being read; ``place`` and ``asof`` as in ``merging.Origin``."""

    path: Path
    format: str
    sha256: str
    size: int
    place: str
    asof: int

    def origin(self, record: int) -> Origin:
        if self.format in UNDATED:
            return Origin(self.format, self.asof, self.place, self.sha256[:16], record)
        return Origin(self.format, self.asof, record=record)


class Intake:
    """Reads files into a store that is open for writing."""

    def __init__(
        self,
        store: Store,
        generation: int,
        embedder: Embedder,
        reading: Reading,
        committed: Callable[[], None],
        progress: Progress,
        watch: Stopwatch,
    ) -> None:
        """Make ready.

        Args:
            store: open for writing.
            generation: the number of the coming one.
            embedder: its tokens measure passages.
            reading: opens files.
            committed: called after each batch that is in the store for good.
            progress: told of bytes read.
            watch: gets the seconds.
        """
        self._store = store
        self._embedder = embedder
        self._reading = reading
        self._committed = committed
        self._progress = progress
        self._watch = watch
        self._catalogue = Catalogue(store, generation, self._cut)
        self._spans: dict[tuple[object, ...], Sequence[Span]] = {}
        self._cut_off = False
        self._read = self._rejected = 0

    @property
    def report(self) -> IngestReport:
        """What was done so far."""
        return self._catalogue.report

    def _count(self, **counts: int) -> None:
        self._catalogue.report = self._catalogue.report.plus(**counts)

    def file(self, path: Path, format_name: str, limit: int | None) -> int:
        """Read one file, from where an earlier run left it; return the records read.

        A file is passed over where its bytes were read to the end before, in the same format,
        and the place where it lies held nothing else since.
        """
        file = _look_at(path, format_name)
        done, complete = self._progress_of(file)
        self._read = self._rejected = 0
        self._cut_off = False
        self._count(files=1)
        if complete:
            self._count(files_unchanged=1)
            return 0
        start = done
        self._progress.start(f"reading {path.name}", file.size, "bytes")
        batch: list[Record] = []
        ended = True
        for record, spans in self._timed(self._records(file, done)):
            batch.append(record)
            if spans is not None and isinstance(record, Article):
                self._spans[_words_of(record)] = spans
            self._read += 1
            if isinstance(record, Reject) and record.cut:
                self._progress.note(f"{path.name} is cut off: {record.reason}; get the file again")
                self._cut_off = True
                self._count(files_cut=1)
            self._rejected += isinstance(record, Reject)
            if len(batch) >= _BATCH:
                done += len(batch)
                self._flush(batch, file, done, complete=False)
                batch = []
            if limit is not None and done + len(batch) - start >= limit:
                ended = False
                break
        done += len(batch)
        # a file that gave nothing but rejects may only have met the wrong reader
        readable = self._read > self._rejected or done > self._read
        self._flush(batch, file, done, complete=ended and readable)
        self._progress.finish()
        if done == 0 and file.size:
            self._progress.note(f"{path}: no record found in it, read as {file.format}")
        self._count(records=done - start)
        return int(done - start)

    def _progress_of(self, file: _File) -> tuple[int, bool]:
        """Return the records of a file that need not be read again, and whether that is all."""
        db = self._store.db
        known = db.execute(
            "SELECT records, complete, format, turn, asof FROM sources WHERE sha256 = ?",
            (file.sha256,),
        ).fetchone()
        if known is None:
            return 0, False
        records, complete, stored, turn, asof = known
        if stored != file.format:
            again = True  # its place in the file was counted by another reader
        elif not complete:
            again = False
        else:
            # the bytes are known, but now they count as newer, or lie again where others lay
            again = file.asof > asof or (
                file.format in UNDATED
                and db.execute(
                    "SELECT 1 FROM sources WHERE place = ? AND turn > ?", (file.place, turn)
                ).fetchone()
                is not None
            )
        if not again:
            return int(records), bool(complete)
        with self._store.transaction():
            db.execute("DELETE FROM rejects WHERE sha256 = ?", (file.sha256,))
            db.execute("DELETE FROM sources WHERE sha256 = ?", (file.sha256,))
        return 0, False

    def _records(self, file: _File, skip: int) -> Iterator[Read]:
        seen = 0

        def consumed(position: int) -> None:
            nonlocal seen
            self._progress.advance(position - seen)
            seen = position

        return self._reading.records(file.path, file.format, skip, consumed)

    def _timed(self, records: Iterator[Read]) -> Iterator[Read]:
        while True:
            started = time.perf_counter()
            record = next(records, None)
            spent = time.perf_counter() - started
            self._watch.seconds["parse"] = self._watch.seconds.get("parse", 0.0) + spent
            if record is None:
                return
            yield record

    def _flush(self, batch: list[Record], file: _File, done: int, *, complete: bool) -> None:
        articles = [r for r in batch if isinstance(r, Article)]
        with self._watch.stage("split"):
            whole = [a for a in articles if _words_of(a) not in self._spans]
            self._split([a for a in whole if not self._catalogue.known(a)])
        before = self.report
        with self._watch.stage("store"):
            try:
                with self._store.transaction():
                    for record in batch:
                        self._apply(record, file)
                    self._reached(file, done, complete)
            except BaseException:
                self._catalogue.report = before
                raise
        self._store.settle()
        self._spans.clear()
        self._committed()

    def _reached(self, file: _File, done: int, complete: bool) -> None:
        """Write down how far a file has been read."""
        self._store.db.execute(
            "INSERT INTO sources VALUES (?,?,?,?,?,?,"
            " (SELECT COALESCE(MAX(turn), 0) + 1 FROM sources),?,?,?)"
            " ON CONFLICT (sha256) DO UPDATE SET file = excluded.file,"
            " records = excluded.records, complete = excluded.complete,"
            " cut = excluded.cut",
            (
                file.sha256,
                file.path.name,
                file.size,
                done,
                int(complete),
                file.format,
                file.place,
                file.asof,
                int(self._cut_off),
            ),
        )
        if complete and not self._cut_off:
            self._forget_part_of(file)

    def _forget_part_of(self, file: _File) -> None:
        """Forget bytes that lay in a file's place and were cut off or not read to their end."""
        part = "place = ? AND sha256 != ? AND (cut = 1 OR complete = 0)"
        here = (file.place, file.sha256)
        db = self._store.db
        db.execute(
            f"DELETE FROM rejects WHERE sha256 IN (SELECT sha256 FROM sources WHERE {part})", here
        )
        db.execute(f"DELETE FROM sources WHERE {part}", here)

    def _split(self, articles: Sequence[Article]) -> None:
        tokens = self._embedder.token_spans([a.text for a in articles])
        window = self._embedder.identity.max_tokens
        for article, spans in zip(articles, tokens, strict=True):
            self._spans[_words_of(article)] = split(article, spans, window)

    def _cut(self, article: Article) -> Sequence[Span]:
        """Return an article's passages: made for the batch at once, or here if it was merged."""
        if _words_of(article) not in self._spans:
            self._split([article])
        return self._spans[_words_of(article)]

    def _apply(self, record: Record, file: _File) -> None:
        if isinstance(record, Reject):
            self._store.add_rejects(file.sha256, [record])
            self._count(rejected=1)
            return
        origin = file.origin(record.source.record if record.source else 0)
        if isinstance(record, Deletion):
            self._catalogue.delete(record, origin)
        else:
            self._catalogue.add(record, origin)


def _words_of(article: Article) -> tuple[object, ...]:
    return article.title, article.sections, article.body


def _look_at(path: Path, format_name: str) -> _File:
    try:
        with path.open("rb") as handle:
            sha256 = hashlib.file_digest(handle, "sha256").hexdigest()
        stat = path.stat()
    except OSError as error:
        raise CorpusError(f"cannot read {path}: {error.strerror}; check its permissions") from error
    asof = _asof(path.name, format_name, stat)
    return _File(path, format_name, sha256, stat.st_size, place_of(path), asof)


def _asof(name: str, format_name: str, stat: os.stat_result) -> int:
    if format_name != "pubmed":
        return stat.st_mtime_ns
    match = _PUBMED_FILE.search(name)
    return int(match[1]) * 100_000 + int(match[2]) if match else 0
