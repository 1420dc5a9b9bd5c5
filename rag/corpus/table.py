"""Tables of references, one a row: CSV, TSV and semicolons, from databases and by hand.

The first row names the columns; see ``table_columns``. Cells may hold line breaks in quotation
marks. The text is UTF-8, UTF-16 with its mark, or Windows-1252. A row that is wider than the header
has lost its order and is a reject; a shorter one has empty cells at its end. The id is
``pmid:``, else ``doi:``, else ``id:`` and the table's own id, else ``hash:``. Not read:
affiliations, funding, references, index terms.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from rag.corpus.citation_fields import (
    authors,
    date_and_year,
    is_empty,
    linked_doi,
    linked_pmcid,
    linked_pmid,
    page_range,
    plain,
    pmcid_in,
    publication_types,
    stated_doi,
    stated_pmid,
)
from rag.corpus.fields import one_line, reject, unique
from rag.corpus.identity import article_id, clean_pmid, is_telling
from rag.corpus.labelled import all_sections
from rag.corpus.language_names import language_codes
from rag.corpus.status import status_of
from rag.corpus.streams import Stream, decoded
from rag.corpus.table_columns import Columns, columns_of, is_table_of_references
from rag.corpus.table_rows import BadRow, Rows
from rag.types import Article, Author, Record, Reject, Section, Source

_DELIMITERS = (",", "\t", ";")
_SEPARATOR = re.compile(r"sep=(.)", re.IGNORECASE)  # how a table tells Excel what parts cells
# Embase: Cancer (2004) 102:4 (253-258). Date of Publication: 25 Aug 2004
_EMBASE = re.compile(
    r"(?P<journal>.{1,300}?) \((?P<date>\d{4})\) ?(?P<volume>[^\s:().]{0,20})"
    r"(?::(?P<issue>[^()]{0,40}?))?(?: ?\((?P<pages>[^()]{0,40})\))?"
    r"(?: Article Number:.{0,40})?(?:\. ?Date of Publication:.{0,60})?\.?"
)
# PubMed: J Inv. 2020 Jan 5;3(2):1-5. doi: …
_PUBMED = re.compile(
    r"(?P<journal>[^.]{1,200})\. (?P<date>\d{4}[^;:.]{0,20})"
    r"(?:;(?P<volume>[^(:.]{0,20}?)(?:\((?P<issue>[^)]{0,40})\))?(?::(?P<pages>[^.;]{0,40}))?)?\..*"
)
_DATABASES = {
    "pubmed",
    "medline",
    "embase",
    "scopus",
    "web of science",
    "wos",
    "cinahl",
    "psycinfo",
}
_LONGEST_JOURNAL = 200
_WHOLE = re.compile(r"^(\d+)\.0$", re.ASCII)  # how tables of numbers write 31627144 and 1999
_IN_BRACKETS = re.compile(r" ?\(\d{6,12}\)")  # Scopus: Smith, John (57211234567)
_COMMA_OR_BRACKET = re.compile(r"[,()]")
_INITIALS = re.compile(r"\S.* (?:[^\W\d_a-z]\.?[- ]?){1,5}")
_LISTED = re.compile(r"""['"]((?:[^'"\\]|\\.)*)['"]""")


def sniff(head: bytes) -> bool:
    """True where the first row names a title and what references have, or an id and a text."""
    return _layout(decoded(head, whole=False)) is not None


def read(stream: Stream, file: str, skip: int = 0) -> Iterator[Record]:
    """Yield a record a row below the header, in file order; blank rows do not count.

    Args:
        stream: the decompressed content.
        file: the file's name, for ``Source``.
        skip: leading records that are counted but neither parsed nor yielded.
    """
    n = 0
    delimiter, quoted = _layout(decoded(stream.peek(), whole=False)) or (",", True)
    columns: Columns | None = None
    width = 0
    for row in Rows(stream, delimiter, quoted):
        if columns is None and not isinstance(row, BadRow):
            if not _SEPARATOR.fullmatch(row[0].strip() + delimiter * (len(row) == 2)):
                columns, width = columns_of(row), len(row)
            continue
        if n >= skip:
            if isinstance(row, BadRow):
                yield reject(file, n, row.reason, row.excerpt[:800])
            else:
                yield _record(row, columns or {}, width, Source(file, n))
        n += 1
    if stream.broken and n >= skip:
        yield reject(file, n, f"{stream.broken} after {n} records", cut=True)


def _layout(head: str) -> tuple[str, bool] | None:
    """What parts the cells, and whether quotation marks enclose them."""
    rows = [row for row in head.split("\n", 20) if row.strip()]
    stated = _SEPARATOR.fullmatch(rows[0].strip("\r ")) if rows else None
    first = rows[1:2] if stated else rows[:1]
    best: tuple[int, str, bool] | None = None
    for delimiter in (stated[1],) if stated else _DELIMITERS:
        try:
            header = next(csv.reader([row.strip("\r") for row in first], delimiter=delimiter), [])
        except (csv.Error, TypeError, ValueError):
            continue
        columns = columns_of(header)
        if is_table_of_references(columns) and (best is None or len(header) > best[0]):
            best = (len(header), delimiter, not (delimiter == "\t" and {"PT", "TI"} <= set(header)))
    return None if best is None else best[1:]


def _record(row: list[str], columns: Columns, width: int, source: Source) -> Article | Reject:
    cells = _Cells(row, columns)
    excerpt = " | ".join(cell for cell in row if cell)[:800]
    if len(row) * 2 < width or any(cell.strip() for cell in row[width:]):
        reason = f"row has {len(row)} cells and the header {width}"
        return reject(source.file, source.record, reason, excerpt)
    pmid_stated = _WHOLE.sub(r"\1", cells["pmid"])
    pmid = clean_pmid(pmid_stated) or stated_pmid(pmid_stated)
    if pmid_stated and not pmid:
        reason = f"PMID {pmid_stated!r} is not a number"
        return reject(source.file, source.record, reason, excerpt)
    title = plain(cells["title"])
    abstract = all_sections(filter(None, map(plain, cells.all("abstract"))))
    text = tuple(Section(line) for line in map(one_line, cells.raw("text").splitlines()) if line)
    sections = abstract or text
    if not title and not sections:
        return reject(source.file, source.record, "record has neither title nor text", excerpt)
    place = _place(cells)
    date, year = date_and_year(
        [_WHOLE.sub(r"\1", cells["year"]), cells["date"], place.get("date", "")]
    )
    links, notes = cells.all("url"), cells["notes"]
    pmid = pmid or stated_pmid(notes) or linked_pmid(links)
    doi = stated_doi(cells.all("doi")) or linked_doi([*links, notes])
    types = publication_types(_types(cells.all("types")), title)
    return Article(
        id=_identity(cells, pmid, doi, title or sections[0].text, year),
        title=title,
        sections=sections,
        body=text if abstract and text != abstract else (),
        journal=plain(cells["journal"] or place.get("journal", "")),
        journal_abbreviation=plain(cells["abbreviation"]),
        year=year,
        publication_date=date,
        volume=cells["volume"] or place.get("volume", ""),
        issue=cells["issue"] or place.get("issue", ""),
        pages=cells["pages"]
        or page_range(cells["first"], cells["last"])
        or cells["number"]
        or place.get("pages", ""),
        authors=_authors(cells["authors"]),
        doi=doi,
        pmcid=pmcid_in(cells["pmcid"])
        or (pmcid_in(notes) if "PMCID" in notes else "")
        or linked_pmcid(links),
        publication_types=types,
        language=language_codes(cells["language"]),
        keywords=unique(_items(cells["keywords"])),
        copyright=cells["copyright"],
        vernacular_title=plain(cells["vernacular"]),
        status=status_of(types, ()),
        source=source,
    )


class _Cells:
    """A row's cells by field; empty where the row has none."""

    def __init__(self, row: list[str], columns: Columns) -> None:
        self._row = row
        self._columns = columns

    def raw(self, field: str) -> str:
        """The first cell of the field that is not empty, as it stands."""
        for place in self._columns.get(field, ()):
            if place < len(self._row) and not is_empty(self._row[place].strip()):
                return self._row[place]
        return ""

    def __getitem__(self, field: str) -> str:
        return one_line(self.raw(field))

    def all(self, field: str) -> list[str]:
        """All cells of the field that are not empty, each on one line."""
        row, places = self._row, self._columns.get(field, ())
        found = (one_line(row[place]) for place in places if place < len(row))
        return [cell for cell in found if not is_empty(cell)]


