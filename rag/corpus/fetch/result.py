"""What a fetch brought."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FetchResult:
    """What a fetch brought, and what lay there already.

    Attributes:
        new: the files written by this call, in the order of their names.
        present: the files that an earlier call had brought.
        bytes: size of the new files on disk.
        records: records in ``new`` and ``present`` together; ``None`` where nobody counted.
        matched: records that match the query, however many were asked for.
        missing: records that a server named but did not hand out.
        searched: when the server was asked what matches, in UTC: long ago where a search that
            was noted before was gone on with. What is newer was not looked for.
    """

    new: tuple[Path, ...] = ()
    present: tuple[Path, ...] = ()
    bytes: int = 0
    records: int | None = None
    matched: int | None = None
    missing: int = 0
    searched: datetime | None = None

    @property
    def files(self) -> tuple[Path, ...]:
        """All files of the fetch, in the order of their names."""
        return tuple(sorted((*self.new, *self.present), key=lambda path: path.name))
