"""When a measured value was so, and whether it is a result at all: by the words around it.

The rule: a word of time right behind a value says when ("39.5 yesterday"); else the nearest one
before it within its sentence ("Yesterday T 39.5 and HR 120, today T 37.0"); else one that follows
before the next comma.
"""

from __future__ import annotations

import re
from enum import StrEnum


class When(StrEnum):
    """When a value was so.

    ``EARLIER`` is hours or days ago: it counts until another value of the measure is told.
    ``LONG_AGO`` never counts.
    """

    NOW = "now"
    EARLIER = "earlier"
    LONG_AGO = "long ago"


_TIMES = re.compile(
    r"\b(?:(?P<now>now|today|tonight|current(?:ly)?|this (?:morning|afternoon|evening)|most recent|repeat(?:ed)?"
    r"|latest|since then|discharge)"
    r"|(?P<long>(?:last|previous|prior) (?:week|month|year|visit|time|admission|clinic|spring|summer|autumn|fall|winter)"
    r"|(?:\d+|an?|one|two|three|four|five|six|few|several) (?:weeks?|wks?|months?|mos?|years?|yrs?) (?:ago|prior|earlier)"
    r"|baseline|usual(?:ly)?|normally|previously|(?:in|since|of) (?:\w+ )?(?:19|20)\d\d"
    r"|childhood|(?:as|when i was) a (?:child|kid|baby|teenager)|years ago|(?:in|from|of) (?:19|20)\d\d)"
    r"|(?P<earlier>yesterday|last night|overnight|on (?:admission|arrival|presentation|scene)"
    r"|at (?:presentation|the scene|triage)|admission|initial(?:ly)?|earlier|pre[- ]?op|peak(?:ed)?|nadir"
    r"|(?:\d+|an?|one|two|three|four|few|several) (?:days?|hours?|hrs?) (?:ago|prior|earlier)))\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.;](?=\s)|\n")
_CLOSED = re.compile(r"\([^()]*\)")
_AS_EVER = re.compile(r"baseline|usual|normally|previously", re.IGNORECASE)
_BEFORE, _BEHIND = 160, 32
_NO_RESULT = re.compile(
    r"\b(?:if|when|whenever|unless|until|call|notify|return|hold|should|target\w*|goal|aim\w*|keep|maintain|titrate|transfuse"
    r"|goes|gets|risk|cut ?off|threshold|criteria|criterion|defined|inclusion)\b(?:[^.;\n]|\.(?=\d))*$",
    re.IGNORECASE,
)
_SOUGHT = re.compile(
    r"\b(?:target\w*|goals?|aim\w*(?: for)?|keep|maintain\w*|titrate\w* (?:to|for)|cut ?off|threshold|hold (?:if|for)"
    r"|(?:transfuse|treat) (?:if|for|when)|unless|until|if)"
    r"(?:\s(?:an?|the|his|her|their|my|patient's|of|is|are|to|for|in|above|over|below|under))*\s*$",
    re.IGNORECASE,
)
_SPOILT = re.compile(
    r"\b(?:h[a]?emoly[sz]\w*|spurious|clotted sample|artefact\w*|artifact\w*|contaminated)\b",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"(?:[<>≤≥]|\b(?:above|over|below|under|exceeds?|more than|less than|greater than|higher than|lower than))\W*\w*\W*$",
    re.IGNORECASE,
)


def when_of(text: str, start: int, end: int) -> When:
    """Return when the value at ``text[start:end]``, its name included, was so."""
    behind = re.split(r"[,.;\n)]", text[end : end + _BEHIND], maxsplit=1)[0]
    found = _TIMES.search(behind)
    if found is not None and _AS_EVER.match(found[0]):
        found = None  # "88 % on usual oxygen", "which is his baseline": so it is now
    if found is not None and not behind[: found.start()].strip(" ("):
        return _time(found)
    before = _SENTENCE.split(text[max(0, start - _BEFORE) : start])[-1]
    before = _CLOSED.sub("", before)
    told = list(_TIMES.finditer(before))
    while told and _is_of_another(told[-1], before):
        told.pop()
    if told:
        return _time(told[-1])
    return _time(found) if found else When.NOW


def _is_of_another(found: re.Match[str], before: str) -> bool:
    """True for a word of long ago that is not said of a value behind ``before``.

    "Baseline Cr 1.0, K 5.9": what is usual is said of one value alone. "Chemotherapy 2 weeks ago,
    temp 38.5": what ends a clause is said of that.
    """
    rest = before[found.end() :]
    if _AS_EVER.match(found[0]):
        return re.search(r"\d", rest) is not None
    clause = re.split(r"[,:]|\b(?:and|but)\b", before[: found.start()])[-1]
    if not found["long"] or not clause.strip():
        return False
    return re.search(r"[,:]|\b(?:and|but)\b", rest) is not None or clause.endswith("born ")


def _time(found: re.Match[str]) -> When:
    if found["long"]:
        return When.LONG_AGO
    return When.EARLIER if found["earlier"] else When.NOW


def is_limit(text: str, start: int, number: int) -> bool:
    """True for a value that is to be reached or watched for: "hold if SBP < 90", "goal INR 2".

    Args:
        text: what it stands in.
        start: where the name of the measure begins.
        number: where the number begins.
    """
    before = text[max(0, start - _BEFORE) : start]
    before = _SENTENCE.split(before)[-1]
    if _SOUGHT.search(before):
        return True
    return bool(_NO_RESULT.search(before) and _COMPARED.search(text, start, number + 1))


def is_spoilt(text: str, start: int, end: int) -> bool:
    """True where the record itself calls the sample of ``text[start:end]`` useless: haemolysed."""
    around = _SENTENCE.split(text[max(0, start - _BEHIND) : start])[-1]
    behind = _SENTENCE.split(text[end : end + _BEHIND])[0]
    return _SPOILT.search(around + " " + behind) is not None
