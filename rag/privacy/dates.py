"""Dates and ages over 89 in notes, by rules.

A year alone is not marked (Safe Harbor lets it stand), nor are times of day, durations and
weekdays alone. A day and month without a year ("12/3") is a date only after a word that dates
something ("on", "seen", "DOS:"), since 5/5, 1/2 and 120/80 are measurements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.privacy.kinds import Identifier

MONTHS = (
    ("january", "jan", "januar", "janvier", "enero", "gennaio"),
    ("february", "feb", "februar", "février", "febrero", "febbraio"),
    ("march", "mar", "märz", "mars", "marzo"),
    ("april", "apr", "avril", "abril", "aprile"),
    ("may", "mai", "mayo", "maggio"),
    ("june", "jun", "juni", "juin", "junio", "giugno"),
    ("july", "jul", "juli", "juillet", "julio", "luglio"),
    ("august", "aug", "août", "agosto"),
    ("september", "sep", "sept", "septembre", "septiembre", "settembre"),
    ("october", "oct", "oktober", "octobre", "octubre", "ottobre"),
    ("november", "nov", "novembre", "noviembre"),
    ("december", "dec", "dezember", "décembre", "diciembre", "dicembre"),
)
MONTH_NUMBERS = {name: i + 1 for i, names in enumerate(MONTHS) for name in names}
_MONTH = "(?:" + "|".join(sorted(MONTH_NUMBERS, key=len, reverse=True)) + r")(?![^\W\d_])\.?"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:\s?(?:st|nd|rd|th)\b)?"
_YEAR = r"(?:(?:1[89]|20|21)\d\d|['’]\d\d)"
_I = re.IGNORECASE

_WRITTEN = (
    # 3 May 2019; 3rd of May, 2019; 03-May-19; 3.May; 3-5 May 2019; 3. Mai 2019; 3 de mayo de 2019
    re.compile(
        rf"(?<![\w.,/-]){_DAY}(?:\s?(?:-|–|to|and|&)\s?{_DAY})?(?:\.\s?|[\s/-]{{1,3}}|,\s)?"
        rf"(?:of\s|de\s)?(?:the\s)?{_MONTH}(?:[\s,./-]{{0,3}}(?:de\s|of\s)?(?:{_YEAR}|\d\d(?![\w:/-])))?(?!\w)",
        _I,
    ),
    # May 3, 2019; May 3rd; May 3-7, 2019; May-03-2019; May 2019; Mar '19; May of 2019
    re.compile(
        rf"(?<![\w]){_MONTH}[\s/,-]{{0,3}}(?:the\s)?{_DAY}(?:\s?(?:-|–|to|and|&)\s?{_DAY})?"
        rf"(?![\w%])(?!\s?(?:mg|ml|mcg|g|kg|cm|mm|times|x|h|hours|days|weeks)\b)"
        rf"(?:,?[\s/-]{{0,3}}(?:of\s)?{_YEAR}|[/-]\d\d)?(?!\w)",
        _I,
    ),
    re.compile(rf"(?<!\w){_MONTH}[\s,/-]{{0,3}}(?:of\s(?:the\syear\s)?)?{_YEAR}(?!\w)", _I),
)
_NUMERIC = (
    ("iso", re.compile(r"(?<![\d./-])(?:1[89]|20|21)\d\d([-/.])(\d{1,2})\1(\d{1,2})(?!\d)")),
    ("dmy", re.compile(r"(?<![\d./-])(\d{1,2})([/.-])(\d{1,2})\2((?:1[89]|20|21)?\d\d)(?![\d/]|[.-]\d)")),
    ("dmy", re.compile(r"(?<![\d./-])(\d{1,2}) ([/.-]) (\d{1,2}) \2 ((?:1[89]|20|21)\d\d)(?!\d)")),
    ("dmy", re.compile(r"(?<![\d./-])(\d{1,2}) ?([/-]) ?(\d{1,2}) ?\2\s{0,2}((?:1[89]|20|21)\d\d)(?!\d)")),
    ("compact", re.compile(r"(?<![\dA-Za-z.,-])(?:19|20)\d\d(\d\d)(\d\d)(?![\dA-Za-z]|[.,]\d)")),
    ("my", re.compile(r"(?<![\d./-])(0?[1-9]|1[0-2])[/-]((?:19|20)\d\d)(?![\d/-])")),
    ("ym", re.compile(r"(?<![\d./-])((?:19|20)\d\d)[/-](0[1-9]|1[0-2])(?![\d/-])")),
)  # fmt: skip
_DATING = (
    r"on|since|from|until|till|by|dated?|d\.?o\.?[bsadi]\.?|seen|admit(?:ted)?|admission|discharged?|d/c(?:'?ed|'d)?|"
    r"started|stopped|last|of|between|and|through|thru|to|before|after|visit(?:ed)?|born|birth(?:day)?|"
    r"due|appt|appointment|surgery|expires?|signed|at|starting|beginning|ending|thru"
)
_SHORT = re.compile(
    rf"\b(?:{_DATING})\b[:\s,(]{{1,4}}((?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|[12]\d|3[01]))"
    r"(?:\s?[-–]\s?(?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|[12]\d|3[01]))?(?![\d/%.]|\w)"
    r"(?!\s?(?:strength|tablets?|tabs?|pills?|cups?|murmur|power|in\b|bilateral|of\b|mg|ml|doses?|days?"
    r"|weeks?|months?|years?|hours?|h\b|mmhg|systolic|score|points?|scale|patients?|motor|upper|lower"
    r"|throughout|cycles?|ns\b|saline|teaspoons?|the\b|way|pain|on\b|a\b))",
    _I,
)
_BARE = re.compile(
    r"\b(?:in|since|last|this|next|early|late|mid|until|from|of|by|during|between|through)[\s-]"
    rf"(?:early |late |mid[- ]?)?((?:{'|'.join(n.capitalize() for ns in MONTHS for n in ns[:1])}"
    r"|Jan|Feb|Apr|Aug|Sept|Sep|Oct|Nov|Dec))\b\.?(?!\s[A-Z][a-z])"
)
_FEAST = re.compile(
    r"\b(?:(?:Christmas|Thanksgiving|Halloween|Easter|Hanukkah|Diwali|Ramadan|Memorial Day|Labor Day|"
    r"Independence Day|Valentine['’]s Day|New Year['’]s)(?: (?:Eve|Day|Sunday|Monday))?)"
    rf"(?:,? (?:of )?{_YEAR})?(?!\w)"
)
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s)"
_WEEKDAY_BEFORE = re.compile(_WEEKDAY + r"\Z", _I)

_OLD = r"(?:9\d|1[01]\d|120)"
_TENS = r"(?:ninety(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?|(?:one|a) hundred(?:(?: and)? \w{2,6})?)"
_AGES = (
    re.compile(rf"(?<![\d./-])({_OLD})(?=[\s-]?(?:years?|yrs?)[\s-]{{0,2}}(?:old|of age|young)\b)", _I),
    re.compile(rf"(?<![\d./-])({_OLD})(?=[\s-]?(?:y\.?/?\s?o\.?|yo[mf]?)(?!\w))", _I),
    re.compile(rf"(?<![\d./-])({_OLD})(?=[\s-]?(?:[MF]|[Mm]ale|[Ff]emale|[Mm]an|[Ww]oman|y\.?o\.?)\b)"),
    re.compile(rf"\b(?:age[ds]?|aet(?:at)?\.?)(?: of| at| is)?[\s:=]{{1,4}}({_OLD})(?![\d./%])", _I),
    re.compile(rf"\b(?:he|she|patient|mother|father|gentleman|lady|who) (?:is|was|turned|turns)(?: now)? ({_OLD})(?= (?:and|when|at|in|this|years)|[.,;])", _I),
    re.compile(rf"\b({_TENS})(?=[\s-](?:years?|yrs?)[\s-](?:old|of age)\b)", _I),
    re.compile(r"\b(?:in )?(?:his|her|their) ((?:early |mid[- ]|late )?(?:nineties|90['’]?s))\b", _I),
    re.compile(r"\b((?:super)?centenarian|nonagenarian)\b", _I),
)  # fmt: skip


def dates(text: str) -> Iterator[Identifier]:
    """Yield the dates of a text; some overlap. Linear in its length."""
    for pattern in _WRITTEN:
        for match in pattern.finditer(text):
            said = match.group()
            if _a_word(said):
                continue
            yield _found(
                text, *_with_weekday(text, match.start(), match.end()), "date", "written date"
            )
    for name, pattern in _NUMERIC:
        for match in pattern.finditer(text):
            if _possible(name, match):
                start, end = _with_weekday(text, match.start(), match.end())
                yield _found(text, start, end, "date", "numeric date")
    for match in _SHORT.finditer(text):
        yield _found(text, match.start(1), match.end(), "date", "day and month")
    for match in _BARE.finditer(text):
        yield _found(text, match.start(1), match.end(1), "date", "month")
    for match in _FEAST.finditer(text):
        yield _found(text, match.start(), match.end(), "date", "feast")


def ages(text: str) -> Iterator[Identifier]:
    """Yield ages over 89: the number, or the words that give it."""
    for pattern in _AGES:
        for match in pattern.finditer(text):
            yield _found(text, match.start(1), match.end(1), "age", "age over 89")


def _a_word(said: str) -> bool:
    """True where the month is the verb or noun of the same letters: "10 mar", "may 3"."""
    month = next((w for w in re.findall(r"[^\W\d_]+", said) if w.lower() in MONTH_NUMBERS), "")
    # "1 mar" or "may 2" in lower case is a date only with a year or an ordinal
    doubtful = month in ("may", "march", "mar", "sep", "dec", "jan", "mai", "mars")
    telling = re.search(r"\d{4}|['’]\d\d|\d(?:st|nd|rd|th)|\d[-/ ]\w+[-/ ]\d\d", said)
    return doubtful and not telling


def _possible(name: str, match: re.Match[str]) -> bool:
    groups = match.groups()
    if name in ("my", "ym"):
        return True
    if name in ("iso", "compact"):
        month, day = int(groups[-2]), int(groups[-1])
        return 1 <= month <= 12 and 1 <= day <= 31
    first, sign, second, year = int(groups[0]), groups[1], int(groups[2]), groups[3]
    fits = (1 <= first <= 31 and 1 <= second <= 12) or (1 <= first <= 12 and 1 <= second <= 31)
    # 1.2.10 may be the number of a section, 1-2-10 a range: points want two digits or a full year
    return fits and not (sign == "." and len(year) == 2 and len(groups[0]) + len(groups[2]) < 4)


def _with_weekday(text: str, start: int, end: int) -> tuple[int, int]:
    before = _WEEKDAY_BEFORE.search(text, max(0, start - 12), start)
    return (before.start(), end) if before else (start, end)


def _found(text: str, start: int, end: int, kind: str, rule: str) -> Identifier:
    said = text[start:end].rstrip(" ,-/\n\t")
    return Identifier(start, start + len(said), kind, said, rule)
