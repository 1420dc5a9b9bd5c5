"""Europe PMC's search results as JSON: ``resultType=core`` or ``lite``, or results one a line.

Headings in an abstract (``<h4>``) become labels; other markup goes and entities are decoded.
A preprint is known by its DOI. Not read: affiliations, grants, chemicals and full texts. ``lite``
results have no abstract.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from rag.corpus.bad_record import BadRecord
from rag.corpus.fields import author_from_name, iso_date, one_line, unique, year_in
from rag.corpus.identity import article_id, clean_doi, clean_pmid
from rag.corpus.jats_parts import publication_types
from rag.corpus.json_records import Table, at, items, raw, read_records, text, texts
from rag.corpus.languages import medline_language
from rag.corpus.medline_fields import RELATIONS
from rag.corpus.scripts import scripts_in_markup
from rag.corpus.status import status_of
from rag.corpus.streams import Stream
from rag.types import Article, Author, MeshHeading, MeshQualifier, Record, Relation, Section, Source

_PATHS = (("resultList", "result"),)
_SNIFF = re.compile(rb'"resultList"\s*:\s*\{|"(?:abstractText|authorString|pubYear)"\s*:')
_KEYS = re.compile(rb'"(?:hitCount|source|pmid|title)"\s*:')
# names of HTML, JATS and MathML that abstracts hold; "<b and" in a formula is no tag
_NAME = (
    r"(?:h[1-6]|p|br|i|b|u|em|strong|sub|sup|div|span|[uo]l|li|a|small|title|sec|bold|italic"
    r"|underline|list|list-item|abstract|inline-formula|jats:[\w-]+|mml:[a-z]+|math|m(?:i|n|o|row"
    r"|text|su[bp]|subsup|frac|sqrt|over|under|fenced|style|space))"
)
_ATTRIBUTES = r"""(?:\s+[\w:-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>]+))*\s*"""
_TAG = re.compile(rf"</?({_NAME}){_ATTRIBUTES}/?>", re.IGNORECASE)
_HEADING = re.compile(rf"<h4{_ATTRIBUTES}>([^<]*(?:<(?!/?h4)[^<]*)*)</h4\s*>", re.IGNORECASE)
_IN_LINE = re.compile(r"i|b|u|em|strong|su[bp]|span|a|small|bold|italic|(?:mml:|m).+", re.I)
_KINDS = {kind.casefold(): kind for kind in RELATIONS.values()} | {
    "preprintin": "UpdateOf",  # the article is the later text, and the preprint is found there
    "preprintof": "UpdateIn",
}
_FULL_NAME = re.compile(r"[,;]\s*")


def sniff(head: bytes) -> bool:
    """True where ``head`` starts with the keys of a search result."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return start in (b"{", b"[") and bool(_SNIFF.search(head)) and bool(_KEYS.search(head))


def read(stream: Stream, file: str, skip: int = 0) -> Iterator[Record]:
    """Yield the results of a Europe PMC JSON stream in file order.

    Args:
        stream: the decompressed content.
        file: the file's name, for ``Source``.
        skip: leading records that are counted but neither parsed nor yielded.
    """
    return read_records(stream, file, skip, _PATHS, _article)


def _article(result: Table, source: Source) -> Article:
    title = plain_text(raw(result, "title"))
    sections = abstract_sections(raw(result, "abstractText"))
    if not title and not sections:
        raise BadRecord("result has neither title nor text")
    origin, own = text(result, "source"), text(result, "id")
    pmid = clean_pmid(text(result, "pmid") or (own if origin == "MED" else ""))
    doi = clean_doi(text(result, "doi"))
    journal = at(result, "journalInfo")
    date = text(journal, "dateOfPublication") or text(result, "firstPublicationDate")
    date = date or text(result, "pubYear")
    year = year_in(text(result, "pubYear")) or year_in(date)
    types = _types(result)
    if origin == "PPR" and "preprint" not in map(str.casefold, types):
        types = (*types, "Preprint")
    links = _relations(result)
    return Article(
        id=f"id:{own}"
        if own and not pmid and not doi
        else article_id(pmid, doi, title or sections[0].text, year),
        title=title,
        sections=sections,
        journal=text(journal, "journal", "title") or text(result, "journalTitle"),
        journal_abbreviation=text(journal, "journal", "medlineAbbreviation")
        or text(journal, "journal", "isoabbreviation"),
        year=year,
        publication_date=date,
        volume=text(journal, "volume") or text(result, "journalVolume"),
        issue=text(journal, "issue") or text(result, "issue"),
        pages=text(result, "pageInfo"),
        authors=_authors(result),
        doi=doi,
        pmcid=text(result, "pmcid"),
        mesh=_mesh(result),
        publication_types=types,
        language=medline_language(text(result, "language")),
        keywords=unique([plain_text(word) for word in texts(result, "keywordList", "keyword")]),
        copyright=text(result, "license"),
        relations=links,
        status=status_of(types, links, title),
        revised=iso_date(*[*text(result, "dateOfRevision")[:10].split("-"), "", ""][:3]),
        source=source,
    )


def plain_text(markup: str) -> str:
    """Return the text of HTML on one line: tags go, entities are decoded."""
    return one_line(html.unescape(_TAG.sub(_gap, scripts_in_markup(markup))))


def abstract_sections(markup: str) -> tuple[Section, ...]:
    """Split an abstract at its ``<h4>`` headings; what stands before them has no label."""
    found = []
    label, start = "", 0
    for heading in (*_HEADING.finditer(markup), None):
        words = plain_text(markup[start : heading.start() if heading else len(markup)])
        if words:
            found.append(Section(words, label))
        elif label:  # a heading without a text under it is a text itself
            found.append(Section(label))
        if heading is not None:
            label, start = plain_text(heading[1]).rstrip(": "), heading.end()
    return tuple(found)


def _gap(tag: re.Match[str]) -> str:
    return "" if _IN_LINE.fullmatch(tag[1]) else " "


def _types(result: Table) -> tuple[str, ...]:
    stated = texts(result, "pubTypeList", "pubType") or text(result, "pubType").split(";")
    found: list[str] = []
    for name in (one_line(name) for name in stated):
        found += publication_types(name, ()) or (name,)
    by_fold = {name.casefold(): name for name in reversed(found)}
    return unique([by_fold[name.casefold()] for name in found])


def _authors(result: Table) -> tuple[Author, ...]:
    found = []
    for author in items(result, "authorList", "author"):
        group = text(author, "collectiveName")
        last, fore = text(author, "lastName"), text(author, "firstName")
        if group:
            found.append(Author(collective=group))
        elif last:
            found.append(Author(last, fore, text(author, "initials")))
        elif text(author, "fullName"):
            found.append(author_from_name(text(author, "fullName")))
    if not found:
        names = _FULL_NAME.split(text(result, "authorString").removesuffix("."))
        found = [author_from_name(name) for name in names if name]
    return tuple(found)


def _mesh(result: Table) -> tuple[MeshHeading, ...]:
    found = []
    for heading in items(result, "meshHeadingList", "meshHeading"):
        qualifiers = [
            MeshQualifier(text(q, "qualifierName"), text(q, "majorTopic_YN") == "Y")
            for q in items(heading, "meshQualifierList", "meshQualifier")
            if text(q, "qualifierName")
        ]
        name = text(heading, "descriptorName")
        if name:
            major = text(heading, "majorTopic_YN") == "Y"
            found.append(MeshHeading(name, "", major, tuple(qualifiers)))
    return tuple(found)


def _relations(result: Table) -> tuple[Relation, ...]:
    """Comments, corrections, retractions and updates; other kinds (citations) are left out."""
    found = []
    for link in items(result, "commentCorrectionList", "commentCorrection"):
        kind = _KINDS.get("".join(text(link, "type").split()).casefold(), "")
        own = text(link, "id")
        pmid = clean_pmid(own) if text(link, "source") in ("MED", "") else ""
        citation = text(link, "reference") or ("" if pmid else own)
        if kind:
            found.append(Relation(kind, f"pmid:{pmid}" if pmid else "", citation))
    return tuple(found)
