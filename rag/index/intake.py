"""First stage of an ingest: records from files become rows of the store.

Everything is written in batches, each one transaction together with the place reached in
its file, so that an ingest killed at any moment goes on from its last batch. Whether a
record is newer than the stored one depends on its revision, never on the order of files.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from rag.corpus import UNDATED, detect, read
from rag.errors import CorpusError
from rag.index.codec import content_hash
from rag.index.passages import Span, embed_text, split
from rag.index.progress import IngestReport, Stopwatch
from rag.index.store import ArticleRow, Store
from rag.models.embedder import Embedder
from rag.progress import Progress
from rag.types import Article, Deletion, Record, Reject

_BATCH = 500
_MARKS = {"RetractionOf": "retracted", "ExpressionOfConcernFor": "concern"}
"""What a notice does to the article it names."""


class Intake:
    """Reads files into a store that is open for writing."""

    def __init__(
        self,
        store: Store,
        generation: int,
        embedder: Embedder,
        progress: Progress,
        watch: Stopwatch,
    ) -> None:
        self._store = store
        self._generation = generation
        self._embedder = embedder
        self._progress = progress
        self._watch = watch
        self._vectors_done = int(store.meta("vectors_done") or 0)
        self.report = IngestReport()
        self._format = ""
        self._read = self._rejected = 0

    def file(self, path: Path, format_name: str | None, limit: int | None) -> int:
        """Read one file, from where an earlier run left it; return the records read.

        A file is passed over where its bytes were read to the end before, in the same format,
        and no file was read since that could have replaced its undated records.
        """
        sha256 = _sha256(path)
        name = format_name or detect(path)
        done, complete = self._progress_of(sha256, name)
        self._format = name
        self._read = self._rejected = 0
        self.report = self.report.plus(files=1)
        if complete:
            self.report = self.report.plus(files_unchanged=1)
            return 0
        size = path.stat().st_size
        start = done
        self._progress.start(f"reading {path.name}", size, "bytes")
        batch: list[Record] = []
        ended = True
        for record in self._timed(self._records(path, name, done)):
            batch.append(record)
            self._read += 1
            if isinstance(record, Reject) and record.cut:
                self._progress.note(f"{path.name} is cut off: {record.reason}; get the file again")
                self.report = self.report.plus(files_cut=1)
            self._rejected += isinstance(record, Reject)
            if len(batch) >= _BATCH:
                done += len(batch)
                self._flush(batch, sha256, path, size, done, complete=False)
                batch = []
            if limit is not None and done + len(batch) - start >= limit:
                ended = False
                break
        done += len(batch)
        # a file that gave nothing but rejects may only have met the wrong reader
        readable = self._read > self._rejected or done > self._read
        self._flush(batch, sha256, path, size, done, complete=ended and readable)
        self._progress.finish()
        self.report = self.report.plus(records=done - start)
        return int(done - start)

    def _progress_of(self, sha256: str, format_name: str) -> tuple[int, bool]:
        """Return the records of a file that need not be read again, and whether that is all."""
        db = self._store.db
        known = db.execute(
            "SELECT records, complete, format, turn FROM sources WHERE sha256 = ?", (sha256,)
        ).fetchone()
        if known is None:
            return 0, False
        records, complete, stored, turn = known
        if stored != format_name:
            again = True  # its place in the file was counted by another reader
        else:
            latest = self._store.count("SELECT MAX(turn) FROM sources")
            # undated formats: the later ingest wins, so a file put back must be read again
            again = complete and format_name in UNDATED and turn < latest
        if not again:
            return int(records), bool(complete)
        db.execute("DELETE FROM rejects WHERE sha256 = ?", (sha256,))
        db.execute("DELETE FROM sources WHERE sha256 = ?", (sha256,))
        return 0, False

    def _records(self, path: Path, format_name: str | None, skip: int) -> Iterator[Record]:
        seen = 0

        def consumed(position: int) -> None:
            nonlocal seen
            self._progress.advance(position - seen)
            seen = position

        return read(path, format=format_name, skip=skip, progress=consumed)

    def _timed(self, records: Iterator[Record]) -> Iterator[Record]:
        while True:
            started = time.perf_counter()
            record = next(records, None)
            spent = time.perf_counter() - started
            self._watch.seconds["parse"] = self._watch.seconds.get("parse", 0.0) + spent
            if record is None:
                return
            yield record

    def _flush(
        self, batch: list[Record], sha256: str, path: Path, size: int, done: int, *, complete: bool
    ) -> None:
        articles = [r for r in batch if isinstance(r, Article)]
        with self._watch.stage("split"):
            spans = self._split([a for a in articles if not self._same(a)])
        db = self._store.db
        before = self.report
        with self._watch.stage("store"):
            db.execute("BEGIN IMMEDIATE")
            try:
                for record in batch:
                    self._apply(record, spans, sha256)
                db.execute(
                    "INSERT INTO sources VALUES (?,?,?,?,?,?,"
                    " (SELECT COALESCE(MAX(turn), 0) + 1 FROM sources))"
                    " ON CONFLICT (sha256) DO UPDATE SET file = excluded.file,"
                    " records = excluded.records, complete = excluded.complete",
                    (sha256, path.name, size, done, int(complete), self._format),
                )
                db.execute("COMMIT")
            except BaseException:
                self.report = before
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    def _same(self, article: Article) -> bool:
        live = self._store.live(article.id)
        return live is not None and live.hash == content_hash(article)

    def _split(self, articles: list[Article]) -> dict[int, list[Span]]:
        tokens = self._embedder.token_spans([a.text for a in articles])
        window = self._embedder.identity.max_tokens
        return {
            id(article): split(article, spans, window)
            for article, spans in zip(articles, tokens, strict=True)
        }

    def _apply(self, record: Record, spans: dict[int, list[Span]], sha256: str) -> None:
        if isinstance(record, Reject):
            self._store.add_rejects(sha256, [record])
            self.report = self.report.plus(rejected=1)
        elif isinstance(record, Deletion):
            self._delete(record)
        else:
            cut = spans.get(id(record))
            self._article(record, cut if cut is not None else self._split([record])[id(record)])

    def _delete(self, deletion: Deletion) -> None:
        name = deletion.source.file if deletion.source else ""
        self._store.db.execute("INSERT OR IGNORE INTO deletions VALUES (?, ?)", (deletion.id, name))
        live = self._store.live(deletion.id)
        if live is not None:
            self._store.remove(live.row, self._generation)
            self.report = self.report.plus(deleted=1)

    def _article(self, article: Article, spans: list[Span]) -> None:
        store = self._store
        if store.db.execute("SELECT 1 FROM deletions WHERE id = ?", (article.id,)).fetchone():
            self.report = self.report.plus(older=1)
            return
        article = self._with_notices(article)
        live = store.live(article.id)
        if live is None:
            self.report = self.report.plus(added=1)
        elif live.hash == content_hash(article):
            self.report = self.report.plus(unchanged=1)
            return
        elif _older(article, live):
            self.report = self.report.plus(older=1)
            return
        else:
            self.report = self.report.plus(revised=1)
        if article.status == "retracted" and (live is None or live.status != "retracted"):
            self.report = self.report.plus(retracted=1)
        self._put(article, spans, live)
        for relation in article.relations:
            if relation.kind in _MARKS and relation.target:
                self._notice(relation.target, relation.kind, article.id)

    def _with_notices(self, article: Article) -> Article:
        """Apply notices that arrived before the article they are about."""
        kinds = {
            kind
            for (kind,) in self._store.db.execute(
                "SELECT kind FROM notices WHERE target = ?", (article.id,)
            )
        }
        return _marked(article, kinds)

    def _notice(self, target: str, kind: str, notice: str) -> None:
        self._store.db.execute(
            "INSERT OR IGNORE INTO notices VALUES (?,?,?)", (target, kind, notice)
        )
        live = self._store.live(target)
        if live is None:
            return
        old = self._store.article(live.row)
        new = _marked(old, {kind})
        if new == old:
            return
        self._put(new, self._split([new])[id(new)], live)
        if new.status == "retracted":
            self.report = self.report.plus(retracted=1)

    def _put(self, article: Article, spans: list[Span], live: ArticleRow | None) -> None:
        store = self._store
        known: dict[str, int] = {}
        if live is not None:
            store.remove(live.row, self._generation)
            old = store.article(live.row)
            for pid, start, end in store.db.execute(
                "SELECT id, start, end FROM passages WHERE row = ? AND id < ?",
                (live.row, self._vectors_done),
            ):
                known[embed_text(old.title, old.text[start:end], start)] = pid
        ids = store.insert(article, spans, self._generation)
        self.report = self.report.plus(passages=len(ids))
        # a revision that leaves the words alone needs no new vector
        for pid, span in zip(ids, spans, strict=True):
            text = embed_text(article.title, article.text[span.start : span.end], span.start)
            if text in known:
                store.db.execute("UPDATE passages SET same_as = ? WHERE id = ?", (known[text], pid))


def _marked(article: Article, kinds: set[str]) -> Article:
    if article.status in ("retracted", "notice"):
        return article
    if "RetractionOf" in kinds:
        return replace(article, status="retracted")
    if "ExpressionOfConcernFor" in kinds and article.status == "current":
        return replace(article, status="concern")
    return article


def _older(article: Article, live: ArticleRow) -> bool:
    """True where the stored row is to stay.

    Sources without revision dates (JSONL) give equal keys: there the later ingest wins,
    since a user who corrects a file expects so. Dated sources with equal keys and different
    content are ordered by content, so that the order of files does not matter.
    """
    new, old = (article.version, article.revised), (live.version, live.revised)
    if new == old and article.revised:
        return content_hash(article) < live.hash
    return new < old


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError as error:
        raise CorpusError(f"cannot read {path}: {error.strerror}; check its permissions") from error
