"""Notes of MIMIC as tables: ``NOTEEVENTS.csv`` of MIMIC-III, the tables of MIMIC-IV-Note.

Columns are known by their names, in any order and case. A note is an article ``note:…`` with the
number of its row, its patient (``subject``) and admission (``encounter``). A note that its
source marks as an error is a deletion. Years are read where they can be true: MIMIC shifts its
dates to 2100 to 2200, so there ``year`` is empty while ``publication_date`` is as stated.

The text of a note is about a patient: no reject carries a word of it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator

from rag.corpus.fields import one_line, reject, year_in
from rag.corpus.note_sections import note_sections
from rag.corpus.streams import LIMIT, Stream, decoded, lines
from rag.types import Article, Deletion, Record, Source

_BOM = b"\xef\xbb\xbf"
_IDS = ("row_id", "note_id")
_NEEDED = ("subject_id", "text")
_CATEGORIES = {
    "DS": "Discharge summary",
    "AD": "Discharge summary addendum",
    "RR": "Radiology report",
    "AR": "Radiology report addendum",
}
_ID = re.compile(r"[\w-]{1,64}", re.ASCII)
_ROW = re.compile(rb'"?[\w-]+"?,"?\d')
_QUOTES = "quotes of the row do not match"
_TELLING = 4  # columns before the text by which a row is known
_NUMBER = rb'(?:"\d+"|\d+)'
_CELLS = {"row_id": _NUMBER, "subject_id": _NUMBER, "note_id": rb'(?:"[\w-]+"|[\w-]+)'}
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def sniff(head: bytes) -> bool:
    """True where the first line names the columns of a table of notes."""
    return _columns(head.removeprefix(_BOM).partition(b"\n")[0]) is not None


def read(stream: Stream, file: str, skip: int = 0) -> Iterator[Record]:
    """Yield the notes of a table in file order.

    Args:
        stream: the decompressed content.
        file: the file's name, for ``Source``.
        skip: leading records that are counted but neither parsed nor yielded.
    """
    # the setting is the process's; its default is too short for a long note
    csv.field_size_limit(max(csv.field_size_limit(), LIMIT))
    source = lines(stream)
    first = next(source, None)
    columns = _columns((first or b"").removeprefix(_BOM))
    n = 0
    if columns is None:
        if first is not None or not stream.broken:
            if not skip:
                yield reject(file, 0, "first line does not name the columns of a table of notes")
            n = 1
    else:
        for row in _rows(source, columns):
            if n >= skip:
                yield _record(row, columns, file, n)
            n += 1
    if stream.broken and n >= skip:
        yield reject(file, n, f"{stream.broken} after {n} records", cut=True)


def note_texts(stream: Stream, wanted: Collection[str]) -> dict[str, str]:
    """Return the texts of the notes with these numbers as they are in the table, line by line.

    A note that its source marks as an error is left out, as in ``read``.

    Args:
        stream: the decompressed content.
        wanted: values of ``ROW_ID`` (MIMIC-III) or ``note_id`` (MIMIC-IV).
    """
    csv.field_size_limit(max(csv.field_size_limit(), LIMIT))
    source = lines(stream)
    columns = _columns((next(source, None) or b"").removeprefix(_BOM))
    found: dict[str, str] = {}
    if columns is None:
        return found
    for row in _rows(source, columns):
        if isinstance(row, str) or len(row) != len(columns):
            continue
        note = dict(zip(columns, row, strict=True))
        number = next((note[name].strip() for name in _IDS if name in note), "")
        if number in wanted and note.get("iserror", "").strip() not in ("1", "1.0"):
            found.setdefault(number, note["text"])
            if len(found) == len(wanted):
                break
    return found


def _columns(line: bytes) -> list[str] | None:
    if len(line) > 1 << 12:
        return None
    names = [name.strip(' "\r\t').lower() for name in line.decode("latin-1").split(",")]
    known = all(name in names for name in _NEEDED) and any(name in names for name in _IDS)
    return names if known else None


def _rows(source: Iterator[bytes | None], columns: list[str]) -> Iterator[list[str] | str]:
    """The cells of each row, or why there is none.

    A row goes on while a quote is open. A line that can only be the start of a row ends a row
    whose quote was never closed, which would else take all that follows for its text; what
    follows a bad row up to such a line belongs to it.
    """
    start = _start_of_row(columns)
    row: list[bytes] = []
    size = 0
    is_open = lost = False
    for line in source:
        starts = start is not None and line is not None and start.match(line) is not None
        if row and starts:
            yield "a quote is never closed"
            row = []
        if lost and not starts:
            continue
        lost = False
        if line is None or (row and size + len(line) > LIMIT):
            yield f"row is longer than {LIMIT >> 20} MiB"
            row, lost = [], start is not None
            continue
        if not row:
            size, is_open = 0, False
            if not line.strip():
                continue
            if start is not None and not starts and not _ROW.match(line):
                yield "line does not start a row"
                lost = True
                continue
        row.append(line)
        size += len(line) + 64  # what a list and a bytes object cost beside the text
        is_open ^= line.count(b'"') % 2 == 1
        if not is_open:
            cells = _cells(b"\n".join(row))
            lost = cells is None and start is not None
            yield _QUOTES if cells is None else cells
            row = []
    if row:
        yield "a quote is never closed"


def _start_of_row(columns: list[str]) -> re.Pattern[bytes] | None:
    """What a line looks like that starts a row, if the columns before the text can tell."""
    place = columns.index("text")
    if place < _TELLING:
        return None
    cells = [_CELLS.get(name, rb'(?:"[^"]*"|[^",]*)') for name in columns[:place]]
    return re.compile(b"".join(cell + b"," for cell in cells) + b"(?!,)")


def _cells(row: bytes) -> list[str] | None:
    """The cells of a row; ``None`` where its quotes do not match."""
    try:
        (cells,) = csv.reader([decoded(row.rstrip(b"\r"))], strict=True)
    except (csv.Error, ValueError):
        return None
    return cells


def _record(cells: list[str] | str, columns: list[str], file: str, n: int) -> Record:
    if isinstance(cells, str):
        return reject(file, n, cells)
    if len(cells) != len(columns):
        return reject(file, n, f"row has {len(cells)} cells and not {len(columns)}")
    note = dict(zip(columns, cells, strict=True))
    number = next((note[name].strip() for name in _IDS if name in note), "")
    subject, encounter = note["subject_id"].strip(), note.get("hadm_id", "").strip()
    encounter = encounter.removesuffix(".0")  # as tables write a whole number
    if not _ID.fullmatch(number):
        return reject(file, n, "number of the note is not one")
    if not _ID.fullmatch(subject) or (encounter and not _ID.fullmatch(encounter)):
        return reject(file, n, "number of the patient or the admission is not one")
    if note.get("iserror", "").strip() in ("1", "1.0"):
        return Deletion(f"note:{number}", Source(file, n))
    title = _title(note)
    sections = note_sections(note["text"])
    if not sections:
        return reject(file, n, "note has no text")
    found = _DATE.match(note.get("chartdate", "").strip() or note.get("charttime", "").strip())
    date = found[0] if found else ""
    return Article(
        id=f"note:{number}",
        title=title,
        sections=sections,
        year=year_in(date),
        publication_date=date,
        language="eng",
        subject=subject,
        encounter=encounter,
        source=Source(file, n),
    )


def _title(note: dict[str, str]) -> str:
    kind = one_line(note.get("note_type", ""))
    kind = one_line(note.get("category", "")) or _CATEGORIES.get(kind, kind)
    return ": ".join(filter(None, (kind, one_line(note.get("description", "")))))
