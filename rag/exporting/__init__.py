"""Answers and searches for other programs: RIS, BibTeX, NLM reference lists, Markdown.

    reading = read_documents(Path("answer.json").read_bytes(), "answer.json")
    text = render(reading.documents, "ris")

What is read is the JSON that ``medlit ask --json`` and ``medlit search --json`` print, so that
an answer can be exported long after it was given. A new format is one file and one line in
``FORMATS``. Nothing here prints, and no abstract is exported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.errors import ExportError, UsageError
from rag.exporting import bibtex, markdown, nlm, ris
from rag.exporting.model import Document, Format
from rag.exporting.reading import Reading, document_from_dict, read_documents
from rag.exporting.writing import write_text

__all__ = [
    "FORMATS",
    "Document",
    "Format",
    "Reading",
    "document_from_dict",
    "known_format",
    "read_documents",
    "render",
    "write_text",
]

FORMATS: Mapping[str, Format] = {
    "ris": ris.FORMAT,
    "bibtex": bibtex.FORMAT,
    "nlm": nlm.FORMAT,
    "markdown": markdown.FORMAT,
}
"""Name for ``--format`` → the format."""


def known_format(name: str) -> Format:
    """Return the format of a name.

    Raises:
        UsageError: there is none of that name.
    """
    try:
        return FORMATS[name]
    except KeyError:
        raise UsageError(
            f"there is no format {name!r}; --format takes {', '.join(FORMATS)}"
        ) from None


def render(documents: Sequence[Document], name: str) -> str:
    """Return the text of documents in a format; the same text for the same documents.

    Raises:
        UsageError: there is no such format.
        ExportError: no document has a reference, and the format holds nothing else.
    """
    format = known_format(name)
    if format.needs_references and not any(d.references for d in documents):
        raise ExportError(
            f"there is no reference to export as {name}; the question found no article"
        )
    return format.render(documents)
