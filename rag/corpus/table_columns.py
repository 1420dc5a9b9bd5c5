"""The columns of a table of references, known by their names in the exports of many databases."""

from __future__ import annotations

from collections.abc import Iterable

_NAMES = {
    "title": "title articletitle documenttitle primarytitle",
    "abstract": "abstract abstractnote abstracttext notesabstract",
    "text": "text",
    "id": "id docid documentid",
    "key": "eid utuniqueid uniquewosid utuniquewosid ut key cochranereviewid",
    "journal": "journalbook journal sourcetitle publicationtitle journaltitle publicationname"
    " containertitle secondarytitle journalname",
    "source": "source citation",
    "abbreviation": "journalabbreviation abbreviatedsourcetitle journalisoabbreviation",
    "year": "publicationyear year yearpublished pubyear",
    "date": "publicationdate date dateofpublication coverdate datepublished",
    "volume": "volume",
    "issue": "issue number",
    "pages": "pages page pagerange",
    "first": "pagestart startpage firstpage beginningpage",
    "last": "pageend endpage lastpage endingpage",
    "number": "artno articlenumber",
    "authors": "authorfullnames authors author authornames authorsfullnames",
    "doi": "doi digitalobjectidentifier",
    "pmid": "pmid pubmedid medlinepmid pubmed",
    "pmcid": "pmcid pubmedcentralid",
    "keywords": "authorkeywords keywords manualtags keyword",
    "language": "languageoforiginaldocument languageofarticle articlelanguage language languages",
    "types": "publicationtype publicationtypes documenttype itemtype typeofwork",
    "url": "url link urls links fulltextlink openurllink",
    "notes": "extra notes note",
    "copyright": "copyright",
    "vernacular": "originaltitle",
}
# Web of Science heads its columns with these tags, in capitals
_TAGS = {
    "title": "TI", "abstract": "AB", "key": "UT", "journal": "SO", "abbreviation": "JI J9",
    "year": "PY", "date": "PD", "volume": "VL", "issue": "IS", "first": "BP", "last": "EP",
    "number": "AR", "authors": "AF AU", "doi": "DI", "pmid": "PM", "keywords": "DE",
    "language": "LA", "types": "DT",
}  # fmt: skip
_BESIDE_TITLE = {"abstract", "doi", "pmid", "authors", "year", "date", "journal", "pmcid"}
_PATIENTS = {"subjectid", "hadmid", "patientid", "encounterid"}
_MOST = 1000
_LONGEST = 100

Columns = dict[str, list[int]]
"""Fields, each with its columns in the order of preference."""


def columns_of(header: Iterable[str]) -> Columns:
    """Find the fields that a header names; case, spaces and punctuation do not count."""
    cells = [cell.strip() for cell in header]
    if len(cells) > _MOST or any(len(cell) > _LONGEST or cell[:1] in ("<", "{") for cell in cells):
        return {}
    if {"TI", "PT"} <= set(cells) or {"TI", "SO"} <= set(cells):
        places = {cell: place for place, cell in reversed(list(enumerate(cells)))}
        names = _TAGS
    else:
        folded = ["".join(c for c in cell.casefold() if c.isalnum()) for cell in cells]
        places = {cell: place for place, cell in reversed(list(enumerate(folded)))}
        names = _NAMES
        if not _PATIENTS.isdisjoint(places):
            return {}  # clinical notes
    found = {
        field: [places[name] for name in stated.split() if name in places]
        for field, stated in names.items()
    }
    return {field: columns for field, columns in found.items() if columns}


def is_table_of_references(columns: Columns) -> bool:
    """True where a title stands beside what only references have, or a text beside an id."""
    if "title" in columns:
        return not _BESIDE_TITLE.isdisjoint(columns) or "text" in columns
    return "text" in columns and "id" in columns
