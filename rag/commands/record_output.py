"""How a record looks in a terminal, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.text import Text

from rag.answering.disclaimer import DISCLAIMER
from rag.answering.to_json import answer_to_dict
from rag.terminal import print_answer
from rag.terminal_differential import finding_to_dict
from rag.terminal_layout import print_indented
from rag.text import json_text, printable
from rag.types import Answer
from rag.types.clinical import Experiencer, Finding, FindingTime, PatientRecord

CAUTION = (
    "Findings are what words of the record say, read by rules: some are missed, some misread. "
    "None is a diagnosis; read the record itself."
)
_NO_HEADING = "(no heading)"


def record_to_json(
    record: PatientRecord, answers: Mapping[str, Answer], index: str, *, lines: bool
) -> str:
    """Return what ``record --json`` prints: one object, on one line with ``lines``."""
    out: dict[str, Any] = {
        "id": record.id,
        "age": record.age,
        "sex": record.sex,
        "notices": list(record.notices),
        "sections": [asdict(section) for section in record.sections],
        "findings": [finding_to_dict(f) for f in record.findings],
        "questions": [
            {
                "question": question,
                "answer": answer_to_dict(answers[question]) if question in answers else None,
            }
            for question in record.questions
        ],
        "index": index,
        "caution": CAUTION,
    }
    return json_text(out, indent=None if lines else 2)


def print_record(console: Console, record: PatientRecord, answers: Mapping[str, Answer]) -> None:
    """Print emergencies, who the patient is, findings by section, questions with answers."""
    for notice in record.notices:
        print_indented(console, Text(notice, style="bold red"))
    if record.notices:
        console.print()
    console.print(Text(printable(f"{record.id}: {_patient(record)}"), style="bold"))
    if not record.findings:
        console.print(Text("no finding was read in this record"))
    for heading, found in groupby(record.findings, key=lambda f: f.section):
        console.print()
        console.print(Text(printable(heading) or _NO_HEADING, style="bold"))
        rows = [[printable(cell) for cell in _cells(finding)] for finding in found]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            print_indented(console, Text("  ".join(cells).rstrip()))
    for number, question in enumerate(record.questions, start=1):
        console.print()
        console.print(Text(f"Question {number}: {question}", style="bold"))
        if question in answers:
            console.print()
            print_answer(console, answers[question], explain=False)
    console.print()
    print_indented(console, Text(CAUTION, style="dim"))
    if not answers:
        print_indented(console, Text(DISCLAIMER, style="dim"))


def _patient(record: PatientRecord) -> str:
    age = ""
    if record.age is not None:
        years = record.age
        age = f"{years:.0f} years" if years >= 1 else f"{years * 12:.1f} months"
    told = ", ".join(filter(None, (age, record.sex)))
    return told or "age and sex are not told"


def _cells(finding: Finding) -> tuple[str, str, str, str]:
    return (
        finding.kind.value,
        finding.name,
        f"“{' '.join(finding.text.split())}”",
        ", ".join(_said(finding)),
    )


def _said(finding: Finding) -> Iterator[str]:
    if finding.negated:
        yield "denied"
    if finding.uncertain:
        yield "uncertain"
    if finding.experiencer is not Experiencer.PATIENT:
        who = f": {finding.relative}" if finding.relative else ""
        yield f"{finding.experiencer.value}{who}"
    if finding.time is not FindingTime.PRESENT:
        yield finding.time.value
    if finding.measured is not None:
        value = finding.measured
        # a word says by itself what it is: not "positive high", not "normal normal"
        state = value.abnormal if value.value is not None else ""
        yield " ".join(filter(None, (value.text, state)))
    if finding.dosage is not None:
        told = finding.dosage
        yield " ".join(filter(None, (told.dose, told.route, told.frequency)))
    if finding.duration:
        yield finding.duration
