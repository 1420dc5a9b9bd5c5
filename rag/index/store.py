"""SQLite, the truth: articles, passages, what was read from which file.

Rows are never changed once a generation shows them. An article row lives from generation
``added`` up to, not including, ``removed``; a reader of generation g sees the rows with
``added <= g`` and (``removed`` null or ``> g``). So readers go on undisturbed while a
writer prepares the next generation in the same file.
"""

from __future__ import annotations

import sqlite3
import threading
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from rag.errors import IndexDamaged, IndexMismatch
from rag.evidence import level_of
from rag.index.codec import decode, encode_and_hash
from rag.index.opening import open_for_reading
from rag.index.pagesums import PageSums
from rag.index.passages import Span
from rag.index.schema import SCHEMA, SCHEMA_VERSION
from rag.text import fold
from rag.types import Article, Passage, Reject

_WAL_BYTES = 64 << 20
_guards: dict[int, sqlite3.Connection] = {}
"""Connections that outlive a store which nobody closed."""

_folded = lru_cache(maxsize=16_384)(fold)  # names of journals, types and headings come again

VISIBLE = "a.added <= :g AND (a.removed IS NULL OR a.removed > :g)"
"""The rows ``a`` of ``articles`` that generation ``:g`` shows."""


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with its article."""

    passage: Passage
    article: Article


class Store:
    """One connection to ``articles.sqlite``."""

    def __init__(self, path: Path, *, writable: bool = False, migrating: bool = False) -> None:
        self.path = path
        self._sums: PageSums | None = None
        self._guard: sqlite3.Connection | None = None
        # one connection, two threads of an ingest: a transaction is one thread's at a time
        self._writing = threading.RLock()
        if writable:
            self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            try:
                self._prepare(migrating)
            except BaseException:
                self._leave()
                raise
        else:
            self.db = open_for_reading(path)

    def _prepare(self, migrating: bool) -> None:
        # only seal() may write the log into the database: after the pages' checksums
        self.db.execute("PRAGMA wal_autocheckpoint=0")
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=FULL")
        # while another connection is open, SQLite does not write the log into the database on
        # closing either, whatever it is that ends this one
        uri = f"{self.path.resolve().as_uri()}?mode=ro"
        self._guard = sqlite3.connect(uri, uri=True, check_same_thread=False)
        _guards[id(self)] = self._guard
        self._guard.execute("PRAGMA schema_version").fetchone()
        if not migrating:
            self._require_schema()
        self._sums = PageSums(self.path)
        self._make_tables(migrating)

    def _make_tables(self, migrating: bool) -> None:
        """Make what is missing, in one transaction: a store has its format or is empty."""
        with self.transaction():
            for statement in filter(str.strip, SCHEMA.split(";")):
                self.db.execute(statement)
            if not migrating:
                self.db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            if self.meta("store_id") is None:
                self.set_meta("store_id", uuid.uuid4().hex)

    def _require_schema(self) -> None:
        """Refuse to write to tables of another form."""
        (version,) = self.db.execute("PRAGMA user_version").fetchone()
        made = self.db.execute("SELECT 1 FROM sqlite_master WHERE name = 'articles'").fetchone()
        if made and version == 0 and not self.count("SELECT EXISTS (SELECT 1 FROM articles)"):
            return  # a killed run of an earlier medlit left tables without their version
        if made and version != SCHEMA_VERSION:
            raise IndexMismatch(
                f"{self.path} has store format {version}, this medlit writes {SCHEMA_VERSION}; "
                "ingest the literature again into a new folder, or use the medlit that made it"
            )

    def close(self) -> None:
        """Close the connection; what was committed stays, whether or not it can be sealed."""
        try:
            if self._sums is not None:
                self.seal()
        except (OSError, sqlite3.Error):
            pass  # no room for the checksums: the log stays, and the next writer seals it
        finally:
            self._leave()

    def _leave(self) -> None:
        with self._writing:  # another thread may be inside a transaction
            self.db.close()
        if self._guard is not None:
            self._guard.close()
            _guards.pop(id(self), None)

    def seal(self) -> bool:
        """Bring what is committed into the database itself, with checksums of its pages.

        Returns:
            False where a reader in the middle of a query kept some of it in the log.
        """
        if self._sums is None:
            return True
        with self._writing:
            return self._sums.seal(self.db)

    def settle(self) -> None:
        """Seal after a commit where the log has grown long."""
        if self._sums is not None and self._sums.waiting_bytes() > _WAL_BYTES:
            self.seal()

    @property
    def sums_remade(self) -> bool:
        """True where the checksums of pages were unusable and stand for the pages as they are."""
        return self._sums is not None and self._sums.remade

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what a block does as one, or none of it."""
        with self._writing:
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.db.execute("COMMIT")
            except BaseException:
                if self.db.in_transaction:
                    self.db.execute("ROLLBACK")
                raise

    # -- reading -------------------------------------------------------------------------

    def meta(self, key: str) -> str | None:
        """Return a value of the ``meta`` table."""
        found = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(found[0]) if found else None

    def article(self, row: int) -> Article:
        """Return the article stored in a row."""
        found = self.db.execute(
            "SELECT body, status FROM articles WHERE row = ?", (row,)
        ).fetchone()
        if found is None:
            raise IndexDamaged(f"{self.path}: there is no article row {row}; ingest again")
        return decode(found[0])

    def article_rows(self, generation: int) -> list[int]:
        """Return the rows of the articles that a generation shows, in order."""
        query = f"SELECT a.row FROM articles a WHERE {VISIBLE} ORDER BY a.row"
        return [row for (row,) in self.db.execute(query, {"g": generation})]

    def article_by_id(self, article_id: str, generation: int) -> Article | None:
        """Return an article by its id as a generation shows it."""
        found = self.db.execute(
            f"SELECT a.body FROM articles a WHERE a.id = :id AND {VISIBLE}",
            {"id": article_id, "g": generation},
        ).fetchone()
        return decode(found[0]) if found else None

    def rows_of(self, passage_ids: Sequence[int]) -> dict[int, int]:
        """Return passage id → article row."""
        marks = ",".join("?" * len(passage_ids))
        query = f"SELECT id, row FROM passages WHERE id IN ({marks})"
        return dict(self.db.execute(query, list(passage_ids)).fetchall())

    def passages(self, ids: Sequence[int]) -> list[tuple[Passage, Article]]:
        """Return passages with their articles, in the order of ``ids``."""
        out = []
        seen: dict[int, Article] = {}
        for pid in ids:
            found = self.db.execute(
                "SELECT row, section, start, end FROM passages WHERE id = ?", (pid,)
            ).fetchone()
            if found is None:
                raise IndexDamaged(f"{self.path}: passage {pid} is missing; ingest again")
            row, section, start, end = found
            if row not in seen:
                seen[row] = self.article(row)
            article = seen[row]
            text = article.text[start:end]
            out.append((Passage(pid, article.id, section, text, start, end), article))
        return out

    def iter_passages(self, where: str, parameters: dict[str, int]) -> Iterator[StoredPassage]:
        """Yield passages by id; ``where`` may speak of ``p`` (passages) and ``a`` (articles)."""
        last: tuple[int, Article] | None = None
        for pid, row, section, start, end, body in self.db.execute(
            "SELECT p.id, p.row, p.section, p.start, p.end, a.body FROM passages p "
            f"JOIN articles a ON a.row = p.row WHERE {where} ORDER BY p.id",
            parameters,
        ):
            if last is None or last[0] != row:
                last = (row, decode(body))
            article = last[1]
            text = article.text[start:end]
            yield StoredPassage(Passage(pid, article.id, section, text, start, end), article)

    def passage_ids(self, where: str, parameters: dict[str, object]) -> np.ndarray:
        """Return the sorted ids of passages that a condition on ``p`` and ``a`` keeps (int64)."""
        rows = self.db.execute(
            f"SELECT p.id FROM articles a JOIN passages p ON p.row = a.row WHERE {where}",
            parameters,
        )
        ids = np.fromiter((r[0] for r in rows), dtype=np.int64)
        ids.sort()
        return ids

    def count(self, query: str, parameters: dict[str, int] | None = None) -> int:
        """Return the single number that a query yields."""
        return int(self.db.execute(query, parameters or {}).fetchone()[0])

    # -- writing -------------------------------------------------------------------------

    def set_meta(self, key: str, value: str) -> None:
        """Set a value of the ``meta`` table."""
        with self._writing:
            self.db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def insert(
        self, article: Article, spans: Sequence[Span], generation: int, origin: str
    ) -> tuple[int, list[int]]:
        """Insert an article and its passages; return its row and the new passages' ids."""
        body, digest = encode_and_hash(article)
        cursor = self.db.execute(
            "INSERT INTO articles (id, added, revised, version, year, status, journal,"
            " abbreviation, language, evidence, has_abstract, hash, origin, merged, body)"
            " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,0,?)",
            (
                article.id,
                generation,
                article.revised,
                article.version,
                article.year,
                article.status,
                _folded(article.journal),
                _folded(article.journal_abbreviation),
                article.language.casefold(),
                level_of(article),  # for earlier versions: filters read types and headings
                int(any(s.text for s in article.sections)),
                digest,
                origin,
                body,
            ),
        )
        row = int(cursor.lastrowid or 0)
        terms = {("type", _folded(t)) for t in article.publication_types}
        terms |= {("mesh", _folded(m.descriptor)) for m in article.mesh}
        self.db.executemany(
            "INSERT INTO terms VALUES (?, ?, ?)", [(k, v, row) for k, v in sorted(terms)]
        )
        # ids are given by hand: they must run on after rows that were removed
        first = self.next_passage_id()
        ids = list(range(first, first + len(spans)))
        self.db.executemany(
            "INSERT INTO passages (id, row, section, start, end) VALUES (?,?,?,?,?)",
            [(i, row, s.section, s.start, s.end) for i, s in zip(ids, spans, strict=True)],
        )
        return row, ids

    def last_generation(self) -> int:
        """Return the highest generation that any row names, 0 without rows."""
        return self.count(
            "SELECT MAX(COALESCE(MAX(added), 0), COALESCE(MAX(removed), 0)) FROM articles"
        )

    def next_passage_id(self) -> int:
        """Return the id that the next passage will get (ids start at 0)."""
        return self.count("SELECT COALESCE(MAX(id), -1) + 1 FROM passages")

    def remove(self, row: int, generation: int) -> None:
        """End an article row with the generation that is being written."""
        self.db.execute("UPDATE articles SET removed = ? WHERE row = ?", (generation, row))

    def add_rejects(self, sha256: str, rejects: Iterable[Reject]) -> None:
        """Remember rejected records, once each."""
        self.db.executemany(
            "INSERT OR IGNORE INTO rejects VALUES (?,?,?,?,?)",
            [(sha256, r.source.record, r.source.file, r.reason, r.excerpt) for r in rejects],
        )
