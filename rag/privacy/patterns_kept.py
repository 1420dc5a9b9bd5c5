"""Spans that are no identifiers though they look like some.

Numbers of the literature and of code systems (PMID, DOI, NCT, ICD, CPT, SNOMED, NDC …),
citations with volume and pages, and tags that a de-identification has left already.
"""

from __future__ import annotations

import re

from rag.privacy.places import Places, Span, first_words, words_of

_DOI = r"10\.\d{4,9}/[^\s\"<>]{1,120}"
_CODES = "ICD|CPT|SNOMED|LOINC|RxNorm|RxCUI|NDC|HCPCS|MeSH|ATC|OMIM|MIM|ORPHA|UMLS|CAS|EC|UniProt|UNII|CUI"
_BY_WORD = re.compile(
    r"\bPMIDs?\s?[:#]?\s{0,2}\d{1,8}(?:,\s?\d{1,8}){0,20}(?![\d-])|\bPMC\s?\d{4,9}\b"
    rf"|\b(?:https?://(?:dx\.)?doi\.org/|doi:?\s?){_DOI}"
    r"|\bhttps?://(?:www\.|pubmed\.|eutils\.)?(?:ncbi\.nlm\.nih\.gov|clinicaltrials\.gov)[^\s\"<>)]{0,120}"
    r"|\bNCT\s?\d{8}\b|\bISRCTN\s?\d{8}\b|\bACTRN\d{14}\b|\bChiCTR[\w-]{4,20}"
    r"|\bCRD\s?\d{8,14}\b|\b(?:UMIN|JPRN-UMIN)\d{9}\b|\bISBN(?:-1[03])?:?\s?[\d-]{9,17}[\dX]\b"
    r"|\bISSN:?\s?\d{4}-\d{3}[\dX]\b|\barXiv:\d{4}\.\d{4,5}|\bGSE\d{3,7}\b|\brs\d{3,10}\b"
    rf"|\b(?:{_CODES})(?:-(?:9|10|11))?(?:-CM|-PCS|[ -]CT)?"
    r"(?:\s(?:code|no|number|ID))?s?\.?\s?[:#]?\s{0,2}"
    r"[A-Z]{0,3}\d[\w.-]{0,14}(?:,\s?[A-Z]{0,3}\d[\w.-]{0,14}){0,10}"
    r"|\b(?:HP|GO|MONDO|DOID|CHEBI):\d{4,9}\b",
)
WORDS = words_of(
    "PMID PMIDs PMC doi http https NCT ISRCTN ACTRN ChiCTR CRD UMIN JPRN ISBN ISSN "
    "arXiv GSE rs HP GO MONDO DOID CHEBI"
) | first_words(f"{code}{s}" for code in _CODES.split("|") for s in ("", "s"))
_BY_NUMBER = re.compile(
    rf"\b{_DOI}|\b20\d{{2}}-\d{{6}}-\d{{2}}\b|\b(?:19|20)\d{{2}};\s?\d{{1,4}}(?:\([\w -]{{1,12}}\))?:"
    r"\s?[A-Za-z]?\d{1,7}(?:[-–][A-Za-z]?\d{1,7})?"
)
_TAG = re.compile(r"\[[A-Z_]{2,20}(?:-\d{1,6})?\]")


def kept_spans(places: Places) -> list[Span]:
    """Return the (start, end) offsets of what stays, in order and apart."""
    found = [m.span() for m in places.matches(_BY_WORD, places.of(WORDS))]
    found += [m.span() for m in places.matches(_BY_NUMBER, places.numbers)]
    found += [m.span() for m in _TAG.finditer(places.text)]
    out: list[Span] = []
    for start, end in sorted(found):
        if out and start < out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out
