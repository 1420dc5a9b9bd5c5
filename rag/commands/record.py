"""``record``: what a patient's record says, and what to ask of the literature for it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from rag.commands.common import JsonOption, console, print_json
from rag.commands.differential import read_text


def record(
    note: Annotated[str, typer.Argument(help="File of a note, or - for stdin.")],
    as_json: JsonOption = False,
) -> None:
    """Findings of a patient's record with their context, and questions for the literature."""
    text = read_text(note)
    from rag.answering.redflags import red_flags
    from rag.clinical.records import read_record
    from rag.terminal_differential import finding_to_dict

    read = read_record(text, note)
    notices = list(red_flags(text))
    findings = [finding_to_dict(f) for f in read.findings]
    if as_json:
        print_json(
            {
                "id": read.id,
                "age": read.age,
                "sex": read.sex,
                "notices": notices,
                "sections": [
                    {"heading": s.heading, "start": s.start, "end": s.end} for s in read.sections
                ],
                "findings": findings,
                "questions": list(read.questions),
            }
        )
        return
    out = console()
    for notice in notices:
        out.print(notice, style="bold red")
    for one in findings:
        out.print(_line(one))
    for question in read.questions:
        out.print(f"ask: {question}")


def _line(one: dict[str, Any]) -> str:
    told = [str(one["kind"]), str(one["name"])]
    told += ["denied"] if one["negated"] else []
    told += ["possible"] if one["uncertain"] else []
    told += [str(one["relative"] or "family")] if one["experiencer"] == "family" else []
    told += [str(one["time"])] if one["time"] != "present" else []
    told += [str(one["duration"])] if one["duration"] else []
    measured, dosage = one["measured"], one["dosage"]
    told += [f"{measured['text']} {measured['abnormal']}".strip()] if measured else []
    told += [" ".join(v for v in dosage.values() if v)] if dosage else []
    return "; ".join(t for t in told if t)
