"""Cuts a JSON stream into records, as bytes, without parsing them.

A record is an object that stands alone, in an outer list, on a line of its own (JSON lines),
or in the list at a known path of an outer object (``{"resultList": {"result": [...]}}``). Only
brackets and strings are told apart, so that a record is parsed by itself, a file of any size
takes the memory of one record, and nesting costs a counter.

Where the first line is a whole object, every line is taken by itself, and a broken one costs
only itself. Elsewhere a missing quote or bracket can cost what follows it; what is not closed
within the limit, or at the end of the file, comes out as a problem and not in silence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rag.corpus.streams import LIMIT, Stream, lines

RECORD = LIMIT >> 2
"""Longest record: parsed JSON takes several times the memory of its text."""

_BOM = b"\xef\xbb\xbf"
_EXCERPT = 800
_LONG_WORD = 1 << 10
# a string that the buffer cuts has no closing quote (group 1), and is gone on with below
_STRING = rb'"(?:[^"\\]++|\\.)*+("?)'
_NEAR = re.compile(_STRING + rb'|[{}\[\]:,]|[^\s{}\[\]:,"]+', re.DOTALL)
# up to the next bracket outside strings (group 1), or to a string that the buffer cuts
_INSIDE = re.compile(
    rb'(?:[^{}\[\]"]++|"(?:[^"\\]++|\\.)*+")*+([{}\[\]]|"(?:[^"\\]++|\\.)*+)?', re.DOTALL
)
_REST = re.compile(rb'(?:[^"\\]++|\\.)*+("?)', re.DOTALL)

Paths = tuple[tuple[str, ...], ...]
"""Where an outer object keeps its list of records: the keys that lead to it."""


@dataclass(frozen=True, slots=True)
class JsonPiece:
    """A record's bytes; or, with ``problem``, bytes that are no record.

    ``cut`` marks the problem that ends a file which stops before its end.
    """

    data: bytes
    problem: str = ""
    cut: bool = False


def split(stream: Stream, paths: Paths) -> Iterator[JsonPiece]:
    """Yield the pieces of a stream in order; about ``RECORD`` bytes are held at most."""
    if not _is_lines(stream.peek()):
        splitter = _Splitter(stream.read, paths)
        yield from splitter.pieces()
        if splitter.unfinished or stream.broken:
            reason = stream.broken or f"file ends {splitter.unfinished}"
            yield JsonPiece(splitter.excerpt(), reason, cut=True)
        return
    for number, line in enumerate(lines(stream), start=1):
        if line is None or len(line) > RECORD:
            yield JsonPiece(b"", f"line {number} is longer than {RECORD >> 20} MiB")
            continue
        splitter = _Splitter(_once(line), paths)
        for piece in splitter.pieces():
            problem = f"line {number}: {piece.problem}" if piece.problem else ""
            yield JsonPiece(piece.data, problem)
        if splitter.unfinished:
            yield JsonPiece(line[:_EXCERPT], f"line {number} ends {splitter.unfinished}")
    if stream.broken:
        yield JsonPiece(b"", stream.broken, cut=True)


def _is_lines(head: bytes) -> bool:
    first, _, rest = head.removeprefix(_BOM).lstrip().partition(b"\n")
    if not rest.strip() or not first.startswith(b"{"):
        return False
    try:
        return isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False


def _once(data: bytes) -> Callable[[], bytes]:
    left = [data]
    return lambda: left.pop() if left else b""


class _Splitter:
    """Walks through the tokens of a text and counts its brackets.

    Attributes:
        unfinished: where the text ended, if that was not its end.
    """

    def __init__(self, read: Callable[[], bytes], paths: Paths) -> None:
        self.unfinished = ""
        self._read = read
        self._paths = paths
        self._longest = max(map(len, paths))
        self._buffer = b""
        self._at = 0  # where the next token is looked for
        self._held = -1  # where the record begins that is held, if any
        self._mode = "out"  # "object": may be an outer one; "list": of records; "record"
        self._depth = 0
        self._base = 0  # depth at which records or outer objects stand: 1 in an outer list
        self._home = 0  # depth at which the record that is open stands
        self._keys: list[str] = []  # of the containers that are open in an outer object
        self._word = self._key = ""
        self._too_long = False  # the record that was held, and this is not told yet
        self._told = False  # of the junk that is being passed over

    def excerpt(self) -> bytes:
        """The beginning of what is held."""
        begin = max(self._held, 0)
        return self._buffer[begin : begin + _EXCERPT]

    def pieces(self) -> Iterator[JsonPiece]:
        while True:
            match = self._token()
            if self._too_long:
                self._too_long = False
                yield JsonPiece(b"", f"record is longer than {RECORD >> 20} MiB")
            if match is None:
                break
            kind, start = match
            if kind in b"{[":
                self._open(kind, start)
            elif kind in b"}]":
                yield from self._close()
            elif kind == b":":
                self._key = self._word
            elif kind == b",":
                self._key = ""
            elif self._mode in ("out", "list"):
                yield from self._junk(start)
        if self._mode == "record" or (self._mode == "object" and self._held >= 0):
            self.unfinished = "inside a record"
        elif self._depth:
            self.unfinished = "before its closing bracket"

    def _open(self, kind: bytes, start: int) -> None:
        self._depth += 1
        if self._mode == "object":
            self._keys.append(self._key)
            self._key = ""
            if kind == b"[" and tuple(self._keys) in self._paths:
                self._mode = "list"
                self._held = -1  # an outer object is no record
        elif self._mode == "out" and kind == b"[" and not self._base:
            self._base = 1
        elif self._mode != "record":
            self._held = start
            self._told = False
            self._home = self._depth - 1
            self._mode = "object" if self._mode == "out" and kind == b"{" else "record"

    def _close(self) -> Iterator[JsonPiece]:
        if not self._depth:
            yield from self._junk(self._at - 1)
            return
        self._depth -= 1
        if self._mode == "out":  # the end of an outer list
            self._base = 0
        elif self._mode == "list":
            self._mode = "object"
            self._keys.pop()
        elif self._mode == "record":
            if self._depth == self._home:
                self._mode = "list" if self._keys else "out"
                yield from self._record()
        elif self._depth > self._base:
            self._keys.pop()
        else:
            self._mode = "out"
            yield from self._record()

    def _record(self) -> Iterator[JsonPiece]:
        if self._held >= 0:
            data = self._buffer[self._held : self._at]
            self._held = -1
            if len(data) > RECORD:
                yield JsonPiece(b"", f"record is longer than {RECORD >> 20} MiB")
            else:
                yield JsonPiece(data)

    def _junk(self, start: int) -> Iterator[JsonPiece]:
        if not self._told:
            self._told = True
            problem = "no object in the list of records"
            if self._mode == "out":
                problem = "text outside any record"
            yield JsonPiece(self._buffer[start : start + _EXCERPT], problem)

    def _token(self) -> tuple[bytes, int] | None:
        """The kind of the next token, by its first byte, and where it starts."""
        while True:
            # deep in an object there is nothing to find but its end
            deep = self._mode == "record" or len(self._keys) > self._longest
            if deep:
                match = _INSIDE.match(self._buffer, self._at)
                start = -1 if match is None else match.start(1)
            else:
                match = _NEAR.search(self._buffer, self._at)
                start = -1 if match is None else match.start()
            if match is None or start < 0:
                self._at = len(self._buffer)
                if not self._more(self._at):
                    return None
                continue
            self._at = match.end()
            kind = self._buffer[start : start + 1]
            if kind != b'"':
                return kind, start
            closed = not deep and bool(match[1])
            while not closed:
                if len(self._buffer) - start > _LONG_WORD:
                    start = self._at  # no key is so long
                moved = self._more(start)
                if not moved:
                    self.unfinished = "inside a string"
                    return None
                start -= moved - 1
                rest = _REST.match(self._buffer, self._at)
                if rest is not None:
                    self._at = rest.end()
                    closed = bool(rest[1])
            if self._mode == "object" and self._at - start <= _LONG_WORD:
                self._word = _unquoted(self._buffer[start : self._at])
            return kind, start

    def _more(self, needed: int) -> int:
        """Read on; drop what lies before ``needed`` and before the record that is held.

        Returns one more than the bytes dropped, or 0 where there is no more to read.
        """
        if self._held >= 0 and len(self._buffer) - self._held > RECORD:
            self._held = -1
            self._too_long = True
        chunk = self._read()
        if not chunk:
            return 0
        drop = needed if self._held < 0 else min(needed, self._held)
        self._buffer = self._buffer[drop:] + chunk
        self._at -= drop
        if self._held >= 0:
            self._held -= drop
        return drop + 1


def _unquoted(text: bytes) -> str:
    """A key as far as it is written plainly: one with escapes is none that is looked for."""
    return text.strip(b'"').decode("utf-8", "replace")
