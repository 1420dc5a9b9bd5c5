"""Who embeds the blocks of an ingest: this process here, a cluster elsewhere.

Blocks come back in the order in which they went in, and each is embedded by itself: what a
vector is depends on its block and not on which worker had it, nor on how many there are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

from rag.models.embedder import Embedder, Vectors

_AT_ONCE = 2


class Engine(Protocol):
    """Embeds blocks of document texts."""

    @property
    def here(self) -> bool:
        """True where the texts stay on this machine; clinical notes are given to no other."""
        ...

    def embed(self, blocks: Iterable[Sequence[str]]) -> Iterator[Vectors]:
        """Yield the unit vectors of each block, (len(block), d) float32, in order.

        Blocks are taken from the iterable as there is room to work on them, never all at once.
        Closing the iterator ends the work.
        """
        ...


class LocalEngine:
    """Embeds with a model of this process: one block is tokenized while another is computed."""

    here = True

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed(self, blocks: Iterable[Sequence[str]]) -> Iterator[Vectors]:
        """See ``Engine``."""
        waiting: deque[Future[Vectors]] = deque()
        with ThreadPoolExecutor(_AT_ONCE, "embed") as pool:
            try:
                for block in blocks:
                    waiting.append(pool.submit(self._embedder.embed_documents, block))
                    if len(waiting) >= _AT_ONCE:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                pool.shutdown(wait=False, cancel_futures=True)
