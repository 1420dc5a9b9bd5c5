"""The file of records that could not be read: one JSON object a line.

The file is made when there is something to write, so that a clean run leaves none behind.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import TextIO

from rag.errors import CorpusError
from rag.types import Reject


class RejectsWriter:
    """Appends rejects to a file as ``{"file", "record", "reason", "excerpt"}``.

    Attributes:
        path: the file.
        count: rejects written by this writer.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._file: TextIO | None = None

    def __enter__(self) -> RejectsWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def write(self, reject: Reject) -> None:
        """Append one reject; it is in the file when this returns.

        Raises:
            CorpusError: the file cannot be written.
        """
        line = json.dumps(
            {
                "file": reject.source.file,
                "record": reject.source.record,
                "reason": reject.reason,
                "excerpt": reject.excerpt,
            },
            ensure_ascii=False,
        )
        try:
            if self._file is None:
                self._file = self.path.open("a", encoding="utf-8", errors="replace")
            self._file.write(line + "\n")
            self._file.flush()  # a run that is killed must not lose what it said
        except OSError as error:
            raise CorpusError(f"cannot write {self.path}: {error.strerror or error}") from error
        self.count += 1

    def close(self) -> None:
        """Close the file if it was opened."""
        if self._file is not None:
            self._file.close()
            self._file = None


def write_rejects(path: Path, rejects: Iterable[Reject]) -> int:
    """Make ``path`` hold exactly these rejects; without any, remove it.

    Returns:
        How many were written.

    Raises:
        CorpusError: the file cannot be written.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        part.unlink(missing_ok=True)
        with RejectsWriter(part) as writer:
            for reject in rejects:
                writer.write(reject)
        if writer.count:
            part.replace(path)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise CorpusError(f"cannot write {path}: {error.strerror or error}") from error
    return writer.count
