"""Figures over judged notes: recall, precision and F1, in all and by kind, and what is left."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.evaluation.privacy import Claim, Judged, NoteJudged

Figure = int | float | None


@dataclass(frozen=True, slots=True)
class Scores:
    """Precision, recall and F1 of one way of matching; a share of nothing is ``None``."""

    precision: float | None
    recall: float | None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of the two; 0 where both are 0, ``None`` where one is of nothing."""
        if self.precision is None or self.recall is None:
            return None
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class PrivacyMeasured:
    """Judged notes as a whole.

    Attributes:
        notes: one a note, in order.
        seconds: wall clock of the finding alone; the first note may load a model.
    """

    notes: tuple[NoteJudged, ...]
    seconds: float

    @property
    def identifiers(self) -> list[Judged]:
        """All labelled spans that must be found."""
        return [one for note in self.notes for one in note.identifiers]

    @property
    def claims(self) -> list[Claim]:
        """All found spans that count."""
        return [one for note in self.notes for one in note.claims]

    @property
    def overlap(self) -> Scores:
        """The main figures: labels do not matter, a touch counts."""
        return self._scores(lambda j: j.outcome != "missed", lambda c: c.overlaps)

    @property
    def exact(self) -> Scores:
        """Start and end are right; labels do not matter."""
        return self._scores(lambda j: j.outcome == "exact", lambda c: c.exact)

    @property
    def typed(self) -> Scores:
        """A touch by the right kind."""
        return self._scores(lambda j: j.typed, lambda c: c.typed)

    @property
    def exact_typed(self) -> Scores:
        """Start, end and kind are right."""
        return self._scores(lambda j: j.exact_typed, lambda c: c.exact_typed)

    def _scores(
        self, is_found: Callable[[Judged], bool], is_right: Callable[[Claim], bool]
    ) -> Scores:
        return Scores(_mean(map(is_right, self.claims)), _mean(map(is_found, self.identifiers)))

    @property
    def kinds(self) -> list[str]:
        """Kinds that were labelled or found, by name."""
        labelled = {one.span.kinds[0] for one in self.identifiers}
        return sorted(labelled | {one.span.kind for one in self.claims})

    def of_kind(self, kind: str) -> dict[str, Figure]:
        """Figures of a kind: of spans labelled so (first), and of spans called so.

        ``precision`` asks whether what was called so is an identifier of any kind.
        """
        gold = [one for one in self.identifiers if one.span.kinds[0] == kind]
        said = [one for one in self.claims if one.span.kind == kind]
        return {
            "spans": len(gold),
            "recall": _mean(one.outcome != "missed" for one in gold),
            "recall_covered": _mean(one.outcome in ("exact", "covered") for one in gold),
            "recall_exact": _mean(one.outcome == "exact" for one in gold),
            "recall_typed": _mean(one.typed for one in gold),
            "found": len(said),
            "precision": _mean(one.overlaps for one in said),
        }

    def flat(self) -> dict[str, str | int | float | None]:
        """Return the object of ``eval privacy --json``; ``docs/evaluation.md`` says each key."""
        spans = self.identifiers
        characters = sum(one.characters for one in spans)
        left = sum(one.left for one in spans)
        holding = [note for note in self.notes if note.identifiers]
        length = sum(len(note.note.text) for note in self.notes)
        flat: dict[str, str | int | float | None] = {
            "n": len(self.notes),
            "spans": len(spans),
            "found": len(self.claims),
            "precision": self.overlap.precision,
            "recall": self.overlap.recall,
            "f1": self.overlap.f1,
            "recall_covered": _mean(one.outcome in ("exact", "covered") for one in spans),
        }
        for name in ("exact", "typed", "exact_typed"):
            scores: Scores = getattr(self, name)
            flat[f"precision_{name}"] = scores.precision
            flat[f"recall_{name}"] = scores.recall
            flat[f"f1_{name}"] = scores.f1
        flat |= {
            "characters": characters,
            "characters_left": left,
            "left": left / characters if characters else None,
            "notes_with_identifiers": len(holding),
            "notes_none_left": _mean(note.left == 0 for note in holding),
            "neutral": sum(note.neutral for note in self.notes),
            "unjudged": sum(note.unjudged for note in self.notes),
        }
        for kind in self.kinds:
            flat |= {f"{name}_{kind}": value for name, value in self.of_kind(kind).items()}
        return flat | {
            "seconds": round(self.seconds, 3),
            "notes_per_second": round(len(self.notes) / self.seconds, 1) if self.seconds else 0.0,
            "characters_per_second": round(length / self.seconds) if self.seconds else 0,
        }


def _mean(values: Iterable[bool]) -> float | None:
    several = list(values)
    return sum(several) / len(several) if several else None


def write_scores(path: Path, notes: Sequence[NoteJudged]) -> None:
    """Write a JSON line a note: places, kinds and outcomes, but no text of the note.

    The file is for the eyes of its owner alone (mode 0600).

    Raises:
        OSError: the file cannot be written.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        path.chmod(0o600)  # one that was there before keeps its mode otherwise
        for judged in notes:
            spans = [
                {"start": one.span.start, "end": one.span.end, "kinds": list(one.span.kinds)}
                | {"outcome": one.outcome, "typed": one.typed, "left": one.left}
                for one in judged.identifiers
            ]
            wrong = [
                {"start": one.span.start, "end": one.span.end, "kind": one.span.kind}
                | {"rule": one.span.rule}
                for one in judged.claims
                if not one.overlaps
            ]
            row = {"id": judged.note.id, "key": judged.note.key, "spans": spans, "wrong": wrong}
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
