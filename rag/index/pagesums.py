"""Checksums of the pages of ``articles.sqlite``, which SQLite itself does not keep.

``pages.sum`` is a log of records, each the digests of the pages that changed up to one
checkpoint. Before the write-ahead log is written into the database, the digests of its pages
are appended and forced to the disk: whatever the moment of a kill, a page's last digest is
that of its content in the database, or the page still stands in the write-ahead log, which has
checksums of its own. The cost of a commit is that of its pages, whatever the database's size.

    record  "MPS2", pages in it (u4), pages of the database (u4), bytes a page (u4), CRC-32 of
            these (u4); page numbers (u4 each), digests (u8 each), blake2b-128 of all before
            (16 bytes)

The head has a checksum of its own, since a wrong number of pages would look like the torn record
of a killed writer.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag.index.generations import fsync
from rag.index.wal import Wal, read_wal

_HEAD = struct.Struct("<4s4I")
_MAGIC = b"MPS2"
_END = 16
_LOCK_BYTE = 1 << 30  # SQLite never uses the page that this byte lies in
_SLACK = 1 << 20
_AT_ONCE = 256

_handles: dict[tuple[int, int], int] = {}


@dataclass(frozen=True, slots=True)
class SumLog:
    """What ``pages.sum`` says: digest of each page (index: page - 1; 0: none is known).

    ``torn``: its last record is not complete. ``damaged``: a record does not fit its digest.
    """

    sums: np.ndarray
    page_size: int = 0
    end: int = 0
    torn: bool = False
    damaged: bool = False


class PageSums:
    """Keeps ``pages.sum`` for the one writer of a database.

    Attributes:
        remade: the log was unusable and was made anew from the database as it is.
    """

    def __init__(self, database: Path) -> None:
        self._database = database
        self._log_path = log_path(database)
        self._wal_path = database.with_name(database.name + "-wal")
        self.remade = False
        log = read_log(self._log_path)
        waiting = self._wal_path.exists() and self._wal_path.stat().st_size > 0
        if log.damaged or (log.torn and not waiting):
            self.remade = True
            log = SumLog(np.zeros(0, dtype=np.uint64))
        self._sums, self._end = log.sums, log.end

    def waiting_bytes(self) -> int:
        """Return the size of the write-ahead log."""
        try:
            return self._wal_path.stat().st_size
        except FileNotFoundError:
            return 0

    def seal(self, db: sqlite3.Connection) -> bool:
        """Write down the digests of what is committed, then bring it into the database.

        Returns:
            False where a reader in the middle of a query kept some of it in the log.
        """
        wal = read_wal(self._wal_path)
        page_size = wal.page_size or int(db.execute("PRAGMA page_size").fetchone()[0])
        total = wal.size or self._database.stat().st_size // page_size
        changed = dict(_of_wal(self._wal_path, wal))
        # a copy: what is not on the disk must not count as written
        sums = np.zeros(total, dtype=np.uint64)
        kept = min(total, len(self._sums))
        sums[:kept] = self._sums[:kept]
        missing = np.flatnonzero(sums == 0)
        numbers = np.fromiter((p for p in sorted(changed) if p <= total), dtype=np.int64)
        sums[numbers - 1] = [changed[p] for p in numbers.tolist()]
        for page in map(int, missing):
            if page + 1 not in changed:
                sums[page] = _of_page(self._database, page + 1, page_size)
        differ = np.ones(total, dtype=bool)
        differ[:kept] = sums[:kept] != self._sums[:kept]
        if differ.any():
            self._append(sums, np.flatnonzero(differ).astype(np.uint32) + 1, page_size)
        self._sums = sums
        (busy, *_) = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy

    def _append(self, sums: np.ndarray, numbers: np.ndarray, page_size: int) -> None:
        """Force a record of the digests of pages ``numbers`` to the disk."""
        total = len(sums)
        if self._end == 0 or self._end > 2 * 12 * total + _SLACK:
            numbers = np.flatnonzero(sums).astype(np.uint32) + 1
            record = _record(numbers, sums[numbers - 1], total, page_size)
            part = self._log_path.with_name(self._log_path.name + ".part")
            part.write_bytes(record)
            fsync(part)
            part.replace(self._log_path)
            fsync(self._log_path.parent)
            self._end = len(record)
            return
        record = _record(numbers, sums[numbers - 1], total, page_size)
        with self._log_path.open("r+b") as handle:
            handle.truncate(self._end)  # a record that a killed writer left half written
            handle.seek(self._end)
            handle.write(record)
            handle.flush()
            os.fsync(handle.fileno())
        self._end += len(record)


def log_path(database: Path) -> Path:
    """Return the path of a database's page checksums."""
    return database.with_name("pages.sum")


