"""How much a word of a question tells: rare words say what it is about.

A rarity is an inverse document frequency in the form of BM25 (Robertson & Zaragoza 2009,
doi:10.1561/1500000019). It comes from the index where the caller knows one, else from
the passages at hand.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from rag.claims.lexicon import content_terms, tokens

Holders = Callable[[str], int]
"""Word → number of passages of the index that hold it."""

LEAST_PASSAGES = 1000
"""An index of fewer passages is counted as one of this many: in two documents every word is
either everywhere or nowhere, which tells nothing about the word."""


def inverse_frequency(holders: int, passages: int) -> float:
    """Return log(1 + (N - n + 0.5) / (n + 0.5)) with N of at least ``LEAST_PASSAGES``."""
    held = max(passages, LEAST_PASSAGES)
    return math.log(1 + (held - min(holders, held) + 0.5) / (holders + 0.5))


def rarities(
    question: str,
    texts: Sequence[frozenset[str]],
    holders: Holders | None = None,
    passages: int = 0,
) -> dict[str, float]:
    """Return stem → rarity for the content words of a question.

    Args:
        question: as read by ``read_question``.
        texts: the stems of each passage at hand; used where there are no ``holders``.
        holders: of the index; words of one stem count together by the most frequent.
        passages: of the index.
    """
    words: dict[str, list[str]] = {}
    for word in tokens(question):
        for term in content_terms(word):
            words.setdefault(term, []).append(word)
    if holders is None:
        return {t: inverse_frequency(sum(t in x for x in texts), len(texts)) for t in words}
    return {
        term: inverse_frequency(max(holders(w) for w in forms), passages)
        for term, forms in words.items()
    }
