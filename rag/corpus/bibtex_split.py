"""The entries of a BibTeX stream, one by one and bounded, by their balanced brackets.

A bracket behind a backslash does not count. An entry that is still open where a line begins
with another ``@type{`` ends there as a bad one, so that a missing bracket costs one entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from rag.corpus.streams import LIMIT, Stream, decoded, lines

ENTRY = 4 << 20
"""Longest entry; what parses it takes many times its size."""
_BOM = b"\xef\xbb\xbf"
_START = re.compile(rb"\s*@[ \t]*([A-Za-z]{1,40})[ \t]*([{(])")
_BRACES = re.compile(rb"(?<!\\)[{}]")
_ROUND = re.compile(rb'(?<!\\)[{}")]')
_PASSED = (b"comment", b"preamble")


class Block(NamedTuple):
    """An entry's kind in small letters and its text, or the reason why it is none."""

    kind: str
    text: str
    reason: str = ""


def blocks(stream: Stream) -> Iterator[Block]:
    """Yield the entries and ``@string`` definitions; comments and preambles are passed over.

    An entry that a broken stream cuts is left out.
    """
    one = _Open()
    first = True
    for line in lines(stream):
        if line is None:
            if one.kind not in _PASSED:
                yield Block("", "", f"line is longer than {LIMIT >> 20} MiB")
            one = _Open()
            continue
        if first:
            line = line.removeprefix(_BOM)
            first = False
        if one.kind and _START.match(line):
            if one.kind not in _PASSED:
                yield one.bad("entry is not closed")
            one = _Open()
        at = 0
        while True:
            if not one.kind:
                match = _START.match(line, at)
                if match is None:
                    break
                one = _Open(match[1].lower(), round=match[2] == b"(")
                begin, at = match.start(), match.end()
            else:
                begin = at
            end = one.end_in(line, at)
            if end < 0:
                one.add(line[begin:])
                break
            one.add(line[begin:end])
            if one.kind not in _PASSED:
                yield one.block()
            one, at = _Open(), end
    if one.kind and one.kind not in _PASSED and not stream.broken:
        yield one.bad("entry is not closed")


class _Open:
    """An entry while it is read; without a kind, the space between entries."""

    def __init__(self, kind: bytes = b"", round: bool = False) -> None:
        self.kind = kind
        self._round = round
        self._depth = 0 if round else 1
        self._quoted = False
        self._size = 0
        self._pieces: list[bytes] = []
        self._begin = b""

    def add(self, piece: bytes) -> None:
        self._begin = self._begin or piece[:800]
        self._size += len(piece) + 64  # what a list and a bytes object cost beside the text
        if self._size > ENTRY or self.kind in _PASSED:
            self._pieces.clear()
        else:
            self._pieces.append(piece)

    def end_in(self, line: bytes, at: int) -> int:
        """Where the entry ends in the line, or -1."""
        if self._round:
            return self._round_end(line, at)
        closing = line.count(b"}", at) - line.count(b"\\}", at)
        if closing < self._depth:
            self._depth += line.count(b"{", at) - line.count(b"\\{", at) - closing
            return -1
        for match in _BRACES.finditer(line, at):
            self._depth += 1 if match[0] == b"{" else -1
            if self._depth == 0:
                return match.end()
        return -1

    def _round_end(self, line: bytes, at: int) -> int:
        for match in _ROUND.finditer(line, at):
            if match[0] == b"{":
                self._depth += 1
            elif match[0] == b"}":
                self._depth = max(0, self._depth - 1)
            elif self._depth == 0 and match[0] == b'"':
                self._quoted = not self._quoted
            elif self._depth == 0 and not self._quoted:
                return match.end()
        return -1

    def block(self) -> Block:
        if self._size > ENTRY:
            return self.bad(f"entry is longer than {ENTRY >> 20} MiB")
        return Block(self.kind.decode("ascii"), decoded(b"\n".join(self._pieces)))

    def bad(self, reason: str) -> Block:
        return Block(self.kind.decode("ascii"), decoded(self._begin), reason)
