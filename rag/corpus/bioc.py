"""BioC JSON: the PubMed and PMC services of NCBI, PubTator's exports, annotated corpora.

A collection, a list of collections, or documents one a line; each document is an article. What
a passage is, its ``infons`` say: ``type`` alone ("title", "abstract") or with ``section_type``
in full texts. Annotations are not read, nor are the cells of tables, references and back matter.
A document of digits is a PMID, or the number of a PMC article where it is a full text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.corpus.bad_record import BadRecord
from rag.corpus.fields import author_from_name, one_line, unique, year_in
from rag.corpus.identity import article_id, clean_doi, clean_pmid
from rag.corpus.jats_text import MAX_LABEL, label_of
from rag.corpus.json_records import Table, at, items, read_records, text, texts
from rag.corpus.status import status_of
from rag.corpus.streams import Stream
from rag.types import Article, Author, Record, Section, Source

_PATHS = (("documents",), ("PubTator3",))
_SNIFF = re.compile(rb'"(?:documents|PubTator3|passages)"\s*:\s*\[')
_DOCUMENT = re.compile(rb'"(?:passages|infons|bioctype)"\s*:')
# no text of the article: what it cites, who paid, what was put beside it
_LEFT_OUT = {
    "ACK_FUND",
    "ABBR",
    "AUTH_CONT",
    "COMP_INT",
    "KEYWORD",
    "REF",
    "REVIEW_INFO",
    "SUPPL",
}
_NOT_TEXT = {"ref", "table", "footnote_title", "front_keyword"}
_NAMES = {
    "CASE": "Case",
    "CONCL": "Conclusions",
    "DISCUSS": "Discussion",
    "INTRO": "Introduction",
    "METHODS": "Methods",
    "RESULTS": "Results",
}
_TITLE = re.compile(r"(?:abstract_)?title(?:_(\d))?|title_caption")


def sniff(head: bytes) -> bool:
    """True where ``head`` starts with BioC's keys."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return start in (b"{", b"[") and bool(_SNIFF.search(head)) and bool(_DOCUMENT.search(head))


def read(stream: Stream, file: str, skip: int = 0) -> Iterator[Record]:
    """Yield the documents of a BioC JSON stream in file order.

    Args:
        stream: the decompressed content.
        file: the file's name, for ``Source``.
        skip: leading records that are counted but neither parsed nor yielded.
    """
    return read_records(stream, file, skip, _PATHS, _article)


def _article(document: Table, source: Source) -> Article:
    if not isinstance(document.get("passages"), list):
        raise BadRecord("document has no passages")
    title, sections, body = _parts(document)
    if not title and not sections and not body:
        raise BadRecord("document has neither title nor text")
    if not sections:  # sections are the whole text of a source without an abstract
        sections, body = body, ()
    front = _front(document)
    pmid, doi, pmcid = _ids(document, front)
    year = year_in(front.get("year", "")) or year_in(text(document, "date"))
    own = text(document, "id")
    stated = not pmid and not doi and (pmcid or own)
    return Article(
        id=f"id:{stated}" if stated else article_id(pmid, doi, title or sections[0].text, year),
        title=title,
        sections=sections,
        body=body,
        journal=text(document, "journal")
        or front.get("journal-title", "")
        or front.get("journal", "").partition(";")[0].strip(),
        year=year,
        publication_date=text(document, "date")[:10] or front.get("year", ""),
        volume=front.get("volume", ""),
        issue=front.get("issue", ""),
        pages=_pages(front),
        authors=_authors(document, front),
        doi=doi,
        pmcid=pmcid,
        keywords=unique([one_line(word) for word in _keywords(front)]),
        copyright=front.get("license", ""),
        status=status_of((), (), title),
        source=source,
    )


def _front(document: Table) -> dict[str, str]:
    """What the document and its first passages state about the article: first come, first kept."""
    front: dict[str, str] = {}
    for place in (document, *items(document, "passages")[:3]):
        infons = at(place, "infons")
        for key in infons if isinstance(infons, dict) else ():
            value = text(infons, key)
            if value:
                front.setdefault(key, value)
    return front


def _parts(document: Table) -> tuple[str, tuple[Section, ...], tuple[Section, ...]]:
    title = ""
    abstract: list[Section] = []
    body: list[Section] = []
    headings: dict[int, str] = {}
    label = ""  # of the abstract's section that is being read
    for passage in items(document, "passages"):
        words = text(passage, "text")
        kind = text(passage, "infons", "type").lower() or text(passage, "infons", "section").lower()
        where = text(passage, "infons", "section_type").upper()
        if not words or where in _LEFT_OUT or kind in _NOT_TEXT:
            continue
        if not title and (where == "TITLE" or kind in ("title", "front")) and not body:
            title = words
        elif where == "ABSTRACT" or (not where and kind == "abstract"):
            if _TITLE.fullmatch(kind) and len(words) <= MAX_LABEL:
                label = words.rstrip(": ")
            else:
                abstract.append(Section(words, "" if label.lower() == "abstract" else label))
        elif (heading := _TITLE.fullmatch(kind)) and _is_heading(where, words):
            level = int(heading[1] or 1)
            headings = {n: name for n, name in headings.items() if n < level} | {level: words}
        else:
            path = label_of(headings[n] for n in sorted(headings))
            body.append(Section(words, path or _NAMES.get(where, "")))
    return title, tuple(abstract), tuple(body)


def _is_heading(where: str, words: str) -> bool:
    return where not in ("FIG", "TABLE") and len(words) <= MAX_LABEL


def _ids(document: Table, front: dict[str, str]) -> tuple[str, str, str]:
    own = text(document, "id")
    full = any(text(p, "infons", "section_type") for p in items(document, "passages")[:3])
    pmid = clean_pmid(text(document, "pmid") or front.get("article-id_pmid", ""))
    number = text(document, "pmcid") or front.get("article-id_pmc", "")
    if own.upper().startswith("PMC") or (full and not number and own != pmid):
        number = number or own
    elif not pmid and not number:
        pmid = clean_pmid(own)
    number = clean_pmid(number.upper().removeprefix("PMC").partition(".")[0])
    doi = clean_doi(front.get("article-id_doi", "")) or clean_doi(text(document, "doi"))
    return pmid, doi, f"PMC{number}" if number else ""


def _authors(document: Table, front: dict[str, str]) -> tuple[Author, ...]:
    """Read ``name_0: surname:Roe;given-names:Jane``, or a list or line of names."""
    found = []
    for n in range(len(front)):
        stated = front.get(f"name_{n}")
        if stated is None:
            break
        parts = dict(part.partition(":")[::2] for part in stated.split(";"))
        last, given = parts.get("surname", "").strip(), parts.get("given-names", "").strip()
        if last:
            found.append(author_from_name("", f"{last}, {given}"))
        elif stated:
            found.append(Author(collective=stated))
    names = texts(document, "authors") or front.get("authors", "").split(",")
    found += [] if found else [author_from_name(name) for name in names if name.strip()]
    return tuple(found)


def _keywords(front: dict[str, str]) -> list[str]:
    stated = front.get("kwd", "")
    return stated.split(";") if ";" in stated else [stated]


def _pages(front: dict[str, str]) -> str:
    first, last = front.get("fpage", ""), front.get("lpage", "")
    if first:
        return f"{first}-{last}" if last and last != first else first
    return front.get("elocation-id", "")
