"""Records of files, in file order, parsed and cut into passages by other processes.

The process that writes cuts a file into parts, which is fast, and sends them in lots to as
many workers as it was given; they parse, tokenize and cut into passages, and what they make
comes back in order. Few lots are under way at a time, so memory does not grow with a file.
Small files and formats that cannot be cut are read in this process.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from rag.corpus import cut, parse, read
from rag.errors import LiteratureIndexError
from rag.index.passages import Span, split
from rag.models.embedder import Embedder
from rag.types import Article, Record

_LOT = 100
_WORTH_IT = 4 << 20
"""Bytes of a file from which on workers are started, which takes them half a second."""
MOST_WORKERS = 8


class Read(NamedTuple):
    """A record; the passages of an article where a worker has cut it."""

    record: Record
    spans: Sequence[Span] | None = None


class Reading:
    """Reads files with ``workers`` processes beside this one; 0 reads here."""

    def __init__(self, embedder: Embedder, workers: int = 0) -> None:
        """Make ready; workers are started by the first file that is worth it.

        They load the tokenizer anew, from the ``tokenizer_folder`` that the embedder names. For
        one that names none all is read here.
        """
        folder = getattr(embedder, "tokenizer_folder", None)
        self._setup = (folder or Path(), embedder.identity.max_tokens)
        self._workers = workers if folder is not None else 0
        self._pool: ProcessPoolExecutor | None = None

    def records(
        self, path: Path, format_name: str, skip: int, progress: Callable[[int], None]
    ) -> Iterator[Read]:
        """Yield what a file holds, in its order; see ``rag.corpus.read``."""
        if self._workers and path.stat().st_size >= _WORTH_IT:
            parts = cut(path, format_name, skip, progress)
            if parts is not None:
                return self._parsed(parts, format_name)
        return (Read(record) for record in read(path, format_name, skip, progress))

    def close(self) -> None:
        """Let the workers go."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    def _parsed(self, parts: Iterator[Any], format_name: str) -> Iterator[Read]:
        if self._pool is None:
            # spawned, not forked: the threads of torch and of SQLite do not survive a fork
            self._pool = ProcessPoolExecutor(
                self._workers,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_begin,
                initargs=self._setup,
            )
        waiting: deque[Future[list[Read]]] = deque()
        try:
            while lot := list(islice(parts, _LOT)):
                waiting.append(self._pool.submit(_work, format_name, lot))
                if len(waiting) > 2 * self._workers + 1:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        except BrokenProcessPool as error:
            raise LiteratureIndexError(
                "a process that parsed was ended from outside, perhaps for want of memory; run "
                "the same command again with fewer --workers, it goes on where it stopped"
            ) from error
        finally:
            for future in waiting:
                future.cancel()


def default_workers() -> int:
    """Return how many processes may parse beside the one that writes and embeds."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(0, min(MOST_WORKERS, (count or 1) - 1))


# -- in a worker -------------------------------------------------------------------------

_tokenizer: Any = None
_window = 0


def _begin(folder: Path, window: int) -> None:
    from rag.models.hub import load_tokenizer

    global _tokenizer, _window
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the parent ends this one
    _tokenizer, _window = load_tokenizer(folder), window
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A killed parent says nothing, and its workers would wait for work forever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _work(format_name: str, lot: Sequence[Any]) -> list[Read]:
    records = [record for part in lot for record in parse(format_name, part)]
    texts = [r.text for r in records if isinstance(r, Article)]
    found = _tokenizer.encode_batch(texts, add_special_tokens=False)
    spans = iter([np.array(e.offsets, dtype=np.int32).reshape(-1, 2) for e in found])
    return [
        Read(r, split(r, next(spans), _window)) if isinstance(r, Article) else Read(r)
        for r in records
    ]
