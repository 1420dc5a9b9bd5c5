# ruff: noqa: E501 - tables of expressions and texts are read by the line
"""Ages over 89, in figures and in words; "over 90" and "90+" name a class and stay."""

from __future__ import annotations

import re

from rag.privacy.kinds import Identifier
from rag.privacy.places import Places, first_words, words_of

_N = r"(?<![\d.,/<>≥≤+-])(?P<v>9\d|1[01]\d|120)"
_WORDS = (
    r"(?P<v>ninety(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?"
    r"|(?:a|one)[ -]hundred(?:[ -](?:and[ -])?(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve))?)"
)
_CLASS = re.compile(
    r"(?:>|<|≥|≤|\bover|\babove|\bunder|\bbelow|older than|younger than|at least|up to)\s?(?:the age of )?$",
    re.I,
)
_OLD = r"(?:[\s-]{0,2}(?:year|yr)s?[\s-]{1,2}old|[\s-]?y(?:r|ear)?s?[./\s]{0,2}o\b|[\s-]?years?\sof\sage|[\s-]?y\.?o\.?\b)"
_RELATIVES = (
    "mother|father|grandmother|grandfather|wife|husband|aunt|uncle|sister|brother|she|he|patient|pt"
)
_RELATIVE = rf"\b(?:{_RELATIVES})"
_NUMBERED = (
    (rf"{_N}(?={_OLD}|[\s-]?(?:y|yr|yrs)\b\.?)", "age"),
    (rf"{_N}(?=\s?[MF]\b(?!\w))", "age-sex"),
    (rf"{_N}(?=[\s-]?(?:year|yr|y)s?\b[ -]?(?:male|female|man|woman|M\b|F\b))", "age-sex"),
    (rf"{_N}(?=(?:st|nd|rd|th)\sbirthday)", "age-birthday"),
)  # fmt: skip
_WORDED = (
    (rf"\bage[ds]?\b(?:\s?[:=]|\sof|\sis|\swas|\sat\sdeath)?\s{{0,3}}{_N}(?!\d|[.,/]\d|\s?%|\+)", "age-label"),
    (rf"{_RELATIVE}(?:,?\s(?:is|was|who\sis|turned|died\sat|aged|passed\saway\sat|lived\sto)\s|,\s|\s\(){_N}(?=[\s,.;)]|$)(?!\s?(?:%|kg|mg|lb|bpm|on\b|over\b|days?|weeks?|months?|\d))", "age-relative"),
    (rf"\b(?:died|dead|deceased|turned|turning)\s(?:at\s)?{_N}(?=[\s,.;)]|$)(?!\s?(?:%|days?|weeks?|months?))", "age-relative"),
    (rf"\b{_WORDS}(?=[\s-]{{1,2}}(?:years?|yrs?)[\s-]{{1,2}}(?:old|of age)|[\s-]?y/?o\b)", "age-words"),
    (r"\b(?P<v>in\s(?:her|his|their|the)\s(?:early\s|mid[ -]?|late\s)?(?:nineties|90[’']?s))\b", "age-decade"),
    (r"\b(?P<v>nonagenarian|centenarian|supercentenarian)\b", "age-decade"),
)  # fmt: skip
_BY_NUMBER = tuple((re.compile(form, re.IGNORECASE), rule) for form, rule in _NUMBERED)
_BY_WORD = tuple((re.compile(form, re.IGNORECASE), rule) for form, rule in _WORDED)
WORDS = first_words(_RELATIVES.split("|")) | words_of(
    "age aged ages died dead deceased turned turning ninety a one in nonagenarian centenarian"
    " supercentenarian"
)


def find_ages(places: Places) -> list[Identifier]:
    """Return the ages over 89 of a text; the span is the number, not the words about it."""
    out = []
    old = [at for at in places.numbers if places.text[at] in "91"]
    words = places.of(WORDS)
    for forms, starts in ((_BY_NUMBER, old), (_BY_WORD, words)):
        for pattern, rule in forms:
            for match in places.matches(pattern, starts):
                start, end = match.span("v")
                if not _CLASS.search(places.text[max(0, start - 24) : start]):
                    out.append(Identifier(start, end, "age", match["v"], rule))
    return out
