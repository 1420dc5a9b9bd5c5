"""JATS and NLM journal XML: an article of PubMed Central, or a set of them.

One ``<article>`` a file, files joined with ``cat``, ``<pmc-articleset>`` as ``efetch`` writes it
and OAI-PMH lists. The abstract becomes ``sections`` and the text ``body``; how the text is read
says ``jats_text``. Not read: affiliations, funding, histories, the reference list and other
back matter, the cells of tables, and sub-articles such as reviewers' reports.

An article is the bytes from ``<article`` to ``</article>``; entities of a document type (old
publishers' files may use ``&nbsp;``) are not known here and make a reject.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from rag.corpus.bad_record import BadRecord
from rag.corpus.identity import article_id
from rag.corpus.jats_parts import (
    XML_LANG,
    abstracts,
    authors,
    copyright_of,
    ids,
    keywords,
    pages,
    publication_date,
    publication_types,
    relations,
)
from rag.corpus.jats_text import body_sections, joined, text_of
from rag.corpus.languages import medline_language
from rag.corpus.status import status_of
from rag.corpus.streams import Stream
from rag.corpus.xml_records import read_records
from rag.corpus.xml_split import Tags
from rag.types import Article, Record, Section, Source

_TAGS = Tags(
    "article",
    around=(
        "pmc-articleset",
        "OAI-PMH",
        "ListRecords",
        "GetRecord",
        "record",
        "header",
        "metadata",
        "articles",
    ),
    passed=("responseDate", "request", "identifier", "datestamp", "setSpec", "resumptionToken"),
)
_ROOT = re.compile(rb"<(?:(pmc-articleset)|article)[\s>]")
# what tells it from a page of HTML, which may have articles too
_SIGNS = re.compile(rb"<front[\s>]|<article-meta[\s>]|\barticle-type\s*=|\bdtd-version\s*=")


def sniff(head: bytes) -> bool:
    """True where ``head`` starts like JATS XML."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    found = _ROOT.search(text) if text.startswith(b"<") else None
    return found is not None and bool(found[1] or _SIGNS.search(text))


def read(stream: Stream, file: str, skip: int = 0) -> Iterator[Record]:
    """Yield the articles of a JATS stream in file order.

    Args:
        stream: the decompressed content.
        file: the file's name, for ``Source``.
        skip: leading records that are counted but neither parsed nor yielded.

    Raises:
        CorpusError: the file declares an encoding that cannot be read.
    """
    return read_records(stream, file, skip, _TAGS, _article)


def _article(root: etree._Element, source: Source) -> Article:
    front = root.find("front")
    meta = front.find("article-meta") if front is not None else root.find("front-stub")
    if meta is None:
        raise BadRecord("article has no article-meta")
    journal = front.find("journal-meta") if front is not None else None
    language = medline_language(root.get(XML_LANG) or "en")  # the document type's default
    title, other = _titles(meta, language)
    text = abstracts(meta)
    body = _body(root)
    if not title and not text and not body:
        raise BadRecord("record has neither title nor text")
    if not text:  # sections are the whole text of a source without an abstract
        text, body = body, ()
    pmid, doi, pmcid = ids(meta)
    date, year = publication_date(meta)
    types = publication_types(
        root.get("article-type", ""),
        [text_of(e) for e in meta.iterfind("article-categories//subject")],
    )
    links = relations(meta)
    name, short_name = _journal(journal)
    return Article(
        id=f"id:{pmcid}"
        if pmcid and not pmid and not doi
        else article_id(pmid, doi, title or text[0].text, year),
        title=title,
        sections=text,
        body=body,
        journal=name,
        journal_abbreviation=short_name,
        year=year,
        publication_date=date,
        volume=text_of(meta.find("volume")),
        issue=text_of(meta.find("issue")),
        pages=pages(meta),
        authors=authors(meta),
        doi=doi,
        pmcid=pmcid,
        publication_types=types,
        language=language,
        keywords=keywords(meta),
        copyright=copyright_of(meta),
        vernacular_title=other,
        relations=links,
        status=status_of(types, links, title),
        source=source,
    )


def _body(root: etree._Element) -> tuple[Section, ...]:
    return tuple(
        section
        for place in (root.find("body"), root.find("floats-group"), root.find("floats-wrap"))
        if place is not None
        for section in body_sections(place)
    )


def _titles(meta: etree._Element, language: str) -> tuple[str, str]:
    """The title with its subtitle, and the title in the other language.

    As in PubMed the English one goes first, where there is one.
    """
    group = meta.find("title-group")
    if group is None:
        return "", ""
    own = _title(group, "article-title", "subtitle")
    translated: dict[str, str] = {}
    for place in (*group.iterchildren("trans-title-group"), group):
        for element in place.iterchildren("trans-title"):
            code = medline_language(element.get(XML_LANG) or place.get(XML_LANG) or "")
            translated.setdefault(code, _title(place, "trans-title", "trans-subtitle"))
    english = translated.get("eng", "")
    if english and language != "eng":
        return english, own
    return own, next(iter(translated.values()), "")


def _title(group: etree._Element, tag: str, sub: str) -> str:
    title = text_of(group.find(tag))
    below = joined(map(text_of, group.iterchildren(sub)))
    if not title or not below:
        return title or below
    return f"{title} {below}" if title.endswith((":", "?", "!", ".")) else f"{title}: {below}"


def _journal(journal: etree._Element | None) -> tuple[str, str]:
    if journal is None:
        return "", ""
    name = journal.find("journal-title-group/journal-title")
    if name is None:
        name = journal.find("journal-title")
    stated = {e.get("journal-id-type", ""): text_of(e) for e in journal.iterchildren("journal-id")}
    short = journal.find("journal-title-group/abbrev-journal-title")
    if short is None:
        short = journal.find("abbrev-journal-title")
    return text_of(name), stated.get("nlm-ta") or stated.get("iso-abbrev") or text_of(short)
