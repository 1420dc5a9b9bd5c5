"""Findings of things and animals: "my laptop has a cough" and "the dog vomits" tell of no patient."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from rag.types import Experiencer, Finding

_THINGS = (
    "car truck van bike bicycle motorcycle engine motor brake tyre tire laptop computer pc printer phone"
    " tablet screen battery batteries tv television radio fridge refrigerator freezer oven stove dishwasher"
    " boiler furnace house roof wall window door pipe tap faucet sink toilet plant tree lawn garden soup cake"
    " bread market stock bank economy budget software server website network dog cat puppy puppies kitten"
    " horse cow rabbit hamster bird fish"
).split()
_VERBS = (
    "has have had is are was were keep keeps make makes feel feels look looks smell smells sound sounds"
    " suffer suffers get gets got show shows started run runs fell"
).split()
_SPEAKS_OF = re.compile(
    r"(?:^|[.;,!?\n]|\b(?:and|but|because|when)\b)\s*(?:my|our|the|this|his|her|their)\s+(?:\w+\s+)?"
    rf"(?P<what>{'|'.join(_THINGS)})s?(?:['’]s?(?:\s+\w+){{1,2}})?\s+(?:{'|'.join(_VERBS)})\b",
    re.IGNORECASE,
)
"""A clause that says what a thing has or is: "I fell off my bike, my wrist hurts" does not."""
_PERSON = re.compile(
    r"\b(?:i|me|my|he|him|his|she|her|we|us|they|patient|pt|wom[ae]n|m[ae]n|boy|girl|child|baby"
    r"|son|daughter|husband|wife|mother|father)\b",
    re.IGNORECASE,
)


def of_things(text: str, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings with those of a car, a computer or a dog marked as another's."""
    out = []
    for finding in findings:
        before = re.split(r"[.;!?\n]", text[: finding.start])[-1]
        told = list(_SPEAKS_OF.finditer(before + finding.text))
        if told and not _PERSON.search(before, told[-1].end("what")):
            what = told[-1]["what"].lower()
            finding = replace(finding, experiencer=Experiencer.OTHER, relative=what)
        out.append(finding)
    return tuple(out)
