"""Relevance judgements: BEIR's three columns with a line of names or without, or TREC's four."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from rag.corpus.streams import Stream, decoded, lines
from rag.errors import EvaluationError

Judgements = Mapping[str, Mapping[str, int]]
"""Query id → document id → grade; a grade of 0 or less is a judgement that it is not relevant."""


_COLUMN = re.compile("score|rel|grade|label|judg|qrel", re.IGNORECASE)
_NO_TEXT = re.compile("[\ud800-\udfff\0]")
_GRADE = re.compile(r"[+-]?[0-9]{1,9}")  # trec_eval holds a grade in a C long


def text_lines(path: Path) -> list[tuple[int, str]]:
    """Return the lines of a text file, plain or gzip, with their numbers; blank ones left out.

    Raises:
        EvaluationError: the file is cut off or damaged, or a line is longer than 64 MiB.
        CorpusError: the file cannot be opened.
    """
    found = []
    with Stream(path) as stream:
        for number, line in enumerate(lines(stream), start=1):
            if line is None:
                raise EvaluationError(
                    f"{path}: line {number} is too long to be read; mend the file"
                )
            if line.strip():
                text = decoded(line)
                found.append((number, text.removeprefix("\ufeff").rstrip("\r\n")))
        if stream.broken:
            raise EvaluationError(f"{path}: {stream.broken}; get the file again")
    return found


def read_qrels(path: Path) -> Judgements:
    """Read judgements.

    A line is ``query document grade`` (BEIR) or ``query iteration document grade`` (TREC),
    separated by tabs, or where it has none by white space. A first line whose last cell names
    a column (score, relevance, grade, label …) is taken as the names of the columns.

    Raises:
        EvaluationError: a line has another form, a pair has two grades, or there is no line.
    """
    found: dict[str, dict[str, int]] = {}
    for at, (number, line) in enumerate(text_lines(path)):
        cells = [c.strip() for c in (line.split("\t") if "\t" in line else line.split())]
        if len(cells) not in (3, 4) or not all(cells):
            raise EvaluationError(
                f"{path}: line {number} has {len(cells)} columns; give query, document and grade, "
                "or the four columns of TREC"
            )
        query, document, stated = cells[0], cells[-2], cells[-1]
        if not _GRADE.fullmatch(stated):
            if at == 0 and _COLUMN.search(stated):
                continue
            raise EvaluationError(
                f"{path}: line {number} has the grade {stated!r}; give a whole number below a "
                "thousand million"
            )
        grade = int(stated)
        judged = found.setdefault(query, {})
        if judged.setdefault(document, grade) != grade:
            raise EvaluationError(
                f"{path}: line {number} gives document {document!r} another grade for query "
                f"{query!r} than before; leave one of them"
            )
    if not found:
        raise EvaluationError(f"{path} holds no judgement; give query, document and grade a line")
    return found


def require_text(own: str, what: str) -> None:
    """Refuse an id that trec_eval cannot take: it reads UTF-8 that ends at a zero.

    Raises:
        EvaluationError: the id has a lone surrogate or a zero; the message begins with ``what``.
    """
    if _NO_TEXT.search(own):
        raise EvaluationError(f"{what} {own!r}, which is no text; give it another")


def relevant(judgements: Judgements) -> set[str]:
    """Return the documents that are relevant (a grade above 0) to any query."""
    return {d for judged in judgements.values() for d, grade in judged.items() if grade > 0}
