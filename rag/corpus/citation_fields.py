"""Fields as reference managers and databases export them: ids, names, types, dates, pages.

RIS, EndNote, BibTeX and tables write these alike. A PMID makes two records one article, so a
number is taken as one only where the source says that it is.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from itertools import takewhile
from urllib.parse import unquote

from rag.corpus.fields import author_from_name, one_line, unique, year_in
from rag.corpus.identity import clean_doi, clean_pmid
from rag.corpus.scripts import scripts_in_markup
from rag.corpus.status import type_in_title
from rag.types import Author

_PMID = re.compile(r"\bPMID\s*[:=]?\s*(\d{1,8})(?!\d)", re.IGNORECASE | re.ASCII)
_PMID_URL = re.compile(
    r"(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/(?:m/)?pubmed)/(\d{1,8})(?!\d)",
    re.IGNORECASE | re.ASCII,
)
_PMCID = re.compile(r"\b(PMC\d{1,9})(?!\d)", re.ASCII | re.IGNORECASE)
_PMC_URL = re.compile(
    r"(?:ncbi\.nlm\.nih\.gov|europepmc\.org)/\S*?\b(PMC\d{1,9})(?!\d)", re.ASCII | re.IGNORECASE
)
_DOI = re.compile(
    r"(?:\bdoi\.org/|\bdoi\s?[:=]\s?|\bdoi )(10\.\d{4,9}(?:/|%2f)[^\s\"<>&]+)",
    re.IGNORECASE | re.ASCII,
)
_TAG = re.compile(
    r"</?(?:i|b|u|p|em|strong|sub|sup|inf|scp|br|jats:[a-z-]{1,20})\s?/?>", re.IGNORECASE
)
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|apos|nbsp|#\d{2,6}|#x[0-9a-f]{2,5});", re.IGNORECASE)
_INITIALS = re.compile(r"(?:[^\W\d_a-z]\.?[- ]?){1,5}")
_GROUP = re.compile(
    r"\b(?:group|collaborat(?:ors|ion|ive)|investigators|consortium|committee|network|society"
    r"|association|organi[sz]ation|federation|college|academy|task force|council|institute|team)\b",
    re.IGNORECASE,
)
_FOUR_DIGITS = re.compile(r"\d{4}")
_EMPTY = {"nan", "undefined", "null", "none", "n/a", "na", "[none]"}
_NOBODY = {"et al", "et al.", "others", "[anonymous]", "anonymous", "anon", "anon."}
_SUFFIX = re.compile(r"(?:jr|sr)\.?|ii|iii|iv|2nd|3rd", re.IGNORECASE)

_TYPES = """
Adaptive Clinical Trial|Address|Autobiography|Bibliography|Biography|Case Reports
Clinical Conference|Clinical Study|Clinical Trial|Clinical Trial Protocol|Clinical Trial, Phase I
Clinical Trial, Phase II|Clinical Trial, Phase III|Clinical Trial, Phase IV
Clinical Trial, Veterinary|Comment|Comparative Study|Congress|Consensus Development Conference
Consensus Development Conference, NIH|Controlled Clinical Trial|Corrected and Republished Article
Dataset|Dictionary|Directory|Duplicate Publication|Editorial|Electronic Supplementary Materials
English Abstract|Equivalence Trial|Evaluation Study|Expression of Concern|Festschrift|Guideline
Historical Article|Interactive Tutorial|Interview|Introductory Journal Article|Journal Article
Lecture|Legal Case|Legislation|Letter|Meta-Analysis|Multicenter Study|Network Meta-Analysis|News
Newspaper Article|Observational Study|Observational Study, Veterinary|Patient Education Handout
Periodical Index|Personal Narrative|Portrait|Practice Guideline|Pragmatic Clinical Trial|Preprint
Published Erratum|Randomized Controlled Trial|Randomized Controlled Trial, Veterinary
Research Support, American Recovery and Reinvestment Act|Research Support, N.I.H., Extramural
Research Support, N.I.H., Intramural|Research Support, Non-U.S. Gov't
Research Support, U.S. Gov't, Non-P.H.S.|Research Support, U.S. Gov't, P.H.S.
Research Support, U.S. Government|Retracted Publication|Retraction Notice
Retraction of Publication|Review|Scientific Integrity Review|Scoping Review|Systematic Review
Technical Report|Twin Study|Validation Study|Video-Audio Media|Webcast
"""
_KNOWN = {name.casefold(): name for name in _TYPES.strip().replace("\n", "|").split("|")} | {
    "article": "Journal Article",
    "journalarticle": "Journal Article",
    "evaluation studies": "Evaluation Study",
    "validation studies": "Validation Study",
    "erratum": "Published Erratum",
    "correction": "Published Erratum",
    "randomised controlled trial": "Randomized Controlled Trial",
    "case report": "Case Reports",
    "retracted": "Retracted Publication",
    "retracted article": "Retracted Publication",
    "retraction": "Retraction of Publication",
}
_RETRACTION = {"Retracted Publication", "Retraction of Publication", "Retraction Notice"}


def plain(text: str) -> str:
    """One line without the inline tags and entities that web sites leave in titles."""
    if "<" in text:
        text = _TAG.sub("", scripts_in_markup(text))
    if "&" in text:
        text = _ENTITY.sub(lambda m: html.unescape(m[0]), text)
    return one_line(text)


def only_one(values: Iterable[str]) -> str:
    """The value, where all agree; else an empty string, since none is certain."""
    found = {value for value in values if value}
    return found.pop() if len(found) == 1 else ""


def stated_pmid(text: str) -> str:
    """The number behind ``PMID:``, or an empty string."""
    match = _PMID.search(text)
    return clean_pmid(match[1]) if match else ""


def linked_pmid(urls: Iterable[str]) -> str:
    """The PMID that links to PubMed name, where they name one only."""
    return only_one(clean_pmid(m[1]) for url in urls for m in _PMID_URL.finditer(url))


def pmcid_in(text: str) -> str:
    """The first PMC id in a text that is known to hold one."""
    match = _PMCID.search(text)
    return match[1].upper() if match else ""


def linked_pmcid(urls: Iterable[str]) -> str:
    """The PMC id that links to PubMed Central name, where they name one only."""
    return only_one(m[1].upper() for url in urls for m in _PMC_URL.finditer(url))


def stated_doi(values: Iterable[str]) -> str:
    """The first valid DOI of a field that is made for it."""
    for value in values:
        doi = clean_doi(value.rstrip(".,; ")) or linked_doi([value])
        if doi:
            return doi
    return ""


def linked_doi(texts: Iterable[str]) -> str:
    """The DOI behind ``doi.org/`` or ``doi:`` in texts, where there is one only."""
    found: dict[str, str] = {}
    for text in texts:
        for match in _DOI.finditer(text):
            doi = clean_doi(unquote(match[1], errors="ignore").rstrip(".,;)]"))
            if doi and doi == one_line(doi):
                found.setdefault(doi.lower(), doi)
    return next(iter(found.values())) if len(found) == 1 else ""


def publication_types(stated: Iterable[str], title: str) -> tuple[str, ...]:
    """The stated types that are NLM's, and what the title says of a retraction.

    Only where no type says it: a notice too may be titled "Retracted: …".
    """
    types = [_KNOWN.get(value.casefold().strip(), "") for value in stated]
    told = _RETRACTION.isdisjoint(types)
    return unique([*types, type_in_title(title) if told else ""])


def author(name: str) -> Author | None:
    """Read ``Last, First, Jr``, ``Last FM``, ``Last F.M.`` or a group's name."""
    name = name.strip(" ;")
    if not name or name.casefold() in _NOBODY:
        return None
    if name.endswith(","):  # EndNote's mark of a name that is not a person's
        return Author(collective=name.rstrip(", ")) if name.rstrip(", ") else None
    last, *rest = (part.strip() for part in name.split(","))
    if last and len(rest) == 2 and _SUFFIX.fullmatch(rest[0]):
        rest.reverse()  # BibTeX's order: Last, Jr, First
    if last and rest and rest[0]:
        return author_from_name("", f"{last}, {' '.join(rest)}")
    if names_group(name):
        return Author(collective=name)
    words = name.split()
    if len(words) > 1 and _INITIALS.fullmatch(words[-1]):
        words[-1] = words[-1].replace(".", "")
        return author_from_name(" ".join(words))
    if 1 < len(words) <= 4 and not words[0].isupper():
        return author_from_name("", f"{words[-1]}, {' '.join(words[:-1])}")
    return author_from_name(name)


