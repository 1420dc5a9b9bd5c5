"""Questions with a fixed set of answers: PubMedQA, and multiple choice in MIRAGE's form.

| form | a question |
|---|---|
| PubMedQA, original | ``{"PMID": {"QUESTION", "CONTEXTS": […], "final_decision": "yes"}}`` |
| PubMedQA, as rows | ``{"id", "question", "contexts": […], "final_decision"}`` |
| MIRAGE | ``{"SET": {"ID": {"question", "options": {"A": "…"}, "answer": "B"}}}`` |
| one MIRAGE set, or rows | the same without the outer one or two levels |

Options that are only yes, no and maybe are read as those. Jin et al., "PubMedQA", EMNLP 2019;
Xiong et al., "Benchmarking Retrieval-Augmented Generation for Medicine", Findings of ACL 2024.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rag.errors import EvaluationError
from rag.evaluation.rows import Row, read_rows, spread

DECISIONS = ("yes", "no", "maybe")


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers to choose from; for yes/no questions letter and text are the same."""

    letter: str
    text: str


@dataclass(frozen=True, slots=True)
class QaQuestion:
    """A question, its options and the letter of the right one.

    Attributes:
        id: unique within its set.
        dataset: name of the set.
        text: the question.
        options: two or more, in the order of the file.
        gold: letter of the right option.
        contexts: texts that the set gives as evidence; empty for most.
    """

    id: str
    dataset: str
    text: str
    options: tuple[Option, ...]
    gold: str
    contexts: tuple[str, ...] = ()

    @property
    def decides(self) -> bool:
        """True where the answer is yes, no or maybe."""
        return all(o.letter in DECISIONS for o in self.options)


def read_qa(path: Path, limit: int | None = None) -> list[QaQuestion]:
    """Read questions of one set or several; with ``limit``, so many spread over the file.

    Raises:
        EvaluationError: the file has another form, or a question lacks something.
        CorpusError: the file cannot be opened.
    """
    rows = read_rows(path)
    name = path.name.partition(".")[0]
    if len(rows) == 1 and not _is_question(rows[0].fields):
        questions = [_question(row, *named) for row, named in _nested(path, name, rows[0].fields)]
    else:
        questions = [_question(row, name, row.id(str(n))) for n, row in enumerate(rows, start=1)]
    if len({q.options for q in questions}) > 1:
        questions = _with_all_decisions(questions)
    return spread(questions, limit)


def _is_question(fields: Mapping[str, Any]) -> bool:
    return any(isinstance(fields.get(key), str) for key in ("question", "QUESTION"))


def _nested(
    path: Path, name: str, fields: Mapping[str, Any], level: int = 0
) -> Iterator[tuple[Row, tuple[str, str]]]:
    """Walk through objects of objects down to the questions: sets, then ids."""
    for key, value in fields.items():
        if not isinstance(value, dict):
            raise EvaluationError(
                f"{path}: {key!r} holds no question; give PubMedQA's or MIRAGE's JSON, or rows"
            )
        if _is_question(value):
            yield Row(path, f"question {key!r} of {name}", value), (name, str(key))
        elif level:
            raise EvaluationError(f"{path}: {name}/{key} has no 'question'; mend the file")
        else:
            yield from _nested(path, str(key), value, level + 1)


def _question(row: Row, dataset: str, own: str) -> QaQuestion:
    text = row.text("question", "QUESTION")
    contexts = row.texts("contexts", "CONTEXTS")
    options = row.fields.get("options")
    if options is None:
        gold = str(row.text("final_decision", "answer")).lower()
        if gold not in DECISIONS:
            row.refuse(f"has the decision {gold!r} and no options; use yes, no or maybe")
        return QaQuestion(own, dataset, text, _options(DECISIONS), gold, contexts)
    found = _letters(row, options)
    gold = row.text("answer", "answer_idx").strip()
    if gold not in {o.letter for o in found}:
        letters = ", ".join(o.letter for o in found)
        row.refuse(f"has the answer {gold!r}, which is none of {letters}; mend the row")
    plain = {o.letter: o.text.strip().lower().rstrip(".") for o in found}
    if set(plain.values()) <= set(DECISIONS):
        in_order = tuple(d for d in DECISIONS if d in plain.values())
        return QaQuestion(own, dataset, text, _options(in_order), plain[gold], contexts)
    return QaQuestion(own, dataset, text, found, gold, contexts)


def _letters(row: Row, options: object) -> tuple[Option, ...]:
    if isinstance(options, list):
        options = {chr(ord("A") + at): text for at, text in enumerate(options)}
    if not isinstance(options, dict) or len(options) < 2:
        row.refuse("has no two options or more in 'options'; give an object of letters and texts")
    if not all(isinstance(t, (str, int, float)) and str(t).strip() for t in options.values()):
        row.refuse("has an option without text; mend the row")
    return tuple(Option(str(k).strip(), str(t).strip()) for k, t in options.items())


def _options(decisions: tuple[str, ...]) -> tuple[Option, ...]:
    return tuple(Option(d, d) for d in decisions)


def _with_all_decisions(questions: list[QaQuestion]) -> list[QaQuestion]:
    """Give all yes/no questions of a set the same decisions, so that figures share labels."""
    seen: dict[str, set[str]] = {}
    for q in questions:
        if q.decides:
            seen.setdefault(q.dataset, set()).update(o.letter for o in q.options)
    return [
        replace(q, options=_options(tuple(d for d in DECISIONS if d in seen[q.dataset])))
        if q.decides
        else q
        for q in questions
    ]
