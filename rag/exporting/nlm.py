"""A numbered reference list in NLM style (*Citing Medicine*), as plain text.

Retractions, corrections and expressions of concern follow the reference in PubMed's words, as
*Citing Medicine* asks (chapter 1, "Retractions", "Errata"). Quotes and statements are not in it.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.answering.references import nlm_reference, status_mark
from rag.exporting.model import Document, Format
from rag.exporting.records import links
from rag.types import Article

NOT_ANSWERED = "The literature in this index does not answer this question well enough."


def render(documents: Sequence[Document]) -> str:
    """Return one list a document, each under its question where it isn't a single answer."""
    alone = len(documents) == 1 and documents[0].kind == "answer"
    return "\n".join(_list(document, heading=not alone) for document in documents)


def _list(document: Document, heading: bool) -> str:
    lines = [document.question, ""] if heading else []
    if document.kind == "abstention":
        closest = " The closest articles:" if document.references else ""
        lines += [f"{NOT_ANSWERED}{closest}", ""]
    lines += [f"{r.n}. {full_reference(r.article)}" for r in document.references]
    return "\n".join(lines).rstrip("\n") + "\n"


def full_reference(article: Article) -> str:
    """Return the reference with its retraction mark and notices behind it."""
    return " ".join(filter(None, (nlm_reference(article), status_mark(article), notices(article))))


def notices(article: Article) -> str:
    """Return the notices on an article as sentences, or an empty string."""
    said = [link for link in links(article) if not link.endswith(":")]
    return " ".join(link if link.endswith((".", "?", "!")) else f"{link}." for link in said)


FORMAT = Format(".txt", "a numbered reference list in NLM style", render)
