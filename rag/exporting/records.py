"""One record an article for reference managers, with notes of what it was cited for.

An article that several answers cite becomes one record: a reference manager would otherwise
keep it twice. What bears on whether the article still stands is said in PubMed's words, which
``rag.corpus.stated_links`` reads again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.answering.references import standing, status_mark
from rag.corpus.citation_fields import plain
from rag.corpus.stated_links import LINK_WORDS
from rag.corpus.status import status_of
from rag.exporting.model import Document
from rag.types import Article, Citation, citation_marks

NOTE_MARK = "medlit: "
"""What each note of medlit's own begins with; readers take no identifier from such a note."""
UNTITLED = "[Not Available]."
"""What PubMed prints for an article without a title. Readers of references, medlit's own among
them, refuse a record that has neither title nor abstract."""
_SAID = {"supports": "supports", "contradicts": "contradicts", "unclear": "stands beside"}


@dataclass(frozen=True, slots=True)
class ReferenceRecord:
    """An article and the notes on it, each on one line, in the order of the documents."""

    article: Article
    notes: tuple[str, ...]


def records(documents: Sequence[Document]) -> list[ReferenceRecord]:
    """Return a record for each article of the documents' references, in order; each once."""
    articles: dict[str, Article] = {}
    notes: dict[str, list[str]] = {}
    for document in documents:
        for place, reference in enumerate(document.references):
            key = reference.article.id
            articles.setdefault(key, reference.article)
            said = notes.setdefault(key, [])
            said.append(_why(document, place, reference.n))
            said += _quotes(document, key)
    return [
        ReferenceRecord(article, tuple(dict.fromkeys(NOTE_MARK + note for note in notes[key])))
        for key, article in articles.items()
    ]


def _why(document: Document, place: int, number: int) -> str:
    if document.kind == "search":
        found = f"found for “{document.question}”, rank {number}"
        passage = document.passages[place] if place < len(document.passages) else ""
        return f"{found}: “{passage}”" if passage else found
    if document.kind == "abstention":
        return f"among the closest articles; the index does not answer “{document.question}”"
    cited = citation_marks([number], document.references)
    return f"cited as {cited} in the answer to “{document.question}”"


def _quotes(document: Document, key: str) -> Iterator[str]:
    for number, statement in enumerate(document.statements, start=1):
        for citation in statement.citations:
            if citation.article_id == key:
                yield quote_note(citation, number, statement.text)
    for conflict in document.conflicts:
        if conflict.citation.article_id == key:
            place = conflict.statement
            known = 0 <= place < len(document.statements)
            text = document.statements[place].text if known else ""
            yield quote_note(conflict.citation, place + 1, text)


def quote_note(citation: Citation, number: int, text: str) -> str:
    """Return what a quote does to a statement: ``supports statement 2, “…”: “…”``.

    The statement itself is left out where it is the quote.
    """
    shown = f", “{text}”" if text and text.rstrip(".") != citation.quote.rstrip(".") else ""
    return f"{_SAID[citation.verdict]} statement {number}{shown}: “{citation.quote}”"


def links(article: Article) -> list[str]:
    """Return what stands against an article, or what it says of another, in PubMed's words.

    Each as ``Retraction in: J Tests. 2021;3:4. PMID: 5``, the gravest first.
    """
    said = []
    for relation in standing(article):
        kind, _, number = relation.target.partition(":")
        target = f"PMID: {number}" if kind == "pmid" else relation.target
        citation = relation.citation.strip()
        if citation and target and not citation.endswith((".", "?", "!")):
            citation += "."
        words = LINK_WORDS[relation.kind]
        said.append(f"{words}: {' '.join(filter(None, (citation, target)))}".strip())
    if article.status == "concern" and not any(s.startswith("Expression of c") for s in said):
        said.append("Expression of concern in:")
    return list(dict.fromkeys(said))


def standing_note(article: Article) -> str:
    """Return the warning that belongs beside the reference in words, or an empty string."""
    mark = status_mark(article)
    return f"{NOTE_MARK}{mark}" if mark else ""


def stated_types(article: Article) -> tuple[str, ...]:
    """Return the publication types, with the one that says an article is retracted or a notice.

    An index may know that from a link alone, which a reference manager does not keep.
    """
    said = status_of(article.publication_types, article.relations)
    missing = {"retracted": "Retracted Publication", "notice": "Retraction of Publication"}
    if article.status in missing and said != article.status:
        return (*article.publication_types, missing[article.status])
    return article.publication_types


def literal(text: str) -> str:
    """Return the text so that readers of markup and entities see the characters as they are.

    Reference managers take ``<i>`` in a title as italics and ``&lt;`` as a sign. Only a text
    in which something would be taken so is changed.
    """
    if plain(text) == text:
        return text
    return text.replace("&", "&amp;").replace("<", "&lt;")
