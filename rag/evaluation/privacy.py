"""How much of what identifies a patient is found in labelled notes.

What matters is that an identifier is gone, not what it was called, so the main figures look at
places alone. *Overlap*: at least one letter or digit of the span is covered ("partial boundary
matching, regardless of the type", SemEval-2013 task 9 [1], where a partial match counts whole
here, not half). *Covered*: at least 95 % of its letters and digits are. *Exact*: the same start
and end. *Typed*: overlap by a span of a right kind. *Exact and typed* is the strict measure of
the i2b2 2014 task [2].

Recall is over labelled spans. Precision is over found ones: right where one overlaps a label,
not counted where it overlaps neutral spans only, or nothing while its kind is none that the
notes label; else wrong. Found spans that overlap each other count one by one.

[1] Segura-Bedmar, Martínez and Herrero-Zazo, SemEval 2013, 341-50.
[2] Stubbs, Kotfila and Uzuner, J Biomed Inform 2015;58 Suppl:S11-9.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.errors import EvaluationError
from rag.evaluation.notes import Labelled, Note
from rag.progress import Progress, Silent

COVERED = 0.95
"""Share of the letters and digits of a span that must be covered to call it covered."""

Outcome = Literal["exact", "covered", "overlap", "missed"]


@dataclass(frozen=True, slots=True)
class FoundSpan:
    """What a system says is an identifier: ``text[start:end]``, its kind, the rule that did it."""

    start: int
    end: int
    kind: str
    rule: str = ""


Find = Callable[[str], Sequence[FoundSpan]]


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled span and what became of it.

    Attributes:
        outcome: the best that holds; an exact span is covered too, a covered one overlaps.
        typed: a span of one of its kinds overlaps it.
        exact_typed: a span of one of its kinds is exact.
        characters: its letters and digits.
        left: those that no span covers.
    """

    span: Labelled
    outcome: Outcome
    typed: bool
    exact_typed: bool
    characters: int
    left: int


@dataclass(frozen=True, slots=True)
class Claim:
    """A found span that counts for precision: what it overlaps and equals."""

    span: FoundSpan
    overlaps: bool
    exact: bool
    typed: bool
    exact_typed: bool


@dataclass(frozen=True, slots=True)
class NoteJudged:
    """One note: its labelled spans, the claims that count, and how many claims do not."""

    note: Note
    identifiers: tuple[Judged, ...]
    claims: tuple[Claim, ...]
    neutral: int
    unjudged: int

    @property
    def left(self) -> int:
        """Letters and digits of identifiers that stay."""
        return sum(one.left for one in self.identifiers)


def judge_note(note: Note, found: Sequence[FoundSpan]) -> NoteJudged:
    """Compare what was found in a note with its labels; linear in the length of both.

    Raises:
        EvaluationError: a found span is empty or reaches beyond the text.
    """
    text = note.text
    everything, right, neutral = (bytearray(len(text)) for _ in range(3))
    kinds: dict[str, bytearray] = {}
    for one in found:
        if not 0 <= one.start < one.end <= len(text):
            raise EvaluationError(
                f"note {note.id}: a found span is {one.start}-{one.end} in a text of {len(text)} "
                "characters; mend the offsets"
            )
        kinds.setdefault(one.kind, bytearray(len(text)))
        for mask in (everything, kinds[one.kind]):
            mask[one.start : one.end] = b"\1" * (one.end - one.start)
    places: dict[tuple[int, int], set[str]] = {}
    for one in found:
        places.setdefault(_trimmed(text, one.start, one.end), set()).add(one.kind)

    judged = []
    labels: dict[str, bytearray] = {}
    exact: dict[tuple[int, int], set[str]] = {}
    for span in note.spans:
        mask = right if span.kinds else neutral
        mask[span.start : span.end] = b"\1" * (span.end - span.start)
        if span.kinds:
            judged.append(_judged(text, span, everything, kinds, places))
            exact.setdefault(_trimmed(text, span.start, span.end), set()).update(span.kinds)
        for kind in span.kinds:
            of_kind = labels.setdefault(kind, bytearray(len(text)))
            of_kind[span.start : span.end] = b"\1" * (span.end - span.start)

    claims = []
    aside = unjudged = 0
    for one in found:
        at = _letters(text, one.start, one.end)
        if any(right[i] for i in at):
            equal = exact.get(_trimmed(text, one.start, one.end), set())
            mine = labels.get(one.kind)
            typed = mine is not None and any(mine[i] for i in at)
            claims.append(Claim(one, True, bool(equal), typed, one.kind in equal))
        elif any(neutral[i] for i in at):
            aside += 1
        elif one.kind not in note.labelled:
            unjudged += 1
        else:
            claims.append(Claim(one, False, False, False, False))
    return NoteJudged(note, tuple(judged), tuple(claims), aside, unjudged)


def _judged(
    text: str,
    span: Labelled,
    everything: bytearray,
    kinds: Mapping[str, bytearray],
    places: Mapping[tuple[int, int], set[str]],
) -> Judged:
    at = _letters(text, span.start, span.end)
    covered = sum(everything[i] for i in at)
    typed = any(kind in kinds and any(kinds[kind][i] for i in at) for kind in span.kinds)
    equal = places.get(_trimmed(text, span.start, span.end), set())
    outcome: Outcome = "missed"
    if equal:
        outcome = "exact"
    elif covered and covered >= COVERED * len(at):
        outcome = "covered"
    elif covered:
        outcome = "overlap"
    strict = not equal.isdisjoint(span.kinds)
    return Judged(span, outcome, typed, strict, len(at), len(at) - covered)


def _letters(text: str, start: int, end: int) -> list[int]:
    """Places of letters and digits; of all characters where there is none of these."""
    return [i for i in range(start, end) if text[i].isalnum()] or list(range(start, end))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without white space and signs around it, so that "Roe," is "Roe"."""
    at = _letters(text, start, end)
    return at[0], at[-1] + 1


def judge_notes(
    notes: Sequence[Note], find: Find, progress: Progress | None = None
) -> tuple[list[NoteJudged], float]:
    """Look for identifiers in every note; what came of it, and the seconds that finding took.

    Raises:
        EvaluationError: there is no note, or a found span does not lie in its text.
    """
    if not notes:
        raise EvaluationError("there is no note to look at; give some")
    progress = progress or Silent()
    progress.start("looking", len(notes), "notes")
    results = []
    seconds = 0.0
    for note in notes:
        started = time.perf_counter()
        found = find(note.text)
        seconds += time.perf_counter() - started
        results.append(judge_note(note, found))
        progress.advance(1)
    progress.finish()
    return results, seconds
