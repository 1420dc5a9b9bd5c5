"""What is exported: an answer or the hits of a search, as ``--json`` wrote them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.types import Citation, Reference, Statement

DocumentKind = Literal["answer", "abstention", "search"]


@dataclass(frozen=True, slots=True)
class Against:
    """A quote that stands against the statement at index ``statement``.

    ``said`` is the sentence in which the answer tells of it, where it does.
    """

    statement: int
    citation: Citation
    said: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One answer, one abstention with the closest articles, or one search with its hits.

    Every text is on one line and free of control characters.

    Attributes:
        kind: an abstention has references, and no statement.
        question: as it was asked; the query of a search.
        references: the articles, under the numbers that the text cites them by.
        statements: what the answer says, in order.
        conflicts: what stands against a statement.
        red_flags: warnings that come before the answer.
        answer_kind: what was asked for (``yesno``, ``list`` …), where the answer says so.
        direct: the direct answer before the statements, where there is one.
        direct_statements: indices of the statements that carry it.
        passages: for a search, the passage found in each of ``references``; else empty.
        read_as: the English of a question in another language, where it was read so.
        provenance: what made the answer, in one line; empty for a search.
    """

    kind: DocumentKind
    question: str
    references: tuple[Reference, ...]
    statements: tuple[Statement, ...] = ()
    conflicts: tuple[Against, ...] = ()
    red_flags: tuple[str, ...] = ()
    answer_kind: str = ""
    direct: str = ""
    direct_statements: tuple[int, ...] = ()
    passages: tuple[str, ...] = ()
    read_as: str = ""
    provenance: str = ""


@dataclass(frozen=True, slots=True)
class Format:
    """An output format.

    Attributes:
        suffix: of a file's name, with the dot.
        title: what it is, for readers of a help text.
        render: makes the text of documents; it ends with a line feed.
        needs_references: whether documents without any reference have nothing to write.
    """

    suffix: str
    title: str
    render: Callable[[Sequence[Document]], str]
    needs_references: bool = True
