"""The stored vectors: one fp16 row a passage, row number = passage id.

Written once, at commit points, and never changed afterwards; readers map the file. FAISS
indexes are rebuilt from it without embedding again.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from rag.errors import IndexDamaged
from rag.index.generations import fsync


class VectorFile:
    """Append-only fp16 matrix of ``dimension`` columns."""

    def __init__(self, path: Path, dimension: int) -> None:
        self.path = path
        self.dimension = dimension

    @property
    def _row_bytes(self) -> int:
        return 2 * self.dimension

    def write(self, first_row: int, vectors: np.ndarray) -> None:
        """Write rows from ``first_row`` on and force them to the disk.

        Bytes after a commit point that a killed writer left behind are overwritten.

        Raises:
            IndexDamaged: rows before ``first_row`` are missing; to write on would leave zeros.
        """
        if vectors.shape[1] != self.dimension:
            raise ValueError(f"vectors have {vectors.shape[1]} columns, not {self.dimension}")
        new = not self.path.exists()
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
        handle = os.open(self.path, flags, 0o644)
        try:
            # extending a short file would fill the gap with zeros, which are no vectors
            if os.fstat(handle).st_size < first_row * self._row_bytes:
                raise self._damaged()
            os.ftruncate(handle, first_row * self._row_bytes)
            os.lseek(handle, first_row * self._row_bytes, os.SEEK_SET)
            data = memoryview(np.ascontiguousarray(vectors, dtype=np.float16).tobytes())
            while data:
                data = data[os.write(handle, data) :]
            os.fsync(handle)
        finally:
            os.close(handle)
        if new:
            fsync(self.path.parent)

    def trim(self, rows: int) -> None:
        """Take away what a killed writer left after the last commit point."""
        if self.path.exists() and self.path.stat().st_size > rows * self._row_bytes:
            os.truncate(self.path, rows * self._row_bytes)

    def open(self, rows: int) -> np.ndarray:
        """Return the first ``rows`` rows, mapped, as float16 (rows, dimension)."""
        if rows == 0:
            return np.zeros((0, self.dimension), dtype=np.float16)
        try:
            return np.memmap(self.path, dtype=np.float16, mode="r", shape=(rows, self.dimension))
        except (FileNotFoundError, ValueError) as error:
            raise self._damaged() from error

    def rows(self) -> int:
        """Return the number of whole rows that are on the disk."""
        return self.path.stat().st_size // self._row_bytes if self.path.exists() else 0

    def _damaged(self) -> IndexDamaged:
        return IndexDamaged(
            f"{self.path} is missing or too short; run an ingest to compute its vectors again"
        )
