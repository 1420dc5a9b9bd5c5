"""Cuts a PubMed XML stream into its records, as bytes, without parsing them.

PubMed's records are flat: nothing that looks like a record's tag occurs inside one, since text
is escaped. So a record is the bytes from its start tag to its end tag. Against one parser over
the whole file this buys four things: a record that is not well formed costs only itself; a
resumed run passes over its first records at the speed of a string search; files that were
joined with ``cat`` are read whole; and the document type is never parsed, so that no entity
can be declared, small or large, inside or outside. The price: a CDATA section that holds a
record's tag is misread (PubMed writes none).

Nothing is passed over in silence: what stands between records and is not white space, a
comment or the outer tags comes out as a problem.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.corpus.streams import LIMIT, Stream

_ROOTS = rb"(?:PubmedArticleSet|PubmedBookArticleSet|MedlineCitationSet)"
_RECORDS = rb"(?:PubmedArticle|PubmedBookArticle|MedlineCitation|DeleteCitation|DeleteDocument)"
_NEXT = re.compile(rb"<(?:(!--)|(" + _RECORDS + rb")(?=[\s>/]))")
# no "<" inside a token and short gaps only: each alternative is linear on hostile bytes
_MARKUP = re.compile(
    rb"\xef\xbb\xbf|<\?[^<>]*\?>|<!DOCTYPE[^<>\[]*(?:\[[^\]]*\]\s*)?>|</?" + _ROOTS + rb"\b[^<>]*>"
)
_ROOT = re.compile(rb"<(/?)" + _ROOTS + rb"\b[^<>]*?(/?)>")
_GAP = 1 << 16
_TAG_END = b" \t\r\n>/"

SNIFF = re.compile(rb"<(?:" + _ROOTS + rb"|" + _RECORDS + rb")[\s>/]")
"""Found near the start of every file that this module can cut."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A record's bytes and tag; or, with ``problem``, bytes that are no record.

    ``cut`` marks the problem that ends a file which stops before its end.
    """

    data: bytes
    tag: str = ""
    problem: str = ""
    cut: bool = False


def split(stream: Stream) -> Iterator[Piece]:
    """Yield the pieces of a stream in order; at most ``LIMIT`` bytes are held."""
    return _Splitter(stream).pieces()


def declared_encoding(head: bytes) -> str:
    """Return the encoding that an XML declaration at the start names, else ``utf-8``.

    A declaration of UTF-16 that can be read is of a file that ``Stream`` has turned to UTF-8.
    """
    match = re.match(rb"\s*<\?xml[^<>]*\bencoding\s*=\s*[\"']([A-Za-z0-9._:-]+)", head)
    name = match[1].decode("ascii").lower() if match else "utf-8"
    return "utf-8" if name.startswith(("utf-16", "utf16")) else name


class _Splitter:
    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._buffer = b""
        self._at = 0  # everything before is done with
        self._ended = False
        self._root_open = False
        self._told = False  # of the junk that is being passed over

    def pieces(self) -> Iterator[Piece]:
        while True:
            match = _NEXT.search(self._buffer, self._at)
            if match is None:
                yield from self._no_tag_in_sight()
                if self._ended:
                    break
                continue
            yield from self._gap(match.start())
            self._at = match.start()
            if match[1]:
                if not self._pass_comment():
                    break
                continue
            self._told = False
            piece = self._record(match[2])
            if piece is None:
                break
            yield piece
        if self._buffer[self._at :].strip() or self._root_open or self._stream.broken:
            reason = self._stream.broken or (
                "file ends inside a record"
                if _NEXT.match(self._buffer, self._at)
                else "file ends before its closing tag"
            )
            yield Piece(self._buffer[self._at : self._at + _GAP], problem=reason, cut=True)

    def _no_tag_in_sight(self) -> Iterator[Piece]:
        """Read on; judge what has piled up where that is long, or the last there is."""
        if len(self._buffer) - self._at > _GAP:
            # keep a tail: a tag may be cut in two by the end of the buffer
            keep = max(self._buffer.rfind(b"<"), len(self._buffer) - 64)
            yield from self._gap(keep)
            self._at = keep
        if not self._more():
            yield from self._gap(len(self._buffer))
            self._at = len(self._buffer)

    def _gap(self, end: int) -> Iterator[Piece]:
        """Judge the bytes up to ``end``, which lie outside records."""
        gap = self._buffer[self._at : end].strip()
        if not gap:
            return
        for closes, empty in _ROOT.findall(gap[-_GAP:]):
            self._root_open = not closes and not empty
        junk = gap if len(gap) > 2 * _GAP else _MARKUP.sub(b"", gap).strip()
        if junk and not self._told:
            self._told = True
            yield Piece(junk, problem="text outside any record")

    def _record(self, tag: bytes) -> Piece | None:
        """Cut the record that starts here; ``None`` where the stream ends inside it."""
        start_tag = len(tag) + 1
        name = tag.decode("ascii")
        close = -1
        while (close := self._buffer.find(b">", self._at + start_tag)) < 0:
            if len(self._buffer) - self._at > _GAP:
                return self._give_up(start_tag)
            if not self._more():
                return None
        if self._buffer[close - 1] == 0x2F:  # <DeleteCitation/>
            data = self._buffer[self._at : close + 1]
            self._at = close + 1
            return Piece(data, name)
        size = self._size_to(b"</" + tag + b">", start_tag)
        if size is None:
            return None
        if size == 0:
            return self._give_up(start_tag)
        begin = self._at
        inner = self._start_of_next(tag, begin + start_tag, begin + size)
        if inner >= 0:
            self._at = inner
            return Piece(self._buffer[begin:inner], problem=f"record has no </{name}>")
        self._at = begin + size
        return Piece(self._buffer[begin : begin + size], name)

    def _give_up(self, skip: int) -> Piece:
        data = self._buffer[self._at : self._at + _GAP]
        self._at += skip
        self._told = True  # the rest of this record is junk, and this piece tells of it
        return Piece(data, problem=f"record is longer than {LIMIT >> 20} MiB or has no end")

    def _size_to(self, marker: bytes, skip: int) -> int | None:
        """Bytes from here to the end of ``marker``; 0 over the limit, None at the end."""
        searched = skip
        while True:
            found = self._buffer.find(marker, self._at + searched)
            if found >= 0:
                return found + len(marker) - self._at
            held = len(self._buffer) - self._at
            if held > LIMIT:
                return 0
            searched = max(skip, held - len(marker))
            if not self._more():
                return None

    def _pass_comment(self) -> bool:
        """Move behind the comment that starts here, however long; False where it has no end."""
        marker, skip = b"-->", len(b"<!--")
        while True:
            found = self._buffer.find(marker, self._at + skip)
            if found >= 0:
                self._at = found + len(marker)
                return True
            if len(self._buffer) - self._at > _GAP:
                self._at = len(self._buffer) - len(marker) - skip
            if not self._more():
                return False

    def _start_of_next(self, tag: bytes, begin: int, end: int) -> int:
        at = begin - 1
        while (at := self._buffer.find(b"<" + tag, at + 1, end)) >= 0:
            after = at + 1 + len(tag)
            if after < end and self._buffer[after] in _TAG_END:
                return at
        return -1

    def _more(self) -> bool:
        chunk = b"" if self._ended else self._stream.read()
        if not chunk:
            self._ended = True
            return False
        self._buffer = self._buffer[self._at :] + chunk
        self._at = 0
        return True
