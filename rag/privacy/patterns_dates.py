# ruff: noqa: E501 - tables of expressions and texts are read by the line
"""Dates by rules: numbers, names of months, words, holidays; whole or in part.

A year alone, a time of day and a weekday alone stay. Fractions, scores, ratios, doses and
blood pressures are told from "12/3" by what stands around them: a month and a day without a
year and without such a sign ("3/14" in running text) are left, and are the known gap.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.privacy.calendar import (
    AMBIGUOUS,
    GAP,
    HOLIDAYS,
    MONTH,
    MONTHS,
    ORDINAL,
    UNIT_FOLLOWS,
    WEEKDAY,
    YEAR_WORDS,
)
from rag.privacy.kinds import Identifier
from rag.privacy.places import Places, Span, first_words, words_of

_SEP = r"[./\-–‐−]"
_TRIPLE = re.compile(
    rf"(?<!\d)(\d{{1,4}}){GAP}({_SEP}){GAP}(\d{{1,2}}){GAP}\2{GAP}(\d{{1,4}})(?!\d)"
)
_PAIR = re.compile(r"(?<![^\W_])(?<!\d[.,/:-])(\d{1,4})[ \t]?([./\-–])[ \t]?(\d{1,4})(?![^\W_])")
_COMPACT = re.compile(r"(?<!\d)(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)")
_OCR = re.compile(r"[\dOolI](?<![^\W_].)[\dOolI]?([/-])[\dOolI]{1,2}\1[12lI][\dOolI]{3}(?![^\W_])")
_EASTERN = re.compile("[年년月월]")
_EAST = re.compile(
    r"(?:\d{4}[ ]?[年년][ ]?)?\d{1,2}[ ]?[月월](?:[ ]?\d{1,2}[ ]?[日号號일])?|\d{4}[ ]?[年년](?=[ ]?\d{1,2}[月월])"
)
_YEAR = r"(?P<y>\d{4}|['’]\d{2})"
_DAY = r"(?P<d>\d{1,2})(?P<ord>st|nd|rd|th|er|º|ª|\.)?"
_I = re.IGNORECASE
DAY_MONTH = re.compile(
    rf"(?<![^\W_])(?<!\d[.,/]){_DAY}(?:{GAP}(?:(?:day\s)?of|de|di)\b)?(?:{GAP}|[-/.]{{0,2}})"
    rf"(?P<mon>{MONTH})(?![^\W\d_])\.?(?:(?:{GAP}|{GAP},{GAP}|[-/.]|\s(?:of|de|del|in)\s)(?P<y>\d{{4}}|['’]?\d{{2}}"
    r"(?![:.,]?\d|\s?[%x])))?(?![^\W_])",
    _I,
)
MONTH_DAY = re.compile(
    rf"(?<![^\W_])(?P<mon>{MONTH})\b\.?(?:{GAP}|-)(?:the\s)?(?P<d>\d{{1,2}})(?P<ord>st|nd|rd|th)?"
    rf"(?![^\W_]|[:/.]\d|\s?%)(?P<more>(?:{GAP}(?:-|–|to|and|&|through|,){GAP}\d{{1,2}}(?:st|nd|rd|th)?"
    rf"(?![^\W_]|[:/.]\d)){{0,3}})(?:(?:{GAP},?{GAP}|-|,?\sof\s)(?P<y>\d{{4}}|['’]\d{{2}})(?![^\W_]))?",
    _I,
)
MONTH_YEAR = re.compile(
    rf"(?<![^\W_])(?P<mon>{MONTH})\b\.?(?:{GAP},?{GAP}(?:of\s|de\s|del\s)?|[-/]){_YEAR}(?![^\W_])",
    _I,
)
MONTH_SHORT = re.compile(rf"(?<![^\W_])(?P<mon>{MONTH})-(?P<y>\d{{2}})(?![^\W_]|-)", _I)
YEAR_MONTH = re.compile(
    rf"(?<![^\W_])(?P<y>(?:19|20)\d{{2}})[ \-/,]{{0,2}}(?P<mon>{MONTH})\b\.?"
    r"(?:[ \-/](?P<d>\d{1,2})(?![^\W_]|[:/.]\d))?",
    _I,
)
_MONTH_ALONE = re.compile(
    r"\b(?:in|since|last|next|until|till|during|this|past|early|mid|late|end of|by|through|beginning"
    rf" of|around|before|after)[ -](?P<mon>(?-i:{'|'.join(m.capitalize() for m in MONTH.split('|'))}))\b"
    r"(?![’'.]?\s?\d)(?![’']s\s(?:disease|syndrome|sign))",
    _I,
)
_SPELT = re.compile(
    rf"(?<![^\W_])(?:(?:the\s)?(?:{ORDINAL})\s(?:day\s)?of\s(?:{MONTH})|(?:{MONTH})\s(?:the\s)?(?:{ORDINAL}))"
    rf"\b(?:{GAP},?{GAP}(?:\d{{4}}|{YEAR_WORDS}))?(?![^\W_])",
    _I,
)
_HOLIDAY = re.compile(
    rf"\b(?:{'|'.join(HOLIDAYS)})\b(?!\s(?:disease|factor|tree|lily|eye))(?:,?\s\d{{4}}\b)?"
)
_SEASON = re.compile(
    r"\b(?:spring|summer|fall|autumn|winter|Q[1-4])(?:\sof)?,?\s(?:(?:19|20)\d{2}|['’]\d{2})\b", _I
)
_BORN = re.compile(
    rf"\b(?:d\.?o\.?b\.?|(?:date|day)\sof\sbirth|birth\s?date|birthday|geb(?:\.|oren)(?:\sam)?|né[e]?\sle)"
    rf"(?:{GAP}[:=#(-])?{GAP}(?P<v>\d(?:[ ./-]?\d){{3,7}})(?![^\W_])",
    _I,
)
_DAY_ALONE = re.compile(
    r"\b(?:on|until|since|by)\sthe\s(?P<v>\d{1,2}(?:st|nd|rd|th))(?=\s?(?:[.,;)]|$)|\sof\sthe\smonth)",
    _I | re.MULTILINE,
)
_WEEKDAY_BEFORE = re.compile(rf"(?<![^\W_])(?:{WEEKDAY})[.,]{{0,2}}\s{{1,2}}(?:the\s)?$", _I)
_WEEKDAY_AFTER = re.compile(rf"[,\s(]{{1,3}}(?:an?\s)?(?P<v>{WEEKDAY})\b", _I)

_MONTH_WORDS = frozenset(MONTHS) | frozenset(MONTH.split("|"))
_HOLIDAY_WORDS = frozenset({"labor", "labour", *first_words(HOLIDAYS)})
_SEASON_WORDS = words_of("spring summer fall autumn winter q")
_BORN_WORDS = words_of("d dob date day birth birthdate birthday geb geboren né née")
_DAY_WORDS = frozenset({"on", "until", "since", "by"})
WORDS = _MONTH_WORDS | _HOLIDAY_WORDS | _SEASON_WORDS | _BORN_WORDS | _DAY_WORDS

_STRONG = re.compile(
    r"(?:\b(?:on|since|until|till|dated?|seen|admitted|discharged|d/c|dc|scheduled|due|appointment|appt"
    r"|visits?|adm|disch|admission|discharge|surgery|am|vom|seit|bis|le|el|CT|MRI|CXR|x-?ray|EKG|ECG|echo"
    rf"|TTE|labs?|cultures?|PET|EGD|colonoscopy|biopsy|{WEEKDAY})(?:\s(?:head|chest|brain|abd|spine))?"
    r"[\s:.,(]{1,3})$",
    _I,
)
_WEAK = re.compile(
    r"\b(?:from|by|before|after|between|through|thru|starting|started|in|as of)\s$", _I
)
_CHAIN = re.compile(r"\s?(?:-|–|to|and|,|&|until|through|thru)\s?(?:and\s|on\s)?")
_MEASURES = re.compile(
    r"pain|strength|power|score|scale|murmur|reflex|motor|vision|acuity|tab|pill|nodes?|apgar|\bGCS|power"
    r"|rated|sever|intensity|titer|titre|dilut|ratio|risk|version|section|lead|grade|NIHSS|position",
    _I,
)
_MEASURED = re.compile(
    r"\s?-?(?:strength|tab|pill|pain|cups?\b|dose|of\b|murmur|power|SEM\b|systolic|holosyst|diastol|NS\b"
    r"|normal|throughout|score|intensity|severity|inch|life|nodes?|lymph|positive|points?|in\s(?:the|all|both)"
    r"|bilat|motor|teaspoon|tsp|strip|patch|bottle|way|full|on\sthe|for\s(?:pain|strength)|times)",
    _I,
)
_LINE = re.compile(r"(?:^|\n)[ \t*•-]{0,6}$")
_NOTED = re.compile(r"\s?[:–-]\s|\s+\d{1,2}:\d{2}|\s+at\s\d|\s+[A-Z][a-z]{2,}")
_TIMED = re.compile(r",?\s(?:(?:at\s|@\s?)?\d{1,2}:\d{2}|(?:at\s|@\s?)\d{1,2}\s?[ap]\.?m\b)", _I)


def find_dates(places: Places) -> list[Identifier]:
    """Return the dates of a text, in no order; they may overlap."""
    text = places.text
    months = places.near(places.of(_MONTH_WORDS), 60, 100)
    out: list[Identifier] = []
    for start, end, rule in (
        *_numeric(places), *_named(places, months), *_other(places, months)
    ):  # fmt: skip
        before = _WEEKDAY_BEFORE.search(text[max(0, start - 14) : start])
        after = _WEEKDAY_AFTER.match(text, end, end + 16)
        if before:
            start -= len(before[0])
        out.append(Identifier(start, end, "date", text[start:end], rule))
        if after:
            a, b = after.span("v")
            out.append(Identifier(a, b, "date", text[a:b], "weekday"))
    return out


def is_day(year: int, month: int, day: int) -> bool:
    """True for a year of 1800 to 2100, and a month and day that can go together."""
    return 1800 <= year <= 2100 and 1 <= month <= 12 and 1 <= day <= 31


def _numeric(places: Places) -> Iterator[tuple[int, int, str]]:
    text = places.text
    at = last = -1
    for start in places.numbers:
        if start >= at and (match := _TRIPLE.match(text, start)) and _is_triple(text, match):
            yield (*match.span(), "date-numeric")
            at = match.end()
    at = -1
    for start in places.numbers:
        if start >= at and (match := _PAIR.match(text, start)):
            rule = _pair_rule(text, match, last)
            if rule:
                yield (*match.span(), rule)
                at = last = match.end()


def _is_triple(text: str, match: re.Match[str]) -> bool:
    a, sep, b, c = match.groups()
    start, end = match.span()
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if before[-1:].isalpha():
        return False
    if len(a) == 4:
        stamped = after[:1] == "T" and after[1:2].isdigit()
        return (
            len(c) <= 2
            and is_day(int(a), int(b), int(c))
            and (stamped or not after[:1].isalpha())
            and not (after[:1] == sep and after[1:2].isdigit())
        )
    if after[:1].isalpha() or len(a) == 3 or len(c) not in (2, 4):
        return False
    if re.fullmatch(rf"\d{_SEP}", before) and (before[1] == sep or before[1] in ".,/"):
        return False
    if after[:1] in {sep, "."} and after[1:2].isdigit():
        return False
    year = int(c) if len(c) == 4 else 2000
    if not (is_day(year, int(a), int(b)) or is_day(year, int(b), int(a))):
        # two digits of the year first: 19-03-12
        return len(a) == 2 and len(c) == 2 and sep == "-" and is_day(2000, int(b), int(c))
    if len(c) == 4:
        return True
    if UNIT_FOLLOWS.match(text, end):
        return False
    return not re.search(
        r"(?:version|section|v|§|ratio|step|table|titrat\w*)\.?\s$",
        text[max(0, start - 12) : start],
        _I,
    )


def _pair_rule(text: str, match: re.Match[str], last: int) -> str:
    """Return the rule by which two numbers are a date; empty where they are none."""
    a, sep, b = match.groups()
    start, end = match.span()
    if UNIT_FOLLOWS.match(text, end):
        return ""
    after = text[end : end + 2]
    ranged = len(b) == 4 and after[:1] in {"-", "–"}  # 03/2019-05/2019
    if after[:1] and after[0] in "./-–:" and after[1:].isdigit() and not ranged:
        return "month-day" if re.match(r"[-–]\d{1,2}/\d{1,2}\b", text[end : end + 6]) else ""
    before = text[max(0, start - 30) : start]
    if len(b) == 4 and len(a) <= 2:
        if not is_day(int(b), int(a), 1) or int(b) < 1900 or _MEASURES.search(before[-14:]):
            return ""
        said = bool(_STRONG.search(before) or _WEAK.search(before))
        sure = len(a) == 2 or (sep == "/" and a != "1") or said
        return "month-year" if sure and (sep != "." or len(a) == 2) else ""
    if len(a) == 4:
        season = re.match(r"\s?(?:season|academic|school|fiscal)", text[end : end + 12])
        fits = len(b) == 2 and sep != "." and is_day(int(a), int(b), 1) and int(a) >= 1900
        return "year-month" if fits and not season else ""
    if (
        len(a) > 2
        or len(b) > 2
        or not (is_day(2000, int(a), int(b)) or is_day(2000, int(b), int(a)))
    ):
        return ""
    return _month_day_rule(text, before, sep, start, end, last)


def _month_day_rule(text: str, before: str, sep: str, start: int, end: int, last: int) -> str:
    if sep != "/":
        german = (
            sep == "."
            and re.search(r"\b(?:am|vom|seit|bis|zum)\s$", before)
            and text[end : end + 1] == "."
        )
        return "month-day" if german else ""
    if _MEASURED.match(text, end):
        return ""
    if 0 <= last <= start and start - last < 12 and _CHAIN.fullmatch(text, last, start):
        return "month-day"
    if _STRONG.search(before):
        return "month-day"
    if _MEASURES.search(before) or _MEASURES.search(text, end, end + 20):
        return ""
    if _TIMED.match(text, end) or (
        _LINE.search(text[max(0, start - 8) : start]) and _NOTED.match(text, end)
    ):
        return "month-day"
    return (
        "month-day"
        if _WEAK.search(before) and text[end - 2 : end] not in {"/5", "/6", "10"}
        else ""
    )


def _named(places: Places, months: list[Span]) -> Iterator[tuple[int, int, str]]:
    for pattern, rule in (
        (DAY_MONTH, "day-month"),
        (MONTH_DAY, "month-day-named"),
        (MONTH_YEAR, "month-year-named"),
        (MONTH_SHORT, "month-year-named"),
        (YEAR_MONTH, "year-month-named"),
    ):
        for match in places.within(pattern, months):
            if _is_named(places.text, match):
                yield (*match.span(), rule)


def _is_named(text: str, match: re.Match[str]) -> bool:
    parts = match.groupdict()
    year, day, month = parts.get("y"), parts.get("d"), parts["mon"]
    if day is not None and not 1 <= int(day) <= 31:
        return False
    if year is not None and len(year) == 4 and not 1800 <= int(year) <= 2100:
        return False
    small = month[0].islower() and month.lower() in AMBIGUOUS
    if small and not (year and len(year) == 4) and not parts.get("ord"):
        return False
    return not (year is None and UNIT_FOLLOWS.match(text, match.end()))


def _other(places: Places, months: list[Span]) -> Iterator[tuple[int, int, str]]:
    text = places.text
    east = places.near((m.start() for m in _EASTERN.finditer(text)), 12, 12)
    holidays = sorted([*places.of(_HOLIDAY_WORDS), *(n for n in places.numbers if text[n] == "4")])
    for matches, group, rule in (
        (places.matches(_COMPACT, places.numbers), 0, "date-compact"),
        (_OCR.finditer(text), 0, "date-ocr"),
        (places.within(_EAST, east), 0, "date-east-asian"),
        (places.within(_SPELT, months), 0, "date-words"),
        (places.matches(_HOLIDAY, holidays), 0, "holiday"),
        (places.matches(_SEASON, places.of(_SEASON_WORDS)), 0, "season"),
        (places.within(_MONTH_ALONE, months), "mon", "month"),
        (places.matches(_BORN, places.of(_BORN_WORDS)), "v", "birth"),
        (places.matches(_DAY_ALONE, places.of(_DAY_WORDS)), "v", "day"),
    ):
        for match in matches:
            if rule != "date-words" or not re.match(r"(?:may|march)\b", match[0]):
                yield (*match.span(group), rule)
