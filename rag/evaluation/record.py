"""Findings of records against marked notes: what is found, and what is said of it.

    {"text": "No fever.", "findings": [{"start": 3, "end": 8, "kind": "symptom", "negated": true}]}

A finding is right where it overlaps a marked one and is of its class: a problem (symptom, sign,
diagnosis), a procedure, a drug or a result (laboratory, vital sign), as the 2010 i2b2/VA
challenge counted problems, treatments and tests (Uzuner et al., J Am Med Inform Assoc
2011;18:552-556). Each marked finding takes one found one, the one it shares most with.
Attributes are judged over findings that are right; results carry no negation and do not count
for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.errors import EvaluationError
from rag.evaluation.rows import Row, read_rows
from rag.types.clinical import Experiencer, Finding, FindingKind, FindingTime, PatientRecord

Figure = str | int | float | None
CLASSES = {
    FindingKind.SYMPTOM: "problem",
    FindingKind.SIGN: "problem",
    FindingKind.DIAGNOSIS: "problem",
    FindingKind.PROCEDURE: "procedure",
    FindingKind.DRUG: "drug",
    FindingKind.LAB: "result",
    FindingKind.VITAL: "result",
}
NEAR_AGE = 0.05
"""Years by which an age may differ: 5 weeks and 0.1 years are one age."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A finding as a person marked it; ``abnormal`` is empty where it was not judged."""

    start: int
    end: int
    kind: FindingKind
    negated: bool = False
    uncertain: bool = False
    experiencer: Experiencer = Experiencer.PATIENT
    time: FindingTime = FindingTime.PRESENT
    abnormal: str = ""


