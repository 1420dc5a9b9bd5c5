"""MEDLINE text, as PubMed's "PubMed" and ``.nbib`` downloads write it.

A field is a code of up to four letters padded to four, ``- `` and a value; lines that begin
with white space go on with the value. Records are parted by blank lines, or by the next
``PMID-``. Bytes that are not UTF-8 are read as Windows-1252. Not read: affiliations, grants
and the dates of processing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.corpus.fields import iso_date, mesh_heading, one_line, reject, unique, year_in
from rag.corpus.identity import article_id, clean_pmid
from rag.corpus.medline_fields import (
    RELATIONS,
    abstract_sections,
    article_doi,
    authors,
    relation,
    substance,
)
from rag.corpus.status import status_of
from rag.corpus.streams import LIMIT, Stream, decoded, lines
from rag.types import Article, Record, Reject, Section, Source

_FIELD = re.compile(rb"([A-Z][A-Z0-9]{1,3}) {0,2}-(?: (.*))?$", re.DOTALL)
_CODE_WIDTH = 4
_BOM = b"\xef\xbb\xbf"
_SNIFF = re.compile(rb"^(?:PMID|OWN |STAT|DCOM|TI  |FAU |JT  )- \S", re.MULTILINE)
_RIS = re.compile(rb"^TY  - ", re.MULTILINE)

# fields with which no record begins
_REST = re.compile(rb"(?:    |(?:AB|AU|FAU|AD|MH|PT|LA|TA|JT|SO|CI|OT|RN|DP|AID|PST|GR) {0,2}- )")

Field = tuple[str, str]


def sniff(head: bytes) -> bool:
    """True where ``head`` starts with MEDLINE fields (RIS, its likeness, starts with TY)."""
    text = head.removeprefix(_BOM).lstrip()
    first = _field(text.partition(b"\n")[0].rstrip(b"\r"))
    return first is not None and bool(_SNIFF.search(text)) and not _RIS.search(text)


def read(stream: Stream, file: str, skip: int = 0) -> Iterator[Record]:
    """Yield the records of a MEDLINE text stream in file order.

    Args:
        stream: the decompressed content.
        file: the file's name, for ``Source``.
        skip: leading records that are counted but neither parsed nor yielded.
    """
    n = 0
    for block in _blocks(stream):
        if n >= skip:
            if block is None:
                yield reject(file, n, f"record is longer than {LIMIT >> 20} MiB")
            else:
                yield _record(block, file, n)
        n += 1
    if stream.broken and n >= skip:
        yield reject(file, n, f"{stream.broken} after {n} records", cut=True)


def _blocks(stream: Stream) -> Iterator[list[bytes] | None]:
    """The lines of each record; ``None`` for a record over the limit.

    A record that a broken stream cuts is left out: it would pass for a whole one.
    """
    block: list[bytes] = []
    size = 0
    has_pmid = too_long = is_apart = False
    first = True
    for line in lines(stream):
        if line is None:
            too_long = True
            continue
        line = line.rstrip(b"\r")
        if first:
            line = line.removeprefix(_BOM)
            first = False
        if not line.strip():
            is_apart = True
            continue
        is_pmid = line.startswith(b"PMID-")
        # a record begins with its PMID; behind a blank line others do so too, but an abstract
        # or an author there is the rest of the record before
        begins = is_pmid or (is_apart and (not has_pmid or not _REST.match(line)))
        if begins and (block or too_long) and (is_apart or has_pmid):
            yield None if too_long else block
            block, size, has_pmid, too_long = [], 0, False, False
        is_apart = False
        has_pmid = has_pmid or is_pmid
        size += len(line) + 64  # what a list and a bytes object cost beside the text
        too_long = too_long or size > LIMIT
        if not too_long:
            block.append(line)
        else:
            block.clear()
    if (block or too_long) and not stream.broken:
        yield None if too_long else block


def _field(line: bytes) -> tuple[str, bytes] | None:
    match = _FIELD.match(line)
    if match is None or line[_CODE_WIDTH : _CODE_WIDTH + 1] != b"-":
        return None
    return match[1].decode("ascii"), match[2] or b""


def _fields(block: list[bytes]) -> list[Field]:
    found: list[tuple[str, list[bytes]]] = []
    for line in block:
        field = _field(line)
        if field is not None:
            found.append((field[0], [field[1]]))
        elif found:
            found[-1][1].append(line)  # a continuation, also where its indent got lost
    return [(code, one_line(" ".join(map(decoded, parts)))) for code, parts in found]


def _record(block: list[bytes], file: str, n: int) -> Article | Reject:
    fields = [(code, value) for code, value in _fields(block) if value]
    excerpt = b" ".join(block[:5])
    if not fields:
        return reject(file, n, "no MEDLINE field in this block of lines", excerpt)
    many: dict[str, list[str]] = {}
    for code, value in fields:
        many.setdefault(code, []).append(value)
    one = {code: values[0] for code, values in many.items()}
    pmid = clean_pmid(one.get("PMID", ""))
    if "PMID" in one and not pmid:
        return reject(file, n, f"PMID {one['PMID']!r} is not a number", excerpt)
    vernacular = one.get("TT", "")
    title = one.get("TI") or vernacular or one.get("BTI", "")
    sections = _sections(fields)
    if not title and not sections:
        return reject(file, n, "record has neither title nor text", excerpt)
    date = one.get("DP", "")
    electronic = one.get("DEP", "")  # 20060110
    if not date:
        date = " ".join(filter(None, (electronic[:4], electronic[4:6], electronic[6:8])))
    year = year_in(date) or year_in(electronic[:4])
    doi = article_doi(many.get("LID", []) + many.get("AID", []))
    types = unique(many.get("PT", []))
    links = tuple(relation(code, value) for code, value in fields if code in RELATIONS)
    revised = one.get("LR", "")
    return Article(
        id=article_id(pmid, doi, title or sections[0].text, year),
        title=title,
        sections=sections,
        journal=one.get("JT", ""),
        journal_abbreviation=one.get("TA", ""),
        journal_id=one.get("JID", ""),
        issn=one.get("IS", "").partition(" ")[0],
        year=year,
        publication_date=date,
        volume=one.get("VI", ""),
        issue=one.get("IP", ""),
        pages=one.get("PG", ""),
        authors=authors(fields),
        doi=doi,
        pmcid=one.get("PMC", ""),
        mesh=tuple(mesh_heading(value) for value in many.get("MH", [])),
        substances=tuple(substance(value) for value in many.get("RN", [])),
        publication_types=types,
        language=",".join(unique(many.get("LA", []))),
        keywords=unique([value.removeprefix("*") for value in many.get("OT", [])]),
        copyright=one.get("CI", ""),
        vernacular_title=vernacular,
        relations=links,
        status=status_of(types, links, title),
        revised=iso_date(revised[:4], revised[4:6], revised[6:8]) if revised else "",
        source=Source(file, n),
    )


def _sections(fields: list[Field]) -> tuple[Section, ...]:
    """The abstract, then others with the language that ``OABL`` states behind them."""
    found: list[Section] = []
    for code, value in fields:
        if code == "AB":
            found.extend(abstract_sections(value))
    for place, (code, value) in enumerate(fields):
        if code == "OAB":
            after = fields[place + 1] if place + 1 < len(fields) else ("", "")
            found.extend(abstract_sections(value, after[1] if after[0] == "OABL" else ""))
    return tuple(found)
