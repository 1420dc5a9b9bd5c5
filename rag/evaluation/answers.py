"""Ask the questions of a set, and measure the answers in every way that the set allows.

    for asked in ask_all(questions, assistant.ask): …
    measured = measure_answers(rows, reader.article, check)

What answers is a callable, since the assistant is a room above. Questions that the set calls
unanswerable count in ``refused`` and in the checks of fidelity and support, and nowhere else.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from rag.errors import EvaluationError
from rag.evaluation.citations import citation_figures, count_citations
from rag.evaluation.classification import ratio
from rag.evaluation.exact import (
    FactoidFigures,
    ListFigures,
    YesNoFigures,
    direct_of,
    measure_factoids,
    measure_lists,
    measure_yesno,
)
from rag.evaluation.fidelity import Fidelity, Lookup, check_fidelity, total
from rag.evaluation.questions import Question
from rag.evaluation.rouge import Rouge, require_rouge, rouge
from rag.evaluation.statements import StatementsMeasured, measure_statements
from rag.models.verifier import Verifier
from rag.progress import Progress, Silent
from rag.types import Answer

FALLBACK = "nothing verified of"
"""How the provenance of an answer says that its draft came to nothing."""

Flat = dict[str, str | int | float | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, what was answered, and the wall-clock seconds that it took."""

    question: Question
    answer: Answer
    seconds: float


@dataclass(frozen=True, slots=True)
class AnswersMeasured:
    """Figures over all answers; what the set has no gold for is ``None``.

    Attributes:
        n: questions.
        answered: share of the answerable questions that were answered.
        unanswerable: questions that should be refused.
        refused: share of those that were refused, or ``None`` where there are none.
        citations: see ``citations.citation_figures``.
        fidelity: see ``fidelity.Fidelity``.
        statements: see ``statements.StatementsMeasured``.
        rouge: one an answered question with an ideal answer.
        ideal: answerable questions with an ideal answer, answered or not.
        yesno: over yes/no questions.
        factoid: over factoid questions.
        lists: over list questions.
        dropped: sentences of drafts that were not said.
        fallbacks: questions for which verbatim sentences were tried, as nothing of a draft
            verified.
        seconds: one a question, in the order asked.
    """

    n: int
    answered: float
    unanswerable: int
    refused: float | None
    citations: dict[str, float]
    fidelity: Fidelity
    statements: StatementsMeasured
    rouge: tuple[Rouge, ...]
    ideal: int
    yesno: YesNoFigures | None
    factoid: FactoidFigures | None
    lists: ListFigures | None
    dropped: int
    fallbacks: int
    seconds: tuple[float, ...]

    def flat(self) -> Flat:
        """Return the object of ``eval answers --json``.

        ROUGE is a mean over answered questions; with ``_all`` an abstention counts 0.
        """
        two, su4 = [r.two for r in self.rouge], [r.su4 for r in self.rouge]
        answered = len(self.rouge)
        flat: Flat = {
            "n": self.n,
            "answered": self.answered,
            "abstained": 1 - self.answered,
            "unanswerable": self.unanswerable,
            "refused": self.refused,
        }
        flat |= self.citations
        flat |= self.statements.flat()
        flat |= {
            "ids_outside": self.fidelity.ids_outside,
            "statements_without_quote": self.fidelity.statements_without_quote,
            "quotes_not_verbatim": self.fidelity.quotes_not_verbatim,
            "dropped": self.dropped,
            "fallbacks": self.fallbacks,
            "rouge2_f1": ratio(math.fsum(o.f1 for o in two), answered),
            "rouge2_recall": ratio(math.fsum(o.recall for o in two), answered),
            "rouge_su4_f1": ratio(math.fsum(o.f1 for o in su4), answered),
            "rouge_su4_recall": ratio(math.fsum(o.recall for o in su4), answered),
            "rouge2_f1_all": ratio(math.fsum(o.f1 for o in two), self.ideal),
            "rouge_su4_f1_all": ratio(math.fsum(o.f1 for o in su4), self.ideal),
            "rouge_n": answered,
        }
        for name, one in (("yesno", self.yesno), ("factoid", self.factoid), ("list", self.lists)):
            if one is not None:
                flat |= {f"{name}_{f}": getattr(one, f) for f in one.__slots__}
        return flat | {
            "seconds_median": round(statistics.median(self.seconds), 4),
            "seconds_p95": round(percentile(self.seconds, 0.95), 4),
        }


