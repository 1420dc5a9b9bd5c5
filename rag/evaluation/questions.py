"""BioASQ's questions with their gold: exact and ideal answers, articles, snippets.

Two forms are read: BioASQ's own JSON

    {"questions": [{"id", "body", "type", "documents": ["http://…/pubmed/123"],
      "snippets": [{"document", "text"}], "ideal_answer", "exact_answer"}]}

and JSON lines of the same with ``question``, ``pmids`` and ``snippets[].pmid``. A row may say
``"answerable": false``: then a system should refuse, and nothing else of the row counts. What is
missing (no ideal answer, no snippets) leaves the question out of the figures that need it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from rag.errors import EvaluationError, UsageError
from rag.evaluation.citations import Snippet
from rag.evaluation.exact import Names
from rag.evaluation.rows import Row, read_rows, spread

Kind = Literal["yesno", "factoid", "list", "summary"]
_KINDS: tuple[Kind, ...] = get_args(Kind)

_PMID = re.compile(r"(?:^|/|pmid:)\s*(\d{1,8})/?\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what the experts say to it.

    Attributes:
        id: of the set, or its number in the file.
        text: the question.
        kind: BioASQ's type.
        exact: the exact answers, each with its synonyms: ("yes",) or ("no",) for yes/no, one
            for a factoid, several for a list, none for a summary.
        ideal: ideal answers in prose.
        pmids: gold articles.
        snippets: gold texts of them.
        batch: such as ``9B4``; empty where the file does not say.
        answerable: whether an answer is expected at all.
    """

    id: str
    text: str
    kind: Kind
    exact: tuple[Names, ...] = ()
    ideal: tuple[str, ...] = ()
    pmids: tuple[str, ...] = ()
    snippets: tuple[Snippet, ...] = ()
    batch: str = ""
    answerable: bool = True


def read_questions(
    path: Path, *, limit: int | None = None, batch: str = "", every: int = 1
) -> list[Question]:
    """Read questions: of a batch, then every so manieth, then ``limit`` spread over those.

    The choice depends on the file and the three arguments alone. All rows are checked.

    Args:
        path: the file.
        limit: most questions, see ``rows.spread``.
        batch: keep those whose ``batch`` begins so.
        every: keep the 1st, the (1 + every)-th and so on.

    Raises:
        EvaluationError: a row is no question with a type, or two have one id.
        UsageError: no question is of the batch.
        CorpusError: the file cannot be opened.
    """
    rows = _rows(path)
    questions = [_question(row, str(at)) for at, row in enumerate(rows, start=1)]
    seen: set[str] = set()
    for row, question in zip(rows, questions, strict=True):
        if question.id in seen:
            row.refuse(f"has the id {question.id!r} again; leave one of the two")
        seen.add(question.id)
    kept = [q for q in questions if q.batch.startswith(batch)]
    if not kept:
        there = ", ".join(sorted({q.batch for q in questions} - {""})) or "none"
        raise UsageError(f"no question of {path} is of the batch {batch!r}; it has {there}")
    return spread(kept[::every], limit)


def _rows(path: Path) -> list[Row]:
    rows = read_rows(path)
    if len(rows) > 1 or "questions" not in rows[0].fields:
        return rows
    inside = rows[0].fields["questions"]
    if not isinstance(inside, list) or not inside:
        raise EvaluationError(f"{path} holds no list of questions; check the file")
    for at, one in enumerate(inside, start=1):
        if not isinstance(one, dict):
            raise EvaluationError(f"{path}: question {at} is no object of JSON; mend the file")
    return [Row(path, f"question {at}", one) for at, one in enumerate(inside, start=1)]


def _question(row: Row, number: str) -> Question:
    stated = row.fields.get("type")
    kind = next((k for k in _KINDS if k == stated), None)
    if kind is None:
        row.refuse(f"has the type {stated!r}; BioASQ has {', '.join(_KINDS)}")
    answerable = row.fields.get("answerable", True)
    if not isinstance(answerable, bool):
        row.refuse(f"has {answerable!r} in 'answerable'; use true or false")
    named = row.texts("pmids", "documents")
    batch = row.fields.get("batch")
    return Question(
        id=row.id(number),
        text=row.text("question", "body"),
        kind=kind,
        exact=_exact(row, kind),
        ideal=row.texts("ideal_answer"),
        pmids=tuple(dict.fromkeys(_pmid(row, one) for one in named)),
        snippets=tuple(_snippet(row, one) for one in _snippets(row)),
        batch=batch if isinstance(batch, str) else "",
        answerable=answerable,
    )


def _pmid(row: Row, named: str) -> str:
    found = _PMID.search(named)
    if found is None:
        row.refuse(f"names the article {named!r}, which ends in no PMID; mend the row")
    return found[1].lstrip("0") or "0"


def _snippets(row: Row) -> list[Mapping[str, Any]]:
    value = row.fields.get("snippets") or []
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        row.refuse("has no list of objects in 'snippets'; mend the row")
    return value


def _snippet(row: Row, one: Mapping[str, Any]) -> Snippet:
    named, text = one.get("pmid", one.get("document")), one.get("text")
    if not isinstance(named, (str, int)) or not isinstance(text, str):
        row.refuse("has a snippet without 'pmid' or 'document', or without 'text'; mend the row")
    return Snippet(_pmid(row, str(named)), text)


def _exact(row: Row, kind: Kind) -> tuple[Names, ...]:
    """Return exact answers: BioASQ gives a text, a list of texts, or a list of such lists."""
    value = row.fields.get("exact_answer")
    if kind == "summary" or value in (None, "", []):
        return ()
    if kind == "yesno":
        said = value[0] if isinstance(value, list) and len(value) == 1 else value
        plain = said.strip().lower().rstrip(".") if isinstance(said, str) else said
        if plain not in ("yes", "no"):
            row.refuse(f"has the exact answer {value!r}; a yes/no question has yes or no")
        return ((plain,),)
    parts = [value] if isinstance(value, str) else value
    if not isinstance(parts, list):
        row.refuse("has neither text nor list in 'exact_answer'; mend the row")
    names = [part if isinstance(part, list) else [part] for part in parts]
    if not all(isinstance(name, (str, int, float)) for group in names for name in group):
        row.refuse("has something other than names in 'exact_answer'; mend the row")
    groups = tuple(tuple(str(n).strip() for n in g if str(n).strip()) for g in names)
    groups = tuple(g for g in groups if g)
    if kind == "factoid":  # a factoid is one thing: all that is listed are names of it
        return (tuple(n for g in groups for n in g),) if groups else ()
    return groups
