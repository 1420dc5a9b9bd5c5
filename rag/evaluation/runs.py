"""Runs: what a system found for each query; written and read as TREC run files.

A line of a run file is ``query Q0 document rank score tag``. As trec_eval does, scores are held
in single precision, documents are ordered by score, those of equal score by id from last to
first, and the column of ranks is not read. So a run and its file are measured the same, by
medlit and by any other tool.
"""

from __future__ import annotations

import gzip
import io
import math
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from rag.errors import EvaluationError
from rag.evaluation.qrels import text_lines

TAG = "medlit"
_COLUMNS = 6


class Scored(NamedTuple):
    """A document that was found, and its score; larger is better."""

    document: str
    score: float


@dataclass(frozen=True, slots=True)
class Run:
    """Query id → documents, best first. Make one with ``Run.of``."""

    found: Mapping[str, tuple[Scored, ...]]

    @classmethod
    def of(cls, found: Mapping[str, Iterable[tuple[str, float]]]) -> Run:
        """Order what was found (see the module's text).

        Raises:
            EvaluationError: a document comes twice for a query, or a score is no finite number.
        """
        ordered = {}
        for query, documents in found.items():
            rows = [Scored(document, _single(score)) for document, score in documents]
            if len({row.document for row in rows}) < len(rows):
                raise EvaluationError(f"a document comes twice for query {query!r}; leave one")
            if not all(math.isfinite(row.score) for row in rows):
                raise EvaluationError(f"a score for query {query!r} is no finite number")
            rows.sort(key=lambda row: row.document, reverse=True)
            rows.sort(key=lambda row: row.score, reverse=True)  # keeps the order of equal ones
            ordered[query] = tuple(rows)
        return cls(ordered)

    def without_identical(self) -> Run:
        """Return the run without documents that bear the id of their query."""
        return Run(
            {q: tuple(row for row in rows if row.document != q) for q, rows in self.found.items()}
        )

    def cut(self, k: int) -> Run:
        """Return the run with the first ``k`` documents of each query."""
        return Run({query: rows[:k] for query, rows in self.found.items()})

    @property
    def own_first(self) -> int:
        """Queries that found the document of their own id first."""
        return sum(bool(rows) and rows[0].document == q for q, rows in self.found.items())


def _single(score: float) -> float:
    import numpy as np

    with np.errstate(over="ignore"):
        return float(np.float32(score))


def require_writable_ids(ids: Iterable[str], what: str) -> None:
    """Raise ``EvaluationError`` where an id has white space, which ends a column of a run file."""
    bad = next((own for own in ids if len(own.split()) != 1 or own != own.strip()), None)
    if bad is not None:
        raise EvaluationError(
            f"the {what} id {bad!r} has white space, which a TREC run file cannot hold; "
            "leave --run out"
        )


def write_run(run: Run, path: Path, tag: str = TAG) -> None:
    """Write a run file, compressed where its name ends in ``.gz``; the same bytes for the same run.

    Raises:
        EvaluationError: an id has white space.
        OSError: the file cannot be written.
    """
    require_writable_ids(run.found, "query")
    require_writable_ids((row.document for rows in run.found.values() for row in rows), "document")
    text = "".join(
        f"{query} Q0 {row.document} {rank} {row.score!r} {tag}\n"
        for query, rows in run.found.items()
        for rank, row in enumerate(rows, start=1)
    )
    data = text.encode()
    if path.name.endswith(".gz"):
        buffer = io.BytesIO()
        with gzip.GzipFile(fileobj=buffer, mode="wb", filename="", mtime=0) as handle:
            handle.write(data)
        data = buffer.getvalue()
    unfinished = path.with_name(f".{path.name}.part")
    try:
        unfinished.write_bytes(data)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def read_run(path: Path) -> Run:
    """Read a run file of any system, plain or gzip; tabs or blanks, lines in any order.

    Raises:
        EvaluationError: a line has another form, a document comes twice for a query, or the
            file is empty.
        CorpusError: the file cannot be opened.
    """
    found: dict[str, dict[str, float]] = {}
    for number, line in text_lines(path):
        cells = line.split()
        if len(cells) != _COLUMNS:
            raise EvaluationError(
                f"{path}: line {number} has {len(cells)} columns; a TREC run has six: query, Q0, "
                "document, rank, score, tag"
            )
        query, document = cells[0], cells[2]
        try:
            score = float(cells[4])
        except ValueError:
            score = math.nan
        if not math.isfinite(score):
            raise EvaluationError(
                f"{path}: line {number} has the score {cells[4]!r}; give a finite number"
            )
        if document in found.setdefault(query, {}):
            raise EvaluationError(
                f"{path}: line {number} gives document {document!r} for query {query!r} again; "
                "leave one of them"
            )
        found[query][document] = score
    if not found:
        raise EvaluationError(f"{path} holds no line of a run; check the file")
    return Run.of({query: list(rows.items()) for query, rows in found.items()})
