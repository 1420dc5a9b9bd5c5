"""Rows of CSV and TSV text, bounded: a quotation mark that is never closed costs one row.

The standard library reads the cells. It would let one stray quotation mark swallow a file, so
what a row may take is limited, and a row over several lines that does not come out as wide as
the header is given up: its first line is bad, and reading goes on at its second.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from rag.corpus.streams import LIMIT, Stream, decoded, lines

csv.field_size_limit(LIMIT)  # the library's own limit, 128 KiB a cell, is for the whole process
ROW = 4 << 20
"""Room that a row over several lines may take, in bytes or so."""
_ROW_LINES = 5000
_BUDGET = 64 << 20


class BadRow(NamedTuple):
    """A row that could not be read: why, and how its text begins."""

    reason: str
    excerpt: str


class _RowTooLong(Exception):
    """A quotation mark was opened and not closed within the limits."""


def text_lines(stream: Stream) -> Iterator[str | None]:
    """The lines of a table as text; ``None`` for one that is too long."""
    for line in lines(stream):
        yield None if line is None else decoded(line)


class Rows:
    """The rows of a table as lists of cells, or ``BadRow``; rows without content left out.

    Args:
        stream: the table.
        delimiter: what parts cells.
        quoted: whether quotation marks enclose cells; Web of Science writes them as they are.
    """

    def __init__(self, stream: Stream, delimiter: str, quoted: bool) -> None:
        self.delimiter = delimiter
        self.quoted = quoted
        self._stream = stream
        self._source = text_lines(stream)
        self._again: deque[str | None] = deque()
        self._budget = _BUDGET
        self._pulled: list[str] = []
        self._size = 0
        self._open = self._done = False

    def __iter__(self) -> Iterator[list[str] | BadRow]:
        """Yield the header and then each row."""
        width = 0
        reader = self._reader()
        while not self._done:
            self._pulled, self._size, self._open = [], 0, False
            reason = ""
            cells: list[str] = []
            try:
                cells = next(reader, cells)
            except _RowTooLong:
                reason = "a quotation mark in this row is not closed"
            except csv.Error as error:
                reason = f"row cannot be read: {error}"
            if not self._pulled:
                if reason or not self._done:  # a line over the limit
                    yield BadRow(f"line is longer than {LIMIT >> 20} MiB", "")
                    reader = self._reader()
                continue
            if self._open:
                if self._stream.broken:
                    return  # the row is cut by the break, which is told of by itself
                reason = "a quotation mark in this row is not closed"
            elif not reason and width and len(self._pulled) > 1 and len(cells) != width:
                reason = f"row has {len(cells)} cells and the header {width}"
            if reason:
                yield BadRow(reason, self._pulled[0])
                self._go_back()
                reader = self._reader()
            elif any(cell.strip() for cell in cells):
                width = width or len(cells)
                yield cells

    def _reader(self) -> Iterator[list[str]]:
        if self.quoted:
            return csv.reader(self._lines(), delimiter=self.delimiter)
        return csv.reader(self._lines(), delimiter=self.delimiter, quoting=csv.QUOTE_NONE)

    def _go_back(self) -> None:
        """Read on at the row's second line, as long as reading twice stays cheap."""
        if len(self._pulled) > 1 and self._budget >= self._size:
            self._budget -= self._size
            self._again.extendleft(reversed(self._pulled[1:]))
            self._done = False

    def _lines(self) -> Iterator[str]:
        # the reader asks for a line within a row only where a quotation mark is open
        while True:
            if self._pulled and (self._size > ROW or len(self._pulled) > _ROW_LINES):
                raise _RowTooLong
            if self._again:
                line = self._again.popleft()
            else:
                try:
                    line = next(self._source)
                except StopIteration:
                    self._done = True
                    self._open = bool(self._pulled)
                    return
            if line is None:
                if self._pulled:
                    self._again.appendleft(None)
                raise _RowTooLong
            self._pulled.append(line)
            self._size += len(line) + 64  # what a list and a string cost beside the text
            # a carriage return within a line is an error for the library
            yield line.rstrip("\r").replace("\r", " ") + "\n"
