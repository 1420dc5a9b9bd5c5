"""Whether what a store says in one place agrees with what it says in the others.

Every article is read again, and what must follow from it (its hash, columns, terms, keys,
notices, passages) is compared with what stands there. Sets of rows are compared by the sum of
their hashes, so that memory does not grow with the store.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from rag.errors import IndexDamaged
from rag.index.codec import content_hash, decode
from rag.index.dense import DenseIndex
from rag.index.joining import keys
from rag.index.ledger import key_number
from rag.index.lexical import LexicalIndex
from rag.index.manifest import Manifest
from rag.index.merging import Origin, notices_of
from rag.index.store import VISIBLE, Store
from rag.progress import Progress
from rag.text import fold
from rag.types import Article

_UNREADABLE = (zlib.error, ValueError, KeyError, TypeError)
_MASK = (1 << 64) - 1
_STEP = 1000

_NONE_OF = {
    "passages of no article": "SELECT COUNT(*) FROM passages p WHERE NOT EXISTS"
    " (SELECT 1 FROM articles a WHERE a.row = p.row)",
    "contributions to no article": "SELECT COUNT(*) FROM contributions c WHERE NOT EXISTS (SELECT 1"
    " FROM articles a WHERE a.id = c.article AND a.removed IS NULL AND a.merged = 1)",
    "merged articles without contributions": "SELECT COUNT(*) FROM articles a WHERE a.merged = 1"
    " AND a.removed IS NULL AND NOT EXISTS"
    " (SELECT 1 FROM contributions c WHERE c.article = a.id)",
    "rejected records of no file": "SELECT COUNT(*) FROM rejects r WHERE NOT EXISTS"
    " (SELECT 1 FROM sources s WHERE s.sha256 = r.sha256)",
    "articles that end before they begin": "SELECT COUNT(*) FROM articles"
    " WHERE removed IS NOT NULL AND removed < added",
    "passages beyond the last vector that precede one": "SELECT COUNT(*) FROM vector_blocks"
    " WHERE end > (SELECT COALESCE(MAX(id), -1) + 1 FROM passages)",
}


class _Row(NamedTuple):
    row: int
    id: str
    removed: int | None
    revised: str
    version: int
    year: int | None
    status: str
    journal: str
    abbreviation: str
    language: str
    evidence: int
    has_abstract: int
    hash: bytes
    origin: str
    merged: int
    body: bytes


class _Sums:
    """Sums of hashes by table: what must be there, less what is."""

    def __init__(self) -> None:
        self.balance = {"terms": 0, "keys": 0, "notices": 0}

    def expect(self, table: str, row: tuple[object, ...]) -> None:
        self.balance[table] = (self.balance[table] + hash(row)) & _MASK

    def found(self, table: str, row: tuple[object, ...]) -> None:
        self.balance[table] = (self.balance[table] - hash(row)) & _MASK


def contradictions(store: Store, progress: Progress) -> Iterator[str]:
    """Yield in a sentence each what does not agree within a store."""
    for (said,) in store.db.execute("PRAGMA integrity_check(20)"):
        if said != "ok":
            yield f"SQLite says: {said}"
    for what, query in _NONE_OF.items():
        number = store.count(query)
        if number:
            yield f"{number:,} {what}"
    sums = _Sums()
    total = store.count("SELECT COUNT(*) FROM articles")
    progress.start("checking articles", total, "articles")
    columns = ", ".join(_Row._fields)
    for count, fields in enumerate(
        store.db.execute(f"SELECT {columns} FROM articles ORDER BY row")
    ):
        yield from _row(store, _Row(*fields), sums)
        if count % _STEP == _STEP - 1:
            progress.advance(_STEP)
    progress.advance(total % _STEP)
    progress.finish()
    for table, query in (
        ("terms", "SELECT kind, value, row FROM terms"),
        ("keys", "SELECT key, row FROM keys"),
        ("notices", "SELECT target, kind, notice FROM notices"),
    ):
        for row in store.db.execute(query):
            sums.found(table, row)
        if sums.balance[table]:
            yield f"the table {table} does not agree with the articles"


def miscounts(store: Store, folder: Path, manifest: Manifest, *, derived: bool) -> Iterator[str]:
    """Yield what a generation's manifest counts otherwise than the store.

    Args:
        store: the store that the manifest names.
        folder: the generation.
        manifest: of the generation.
        derived: compare with what was derived too, FAISS and Tantivy.
    """
    if manifest.store_id != store.meta("store_id"):
        yield "was made from another store"
        return
    view = {"g": manifest.generation}
    counts = manifest.counts
    articles = f"SELECT COUNT(*) FROM articles a WHERE {VISIBLE}"
    passages = f"SELECT COUNT(*) FROM articles a JOIN passages p ON p.row = a.row WHERE {VISIBLE}"
    for name, stated, query in (
        ("articles", counts.articles, articles),
        ("retracted articles", counts.retracted, f"{articles} AND a.status = 'retracted'"),
        ("passages", counts.passages, passages),
    ):
        actual = store.count(query, view)
        if stated != actual:
            yield f"counts {stated:,} {name} and the store {actual:,}"
    if not derived:
        return
    try:
        dense, words = DenseIndex(folder / "dense.faiss"), LexicalIndex(folder / "lexical")
    except IndexDamaged as error:
        yield str(error)
        return
    if dense.count != counts.embedded:
        yield f"counts {counts.embedded:,} vectors and dense.faiss {dense.count:,}"
    if words.count != counts.passages:
        yield f"counts {counts.passages:,} passages and lexical {words.count:,}"


def _row(store: Store, row: _Row, sums: _Sums) -> Iterator[str]:
    name = f"article row {row.row} ({row.id})"
    try:
        article = decode(row.body)
        Origin.unpack(row.origin)
        given = [article]
        if row.merged and row.removed is None:
            given = []
            for origin, body in store.db.execute(
                "SELECT origin, body FROM contributions WHERE article = ?", (row.id,)
            ):
                Origin.unpack(origin)
                given.append(decode(body))
    except _UNREADABLE as error:
        yield f"{name} cannot be read ({error})"
        return
    if content_hash(article) != row.hash:
        yield f"{name} differs from its hash"
    wrong = [n for n, value in _columns(article).items() if getattr(row, n) != value]
    if wrong:
        yield f"{name}: {', '.join(wrong)} differ from the article"
    for value in {fold(t) for t in article.publication_types}:
        sums.expect("terms", ("type", value, row.row))
    for value in {fold(m.descriptor) for m in article.mesh}:
        sums.expect("terms", ("mesh", value, row.row))
    if row.removed is None:
        for number in {key_number(key) for one in given for key in keys(one)}:
            sums.expect("keys", (number, row.row))
        for target, kind in notices_of(article):
            sums.expect("notices", (target, kind, row.id))
    yield from _passages(store, row.row, article, name)


def _columns(article: Article) -> dict[str, object]:
    return {
        "id": article.id,
        "revised": article.revised,
        "version": article.version,
        "year": article.year,
        "status": article.status,
        "journal": fold(article.journal),
        "abbreviation": fold(article.journal_abbreviation),
        "language": article.language.casefold(),
        "has_abstract": int(any(s.text for s in article.sections)),
    }


def _passages(store: Store, row: int, article: Article, name: str) -> Iterator[str]:
    length = len(article.text)
    labels = {s.label for s in (*article.sections, *article.body)} | {""}
    last = 0
    for pid, section, start, end, same_as in store.db.execute(
        "SELECT id, section, start, end, same_as FROM passages WHERE row = ? ORDER BY id", (row,)
    ):
        if not last <= start < end <= length:
            yield f"{name}: passage {pid} does not lie in its text"
        elif section not in labels:
            yield f"{name}: passage {pid} stands in a section that the article lacks"
        elif same_as is not None and same_as >= pid:
            yield f"{name}: passage {pid} takes its vector from a later one"
        last = end
    if not last and article.text.strip():
        yield f"{name} has no passage"
