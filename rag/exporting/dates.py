"""A publication date as PubMed writes it, in parts."""

from __future__ import annotations

import re
from dataclasses import dataclass

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = re.compile(r"(\d{4})(?:[ -](\d{1,2}|[A-Za-z]{3,9})(?:[ -](\d{1,2}))?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class DateParts:
    """A month and a day, 1-based; 0 where it is not stated as one."""

    month: int = 0
    day: int = 0


def date_parts(date: str, year: int | None) -> DateParts:
    """Read ``2012 Jul 3``, ``2012 07 03`` or ``2012-07-03``; ``2011 Jun-Jul`` has no month.

    A date of another year than ``year`` counts for nothing.
    """
    match = _DATE.fullmatch(date)
    if match is None or match[2] is None or year is None or int(match[1]) != year:
        return DateParts()
    word = match[2].lower()
    known = word[:3] in MONTHS and not word.isdigit()
    month = MONTHS.index(word[:3]) + 1 if known else int(word) if word.isdigit() else 0
    day = int(match[3] or 0)
    if not 1 <= month <= 12:
        return DateParts()
    return DateParts(month, day if 1 <= day <= 31 else 0)
