"""Accuracy on questions with fixed answers, a set at a time."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from rag.errors import EvaluationError
from rag.evaluation.classification import classify, ratio
from rag.evaluation.qa_evidence import Choice
from rag.evaluation.qa_sets import DECISIONS, QaQuestion
from rag.progress import Progress, Silent
from rag.types import Hit

Value = str | int | float | None


class Chooser(Protocol):
    """Chooses one of the options, or none."""

    @property
    def identity(self) -> str:
        """What chose, for the record."""
        ...

    def choose(self, question: QaQuestion, evidence: Sequence[Hit]) -> Choice:
        """Choose by a question and what was found for it; nothing may have been found."""
        ...


@dataclass(frozen=True, slots=True)
class Chosen:
    """A question, the choice, the evidence it was made from, and the wall-clock seconds."""

    question: QaQuestion
    choice: Choice
    evidence: tuple[Hit, ...]
    seconds: float

    @property
    def right(self) -> bool:
        """True where the gold option was chosen."""
        return self.choice.letter == self.question.gold


@dataclass(frozen=True, slots=True)
class SetFigures:
    """Figures of one set.

    Attributes:
        n: questions.
        accuracy: share of right choices; no choice is wrong.
        macro_f1: over yes, no and maybe where the set has them; else ``None``.
        majority: accuracy of always saying the commonest gold answer.
        unparsed: share of questions for which nothing was chosen.
        seconds: wall clock over all.
    """

    n: int
    accuracy: float
    macro_f1: float | None
    majority: float
    unparsed: float
    seconds: float

    def flat(self) -> dict[str, Value]:
        """Return the keys of ``eval qa --json`` for one set."""
        return {name: getattr(self, name) for name in self.__slots__}


def choose_all(
    questions: Sequence[QaQuestion],
    find: Callable[[QaQuestion], Sequence[Hit]],
    chooser: Chooser,
    progress: Progress | None = None,
) -> Iterator[Chosen]:
    """Find evidence and choose, one question after the other.

    ``find`` gets the question with its options but should search by the text alone: MIRAGE
    retrieves without the options, which the user of a system would not know.

    Raises:
        MedlitError: what finding or choosing raises.
    """
    progress = progress or Silent()
    progress.start("answering", len(questions), "questions")
    for question in questions:
        started = time.perf_counter()
        evidence = tuple(find(question))
        choice = chooser.choose(question, evidence)
        seconds = time.perf_counter() - started
        progress.advance(1)
        yield Chosen(question, choice, evidence, seconds)
    progress.finish()


def measure_qa(rows: Sequence[Chosen]) -> dict[str, SetFigures]:
    """Return the figures a set, in the order of the questions.

    Raises:
        EvaluationError: there is no question.
    """
    if not rows:
        raise EvaluationError("nothing was asked; there is nothing to measure")
    by_set: dict[str, list[Chosen]] = {}
    for row in rows:
        by_set.setdefault(row.question.dataset, []).append(row)
    return {name: _figures(some) for name, some in by_set.items()}


def _figures(rows: Sequence[Chosen]) -> SetFigures:
    gold = [r.question.gold for r in rows]
    letters = {o.letter for r in rows for o in r.question.options}
    decides = all(r.question.decides for r in rows)
    labels = [d for d in DECISIONS if d in letters] if decides else sorted(letters)
    figures = classify(gold, [r.choice.letter for r in rows], labels)
    return SetFigures(
        n=figures.n,
        accuracy=figures.accuracy,
        macro_f1=figures.macro_f1 if decides else None,
        majority=figures.majority,
        unparsed=ratio(sum(not r.choice.letter for r in rows), len(rows)),
        seconds=round(math.fsum(r.seconds for r in rows), 3),
    )


def flat_qa(sets: Mapping[str, SetFigures]) -> dict[str, Value]:
    """Return one flat object: bare keys for one set; for several ``SET/accuracy`` and so on.

    Over several sets ``accuracy`` counts every question once and ``accuracy_mean`` every set
    once, as MIRAGE does.
    """
    if len(sets) == 1:
        ((name, one),) = sets.items()
        return {"set": name} | one.flat()
    n = sum(one.n for one in sets.values())
    flat: dict[str, Value] = {
        "n": n,
        "accuracy": math.fsum(one.accuracy * one.n for one in sets.values()) / n,
        "accuracy_mean": math.fsum(one.accuracy for one in sets.values()) / len(sets),
        "unparsed": math.fsum(one.unparsed * one.n for one in sets.values()) / n,
    }
    for name, one in sets.items():
        flat |= {f"{name}/{key}": value for key, value in one.flat().items()}
    return flat
