"""A record as a whole: its sections, findings, age and sex, emergencies, and what to ask."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import groupby

from rag.answering.redflags import red_flags
from rag.clinical.findings import find_findings
from rag.clinical.people import read_age, read_sex
from rag.clinical.questions import questions_for
from rag.clinical.sections import Part, Role, parts_of
from rag.clinical.units import units_of
from rag.clinical.vocabulary import Vocabulary
from rag.types.clinical import Experiencer, Finding, FindingTime, PatientRecord

_LATER = re.compile(
    r"instruction|precaution|education|counsel|follow-?up|disposition|family|social", re.IGNORECASE
)


def read_record(text: str, id: str = "", extra: Vocabulary | None = None) -> PatientRecord:
    """Read a record.

    Args:
        text: as it was given; offsets count in it.
        id: of the note, or the name of its file; kept as it is.
        extra: names besides those that come with medlit, as of an index's MeSH headings.

    Raises:
        ModelError: the Human Phenotype Ontology is not installed.
    """
    findings = find_findings(text, extra)
    parts = parts_of(text)
    age, sex = read_age(text), read_sex(text)
    return PatientRecord(
        id=id,
        age=age,
        sex=sex,
        sections=tuple(part.section for part in parts),
        findings=findings,
        questions=questions_for(findings, age, sex),
        notices=_notices(text, parts, findings),
    )


def _notices(text: str, parts: tuple[Part, ...], findings: Sequence[Finding]) -> tuple[str, ...]:
    """Return the emergencies that a record tells of as present and the patient's.

    What is denied, past, the family's or only to be watched for is taken out before the table
    of ``ask`` sees the words, section by section: a fever in one and a wound in another are no
    sign together. Age, pregnancy, drugs and past are known from wherever they are told.
    """
    units = units_of(text, parts)
    now = _blanked(text, (f for f in findings if not _is_now(f)))
    known = _blanked(text, (f for f in findings if not f.holds))
    # sentences on relatives, or on what may come, tell nothing of the patient now
    others = [
        f.start
        for f in findings
        if f.experiencer is not Experiencer.PATIENT or f.time is FindingTime.CONDITIONAL
    ]
    told: list[str] = []
    for part, those in groupby(units, key=lambda unit: unit.part):
        if part.role is not Role.OTHER or _LATER.search(part.section.heading):
            continue
        kept = [
            now[unit.start : unit.end]
            for unit in those
            if bisect_left(others, unit.start) == bisect_left(others, unit.end)
        ]
        told.append(_joined(kept))
    own = [unit for unit in units if unit.role not in (Role.ALLERGIES, Role.FAMILY)]
    return red_flags(*told, about=_joined(known[unit.start : unit.end] for unit in own))


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
