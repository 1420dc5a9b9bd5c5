"""One order out of the scores of two routes.

Each route's scores are scaled to [0, 1] by their minimum and maximum and added (convex
combination; Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval",
ACM TOIS 2023). A passage that a route did not return counts 0 there.
"""

from __future__ import annotations

Scores = dict[int, float]
"""Passage id → score."""

DENSE_WEIGHT = 0.5
"""Equal weights, not tuned to any set; benchmarks/README.md has what they give."""


def fuse(dense: Scores, lexical: Scores, weight: float = DENSE_WEIGHT) -> Scores:
    """Return ``weight`` · scaled dense + (1 − ``weight``) · scaled lexical over the union.

    Each route is scaled to [0, 1] by its own minimum and maximum; a route whose scores are
    all equal gives 1 to each of them.
    """
    a, b = _scaled(dense), _scaled(lexical)
    return {
        pid: weight * a.get(pid, 0.0) + (1 - weight) * b.get(pid, 0.0)
        for pid in a.keys() | b.keys()
    }


def _scaled(scores: Scores) -> Scores:
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    if high == low:
        return dict.fromkeys(scores, 1.0)
    return {pid: (s - low) / (high - low) for pid, s in scores.items()}
