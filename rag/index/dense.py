"""FAISS over passage ids: open (mapped) and search.

FAISS knows only int64 passage ids; an ``IDSelector`` keeps a filter inside the search. An
approximate type names candidates, which are ranked by their exact cosines; where a filter
leaves few passages, or the lists that were read hold too few of them, the search is exact.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rag.errors import IndexDamaged
from rag.index import exact
from rag.index.kinds import DenseFacts

EXACT_ALLOWED = 20_000
"""Allowed passages up to which an approximate index searches exactly among them; of a larger
index, up to half a percent."""
_REFINED = 10
"""Hits that get their full number of candidates; a hundredth hit's place matters less."""
_WIDEST = 16
"""Times ``nprobe`` that a filter may ask for."""


@dataclass(frozen=True, slots=True)
class DenseResult:
    """Passage ids and cosines, best first; equal scores by id."""

    ids: np.ndarray
    scores: np.ndarray


class DenseIndex:
    """An opened index. Safe for several threads: FAISS searches do not change it.

    Args:
        file: what ``dense_build`` wrote.
        facts: as the manifest has them.
        vectors: gives the stored vectors, called when an approximate type is first searched.
    """

    def __init__(
        self,
        file: Path,
        facts: DenseFacts | None = None,
        vectors: Callable[[], np.ndarray] | None = None,
    ) -> None:
        import faiss

        self._faiss: Any = faiss
        try:
            self._index: Any = faiss.read_index(str(file), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            reason = str(error).splitlines()[0][:120]
            raise IndexDamaged(f"{file} cannot be read ({reason}); ingest again") from error
        self._facts = facts or DenseFacts()
        self._open_vectors = vectors
        self._rows: exact.Rows | None = None
        self._inner = _innermost(faiss, self._index)
        self._lists = self._inner.nlist if isinstance(self._inner, faiss.IndexIVF) else 0
        self._approximate = self._lists > 0 or isinstance(self._inner, faiss.IndexHNSW)
        self._without: tuple[np.ndarray, Any] | None = None

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
        query = np.ascontiguousarray(query, dtype=np.float32)
        if self._approximate and allowed is not None:
            allowed = allowed[: np.searchsorted(allowed, self._end())]
        if (allowed is not None and len(allowed) == 0) or self.count == 0:
            return DenseResult(np.zeros(0, np.int64), np.zeros(0, np.float32))
        if not self._approximate:
            return self._ranked(*self._candidates(query, k, allowed, excluded, 0))
        few = max(EXACT_ALLOWED, self.count // 200)
        if allowed is not None and (len(allowed) <= few or len(allowed) <= k):
            return DenseResult(*exact.top(self._stored(), allowed, query, k))
        return self._refined(query, k, allowed, excluded)

    def _refined(
        self,
        query: np.ndarray,
        k: int,
        allowed: np.ndarray | None,
        excluded: np.ndarray | None,
    ) -> DenseResult:
        """Fetch more than ``k`` candidates, rank them by their exact cosines."""
        wanted = k + (self._facts.refine - 1) * min(k, _REFINED)
        share = 1.0 if allowed is None else len(allowed) / self.count
        # the ten nearest of a tenth are spread as the hundred nearest of all are
        nprobe = int(self._facts.nprobe * min(_WIDEST, share**-0.5))
        ids, _ = self._candidates(query, wanted, allowed, excluded, nprobe)
        some = self.count - (0 if excluded is None else len(excluded))
        most = some if allowed is None else len(allowed)
        if len(ids) < min(k, most):
            if self._lists:  # the lists that were read hold too few that pass
                ids, _ = self._candidates(query, wanted, allowed, excluded, self._lists)
            else:  # a graph is left where its paths are filtered away, or end among equals
                ids = self._ids(excluded) if allowed is None else allowed
        ids = np.sort(ids)
        return DenseResult(*exact.top(self._stored(), ids, query, k))

    def _ids(self, excluded: np.ndarray | None) -> np.ndarray:
        """Return all ids of an index with a map of them, but for those ``excluded``."""
        held: np.ndarray = self._faiss.vector_to_array(self._index.id_map)
        return held if excluded is None else np.setdiff1d(held, excluded)

    def _candidates(
        self,
        query: np.ndarray,
        k: int,
        allowed: np.ndarray | None,
        excluded: np.ndarray | None,
        nprobe: int,
    ) -> tuple[np.ndarray, np.ndarray]:
        k = min(k, self.count if allowed is None else len(allowed))
        selector = self._selector(allowed, excluded)
        parameters = self._parameters(k, selector, nprobe)
        scores, ids = self._index.search(query[None, :], k, params=parameters)
        keep = ids[0] >= 0
        return ids[0][keep], scores[0][keep]

    def _ranked(self, ids: np.ndarray, scores: np.ndarray) -> DenseResult:
        order = np.lexsort((ids, -scores))
        return DenseResult(ids[order], scores[order])

    def _selector(self, allowed: np.ndarray | None, excluded: np.ndarray | None) -> Any:
        """Return what keeps a filter inside the search.

        A bitmap: made in a tenth of the time of FAISS's set of ids, and faster to ask.
        """
        if allowed is not None:
            return self._faiss.IDSelectorBitmap(_bits(allowed))
        if excluded is None or not len(excluded):
            return None
        # a reader excludes the same ids in every search
        kept = self._without  # read once: another thread may set it
        if kept is None or kept[0] is not excluded:
            bits = self._faiss.IDSelectorBitmap(_bits(excluded))
            self._without = kept = excluded, self._faiss.IDSelectorNot(bits)
        return kept[1]

    def _parameters(self, k: int, selector: Any, nprobe: int) -> Any:
        faiss = self._faiss
        if isinstance(self._inner, faiss.IndexHNSW):
            return faiss.SearchParametersHNSW(efSearch=max(64, 2 * k), sel=selector)
        if not self._lists:
            return faiss.SearchParameters(sel=selector)
        parameters = faiss.SearchParametersIVF(nprobe=min(nprobe, self._lists), sel=selector)
        if isinstance(self._index, faiss.IndexPreTransform):
            return faiss.SearchParametersPreTransform(index_params=parameters)
        return parameters

    def _end(self) -> int:
        """Return the first passage id that is not in the index."""
        return self._facts.rows or self._stored().count

    def _stored(self) -> exact.Rows:
        if self._rows is None:
            assert self._open_vectors is not None, "an approximate index needs stored vectors"
            self._rows = exact.Rows(self._open_vectors())
        return self._rows


def _innermost(faiss: Any, index: Any) -> Any:
    """Return the index inside of those that only map ids or rotate vectors."""
    while isinstance(index, (faiss.IndexIDMap, faiss.IndexIDMap2, faiss.IndexPreTransform)):
        index = faiss.downcast_index(index.index)
    return index


def _bits(ids: np.ndarray) -> np.ndarray:
    """Return sorted ids as a bitmap, uint8."""
    marks = np.zeros(int(ids[-1]) + 1, dtype=bool)
    marks[ids] = True
    return np.packbits(marks, bitorder="little")