def percentile(values: Sequence[float], share: float) -> float:
    """Return the nearest-rank percentile: the least value that ``share`` of all do not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def ask_all(
    questions: Sequence[Question],
    ask: Callable[[str], Answer],
    progress: Progress | None = None,
) -> Iterator[Asked]:
    """Ask one question after the other, and yield each answer as soon as it is there.

    Raises:
        MedlitError: what ``ask`` raises.
    """
    progress = progress or Silent()
    progress.start("asking", len(questions), "questions")
    for question in questions:
        started = time.perf_counter()
        answer = ask(question.text)
        seconds = time.perf_counter() - started
        progress.advance(1)
        yield Asked(question, answer, seconds)
    progress.finish()


def measure_answers(asked: Iterable[Asked], article: Lookup, check: Verifier) -> AnswersMeasured:
    """Measure answers.

    Args:
        asked: questions with their answers.
        article: the index's store, by article id.
        check: a verifier that took no part in making the answers.

    Raises:
        EvaluationError: nothing was asked, or the extra ``eval`` is not installed.
        ModelError: the verifier failed.
    """
    rows = list(asked)
    if not rows:
        raise EvaluationError("nothing was asked; there is nothing to measure")
    require_rouge()
    wanted = [r for r in rows if r.question.answerable]
    others = [r for r in rows if not r.question.answerable]
    answered = [r for r in wanted if r.answer.status == "answered"]
    refused = sum(r.answer.status != "answered" for r in others)
    counts = [
        count_citations(r.answer, r.question.pmids, r.question.snippets)
        for r in wanted
        if r.question.pmids
    ]
    with_ideal = [r for r in wanted if r.question.ideal]
    return AnswersMeasured(
        n=len(rows),
        answered=ratio(len(answered), len(wanted)),
        unanswerable=len(others),
        refused=refused / len(others) if others else None,
        citations=citation_figures(counts),
        fidelity=total(check_fidelity(r.answer, article) for r in rows),
        statements=measure_statements([r.answer for r in rows], check),
        rouge=tuple(
            rouge(said(r.answer), r.question.ideal)
            for r in with_ideal
            if r.answer.status == "answered"
        ),
        ideal=len(with_ideal),
        yesno=_yesno(wanted),
        factoid=_factoid(wanted),
        lists=_lists(wanted),
        dropped=sum(len(r.answer.dropped) for r in rows),
        fallbacks=sum(_fell_back(r.answer) for r in rows),
        seconds=tuple(r.seconds for r in rows),
    )


def _fell_back(answer: Answer) -> bool:
    return answer.provenance is not None and FALLBACK in answer.provenance.generator


def said(answer: Answer) -> str:
    """Return the statements as prose: without markers, leads and the direct answer."""
    return " ".join(s.text for s in answer.statements)


def _yesno(rows: Sequence[Asked]) -> YesNoFigures | None:
    kept = [r for r in rows if r.question.kind == "yesno" and r.question.exact]
    gold = [r.question.exact[0][0] for r in kept]
    return measure_yesno(gold, [direct_of(r.answer) for r in kept]) if kept else None


def _factoid(rows: Sequence[Asked]) -> FactoidFigures | None:
    kept = [r for r in rows if r.question.kind == "factoid" and r.question.exact]
    gold = [r.question.exact[0] for r in kept]
    return measure_factoids(gold, [direct_of(r.answer) for r in kept]) if kept else None


def _lists(rows: Sequence[Asked]) -> ListFigures | None:
    kept = [r for r in rows if r.question.kind == "list" and r.question.exact]
    gold = [r.question.exact for r in kept]
    return measure_lists(gold, [direct_of(r.answer) for r in kept]) if kept else None
