"""SQLite's write-ahead log, read from outside: which pages it holds, and whether it is whole.

The format is https://sqlite.org/fileformat2.html#the_write_ahead_log. Every frame carries a
checksum over itself and all frames before it; SQLite takes the first that does not fit for
the end. Behind it may lie what a transaction wrote that was rolled back, and where the power
failed one commit whose frames did not all reach the disk; two commits cannot.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

import numpy as np

_HEADER, _FRAME = 32, 24
_MAGIC = 0x377F0682  # the last bit says that checksums are of big-endian words


@dataclass(frozen=True, slots=True)
class Wal:
    """The committed frames of a log.

    Attributes:
        pages: page → offset of its last committed content in the file.
        size: pages of the database after the last commit, 0 without one.
        page_size: bytes.
        lost: commits of the same run behind the first frame that does not fit its checksum;
            2 where the header does not fit, for all are lost.
    """

    pages: dict[int, int] = field(default_factory=dict)
    size: int = 0
    page_size: int = 0
    lost: int = 0


def read_wal(path: Path) -> Wal:
    """Read a log; one that is missing, empty or without a header holds nothing."""
    try:
        handle = path.open("rb")
    except FileNotFoundError:
        return Wal()
    with handle:
        return _read(handle)


def _read(handle: BinaryIO) -> Wal:
    header = handle.read(_HEADER)
    if len(header) < _HEADER:
        return Wal()
    magic, _, page_size, _, *rest = struct.unpack(">8I", header)
    salts, stored = header[16:24], tuple(rest[2:])
    order = ">u4" if magic & 1 else "<u4"
    state = _sum(header[:24], order, (0, 0))
    whole = magic in (_MAGIC, _MAGIC + 1) and state == stored
    if not whole:
        return Wal(lost=2 if handle.read(1) else 0)  # SQLite forces the header to the disk first
    pages: dict[int, int] = {}
    waiting: dict[int, int] = {}
    size = 0
    while len(frame := handle.read(_FRAME + page_size)) == _FRAME + page_size:
        number, commit = struct.unpack_from(">2I", frame)
        after = _sum(frame[:8] + frame[_FRAME:], order, state)
        if frame[8:16] != salts or after != struct.unpack_from(">2I", frame, 16):
            lost = _commits(frame, handle, page_size, salts)
            return Wal(pages, size, page_size, lost)
        state = after
        waiting[number] = handle.tell() - page_size
        if commit:
            pages.update(waiting)
            waiting.clear()
            size = commit
    return Wal(pages, size, page_size)


def _commits(first: bytes, handle: BinaryIO, page_size: int, salts: bytes) -> int:
    """Count the frames from ``first`` on that would end a commit of the log's run."""
    found = 0
    head = first[:_FRAME]
    while True:
        found += head[8:16] == salts and head[4:8] != bytes(4)
        head = handle.read(_FRAME)
        if len(head) < _FRAME:
            return found
        handle.seek(page_size, 1)


def _sum(data: bytes, order: str, start: tuple[int, int]) -> tuple[int, int]:
    """Return the log's checksum of ``data`` (a multiple of 8 bytes) going on from ``start``.

    For each pair of words: s0 += x0 + s1; s1 += x1 + s0, modulo 2^32. That is linear, so it is
    one product with the powers of its matrix.
    """
    words = np.frombuffer(data, dtype=order).astype(np.uint32)
    weights, power = _weights(len(words) // 2)
    s0, s1 = (int(v) for v in (weights * words).sum(axis=1, dtype=np.uint32))
    (a, b), (c, d) = power
    return (s0 + a * start[0] + b * start[1]) % 2**32, (s1 + c * start[0] + d * start[1]) % 2**32


@lru_cache(maxsize=8)
def _weights(pairs: int) -> tuple[np.ndarray, tuple[tuple[int, int], tuple[int, int]]]:
    """Return the weights (2, 2 * pairs) of the words, and the matrix for the start."""
    weights = np.empty((2, 2 * pairs), dtype=np.uint32)
    a, b, c, d = 1, 0, 0, 1  # the identity; times [[1, 1], [1, 2]] for every pair that follows
    for i in range(pairs - 1, -1, -1):
        weights[:, 2 * i] = (a + b) % 2**32, (c + d) % 2**32
        weights[:, 2 * i + 1] = b, d
        a, b, c, d = (a + b) % 2**32, (a + 2 * b) % 2**32, (c + d) % 2**32, (c + 2 * d) % 2**32
    return weights, ((a, b), (c, d))
