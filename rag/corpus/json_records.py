"""Reads the records that ``json_split`` cuts, and finds fields in them.

Services leave fields out, give ``null`` for them, or a number for a string: what is not there in
the form looked for is taken as absent, and only a record without a title and a text is a reject.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from rag.corpus.bad_record import BadRecord
from rag.corpus.bounds import JSON, check
from rag.corpus.fields import one_line, reject
from rag.corpus.json_split import Paths, split
from rag.corpus.streams import Stream
from rag.types import Article, Record, Source

_EXCERPT = 800

Table = dict[str, object]
Build = Callable[[Table, Source], Article]
"""Makes an article of a record's object, or raises ``BadRecord``."""


def read_records(
    stream: Stream, file: str, skip: int, paths: Paths, build: Build
) -> Iterator[Record]:
    """Yield the records of a stream in file order, one for each record object.

    Args:
        stream: the decompressed content.
        file: the file's name, for ``Source``.
        skip: leading records that are counted but neither parsed nor yielded.
        paths: where an outer object keeps its records.
        build: makes the article.
    """
    for n, piece in enumerate(split(stream, paths)):
        if n < skip:
            continue
        if piece.problem:
            count = f" after {n} records" if piece.cut else ""
            yield reject(file, n, piece.problem + count, piece.data[:_EXCERPT], cut=piece.cut)
        else:
            yield _record(piece.data, Source(file, n), build)


def _record(data: bytes, source: Source, build: Build) -> Record:
    try:
        check(data, JSON)
        return build(_table(json.loads(data)), source)
    except RecursionError:
        reason = "nested too deep"
    except BadRecord as error:
        reason = str(error)
    except ValueError as error:
        stated = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        reason = f"not JSON: {stated}"
    return reject(source.file, source.record, reason, data[:_EXCERPT])


def _table(value: object) -> Table:
    if not isinstance(value, dict):
        raise BadRecord("not a JSON object")
    return value


def at(value: object, *keys: str) -> object:
    """Return what lies under the keys, one inside the other, or ``None``."""
    for key in keys:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def raw(value: object, *keys: str) -> str:
    """Return the string under the keys with its line breaks, or an empty one."""
    found = at(value, *keys)
    return found if isinstance(found, str) else ""


def text(value: object, *keys: str) -> str:
    """Return the string or number under the keys on one line, or an empty string."""
    found = at(value, *keys)
    if isinstance(found, int) and not isinstance(found, bool) and abs(found) < 1 << 63:
        return str(found)
    return one_line(found) if isinstance(found, str) else ""


def items(value: object, *keys: str) -> list[object]:
    """Return the list under the keys, or an empty one."""
    found = at(value, *keys)
    return found if isinstance(found, list) else []


def texts(value: object, *keys: str) -> list[str]:
    """Return the strings of the list under the keys."""
    return [one_line(item) for item in items(value, *keys) if isinstance(item, str)]
