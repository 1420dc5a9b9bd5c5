"""Plain text: one file is one article, its paragraphs the sections.

UTF-8, UTF-16 with its byte order mark, else Windows-1252. A short first line with more below it is
the title, else the file's name is. Markdown is read as it stands, but for the marks before its
title. Nothing else is known of a text: it has no date, no authors and no kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.corpus.fields import one_line, reject
from rag.corpus.status import status_of
from rag.corpus.streams import LIMIT, Stream, decoded
from rag.types import Article, Record, Section, Source

_MAX_TITLE = 300
_BLANK = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")
_BREAK = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_HEADING = re.compile(r"#{1,6}\s+")
_PRINTABLE = 0.95


def sniff(head: bytes) -> bool:
    """True where ``head`` is text, and neither JSON nor XML.

    That says little, so it is to be asked last, and for files that are named as text.
    """
    text = decoded(head, whole=False)
    start = text.lstrip("\ufeff").lstrip()
    if not start or start[0] in "{<" or start.startswith(("[{", "[\n")) or "\0" in text:
        return False
    printable = sum(c.isprintable() or c in "\t\r\n\f" for c in text)
    return printable >= _PRINTABLE * len(text)


def read(stream: Stream, file: str, skip: int = 0) -> Iterator[Record]:
    """Yield the one article of a text.

    Args:
        stream: the decompressed content.
        file: the file's name, for ``Source`` and for a text without a title.
        skip: 1 or more leaves the article out.
    """
    if skip:
        return
    pieces: list[bytes] = []
    size = 0
    while chunk := stream.read():
        size += len(chunk)
        if size > LIMIT:
            yield reject(file, 0, f"text is longer than {LIMIT >> 20} MiB", pieces[0])
            return
        pieces.append(chunk)
    if stream.broken:
        # half a text would pass for a whole one
        yield reject(file, 0, f"{stream.broken} after 0 records", cut=True)
        return
    yield _record(decoded(b"".join(pieces)), file)


def _record(text: str, file: str) -> Record:
    text = _BREAK.sub("\n", text).strip()
    if not text or not one_line(text):
        return reject(file, 0, "no text")
    stem = file.removesuffix(".gz").rpartition(".")[0] or file
    first, _, rest = text.partition("\n")
    title = one_line(_HEADING.sub("", first.strip(), count=1))
    if not title or len(title) > _MAX_TITLE or not rest.strip():
        title, rest = one_line(stem), text
    paragraphs = (one_line(paragraph) for paragraph in _BLANK.split(rest))
    return Article(
        id=f"id:{one_line(stem)}",
        title=title,
        sections=tuple(Section(paragraph) for paragraph in paragraphs if paragraph),
        status=status_of((), (), title),
        source=Source(file, 0),
    )
