"""Tables of results in a record: a row of names of tests, and rows of their values below it.

Cells are parted by tabs, bars, or two blanks and more. A table ends where a row has another
number of cells or holds no number. A table of one test a row ("Sodium  128  L") needs none of
this: name and value stand side by side there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.clinical.bare_values import Reading
from rag.clinical.measures import Test, reading_of, tests

_CELL = re.compile(r"[^\t|\s]+(?: [^\t|\s]+)*")
_LEAST = 2
"""Names of tests that make a row a heading; a third of its cells may be others (a date)."""


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    start: int
    end: int


def table_readings(text: str, age: float | None, sex: str) -> Iterator[Reading]:
    """Yield the results in the tables of a text in order; a result is its cell alone."""
    columns: list[Test | None] = []
    at = 0
    for line in text.splitlines(keepends=True):
        cells = [_Cell(m[0], at + m.start(), at + m.end()) for m in _CELL.finditer(line)]
        at += len(line)
        if heads := _heads(cells):
            columns = heads
        elif columns and len(cells) == len(columns) and any(c.text[0].isdigit() for c in cells):
            for cell, test in zip(cells, columns, strict=True):
                found = reading_of(text, cell.start, cell.end, test, age, sex) if test else None
                if found is not None:
                    yield found
        elif not set(line.strip()) <= set("-|+=: \t"):  # a rule below the heading ends nothing
            columns = []


def _heads(cells: list[_Cell]) -> list[Test | None]:
    """Return the tests that the cells of a row name, or nothing where it is no heading."""
    if len(cells) < _LEAST:
        return []
    # a heading in capitals means what its name means: "NA" is sodium
    known = [tests().get(c.text) or tests().get(c.text.capitalize()) for c in cells]
    named = sum(test is not None for test in known)
    return known if named >= _LEAST and named * 3 >= len(cells) * 2 else []
