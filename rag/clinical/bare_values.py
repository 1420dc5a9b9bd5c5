"""Values that say by their form what they are, without a name: "39.4 C", "92% on RA", "128/78"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.answering.redflags import is_limit
from rag.clinical.ranges import judge, judge_pressure
from rag.clinical.vocabulary import Concept
from rag.types.clinical import FindingKind, Measured

_TEMPERATURE = re.compile(
    r"\b(?P<value>3[4-9]|4[0-2]|9[4-9]|10[0-8])(?P<rest>\.\d+)?\s?(?:°\s?|degrees? )?(?P<unit>[CF])\b"
)
_ON_AIR = re.compile(
    r"\b(?P<value>[5-9]\d|100)\s?%(?=\s*(?:on\s(?:RA|room|air|\d|O2|oxygen|nasal|NC|NRB|BiPAP|CPAP|high|HFNC|supplement|home|FiO2|a\s|vent)|RA\b|room air))",
    re.IGNORECASE,
)
_PAIR = re.compile(
    r"(?<![\d/])(?<![<>≤≥=])(?<![<>≤≥=] )(?P<sys>\d{2,3})/(?P<dia>\d{2,3})(?:\s?mm\s?Hg)?(?![\d/])"
)
_ROW = re.compile(
    r"(?<![\d./])(?P<t>\d{2,3}\.\d),? (?P<sys>\d{2,3})/(?P<dia>\d{2,3}),? (?P<hr>\d{2,3}),? (?P<rr>\d{1,2}),? (?P<sat>\d{2,3})\s?%"
)
"""Vital signs in a row without names, as MIMIC has them: "97.9 112/64 88 16 99%RA"."""
_HINT = re.compile(r"\b(?:bp|blood pressure|readings?|pressures?)\b", re.IGNORECASE)
PLAUSIBLE = {
    "Temperature": (30, 110), "Heart rate": (20, 300), "Respiratory rate": (4, 90), "Oxygen saturation": (40, 100),
    "Weight": (0.3, 700), "Body mass index": (8, 90), "Potassium": (1, 12), "Sodium": (90, 200), "Calcium": (0.8, 20),
    "Chloride": (50, 160), "Magnesium": (0.3, 12), "Iron": (1, 900), "Creatinine": (0.1, 2500), "pH": (4, 9),
}  # fmt: skip
"""Outside of these a number behind a name that short is something else ("T 12 vertebra")."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A result: ``text[start:end]`` is the name with the value."""

    start: int
    end: int
    concept: Concept
    measured: Measured


def pressure_of(start: int, found: re.Match[str], age: float | None) -> Reading | None:
    """Return the blood pressure that a match tells, or ``None`` where it can be none."""
    systolic, diastolic = float(found["sys"]), float(found["dia"])
    if not (50 <= systolic <= 280 and 20 <= diastolic < systolic):
        return None
    written = f"{found['sys']}/{found['dia']}"
    measured = Measured(written, systolic, "mmHg", judge_pressure(systolic, diastolic, age))
    return Reading(start, found.end(), Concept(FindingKind.VITAL, "Blood pressure"), measured)


def _row(match: re.Match[str], age: float | None) -> Iterator[Reading]:
    for name, group, unit in (
        ("Temperature", "t", ""), ("Heart rate", "hr", ""), ("Respiratory rate", "rr", ""), ("Oxygen saturation", "sat", "%"),
    ):  # fmt: skip
        value = float(match[group])
        low, high = PLAUSIBLE[name]
        if low <= value <= high:
            measured = Measured(
                match[group] + unit, value, unit, judge(name, value, unit, (), age, "")
            )
            yield Reading(
                match.start(group), match.end(group), Concept(FindingKind.VITAL, name), measured
            )
    pressure = _PAIR.match(match.string, match.start("sys"), match.end("dia"))
    if (
        pressure is not None
        and (made := pressure_of(match.start("sys"), pressure, age)) is not None
    ):
        yield made


def bare_readings(text: str, start: int, end: int, age: float | None) -> Iterator[Reading]:
    """Values that say by their form what they are: "39.4 C", "92% on RA", "128/78"."""
    for match in _ROW.finditer(text, start, end):
        yield from _row(match, age)
    for match in _TEMPERATURE.finditer(text, start, end):
        value = float(match["value"] + (match["rest"] or ""))
        if (match["unit"] == "F") == (value > 45):
            state = judge("Temperature", value, match["unit"], (), age, "")
            measured = Measured(match[0], value, match["unit"], state)
            yield Reading(
                match.start(), match.end(), Concept(FindingKind.VITAL, "Temperature"), measured
            )
    for match in _ON_AIR.finditer(text, start, end):
        value = float(match["value"])
        state = judge("Oxygen saturation", value, "%", (), age, "")
        measured = Measured(match[0], value, "%", state)
        yield Reading(
            match.start(), match.end(), Concept(FindingKind.VITAL, "Oxygen saturation"), measured
        )
    if _HINT.search(text, start, end):
        for match in _PAIR.finditer(text, start, end):
            made = pressure_of(match.start(), match, age)
            if made is not None and not is_limit(text, match.start(), match.start()):
                yield made