@dataclass(frozen=True, slots=True)
class GoldNote:
    """A note with all its findings marked; ``age`` and ``sex`` as the note tells them."""

    id: str
    text: str
    findings: tuple[Marked, ...]
    age: float | None = None
    sex: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A note, what was read in it, and the pairs of marked and found findings."""

    note: GoldNote
    record: PatientRecord
    pairs: tuple[tuple[Marked, Finding], ...]


@dataclass(frozen=True, slots=True)
class RecordMeasured:
    """Judged notes as a whole."""

    notes: tuple[Judged, ...]
    seconds: float = 0.0

    def flat(self) -> dict[str, Figure]:
        """Return all figures: a share of nothing is ``None``."""
        marked = [m for n in self.notes for m in n.note.findings]
        found = [f for n in self.notes for f in n.record.findings]
        pairs = [p for n in self.notes for p in n.pairs]
        strict = [p for p in pairs if (p[0].start, p[0].end) == (p[1].start, p[1].end)]
        figures: dict[str, Figure] = {"n": len(self.notes), "findings": len(marked)}
        figures |= _scores("", len(pairs), len(found), len(marked))
        figures |= _scores("_strict", len(strict), len(found), len(marked))
        told = [p for p in pairs if CLASSES[p[0].kind] != "result"]
        figures |= {
            "kind_accuracy": _mean(m.kind is f.kind for m, f in pairs),
            "negation_accuracy": _mean(m.negated == f.negated for m, f in told),
            "negation_precision": _mean(m.negated for m, f in told if f.negated),
            "negation_recall": _mean(f.negated for m, f in told if m.negated),
            "uncertainty_accuracy": _mean(m.uncertain == f.uncertain for m, f in told),
            "uncertainty_recall": _mean(f.uncertain for m, f in told if m.uncertain),
            "experiencer_accuracy": _mean(m.experiencer is f.experiencer for m, f in told),
            "experiencer_recall": _mean(
                m.experiencer is f.experiencer
                for m, f in told
                if m.experiencer is not Experiencer.PATIENT
            ),
            "temporality_accuracy": _mean(m.time is f.time for m, f in told),
            "temporality_recall": _mean(
                m.time is f.time for m, f in told if m.time is not FindingTime.PRESENT
            ),
            "abnormal_accuracy": _mean(
                f.measured is not None and f.measured.abnormal == m.abnormal
                for m, f in pairs
                if m.abnormal
            ),
            "age_accuracy": _mean(_same_age(n) for n in self.notes if n.note.age is not None),
            "sex_accuracy": _mean(n.note.sex == n.record.sex for n in self.notes if n.note.sex),
        }
        for kind in FindingKind:
            right = sum(m.kind is f.kind is kind for m, f in pairs)
            figures |= _scores(
                f"_{kind.value}",
                right,
                sum(f.kind is kind for f in found),
                sum(m.kind is kind for m in marked),
            )
        return figures | {"seconds": round(self.seconds, 3)}


def read_gold(path: Path) -> list[GoldNote]:
    """Read marked notes: JSON lines or a JSON array, plain or gzip; ``docs/record.md``.

    Raises:
        EvaluationError: a note has no text, or a mark is not at its place or of no known kind.
        CorpusError: the file cannot be opened.
    """
    notes = [_note(row, at) for at, row in enumerate(read_rows(path), start=1)]
    if not any(note.findings for note in notes):
        raise EvaluationError(f"{path} marks no finding; give {{text, findings}} a line")
    return notes


def judge_record(note: GoldNote, record: PatientRecord) -> Judged:
    """Pair the marked findings of a note with those that were read in it."""
    overlaps = sorted(
        (
            (max(m.start, f.start) - min(m.end, f.end), m.kind is not f.kind, i, j)
            for i, m in enumerate(note.findings)
            for j, f in enumerate(record.findings)
            if m.start < f.end and f.start < m.end and CLASSES[m.kind] == CLASSES[f.kind]
        ),
    )
    ours: dict[int, int] = {}
    for _, _, i, j in overlaps:
        if i not in ours and j not in ours.values():
            ours[i] = j
    pairs = tuple((note.findings[i], record.findings[j]) for i, j in sorted(ours.items()))
    return Judged(note, record, pairs)


def measure_records(
    notes: Sequence[GoldNote], read: Callable[[str], PatientRecord], seconds: float = 0.0
) -> RecordMeasured:
    """Read every note and judge what was read."""
    return RecordMeasured(tuple(judge_record(n, read(n.text)) for n in notes), seconds)


def _scores(name: str, right: int, found: int, marked: int) -> dict[str, Figure]:
    precision = right / found if found else None
    recall = right / marked if marked else None
    f1 = 2 * right / (found + marked) if found + marked else None
    return {f"precision{name}": precision, f"recall{name}": recall, f"f1{name}": f1}


def _mean(values: Iterable[bool]) -> float | None:
    several = list(values)
    return sum(several) / len(several) if several else None


def _same_age(judged: Judged) -> bool:
    age, read = judged.note.age, judged.record.age
    return age is not None and read is not None and abs(age - read) <= NEAR_AGE


def _note(row: Row, at: int) -> GoldNote:
    text = row.fields.get("text")
    if not isinstance(text, str) or not text.strip():
        row.refuse("has no text in 'text'; mend the note")
    marks = row.fields.get("findings", [])
    if not isinstance(marks, list) or not all(isinstance(one, dict) for one in marks):
        row.refuse("has no list of objects in 'findings'; mend the note")
    found = tuple(
        sorted((_marked(row, text, one, n) for n, one in enumerate(marks, 1)), key=_place)
    )
    age, sex = row.fields.get("age"), row.fields.get("sex") or ""
    if age is not None and (isinstance(age, bool) or not isinstance(age, (int, float))):
        row.refuse("has an 'age' that is no number of years; mend the note")
    if sex not in ("", "female", "male"):
        row.refuse(f"has the sex {sex!r}; use female or male")
    return GoldNote(row.id(str(at)), text, found, None if age is None else float(age), str(sex))


def _place(one: Marked) -> tuple[int, int]:
    return one.start, one.end


def _marked(row: Row, text: str, one: dict[str, object], number: int) -> Marked:
    start, end = one.get("start"), one.get("end")
    if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end <= len(text):
        row.refuse(f"has no 'start' and 'end' within its text in finding {number}; mend the note")
    if isinstance(said := one.get("text"), str) and said != text[start:end]:
        row.refuse(f"has another text at finding {number} than its mark says; mend the offsets")
    try:
        return Marked(
            start,
            end,
            FindingKind(str(one.get("kind", ""))),
            one.get("negated") is True,
            one.get("uncertain") is True,
            Experiencer(str(one.get("experiencer") or "patient")),
            FindingTime(str(one.get("time") or "present")),
            str(one.get("abnormal") or ""),
        )
    except ValueError as error:
        row.refuse(f"has in finding {number} a value that is unknown ({error}); see docs/record.md")
