"""How much a word of a question tells: rare words say what it is about.

A rarity is an inverse document frequency in the form of BM25 (Robertson & Zaragoza 2009,
doi:10.1561/1500000019). It comes from the index where the caller knows one, else from
the passages at hand.

A small index cannot tell which words are rare: in one of twelve notes "target" is held by none
and "imatinib" by one, and a question after the target of imatinib would seem to be about
targets. So an index of fewer than ``LEAST_PASSAGES`` is topped up to that many with passages
that hold only the words of ``COMMON``, each in the share ``COMMON_SHARE``. A larger index is
left as it is: it knows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from rag.claims.lexicon import content_terms, tokens

Holders = Callable[[str], int]
"""Word → number of passages of the index that hold it."""

LEAST_PASSAGES = 1000
"""Fewer passages than this say too little of how rare a word is."""

_COMMON = """
action activity adult adverse affect age agent analysis approach aspect associate benefit blood
case cause cell change child chronic clinical comparison complication component condition
control course day death decrease deficiency detect develop diagnosis diagnostic difference
disease disorder dose drug duration effect effectiveness efficacy enzyme event evidence
expression factor feature finding form frequency function gene genetic group health hormone
human implicate importance improve incidence increase indication individual induce infection
inhibit inhibitor interaction involve level link management marker mechanism mediate medication
method model month number occur organ origin outcome pathway patient people pharmacology
population prevalence prevent property protect protein purpose rate reaction receptor recommend
reduce reduction regulate relate relationship report research response result risk safe safety
severe side sign similar source stage study surgery symptom syndrome system target test
therapeutic therapy time tissue treatment trial type useful value work year
"""
COMMON = content_terms(_COMMON)
"""Stems of what questions ask for and of everyday medical prose.

Each is held by 2 % of abstracts or more, on average over four sets of abstracts (reviews of
drugs, randomised trials, a test collection of the 1960s, basic research). No list of all such
words: a question seldom asks by another."""
COMMON_SHARE = 0.03
"""Share of passages taken to hold a common word; a passage is shorter than an abstract."""


def inverse_frequency(holders: float, passages: int) -> float:
    """Return log(1 + (N - n + 0.5) / (n + 0.5)) for n holders among N passages."""
    return math.log(1 + (passages - min(holders, passages) + 0.5) / (holders + 0.5))


def _rarity(term: str, holders: int, passages: int) -> float:
    """Return the rarity of a stem in an index, topped up where that is small."""
    missing = max(0, LEAST_PASSAGES - passages)
    common = COMMON_SHARE * missing if term in COMMON else 0.0
    return inverse_frequency(holders + common, passages + missing)


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
        return {t: _rarity(t, sum(t in x for x in texts), len(texts)) for t in words}
    return {
        term: _rarity(term, max(holders(w) for w in forms), passages)
        for term, forms in words.items()
    }


_WIDEST = math.log(1 + 8000)
"""Rarity from which on a word counts as rare as can be: one of 8,000 passages."""


def rareness(holders: Holders, passages: int) -> Callable[[str], float]:
    """Return a function of a word: 1 where hardly a passage holds it, near 0 where all do.

    An index of fewer than ``LEAST_PASSAGES`` is taken to have that many.
    """
    known: dict[str, float] = {}

    def of(word: str) -> float:
        if word not in known:
            held = holders(word) + 0.5
            known[word] = min(1.0, math.log((max(passages, LEAST_PASSAGES) + 1) / held) / _WIDEST)
        return known[word]

    return of
