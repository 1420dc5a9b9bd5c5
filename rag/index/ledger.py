"""What the writer must remember beside the articles: keys, contributions, deletions, notices.

Readers of an index never look here. Contributions are kept apart only where an article is more
than one of them, or more than what its source said; else the article's row is the contribution.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rag.index.codec import decode, encode
from rag.index.joining import CROWD
from rag.index.merging import Contribution, Origin
from rag.types import Article

SCHEMA = """
CREATE TABLE IF NOT EXISTS keys (
    key INTEGER NOT NULL, row INTEGER NOT NULL, PRIMARY KEY (key, row)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS contributions (
    article TEXT NOT NULL, origin TEXT NOT NULL, body BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS contributions_article ON contributions (article);
CREATE TABLE IF NOT EXISTS deletions (
    id TEXT PRIMARY KEY, file TEXT NOT NULL, format TEXT NOT NULL, asof INTEGER NOT NULL)
    WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS notices (
    target TEXT NOT NULL, kind TEXT NOT NULL, notice TEXT NOT NULL,
    PRIMARY KEY (target, kind, notice)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS notices_notice ON notices (notice);
"""

FOREVER = 1 << 62
"""``asof`` of a deletion whose file has no place in an order: it holds against every record."""


class LiveRow(NamedTuple):
    """An article's row as the writer regards it; ``merged`` where contributions are kept apart."""

    row: int
    id: str
    status: str
    hash: bytes
    origin: str
    merged: bool


_COLUMNS = "a.row, a.id, a.status, a.hash, a.origin, a.merged"


class Ledger:
    """Reads and writes the tables above; every call belongs to the caller's transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    # -- rows by what is known of an article ----------------------------------------------

    def live(self, article_id: str) -> LiveRow | None:
        """Return the row of the article that is listed under this id."""
        found = self._db.execute(
            f"SELECT {_COLUMNS} FROM articles a WHERE a.id = ? AND a.removed IS NULL",
            (article_id,),
        ).fetchone()
        return LiveRow(*found) if found else None

    def near(self, keys: Iterable[str]) -> tuple[list[LiveRow], set[str]]:
        """Return the rows that share a key, and the keys that more articles bear than a crowd.

        Of those keys no rows are returned. One row more than makes a crowd is still looked
        at: one of them may be about to go.
        """
        out: dict[int, LiveRow] = {}
        crowded = set()
        for key in keys:
            rows = self._rows(key, CROWD + 2)
            if len(rows) <= CROWD + 1:
                out.update((row.row, row) for row in rows)
            else:
                crowded.add(key)
        return [out[row] for row in sorted(out)], crowded

    def bearing(self, key: str) -> list[LiveRow]:
        """Return all rows that have a key."""
        return self._rows(key, -1)  # SQLite: no limit

    def _rows(self, key: str, limit: int) -> list[LiveRow]:
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM keys k JOIN articles a ON a.row = k.row"
            " WHERE k.key = ? LIMIT ?",
            (key_number(key), limit),
        )
        return [LiveRow(*row) for row in rows]

    def add_keys(self, row: int, keys: Iterable[str]) -> None:
        """List a row under keys."""
        self._db.executemany(
            "INSERT OR IGNORE INTO keys VALUES (?, ?)", [(key_number(key), row) for key in keys]
        )

    def drop_keys(self, row: int, keys: Iterable[str]) -> None:
        """Take a row from the lists of these keys."""
        self._db.executemany(
            "DELETE FROM keys WHERE key = ? AND row = ?", [(key_number(key), row) for key in keys]
        )

    # -- contributions ---------------------------------------------------------------------

    def contributions(self, live: LiveRow) -> list[Contribution]:
        """Return what the article of a row was made of."""
        if live.merged:
            return [
                Contribution(decode(body), Origin.unpack(origin))
                for origin, body in self._db.execute(
                    "SELECT origin, body FROM contributions WHERE article = ?", (live.id,)
                )
            ]
        (body,) = self._db.execute(
            "SELECT body FROM articles WHERE row = ?", (live.row,)
        ).fetchone()
        return [Contribution(decode(body), Origin.unpack(live.origin))]

    def keep(
        self, live: LiveRow, article: Article, group: Sequence[Contribution], apart: bool
    ) -> None:
        """Remember what a row's article is made of, and where it was read; its content stays.

        ``apart`` as in ``LiveRow.merged``.
        """
        self.forget(live)
        self._db.execute(
            "UPDATE articles SET origin = ?, merged = 0, body = ? WHERE row = ?",
            (group[0].origin.pack(), encode(article), live.row),
        )
        if apart:
            self.keep_apart(live.row, live.id, group)

    def keep_apart(self, row: int, article_id: str, group: Sequence[Contribution]) -> None:
        """Remember the contributions of an article that is more than the one of them."""
        self._db.executemany(
            "INSERT INTO contributions VALUES (?,?,?)",
            [(article_id, c.origin.pack(), encode(c.article)) for c in group],
        )
        self._db.execute("UPDATE articles SET merged = 1 WHERE row = ?", (row,))

    def forget(self, live: LiveRow) -> None:
        """Forget the contributions of a row."""
        if live.merged:
            self._db.execute("DELETE FROM contributions WHERE article = ?", (live.id,))

    # -- deletions -------------------------------------------------------------------------

    def delete(self, article_id: str, file: str, format_name: str, asof: int) -> None:
        """Remember a deletion; of several the latest holds."""
        self._db.execute(
            "INSERT INTO deletions VALUES (?,?,?,?) ON CONFLICT (id) DO UPDATE SET"
            " file = excluded.file, asof = excluded.asof WHERE excluded.asof > asof",
            (article_id, file, format_name, asof),
        )

    def deleted(self, contribution: Contribution) -> bool:
        """True where a deletion that is not older than the contribution names its article."""
        found = self._db.execute(
            "SELECT format, asof FROM deletions WHERE id = ?", (contribution.article.id,)
        ).fetchone()
        if found is None:
            return False
        origin = contribution.origin
        # files of another format stand in no order with the one that deletes
        return bool(origin.format != found[0] or origin.asof <= found[1])

    # -- notices ---------------------------------------------------------------------------

    def notices_for(self, ids: Iterable[str]) -> list[tuple[str, str]]:
        """Return (kind, id of the notice) of what notices say of an article, by all its ids."""
        wanted = list(ids)
        marks = ",".join("?" * len(wanted))
        return self._db.execute(
            f"SELECT DISTINCT kind, notice FROM notices WHERE target IN ({marks})", wanted
        ).fetchall()

    def said_by(self, notice: str) -> set[tuple[str, str]]:
        """Return (target, kind) of what a notice is remembered to say."""
        return set(self._db.execute("SELECT target, kind FROM notices WHERE notice = ?", (notice,)))

    def say(self, notice: str, new: Iterable[tuple[str, str]]) -> None:
        """Replace what a notice says."""
        self._db.execute("DELETE FROM notices WHERE notice = ?", (notice,))
        self._db.executemany(
            "INSERT OR IGNORE INTO notices VALUES (?,?,?)", [(t, k, notice) for t, k in new]
        )


def ids_of(article: Article) -> list[str]:
    """Return the ids by which notices may name an article."""
    doi = [f"doi:{article.doi.lower()}"] if article.doi else []
    return list(dict.fromkeys([article.id, *doi]))


def key_number(key: str) -> int:
    """Return 64 bits of a key's hash: a chance match only makes two articles be compared."""
    digest = hashlib.blake2b(key.encode("utf-8"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
