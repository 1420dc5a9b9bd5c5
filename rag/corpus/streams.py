"""Bytes of a literature file, plain or gzip, read once from front to back.

Gzip is known by its first two bytes, not by the file's name. It is inflated here and not by
``gzip.GzipFile``, since that throws away what it has inflated when a stream turns out to be
cut: here everything before the break comes through first, and then ``Stream.broken`` says why
there is no more. Memory stays bounded whatever a stream inflates to. UTF-16 with its mark in
front comes out as UTF-8, so that no reader need know of it; other encodings are theirs to know.
"""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from rag.errors import CorpusError

CHUNK = 1 << 20
LIMIT = 64 << 20
"""Longest line or record that is read; what is longer is a reject, so that no file can
exhaust memory."""

Progress = Callable[[int], None]
"""Called with the absolute number of bytes of the file, as it lies on disk, read so far."""

HEAD = 1 << 16
"""Bytes at the start of a file by which its format is known."""

_GZIP = b"\x1f\x8b"
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_READ = 1 << 18
_WINDOWS = {b: bytes([b]).decode("cp1252", "ignore") or chr(b) for b in range(0x80, 0xA0)}


class Stream:
    """The content of a file, decompressed.

    Attributes:
        broken: empty, or why the content ends before its end; set once ``read`` has
            returned everything that came before the break.

    Raises:
        CorpusError: the file cannot be opened or read.
    """

    def __init__(self, path: Path, progress: Progress | None = None) -> None:
        self.broken = ""
        self._path = path
        self._progress = progress
        self._ahead: list[bytes] = []
        try:
            self._file: BinaryIO = path.open("rb")
            start = self._file.read(2)
            self._file.seek(0)
        except OSError as error:
            raise _unreadable(path, error) from error
        self._gunzip = _Gunzip(self._raw) if start == _GZIP else None
        self._wide: codecs.IncrementalDecoder | None = None
        self._started = False

    def __enter__(self) -> Stream:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def peek(self, size: int = HEAD) -> bytes:
        """Return about the first ``size`` bytes of what is still to be read; keep them."""
        held = sum(map(len, self._ahead))
        while held < size and (data := self._next(size)):
            self._ahead.append(data)
            held += len(data)
        return b"".join(self._ahead)

    def read(self, size: int = CHUNK) -> bytes:
        """Return about ``size`` bytes (at least one), or none at the end or at a break."""
        return self._ahead.pop(0) if self._ahead else self._next(size)

    def _next(self, size: int) -> bytes:
        data = self._inflated(size)
        if not self._started:
            self._started = True
            while len(data) == 1 and (more := self._inflated(size)):
                data += more
            if data.startswith(_WIDE):
                self._wide = codecs.getincrementaldecoder("utf-16")("replace")
        if self._wide is None:
            return data
        while data:
            if text := self._wide.decode(data):
                return text.encode()
            data = self._inflated(size)
        rest = self._wide.decode(b"", final=True)
        self._wide = None
        return rest.encode()

    def _inflated(self, size: int) -> bytes:
        if self._gunzip is None:
            data = self._raw(size)
        else:
            data = self._gunzip.read(size)
            self.broken = self._gunzip.broken if not data else ""
        if self._progress is not None:
            self._progress(self._file.tell())
        return data

    def _raw(self, size: int) -> bytes:
        try:
            return self._file.read(size)
        except OSError as error:
            raise _unreadable(self._path, error) from error


class _Gunzip:
    """Inflates gzip members one after the other."""

    def __init__(self, source: Callable[[int], bytes]) -> None:
        self.broken = ""
        self._source = source
        self._inflater = zlib.decompressobj(wbits=31)
        self._pending = b""
        self._done = False

    def read(self, size: int) -> bytes:
        while not self._done:
            if not self._pending:
                self._pending = self._source(_READ)
                if not self._pending:
                    self._stop("gzip stream ends early")
                    break
            before = self._inflater.copy()
            try:
                data = self._inflater.decompress(self._pending, size)
            except zlib.error as error:
                reason = str(error).rpartition(": ")[2]
                self._stop(f"gzip stream is damaged ({reason})")
                return _salvage(before, self._pending)
            self._pending = self._inflater.unconsumed_tail
            if self._inflater.eof:
                self._next_member()
            if data:
                return data
        return b""

    def _next_member(self) -> None:
        rest = self._inflater.unused_data.lstrip(b"\0")  # tapes and blocks are padded with zeros
        while not rest:
            more = self._source(_READ)
            if not more:
                self._done = True
                return
            rest = more.lstrip(b"\0")
        if len(rest) < len(_GZIP):
            rest += self._source(_READ)
        if not rest.startswith(_GZIP):
            self._stop("gzip stream is followed by other bytes")
            return
        self._inflater = zlib.decompressobj(wbits=31)
        self._pending = rest

    def _stop(self, reason: str) -> None:
        self._done = True
        self.broken = reason


def _salvage(inflater: zlib._Decompress, data: bytes) -> bytes:
    """What a damaged stretch still inflates to, fed byte by byte up to the damage.

    The call that fails hands out nothing, not even what came before the damage.
    """
    found = []
    try:
        for place in range(len(data)):
            found.append(inflater.decompress(data[place : place + 1]))
    except zlib.error:
        pass
    return b"".join(found)


def lines(stream: Stream, limit: int = LIMIT) -> Iterator[bytes | None]:
    """Yield the lines of a stream without their line feeds; ``None`` for one over ``limit``.

    A last line that is cut by a broken stream is not yielded.
    """
    pieces: list[bytes] = []
    size = 0
    while chunk := stream.read():
        head, feed, tail = chunk.partition(b"\n")
        if size <= limit:
            pieces.append(head)
        size += len(head)
        if not feed:
            continue
        yield b"".join(pieces) if size <= limit else None
        *whole, last = tail.split(b"\n")
        for line in whole:
            yield line if len(line) <= limit else None
        pieces = [last]
        size = len(last)
    if size and not stream.broken:
        yield b"".join(pieces) if size <= limit else None


def decoded(data: bytes, *, whole: bool = True) -> str:
    """The text of bytes without their mark: UTF-8, or else Windows-1252.

    Exports that are not UTF-8 say seldom what they are. Windows-1252 holds Latin-1 and, where
    that has control characters, the quotation marks and dashes of word processors.

    Args:
        data: the bytes.
        whole: false where they may end inside a character, as a file's head does.
    """
    try:
        return codecs.getincrementaldecoder("utf-8-sig")().decode(data, final=whole)
    except UnicodeDecodeError:
        return data.decode("latin-1").translate(_WINDOWS)


def _unreadable(path: Path, error: OSError) -> CorpusError:
    return CorpusError(f"cannot read {path}: {error.strerror or error}")
