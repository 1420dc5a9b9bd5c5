"""Scores of several measured values: NEWS2, qSOFA, NICE's criteria of sepsis, signs of shock.

A value that is not told adds nothing, so a score is a lower bound. Sources:

- NEWS2: Royal College of Physicians, National Early Warning Score (NEWS) 2, London 2017, chart 1.
  From 16 years, not in pregnancy.
- qSOFA: Singer et al., JAMA 2016;315:801-810.
- Sepsis from 16 years: NICE NG253, high-risk criteria outside hospital; below 16: NICE NG254,
  high-risk criteria by age (both with the limits of NG51, which they replace).
- Shock: NICE CG174, signs that fluid resuscitation may be needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.answering.redflags.values import Value

ADULT = 16.0
"""Years from which NEWS2 and NICE's limits for adults hold."""
_LEAST = 3
"""Measurements of NEWS2's six that make a set of observations; fewer are no score."""
_Steps = tuple[tuple[float, int], ...]
_NEWS2: Mapping[str, _Steps] = {
    # (up to this number, points); the last step has no end
    "Respiratory rate": ((8, 3), (11, 1), (20, 0), (24, 2), (1e9, 3)),
    "Oxygen saturation": ((91, 3), (93, 2), (95, 1), (1e9, 0)),
    "Systolic": ((90, 3), (100, 2), (110, 1), (219, 0), (1e9, 3)),
    "Heart rate": ((40, 3), (50, 1), (90, 0), (110, 1), (130, 2), (1e9, 3)),
    "Temperature": ((35.0, 3), (36.0, 1), (38.0, 0), (39.0, 1), (1e9, 2)),
}
_SCALE_2: _Steps = ((83, 3), (85, 2), (87, 1), (1e9, 0))
_SCALE_2_ON_OXYGEN: _Steps = ((83, 3), (85, 2), (87, 1), (92, 0), (94, 1), (96, 2), (1e9, 3))
_CHILD_BREATHS = ((1, 60), (3, 50), (5, 40), (6, 29), (8, 27), (12, 25), (ADULT, 25))
_CHILD_BEATS = ((1, 160), (3, 150), (5, 140), (6, 130), (8, 120), (12, 115), (ADULT, 131))
"""Below this age, in years: from this rate on (NG254)."""


@dataclass(frozen=True, slots=True)
class Person:
    """What the scores know of a person besides the numbers.

    Attributes:
        age: in years; ``nan`` for a child whose age is not told, so that no limit of age holds.
        is_altered: newly confused, drowsy or worse.
        is_cold: cold, clammy or mottled skin.
        on_oxygen: oxygen is given.
        retains: lungs that need a low saturation (COPD): scale 2 of NEWS2.
        is_pregnant: NEWS2 is not for her.
    """

    age: float
    is_altered: bool = False
    is_cold: bool = False
    on_oxygen: bool = False
    retains: bool = False
    is_pregnant: bool = False


def with_scores(values: Mapping[str, Value], person: Person) -> dict[str, Value]:
    """Return values with the scores that follow from them, each under its name."""
    exact = {name: v.number for name, v in values.items() if not v.bound}
    made = dict(values)
    scored = news2(exact, person)
    if scored:
        # a score that is stated goes before: whoever wrote it knew more
        made.setdefault("NEWS2", Value("NEWS2", sum(scored)))
        made["NEWS2 single"] = Value("NEWS2 single", max(scored))
    for name, count in (
        ("qSOFA", qsofa(exact, person)),
        ("Sepsis criteria", sepsis_criteria(exact, person)),
        ("Shock signs", shock_signs(exact, person)),
        ("Low oxygen", low_oxygen(values.get("Oxygen saturation"), person)),
    ):
        made[name] = Value(name, count)
    return made


def news2(values: Mapping[str, float], person: Person) -> tuple[int, ...]:
    """Return the points of NEWS2 for each parameter that is known; empty where it is no set."""
    told = [name for name in _NEWS2 if name in values]
    if not person.age >= ADULT or person.is_pregnant or len(told) < _LEAST:
        return ()
    points = [
        _points(_saturation_steps(person) if name == "Oxygen saturation" else _NEWS2[name], n)
        for name, n in ((name, values[name]) for name in told)
    ]
    return (*points, 2 if person.on_oxygen else 0, 3 if person.is_altered else 0)


def _saturation_steps(person: Person) -> _Steps:
    if not person.retains:
        return _NEWS2["Oxygen saturation"]
    return _SCALE_2_ON_OXYGEN if person.on_oxygen else _SCALE_2


def _points(steps: _Steps, number: float) -> int:
    # a number that a unit was changed of may be a hair above its step
    return next(points for upto, points in steps if round(number, 1) <= upto)


def qsofa(values: Mapping[str, float], person: Person) -> int:
    """Return how many of qSOFA's three criteria are met; 0 below 16 years."""
    if not person.age >= ADULT:
        return 0
    return sum(
        (
            values.get("Respiratory rate", 0) >= 22,
            values.get("Systolic", 999) <= 100,
            person.is_altered,
        )
    )


def sepsis_criteria(values: Mapping[str, float], person: Person) -> int:
    """Return how many measured high-risk criteria of sepsis are met at this age (NICE)."""
    breaths, beats = values.get("Respiratory rate", 0), values.get("Heart rate", 80)
    pressure, oxygen = values.get("Systolic", 999), values.get("Oxygen saturation", 100)
    if person.age >= ADULT:
        return sum((breaths >= 25, beats > 130, pressure <= 90))
    if not person.age >= 0:
        return 0
    fast = (breaths >= _upto(_CHILD_BREATHS, person.age), beats >= _upto(_CHILD_BEATS, person.age))
    return sum((*fast, beats < 60, oxygen < 90, person.age >= 12 and pressure <= 90))


def _upto(limits: Sequence[tuple[float, int]], age: float) -> int:
    return next(rate for below, rate in limits if age < below)


def shock_signs(values: Mapping[str, float], person: Person) -> int:
    """Return how many signs stand beside a systolic pressure below 100 (NICE CG174); adults."""
    if not person.age >= ADULT or values.get("Systolic", 999) >= 100:
        return 0
    return sum(
        (
            values.get("Heart rate", 0) > 90,
            values.get("Respiratory rate", 0) > 20,
            values.get("Capillary refill", 0) > 2 or person.is_cold,
            person.is_altered,
        )
    )


def low_oxygen(saturation: Value | None, person: Person) -> int:
    """Return 1 for a saturation that needs help: 91 % or less, as NEWS2 gives three points.

    Below 88 % with lungs that retain carbon dioxide (BTS), and below 90 % of a child (NG254).
    """
    if saturation is None or saturation.bound == ">":
        return 0
    number = saturation.number
    if not person.age >= ADULT:
        return int(number < 90)
    return int(number < 88 if person.retains else number <= 91)
