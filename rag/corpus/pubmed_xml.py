"""PubMed XML: baseline and update files, ``efetch`` results, NLM Bookshelf records.

``pubmed_split`` cuts the stream into records and lxml parses one record at a time, without a
document type, entities or network. What a record states is kept as stated: brackets around a
translated title stay, names and dates keep NLM's form. Not read: affiliations, grants,
reference lists, and the section headings of a book (titles without a text).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from lxml import etree

from rag.corpus.bad_record import BadRecord
from rag.corpus.bounds import XML, check
from rag.corpus.fields import iso_date, reject, unique
from rag.corpus.identity import article_id, clean_doi, clean_pmid
from rag.corpus.inline_text import inline_text
from rag.corpus.pubmed_parts import (
    authors,
    children,
    mesh,
    other_sections,
    publication_date,
    relations,
    sections,
    substances,
    text_of,
)
from rag.corpus.pubmed_split import SNIFF, Piece, split
from rag.corpus.status import status_of
from rag.corpus.streams import Stream
from rag.corpus.xml_records import UTF8, readable_encoding
from rag.types import Article, Deletion, Record, Section, Source

# undeclared prefixes are errors, and a record may use those that its file's root declared
_OPEN = (
    b'<r xmlns:mml="http://www.w3.org/1998/Math/MathML" xmlns:xlink="http://www.w3.org/1999/xlink">'
)
_CLOSE = b"</r>"
_DELETIONS = {"DeleteCitation", "DeleteDocument"}


class PubMedPart(NamedTuple):
    """A piece of a file: its encoding, the file's name, the number of its first record.

    Of its records those before ``skip`` are to be passed over.
    """

    piece: Piece
    encoding: str
    file: str
    n: int
    skip: int


def sniff(head: bytes) -> bool:
    """True where ``head`` starts like PubMed XML."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and bool(SNIFF.search(head))


def read(stream: Stream, file: str, skip: int = 0) -> Iterator[Record]:
    """Yield the records of a PubMed XML stream in file order.

    Args:
        stream: the decompressed content.
        file: the file's name, for ``Source``.
        skip: leading records that are counted but neither parsed nor yielded.

    Raises:
        CorpusError: the file declares an encoding that cannot be read.
    """
    for part in cut(stream, file, skip):
        yield from parse(part)


def cut(stream: Stream, file: str, skip: int = 0) -> Iterator[PubMedPart]:
    """Cut a stream into parts that ``parse`` makes records of, here or in another process.

    Arguments and errors are those of ``read``.
    """
    encoding = readable_encoding(stream.peek(), file)
    n = 0
    for piece in split(stream):
        part = PubMedPart(piece, encoding, file, n, skip)
        # only a list of deletions is more than one record; how many, parsing tells
        count = sum(1 for _ in _records(part)) if piece.tag in _DELETIONS else 1
        n += count
        if n > skip:
            yield part


def parse(part: PubMedPart) -> list[Record]:
    """Return the records of a part that are not to be passed over."""
    return [record for n, record in enumerate(_records(part), part.n) if n >= part.skip]


@cache
def _parser() -> etree.XMLParser:
    # huge_tree stays off: it would lift libxml2's limits on depth and entity growth
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )


def _records(part: PubMedPart) -> Iterator[Record]:
    """The records of one part: as many as there are deletions in it, else one."""
    piece, encoding, file, n, _ = part
    data = piece.data
    if piece.problem:
        count = f" after {n} records" if piece.cut else ""
        yield reject(file, n, piece.problem + count, data, cut=piece.cut)
        return
    try:
        check(data, XML)
        if encoding not in UTF8:
            data = data.decode(encoding).encode("utf-8")
        root = etree.fromstring(_OPEN + _without_references(data) + _CLOSE, _parser())[0]
        if piece.tag not in _DELETIONS:
            yield _article(root, Source(file, n))
            return
    except etree.XMLSyntaxError as error:
        yield reject(file, n, f"not well-formed XML: {error.msg}", data)
        return
    except (BadRecord, UnicodeError) as error:
        yield reject(file, n, str(error), data)
        return
    for place, element in enumerate(root.iterchildren("PMID"), start=n):
        pmid = clean_pmid(element.text or "")
        if pmid:
            yield Deletion(f"pmid:{pmid}", Source(file, place))
        else:
            yield reject(file, place, f"deleted PMID {element.text!r} is not a number")


