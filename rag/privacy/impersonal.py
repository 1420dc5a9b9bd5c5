"""A question without the patient in it, for judging on this machine whether evidence suits it.

An identifier is a word that no article holds, so a question that carries one looks as if the
literature did not know of it. Only what a form, a label or a title gives away is left out: a
model of names could take a gene or a herb for a person, and a question without its very subject
would be answered by what is about something else. For what leaves, see ``redacted``.
"""

from __future__ import annotations

import re

from rag.privacy.detect import merge
from rag.privacy.kinds import Identifier
from rag.privacy.names_eponyms import is_term
from rag.privacy.names_rules import WORDS as RULES
from rag.privacy.names_rules import by_rules
from rag.privacy.patterns import WORDS as STRUCTURED
from rag.privacy.patterns import structured
from rag.privacy.places import Places

_NAMES = frozenset({"title", "label-name"})
_DATES = frozenset({"birth", "date-numeric", "day-month", "month-day-named"})
"""With a day: a month and a year are the literature's as well."""
_TITLE = r"(?:mr|mrs|ms|miss|dr|drs|prof|professor|nurse)\.?[ ]{1,2}"
_LABEL = re.compile(
    rf"(?:\b(?:{_TITLE}|(?:mrn|ssn|ss|dob|born(?:\son)?|tel|phone|fax|e-?mail|npi|dea|account|record|chart"
    r"|policy|member|name|patient|pt)(?:\s?(?:no|nr|number|id|#))?\b\.?\s?[:#=]?\s{0,2}))$",
    re.IGNORECASE,
)


def impersonal(question: str) -> str:
    """Return a question without identifiers that are sure, and without their labels and titles."""
    places = Places(question, STRUCTURED | RULES)
    named = (one for one in by_rules(places) if not is_term(question, one.start, one.end))
    pieces, at = [], 0
    for one in merge(question, filter(_is_sure, [*structured(question, places), *named])):
        before = question[at : one.start]
        label = _LABEL.search(before)
        pieces.append(before[: label.start()] if label else before)
        at = one.end
    pieces.append(question[at:])
    return "".join(pieces)


def _is_sure(one: Identifier) -> bool:
    """False for what a question of the literature may hold: a month, the code of a substance."""
    match one.kind:
        case "name":
            return one.rule in _NAMES
        case "date":
            return one.rule in _DATES
        case "address" | "facility" | "profession" | "age" | "url":
            return False
        case _:
            return not one.rule.startswith("bare-")