def names_group(name: str) -> bool:
    """True where a word such as "Group" or "Investigators" says that no person is named."""
    return _GROUP.search(name) is not None


def authors(names: Iterable[str]) -> tuple[Author, ...]:
    """Read names in their order; one that is repeated counts once."""
    found = (author(name) for value in names for name in value.split(";"))
    return tuple(dict.fromkeys(one for one in found if one is not None))


def page_range(first: str, last: str) -> str:
    """``5-9``; the first page alone where it is the last, or holds a range."""
    if (first, last) == ("No", "Specified"):  # how Ovid splits "No Pagination Specified"
        return ""
    if not first or not last or first == last or "-" in first:
        return first or last
    return f"{first}-{last}"


def is_empty(value: str) -> bool:
    """True for nothing, and for what programs write for nothing."""
    return not value or value.casefold() in _EMPTY


def date_and_year(dates: Iterable[str]) -> tuple[str, int | None]:
    """The fullest date, as ``2012 07 03`` or ``2011 Jun``, and its year.

    Args:
        dates: fields in the order of trust: the first that has a year decides it; one
            without a year (``Jun 7``) is the rest of the date.
    """
    values = [" ".join(_date_words(date)) for date in dates]
    year = next((y for y in map(year_in, values) if y is not None), None)
    if year is None:
        return "", None
    full = str(year)
    for value in values:
        if year_in(value) == year and value.startswith(str(year)):
            full = max(full, value, key=len)
        elif value and not _FOUR_DIGITS.search(value):
            full = max(full, f"{year} {value}", key=len)
    return full, year


def _date_words(date: str) -> list[str]:
    words = re.split(r"[/\s-]+", date.strip(" /"))[:4]
    return list(takewhile(lambda word: not is_empty(word), words))
