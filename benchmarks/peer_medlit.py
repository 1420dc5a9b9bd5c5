"""medlit as one of the systems of ``peer_systems.py``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from peer_systems import Work


class Medlit:
    """medlit's retriever in one mode, over the index that ``peers.py`` names."""

    packages: tuple[str, ...] = ("faiss-cpu", "tantivy", "torch")
    timed = True

    def __init__(self, mode: str) -> None:
        self.mode = mode

    def open(self, work: Work, folder: Path) -> None:
        """Open what was written, for searching."""
        from rag import Filter, Retriever

        self.retriever = Retriever.open(work.options["index"])
        # judgements do not know of retractions; so does "medlit eval"
        self.filters = Filter(include_retracted=True)
        names = json.loads(Path(work.options["documents"]).read_text(encoding="utf-8"))
        self.names = names["documents"]

    def search(self, query: str, k: int) -> Any:
        """Ask one query, as a user's code would."""
        return self.retriever.search(query, k, self.filters, mode=self.mode)

    def named(self, found: Any) -> list[str]:
        """Return the ids of what a search returned, best first."""
        return [self.names[int(hit.article.id.removeprefix("id:"))] for hit in found]


class Plain(Medlit):
    """The sum of both routes' scores, each scaled to [0, 1] by its own first 1,000 documents.

    What to expect of medlit's index without anything else that its hybrid mode does. It is not
    timed: two searches of this depth are no way to get it.
    """

    depth = 1000
    timed = False

    def search(self, query: str, k: int) -> Any:
        """Search by both routes."""
        return [
            self.retriever.search(query, self.depth, self.filters, mode=mode)
            for mode in ("lexical", "dense")
        ]

    def named(self, found: Any) -> list[str]:
        """Return the ids of the sum, best first."""
        total: dict[str, float] = {}
        for hits in found:
            for hit, scaled in zip(hits, min_max([h.score for h in hits]), strict=True):
                total[hit.article.id] = total.get(hit.article.id, 0.0) + scaled
        best = sorted(total, key=lambda own: (-total[own], own))
        return [self.names[int(own.removeprefix("id:"))] for own in best]


def min_max(scores: Sequence[float]) -> list[float]:
    """Scale scores to [0, 1]; scores that are all equal become 1."""
    low, high = min(scores, default=0.0), max(scores, default=0.0)
    return [(score - low) / (high - low) if high > low else 1.0 for score in scores]
