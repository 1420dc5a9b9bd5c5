"""Measured values in one unit each, and the ways in which they are written.

Names are those of ``rag.clinical``'s list of tests. A value without a unit is of the unit that
its size tells: a glucose of 95 is mg/dL, one of 5.2 mmol/L. Where its size fits neither (25), the
value is left out, for one reading of it is harmless and the other is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rag.answering.redflags.when import When


@dataclass(frozen=True, slots=True)
class Value:
    """A measured value.

    Attributes:
        name: of the measure.
        number: in the measure's unit: °C, /min, %, mmHg, mmol/L (glucose, electrolytes, lactate,
            ketones), g/L (haemoglobin), 10^9/L (cells), kPa (gases); troponin as times its upper
            limit (14 ng/L of a sensitive test, 0.04 ng/mL of another).
        bound: ``<`` or ``>`` where the record tells a bound alone ("<2.0").
        when: when it was so.
    """

    name: str
    number: float
    bound: str = ""
    when: When = When.NOW


@dataclass(frozen=True, slots=True)
class _Scale:
    """A unit: its spellings, the sizes of numbers without a unit that are meant so, its factor."""

    spelt: str
    low: float
    high: float
    factor: float = 1.0
    offset: float = 0.0


_CELLS = r"k/u?l|k/mm3|x?10[\^*e]?9(?:/l)?|g/l"
_SMALL = r"(?:cells)?/u?l|/mm3|/cumm"
_SCALES: Mapping[str, tuple[_Scale, ...]] = {
    "Temperature": (_Scale("c", 25, 45), _Scale("f", 80, 113, 1 / 1.8, -32)),
    "Highest temperature": (_Scale("c", 25, 45), _Scale("f", 80, 113, 1 / 1.8, -32)),
    "Heart rate": (_Scale("bpm|/min", 20, 300),),
    "Respiratory rate": (_Scale("/min|bpm", 3, 100),),
    "Oxygen saturation": (_Scale("%", 40, 100),),
    "Systolic": (_Scale("mmhg", 40, 300),),
    "Diastolic": (_Scale("mmhg", 15, 200),),
    "Glucose": (_Scale("mmol(?:/l)?", 0.3, 20), _Scale("mg/dl|mg%?", 35, 2500, 1 / 18.016)),
    "Ketones": (_Scale("mmol(?:/l)?", 0, 20), _Scale("mg/dl", 1e9, 1e9, 1 / 10.41)),
    "Lactate": (_Scale("mmol(?:/l)?|meq/l", 0.1, 30), _Scale("mg/dl", 1e9, 1e9, 1 / 9.008)),
    "Potassium": (_Scale("mmol(?:/l)?|meq(?:/l)?", 1, 12),),
    "Sodium": (_Scale("mmol(?:/l)?|meq(?:/l)?", 90, 200),),
    "Bicarbonate": (_Scale("mmol(?:/l)?|meq(?:/l)?", 1, 60),),
    "Calcium": (_Scale("mmol(?:/l)?", 1, 5), _Scale("mg/dl", 5, 25, 1 / 4.008)),
    "Hemoglobin": (
        _Scale("g/l", 25, 250),
        _Scale("g/dl|g%?|gm/dl", 2, 25, 10),
        _Scale("mmol(?:/l)?", 1e9, 1e9, 16.11),
    ),
    "Platelets": (_Scale(_CELLS, 0, 2000), _Scale(_SMALL, 2000, 3e6, 0.001)),
    "Absolute neutrophil count": (_Scale(_CELLS, 0, 30), _Scale(_SMALL, 30, 60000, 0.001)),
    "INR": (_Scale("", 0.5, 30),),
    "pH": (_Scale("", 6.6, 7.8),),
    "pCO2": (_Scale("kpa", 2, 20), _Scale("mmhg", 20, 200, 0.13332)),
    "pO2": (_Scale("kpa", 2, 20), _Scale("mmhg", 20, 700, 0.13332)),
    "Troponin": (_Scale("ng/l|pg/ml", 10, 1e6, 1 / 14), _Scale("ng/ml|ug/l", 0, 10, 1 / 0.04)),
    "Lithium level": (_Scale("mmol(?:/l)?|meq(?:/l)?", 0.1, 10),),
    "Glasgow coma scale": (_Scale("/15", 3, 15),),
    "NEWS2": (_Scale("", 0, 20),),
    "Capillary refill": (_Scale("s(?:ec\\w*)?", 0, 15),),
    "Ketones in urine": (_Scale(r"\+", 0, 4), _Scale("mg/dl", 5, 400, 0.05)),
}  # fmt: skip
"""The unit that a measure is judged in comes first."""


_HEAT = ("Temperature", "Highest temperature")


def value_of(
    name: str, number: float, unit: str = "", bound: str = "", when: When = When.NOW
) -> Value | None:
    """Return a value in the unit of its measure.

    Args:
        name: of the measure.
        number: as written.
        unit: as written, or empty.
        bound: ``<`` or ``>``, or empty.
        when: when it was so.

    Returns:
        ``None`` for a measure that is not judged, a unit that the measure has not, and a number
        that no unit explains.
    """
    plain = unit.lower().replace("µ", "u").replace("μ", "u").replace(", ", "/")
    said = re.sub(r"[\s°]|degrees?", "", plain)
    said = said.replace("mc", "u") if said.startswith(("mcg", "mcmol")) else said
    scales = _SCALES.get(name, ())
    for scale in scales:
        of_size = scale.low <= number <= scale.high
        # of several units the one that is told says more than the size
        fits = re.fullmatch(scale.spelt, said) if said else of_size
        if fits and (of_size or len(scales) > 1):
            return Value(name, (number + scale.offset) * scale.factor, bound, when)
    return None


def current(values: Iterable[Value], is_over: bool = False) -> dict[str, Value]:
    """Return for each measure the value that counts: the last told that is of now.

    Args:
        values: in the order of the text.
        is_over: the record tells of a stay that is over: what was so on admission is not now.

    Returns:
        By name; ``Highest temperature`` is the highest of all that are not of long ago.
    """
    found: dict[str, Value] = {}
    highest: Value | None = None
    for value in values:
        before = found.get(value.name)
        if value.when is When.LONG_AGO or (is_over and value.when is When.EARLIER):
            continue
        # a fever of yesterday is one of an infant today
        if value.name in _HEAT and (highest is None or value.number > highest.number):
            highest = value
        if before is not None and before.when is When.NOW and value.when is When.EARLIER:
            continue
        found[value.name] = value
    if highest is not None:
        found["Highest temperature"] = highest
    return found


def superseded(values: Sequence[Value], is_over: bool = False) -> list[Value]:
    """Return the values that do not count, for others have taken their place."""
    counting = [value for name, value in current(values, is_over).items() if name == value.name]
    return [value for value in values if all(value is not one for one in counting)]