def _identity(cells: _Cells, pmid: str, doi: str, title: str, year: int | None) -> str:
    own = cells["id"]
    if not own and not is_telling(title):
        own = cells["key"]  # the program's that wrote the table, which others do not know
    if own and not pmid and not doi:
        return f"id:{own}"
    return article_id(pmid, doi, title, year)


def _place(cells: _Cells) -> dict[str, str]:
    """What a column tells that holds journal, year, volume and pages in one."""
    source = cells["source"]
    match = _EMBASE.fullmatch(source) or _PUBMED.fullmatch(source)
    if match is not None:
        return {name: value.strip() for name, value in match.groupdict("").items()}
    if source.casefold() in _DATABASES or len(source) > _LONGEST_JOURNAL:
        return {}
    return {"journal": source}


def _types(stated: list[str]) -> list[str]:
    """Each type in its cell, whole and at its parts: some of NLM's types hold a comma."""
    parts = [part for value in stated for part in re.split(r"[;|]", value)]
    return parts + [item for part in parts for item in part.split(",")]


def _items(cell: str) -> list[str]:
    """The items of a list in a cell: Python's, or parted by ``;``, ``|`` or commas."""
    if cell[:2] in ("['", '["'):
        return [one_line(item) for item in _LISTED.findall(cell)]
    for mark in (";", "|"):
        if mark in cell:
            return [item.strip() for item in cell.split(mark)]
    return _at_commas(cell)


def _at_commas(cell: str) -> list[str]:
    """Part a list at its commas, but not within brackets: at those before a closing one.

    From back to front in one pass: a look-ahead from each comma takes hours on a long cell.
    """
    items, end, within = [], len(cell), False
    for mark in reversed(list(_COMMA_OR_BRACKET.finditer(cell))):
        if mark[0] != ",":
            within = mark[0] == ")"
        elif not within:
            items.append(cell[mark.end() : end].strip())
            end = mark.start()
    return [cell[:end].strip(), *reversed(items)]


def _authors(cell: str) -> tuple[Author, ...]:
    """Names parted by ``;`` or ``|``, or by commas where no name holds one itself."""
    cell = _IN_BRACKETS.sub("", cell).rstrip(".")
    if cell[:2] in ("['", '["') or ";" in cell or "|" in cell:
        return authors(_items(cell))
    names = [name.strip() for name in re.split(r",| and (?=\S)", cell)]
    if len(names) > 2 or all(_INITIALS.fullmatch(name) for name in names):
        return authors(names)
    return authors(re.split(r" and (?=\S)", cell))
