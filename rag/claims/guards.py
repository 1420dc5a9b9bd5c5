"""What shared words cannot see: doubt, other species, and who does what to whom.

Each guard can only turn a support into ``unclear``. They are word lists and word order, so
they also refuse some true paraphrases (a passive, a list in another order): a statement
that is not said costs less than one that is said wrongly.
"""

from __future__ import annotations

import re

from rag.claims.lexicon import content_terms
from rag.claims.numbers import numbers_in_order

_DOUBT = re.compile(
    r"\b(?:may|might|could|whether|possibl[ey]|perhaps|potential(?:ly)?|suggest(?:s|ed|ing|ive)?"
    r"|appear(?:s|ed)? to|seem(?:s|ed)? to|hypothesi[sz]\w*|speculat\w*|presum\w*|unknown|unclear"
    r"|uncertain\w*|controversial|debated|inconclusive|remains? to be|not (?:yet )?(?:known|clear"
    r"|established|proven|shown))\b",
    re.IGNORECASE,
)
_SPECIES = {
    "animals": re.compile(
        r"\b(?:rats?|mice|mouse|murine|rodents?|rabbits?|guinea[- ]pigs?|hamsters?|dogs?|canine"
        r"|cats?|feline|pigs?|porcine|sheep|ovine|cows?|cattle|bovine|horses?|equine|monkeys?|macaques?"
        r"|zebrafish|drosophila|chick(?:en)?s?|animals?)\b",
        re.IGNORECASE,
    ),
    "cells": re.compile(
        r"\b(?:in vitro|ex vivo|cell (?:lines?|cultures?)|cultured|in silico)\b", re.IGNORECASE
    ),
}
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_CAUSES = re.compile(
    r"\b(?:caus(?:es?|ed|ing|ation|al)|induc\w+|trigger\w*|prevents?|prevented|cures?|cured)\b",
    re.IGNORECASE,
)
_LINKED = re.compile(r"\b(?:associat\w+|correlat\w+|linked|related|relationship)\b", re.IGNORECASE)
_EVERY = re.compile(
    r"(?<!half of )(?<!most of )(?<!third of )(?<!quarter of )(?<!% of )(?<!percent of )"
    r"\b(?:all|every|everyone|everybody|everywhere|everything|always|any|anyone|anybody"
    r"|never|throughout|whole|entire|worldwide|universal(?:ly)?|regardless)\b",
    re.IGNORECASE,
)
_APART = tuple(
    tuple(frozenset(side.split()) for side in row.split("|"))
    for row in (
        "before|after",
        "above|below",
        "morning|evening|night",
        "hourly|daily|weekly|monthly|yearly annually",
        "high-dose higher-dose|low-dose lower-dose",
    )
)
"""Words of which one excludes the others, and which no other rule tells apart."""
LEAST_ORDER = 0.75
"""Least share of a claim's shared stems that stand in the quote in the claim's order. Set by
hand; where the claim holds two numbers or more all of them must, since each number belongs
to the words beside it."""


def objection(claim: str, quote: str) -> str:
    """Return why ``quote`` does not carry ``claim`` in spite of its words, or ""."""
    if doubtful(claim, quote):
        return "the passage says it with doubt, the statement without"
    if reason := other_species(claim, quote) or stronger_link(claim, quote):
        return reason
    counted = numbers_in_order(claim, quote)
    if counted is False:
        return "the numbers stand in another order in the passage"
    share = same_order(claim, quote)
    if share < (1.0 if counted else LEAST_ORDER):
        return "the passage puts the same words in another order"
    return ""


def doubtful(claim: str, quote: str) -> bool:
    """True where a quote says with doubt what a claim says without."""
    return bool(_DOUBT.search(quote)) and not _DOUBT.search(claim)


def wider(claim: str, quote: str) -> str:
    """Return that a claim is of all where a quote is not, or ""."""
    found = _EVERY.search(claim)
    if found and not _EVERY.search(quote):
        return f"the statement is wider than the passage: {found.group().lower()}"
    return ""


def other_time(claim: str, quote: str) -> str:
    """Return that claim and quote name another time, rate or strength of dose, or ""."""
    mine = {m.group().lower() for m in _WORD.finditer(claim)}
    theirs = {m.group().lower() for m in _WORD.finditer(quote)}
    for sides in _APART:
        said = [side for side in sides if side & mine]
        held = [side for side in sides if side & theirs]
        if said and held and not any(side in held for side in said):
            words = " ".join(sorted(said[0] & mine)), " ".join(sorted(held[0] & theirs))
            return f"the statement says {words[0]}, the passage {words[1]}"
    return ""


def other_species(claim: str, quote: str) -> str:
    """Return that a quote is about animals or cells of which a claim says nothing, or ""."""
    for kind, cue in _SPECIES.items():
        if cue.search(quote) and not cue.search(claim):
            return f"the passage is about {kind}, which the statement does not say"
    return ""


def same_order(claim: str, quote: str) -> float:
    """Return the longest common subsequence of stems over the stems that both texts hold."""
    a, b = _stems(claim), _stems(quote)
    shared = set(a) & set(b)
    a, b = [s for s in a if s in shared], [s for s in b if s in shared]
    if len(shared) < 2:
        return 1.0
    row = [0] * (len(b) + 1)
    for x in a:
        diagonal = 0
        for j, y in enumerate(b, start=1):
            diagonal, row[j] = row[j], diagonal + 1 if x == y else max(row[j], row[j - 1])
    return min(1.0, row[-1] / len(a))


def _stems(text: str) -> list[str]:
    return [stem for m in _WORD.finditer(text) for stem in sorted(content_terms(m.group()))]


def stronger_link(claim: str, quote: str) -> str:
    """Return that a claim names a cause where a quote tells of things that go together, or ""."""
    if _LINKED.search(quote) and _CAUSES.search(claim) and not _CAUSES.search(quote):
        return "the passage says that they go together, the statement that one causes the other"
    return ""
