"""FAISS over passage ids: build, open (mapped), search.

FAISS knows only int64 passage ids; an ``IDSelector`` keeps a filter inside the search.
Types are factory strings of FAISS, trained where they need it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rag.errors import IndexDamaged, UsageError

TYPES = ("auto", "flat", "hnsw", "ivfpq")
EXACT_UP_TO = 200_000
"""Passages up to which ``auto`` searches exactly: 0.3 GB of fp32 vectors and a few
milliseconds a query on one core."""
_MIN_IVFPQ = 10_000
_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class DenseResult:
    """Passage ids and cosines, best first; equal scores by id."""

    ids: np.ndarray
    scores: np.ndarray


def choose_type(requested: str, passages: int) -> str:
    """Return the index type for a number of passages.

    Raises:
        UsageError: the type is unknown, or needs more passages for its training.
    """
    if requested not in TYPES:
        raise UsageError(f"unknown index type {requested!r}; choose one of {', '.join(TYPES)}")
    if requested == "auto":
        return "flat" if passages <= EXACT_UP_TO else "hnsw"
    if requested == "ivfpq" and passages < _MIN_IVFPQ:
        raise UsageError(
            f"--type ivfpq is trained on {_MIN_IVFPQ:,} passages or more, here are {passages:,}; "
            "use --type flat"
        )
    return requested


def build(vectors: np.ndarray, ids: np.ndarray, index_type: str, file: Path) -> None:
    """Write an index over the rows ``ids`` of ``vectors`` (fp16, one row a passage id)."""
    import faiss

    dimension = vectors.shape[1]
    index = faiss.index_factory(
        dimension, _factory(index_type, dimension, len(ids)), faiss.METRIC_INNER_PRODUCT
    )
    if not index.is_trained:
        random = np.random.default_rng(0)
        sample = np.sort(random.choice(ids, size=min(len(ids), 200_000), replace=False))
        index.train(vectors[sample].astype(np.float32))
    for at in range(0, len(ids), _CHUNK):
        part = ids[at : at + _CHUNK]
        index.add_with_ids(vectors[part].astype(np.float32), part)
    faiss.write_index(index, str(file))


def _factory(index_type: str, dimension: int, count: int) -> str:
    if index_type == "flat":
        return "IDMap2,Flat"
    if index_type == "hnsw":
        return "IDMap2,HNSW32"
    lists = max(64, int(4 * math.sqrt(count)))
    codes = next(m for m in (48, 32, 16, 8, 4, 2, 1) if dimension % m == 0)
    # no IDMap: an IVF keeps ids itself
    return f"IVF{lists},PQ{codes}"


class DenseIndex:
    """An opened index. Safe for several threads: FAISS searches do not change it."""

    def __init__(self, file: Path) -> None:
        import faiss

        self._faiss = faiss
        try:
            self._index: Any = faiss.read_index(str(file), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            reason = str(error).splitlines()[0][:120]
            raise IndexDamaged(f"{file} cannot be read ({reason}); ingest again") from error

    @property
    def count(self) -> int:
        """Number of vectors."""
        return int(self._index.ntotal)

    def search(
        self,
        query: np.ndarray,
        k: int,
        allowed: np.ndarray | None = None,
        excluded: np.ndarray | None = None,
    ) -> DenseResult:
        """Return the ``k`` nearest passages of one query vector (d,).

        Args:
            query: a unit vector, float32.
            k: how many; fewer come back only where fewer pass the filter.
            allowed: sorted ids to search among, ``None`` for all.
            excluded: sorted ids to leave out, used where ``allowed`` is ``None``.
        """
        if (allowed is not None and len(allowed) == 0) or self.count == 0:
            return DenseResult(np.zeros(0, np.int64), np.zeros(0, np.float32))
        selector: Any = None
        if allowed is not None:
            selector = self._faiss.IDSelectorBatch(allowed)
        elif excluded is not None and len(excluded):
            selector = self._faiss.IDSelectorNot(self._faiss.IDSelectorBatch(excluded))
        k = min(k, self.count if allowed is None else min(len(allowed), self.count))
        scores, ids = self._index.search(query[None, :], k, params=self._parameters(k, selector))
        keep = ids[0] >= 0
        found, values = ids[0][keep], scores[0][keep]
        order = np.lexsort((found, -values))
        return DenseResult(found[order], values[order])

    def _parameters(self, k: int, selector: Any) -> Any:
        faiss = self._faiss
        inner = self._index
        if isinstance(inner, (faiss.IndexIDMap, faiss.IndexIDMap2)):
            inner = faiss.downcast_index(inner.index)
        if isinstance(inner, faiss.IndexHNSW):
            return faiss.SearchParametersHNSW(efSearch=max(64, 2 * k), sel=selector)
        if isinstance(inner, faiss.IndexIVF):
            return faiss.SearchParametersIVF(nprobe=max(16, inner.nlist // 16), sel=selector)
        return faiss.SearchParameters(sel=selector)
