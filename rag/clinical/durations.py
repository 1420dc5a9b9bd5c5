"""How long a finding has lasted, as the record says it."""

from __future__ import annotations

import re

_COUNT = r"(?:\d+(?:\s?(?:-|to)\s?\d+)?|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|several|a few|few|couple of|many|the past|the last)"
_TIME = r"(?:hours?|hrs?|days?|nights?|weeks?|wks?|months?|mos?|years?|yrs?|minutes?|mins?|d|h)"
_DURATION = re.compile(
    rf"\b(?:(?:for|x|over|during|in)\s?(?:(?:the|about|approximately|at least|almost|nearly|over|more than|past|last)\s)*{_COUNT}?\s?{_TIME}\b(?!\s?ago)"
    rf"|since\s(?:(?:last|this|the|early|late)\s)?(?:\w+day|yesterday|night|morning|week|month|year|birth|childhood|January|February|March|April|May|June"
    r"|July|August|September|October|November|December|(?:19|20)\d\d)"
    rf"|{_COUNT}[\s-]{_TIME}\s(?:history\s)?(?:of|ago)|(?:starting|started|began)\s(?:yesterday|last night|today|this morning|{_COUNT}\s{_TIME}\sago))",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"(?:\sof|-?\shistory of)$", re.IGNORECASE)
_FUTURE = re.compile(
    r"\b(?:follow|return|repeat|recheck|course|take|for the next|in)\W*$", re.IGNORECASE
)


def durations_in(text: str, start: int, end: int) -> list[tuple[int, int, str]]:
    """Return start, end and words of the durations in ``text[start:end]``."""
    return [
        (m.start(), m.end(), " ".join(m[0].split()))
        for m in _DURATION.finditer(text, start, end)
        if not _FUTURE.search(text[max(start, m.start() - 12) : m.start()])
    ]


def duration_of(
    text: str, found: list[tuple[int, int, str]], start: int, end: int, rivals: list[int]
) -> str:
    """Return the duration of the finding at ``text[start:end]``, or empty.

    "3 days of fever" belongs to what follows and the rest of its list, "fever and cough for 3
    days" to what stands before; a sentence that ends, or a turn ("but"), parts them.

    Args:
        text: the record.
        found: the durations of the sentence.
        start: of the finding.
        end: of the finding.
        rivals: ends of all findings of the sentence.
    """
    for a, b, words in found:
        if b <= start and _BEFORE.search(words) and not _parts(text[b:start]):
            return _BEFORE.sub("", words).strip()
        if a >= end and not _BEFORE.search(words):
            between = text[end:a]
            near = sum(1 for other in rivals if end < other <= a)
            if near <= 3 and len(between) < 80 and not _parts(between):
                return words
    return ""


def _parts(between: str) -> bool:
    return (
        re.search(r"[.;:]\s|\bbut\b|\bno\b|\bdenies\b|\bwithout\b", between, re.IGNORECASE)
        is not None
    )
