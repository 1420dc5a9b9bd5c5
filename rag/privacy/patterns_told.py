# ruff: noqa: E501 - tables of expressions and texts are read by the line
"""Numbers told in a sentence: "my licence? It's A123 4567", "X1234567 is her passport number".

The label and its number need not touch, so the number must look like one: five digits or more, no
small letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.privacy.calendar import UNIT_FOLLOWS
from rag.privacy.places import Places, words_of

_VALUE = r"(?P<v>(?=(?:[A-Z -]{0,4}\d){5})[A-Z0-9](?:[- ]?[A-Z0-9]){4,24})(?![^\W_]|[.,/:]\d)"
_LABELS = (
    "licen[cs]e|permit|passport|certificate|registration|policy|member(?:ship)?|account|card|record"
)
_AFTER = re.compile(
    rf"\b(?P<label>(?i:{_LABELS}))\b[^\d\n]{{0,60}}?\b(?i:it[’']?s|it[ ]is|is|as|reads|namely)[ ]{{1,2}}{_VALUE}"
)
_BEFORE = re.compile(
    rf"(?<![\w-]){_VALUE}[ ](?:is|was)[ ](?:my|his|her|their|the|a)[ ](?:[a-z’']{{1,20}}[ ]){{0,2}}(?P<label>(?i:{_LABELS}))\b"
)
WORDS = words_of(
    "license licence permit passport certificate registration policy member membership account card record"
)
_KINDS = {
    "policy": "plan", "member": "plan", "membership": "plan",
    "account": "account", "card": "account", "record": "record",
}  # fmt: skip


def find_told(places: Places) -> Iterator[tuple[int, int, str, str]]:
    """Yield (start, end, kind, rule) of numbers that a sentence gives to a label."""
    starts = sorted([*places.numbers, *places.lettered])
    after = places.matches(_AFTER, places.of(WORDS))
    for match in (*after, *places.matches(_BEFORE, starts)):
        start, end = match.span("v")
        if not UNIT_FOLLOWS.match(places.text, end):
            yield start, end, _KINDS.get(match["label"].lower(), "licence"), "told"
