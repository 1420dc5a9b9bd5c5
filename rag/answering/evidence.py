"""Choose what an answer is written from: distinct articles, relevant and diverse.

Maximal marginal relevance (Carbonell & Goldstein, SIGIR 1998, doi:10.1145/290941.291025):
the next piece is the one with the highest λ·relevance - (1-λ)·likeness to those chosen.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.answering.similarity import Similarity
from rag.types import Evidence, Hit

TRADE_OFF = 0.8
"""λ: mostly relevance; a near copy of a chosen passage still falls behind."""


def choose_evidence(
    hits: Sequence[Hit],
    *,
    limit: int = 8,
    similarity: Similarity | None = None,
    trade_off: float = TRADE_OFF,
) -> tuple[Evidence, ...]:
    """Choose at most ``limit`` hits, one an article, and number them 1..n in order of choice.

    Relevance is the hit's score, min-max scaled over the hits. Retraction notices carry no
    finding of their own and are left out. Ties go to the better rank.
    """
    best: dict[str, Hit] = {}
    for hit in sorted(hits, key=lambda h: h.rank):
        if hit.article.status != "notice" and hit.passage.text.strip():
            best.setdefault(hit.article.id, hit)
    pool = list(best.values())
    if not pool or limit < 1:
        return ()
    similarity = similarity or Similarity()
    similarity.prime([h.passage.text for h in pool])
    low, high = min(h.score for h in pool), max(h.score for h in pool)
    relevance = {h.article.id: (h.score - low) / (high - low) if high > low else 1.0 for h in pool}
    nearest = dict.fromkeys(relevance, 0.0)
    chosen: list[Hit] = []
    while pool and len(chosen) < limit:
        pick = max(
            pool,
            key=lambda h: (
                trade_off * relevance[h.article.id] - (1 - trade_off) * nearest[h.article.id],
                -h.rank,
            ),
        )
        pool.remove(pick)
        chosen.append(pick)
        for hit in pool:
            alike = similarity.between(hit.passage.text, pick.passage.text)
            nearest[hit.article.id] = max(nearest[hit.article.id], alike)
    return tuple(Evidence(n, hit) for n, hit in enumerate(chosen, start=1))
