"""Words of the calendar: months and weekdays in several languages, ordinals, holidays.

Plain word lists and the expressions made of them; what is a date is said in ``patterns_dates``.
"""

from __future__ import annotations

import re

from rag.text import fold

_MONTH_WORDS = (
    "january jan januar janvier enero gennaio janeiro januari",
    "february feb februar février febrero febbraio fevereiro februari",
    "march mar märz mars marzo março maart",
    "april apr avril abril aprile",
    "may mai mayo maggio maio mei",
    "june jun juni juin junio giugno junho",
    "july jul juli juillet julio luglio julho",
    "august aug août agosto augustus",
    "september sept sep septembre septiembre settembre setembro",
    "october oct oktober octobre octubre ottobre outubro okt",
    "november nov novembre noviembre novembro",
    "december dec dezember décembre diciembre dicembre dezembro dez",
)
MONTHS = {fold(word): n for n, line in enumerate(_MONTH_WORDS, 1) for word in line.split()}
"""Number of a month, 1 to 12, by its folded name in seven languages."""

ENGLISH_MONTHS = tuple(line.split()[0] for line in _MONTH_WORDS)
AMBIGUOUS = frozenset({"may", "mar", "march", "mars", "mai", "mei", "dec", "sep", "jan", "jun"})
"""Months that are other words too when they are written small."""

_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS = {w: n for n, word in enumerate(_WEEKDAYS) for w in (word, word[:3])}
WEEKDAYS |= {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
"""Number of a weekday, Monday 0, by its name."""

MONTH = "|".join(
    sorted({w for line in _MONTH_WORDS for w in line.split()}, key=lambda w: (-len(w), w))
)
WEEKDAY = "|".join(sorted(WEEKDAYS, key=lambda w: (-len(w), w)))

_UNITS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"]
ORDINAL = "|".join(
    [
        *(rf"twenty[- ]{u}" for u in _UNITS),
        "thirty[- ]first|thirtieth|twentieth",
        "tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth",
        "eighteenth|nineteenth",
        *_UNITS,
    ]
)
"""Days of a month in English words, the longer ones first."""

NUMBER_WORDS = (
    "(?:two|thousand|hundred|and|oh|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
    "|one|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    "|sixteen|seventeen|eighteen)"
)
YEAR_WORDS = rf"(?:nineteen|two|twenty)(?:[ -]{{1,2}}{NUMBER_WORDS}){{1,5}}"
"""A year in English words: "two thousand nineteen", "nineteen eighty-four"."""

HOLIDAYS = (
    "Christmas(?: Day| Eve)?", "Thanksgiving(?: Day)?", "New Year[’']?s?(?: Day| Eve)",
    "Easter(?: Sunday| Monday)?", "Halloween", "Independence Day", "Fourth of July", "4th of July",
    "Labou?r Day", "Memorial Day", "Veterans[’']? Day", "Columbus Day", "Valentine[’']s Day",
    "Mother[’']s Day", "Father[’']s Day", r"St\.? Patrick[’']s Day", "Presidents[’']? Day",
    r"Martin Luther King(?: Jr\.?)? Day", "MLK Day", "Good Friday", "Boxing Day", "Bastille Day",
    "Diwali", "Hanukkah", "Passover", "Yom Kippur", "Cinco de Mayo", "Mardi Gras", "Ash Wednesday",
    "Palm Sunday",
)  # fmt: skip
GAP = r"[ \t\u00a0]{0,3}(?:\r?\n)?[ \t\u00a0]{0,3}"
"""White space that a date or number may hold: a few blanks, one line break at most."""

UNIT_FOLLOWS = re.compile(
    r"[ \t-]{0,2}(?:%|°|mg|mcg|µg|ug|ng|pg|g\b|kg|ml|dl|cc\b|l\b|mm|cm|m\b|iu\b|units?|u/|meq|mmol"
    r"|µmol|umol|nmol|pmol|mosm|kcal|cal\b|bpm|beats|copies|cells?|cfu|colon|mol|x\s?10|hours?|hrs?\b"
    r"|days?\b|weeks?\b|wks?\b|months?\b|years?\b|yrs?\b|min(?:utes)?\b|sec(?:onds)?\b|tab|caps|pills?"
    r"|doses?\b|puffs?|drops?|times\b|kpa|mmhg|msec|ms\b|hz|gy\b|cgy|mci|mbq|steps|points?\b|platelets"
    r"|patients?\b|participants?\b|women\b|men\b|subjects\b|cases\b|pack)",
    re.IGNORECASE,
)
"""A unit or a thing counted behind a number: then the number measures and names nobody."""


def month_number(word: str) -> int | None:
    """Return 1 to 12 for the name of a month in any of the languages, else ``None``."""
    return MONTHS.get(fold(word))
