"""What can be counted of a claim and a text, in a fixed order: the input of a trained verifier.

Polarity and order are read on the sentence of the text that shares most words with the claim:
over a whole abstract some sentence always says the opposite of something.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from rag.claims.aims import is_aim
from rag.claims.guards import objection, same_order
from rag.claims.lexicon import content_terms, coverage, identifiers, jaccard, tokens
from rag.claims.numbers import Number, missing_numbers, numbers
from rag.claims.polarity import Agreement, agreement, clauses
from rag.text import sentences

_DOUBTS = re.compile(
    r"\b(?:may|might|could|whether|possibl[ey]|potential(?:ly)?|unclear|unknown|suggest\w*)\b",
    re.IGNORECASE,
)
RULES = (
    "coverage", "coverage of best sentence", "jaccard", "order", "negation conflict",
    "one side negated", "opposite direction", "direction missing", "direction agrees",
    "sides swapped", "numbers", "numbers missing", "names", "names missing", "doubt", "aim",
    "question", "other species or order", "claim length", "evidence length",
    "coverage x negation", "coverage x opposite",
)  # fmt: skip
"""The features that words alone give, in the order of ``rule_features``."""
COSINES = (
    "cosine", "cosine of best sentence", "cosine squared", "cosine x one side negated",
)  # fmt: skip
"""Those that an embedder gives, in the order of ``cosine_features``."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A pair as the rules read it: the sentence meant, its agreement, what is and is not held.

    ``absent`` are the numbers of the claim, with units, that the evidence does not hold.
    """

    sentence: str
    overlap: float
    agreement: Agreement
    matched: tuple[str, ...]
    missing: tuple[str, ...]
    absent: tuple[str, ...]


def best_sentence(claim: str, evidence: str) -> str:
    """Return the sentence of a text that shares most content stems with a claim."""
    terms = content_terms(claim)
    parts = [evidence[a:b] for a, b in sentences(evidence)] or [evidence]
    return max(parts, key=lambda s: coverage(terms, content_terms(s)))


def read_pair(claim: str, evidence: str) -> Reading:
    """Read a pair: which sentence is meant and which words, numbers and names it holds."""
    sentence = best_sentence(claim, evidence)
    theirs = content_terms(evidence)
    held: list[str] = []
    lacking: list[str] = []
    seen: set[str] = set()
    for token in tokens(claim):
        stems = content_terms(token)
        if stems and not stems & seen:
            seen |= stems
            (held if stems <= theirs else lacking).append(token)
    absent, said = missing_numbers(claim, evidence), numbers(claim)
    units = {number.unit for number in said}  # named with their numbers
    held = [token for token in held if token not in units]
    lacking = [token for token in lacking if token not in units]
    for number in said:
        (lacking if number in absent else held).append(_shown(number))
    return Reading(
        sentence,
        coverage(content_terms(claim), theirs),
        agreement(claim, sentence),
        tuple(dict.fromkeys(held)),
        tuple(dict.fromkeys(lacking)),
        tuple(dict.fromkeys(map(_shown, absent))),
    )


def _shown(number: Number) -> str:
    return f"{number.value} {number.unit}".strip()


def rule_features(claim: str, evidence: str, reading: Reading) -> list[float]:
    """Return the features of a pair that need no model, one a name of ``RULES``.

    ``reading`` is ``read_pair(claim, evidence)``.
    """
    sentence, agrees = reading.sentence, reading.agreement
    terms, theirs = content_terms(claim), content_terms(sentence)
    best = coverage(terms, theirs)
    stated = [d for c in clauses(claim) for d in c.directions]
    said, absent = numbers(claim), missing_numbers(claim, evidence)
    names = identifiers(claim)
    strange = names - identifiers(evidence) - content_terms(evidence)
    doubt = bool(_DOUBTS.search(sentence)) and not _DOUBTS.search(claim)
    opposite = float(agrees.direction < 0)
    return [
        reading.overlap,
        best,
        jaccard(terms, theirs),
        same_order(claim, sentence),
        agrees.negation_conflict,
        float(one_side_negated(claim, sentence)),
        opposite,
        float(bool(stated) and agrees.direction == 0),
        float(bool(stated) and agrees.direction > 0),
        float(agrees.swapped),
        float(bool(said)),
        len(absent) / len(said) if said else 0.0,
        float(bool(names)),
        len(strange) / len(names) if names else 0.0,
        float(doubt),
        float(is_aim(sentence) and not is_aim(claim)),
        float(sentence.rstrip().endswith("?")),
        float(bool(objection(claim, sentence))),
        math.log1p(len(claim.split())),
        math.log1p(len(evidence.split())),
        best * agrees.negation_conflict,
        best * opposite,
    ]


def cosine_features(claim: str, reading: Reading, cosine: float, best_cosine: float) -> list[float]:
    """Return the features of a pair that an embedder gives, one a name of ``COSINES``.

    Args:
        claim: the claim.
        reading: ``read_pair(claim, evidence)``.
        cosine: of claim and evidence, in [-1, 1].
        best_cosine: of claim and ``reading.sentence``.
    """
    one_side = one_side_negated(claim, reading.sentence)
    return [cosine, best_cosine, max(0.0, cosine) ** 2, max(0.0, cosine) * one_side]


def one_side_negated(claim: str, sentence: str) -> bool:
    """True where one of two texts holds a negation and the other none."""
    return _negated(claim) != _negated(sentence)


def _negated(text: str) -> bool:
    return any(c.negated for c in clauses(text))
