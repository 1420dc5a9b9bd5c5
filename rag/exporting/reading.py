"""From the JSON of ``ask --json`` and ``search --json`` to documents.

Read are one object, a list of them, or JSON lines (``ask --questions``). A line of a question
that failed is counted and passed over. What older versions did not write is left empty.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from rag.errors import ExportError
from rag.exporting.articles import reference
from rag.exporting.model import Against, Document
from rag.exporting.rows import Row
from rag.types import AnswerStatus, Citation, Statement, Verdict

_VERDICTS: tuple[Verdict, ...] = ("supports", "contradicts", "unclear")
_STATUSES: tuple[AnswerStatus, ...] = ("answered", "insufficient_evidence")
_MADE = "give what `medlit ask --json` or `medlit search --json` printed"


@dataclass(frozen=True, slots=True)
class Reading:
    """The documents of a file, and how many of its lines tell of a question that failed."""

    documents: tuple[Document, ...]
    failed: int = 0


def read_documents(data: bytes | str, name: str) -> Reading:
    """Read what medlit printed.

    Args:
        data: the file's content; bytes are UTF-8, or UTF-16 as some shells redirect to.
        name: of the file, for messages.

    Raises:
        ExportError: it is no JSON, or other JSON than medlit's.
    """
    values = _values(data if isinstance(data, str) else _text(data, name), name)
    if not values:
        raise ExportError(f"{name} holds no answer; {_MADE}")
    documents: list[Document] = []
    failed = 0
    for number, value in enumerate(values, start=1):
        where = name if len(values) == 1 else f"{name}, answer {number}"
        inner = value.get("answer") if isinstance(value, dict) else None
        row = Row(inner if isinstance(inner, dict) else value, where)
        if row.has("error") and not row.has("references"):
            failed += 1
        else:
            documents.append(document_of(row))
    return Reading(tuple(documents), failed)


def document_from_dict(value: dict[str, Any]) -> Document:
    """Return the document of one answer or one search, as ``--json`` holds it.

    Raises:
        ExportError: it is neither.
    """
    return document_of(Row(value, "the answer"))


def document_of(row: Row) -> Document:
    """Return the document of one object; see ``document_from_dict``."""
    if row.has("hits"):
        hits = row.rows("hits")
        return Document(
            kind="search",
            question=row.text("query"),
            references=tuple(reference(hit, n) for n, hit in enumerate(hits, start=1)),
            passages=tuple(hit.text("passage") for hit in hits),
        )
    if not (row.has("references") and row.has("statements")):
        raise ExportError(f"{row.where} is no answer and no search of medlit; {_MADE}")
    status = row.one_of("status", _STATUSES, "answered")
    statements = tuple(
        Statement(s.text("text"), _citations(s.rows("citations")), s.text("lead"))
        for s in row.rows("statements")
    )
    conflicts = tuple(
        Against(c.number("statement") or 0, _citations([c.row("citation")])[0], c.text("said"))
        for c in row.rows("conflicts")
    )
    return Document(
        kind="abstention" if status == "insufficient_evidence" else "answer",
        question=row.text("question"),
        references=tuple(reference(r, n) for n, r in enumerate(row.rows("references"), start=1)),
        statements=statements,
        conflicts=conflicts,
        red_flags=row.texts("red_flags"),
        answer_kind=row.text("kind"),
        direct=row.text("direct"),
        direct_statements=row.numbers("direct_statements"),
        read_as=row.text("read_as"),
        provenance=_provenance(row.row("provenance")),
    )


def _citations(rows: Sequence[Row]) -> tuple[Citation, ...]:
    return tuple(
        Citation(
            n=row.number("n") or 0,
            article_id=row.text("id"),
            passage_id=row.number("passage_id") or 0,
            quote=row.text("quote"),
            start=row.number("start") or 0,
            end=row.number("end") or 0,
            verdict=row.one_of("verdict", _VERDICTS, "unclear"),
            score=row.real("score"),
        )
        for row in rows
    )


def _provenance(row: Row) -> str:
    """Index (its name, not where it lies), models and version."""
    index = PurePath(row.text("index")).name
    generation = row.number("generation")
    parts = [
        f"index {index}" + (f" (generation {generation})" if generation is not None else "")
        if index
        else ""
    ]
    parts += [f"{what} {row.text(what)}" for what in ("embedder", "generator") if row.text(what)]
    parts += [f"verifier {row.text('verifier')}" if row.text("verifier") else ""]
    if row.text("sent_to"):
        left = row.number("identifiers_replaced") or 0
        parts.append(f"question sent to {row.text('sent_to')} with {left} identifiers replaced")
    version = row.text("medlit_version")
    return "; ".join(filter(None, [f"medlit {version}" if version else "", *parts]))


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode(json.detect_encoding(data)).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise ExportError(f"{name} is not text in UTF-8; {_MADE}") from error


def _values(text: str, name: str) -> list[Any]:
    """The objects of the file: of one document, of a list, or one a line."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        whole = error
    else:
        return value if isinstance(value, list) else [value]
    # a line feed alone ends a line: JSON may hold the other separators of lines in its texts
    lines = [(n, line) for n, line in enumerate(text.split("\n"), start=1) if line.strip()]
    values: list[Any] = []
    for number, line in lines:
        try:
            values.append(json.loads(line))
        except (ValueError, RecursionError) as error:
            if not values:
                raise ExportError(f"{name} is not JSON; {_MADE}") from whole
            last = "; it was cut: run the same `medlit ask --questions` again to complete it"
            raise ExportError(
                f"{name}: line {number} is not JSON{last if number == lines[-1][0] else ''}"
            ) from error
    if not values:
        raise ExportError(f"{name} is empty; {_MADE}")
    return values
