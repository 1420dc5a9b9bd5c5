"""The repeated parts of a PubMed record: sections, authors, headings, links, dates."""

from __future__ import annotations

from functools import lru_cache

from lxml import etree

from rag.corpus.fields import year_in
from rag.corpus.identity import clean_pmid
from rag.corpus.inline_text import inline_text
from rag.types import Author, MeshHeading, MeshQualifier, Relation, Section, Substance

# who sent an abstract, as against what kind of abstract it is
_SENDERS = {"AAMC", "AIDS", "KIE", "PIP", "NASA", "Publisher"}
# stands in PubMed where a publisher keeps a translated abstract to itself
_NO_TEXT = "Abstract available from the publisher."


def children(parent: etree._Element | None) -> dict[str, etree._Element]:
    """Map tags to the first child of each (one pass: many calls of ``find`` are slow)."""
    if parent is None:
        return {}
    return {child.tag: child for child in reversed(parent)}


def text_of(element: etree._Element | None) -> str:
    """Return the text of an element that holds no markup, on one line."""
    return " ".join((element.text or "").split()) if element is not None else ""


def sections(abstract: etree._Element | None, language: str = "") -> tuple[Section, ...]:
    """Return the sections of an abstract that have text.

    A label is the publisher's; NLM's category serves where there is none and it says
    something.
    """
    if abstract is None:
        return ()
    found = []
    for element in abstract.iterchildren("AbstractText"):
        text = inline_text(element)
        if text:
            label = " ".join(element.get("Label", "").split())
            category = element.get("NlmCategory", "")
            if not label and category != "UNASSIGNED":
                label = " ".join(category.split())
            found.append(Section(text, label, language))
    return tuple(found)


def other_sections(parent: etree._Element) -> tuple[Section, ...]:
    """Return the sections of all ``OtherAbstract``, with their languages."""
    found = []
    for other in parent.iterchildren("OtherAbstract"):
        kind = other.get("Type", "")
        for section in sections(other, other.get("Language", "")):
            if section.text == _NO_TEXT:
                continue
            label = section.label or ("" if kind in _SENDERS else kind)
            found.append(Section(section.text, label, section.language))
    return tuple(found)


def authors(parent: etree._Element | None) -> tuple[Author, ...]:
    """Return persons and groups in order; a suffix follows the last name."""
    found = []
    for element in () if parent is None else parent.iterchildren("Author"):
        last = fore = initials = suffix = group = ""
        for part in element:
            tag = part.tag
            if tag == "LastName":
                last = inline_text(part)
            elif tag == "ForeName":
                fore = inline_text(part)
            elif tag == "Initials":
                initials = inline_text(part)
            elif tag == "Suffix":
                suffix = inline_text(part)
            elif tag == "CollectiveName":
                group = inline_text(part)
        if last or fore or group:
            found.append(Author(f"{last} {suffix}".strip(), fore, initials, group))
    return tuple(found)


def mesh(parent: etree._Element | None) -> tuple[MeshHeading, ...]:
    """Return MeSH headings with their unique ids, qualifiers and major flags."""
    found = []
    for heading in () if parent is None else parent.iterchildren("MeshHeading"):
        name, ui, major = "", "", False
        qualifiers = []
        for part in heading:
            tag = part.tag
            is_major = part.get("MajorTopicYN") == "Y"
            if tag == "QualifierName":
                qualifiers.append(_qualifier(text_of(part), is_major))
            elif tag == "DescriptorName":
                name, ui, major = text_of(part), part.get("UI", ""), is_major
        if name:
            found.append(MeshHeading(name, ui, major, tuple(qualifiers)))
    return tuple(found)


@lru_cache(maxsize=1024)  # NLM has some 80 qualifiers, so nearly every one has been made before
def _qualifier(name: str, major: bool) -> MeshQualifier:
    return MeshQualifier(name, major)


def substances(parent: etree._Element | None) -> tuple[Substance, ...]:
    """Return the substances of a ChemicalList."""
    found = []
    for chemical in () if parent is None else parent.iterchildren("Chemical"):
        parts = children(chemical)
        name = parts.get("NameOfSubstance")
        if name is not None and (said := text_of(name)):
            number = text_of(parts.get("RegistryNumber"))
            found.append(Substance(said, name.get("UI", ""), number))
    return tuple(found)


def relations(parent: etree._Element | None) -> tuple[Relation, ...]:
    """Return comments, corrections, retractions and updates in PubMed's words."""
    found = []
    for link in () if parent is None else parent.iterchildren("CommentsCorrections"):
        parts = children(link)
        pmid = clean_pmid(text_of(parts.get("PMID")))
        citation = inline_text(parts.get("RefSource"))
        target = f"pmid:{pmid}" if pmid else ""
        found.append(Relation(link.get("RefType", ""), target, citation))
    return tuple(found)


def publication_date(
    stated: etree._Element | None, fallback: etree._Element | None
) -> tuple[str, int | None]:
    """Return the date in NLM's words (``2021 Jun 07``, ``Winter 1998-1999``) and its year."""
    date = _date(stated) or _date(fallback)
    year = year_in(date)
    return date, year if year is not None else year_in(_date(fallback))


def _date(element: etree._Element | None) -> str:
    parts = children(element)
    words = [text_of(parts.get(name)) for name in ("Year", "Month", "Day", "Season")]
    return " ".join(word for word in words if word) or text_of(parts.get("MedlineDate"))
