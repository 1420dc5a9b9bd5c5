"""The emergencies that a record tells of as present and the patient's, by its words and its numbers."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from rag.answering.redflags import (
    Measurements,
    RedFlag,
    Value,
    When,
    flags_in,
    is_spoilt,
    superseded,
    value_of,
    when_of,
)
from rag.clinical.sections import Part, Role
from rag.clinical.units import units_of
from rag.types.clinical import Experiencer, Finding, FindingTime

_LATER = re.compile(
    r"instruction|precaution|education|counsel|follow-?up|disposition|family|social", re.IGNORECASE
)
_OVER = re.compile(
    r"^\W*(?:brief )?discharge (?:summary|date|diagnos\w+|medications?|condition|instructions|disposition|exam\w*|vitals|labs)"
    r"|\b(?:was|been|is) discharged\b|\bdischarged (?:home|to|on)\b",
    re.IGNORECASE | re.MULTILINE,
)
_PAIR = re.compile(r"(\d{2,3})\s?(?:/|over)\s?(\d{2,3})", re.IGNORECASE)
_URINE = re.compile(r"\b(?:urin\w*|UA|U/A|dip\w*)\b(?:[^.;\n]|\.(?=\d))*$", re.IGNORECASE)
_ARTERIAL = re.compile(r"PaO2|\b(?:ABG|arterial)\b(?:[^.;\n]|\.(?=\d))*$", re.IGNORECASE)
_HIGHEST = re.compile(r"T\s?max|Tm\b|max temp", re.IGNORECASE)
_FLAT = re.compile(
    r"[\s,(]*(?:x\s?\d[\s,]*)?(?:and )?(?:flat|stable|unchanged|chronic|at baseline)\b",
    re.IGNORECASE,
)
"""Behind a troponin that is raised and does not rise."""
_GRADE = re.compile(r"([1-4])\s?\+")
_BACK = 80


def emergencies_of(
    text: str, parts: tuple[Part, ...], findings: Sequence[Finding], age: float | None
) -> tuple[RedFlag, ...]:
    """Return the emergencies of a record, in the table's order.

    What is denied, past, the family's or only to be watched for is taken out before the table
    of ``ask`` sees the words, section by section: a fever in one and a wound in another are no
    sign together. Age, pregnancy, drugs and past are known from wherever they are told, and so
    are measured values: vital signs and complaints have sections of their own.

    Args:
        text: the record.
        parts: its sections.
        findings: what was read in it.
        age: the patient's, in years, or ``None``.
    """
    units = units_of(text, parts)
    is_over = _OVER.search(text) is not None
    read = list(_values(text, parts, findings))
    gone = {id(value) for value in superseded([value for _, value in read], is_over)}
    # a value that another has taken the place of is no word for a sign either
    old = {id(f) for f, value in read if id(value) in gone}
    old -= {id(f) for f, value in read if id(value) not in gone}
    now = _blanked(text, (f for f in findings if not _is_now(f) or id(f) in old))
    known = _blanked(text, (f for f in findings if not f.holds))
    # sentences on relatives, or on what may come, tell nothing of the patient now
    others = [
        f.start
        for f in findings
        if f.experiencer is not Experiencer.PATIENT or f.time is FindingTime.CONDITIONAL
    ]
    told: list[str] = []
    for part, those in groupby(units, key=lambda unit: unit.part):
        if not _is_of_now(part):
            continue
        kept = [
            now[unit.start : unit.end]
            for unit in those
            if bisect_left(others, unit.start) == bisect_left(others, unit.end)
        ]
        told.append(_joined(kept))
    own = [unit for unit in units if unit.role not in (Role.ALLERGIES, Role.FAMILY)]
    return flags_in(
        *told,
        about=_joined(known[unit.start : unit.end] for unit in own),
        measured=Measurements(tuple(value for _, value in read), age, is_over),
    )


def _is_of_now(part: Part) -> bool:
    return part.role is Role.OTHER and not _LATER.search(part.section.heading)


def _values(
    text: str, parts: Sequence[Part], findings: Sequence[Finding]
) -> Iterator[tuple[Finding, Value]]:
    """Yield the patient's measured values in the units of the red flags, in the text's order."""
    starts = [part.section.start for part in parts]
    for finding in findings:
        part = parts[bisect_left(starts, finding.start + 1) - 1]
        if finding.measured is None or not finding.holds or not _is_of_now(part):
            continue
        if finding.time is FindingTime.PAST or is_spoilt(text, finding.start, finding.end):
            continue
        when = when_of(text, finding.start, finding.end)
        if when is When.NOW:  # "ADMISSION LABS"
            heading = part.section.heading
            when = when_of(heading, len(heading), len(heading))
        for value in _values_of(text, finding, when):
            yield finding, value


def _values_of(text: str, finding: Finding, when: When) -> Iterator[Value]:
    """Yield what one result is in the units of the red flags: a pressure is two values."""
    measured, name = finding.measured, finding.name
    assert measured is not None
    before = text[max(0, finding.start - _BACK) : finding.start]
    bound = {"<": "<", "≤": "<", ">": ">", "≥": ">"}.get(measured.text[:1], "")
    made: list[Value | None] = []
    if name == "Blood pressure":
        pair = _PAIR.search(measured.text)
        if pair is not None:
            made = [
                value_of("Systolic", float(pair[1]), "", bound, when),
                value_of("Diastolic", float(pair[2]), "", bound, when),
            ]
    elif name == "Troponin":
        # the record's own mark or range says more than a limit of any laboratory
        is_raised = measured.abnormal == "high" and not _FLAT.match(text, finding.end)
        made = [Value(name, 2.0 if is_raised else 0.5, "", when)]
    elif name == "Urine ketones":
        made = [_ketones(finding, before, bound, when)]
    elif measured.value is not None:
        if name == "Neutrophils" and measured.unit != "%":
            name = "Absolute neutrophil count"
        if name == "Temperature" and _HIGHEST.match(finding.text):
            name = "Highest temperature"
        of_urine = name in ("pH", "Glucose", "Sodium", "Potassium") and _URINE.search(before)
        if not of_urine and (name != "pO2" or _ARTERIAL.search(before + finding.text)):
            made = [value_of(name, measured.value, measured.unit, bound, when)]
    yield from (value for value in made if value is not None)


def _ketones(finding: Finding, before: str, bound: str, when: When) -> Value | None:
    """Return ketones of blood by their number, of urine by their grade."""
    measured = finding.measured
    assert measured is not None
    if (grade := _GRADE.search(measured.text)) is not None:
        return Value("Ketones in urine", float(grade[1]), "", when)
    if measured.value is None:
        return None  # "positive" may be a trace
    is_urine = "urin" in finding.text.lower() or _URINE.search(before) is not None
    name = "Ketones in urine" if is_urine or measured.value > 20 else "Ketones"
    return value_of(name, measured.value, measured.unit, bound, when)


def _joined(units: Iterable[str]) -> str:
    """Return sentences and entries of lists as one text, which keeps them apart."""
    return f"The patient: {'; '.join(' '.join(unit.split()) for unit in units)}"


def _is_now(finding: Finding) -> bool:
    return finding.holds and finding.time is FindingTime.PRESENT


def _blanked(text: str, findings: Iterable[Finding]) -> str:
    """Return a text with blanks for the words of findings; same length."""
    flat = list(text)
    for finding in findings:
        flat[finding.start : finding.end] = " " * (finding.end - finding.start)
    return "".join(flat)