def read_log(path: Path) -> SumLog:
    """Read ``pages.sum`` as far as it holds; a missing file says nothing."""
    sums = np.zeros(0, dtype=np.uint64)
    page_size = end = 0
    try:
        handle = path.open("rb")
    except FileNotFoundError:
        return SumLog(sums)
    with handle:
        while head := handle.read(_HEAD.size):
            if len(head) < _HEAD.size:
                return SumLog(sums, page_size, end, torn=True)
            magic, count, total, size, check = _HEAD.unpack(head)
            if magic != _MAGIC or check != zlib.crc32(head[:-4]):
                return SumLog(sums, page_size, end, damaged=True)
            if 12 * count + _END > path.stat().st_size - end - _HEAD.size:
                return SumLog(sums, page_size, end, torn=True)
            body = handle.read(12 * count + _END)
            if hashlib.blake2b(head + body[:-_END], digest_size=_END).digest() != body[-_END:]:
                return SumLog(sums, page_size, end, damaged=True)
            if len(sums) < total:
                sums = np.concatenate([sums, np.zeros(total - len(sums), dtype=np.uint64)])
            sums = sums[:total]
            numbers = np.frombuffer(body, "<u4", count)
            sums[numbers - 1] = np.frombuffer(body, "<u8", count, 4 * count)
            page_size, end = size, handle.tell()
    return SumLog(sums, page_size, end)


def differing_pages(database: Path, log: SumLog, wal: Wal) -> Iterator[int]:
    """Yield the pages of a database that are not as they were written.

    Pages that the write-ahead log replaces are passed over. 0 stands for a file that is too
    short, or longer than it should be.
    """
    size = log.page_size
    handle = raw(database)
    actual = os.fstat(handle).st_size
    if not wal.pages and actual != len(log.sums) * size:
        yield 0
    for first in range(0, len(log.sums), _AT_ONCE):
        block = _read_at(handle, first * size, _AT_ONCE * size)
        for i in range(min(_AT_ONCE, len(log.sums) - first)):
            page = first + i + 1
            if page not in wal.pages and page_digest(block[i * size : (i + 1) * size]) != int(
                log.sums[page - 1]
            ):
                yield page


def page_digest(data: bytes) -> int:
    """Return 64 bits of a page's hash, never 0."""
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little") or 1


def raw(database: Path) -> int:
    """Return a descriptor for reading a database's bytes; it is closed after the file is deleted.

    To close any descriptor of a file takes away all POSIX locks that the process holds on it,
    those of SQLite's connections too. A deleted file keeps its room while one is open.
    """
    stat = database.stat()
    key = stat.st_dev, stat.st_ino
    if key not in _handles:
        for other in [k for k, handle in _handles.items() if not os.fstat(handle).st_nlink]:
            os.close(_handles.pop(other))
        _handles[key] = os.open(database, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    return _handles[key]


def _read_at(handle: int, place: int, size: int) -> bytes:
    os.lseek(handle, place, os.SEEK_SET)  # not every system has pread
    return os.read(handle, size)


def _of_wal(path: Path, wal: Wal) -> Iterator[tuple[int, int]]:
    if not wal.pages:
        return
    with path.open("rb") as handle:
        for page, offset in sorted(wal.pages.items(), key=lambda item: item[1]):
            handle.seek(offset)
            yield page, page_digest(handle.read(wal.page_size))


def _of_page(database: Path, page: int, size: int) -> int:
    # a page that was never written, but lies before one that was, is a hole of zeros
    inside = page * size <= database.stat().st_size and page != _LOCK_BYTE // size + 1
    return page_digest(_read_at(raw(database), (page - 1) * size, size) if inside else bytes(size))


def _head(count: int, total: int, page_size: int) -> bytes:
    head = _HEAD.pack(_MAGIC, count, total, page_size, 0)[:-4]
    return head + struct.pack("<I", zlib.crc32(head))


def _record(numbers: np.ndarray, sums: np.ndarray, total: int, page_size: int) -> bytes:
    body = b"".join(
        (
            _head(len(numbers), total, page_size),
            numbers.astype("<u4").tobytes(),
            sums.astype("<u8").tobytes(),
        )
    )
    return body + hashlib.blake2b(body, digest_size=_END).digest()
