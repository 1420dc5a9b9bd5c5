"""A record as a whole: its sections, findings, age and sex, emergencies, and what to ask."""

from __future__ import annotations

from rag.answering.redflags import notice_of
from rag.clinical.emergencies import emergencies_of
from rag.clinical.findings import find_findings
from rag.clinical.people import is_pregnant, read_age, read_sex
from rag.clinical.questions import questions_for
from rag.clinical.sections import parts_of
from rag.clinical.vocabulary import Vocabulary
from rag.types.clinical import PatientRecord


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
    emergencies = emergencies_of(text, parts, findings, age)
    return PatientRecord(
        id=id,
        age=age,
        sex=sex,
        sections=tuple(part.section for part in parts),
        findings=findings,
        questions=questions_for(
            findings,
            age,
            is_pregnant=is_pregnant(text, age, sex),
            emergencies=[flag.name for flag in emergencies],
        ),
        notices=tuple(map(notice_of, emergencies)),
    )
