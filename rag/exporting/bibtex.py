r"""BibTeX, for LaTeX and for reference managers; UTF-8, the signs of LaTeX escaped.

The key of an article is its id (``pmid123``), so that it is the same in every file. Titles stand
in double braces: PubMed writes sentences, and a style would make small letters of DNA. A
retraction stands in ``note``, which styles print; quotes stand in ``annote``, which they do not
and which reference managers keep as a note. What BibTeX cannot hold is listed in docs/export.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.answering.references import pubmed_url
from rag.exporting.dates import MONTHS, date_parts
from rag.exporting.model import Document, Format
from rag.exporting.names import personal
from rag.exporting.records import UNTITLED, ReferenceRecord, links, literal, records, stated_types
from rag.types import Article, Author

_SIGNS = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "%": r"\%",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
}
_ESCAPED = re.compile("[" + re.escape("".join(_SIGNS)) + "]")
# pairs of signs that TeX sets as one: dashes, quotation marks
_LIGATURE = re.compile(r"(?<=-)(?=-)|(?<=`)(?=`)|(?<=')(?=')")
_NO_KEY = re.compile(r"[^A-Za-z0-9.]+")
_BROKEN = re.compile(r"[{}\\]")


def render(documents: Sequence[Document]) -> str:
    """Return the entries, an empty line between two."""
    used: set[str] = set()
    return "\n".join(_entry(record, _key(record.article, used)) for record in records(documents))


def _entry(record: ReferenceRecord, key: str) -> str:
    fields = [f"  {name} = {value}" for name, value in _fields(record)]
    return f"@{_type(record.article)}{{{key},\n" + ",\n".join(fields) + "\n}\n"


def _type(article: Article) -> str:
    if article.id.startswith("note:"):
        return "unpublished"
    is_article = article.journal or article.journal_abbreviation
    return "article" if is_article and not article.id.startswith("nct:") else "misc"


def _key(article: Article, used: set[str]) -> str:
    """The id without signs; a number behind it where two ids differ in signs alone."""
    stem = f"pmid{article.pmid}" if article.pmid else _NO_KEY.sub("-", article.id).strip("-")
    key, count = stem, 1
    while key.lower() in used:  # BibTeX compares keys without case
        count += 1
        key = f"{stem}-{count}"
    used.add(key.lower())
    return key


def _fields(record: ReferenceRecord) -> Iterator[tuple[str, str]]:
    article = record.article
    names = " and ".join(filter(None, map(_author, article.authors)))
    if names:
        yield "author", f"{{{names}}}"
    yield "title", f"{{{{{escaped(literal(article.title) or UNTITLED)}}}}}"
    journal = article.journal or article.journal_abbreviation
    yield from _texts(
        ("journal", literal(journal)),
        ("shortjournal", literal(article.journal_abbreviation)),
    )
    if article.year is not None:
        yield "year", f"{{{article.year}}}"
        parts = date_parts(article.publication_date, article.year)
        if parts.month:
            yield "month", MONTHS[parts.month - 1]
    yield from _texts(("volume", article.volume), ("number", article.issue), ("issn", article.issn))
    if article.pages:
        yield "pages", f"{{{re.sub('[-–]+', '--', _plainly(article.pages))}}}"
    for name, value in _identifiers(article):
        if value:
            yield name, f"{{{_BROKEN.sub('', value)}}}"
    yield from _texts(
        ("language", article.language.replace(",", "; ")),
        ("publication_type", "; ".join(stated_types(article))),
        ("keywords", "; ".join(k.replace(";", ",") for k in article.keywords)),
        ("note", _standing(article)),
    )
    if record.notes:
        yield "annote", "{" + "\n    ".join(map(escaped, record.notes)) + "}"


def _identifiers(article: Article) -> Iterator[tuple[str, str]]:
    """Fields that packages read verbatim; nothing in them is escaped."""
    yield "doi", article.doi
    yield "pmid", article.pmid
    yield "pmcid", article.pmcid
    if article.id.startswith("nct:"):
        yield "eprint", article.id.removeprefix("nct:")
        yield "eprinttype", "clinicaltrials"
    yield "url", pubmed_url(article)


def _texts(*fields: tuple[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in fields:
        if value:
            yield name, f"{{{escaped(value)}}}"


def _standing(article: Article) -> str:
    said = " ".join(link if link.endswith((".", ":")) else f"{link}." for link in links(article))
    return f"RETRACTED. {said}".strip() if article.status == "retracted" else said


def escaped(text: str) -> str:
    """Return the text as LaTeX sets it: signs escaped, dashes and quotation marks as they are."""
    parted = _LIGATURE.sub("\x00", text)
    return _ESCAPED.sub(lambda m: _SIGNS[m[0]], parted).replace("\x00", "{}")


def _plainly(text: str) -> str:
    return _ESCAPED.sub(lambda m: _SIGNS[m[0]], text)


def _author(author: Author) -> str:
    name = personal(author)
    if name is None:
        whole = author.collective or author.name
        return f"{{{escaped(whole)}}}" if whole else ""
    parts = (name.last, name.suffix, name.given)
    return ", ".join(escaped(_BROKEN.sub("", part)) for part in parts if part)


FORMAT = Format(".bib", "BibTeX, for LaTeX and reference managers", render)
