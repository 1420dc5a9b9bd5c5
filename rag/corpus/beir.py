"""JSON lines in the form of BEIR: ``{"_id", "title", "text", "metadata"}``, one object a line.

``metadata`` may give ``pmid``, ``doi``, ``year``, ``journal``, ``authors``,
``publication_types``, ``mesh``, ``language`` and ``keywords`` (a list is a JSON list, or one
string with semicolons); other keys are left alone. An
``_id`` of digits is not taken as a PMID, since most collections number their documents: only
a ``pmid`` makes a record a PubMed one. The id is then ``pmid:``, else ``doi:``, else ``id:`` and
the ``_id``. Flat lines are read too: the keys of ``metadata`` may stand beside ``title``, ``id``
for ``_id`` and ``abstract`` for ``text``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from rag.corpus.bad_record import BadRecord
from rag.corpus.bounds import JSON, check
from rag.corpus.fields import author_from_name, mesh_heading, one_line, reject, unique, year_in
from rag.corpus.identity import article_id, clean_doi, clean_pmid
from rag.corpus.status import status_of
from rag.corpus.streams import LIMIT, Stream, lines
from rag.types import Article, Author, Record, Section, Source

_BOM = b"\xef\xbb\xbf"
_SNIFF_LINES = 20
_KEYS = (("_id",), ("title",), ("text", "abstract"))
_METADATA = (
    "pmid", "doi", "year", "journal", "authors", "publication_types", "mesh", "language", "keywords"
)  # fmt: skip
_YEAR = re.compile(r"(\d{4})(?:\.0)?", re.ASCII)  # tables write whole numbers as 1999.0
_EXCERPT = 800


def sniff(head: bytes) -> bool:
    """True where one of the first lines is an object with an id and a title or a text.

    Title and text together do without the id. A title alone does not: other JSON lines keep
    their text under another key, and it would be lost in silence. A first line longer than
    ``head`` is judged by its keys.
    """
    text = head.removeprefix(_BOM).lstrip()
    rows = text.split(b"\n")[:_SNIFF_LINES]
    if len(rows) == 1 and not rows[0].rstrip().endswith(b"}"):
        return text.startswith(b"{") and _looks_right(
            [any(b'"%s"' % name.encode() in text for name in names) for names in _KEYS]
        )
    for row in rows:
        try:
            value = json.loads(row)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict) and _looks_right(
            [any(name in value for name in names) for names in _KEYS]
        ):
            return True
    return False


def _looks_right(has: list[bool]) -> bool:
    return sum(has) >= 2


def read(stream: Stream, file: str, skip: int = 0) -> Iterator[Record]:
    """Yield a record a line that is not blank, in file order.

    Args:
        stream: the decompressed content.
        file: the file's name, for ``Source``.
        skip: leading records that are counted but neither parsed nor yielded.
    """
    n = 0
    for number, line in enumerate(lines(stream), start=1):
        if line is None:
            if n >= skip:
                yield reject(file, n, f"line {number} is longer than {LIMIT >> 20} MiB")
        else:
            line = line.removeprefix(_BOM) if number == 1 else line
            if not line.strip():
                continue
            if n >= skip:
                yield _record(line, number, file, n)
        n += 1
    if stream.broken and n >= skip:
        yield reject(file, n, f"{stream.broken} after {n} records", cut=True)


def _record(line: bytes, number: int, file: str, n: int) -> Record:
    try:
        check(line, JSON)
        value = json.loads(line)
    except RecursionError:
        return reject(file, n, f"line {number} is nested too deep", line[:_EXCERPT])
    except ValueError as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        return reject(file, n, f"line {number} is not JSON: {reason}", line[:_EXCERPT])
    except BadRecord as error:
        return reject(file, n, f"line {number}: {error}", line[:_EXCERPT])
    try:
        return _article(value, Source(file, n))
    except BadRecord as error:
        return reject(file, n, f"line {number}: {error}", line[:_EXCERPT])


def _article(value: object, source: Source) -> Article:
    if not isinstance(value, dict):
        raise BadRecord("not a JSON object")
    metadata = value.get("metadata")
    if metadata is None:
        metadata = {}
    if not isinstance(metadata, dict):
        raise BadRecord("metadata is not an object")
    metadata = {name: value[name] for name in _METADATA if name in value} | metadata
    title = one_line(_string(value, "title"))
    rows = [one_line(row) for row in _either(value, "text", "abstract").splitlines()]
    sections = tuple(Section(row) for row in rows if row)
    if not title and not sections:
        raise BadRecord("neither title nor text")
    year = _year(metadata)
    doi = clean_doi(one_line(_string(metadata, "doi")))
    types = unique(_strings(metadata, "publication_types"))
    return Article(
        id=_identity(value, metadata, doi, title or sections[0].text, year),
        title=title,
        sections=sections,
        journal=one_line(_string(metadata, "journal")),
        year=year,
        publication_date="" if year is None else str(year),
        authors=tuple(_author(name) for name in _strings(metadata, "authors") if name),
        doi=doi,
        mesh=tuple(mesh_heading(name) for name in _strings(metadata, "mesh") if name),
        publication_types=types,
        language=one_line(_string(metadata, "language")),
        keywords=unique(_strings(metadata, "keywords")),
        status=status_of(types, (), title),
        source=source,
    )


def _identity(
    value: dict[str, object], metadata: dict[str, object], doi: str, title: str, year: int | None
) -> str:
    stated = _number_or_string(metadata, "pmid")
    pmid = clean_pmid(stated)
    if stated and not pmid:
        raise BadRecord(f"pmid {stated!r} is not a number")
    own = _number_or_string(value, "_id") or _number_or_string(value, "id")
    if own and not pmid and not doi:
        return f"id:{own}"
    return article_id(pmid, doi, title, year)


def _either(table: dict[str, object], first: str, second: str) -> str:
    return _string(table, first) or _string(table, second)


def _string(table: dict[str, object], key: str) -> str:
    value = table.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadRecord(f"{key} is not a string")
    return value


def _number_or_string(table: dict[str, object], key: str) -> str:
    value = table.get(key)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 63:
        return str(value)
    return one_line(_string(table, key))


def _strings(table: dict[str, object], key: str) -> list[str]:
    value = table.get(key)
    if value is None:
        return []
    if isinstance(value, str):  # a table's cell
        value = value.split(";")
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise BadRecord(f"{key} is not a list of strings")
    return [one_line(item) for item in value]


def _year(metadata: dict[str, object]) -> int | None:
    value = metadata.get("year")
    stated = str(value) if isinstance(value, float) else _number_or_string(metadata, "year")
    if not stated:
        return None
    match = _YEAR.fullmatch(stated)
    year = year_in(match[1]) if match else None
    if year is None:
        raise BadRecord(f"year {stated!r} is not a year")
    return year


def _author(name: str) -> Author:
    return author_from_name("", name) if "," in name else author_from_name(name)
