"""Filters as users write them: ``2015-``, ``1-2``, names of types, journals and headings."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.errors import UsageError
from rag.types import Filter

_RANGE = re.compile(r"\s*(\d{1,4})?\s*(-)?\s*(\d{1,4})?\s*")


def read_filter(
    *,
    year: str | None = None,
    publication_types: Sequence[str] | None = None,
    mesh: Sequence[str] | None = None,
    journals: Sequence[str] | None = None,
    languages: Sequence[str] | None = None,
    evidence: str | None = None,
    include_retracted: bool = False,
) -> Filter:
    """Return the filter of texts such as ``year="2015-"`` and ``evidence="1-2"``.

    Raises:
        UsageError: a range cannot be read, runs backwards, or is no evidence level.
    """
    year_from, year_to = read_range(year, "--year", "2015, 2015-, -1999 or 2010-2020")
    low, high = read_range(evidence, "--evidence", "1 or 1-2")
    if any(level is not None and not 1 <= level <= 6 for level in (low, high)):
        raise UsageError(f"--evidence {evidence!r} is outside the levels 1 (strongest) to 6")
    for flag, values in (
        ("--type", publication_types),
        ("--mesh", mesh),
        ("--journal", journals),
        ("--language", languages),
    ):
        if any(not value.strip() for value in values or ()):
            raise UsageError(f"{flag} is empty; give a name or leave it out")
    return Filter(
        year_from=year_from,
        year_to=year_to,
        publication_types=tuple(publication_types or ()),
        mesh=tuple(mesh or ()),
        journals=tuple(journals or ()),
        languages=tuple(languages or ()),
        evidence=(low or 1, high or 6) if evidence else None,
        include_retracted=include_retracted,
    )


def read_range(text: str | None, flag: str, forms: str) -> tuple[int | None, int | None]:
    """Return the inclusive bounds of ``2015``, ``2015-``, ``-1999`` or ``2010-2020``.

    Raises:
        UsageError: the text is no range; the message names ``flag`` and ``forms``.
    """
    if text is None:
        return None, None
    match = _RANGE.fullmatch(text)
    if not match or not (match[1] or match[3]) or (match[1] and match[3] and not match[2]):
        raise UsageError(f"{flag} {text!r} is not a range; write {forms}")
    low, high = (int(g) if g else None for g in (match[1], match[3]))
    if not match[2]:
        return low, low
    if low is not None and high is not None and low > high:
        raise UsageError(f"{flag} {text!r} runs backwards; write the smaller first")
    return low, high
