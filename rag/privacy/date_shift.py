"""Shifting a date as it is written by a number of days: the format stays, intervals stay.

Where a year is missing, the shift is reckoned in ``year``, so that an interval over the end of
February may be off by a day. Dates in words, holidays, seasons and what OCR broke cannot be
reckoned with; ``shift_date`` returns ``None`` for them.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from rag.privacy.calendar import ENGLISH_MONTHS, MONTHS, WEEKDAY, WEEKDAYS, month_number
from rag.privacy.patterns_dates import DAY_MONTH, MONTH_DAY, MONTH_SHORT, MONTH_YEAR, YEAR_MONTH

_YMD = re.compile(r"(?P<y>\d{4})(?P<s>\D{0,5})(?P<m>\d{1,2})(?P<t>\D{0,5})(?P<d>\d{1,2})(?P<e>\D?)")
_NUMERIC = re.compile(
    r"(?P<a>\d{1,2})(?P<s>\D{1,5})(?P<b>\d{1,2})(?:(?P<t>\D{1,5})(?P<y>\d{4}|\d{2}))?"
)
_MY = re.compile(r"(?P<m>\d{1,2})(?P<s>\D{1,3})(?P<y>\d{4})")
_YM = re.compile(r"(?P<y>\d{4})(?P<s>\D{1,3})(?P<m>\d{1,2})(?P<e>\D?)")
_WEEKDAY = re.compile(rf"(?P<w>{WEEKDAY})(?P<s>[.,]{{0,2}}\s{{1,2}}(?:the\s)?)?", re.IGNORECASE)


def shift_date(text: str, days: int, *, year: int, day_first: bool) -> str | None:
    """Return the date ``days`` later in the same format, or ``None`` where it cannot be read.

    Args:
        text: a date as ``patterns_dates`` finds it.
        days: how far, negative for earlier.
        year: the year where none is written.
        day_first: whether 3/4 is the third of April.
    """
    head = ""
    weekday = _WEEKDAY.match(text)
    if weekday and (weekday["s"] or weekday.end() == len(text)):
        name = weekday["w"]
        names = [
            w
            for w in WEEKDAYS
            if len(w) == (3 if len(name) < 6 and name[-3:].lower() != "day" else len(w))
        ]
        number = (WEEKDAYS[name.lower()] + days) % 7
        long = name[-3:].lower() == "day"
        new = next(w for w in names if WEEKDAYS[w] == number and w.endswith("day") == long)
        head, text = _cased(new, name) + (weekday["s"] or ""), text[weekday.end() :]
        if not text:
            return head
    shifted = _named(text, days, year) or _numeric(text, days, year, day_first)
    return None if shifted is None else head + shifted


def _move(y: int, m: int, d: int, days: int) -> date | None:
    try:
        return date(y, m, d) + timedelta(days=days)
    except (ValueError, OverflowError):
        return None


def _numeric(text: str, days: int, year: int, day_first: bool) -> str | None:
    if match := _YMD.fullmatch(text):
        if new := _move(int(match["y"]), int(match["m"]), int(match["d"]), days):
            return (
                f"{new.year:04d}{match['s']}{_like(new.month, match['m'])}{match['t']}"
                f"{_like(new.day, match['d'])}{match['e']}"
            )
        return None
    if match := _MY.fullmatch(text):
        new = _move(int(match["y"]), int(match["m"]), 15, days)
        return new and f"{_like(new.month, match['m'])}{match['s']}{new.year:04d}"
    if match := _YM.fullmatch(text):
        new = _move(int(match["y"]), int(match["m"]), 15, days)
        return new and f"{new.year:04d}{match['s']}{_like(new.month, match['m'])}{match['e']}"
    match = _NUMERIC.fullmatch(text)
    if not match:
        return None
    a, b, written = int(match["a"]), int(match["b"]), match["y"]
    full = _full_year(written, year)
    first = a > 12 or (b <= 12 and (day_first or "." in match["s"]))
    new = _move(full, b, a, days) if first else _move(full, a, b, days)
    if new is None:
        return None
    x, y = (new.day, new.month) if first else (new.month, new.day)
    out = f"{_like(x, match['a'])}{match['s']}{_like(y, match['b'])}"
    return out + (f"{match['t']}{_year_like(new.year, written)}" if written else "")


def _named(text: str, days: int, year: int) -> str | None:
    for pattern in (DAY_MONTH, MONTH_DAY, MONTH_YEAR, MONTH_SHORT, YEAR_MONTH):
        match = pattern.fullmatch(text)
        if match is None:
            continue
        parts = match.groupdict()
        if parts.get("more"):
            return None
        number = month_number(parts["mon"])
        if number is None:
            continue
        day = parts.get("d")
        new = _move(_full_year(parts.get("y"), year), number, int(day) if day else 15, days)
        if new is None:
            return None
        put = {match.span("mon"): _month_like(new.month, parts["mon"])}
        if day:
            put[match.span("d")] = _like(new.day, day)
            if (parts.get("ord") or "").lower() in {"st", "nd", "rd", "th"}:
                put[match.span("ord")] = _ordinal(new.day)
        if parts.get("y"):
            put[match.span("y")] = _year_like(new.year, parts["y"])
        for (start, end), value in sorted(put.items(), reverse=True):
            text = text[:start] + value + text[end:]
        return text
    number = MONTHS.get(text.lower())
    if number and (new := _move(year, number, 15, days)):
        return _month_like(new.month, text)
    return None


def _full_year(written: str | None, year: int) -> int:
    if not written:
        return year
    digits = written[-4:].strip("'’")
    if len(digits) == 4:
        return int(digits)
    return 2000 + int(digits) if int(digits) <= 40 else 1900 + int(digits)


def _year_like(year: int, written: str) -> str:
    if len(written.strip("'’")) == 4:
        return f"{year:04d}"
    return f"{written[:-2]}{year % 100:02d}"


def _like(number: int, written: str) -> str:
    return f"{number:02d}" if len(written) == 2 and written[0] == "0" else _padded(number, written)


def _padded(number: int, written: str) -> str:
    # "10" says nothing of padding; a lone digit does
    return str(number) if len(written) == 1 else f"{number:02d}"


def _ordinal(day: int) -> str:
    return "th" if day in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _month_like(month: int, written: str) -> str:
    name = ENGLISH_MONTHS[month - 1]
    return _cased(
        name[:3] if len(written) <= 4 and written.lower() not in {"june", "july"} else name, written
    )


def _cased(word: str, like: str) -> str:
    if like.isupper():
        return word.upper()
    return word if like.islower() else word.capitalize()
