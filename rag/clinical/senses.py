"""Words and abbreviations that mean something else where they stand, and are no finding there."""

from __future__ import annotations

import re

from rag.clinical.units import Unit
from rag.clinical.words import Token

_AIR = re.compile(r"(?:%|\d|\bon|\bsats?|\bto)\s*$", re.IGNORECASE)
_LEAVING = re.compile(
    r"\bdischarges?\s+(?:date|day|diagnos\w+|med\w*|instructions?|disposition|condition|summary|plan\w*|home|weight|labs?|criteria|exam|to|today|tomorrow|from (?:the )?(?:hospital|ed|icu))\b"
    r"|\b(?:hospital|prior to|before|at|on|upon|after|until|pending|day of|ready for|stable for|cleared for|time of|since)\s+(?:the\s|his\s|her\s|last\s|recent\s)?discharge\b",
    re.IGNORECASE,
)
"""Where a patient, and no pus, is discharged."""
_HEADINGS = frozenset(("PE", "HA", "CV", "CC", "AS", "MS", "SI", "HI", "CA"))
_ENGLISH = frozenset(
    (
        "AS",
        "US",
        "ALL",
        "PAD",
        "CAP",
        "HIT",
        "TEN",
        "AIDS",
        "DRESS",
        "CHOP",
        "NS",
        "CA",
        "CP",
        "AF",
        "FLU",
        "HI",
        "NAC",
        "MR",
        "MS",
    )
)
_TITLE = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Miss|Prof|Nurse)\.?\s+$")
_SHOUTED = 0.7
_NO_NOSE = re.compile(r"\b(?:vascular|pulmonary|venous|hepatic|passive|pelvic)\s+$", re.IGNORECASE)
"""What is congested that is no nose."""
_JANE_BEFORE = re.compile(r"\b(?:John|Jane|JOHN|JANE|Baby|Name:)\s+$")
_JANE_AFTER = re.compile(r",\s*[A-Z]")
_FONTANELLE = re.compile(
    r"\s*(?:is\s|:\s?)?(?:soft|flat|open|OSF|SOF|bulging|sunken|full)\b", re.IGNORECASE
)
"""Behind AF: the anterior fontanelle of an infant."""


def is_other_word(unit: Unit, word: Token, length: int) -> bool:
    """True for a word that means something else where it stands: an abbreviation, "discharge"."""
    if length > 1:
        return False
    if word.normal == "discharge":
        around = unit.flat[max(unit.start, word.start - 40) : word.end + 40]
        return _LEAVING.search(around) is not None
    before = unit.flat[max(unit.start, word.start - 12) : word.start]
    after = unit.flat[word.end : word.end + 24]
    if word.normal == "congestion":
        return _NO_NOSE.search(before) is not None
    if word.text[:1].isupper() and _TITLE.search(before):
        return True
    if not word.text.isupper():
        return False
    if word.text == "DOE":  # exertional dyspnea is told without a first name
        return _JANE_BEFORE.search(before) is not None or _JANE_AFTER.match(after) is not None
    if word.text == "HCC":  # "diabetes (HCC)" marks a category of costs
        return before.rstrip().endswith(("(", "(CMS/", "(CMS-")) and after.startswith(")")
    if word.text == "AF":
        return _FONTANELLE.match(after) is not None
    if word.text == "RA" and _AIR.search(before):
        return True
    if unit.flat[word.end : word.end + 1] == ":" and word.text in _HEADINGS:
        return True
    if word.text in _ENGLISH:  # "TAKE AS NEEDED": in a line of capitals it is a word
        letters = [c for c in unit.text if c.isalpha()]
        return sum(c.isupper() for c in letters) > len(letters) * _SHOUTED
    return False
