"""Vectors and their checksums: a block of rows, its digest and the new count are one commit."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np

from rag.index.store import Store
from rag.index.vectors import VectorFile

_ROWS = 16_384


def commit_vectors(store: Store, vectors: VectorFile, first: int, block: np.ndarray) -> int:
    """Write rows from ``first`` on, then say that they are there; return the rows now there.

    The rows are on the disk before the store's transaction that names them.
    """
    block = np.ascontiguousarray(block, dtype=np.float16)
    vectors.write(first, block)
    _remember(store, first, block, first + len(block))
    return first + len(block)


def roll_back(store: Store, rows: int) -> int:
    """Forget the blocks that end after ``rows``; return the rows that are left."""
    end = store.count(
        "SELECT COALESCE(MAX(end), 0) FROM vector_blocks WHERE end <= :rows", {"rows": rows}
    )
    with store.transaction():
        store.db.execute("DELETE FROM vector_blocks WHERE end > ?", (end,))
        # what was lost is not copied: its row may be replaced, and then gets no vector again
        store.db.execute("UPDATE passages SET same_as = NULL WHERE same_as >= ?", (end,))
        store.set_meta("vectors_done", str(end))
    return end


def sum_all(store: Store, vectors: VectorFile) -> None:
    """Write the digests of vectors that have none, as indexes before format 5."""
    done = min(int(store.meta("vectors_done") or 0), vectors.rows())
    first = store.count("SELECT COALESCE(MAX(end), 0) FROM vector_blocks")
    while first < done:
        end = min(first + _ROWS, done)
        _remember(store, first, np.asarray(vectors.open(end)[first:end]), done)
        first = end


def differing_blocks(store: Store, vectors: VectorFile) -> Iterator[tuple[int, int]]:
    """Yield [first, end) of the rows that are not as they were written."""
    rows = vectors.rows()
    expected = 0
    for first, end, digest in store.db.execute(
        "SELECT first, end, digest FROM vector_blocks ORDER BY first"
    ):
        if first != expected or end > rows or _digest(vectors.open(end)[first:end]) != digest:
            yield first, end
        expected = end
    done = int(store.meta("vectors_done") or 0)
    if expected != done:
        yield expected, done


def empty_rows(vectors: VectorFile, ids: np.ndarray) -> int:
    """Return how many of the rows ``ids`` (sorted) are all zeros, which no vector is."""
    if not len(ids):
        return 0
    stored = vectors.open(int(ids[-1]) + 1)
    return sum(
        int((~stored[ids[at : at + _ROWS]].any(axis=1)).sum()) for at in range(0, len(ids), _ROWS)
    )


def _remember(store: Store, first: int, block: np.ndarray, done: int) -> None:
    with store.transaction():
        store.db.execute("DELETE FROM vector_blocks WHERE first >= ?", (first,))
        store.db.execute(
            "INSERT INTO vector_blocks VALUES (?,?,?)", (first, first + len(block), _digest(block))
        )
        store.set_meta("vectors_done", str(done))


def _digest(block: np.ndarray) -> bytes:
    return hashlib.blake2b(np.ascontiguousarray(block).data, digest_size=16).digest()