def _without_references(data: bytes) -> bytes:
    """Cut out the reference lists: they are not read, and much of a newer file."""
    start = data.find(b"<ReferenceList>", data.rfind(b"</MedlineCitation>"))
    end = data.rfind(b"</ReferenceList>", start) if start >= 0 else -1
    if end < 0 or b"<![CDATA[" in data or b"<!--" in data:
        return data  # where the tags may be text nothing is cut
    return data[:start] + data[end + len(b"</ReferenceList>") :]


def _article(root: etree._Element, source: Source) -> Article:
    parts = children(root)
    if root.tag == "PubmedBookArticle":
        document = parts.get("BookDocument")
        if document is None:
            raise BadRecord("PubmedBookArticle has no BookDocument")
        return _book(document, source)
    citation = parts.get("MedlineCitation") if root.tag == "PubmedArticle" else root
    if citation is None:
        raise BadRecord("PubmedArticle has no MedlineCitation")
    return _citation(citation, parts.get("PubmedData"), source)


def _citation(citation: etree._Element, extra: etree._Element | None, source: Source) -> Article:
    parts = children(citation)
    article = parts.get("Article")
    if article is None:
        raise BadRecord("MedlineCitation has no Article")
    pmid, version = _pmid(parts)
    fields = children(article)
    journal = children(fields.get("Journal"))
    issue = children(journal.get("JournalIssue"))
    date, year = publication_date(issue.get("PubDate"), fields.get("ArticleDate"))
    abstract = fields.get("Abstract")
    vernacular = inline_text(fields.get("VernacularTitle"))
    title = inline_text(fields.get("ArticleTitle")) or vernacular
    # asked of the dictionary first: a search of the children for nothing costs microseconds
    other = other_sections(citation) if "OtherAbstract" in parts else ()
    text = sections(abstract) + other
    doi, pmcid = _article_ids(children(extra).get("ArticleIdList"), fields, article)
    if not pmcid and "OtherID" in parts:
        ids = [(e.text or "").strip() for e in citation.iterchildren("OtherID")]
        pmcid = next((value.split()[0] for value in ids if value.startswith("PMC")), "")
    types = _list(fields.get("PublicationTypeList"), "PublicationType")
    links = relations(parts.get("CommentsCorrectionsList"))
    short_name = text_of(journal.get("ISOAbbreviation"))
    facts = children(parts.get("MedlineJournalInfo"))
    return Article(
        id=_identity(pmid, doi, title, text, year),
        title=title,
        sections=text,
        journal=inline_text(journal.get("Title")),
        journal_abbreviation=short_name or text_of(facts.get("MedlineTA")),
        journal_id=text_of(facts.get("NlmUniqueID")),
        issn=text_of(journal.get("ISSN")) or text_of(facts.get("ISSNLinking")),
        year=year,
        publication_date=date,
        volume=text_of(issue.get("Volume")),
        issue=text_of(issue.get("Issue")),
        pages=_pages(fields.get("Pagination")),
        authors=authors(fields.get("AuthorList")),
        doi=doi,
        pmcid=pmcid,
        mesh=mesh(parts.get("MeshHeadingList")),
        substances=substances(parts.get("ChemicalList")),
        publication_types=types,
        language=_languages(article),
        keywords=_keywords(citation) if "KeywordList" in parts else (),
        copyright=inline_text(children(abstract).get("CopyrightInformation")),
        vernacular_title=vernacular,
        relations=links,
        status=status_of(types, links, title),
        revised=_revised(parts),
        version=version,
        source=source,
    )


