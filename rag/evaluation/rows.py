"""Rows of an evaluation file: JSON lines, a JSON array or object, CSV or TSV; plain or gzip.

The form is known by the content, not by the name: what begins with ``{`` or ``[`` is JSON, all
else a table with a line of names. This module knows no field; who reads a row says what it
must hold.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from rag.errors import EvaluationError
from rag.evaluation.qrels import text_lines

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it stands ("line 3", "item 3") in which file, and its fields."""

    path: Path
    place: str
    fields: Mapping[str, Any]

    def refuse(self, why: str) -> NoReturn:
        """Raise an error that names the file and the place.

        Raises:
            EvaluationError: always.
        """
        raise EvaluationError(f"{self.path}: {self.place} {why}")

    def text(self, *names: str) -> str:
        """Return the first of the fields that holds text, without white space around it.

        Raises:
            EvaluationError: none does.
        """
        values = (self.fields.get(name) for name in names)
        found = next((v.strip() for v in values if isinstance(v, str) and v.strip()), "")
        if not found:
            self.refuse(f"has no text in {' or '.join(repr(n) for n in names)}; mend the row")
        return found

    def texts(self, *names: str) -> tuple[str, ...]:
        """Return the first of the fields that is there as texts; a lone text is one of them.

        Raises:
            EvaluationError: the field holds something other than texts.
        """
        value = next((self.fields[n] for n in names if self.fields.get(n) is not None), ())
        several = [value] if isinstance(value, str) else value
        if not isinstance(several, (list, tuple)) or not all(isinstance(t, str) for t in several):
            self.refuse(f"has no text or list of texts in {names[0]!r}; mend the row")
        return tuple(t.strip() for t in several if t.strip())

    def id(self, default: str = "") -> str:
        """Return the field ``id`` (or ``_id``) as text: a number is written in digits."""
        value = self.fields.get("id", self.fields.get("_id"))
        return default if value is None or isinstance(value, (dict, list)) else str(value)


def read_rows(path: Path) -> list[Row]:
    """Read all rows of a file.

    A file that is one JSON object (not one a line) gives a single row.

    Raises:
        EvaluationError: the file is damaged, holds no row, or a row is no object of JSON.
        CorpusError: the file cannot be opened.
    """
    numbered = text_lines(path)
    if not numbered:
        raise EvaluationError(f"{path} is empty; give it rows")
    if any("\0" in text for _, text in numbered):
        raise EvaluationError(f"{path} is not text; give JSON lines, CSV or TSV")
    first = numbered[0][1].lstrip()
    if first.startswith("["):
        rows = _array(path, numbered)
    elif first.startswith("{"):
        rows = _objects(path, numbered)
    else:
        rows = _table(path, numbered)
    if not rows:
        raise EvaluationError(f"{path} holds no row; check the file")
    return rows


def _whole(numbered: Sequence[tuple[int, str]]) -> object:
    return _parsed("\n".join(text for _, text in numbered))


def _array(path: Path, numbered: Sequence[tuple[int, str]]) -> list[Row]:
    value = _whole(numbered)
    if not isinstance(value, list):
        raise EvaluationError(f"{path} begins as an array of JSON but is none; get the file again")
    return [_row(path, f"item {at}", one) for at, one in enumerate(value, start=1)]


def _objects(path: Path, numbered: Sequence[tuple[int, str]]) -> list[Row]:
    """JSON lines; or one object over several lines, whose first line is no JSON by itself."""
    if _parsed(numbered[0][1]) is None and isinstance(value := _whole(numbered), dict):
        return [Row(path, f"line {numbered[0][0]}", value)]
    return [_row(path, f"line {number}", _parsed(text)) for number, text in numbered]


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _row(path: Path, place: str, value: object) -> Row:
    if not isinstance(value, dict):
        raise EvaluationError(f"{path}: {place} is no object of JSON; mend or remove it")
    return Row(path, place, value)


def _table(path: Path, numbered: Sequence[tuple[int, str]]) -> list[Row]:
    header = numbered[0][1]
    mark = max("\t,;", key=header.count)
    if mark not in header:
        raise EvaluationError(
            f"{path} is neither JSON nor a table with a line of names; give JSON lines, CSV or TSV"
        )
    csv.field_size_limit(1 << 26)
    # blank lines are gone, so a cell's own line breaks stay and numbers come from the lines
    reader = csv.reader(io.StringIO("\n".join(text for _, text in numbered)), delimiter=mark)
    try:
        names = [name.strip().lower() for name in next(reader)]
        rows = []
        for cells in reader:
            number = numbered[min(reader.line_num, len(numbered)) - 1][0]
            if len(cells) != len(names):
                raise EvaluationError(
                    f"{path}: line {number} has {len(cells)} columns, the line of names "
                    f"{len(names)}; mend the line"
                )
            rows.append(Row(path, f"line {number}", dict(zip(names, cells, strict=True))))
    except csv.Error as error:
        raise EvaluationError(f"{path} is no table ({error}); mend the file") from error
    return rows


def spread(rows: Sequence[T], limit: int | None) -> list[T]:
    """Return ``limit`` rows evenly spread over all, in order; all where there are no more.

    The row at place i of the sample is the one at ⌊i · n / limit⌋: the same every time, so that
    two runs over one file are of the same questions.
    """
    if limit is None or limit >= len(rows):
        return list(rows)
    return [rows[at * len(rows) // limit] for at in range(limit)]
