"""Measured values in plain words: "my temperature is 39.5", "hr 128, bp 84/50", "103 f".

Read in what ``told`` keeps as stated of a person, as ``notes.plain`` writes it. A record is read
by ``rag.clinical``, which knows tables, headings and more names; this is for questions and for
what that list of tests lacks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.answering.redflags.values import Value, superseded, value_of
from rag.answering.redflags.when import When, is_limit, is_spoilt, when_of

_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_ONES = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
}  # fmt: skip
_SPELT = re.compile(rf"\b(?P<ten>{'|'.join(_TENS)})(?:[ -](?P<one>{'|'.join(_ONES)}))?\b")
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+(?:[.,]\d{1,2})?|\.\d+)"
_FILL = (
    r"(?:[ :=~,()*%-]|\((?:c|f|bpm|mmhg|%|/min)\)|\b(?:of|is|was|were|are|at|to|up|reads?|reading|readings|read|check|checked|meter|monitor|result|says|said|shows?|showed|about|around|only|just"
    r"|approximately|approx|has|been|have|now|today|currently|still|gone|went|goes|dropp(?:ed|ing)|fall(?:s|ing)|hit|hits|climb(?:ed|ing)|ris(?:es|ing)|topp(?:ed|ing)|fell|fallen|risen|rose|came|back|down"
    r"|as|low|high|elevated|raised|normal|level|levels|count|rate|measured|from|between|a|in|the|very|really|even|here|on (?:the|my|his|her|our) \w+|on admission|yesterday|critical)\b){0,9}?"
)
_THEN = (
    rf"(?:\s?(?:-+>|→|=+>)\s?{_NUMBER}|\s(?:to|then|and now|now|, now|down to|up to)\s{_NUMBER}(?!\d*/)"
    rf"|(?: on (?:admission|arrival|presentation)| initially)?, (?:now )?{_NUMBER} (?=(?:after|now|today|at discharge|on discharge|following|post)\b))*"
)
_THAN = r"[<>≤≥]=?|\b(?:over|above|more than|greater than|higher than|under|below|less than|lower than)\b"
_PER = r"(?:/|, | per )"
_UNIT = (
    rf"\s?(?P<unit>%|mmol{_PER}l|mmol|meq{_PER}l|meq|mg{_PER}dl|g{_PER}dl|g{_PER}l|ng{_PER}ml|ng{_PER}l|pg{_PER}ml|[uµ]g{_PER}l"
    rf"|mcg{_PER}l|kpa|mm ?hg|k{_PER}[uµ]?l|(?:x ?)?10[\^*e]?9{_PER}l|(?:cells ?)?/[uµ]?l|/mm3|/15|/min|bpm|°? ?c(?:elsius)?|°? ?f(?:ahrenheit)?"
    r"|degrees(?: [cf])?)?(?!\w)"
)
_NOT = r"(?!\d|[.,]\d| ?/ ?\d| (?:years?|months?|weeks?|days?|hours?|times|tablets?|units?|mg|ml|mcg|grams?|minutes?|miles)\b| ?(?:mg|ml|mcg|g|kg|lbs?|iu)(?![/,] ?d?l)\b)"
_NAMES = {
    "Highest temperature": r"t ?max|tm|max(?:imum)? temp\w*|temp(?:erature)? max",
    "Temperature": r"temp(?:erature)?s?|t(?=\d\d\d?\.\d)|t(?!\w)|thermometer|fevers?|febrile|pyrexial?|spik(?:ed|ing)|tympanic|rectal(?: temp\w*)?",
    "Heart rate": r"heart ?rate|hr|pulse(?! ox)(?: rate)?|p(?!\w)|tachycardi\w+|bradycardi\w+|(?:af|atrial fibrillation)(?: with)? rvr|rates?|heart(?: \w+)? (?:beating|racing)(?: at)?",
    "Respiratory rate": r"resp(?:iratory|iration)? ?rate|rr|resps?|respirations?|breathing rate|breathing(?: \w+)? at|tachypn\w+|r(?!\w)",
    "Oxygen saturation": r"spo2|sao2|o2 ?sat\w*|sats?|saturation\w*|oxygen(?: (?:level|saturation|sat)s?)?|pulse ox\w*|oximeter|oximetry|satt?ing|saturating|desat\w*|hypoxi[ac]",
    "Glucose": r"(?:blood |capillary |fasting |random )?glucose|(?:blood )?sugars?(?: level)?|cbg|fsbg|fsbs|bgl?|finger ?stick|accu ?chek|glucometer|bm",
    "Ketones": r"(?:blood |serum |capillary )?ketones?|b(?:eta|hb)?[ -]?hydroxybutyrate|bhb|bohb",
    "Lactate": r"lactate|lactic acid",
    "Potassium": r"(?<!vitamin )k(?:\+| positive)?(?!\w)|k\+(?=\d)|potassium",
    "Sodium": r"na(?:\+| positive)?|sodium",
    "Bicarbonate": r"bicarb(?:onate)?|hco3",
    "Calcium": r"(?:corrected |adjusted |serum )*calcium|ca(?! ?(?:19|125|15|72|50|27|242|153)\b)(?!\w)",
    "Hemoglobin": r"hb|hgb|ha?emoglobins?",
    "Platelets": r"plt|platelets?(?: count)?|plts",
    "Absolute neutrophil count": r"anc|neuts?|neutrophils?(?: count)?|absolute neutrophil count",
    "INR": r"inr",
    "pH": r"ph",
    "pCO2": r"p ?a?co2",
    "pO2": r"pao2",
    "Troponin": r"(?:hs |high sensitivity )?(?:trop(?:onin)?s?(?: [it])?|c?tn[it])",
    "Lithium level": r"lithium(?: level)?|li\+",
    "Glasgow coma scale": r"gcs",
    "NEWS2": r"news ?2(?: score)?|news score|news(?= ?[:=]? ?\d)",
    "Capillary refill": r"(?:crt|cap(?:illary)? refill(?: time)?)",
}  # fmt: skip
_FORMS = tuple(
    (
        name,
        re.compile(
            rf"(?<![\w.'])(?:{names})(?![a-z'])(?P<fill>{_FILL})(?P<than>{_THAN})? ?(?P<n>{_NUMBER})(?P<then>{_THEN}){_NOT}s?{_UNIT}"
        ),
    )
    for name, names in _NAMES.items()
)
_PRESSURE = re.compile(
    rf"(?<!\w)(?:bps?|blood pressures?|pressures?|sbps?|(?:hypo|hyper)tensive|systolics?(?: bp| blood pressure| pressure)?){_FILL}(?P<than>{_THAN})? ?"
    r"(?P<sys>\d{2,3})s?(?:\s?(?:/|over|on)\s?(?P<dia>\d{2,3})s?)?(?: ?/ ?p(?:alp)?\b)?(?!\d| ?/ ?\d|\.\d|%)(?! ?(?:years?|mg|bpm))"
    r"(?:\s?(?:-+>|→|=+>|then)\s?(?P<sys2>\d{2,3})(?:/(?P<dia2>\d{2,3}))?)?"
)
_BARE = (
    ("Temperature", re.compile(r"(?<![\w./])(?P<n>(?:3[4-9]|4[0-2]|9[4-9]|10[0-8])(?:\.\d+)?) ?°? ?(?:degrees )?(?P<unit>[cf])(?![\w/])")),
    ("Oxygen saturation", re.compile(r"(?<![\w./])(?P<n>[5-9]\d|100) ?(?P<unit>%)(?= ?(?:on (?:ra|room|air|\d|o2|oxygen|nasal|nc|nrb|bipap|cpap|high|hfnc|supplement\w*|home|fio2|a )|ra\b|room air))")),
    ("Heart rate", re.compile(r"(?<![\w./])(?P<n>\d{2,3}) ?(?:bpm|beats (?:per|a) min\w*)")),
    ("Respiratory rate", re.compile(r"(?<![\w./])(?P<n>\d{1,2}) ?(?:breaths|times) ?(?:per|a|/) ?min\w*")),
    ("Systolic", re.compile(r"(?<![\w./])(?P<n>\d{2,3})(?P<unit>mm ?hg)? systolic")),
)  # fmt: skip
_METER_HIGH = re.compile(
    r"(?:glucose|sugar|bgl?|cbg|bm|meter|accu ?chek)(?: (?:is|was|reads?|reading|says|showed|of|meter))*[ :=]*(?:\"hi(?:gh)?\"|'hi(?:gh)?'|hi(?=[ ,.;]|$))"
)
"""Meters say HI beyond 33.3 mmol/L (600 mg/dL)."""
_KETONES_GRADED = re.compile(
    r"(?<!\w)(?:urin\w+ )?ketones?(?: (?:in (?:my |the |her |his )?urine|are|were|is|was|of))*[ :=-]*(?:(?P<n>[1-4]) ?(?:\+|positive|plus)|\+?(?P<word>large|moderate|high)\b)"
)
_URINE = re.compile(r"\b(?:urin\w*|ua|u/a|dip\w*|uria)\b(?:[^.;\n]|\.(?=\d))*$")


@dataclass(frozen=True, slots=True)
class Read:
    """A value and where it stands: ``text[start:end]``, its name included."""

    start: int
    end: int
    value: Value


def in_digits(text: str) -> str:
    """Return a text in which numbers from twenty to ninety-nine that are spelt out are digits."""
    return _SPELT.sub(lambda m: str(_TENS[m["ten"]] + _ONES.get(m["one"] or "", 0)), text)


def read_values(text: str) -> list[Read]:
    """Return the values of a text in plain words, in the order of their numbers.

    Args:
        text: as ``told`` gives it, lower case.
    """
    found = [*_named(text), *_pressures(text), *_bare(text), *_graded(text)]
    taken: dict[tuple[str, int], Read] = {}
    for at, read in sorted(found, key=lambda one: one[0]):
        taken.setdefault((read.value.name, at), read)
    return list(taken.values())


def without_superseded(text: str) -> str:
    """Return a text without the values that do not count, for others have taken their place."""
    reads = read_values(text)
    gone = {id(value) for value in superseded([read.value for read in reads])}
    kept = [read for read in reads if id(read.value) not in gone]
    flat = list(text)
    for read in reads:
        if all(read.start >= one.end or read.end <= one.start for one in kept):
            flat[read.start : read.end] = " " * (read.end - read.start)
    return "".join(flat)


def _named(text: str) -> Iterator[tuple[int, Read]]:
    for name, form in _FORMS:
        for match in form.finditer(text):
            # of urine: another measure with other limits
            if name in ("pH", "Glucose", "Ketones", "Sodium", "Potassium") and _URINE.search(
                text[max(0, match.start() - 80) : match.start()]
            ):
                continue
            last = re.findall(_NUMBER, match["then"])[-1:] or [match["n"]]
            # the number of a rise or a fall is the one it ends at: "lactate 4.1 -> 1.6"
            yield from _one(text, match, name, last[0], match["unit"] or "", match["than"] or "")


def _one(
    text: str, match: re.Match[str], name: str, number: str, unit: str, than: str
) -> Iterator[tuple[int, Read]]:
    at = match.start("n")
    if is_limit(text, match.start(), at) or is_spoilt(text, match.start(), match.end()):
        return
    said = unit.removesuffix("elsius").removesuffix("ahrenheit").replace(" per ", "/")
    if name == "Troponin" and not said and "." in number:
        said = "ng/ml"  # as such small numbers are: "troponin 0.84"
    bound = _bound(than)
    when = When.NOW if match.groupdict().get("then") else when_of(text, match.start(), match.end())
    value = value_of(name, _float(number), said, bound, when)
    if value is not None:
        yield at, Read(match.start(), match.end(), value)


def _bound(than: str) -> str:
    if than[:1].isalpha():
        return ">" if than.split()[0] in ("over", "above", "more", "greater", "higher") else "<"
    return than[:1].translate(str.maketrans("≤≥", "<>"))


def _float(number: str) -> float:
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+", number):
        return float(number.replace(",", ""))
    return float(number.replace(",", "."))


def _pressures(text: str) -> Iterator[tuple[int, Read]]:
    for match in _PRESSURE.finditer(text):
        if is_limit(text, match.start(), match.start("sys")):
            continue
        when = when_of(text, match.start(), match.end())
        bound = _bound(match["than"] or "")
        last = "2" if match["sys2"] else ""
        for name, group in (("Systolic", f"sys{last}"), ("Diastolic", f"dia{last}")):
            if match[group] is None:
                continue
            value = value_of(name, float(match[group]), "", bound, when)
            if value is not None:
                yield match.start("sys"), Read(match.start(), match.end(), value)


def _bare(text: str) -> Iterator[tuple[int, Read]]:
    for name, form in _BARE:
        for match in form.finditer(text):
            unit = match.groupdict().get("unit") or ""
            yield from _one(text, match, name, match["n"], unit, "")


def _graded(text: str) -> Iterator[tuple[int, Read]]:
    for match in _METER_HIGH.finditer(text):
        value = Value("Glucose", 33.3, ">", when_of(text, match.start(), match.end()))
        yield match.end(), Read(match.start(), match.end(), value)
    for match in _KETONES_GRADED.finditer(text):
        grade = float(match["n"]) if match["n"] else 2.0
        when = when_of(text, match.start(), match.end())
        value = Value("Ketones in urine", grade, "", when)
        yield match.start(), Read(match.start(), match.end(), value)
