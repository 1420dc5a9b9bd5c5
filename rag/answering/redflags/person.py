"""Who a text tells of, as far as the limits of measured values need it."""

from __future__ import annotations

import math
import re

from rag.answering.redflags.entry import CONFUSED, DROWSY, PREGNANT
from rag.answering.redflags.scores import Person

_YEARS = {"y": 1.0, "m": 1 / 12, "w": 1 / 52.18, "d": 1 / 365.25}
_AGE = re.compile(
    r"(?<![\d.])(?P<n>\d{1,3}(?:\.\d)?) (?P<unit>year|month|week|day)s? (?:old|of age|boy|girl|infant|baby|[mf]\b)"
    r"|\bborn (?:about |just )?(?P<born>\d{1,2}) (?P<since>days|weeks|months) ago|(?<![\d.])(?P<early>\d{1,2}) (?P<span>month|week|day)(?=[:,])"
    r"|(?<![\d./])(?P<years>\d{1,3}) ?(?:yo\b|y\b|[mf]\b)(?! ?[\d\[(%=])"
    r"|\b(?:aged?:?|turned|i'm|i am|he's|she's|(?:he|she|son|daughter|mum|mom|dad|mother|father|wife|husband) is) (?P<said>\d{1,3})"
    r"(?=[,.;)](?!\d)| and\b| years\b|$)"
    r"|\b(?:she|he|baby|son|daughter|boy|girl) is (?P<young>\d{1,2}) (?P<of>weeks|months|days)(?! (?:pregnant|ago))"
)
_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
_SPELT = re.compile(rf"\b({'|'.join(_WORDS)})(?= (?:years?|months?|weeks?|days?) old)")
_CHILD = re.compile(
    r"\b(?:(?:my|our|the|this|a) (?:\w+ ){0,2}?(?:baby|infant|toddler|child|newborn|neonate|son|daughter|kid|boy|girl)"
    r"|(?:an? )?(?:infant|toddler|newborns?|neonat\w+)|nicu|day of life|p[a]?ediatrics?|paeds)\b"
)
# a hallucination of the mind is no new confusion
_NEWLY = CONFUSED.partition("|hallucinat")[0]
_ALTERED = re.compile(
    rf"\b(?:{_NEWLY}|{DROWSY}|responds? (?:only )?to (?:voice|pain)|unconscious)\b"
)
_AS_EVER = re.compile(
    r"\b(?:baseline (?:confusion|dementia)|chronic\w* confus\w+|confus\w+ (?:is |at |as )*(?:baseline|usual|always)|pleasantly confused)\b"
)
_COLD = re.compile(
    r"\b(?:cool (?:\w+ ){0,2}?peripher\w+|cold (?:\w+ ){0,2}?peripher\w+|(?:cool|cold) (?:and |, )?(?:clammy|extremit\w+|hands|feet|skin)"
    r"|clammy|mottled|poorly perfused|pale and sweaty|thready)\b"
)
_OXYGEN = re.compile(
    r"\bon (?:\w+ )?(?:oxygen|o2)\b|\b\d{1,2}(?:\.\d)? ?(?:l|lpm|litres?|liters?)\b(?!/kg| (?:of )?(?:fluids?|saline|ns|lr|bolus|crystalloid|water|urine|bag))"
    r"|\b(?:nc|nasal cannula|non ?rebreather|nrb|venturi|high flow|hfnc|fio2|bipap|cpap|intubated|ventilat(?:ed|or)|face ?mask)\b"
)
_RETAINS = re.compile(
    r"\b(?:copd|emphysema|chronic obstructive|hypercapni\w+|hypercarbi\w+|co2 retain\w+|retains co2|88 ?(?:-|to|–) ?92|obesity hypoventilation)\b"
)
_PREGNANT = re.compile(rf"\b(?:{PREGNANT})\b")


def person_of(now: str, ever: str, values: dict[str, float], age: float | None) -> Person:
    """Return what words and numbers tell of a person.

    Args:
        now: what is told of now, in plain words.
        ever: that and what is known besides.
        values: measured now, by name.
        age: in years, where it is known already.
    """
    years = age if age is not None else age_in(ever)
    if years is None:
        # of a child without an age no limit is known; who is none is an adult
        years = math.nan if _CHILD.search(ever) and not _PREGNANT.search(ever) else 40.0
    scale = values.get("Glasgow coma scale")
    altered = scale < 15 if scale is not None else bool(_ALTERED.search(_AS_EVER.sub(" ", now)))
    return Person(
        age=years,
        is_altered=altered,
        is_cold=bool(_COLD.search(now)),
        on_oxygen=bool(_OXYGEN.search(now)),
        retains=bool(_RETAINS.search(ever)),
        is_pregnant=bool(_PREGNANT.search(ever)),
    )


def age_in(text: str) -> float | None:
    """Return the first age in plain words, in years, or ``None``."""
    text = _SPELT.sub(lambda m: str(_WORDS[m[1]]), text)
    for match in _AGE.finditer(text):
        told = match.groupdict()
        number = next(told[k] for k in ("n", "born", "early", "years", "said", "young") if told[k])
        unit = told["unit"] or told["since"] or told["span"] or told["of"] or "year"
        years = float(number) * _YEARS[unit[0]]
        if years <= 120:
            return years
    return None
