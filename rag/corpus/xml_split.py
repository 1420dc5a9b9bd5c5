"""Cuts any XML stream into records, as bytes, without parsing them.

The idea of ``pubmed_split`` for formats with other tags: a record is the bytes from its start
tag to its end tag, the document type before it is never parsed, and a record that is not well
formed costs only itself. It holds for formats whose records do not nest. What stands between
records and is not white space, a comment or an outer tag comes out as a problem.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.corpus.pubmed_split import Piece
from rag.corpus.streams import LIMIT, Stream

_GAP = 1 << 16
_TAG_END = b" \t\r\n>/"
# no "<" inside a token and short gaps only: each alternative is linear on hostile bytes
_PROLOG = rb"\xef\xbb\xbf|<\?[^<>]*\?>|<!DOCTYPE[^<>\[]*(?:\[[^\]]*\]\s*)?>"


class Tags:
    """The tags of one format, each a plain name.

    Args:
        record: the tag of a record.
        around: tags that may stand around records.
        passed: tags that may stand between records, and whose text is passed over.
    """

    def __init__(
        self, record: str, around: tuple[str, ...] = (), passed: tuple[str, ...] = ()
    ) -> None:
        self.record = record.encode("ascii")
        roots = "|".join(map(re.escape, around)).encode("ascii") or rb"(?!)"
        fields = "|".join(map(re.escape, passed)).encode("ascii") or rb"(?!)"
        self.next = re.compile(rb"<(?:(!--)|(" + self.record + rb")(?=[\s>/]))")
        self.root = re.compile(rb"<(/?)(?:" + roots + rb")\b[^<>]*?(/?)>")
        self.markup = re.compile(
            _PROLOG
            + rb"|</?(?:"
            + roots
            + rb")\b[^<>]*>|<(?:"
            + fields
            + rb")\b[^<>]*(?:/>|>[^<>]*</(?:"
            + fields
            + rb")\s*>)"
        )


def split(stream: Stream, tags: Tags) -> Iterator[Piece]:
    """Yield the pieces of a stream in order; about ``LIMIT`` bytes are held at most."""
    return _Splitter(stream, tags).pieces()


class _Splitter:
    def __init__(self, stream: Stream, tags: Tags) -> None:
        self._stream = stream
        self._tags = tags
        self._buffer = b""
        self._at = 0  # everything before is done with
        self._ended = False
        self._open = 0  # outer tags that are open
        self._told = False  # of the junk that is being passed over

    def pieces(self) -> Iterator[Piece]:
        while True:
            match = self._tags.next.search(self._buffer, self._at)
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
            piece = self._record()
            if piece is None:
                break
            yield piece
        if self._buffer[self._at :].strip() or self._open or self._stream.broken:
            reason = self._stream.broken or (
                "file ends inside a record"
                if self._tags.next.match(self._buffer, self._at)
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
        for closes, empty in self._tags.root.findall(gap[-_GAP:]):
            if not empty:
                self._open = max(0, self._open + (-1 if closes else 1))
        junk = gap if len(gap) > 2 * _GAP else self._tags.markup.sub(b"", gap).strip()
        if junk and not self._told:
            self._told = True
            yield Piece(junk[:_GAP], problem="text outside any record")

    def _record(self) -> Piece | None:
        """Cut the record that starts here; ``None`` where the stream ends inside it."""
        tag = self._tags.record
        start_tag = len(tag) + 1
        name = tag.decode("ascii")
        while (close := self._buffer.find(b">", self._at + start_tag)) < 0:
            if len(self._buffer) - self._at > _GAP:
                return self._give_up(start_tag)
            if not self._more():
                return None
        if self._buffer[close - 1] == 0x2F:  # an empty element
            data = self._buffer[self._at : close + 1]
            self._at = close + 1
            return Piece(data, name)
        size = self._size_to(b"</" + tag + b">", start_tag)
        if size is None:
            return None
        if size == 0:
            return self._give_up(start_tag)
        begin = self._at
        inner = self._start_of_next(begin + start_tag, begin + size)
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

    def _start_of_next(self, begin: int, end: int) -> int:
        tag = b"<" + self._tags.record
        at = begin - 1
        while (at := self._buffer.find(tag, at + 1, end)) >= 0:
            after = at + len(tag)
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
