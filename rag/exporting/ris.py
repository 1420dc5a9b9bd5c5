"""RIS, the tagged text that EndNote, Zotero, Mendeley and databases exchange.

Tags are those that Zotero's and EndNote's importers and ``rag.corpus.ris`` read alike: the PMID
in ``AN`` with ``DB`` PubMed, the PMC id in ``C2`` (EndNote's place for it), publication types in
one ``M3`` (several lines would become several notes), quotes and retractions in ``N1``.
The title stays the journal's: a retraction is said in ``M3`` and ``N1``, not before the title.
What RIS cannot hold is listed in docs/export.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.answering.references import pubmed_url
from rag.exporting.dates import date_parts
from rag.exporting.model import Document, Format
from rag.exporting.names import personal
from rag.exporting.records import (
    UNTITLED,
    ReferenceRecord,
    links,
    literal,
    records,
    standing_note,
    stated_types,
)
from rag.types import Article, Author


def render(documents: Sequence[Document]) -> str:
    """Return the records, an empty line between two."""
    return "\n".join(
        "".join(f"{tag}  - {value}".rstrip() + "\n" for tag, value in _fields(record))
        for record in records(documents)
    )


def _fields(record: ReferenceRecord) -> Iterator[tuple[str, str]]:
    article = record.article
    yield "TY", _type(article)
    for field, value in _stated(article):
        if value:
            yield field, value
    warning = standing_note(article)
    for note in ([warning] if warning else []) + links(article) + list(record.notes):
        yield "N1", note
    yield "ER", ""


def _type(article: Article) -> str:
    if article.id.startswith("note:"):
        return "UNPB"
    if article.id.startswith("nct:"):
        return "DBASE"
    return "JOUR" if article.journal or article.journal_abbreviation else "GEN"


def _stated(article: Article) -> Iterator[tuple[str, str]]:
    for author in article.authors:
        yield "AU", _author(author)
    yield "TI", literal(article.title) or UNTITLED
    journal = article.journal or article.journal_abbreviation
    yield "T2", literal(journal)
    yield "JA", literal(article.journal_abbreviation)
    if article.year is not None:
        yield "PY", str(article.year)
        parts = date_parts(article.publication_date, article.year)
        if parts.month:
            day = f"{parts.day:02d}" if parts.day else ""
            yield "DA", f"{article.year}/{parts.month:02d}/{day}"
    yield "VL", article.volume
    yield "IS", article.issue
    first, last = _pages(article.pages)
    yield "SP", first
    yield "EP", last
    yield "SN", article.issn
    yield "DO", article.doi
    yield from _identifiers(article)
    yield "C2", article.pmcid
    yield "M3", "; ".join(stated_types(article))
    for keyword in article.keywords:
        yield "KW", keyword
    yield "LA", article.language.replace(",", "; ")
    yield "UR", pubmed_url(article)


def _identifiers(article: Article) -> Iterator[tuple[str, str]]:
    if article.pmid:
        yield "DB", "PubMed"
        yield "AN", article.pmid
    elif article.id.startswith("nct:"):
        yield "DB", "ClinicalTrials.gov"
        yield "AN", article.id.removeprefix("nct:")
    elif article.id.startswith(("note:", "id:")):
        yield "AN", article.id


def _author(author: Author) -> str:
    name = personal(author)
    if name is None:
        # EndNote's mark of a name that is no person's; a semicolon would part two names
        whole = author.collective or author.name
        return f"{whole.replace(';', ',').rstrip(', ')}," if whole else ""
    return ", ".join(filter(None, (name.last, name.given, name.suffix))).replace(";", " ")


def _pages(pages: str) -> tuple[str, str]:
    """First and last page as PubMed states them (``123``, ``9`` for 123-9), or all in the first."""
    first, dash, last = pages.partition("-")
    simple = dash and first and last and first != last
    if simple and not any(sign in pages for sign in ",; ") and "-" not in last:
        return first, last
    return pages, ""


FORMAT = Format(".ris", "RIS, for EndNote, Zotero and Mendeley", render)
