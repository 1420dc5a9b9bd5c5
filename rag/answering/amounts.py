"""Which numbers of a sentence answer a question for an amount.

A sentence of results holds doses, sizes of groups, probabilities and intervals beside the amount
that was asked for. A number counts where its unit or its noun is the one of the question.
"""

from __future__ import annotations

import re

from rag.claims.lexicon import content_terms

AMOUNT = re.compile(
    r"\bhow (?:many|much|long|often|large|big|old|high|common|frequent)\b|percentage"
)
"""Words that ask for an amount, in a lower-case question."""

_NUMBER = re.compile(
    r"(?:[<>~≥≤±]\s*)?\d[\d,.]*(?:\s*(?:-|–|to|±)\s*\d[\d,.]*)?"
    r"(?:\s*(?:%|percent|(?:years?|months?|weeks?|days?|hours?|minutes?|mg|g|kg|ml|kb|bp|kda|nm|mm"
    r"|cm|million|billion|nucleotides|amino acids|genes|proteins|residues|patients|cases|per"
    r"\s\w+)\b))?",
    re.IGNORECASE,
)
_UNIT = r"\s*(?:%|(?:percent|years?|months?|weeks?|days?|hours?|minutes?|mg|g|kg|ml)\b)"
"""Without these a number says nothing; "46 chromosomes" may be said as 46."""
_TIME = r"(?:years?|months?|weeks?|days?|hours?|minutes?|seconds?|h|min)\b"
_SHARE = r"(?:%|percent|per\s|fold|times\b|in\s\d|out\sof|(?:million|billion)\b)"
_NO_AMOUNT_BEFORE = re.compile(
    r"(?:\bp\s*[-\s]?(?:value)?\s*[<=>≤≥]\s*|\bn\s*=\s*|\bCIs?\b\W{0,4}(?:\d[\d.]*\W{0,3})?)$", re.I
)
_INTERVAL = re.compile(r"\s*%?\s*-?\s*(?:CIs?|confidence|credible|prediction)\b", re.IGNORECASE)
_DOSE = re.compile(
    r"^\s*-?\s*(?:mg|mcg|µg|μg|g|kg|ml|iu|units?|mmol|tablets?|doses?)\b", re.IGNORECASE
)
_COUNTED = re.compile(
    r"\s*(?:[\w-]+\s+){0,2}?(?:patients?|participants?|subjects?|people|women|men|children|adults|cases)\b",
    re.IGNORECASE,
)
"""Sizes of groups."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_NUMBER_END = re.compile(r"\d[\d.,]*(?:\s*(?:-|–|to|±)\s*\d[\d.,]*)?")
_NOUN = re.compile(
    r"\bhow many\s+((?:[\w-]+\s+){0,4}?[\w-]+?)\s+"
    r"(?:are|is|were|was|do|does|did|have|has|can|should|will|in|of|with)\b"
)
_OTHER = re.compile(r"(?<=\s)\d")
NEAR = 40
"""Characters behind a number in which its noun stands, before the next number."""


def amounts(sentence: str, question: str) -> list[tuple[int, int]]:
    """Return the places of the numbers that are asked for, with their units and without.

    ``question`` is one that ``AMOUNT`` finds.
    """
    out = []
    for match in _NUMBER.finditer(sentence):
        start, end = match.span()
        if not is_amount_asked(question, sentence, start, end):
            continue
        end = start + len(match.group().rstrip(" .,"))
        out.append((start, end))
        bare = _NUMBER_END.match(sentence, start)
        if bare and bare.end() < end and not re.match(_UNIT, sentence[bare.end() : end]):
            out.append((start, start + len(bare.group().rstrip(" .,"))))
    return out


def is_amount_asked(question: str, sentence: str, start: int, end: int) -> bool:
    """True where the number at ``sentence[start:end]`` is of the kind that is asked for.

    ``question`` is one that ``AMOUNT`` finds.
    """
    asked = question.lower()
    number = _NUMBER_END.search(sentence, start, end)
    if number is None:
        return False
    # a number is found with the sign before it: "< 0.001" of "p < 0.001"
    if _NO_AMOUNT_BEFORE.search(sentence[max(0, start - 24) : number.start()]):
        return False
    after = _OTHER.split(sentence[number.end() : number.end() + NEAR], maxsplit=1)[0]
    if _INTERVAL.match(after) or _YEAR.fullmatch(number.group().strip(".,")):
        return False
    if re.search(r"\bhow (?:long|old)\b", asked):
        return bool(re.match(rf"\s*-?\s*{_TIME}", after, re.IGNORECASE))
    if noun := _NOUN.search(asked):
        wanted = content_terms(noun[1])
        return not wanted or bool(wanted & content_terms(after))
    if re.search(r"\bhow (?:common|frequent|often)\b|percentage", asked):
        return bool(re.match(rf"\s*-?\s*{_SHARE}", after, re.IGNORECASE))
    if "dose" in asked or "dosage" in asked:
        return bool(_DOSE.match(after))
    return not (_DOSE.match(after) or _COUNTED.match(after) or re.match(rf"\s*-?\s*{_TIME}", after))
