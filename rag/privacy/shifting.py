"""Shift a written date by a number of days and keep the way it is written.

The order of day and month in "3/5/2019" is taken as month first unless the first exceeds 12: a
note keeps one order, so intervals hold. A date without a year is shifted in a year of 365 days.
What cannot be read as a date is not guessed at (None).
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from rag.privacy.dates import MONTH_NUMBERS, MONTHS

_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_DMY = re.compile(r"(\d{1,2})(\s?[/.-]\s?)(\d{1,2})(\s{0,2}[/.-]\s{0,2})(\d{4}|\d{2})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MY = re.compile(r"(\d{1,2})([/-])(\d{4})")
_YM = re.compile(r"(\d{4})([/-])(\d{2})")
_MD = re.compile(r"(\d{1,2})/(\d{1,2})")
_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_ORDINAL = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}
_ORDINALS = ("st", "nd", "rd", "th")
_PLAIN_YEAR = 2003


def shifted(said: str, days: int) -> str | None:
    """Return a date as it reads ``days`` later, in the same form; None if it is not understood."""
    try:
        weekday = re.match(r"[^\W\d_]{3,9}\.?,?\s(?=\d|[^\W\d_])", said)
        lead = weekday.group() if weekday and not _month(weekday.group().strip(" .,")) else ""
        rest = said[len(lead) :]
        moved = _numeric(rest, days) or _written(rest, days)
    except (ValueError, OverflowError):
        return None
    return None if moved is None else lead + moved


def _numeric(said: str, days: int) -> str | None:
    if match := _ISO.fullmatch(said):
        new = _plus(int(match[1]), int(match[3]), int(match[4]), days)
        sign = match[2]
        return f"{new.year}{sign}{_wide(new.month, match[3])}{sign}{_wide(new.day, match[4])}"
    if match := _DMY.fullmatch(said):
        return _day_month_year(match, days)
    if match := _COMPACT.fullmatch(said):
        new = _plus(int(match[1]), int(match[2]), int(match[3]), days)
        return f"{new.year}{new.month:02}{new.day:02}"
    if match := _MY.fullmatch(said):
        new = _plus(int(match[3]), int(match[1]), 15, days)
        return f"{_wide(new.month, match[1])}{match[2]}{new.year}"
    if match := _YM.fullmatch(said):
        new = _plus(int(match[1]), int(match[3]), 15, days)
        return f"{new.year}{match[2]}{_wide(new.month, match[3])}"
    if re.fullmatch(r"\d{1,2}/\d{1,2}(?:\s?[-–]\s?\d{1,2}/\d{1,2})?", said):
        return _MD.sub(lambda m: _month_day(m, days), said)
    return None


def _day_month_year(match: re.Match[str], days: int) -> str:
    first, second, year = int(match[1]), int(match[3]), _full(match[5])
    swapped = first > 12
    new = _plus(year, second if swapped else first, first if swapped else second, days)
    a, b = (new.day, new.month) if swapped else (new.month, new.day)
    told = f"{new.year}" if len(match[5]) == 4 else f"{new.year % 100:02}"
    return f"{_wide(a, match[1])}{match[2]}{_wide(b, match[3])}{match[4]}{told}"


def _month_day(match: re.Match[str], days: int) -> str:
    first, second = int(match[1]), int(match[2])
    swapped = first > 12
    month, day = (second, first) if swapped else (first, second)
    new = _plus(_year_for(month, day), month, day, days)
    a, b = (new.day, new.month) if swapped else (new.month, new.day)
    return f"{_wide(a, match[1])}/{_wide(b, match[2])}"


def _written(said: str, days: int) -> str | None:
    """Shift a date with the month's name: its day or days, month and year are put in place."""
    tokens = [(m.group(), m.span()) for m in _TOKEN.finditer(said)]
    month = next((_month(t) for t, _ in tokens if _month(t)), 0)
    numbers = [(int(t), span) for t, span in tokens if t.isdigit()]
    years = [(n, s) for n, s in numbers if s[1] - s[0] == 4]
    name = next((s for t, s in tokens if _month(t)), (0, 0))
    if not years and numbers:
        # '19 and 03-May-19: the last number, where it has an apostrophe or follows a day and a month
        number, span = numbers[-1]
        quoted = said[span[0] - 1 : span[0]] in ("'", "’")
        if quoted or (
            len(numbers) > 1 and numbers[0][1][1] <= name[0] < span[0] and span[1] - span[0] == 2
        ):
            years = [(number, span)]
    year_spans = [s for _, s in years]
    day_numbers = [(n, s) for n, s in numbers if s not in year_spans]
    if not month or len(day_numbers) > 2 or len(years) > 1:
        return None
    year = _full(said[slice(*years[0][1])]) if years else 0
    moved = [_plus(year or _year_for(month, n), month, n, days) for n, _ in day_numbers] or [
        _plus(year or _PLAIN_YEAR, month, 15, days)
    ]
    if len({m.month for m in moved}) > 1:
        names = [f"{m.day} {MONTHS[m.month - 1][0].capitalize()}" for m in moved]
        return " - ".join(names) + (f" {moved[-1].year}" if year else "")
    edits = [(name, _like(said[slice(*name)], moved[-1].month))]
    edits += [
        (span, _wide(new.day, said[slice(*span)]))
        for (_, span), new in zip(day_numbers, moved, strict=False)
    ]
    for (_, span), new in zip(day_numbers, moved, strict=False):
        suffix = next(
            (
                (s, t)
                for t, s in tokens
                if s[0] in (span[1], span[1] + 1) and t.lower() in _ORDINALS
            ),
            None,
        )
        if suffix:
            edits.append((suffix[0], _ORDINAL.get(new.day, "th")))
    if years:
        span = years[0][1]
        edits.append(
            (span, f"{moved[-1].year}" if span[1] - span[0] == 4 else f"{moved[-1].year % 100:02}")
        )
    out = said
    for (start, end), text in sorted(edits, reverse=True):
        out = out[:start] + text + out[end:]
    return out


def _month(word: str) -> int:
    return MONTH_NUMBERS.get(word.lower(), 0)


def _like(old: str, month: int) -> str:
    """Return a month's English name, as short as ``old`` and in its case."""
    name = MONTHS[month - 1][0]
    name = name[:3] if len(old) <= 4 else name
    return name.upper() if old.isupper() else name if old.islower() else name.capitalize()


def _plus(year: int, month: int, day: int, days: int) -> date:
    return date(year, month, day) + timedelta(days=days)


def _year_for(month: int, day: int) -> int:
    return 2004 if (month, day) == (2, 29) else _PLAIN_YEAR


def _full(year: str) -> int:
    """Return the year of two digits as one of four: to 30 it is of this century."""
    number = int(year)
    return number if len(year) == 4 else number + (2000 if number <= 30 else 1900)


def _wide(number: int, old: str) -> str:
    return f"{number:02}" if len(old) == 2 and old.startswith("0") else str(number)
