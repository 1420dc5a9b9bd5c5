"""The article that the tagged fields of a reference tell of.

RIS and EndNote's own form differ in their tags and share what those mean; databases fill them
in their own ways, which is where most of this module comes from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.corpus.citation_fields import (
    authors,
    date_and_year,
    is_empty,
    linked_doi,
    linked_pmcid,
    linked_pmid,
    only_one,
    page_range,
    plain,
    pmcid_in,
    publication_types,
    stated_doi,
    stated_pmid,
)
from rag.corpus.fields import one_line, unique
from rag.corpus.identity import article_id, clean_pmid
from rag.corpus.labelled import all_sections
from rag.corpus.language_names import language_codes
from rag.corpus.stated_links import stated_links, states_links
from rag.corpus.status import status_of
from rag.types import Article, Source

Fields = dict[str, list[list[str]]]
"""RIS tags, each with its values in their order; a value is the lines that it spans."""

_LINKS = ("UR", "L1", "L2", "L3", "L4", "LK")
_NUMBERS = ("AN", "ID", "C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8", "U1", "U2", "U3", "U5")
_NOTES = ("N1", "M1", "M3")
_PUBMED = re.compile(r"pubmed|medline|\bnlm\b|national library of medicine", re.IGNORECASE)
_WEB_OF_SCIENCE = re.compile(r"MEDLINE:(\d{1,8})", re.ASCII | re.IGNORECASE)
_ID_LINE = re.compile(r"(?:PMC?ID|DOI)\s*[:=]", re.IGNORECASE)
_ARTICLE_NUMBER = re.compile(r"[A-Za-z]{0,4}\d{1,9}", re.ASCII)
_PMID_DIGITS = 8
_LOCAL_DIGITS = 6
_NOTE = 300  # a note longer than this is prose or a list of references
_OWN_NOTE = "medlit:"  # a quote from the article, or a question: ids in it are no ids of it
_TRIAL = re.compile(r"NCT\d{8}", re.ASCII | re.IGNORECASE)


def article_of(fields: Fields, source: Source) -> Article | None:
    """Return the article, or nothing where there is neither title nor text."""
    titles = _values(fields, "TI", "T1", "CT", "ST", "TT")
    if not titles and not _values(fields, "AU", "A1", "JF", "JO"):
        titles = _values(fields, "BT", "T2")  # a whole book or a journal issue
    title = plain(titles[0]) if titles else ""
    sections = all_sections(map(plain, _values(fields, "AB", "N2")))
    if not title and not sections:
        return None
    links = _values(fields, *_LINKS)
    notes = [note for note in _lines(fields, *_NOTES) if _may_identify(note)]
    doi = (
        stated_doi(_values(fields, "DO", "DI"))
        or linked_doi(links)
        or linked_doi(note for note in notes if not note.startswith("References"))
    )
    date, year = date_and_year(_values(fields, "PY", "Y1", "DA"))
    journal, abbreviation = _journal(fields)
    # the notes of PubMed's EndNote export are types too; those of people are not
    stated = _lines(fields, "M3", "PT", *(("N1",) if _is_pubmeds(fields) else ()))
    types = publication_types((kind for value in stated for kind in value.split(";")), title)
    relations = stated_links(_lines(fields, "N1"))
    return Article(
        id=_trial(fields)
        or article_id(_pmid(fields, links, notes), doi, title or sections[0].text, year),
        title=title,
        sections=sections,
        journal=journal,
        journal_abbreviation=abbreviation,
        year=year,
        publication_date=date,
        volume=_first(fields, "VL"),
        issue=_first(fields, "IS", "CP"),
        pages=_pages(fields),
        authors=authors(_lines(fields, "AU", "A1")),
        doi=doi,
        pmcid=_pmcid(fields, links, notes),
        publication_types=types,
        language=language_codes(";".join(_values(fields, "LA"))),
        keywords=_keywords(fields),
        relations=relations,
        status=status_of(types, relations),
        source=source,
    )


def _may_identify(note: str) -> bool:
    return len(note) <= _NOTE and not note.startswith(_OWN_NOTE) and not states_links(note)


def _trial(fields: Fields) -> str:
    """``nct:NCT…`` of a record that names the registry as its database, or nothing."""
    databases = [value.casefold() for value in _values(fields, "DB")]
    number = _first(fields, "AN").upper()
    is_one = databases == ["clinicaltrials.gov"] and _TRIAL.fullmatch(number)
    return f"nct:{number}" if is_one else ""


def _values(fields: Fields, *tags: str) -> list[str]:
    """The values of tags that are not empty, each on one line, in the order of the tags."""
    found = (one_line(" ".join(value)) for tag in tags for value in fields.get(tag, ()))
    return [value for value in found if not is_empty(value)]


def _lines(fields: Fields, *tags: str) -> list[str]:
    """The lines of the values: lists (names, keywords, notes) may have an item a line."""
    found = (one_line(line) for tag in tags for value in fields.get(tag, ()) for line in value)
    return [line for line in found if line]


def _first(fields: Fields, *tags: str) -> str:
    return next(iter(_values(fields, *tags)), "")


def _journal(fields: Fields) -> tuple[str, str]:
    full = _first(fields, "JF", "T2", "JO", "BT", "JA", "J2", "J1")
    short = ("JA", "J2", "J1", "JO") if "JF" in fields else ("JA", "J2", "J1")
    return plain(full), plain(_first(fields, *short))


def _pages(fields: Fields) -> str:
    pages = page_range(_first(fields, "SP"), _first(fields, "EP"))
    number = _first(fields, "C7")  # Scopus keeps the article's number there
    return pages or (number if _ARTICLE_NUMBER.fullmatch(number) else "")


def _keywords(fields: Fields) -> tuple[str, ...]:
    words = (word for line in _lines(fields, "KW") for word in line.split(";"))
    return unique([word.strip().removeprefix("*") for word in words])


def _pmid(fields: Fields, links: list[str], notes: list[str]) -> str:
    """A PMID that the record states beyond doubt: in words, by its database, by its link."""
    numbers = _values(fields, *_NUMBERS)
    worded = [stated_pmid(value) for value in numbers]
    worded += [stated_pmid(note) for note in notes if _ID_LINE.match(note)]
    worded += [m[1] for value in numbers if (m := _WEB_OF_SCIENCE.fullmatch(value))]
    return only_one(worded) or _pmid_by_database(fields) or linked_pmid(links)


def _pmid_by_database(fields: Fields) -> str:
    providers = " ".join(_values(fields, "DP", "DB")).casefold()
    if _is_pubmeds(fields):
        # EndNote fills ID with its own count of records, so a short number is none
        ids = [value for value in _values(fields, "ID") if len(value) > _LOCAL_DIGITS]
        return _number(_values(fields, "AN")) or _number(ids)
    if "scopus" in providers:
        return _number(_values(fields, "C2"))
    if "embase" in providers and "medline" in providers:
        return _number(_values(fields, "C5"))
    return ""


def _is_pubmeds(fields: Fields) -> bool:
    """True where PubMed or MEDLINE is the one database that is named."""
    databases = _values(fields, "DB") or _values(fields, "DP")
    # ProQuest numbers MEDLINE's records in its own way
    by_proquest = any("proquest" in value.casefold() for value in _values(fields, "DP", "DB"))
    return bool(databases) and not by_proquest and all(map(_PUBMED.search, databases))


def _number(values: Iterable[str]) -> str:
    return only_one(clean_pmid(value) for value in values if len(value) <= _PMID_DIGITS)


def _pmcid(fields: Fields, links: list[str], notes: list[str]) -> str:
    """The PMC id: EndNote keeps it in ``C2``, others in a note or a link."""
    stated = [v for v in _values(fields, *_NUMBERS) if v[:3].upper() == "PMC"]
    stated += [note for note in notes if _ID_LINE.match(note)]
    return next(filter(None, map(pmcid_in, stated)), "") or linked_pmcid(links)
