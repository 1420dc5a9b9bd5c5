"""The fields of MEDLINE text that hold more than a value: abstracts, links, article ids.

What the two-letter codes mean: https://pubmed.ncbi.nlm.nih.gov/help/#pubmed-format
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.corpus.fields import author_from_name
from rag.corpus.identity import clean_doi
from rag.types import Author, Relation, Section, Substance

RELATIONS = {
    "CIN": "CommentIn",
    "CON": "CommentOn",
    "CRF": "CorrectedandRepublishedFrom",
    "CRI": "CorrectedandRepublishedIn",
    "DDIN": "AssociatedDataset",
    "DRIN": "AssociatedPublication",
    "ECF": "ExpressionOfConcernFor",
    "ECI": "ExpressionOfConcernIn",
    "EFR": "ErratumFor",
    "EIN": "ErratumIn",
    "ORI": "OriginalReportIn",
    "PRIN": "PartialRetractionIn",
    "PROF": "PartialRetractionOf",
    "RIN": "RetractionIn",
    "ROF": "RetractionOf",
    "RPF": "RepublishedFrom",
    "RPI": "RepublishedIn",
    "RRF": "RetractedandRepublishedFrom",
    "RRI": "RetractedandRepublishedIn",
    "SPIN": "SummaryForPatientsIn",
    "UIN": "UpdateIn",
    "UOF": "UpdateOf",
}
"""MEDLINE's codes and the words of PubMed XML for the same links."""

_PMID = re.compile(r"\s*\[?\bPMID:?\s*(\d{1,10})\b\]?\.?|\s*\[(\d{5,10})\]", re.ASCII)
# words in capitals, a colon, at the start or after the end of a sentence
_LABEL = re.compile(
    r"(?:^|(?<=[.!?)\]\"”’%] ))"
    r"([A-Z]{3,}(?:[-/'’][A-Z]+|,? (?:[A-Z]{2,}|&|\([A-Z]+\)))*(?:-[0-9]+)?): (?=\S)"
)
_MAX_LABEL = 90
_NO_TEXT = {
    "Publisher: Abstract available from the publisher.",
    "Abstract available from the publisher.",
}


def abstract_sections(text: str, language: str = "") -> tuple[Section, ...]:
    """Split an abstract at its labels, or return it whole.

    Only an abstract that begins with a label and has two or more is taken as structured;
    no character is lost: ``label: text`` of all sections, joined by spaces, is ``text``.
    """
    if not text or text in _NO_TEXT:
        return ()
    marks = [m for m in _LABEL.finditer(text) if len(m[1]) <= _MAX_LABEL]
    # a label right behind a label would leave a section without text
    kept = [m for i, m in enumerate(marks) if i == 0 or m.start() > marks[i - 1].end()]
    if len(kept) < 2 or kept[0].start() != 0:
        return (Section(text, "", language),)
    ends = [m.start() for m in kept[1:]] + [len(text)]
    return tuple(
        Section(text[m.end() : end].strip(), m[1], language)
        for m, end in zip(kept, ends, strict=True)
    )


def relation(code: str, value: str) -> Relation:
    """Read ``Brief Bioinform. 2002 Sep;3(3):1-2. PMID: 12345`` (or ``[PMID 12345]``)."""
    match = _PMID.search(value)
    if match is None:
        return Relation(RELATIONS[code], "", value)
    citation = f"{value[: match.start()]} {value[match.end() :]}".strip()
    return Relation(RELATIONS[code], f"pmid:{int(match[1] or match[2])}", citation)


def article_doi(values: Iterable[str]) -> str:
    """Return the first valid value that ends in ``[doi]``."""
    for value in values:
        if value.endswith("[doi]"):
            doi = clean_doi(value.removesuffix("[doi]"))
            if doi:
                return doi
    return ""


def substance(value: str) -> Substance:
    """Read ``3WJQ0SDW1A (Morphine)``; the number is ``0`` for a substance that has none."""
    number, _, name = value.partition(" ")
    return Substance(name.strip().removeprefix("(").removesuffix(")"), "", number)


def authors(fields: Iterable[tuple[str, str]]) -> tuple[Author, ...]:
    """Read ``FAU``, ``AU`` and ``CN`` in their order; an ``AU`` belongs to the ``FAU`` before."""
    found: list[Author] = []
    full = ""
    for code, value in fields:
        if code == "FAU":
            if full:
                found.append(author_from_name("", full))
            full = value
        elif code == "AU":
            found.append(author_from_name(value, full))
            full = ""
        elif code == "CN":
            if full:
                found.append(author_from_name("", full))
                full = ""
            found.append(Author(collective=value))
    if full:
        found.append(author_from_name("", full))
    return tuple(found)
