"""RIS, the tagged text that databases and reference managers exchange.

A record runs from ``TY  -`` to ``ER  -``; where ``ER`` is missing it ends at the next ``TY``.
A field is a tag of two characters, two spaces, a dash and a value; lines without a tag go on
with the value. A tab before the dash counts as spaces, and a file that writes ``TY - `` may use
one space everywhere. Lines between records (Ovid numbers them) are passed over. Bytes that are
not UTF-8 are read as Windows-1252. Not read: editors, affiliations, references, publishers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.corpus.fields import reject
from rag.corpus.ris_fields import Fields, article_of
from rag.corpus.streams import LIMIT, Stream, decoded, lines
from rag.types import Article, Record, Reject, Source

_BOM = b"\xef\xbb\xbf"
_START = re.compile(rb"TY[ \t]{1,4}-")
_END = re.compile(rb"ER[ \t]{1,4}-")
_TAGGED = re.compile(rb"([A-Z][A-Z0-9])(?:[ \t]{2}| ?\t[ \t]*)-[ \t]*(.*)", re.DOTALL)
# "T2 - weighted" is text in a file that writes two spaces
_LOOSE = re.compile(rb"([A-Z][A-Z0-9])[ \t]{1,4}-[ \t]*(.*)", re.DOTALL)
_LOOSE_START = re.compile(rb"TY -")
# fields that open a record of their own where TY got lost
_OPENS = re.compile(rb"(?:TI|T1|AU|A1|AB|N2)  - \S")
_SNIFF_LINES = 10


def sniff(head: bytes) -> bool:
    """True where one of the first lines is ``TY  -`` and the next is a tag too."""
    rows = [row.strip() for row in head.removeprefix(_BOM).split(b"\n") if row.strip()]
    for place, row in enumerate(rows[:_SNIFF_LINES]):
        if row[:1] in (b"<", b"{", b"@", b"%"):
            return False
        if _START.match(row.removeprefix(_BOM)):
            return place + 1 == len(rows) or bool(_LOOSE.match(rows[place + 1]))
    return False


def read(stream: Stream, file: str, skip: int = 0) -> Iterator[Record]:
    """Yield the records of a RIS stream in file order.

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
    inside = too_long = False
    for line in lines(stream):
        if line is None:
            inside = too_long = True
            continue
        line = line.rstrip(b"\r").removeprefix(_BOM)
        starts = _START.match(line) is not None
        if inside and (starts or _END.match(line)):
            yield None if too_long else block
            block, size, inside, too_long = [], 0, False, False
        if not inside:
            if not starts and not _OPENS.match(line):
                continue
            inside = True
        size += len(line) + 64  # what a list and a bytes object cost beside the text
        too_long = too_long or size > LIMIT
        if too_long:
            block.clear()
        else:
            block.append(line)
    if inside and not stream.broken:
        yield None if too_long else block


def _record(block: list[bytes], file: str, n: int) -> Article | Reject:
    article = article_of(_fields(block), Source(file, n))
    if article is None:
        return reject(file, n, "record has neither title nor text", b" ".join(block[:5]))
    return article


def _fields(block: list[bytes]) -> Fields:
    tagged = _LOOSE if _LOOSE_START.match(block[0]) else _TAGGED
    fields: Fields = {}
    value: list[str] = []
    for number, line in enumerate(block):
        match = (_LOOSE if number == 0 else tagged).match(line)
        if match is not None:
            value = [decoded(match[2])]
            fields.setdefault(match[1].decode("ascii"), []).append(value)
        else:
            value.append(decoded(line))
    return fields
