"""medlit as one of the systems of ``peer_systems.py``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from peer_systems import Work


class Medlit:
    """medlit's retriever in one mode, over the index that ``peers.py`` names.

    ``plain`` is an ordinary hybrid over the same index: what medlit's ranking is measured
    against.
    """

    packages: tuple[str, ...] = ("faiss-cpu", "tantivy", "torch")

    def __init__(self, mode: str, plain: bool = False) -> None:
        self.mode = mode
        self.plain = plain

    def open(self, work: Work, folder: Path) -> None:
        """Open what was written, for searching."""
        from rag import Filter, Retriever
        from rag.retrieval import DEFAULT, PLAIN

        ranking = PLAIN if self.plain else DEFAULT
        self.retriever = Retriever.open(work.options["index"], ranking=ranking)
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
