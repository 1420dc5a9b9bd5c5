"""Numbers with their units, in one form, so that a claim's can be looked up in a quote.

1,000 is 1000; ``5%`` is ``5 percent``; ``.05`` is 0.05; *three* is 3; 10⁹ is a number of its
own, neither 10 nor 109. A digit inside a name (``IL-6``, ``CYP2D6``, ``COVID-19``) is part of the
name. Units are compared by name, not converted: 1 g is not found in "1000 mg".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_NAMES = "one two three four five six seven eight nine ten eleven twelve"
_WORDS = {word: value for value, word in enumerate(_NAMES.split(), start=1)}
_UNITS: dict[str, tuple[str, ...]] = {
    "%": ("%", "percent", "per cent", "percents"),
    "mg": ("mg", "milligram", "milligrams"),
    "µg": ("µg", "μg", "ug", "mcg", "microgram", "micrograms"),
    "ng": ("ng",),
    "kg": ("kg", "kilogram", "kilograms"),
    "g": ("g", "gram", "grams"),
    "ml": ("ml", "millilitre", "milliliter", "millilitres", "milliliters"),
    "dl": ("dl",),
    "l": ("l", "litre", "liter", "litres", "liters"),
    "mmhg": ("mmhg", "mm hg"),
    "mm": ("mm",),
    "cm": ("cm",),
    "mmol": ("mmol", "millimol", "millimoles"),
    "µmol": ("µmol", "μmol", "umol", "micromol", "micromoles"),
    "nmol": ("nmol",),
    "mol": ("mol", "moles"),
    "pg": ("pg",),
    "unit": ("iu", "units", "unit", "international units"),
    "gy": ("gy", "gray"),
    "kpa": ("kpa",),
    "year": ("year", "years", "yr", "yrs"),
    "month": ("month", "months", "mo"),
    "week": ("week", "weeks", "wk", "wks"),
    "day": ("day", "days"),
    "hour": ("hour", "hours", "hr", "hrs", "h"),
    "minute": ("minute", "minutes", "min", "mins"),
    "fold": ("fold", "times"),
    "°c": ("°c", "degrees c", "degrees celsius"),
}
_UNIT_OF = {spelling: unit for unit, spellings in _UNITS.items() for spelling in spellings}
_UNIT = "|".join(sorted((re.escape(s) for s in _UNIT_OF), key=len, reverse=True))
_VALUE = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.·]\d+)?|[.·]\d+)"
_NUMBER = re.compile(
    rf"""(?:(?P<sign>[<>≤≥=])\s*|(?<![\w.·,])(?<![A-Za-z][-–‐])(?:\bof\b\s*)?)
    (?P<minus>[-−](?=[\d.]))?
    (?P<value>{_VALUE}|\b(?:{"|".join(_WORDS)})\b)(?P<power>[⁺⁻]?[⁰¹²³⁴-⁹]+)?
    (?:\s*(?:-|–|to|and|or)\s*(?P<second>{_VALUE}))?
    (?:\s?[-‐]?\s?(?P<unit>{_UNIT})(?![A-Za-z0-9])(?P<per>(?:\s?/\s?[A-Za-z]+|\sper\s[A-Za-z]+)*))?
    (?![A-Za-z])""",
    re.IGNORECASE | re.VERBOSE,
)
_COMPARED = {"<": "<", "≤": "<", ">": ">", "≥": ">"}


@dataclass(frozen=True, slots=True)
class Number:
    """A value in plain decimal form, its unit or "", and "<" or ">" where it is a bound."""

    value: str
    unit: str = ""
    bound: str = ""


def _plain(text: str) -> str:
    word = _WORDS.get(text.lower())
    if word is not None:
        return str(word)
    value = Decimal(text.replace(",", "").replace("·", ".")).normalize()
    return format(value, "f")


def numbers(text: str) -> list[Number]:
    """Return the numbers of a text in order. "one" counts only before a unit."""
    out: list[Number] = []
    for m in _NUMBER.finditer(text):
        unit = _UNIT_OF.get((m["unit"] or "").lower(), "")
        if m["value"].lower() == "one" and not unit:
            continue  # "one of the causes" counts nothing
        unit += _per(m["per"] or "") if unit else ""
        bound = _COMPARED.get((m["sign"] or "").strip(), "")
        minus = "-" if m["minus"] else ""
        power = f"^{m['power']}" if m["power"] else ""
        out.append(Number(minus + _plain(m["value"]) + power, unit, bound))
        if m["second"]:
            out.append(Number(_plain(m["second"]), unit))
    return out


def _per(text: str) -> str:
    """Return "/kg/day" for "/kg per day": a dose by weight is not a dose."""
    parts = re.findall(r"(?:/|\bper\b)\s?([A-Za-z]+)", text)
    return "".join(f"/{_UNIT_OF.get(p.lower(), p.lower())}" for p in parts)


def numbers_in_order(claim: str, quote: str) -> bool | None:
    """Return whether the claim's numbers follow each other in the quote as in the claim.

    ``None`` where the claim holds fewer than two.
    """
    wanted = numbers(claim)
    if len(wanted) < 2:
        return None
    held = iter(numbers(quote))
    return all(any(_same(n, h) for h in held) for n in wanted)


def missing_numbers(claim: str, quote: str) -> tuple[Number, ...]:
    """Return the numbers of ``claim`` that ``quote`` does not hold with the same unit.

    A number without a unit in the claim is found whatever its unit in the quote; opposite
    bounds (p < 0.05, p > 0.05) never match.
    """
    held = numbers(quote)
    return tuple(n for n in numbers(claim) if not any(_same(n, h) for h in held))


def _same(wanted: Number, held: Number) -> bool:
    if wanted.value != held.value or (wanted.unit and wanted.unit != held.unit):
        return False
    return not (wanted.bound and held.bound and wanted.bound != held.bound)
