"""Exact cosines from the stored fp16 vectors: for few candidates, or few allowed passages.

FAISS computes on the fp16 codes themselves; turning them into fp32 first would take several
times as long. Rows are copied out of the mapped file, so that what a search touched can be
given back to the system: see ``Rows.take``.
"""

from __future__ import annotations

import mmap
from typing import Any

import numpy as np

_BLOCK = 65_536
_HELD = 65_536
"""Rows that may stay in the process's resident memory before they are let go of. They stay
in the system's cache, from which they are mapped again without reading the disk."""


class Rows:
    """The stored vectors, of which any rows are scored. Safe for several threads.

    Args:
        vectors: (rows, d) fp16, mapped or not.
        scattered: rows are taken here and there, so that what lies beside them is not wanted.
    """

    def __init__(self, vectors: np.ndarray, *, scattered: bool = True) -> None:
        self._vectors = vectors
        self._mapped = getattr(vectors, "_mmap", None)
        self._touched = 0
        if scattered and isinstance(self._mapped, mmap.mmap) and hasattr(mmap, "MADV_RANDOM"):
            self._mapped.madvise(mmap.MADV_RANDOM)

    @property
    def count(self) -> int:
        """Number of rows."""
        return len(self._vectors)

    def take(self, ids: np.ndarray) -> np.ndarray:
        """Return the rows ``ids`` as a copy, fp16 (n, d)."""
        taken = self._vectors[ids]
        self._touched += len(ids)
        if self._touched > _HELD:
            self._touched = 0
            if isinstance(self._mapped, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
                self._mapped.madvise(mmap.MADV_DONTNEED)
        return np.asarray(taken)


def top(rows: Rows, ids: np.ndarray, query: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the ``k`` best of the rows ``ids`` and their cosines, best first, ties by id.

    Args:
        rows: the stored vectors.
        ids: row numbers, sorted.
        query: (d,) float32, a unit vector.
        k: how many; all of ``ids`` where there are fewer.
    """
    best, scores = top_many(rows, ids, query[None, :], k)
    return best[0], scores[0]


def top_many(
    rows: Rows, ids: np.ndarray, queries: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """Do what ``top`` does for queries (q, d) in one pass; return ids and cosines (q, k)."""
    best = np.zeros((len(queries), 0), np.int64)
    scores = np.zeros((len(queries), 0), np.float32)
    for at in range(0, len(ids), _BLOCK):
        part = ids[at : at + _BLOCK]
        places, cosines = _nearest(rows.take(part), queries, min(k, len(part)))
        best = np.concatenate([best, part[places]], axis=1)
        scores = np.concatenate([scores, cosines], axis=1)
        order = np.lexsort((best, -scores))[:, :k]
        best = np.take_along_axis(best, order, axis=1)
        scores = np.take_along_axis(scores, order, axis=1)
    return best, scores


def _nearest(vectors: np.ndarray, queries: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the places of the ``k`` best of fp16 rows (n, d), and their inner products."""
    import faiss

    n, d = vectors.shape
    scorer: Any = faiss.IndexScalarQuantizer(
        d, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    )
    scorer.add_sa_codes(np.ascontiguousarray(vectors).view(np.uint8).reshape(n, 2 * d))
    scores, places = scorer.search(np.ascontiguousarray(queries, dtype=np.float32), k)
    return places, scores
