"""Reference ranges: is a value high or low for an adult? A range that the record states goes first.

Laboratory ranges stand in ``lists/tests.tsv`` (after the ABIM Laboratory Test Reference Ranges
and MedlinePlus, rounded). Vital signs: temperature of 38.0 °C or more is high (NHS, High
temperature in adults) and below 35.0 °C low (NHS, Hypothermia); heart rate 60 to 100 and 12 to
20 breaths a minute (MedlinePlus, Vital signs); saturation below 95 % low (MedlinePlus, Pulse
oximetry); blood pressure from 140 or from 90 high (NICE NG136) and below 90 or below 60 low
(NHS, Low blood pressure); body mass index 18.5 to 24.9 (CDC).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

CHILD = 18
"""Years below which ranges of adults are not used, but for those of ``_ANY_AGE``."""
_ANY_AGE = frozenset(
    (
        "Temperature", "Oxygen saturation", "Sodium", "Potassium", "Chloride", "Bicarbonate", "Glucose",
        "Bilirubin", "Calcium", "INR", "Lactate", "C-reactive protein", "pH", "TSH",
    )
)  # fmt: skip
_RANGE = re.compile(r"(?:(?P<sex>[mf]) )?(?P<low>[\d.]+)-(?P<high>[\d.]+)(?: (?P<unit>\S+))?")
_FAR = 3.0
_VITALS = {
    "Heart rate": (60.0, 100.0),
    "Respiratory rate": (12.0, 20.0),
    "Oxygen saturation": (95.0, 100.0),
    "Body mass index": (18.5, 24.99),
}
_SAME = {
    "k/ul": "k/ul", "10^9/l": "k/ul", "x10^9/l": "k/ul", "10*9/l": "k/ul", "x10e9/l": "k/ul", "meq/l": "mmol/l",
    "u/l": "iu/l", "%": "%", "mcg/dl": "ug/dl", "miu/l": "mu/l", "uiu/ml": "mu/l", "mm/hr": "mm/h",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Range:
    """A reference range, both ends normal; ``sex`` and ``unit`` are empty where it is for all."""

    low: float
    high: float
    unit: str = ""
    sex: str = ""


def read_ranges(cell: str) -> tuple[Range, ...]:
    """Read the third column of ``tests.tsv``."""
    found = []
    for part in cell.split(";"):
        match = _RANGE.fullmatch(part.strip())
        if match is None:
            raise ValueError(f"no reference range: {part!r}")
        sex = {"m": "male", "f": "female"}.get(match["sex"] or "", "")
        unit = unit_of(match["unit"] or "")
        found.append(Range(float(match["low"]), float(match["high"]), unit, sex))
    return tuple(found)


def unit_of(written: str) -> str:
    """Return the form of a unit that its spellings share."""
    plain = written.lower().replace("µ", "u").replace("μ", "u").replace(" ", "").rstrip(".")
    return _SAME.get(plain, plain)


def judge(
    name: str, value: float, unit: str, ranges: Sequence[Range], age: float | None, sex: str
) -> str:
    """Return ``high``, ``low`` or ``normal`` by the ranges above, empty where none applies."""
    if name == "Temperature":
        celsius = (value - 32) / 1.8 if value > 45 else value
        return "high" if celsius >= 37.95 else "low" if celsius < 35 else "normal"
    if age is not None and age < CHILD and name not in _ANY_AGE:
        return ""
    if name in _VITALS:
        low, high = _VITALS[name]
        return _place(value, low, high)
    fitting = [r for r in ranges if not r.sex or not sex or r.sex == sex]
    said = unit_of(unit)
    if said and any(r.unit == said for r in fitting):
        fitting = [r for r in fitting if r.unit == said]
    elif said and any(r.unit for r in fitting) and said not in {"", "%"} and len(fitting) > 2:
        return ""  # a unit that no range has
    groups: dict[str, list[Range]] = {}
    for one in fitting:
        groups.setdefault(one.unit, []).append(one)
    bounds = [(min(r.low for r in g), max(r.high for r in g)) for g in groups.values()]
    # without a unit the size of the value tells it: 7.1 g/dL is no 71 g/L
    near = [(low, high) for low, high in bounds if low == 0 or low / _FAR <= value <= high * _FAR]
    is_over = not said and bool(near) and near[0][0] == 0 and value > near[0][1]
    whole = value == int(value)  # nobody measures half a umol/L
    if is_over and whole and any(0 < low <= value <= high for low, high in near[1:]):
        return ""  # a bilirubin of 14 is much in mg/dL and normal in umol/L
    return _place(value, *(near or bounds)[0]) if bounds else ""


def judge_pressure(systolic: float, diastolic: float, age: float | None) -> str:
    """Return how a blood pressure of an adult is; empty for a child."""
    if age is not None and age < CHILD:
        return ""
    if systolic >= 140 or diastolic >= 90:
        return "high"
    return "low" if systolic < 90 or diastolic < 60 else "normal"


def _place(value: float, low: float, high: float) -> str:
    return "low" if value < low else "high" if value > high else "normal"
