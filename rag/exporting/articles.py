"""The article behind a reference or a hit of the JSON: what a reference list needs of it."""

from __future__ import annotations

from rag.corpus.citation_fields import author
from rag.errors import ExportError
from rag.exporting.rows import Row
from rag.types import Article, Author, Reference, Relation, Status

_STATUSES: tuple[Status, ...] = ("current", "retracted", "notice", "concern")


def reference(row: Row, place: int) -> Reference:
    """Return a reference under its own number, or under its place in the list, from 1.

    The article has no abstract, no headings and no source: JSON does not tell them.
    """
    number = row.number("n") or row.number("rank") or place
    return Reference(number, _article(row), row.number("evidence_level"))


def _article(row: Row) -> Article:
    facts = row.row("bibliography")
    if not row.text("id"):
        raise ExportError(f"{row.where} has no id; was the file changed by hand?")
    return Article(
        id=row.text("id"),
        title=row.text("title"),
        journal=facts.text("journal") or row.text("journal"),
        journal_abbreviation=facts.text("journal_abbreviation"),
        issn=facts.text("issn"),
        year=row.number("year"),
        publication_date=facts.text("publication_date"),
        volume=facts.text("volume"),
        issue=facts.text("issue"),
        pages=facts.text("pages"),
        authors=_authors(row, facts),
        doi=facts.text("doi") or row.text("doi"),
        pmcid=facts.text("pmcid"),
        publication_types=facts.texts("publication_types"),
        language=facts.text("language"),
        keywords=facts.texts("keywords"),
        relations=tuple(
            Relation(notice.text("kind"), notice.text("id"), notice.text("citation"))
            for notice in row.rows("notices")
        ),
        status=row.one_of("status", _STATUSES, "current"),
        subject=facts.text("subject"),
        encounter=facts.text("encounter"),
    )


def _authors(row: Row, facts: Row) -> tuple[Author, ...]:
    if not facts.has("authors"):  # of a version that wrote names alone
        return tuple(one for one in map(author, row.texts("authors")) if one is not None)
    return tuple(
        Author(a.text("last"), a.text("fore"), a.text("initials"), a.text("collective"))
        for a in facts.rows("authors")
    )
