"""One order out of the scores of two routes.

Each route's scores are scaled and added with weights (convex combination; Bruch, Gai and
Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", ACM TOIS 2023). A passage that a
route did not return counts 0 there.
"""

from __future__ import annotations

import heapq

import numpy as np

Scores = dict[int, float]
"""Passage id → score."""

SEEN = 5
"""First passages that feedback is drawn from."""
FEEDBACK_DEPTH = 200
"""First passages that feedback ranks anew."""


def fuse(dense: Scores, lexical: Scores, weight: float = 0.5, floor: float | None = None) -> Scores:
    """Return ``weight`` · scaled dense + (1 - ``weight``) · scaled lexical over the union.

    Args:
        dense: cosines.
        lexical: BM25 scores, above 0.
        weight: of the dense route.
        floor: the cosine of a passage that has nothing to do with the query. With it cosines
            are scaled so that ``floor`` and what lies below are 0 and the best is 1, and BM25 by
            its best alone, since 0 is its floor. Without it each route is scaled to
            [0, 1] by its own minimum and maximum, and a route whose scores are all equal gives
            1 to each of them.
    """
    if floor is None:
        a, b = _by_range(dense), _by_range(lexical)
    else:
        a, b = _from(floor, dense), _from(0.0, lexical)
    return {
        pid: weight * a.get(pid, 0.0) + (1 - weight) * b.get(pid, 0.0)
        for pid in a.keys() | b.keys()
    }


def with_feedback(scores: Scores, vectors: np.ndarray, weight: float) -> Scores:
    """Return scores in which likeness to the first hits has a share of ``weight``.

    The first ``SEEN`` passages, weighted by their scores, make a mean vector; the cosine of the
    first ``FEEDBACK_DEPTH`` to it, divided by the greatest of them, is added to their score
    (Rocchio's feedback without its negative part). Passages below keep their order, beneath.

    Args:
        scores: fused scores, at most 1.
        vectors: (rows, d), the unit vectors of all passages by id.
        weight: 0 to 1.
    """
    first = heapq.nsmallest(FEEDBACK_DEPTH, scores, key=lambda pid: (-scores[pid], pid))
    if not weight or len(first) < 2:
        return scores
    rows = np.asarray(vectors[first], dtype=np.float32)
    worth = np.maximum([scores[pid] for pid in first[:SEEN]], 0.0).astype(np.float32)
    likeness = rows @ (worth @ rows[:SEEN])
    most = float(likeness.max())
    if most <= 0:
        return scores
    out = {pid: (1 - weight) * score for pid, score in scores.items()}
    for pid, near in zip(first, likeness.tolist(), strict=True):
        out[pid] += weight * max(0.0, near / most)
    return out


def _by_range(scores: Scores) -> Scores:
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    if high == low:
        return dict.fromkeys(scores, 1.0)
    return {pid: (s - low) / (high - low) for pid, s in scores.items()}


def _from(floor: float, scores: Scores) -> Scores:
    high = max(scores.values(), default=floor)
    if high <= floor:
        return _by_range(scores)
    return {pid: max(0.0, (s - floor) / (high - floor)) for pid, s in scores.items()}
