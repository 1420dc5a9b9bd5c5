"""Spans that are no identifiers though they look like some.

Numbers of the literature and of code systems (PMID, DOI, NCT, ICD, CPT, SNOMED, NDC …),
citations with volume and pages, and tags that a de-identification has left already.
"""

from __future__ import annotations

import re

_KEPT = re.compile(
    r"\bPMIDs?\s?[:#]?\s{0,2}\d{1,8}(?:,\s?\d{1,8}){0,20}(?![\d-])|\bPMC\s?\d{4,9}\b"
    r"|\b(?:https?://(?:dx\.)?doi\.org/|doi:?\s?)?10\.\d{4,9}/[^\s\"<>]{1,120}"
    r"|\bhttps?://(?:www\.|pubmed\.|eutils\.)?(?:ncbi\.nlm\.nih\.gov|clinicaltrials\.gov)[^\s\"<>)]{0,120}"
    r"|\bNCT\s?\d{8}\b|\bISRCTN\s?\d{8}\b|\b20\d{2}-\d{6}-\d{2}\b|\bACTRN\d{14}\b|\bChiCTR[\w-]{4,20}"
    r"|\bCRD\s?\d{8,14}\b|\b(?:UMIN|JPRN-UMIN)\d{9}\b|\bISBN(?:-1[03])?:?\s?[\d-]{9,17}[\dX]\b"
    r"|\bISSN:?\s?\d{4}-\d{3}[\dX]\b|\barXiv:\d{4}\.\d{4,5}|\bGSE\d{3,7}\b|\brs\d{3,10}\b"
    r"|\b(?:ICD(?:-(?:9|10|11))?(?:-CM|-PCS)?|CPT|SNOMED(?:[ -]CT)?|LOINC|RxNorm|RxCUI|NDC|HCPCS|MeSH|ATC"
    r"|OMIM|MIM|ORPHA|UMLS|CAS|EC|UniProt|UNII|CUI)(?:\s(?:code|no|number|ID))?s?\.?\s?[:#]?\s{0,2}"
    r"[A-Z]{0,3}\d[\w.-]{0,14}(?:,\s?[A-Z]{0,3}\d[\w.-]{0,14}){0,10}"
    r"|\b(?:HP|GO|MONDO|DOID|CHEBI):\d{4,9}\b|\b(?:19|20)\d{2};\s?\d{1,4}(?:\([\w -]{1,12}\))?:\s?[A-Za-z]?\d{1,7}"
    r"(?:[-–][A-Za-z]?\d{1,7})?|\[[A-Z_]{2,20}(?:-\d{1,6})?\]",
)


def kept_spans(text: str) -> list[tuple[int, int]]:
    """Return the (start, end) offsets of what stays, in order and apart."""
    return [match.span() for match in _KEPT.finditer(text)]