def _book(document: etree._Element, source: Source) -> Article:
    """A book or chapter of NLM's Bookshelf; a chapter's ``journal`` is its book."""
    parts = children(document)
    book = children(parts.get("Book"))
    pmid, version = _pmid(parts)
    date, year = publication_date(book.get("PubDate"), parts.get("ContributionDate"))
    abstract = parts.get("Abstract")
    vernacular = inline_text(parts.get("VernacularTitle"))
    own_title = inline_text(parts.get("ArticleTitle")) or vernacular
    book_title = inline_text(book.get("BookTitle"))
    title = own_title or book_title
    text = sections(abstract) + other_sections(document)
    doi, pmcid = _article_ids(parts.get("ArticleIdList"), parts, document)
    types = _list(document, "PublicationType")
    writers = parts.get("AuthorList")
    return Article(
        id=_identity(pmid, doi, title, text, year),
        title=title,
        sections=text,
        journal=book_title if own_title else "",
        year=year,
        publication_date=date,
        volume=text_of(book.get("Volume")),
        pages=_pages(parts.get("Pagination")),
        authors=authors(writers if writers is not None else book.get("AuthorList")),
        doi=doi,
        pmcid=pmcid,
        publication_types=types,
        language=_languages(document),
        keywords=_keywords(document),
        copyright=inline_text(children(abstract).get("CopyrightInformation")),
        vernacular_title=vernacular,
        status=status_of(types, (), title),
        revised=_revised(parts),
        version=version,
        source=source,
    )


def _pmid(parts: dict[str, etree._Element]) -> tuple[str, int]:
    element = parts.get("PMID")
    stated = text_of(element)
    if element is None or not stated:
        return "", 1
    pmid = clean_pmid(stated)
    if not pmid:
        raise BadRecord(f"PMID {stated!r} is not a number")
    return pmid, int(clean_pmid(element.get("Version", "")) or 1)


def _identity(pmid: str, doi: str, title: str, text: tuple[Section, ...], year: int | None) -> str:
    if not title and not text:
        raise BadRecord("record has neither title nor text")
    return article_id(pmid, doi, title or text[0].text, year)


def _article_ids(
    ids: etree._Element | None, parts: dict[str, etree._Element], owner: etree._Element
) -> tuple[str, str]:
    """DOI and PMC id: PubMed's own list first, then what the publisher sent."""
    found = {"doi": "", "pmc": ""}
    for element in () if ids is None else ids.iterchildren("ArticleId"):
        kind = element.get("IdType", "")
        if kind in found and not found[kind]:
            value = (element.text or "").strip()
            found[kind] = clean_doi(value) if kind == "doi" else value
    if not found["doi"] and "ELocationID" in parts:
        for element in owner.iterchildren("ELocationID"):
            if element.get("EIdType") == "doi" and element.get("ValidYN", "Y") == "Y":
                found["doi"] = found["doi"] or clean_doi(element.text or "")
    return found["doi"], found["pmc"]


def _pages(pagination: etree._Element | None) -> str:
    parts = children(pagination)
    start, end = text_of(parts.get("StartPage")), text_of(parts.get("EndPage"))
    return text_of(parts.get("MedlinePgn")) or (f"{start}-{end}" if end else start)


def _list(parent: etree._Element | None, tag: str) -> tuple[str, ...]:
    if parent is None:
        return ()
    return unique([inline_text(element) for element in parent.iterchildren(tag)])


def _languages(parent: etree._Element) -> str:
    return ",".join(_list(parent, "Language"))


def _keywords(parent: etree._Element) -> tuple[str, ...]:
    lists = parent.iterchildren("KeywordList")
    return unique([keyword for group in lists for keyword in _list(group, "Keyword")])


def _revised(parts: dict[str, etree._Element]) -> str:
    date = children(parts.get("DateRevised"))
    return iso_date(*(text_of(date.get(name)) for name in ("Year", "Month", "Day")))
