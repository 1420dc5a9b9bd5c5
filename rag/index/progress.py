"""What an ingest did, and how long its stages took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest did.

    ``merged`` records joined an article that another source gave; ``pending`` passages still
    wait for their vector; ``newly_retracted`` are ids of articles that the index held as
    current before (the first thousand).
    """

    files: int = 0
    files_unchanged: int = 0
    files_cut: int = 0
    records: int = 0
    added: int = 0
    revised: int = 0
    merged: int = 0
    unchanged: int = 0
    older: int = 0
    deleted: int = 0
    retracted: int = 0
    rejected: int = 0
    passages: int = 0
    embedded: int = 0
    pending: int = 0
    generation: int = 0
    newly_retracted: tuple[str, ...] = ()
    seconds: tuple[tuple[str, float], ...] = ()

    def plus(self, **counts: int) -> IngestReport:
        """Return a copy with counts added."""
        return replace(self, **{k: getattr(self, k) + v for k, v in counts.items()})

    @property
    def changed(self) -> bool:
        """True where the index holds something else than before."""
        return bool(
            self.added
            or self.revised
            or self.merged
            or self.deleted
            or self.retracted
            or self.embedded
        )


@dataclass
class Stopwatch:
    """Wall-clock seconds by stage; a stage entered again adds up."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the time of a block for a stage."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start
