"""EndNote's tagged export ("refer"): ``%0 Journal Article``, ``%T`` a title, ``%A`` an author.

A record begins with ``%0``; in a file without ``%0`` a blank line before a tag parts records.
Lines without a tag go on with the field before. The tags stand for those of RIS, and are read
as those; what they mean: https://support.clarivate.com (EndNote: Refer/BibIX).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.corpus.fields import reject
from rag.corpus.ris_fields import Fields, article_of
from rag.corpus.streams import LIMIT, Stream, decoded, lines
from rag.types import Article, Record, Reject, Source

_BOM = b"\xef\xbb\xbf"
_TAGGED = re.compile(rb"%([0-9A-Z@!#$&()*+,.:;<>=?\[\]^~|/])(?:[ \t]+(.*)|$)", re.DOTALL)
_TAGS = {
    "0": "TY", "1": "C1", "2": "C2", "3": "C3", "4": "C4", "7": "ET", "8": "DA", "9": "M3",
    "A": "AU", "B": "T2", "D": "PY", "E": "ED", "G": "LA", "J": "JF", "K": "KW", "M": "AN",
    "N": "IS", "O": "JA", "P": "SP", "R": "DO", "S": "T3", "T": "TI", "U": "UR", "V": "VL",
    "W": "DP", "X": "AB", "Z": "N1", "!": "ST", ">": "L1", "~": "DB",
}  # fmt: skip
_SNIFF = re.compile(rb"%[TAJXD][ \t]+\S")


def sniff(head: bytes) -> bool:
    """True where the text begins with ``%0 `` or two tags, and a title or an author follows."""
    rows = [row.strip() for row in head.removeprefix(_BOM).split(b"\n") if row.strip()]
    first = [_TAGGED.match(row) is not None for row in rows[:2]]
    if not first or not all(first):
        return False
    return rows[0].startswith(b"%0 ") or bool(_SNIFF.match(rows[0]) and len(first) > 1)


def read(stream: Stream, file: str, skip: int = 0) -> Iterator[Record]:
    """Yield the records of an EndNote stream in file order.

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
    too_long = blank = numbered = False
    for line in lines(stream):
        if line is None:
            too_long = True
            continue
        line = line.rstrip(b"\r").removeprefix(_BOM)
        if not line.strip():
            blank = True
            continue
        numbered = numbered or line.startswith(b"%0 ")
        starts = line.startswith(b"%0 ") if numbered else blank and _TAGGED.match(line) is not None
        blank = False
        if starts and (block or too_long):
            yield None if too_long else block
            block, size, too_long = [], 0, False
        elif not block and not too_long and not _TAGGED.match(line):
            continue  # lines before the first field
        size += len(line) + 64  # what a list and a bytes object cost beside the text
        too_long = too_long or size > LIMIT
        if too_long:
            block.clear()
        else:
            block.append(line)
    if (block or too_long) and not stream.broken:
        yield None if too_long else block


def _record(block: list[bytes], file: str, n: int) -> Article | Reject:
    article = article_of(_fields(block), Source(file, n))
    if article is None:
        return reject(file, n, "record has neither title nor text", b" ".join(block[:5]))
    return article


def _fields(block: list[bytes]) -> Fields:
    fields: Fields = {}
    value: list[str] = []
    for line in block:
        match = _TAGGED.match(line)
        if match is None:
            value.append(decoded(line))
            continue
        value = [decoded(match[2] or b"")]
        tag = match[1].decode("ascii")
        fields.setdefault(_TAGS.get(tag, f"%{tag}"), []).append(value)
    return fields
