"""Literature files as records: ``read`` any known format, ``detect`` which one it is.

    from rag.corpus import corpus_files, read
    for path in corpus_files([Path("corpora/starter")]):
        for record in read(path):  # Article, Deletion or Reject, in file order
            ...

A format is known by its content and not by its name. A record that cannot be read is a
``Reject`` with its reason and never stops a file; what stops a file is a ``CorpusError``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from rag.corpus.files import corpus_files
from rag.corpus.registry import READERS
from rag.corpus.rejects import RejectsWriter, write_rejects
from rag.corpus.streams import HEAD, Progress, Stream
from rag.errors import UnknownFormat
from rag.types import Record

__all__ = [
    "FORMATS",
    "UNDATED",
    "RejectsWriter",
    "corpus_files",
    "cut",
    "detect",
    "parse",
    "read",
    "write_rejects",
]

FORMATS: tuple[str, ...] = tuple(READERS)
"""Names that ``read`` and ``--format`` take."""

UNDATED: frozenset[str] = frozenset(name for name, f in READERS.items() if not f.dated)
"""Formats whose records carry no date of revision: of two texts the one read later wins."""


def read(
    path: Path,
    format: str | None = None,
    skip: int = 0,
    progress: Progress | None = None,
) -> Iterator[Record]:
    """Yield the records of a file, plain or gzip, in file order and constant memory.

    The format is settled when this is called, the records are read as they are asked for.

    Args:
        path: the file.
        format: one of ``FORMATS``; without it the content decides.
        skip: number of leading records not to yield, to go on where a run stopped. Every
            record counts, deletions and rejects too, as in ``Source.record``.
        progress: called now and then with the bytes of the file, as it lies on disk, that
            have been read so far.

    Raises:
        UnknownFormat: no reader knows the content, or ``format`` is not a format.
        CorpusError: the file cannot be opened or read.
    """
    if format is not None and format not in READERS:
        raise UnknownFormat(f"there is no format {format!r}; --format takes {', '.join(FORMATS)}")
    return _records(path, format or detect(path), skip, progress)


def cut(
    path: Path, format: str, skip: int = 0, progress: Progress | None = None
) -> Iterator[Any] | None:
    """Yield the parts of a file that ``parse`` makes records of; see ``read``.

    Parts can be sent to other processes. ``None``: this format can only be read as a whole.
    """
    step = READERS[format].cut
    return None if step is None else _parts(step, path, skip, progress)


def parse(format: str, part: Any) -> list[Record]:
    """Return the records of a part, in order."""
    step = READERS[format].parse
    assert step is not None, f"{format} is not read in parts"
    return step(part)


def detect(path: Path) -> str:
    """Return the name of a file's format, judged by its first decompressed bytes.

    Raises:
        UnknownFormat: the file is empty, binary, a broken gzip, or in no known format.
        CorpusError: the file cannot be opened or read.
    """
    with Stream(path) as stream:
        head = stream.peek(HEAD)
        if not head and stream.broken:
            raise UnknownFormat(f"{path} is no usable gzip file ({stream.broken}); fetch it again")
    if not head.strip():
        raise UnknownFormat(f"{path} is empty; fetch it again or leave it out")
    if head.count(b"\0") * 4 > len(head):  # UTF-16 without its mark reads like a wide table
        raise _binary(path)
    for name, reader in READERS.items():
        if reader.suffixes and not _named(path, reader.suffixes):
            continue
        if reader.sniff(head):
            return name
    if b"\0" in head:
        raise _binary(path)
    raise UnknownFormat(
        f"{path} is in no known format; if it is one of these, say so with "
        f"--format {'|'.join(FORMATS)}"
    )


def _binary(path: Path) -> UnknownFormat:
    return UnknownFormat(
        f"{path} is a binary file, or text in UTF-16 without its mark; unpack it or save it "
        "as UTF-8"
    )


def _named(path: Path, suffixes: tuple[str, ...]) -> bool:
    return path.name.lower().removesuffix(".gz").endswith(suffixes)


def _parts(
    step: Callable[[Stream, str, int], Iterator[Any]],
    path: Path,
    skip: int,
    progress: Progress | None,
) -> Iterator[Any]:
    with Stream(path, progress) as stream:
        yield from step(stream, path.name, skip)


def _records(path: Path, format: str, skip: int, progress: Progress | None) -> Iterator[Record]:
    with Stream(path, progress) as stream:
        yield from READERS[format].read(stream, path.name, skip)
