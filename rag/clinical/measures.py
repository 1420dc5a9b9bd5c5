"""Laboratory tests and vital signs with their values, units and whether they are abnormal.

A test is a finding where its result stands with it: a number ("WBC-12.3*", "Na 118 mmol/L"),
or a word ("troponin negative", "elevated lactate"). What the record marks as abnormal is so;
a star, as MIMIC prints it, tells no direction, which the range then gives. A positive test is
``high``, a negative one ``normal``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.answering.redflags import is_limit
from rag.clinical.bare_values import PLAUSIBLE, Reading, bare_readings, pressure_of
from rag.clinical.ranges import Range, judge, read_ranges
from rag.clinical.vocabulary import Concept, is_exact, names_of, read_list
from rag.clinical.words import Names, Token
from rag.types.clinical import FindingKind, Measured

_NUMBER = r"(?P<value>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
_UNIT = (
    r"(?P<unit>%|(?:°?\s?[CF]\b(?!\w)|degrees?(?:\s[CF])?|bpm|mm\s?Hg|mmHg|(?:m|µ|u|mc|n|p|k|d)?g\s?/\s?(?:dL|mL|L)\b|(?:m|µ|u|n|p)mol/L|m?Eq/L"
    r"|m?I?U/m?L|µ?u?IU/mL|[KMk]/[uµm][Ll]|x?\s?10[\^*e]?9/L|/[uµ]L|/mm3|mm/hr?|mmol/mol|mmol|mg|fL|kg/m2|kg|lbs?|/min)(?![A-Za-z]))?"
)
_SERIES = (
    r"(?:\s?(?:-+>|→|=+>)\s?\d+(?:\.\d+)?(?![\d/])"
    r"|(?: on (?:admission|arrival|presentation)| initially)?, (?:now )?\d+(?:\.\d+)?(?= (?:after|now|today|at discharge|on discharge|following|post)\b))*"
)
"""A rise or a fall: "lactate 4.1 -> 1.6" is 1.6 now."""
_VALUE = re.compile(
    r"(?P<fill>\s*(?:[-:=#~]|\b(?:of|was|is|at|to|level|levels|count|about|around|approximately|measured|in the|up|trending"
    r"|peaked|peak|on admission|today|now|reading|readings|down|has been|were|rose|increased|fell|dropped|remains|value|check|result|came back|returned|reported|from|low|high|elevated|normal|decreased|only)\b|\(|\)|[*])?){0,4}"
    rf"\s*(?P<than>[<>≤≥]=?)?\s*{_NUMBER}(?!\d*\+)(?P<then>{_SERIES})(?:\s?(?:-|to)\s?(?P<upto>\d+(?:\.\d+)?)(?![\d/]))?s?\s*{_UNIT}"
    r"(?P<mark>[*#]+|\s?\((?:HH?|LL?|high|low|elevated|normal)\)|\s?(?:HH?|LL?)(?=\t|\s{2}|\s*(?:[,.;\d(\[|]|$)))?",
    re.IGNORECASE,
)
_PRESSURE = re.compile(
    r"(?P<fill>\s*(?:[-:=~]|\b(?:of|was|is|at|to|today|now|readings?|measured|systolic|around|about)\b|\(|\))*\s*)"
    r"(?P<sys>\d{2,3})\s?(?:/|over)\s?(?P<dia>\d{2,3})(?:\s?(?P<unit>mm\s?Hg))?(?![\d/])",
    re.IGNORECASE,
)
_WORD_AFTER = re.compile(
    r"(?:\s*(?:[:=-]|\b(?:is|was|were|are|came back|returned|tested|remains?|level|levels|test|screen|result|of|also|mildly|markedly|slightly|very|borderline)\b)){0,4}"
    r"\s*(?P<word>positive|negative|non-?reactive|reactive|normal|elevated|high|low|raised|undetectable|within normal limits|WNL"
    r"|unremarkable|(?:trace|[1-4]\+)|pos|neg)(?![\w-])",
    re.IGNORECASE,
)
_WORD_BEFORE = re.compile(
    r"(?P<word>elevated|high|raised|increased|rising|low|decreased|reduced|normal|positive|negative)\s+(?:for\s+(?:\w+\s+and\s+)?)?$",
    re.IGNORECASE,
)
_STATED = re.compile(
    r"\s*[(\[](?:ref(?:erence)?:?\s*|normal:?\s*|nl\s*)?(?:(?P<low>\d+(?:\.\d+)?)\s?-\s?(?P<high>\d+(?:\.\d+)?)|[<≤]\s?(?P<top>\d+(?:\.\d+)?))[^)\]]{0,12}[)\]]"
)
_HIGH = frozenset(
    ("positive", "pos", "reactive", "elevated", "high", "raised", "increased", "rising", "trace")
)
_LOW = frozenset(("low", "decreased", "reduced"))
_NUMBER_ONLY = frozenset(
    (
        "T",
        "P",
        "R",
        "K",
        "RR",
        "HR",
        "LE",
        "PT",
        "ALP",
        "CK",
        "Na",
        "Ca",
        "Cl",
        "Fe",
        "Mg",
        "FS",
        "BG",
        "Cr",
        "AG",
        "TG",
        "CO2",
        "Tm",
        "Tc",
        "resp",
        "weight",
        "saturation",
        "R.R",
        "pulse",
        "temp",
        "sat",
        "sats",
    )
)
"""Names that stand for other things too where no number follows."""
_COUNTED = re.compile(
    r"\s*-?(?:y|yrs?|years?|months?|weeks?|wks?|days?|hours?|drinks?|beers?|glasses|times|ago)\b"
)
"""Behind a number that counts something else: "quit EtOH 2 y ago"."""
_DIGIT = re.compile(r"\d")
_GAP = 40
_BACK = 30


@dataclass(frozen=True, slots=True)
class Test:
    """A laboratory test or vital sign and its reference ranges."""

    concept: Concept
    ranges: tuple[Range, ...] = ()


@lru_cache(maxsize=1)
def tests() -> Names[Test]:
    """Return the tests by their names; a name with capitals is read only as it is written."""
    made: Names[Test] = Names()
    for line in read_list("tests"):
        cells = list(line.cells)
        ranges: tuple[Range, ...] = ()
        if len(cells) > 1 and re.match(r"(?:[mf] )?[\d.]+-", cells[-1]):
            ranges = read_ranges(cells.pop())
        test = Test(Concept(FindingKind(line.group), cells[0]), ranges)
        made.add(cells[0], test, exact=cells[0].isupper())
        for cell in cells[1:]:
            for name in names_of(cell):
                made.add(name, test, exact=is_exact(name))
    return made


def find_readings(
    text: str, words: Sequence[Token], end: int, age: float | None, sex: str
) -> Iterator[Reading]:
    """Yield the results in a sentence that ends at ``end``, in order and without overlap."""
    taken = words[0].start if words else end
    for name in tests().find(words):
        first, last = words[name.first], words[name.last - 1]
        if first.start < taken or _is_sought(text, first.start, last.end):
            continue
        following = words[name.last].start if name.last < len(words) else end
        reading = _reading(
            text, first.start, last.end, min(end, following + _GAP), name.value, age, sex
        )
        if reading is not None:
            taken = reading.end
            yield reading
    if words:
        yield from bare_readings(text, words[0].start, end, age)


def _is_sought(text: str, start: int, end: int) -> bool:
    """True where the number behind a name is to be reached or watched for: "hold if SBP < 90"."""
    number = _DIGIT.search(text, end, end + _BACK)
    return is_limit(text, start, number.start() if number else end)


def reading_of(
    text: str, start: int, end: int, test: Test, age: float | None, sex: str
) -> Reading | None:
    """Return the result that ``text[start:end]``, a cell of a table, holds, or ``None``."""
    if test.concept.name == "Blood pressure":
        found = _PRESSURE.fullmatch(text, start, end)
        return pressure_of(start, found, age) if found else None
    number = _VALUE.fullmatch(text, start, end)
    if number is None:
        return None
    value = _number(number)
    low, high = PLAUSIBLE.get(test.concept.name, (0.0, float("inf")))
    if not low <= value <= high:
        return None
    return Reading(start, end, test.concept, _measured(text, number, value, test, age, sex))


def _reading(
    text: str, start: int, after: int, end: int, test: Test, age: float | None, sex: str
) -> Reading | None:
    name = test.concept.name
    if name == "Blood pressure":
        found = _PRESSURE.match(text, after, end)
        return pressure_of(start, found, age) if found else None
    number = _VALUE.match(text, after, end)
    if number is not None and _COUNTED.match(text, number.end("value")):
        number = None
    if number is not None and not re.match(
        r"[\w/]*[A-Za-z/]\w*",
        text[number.end("value") : number.end("value") + 1] if number["unit"] is None else "",
    ):
        value = _number(number)
        low, high = PLAUSIBLE.get(name, (0.0, float("inf")))
        if low <= value <= high:
            stop = start + len(text[start : number.end()].rstrip())
            measured = _measured(text, number, value, test, age, sex)
            return Reading(start, stop, test.concept, measured)
    if text[start:after] in _NUMBER_ONLY or test.concept.kind is FindingKind.VITAL:
        return None
    word = _WORD_AFTER.match(text, after, min(end, after + _GAP))
    if word is not None:
        return Reading(start, word.end("word"), test.concept, _in_words(word["word"]))
    before = _WORD_BEFORE.search(text[max(0, start - _BACK) : start])
    if before is not None:
        at = max(0, start - _BACK) + before.start("word")
        return Reading(at, after, test.concept, _in_words(before["word"]))
    return None


def _number(found: re.Match[str]) -> float:
    """Return the value, the last of a series."""
    rest = re.findall(r"\d+(?:\.\d+)?", found["then"])
    filled = found.string[found.start() : found.start("value")]
    if found["upto"] and re.search(r"\bfrom\b", filled, re.IGNORECASE):
        rest.append(found["upto"])  # "fell from 9.1 to 6.2"
    return float(rest[-1] if rest else found["value"].replace(",", ""))


def _measured(
    text: str, number: re.Match[str], value: float, test: Test, age: float | None, sex: str
) -> Measured:
    unit = (number["unit"] or "").strip()
    written = text[number.start("than") if number["than"] else number.start("value") : number.end()]
    mark = (number["mark"] or "").strip(" ()*#").lower()
    ranges = test.ranges
    stated = _STATED.match(text, number.end())
    if stated is not None:
        ranges = (Range(float(stated["low"] or 0), float(stated["high"] or stated["top"])),)
        age = None
    abnormal = judge(test.concept.name, value, unit, ranges, age, sex)
    if mark:
        abnormal = "high" if mark[0] in "he" else "low" if mark[0] == "l" else "normal"
    elif "*" in (number["mark"] or "") and abnormal in ("normal", "") and ranges:
        low, high = min(r.low for r in ranges), max(r.high for r in ranges)
        # what begins at zero is never too low: "cTropnT-0.03*"
        abnormal = "low" if low > 0 and value - low < high - value else "high"
    return Measured(written.strip(), value, unit, abnormal)


def _in_words(word: str) -> Measured:
    lower = word.lower()
    if lower in _HIGH or lower[-1:] == "+":
        return Measured(word, None, "", "high")
    return Measured(word, None, "", "low" if lower in _LOW else "normal")
