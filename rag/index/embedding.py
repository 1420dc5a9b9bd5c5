"""Passages without a vector get one, in the order of their ids, while files are still read.

    a thread of its own:  passages of the store → blocks of texts → engine → vectors.f16

Texts are taken in blocks of ``BLOCK`` passages, and an engine embeds each block by itself, so
that vectors depend neither on how many workers there are nor on how fast they were. Every few
seconds is a commit point: vectors are forced to the disk before the store says that they are
there. A deadline stops between two blocks; the next ingest goes on.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rag.index.codec import decode
from rag.index.passages import embed_text
from rag.index.progress import Stopwatch
from rag.index.store import Store
from rag.index.vectors import VectorFile
from rag.index.vectorsums import commit_vectors, roll_back
from rag.models.engine import Engine
from rag.progress import Progress

BLOCK = 128
_LARGEST = 16_384
_SECONDS = 5.0
"""A commit point comes after so many passages or seconds: the work that a kill can cost."""
_GLANCE = 0.5
_IN_WORK = 2
"""Blocks that are waited for after a stop: those that this process has in work."""


class _Block(NamedTuple):
    """Passages [first, end): the texts to embed and their places, and vectors that are known."""

    first: int
    end: int
    places: list[int]
    copies: dict[int, int]


@dataclass
class _State:
    ended: bool = False  # no more passages will come
    stopped: bool = False
    error: BaseException | None = None
    count: int = 0
    waited: float = 0.0


class Embedding:
    """The embedding of one ingest: ``start``, ``arrived`` after each commit, then ``finish``."""

    def __init__(
        self,
        store: Store,
        vectors: VectorFile,
        engine: Engine,
        progress: Progress,
        watch: Stopwatch,
        seconds: float | None = None,
    ) -> None:
        """Make ready, from the last commit point on.

        Args:
            store: open for writing.
            vectors: the file of vectors beside it.
            engine: embeds.
            progress: told of passages and of what is wrong with the file.
            watch: gets the seconds.
            seconds: stop so long after the first block, ``None`` for never.
        """
        self._store, self._vectors, self._engine = store, vectors, engine
        self._progress, self._watch, self._seconds = progress, watch, seconds
        done = int(store.meta("vectors_done") or 0)
        if vectors.rows() < done:  # the file was lost or cut: what it lacks is computed again
            done = roll_back(store, vectors.rows())
            progress.note(f"{vectors.path} lacks vectors; they are computed again")
        vectors.trim(done)
        self._done = done
        self._blocks: deque[_Block] = deque()
        self._state = _State()
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="embedding", daemon=True)

    def start(self) -> None:
        """Begin to embed what there is."""
        self._thread.start()

    def arrived(self) -> None:
        """Tell that passages may have been committed; raises what embedding has failed with."""
        with self._news:
            self._news.notify_all()
        if self._state.error is not None:
            raise self._state.error

    def finish(self) -> int:
        """Wait for all passages, or for the deadline; return how many got a vector."""
        self._tell(ended=True)
        self._join()
        if self._state.error is not None:
            raise self._state.error
        return self._state.count

    def abandon(self) -> None:
        """Stop as soon as may be; what was embedded is kept."""
        self._tell(stopped=True)
        if self._thread.is_alive():
            self._progress.note("ending with the passages in work, whose vectors are kept")
        self._join()

    def _join(self) -> None:
        while self._thread.is_alive():  # a join without a time would hold back Ctrl-C
            self._thread.join(_GLANCE)

    def _tell(self, *, ended: bool = False, stopped: bool = False) -> None:
        with self._news:
            self._state.ended |= ended
            self._state.stopped |= stopped
            self._news.notify_all()

    # -- in the thread -------------------------------------------------------------------

    def _run(self) -> None:
        started = time.perf_counter()
        wrote = self._watch.seconds.get("write vectors", 0.0)
        try:
            self._embed()
        except BaseException as error:  # noqa: BLE001 - the caller raises it in its own thread
            self._state.error = error
        spent = time.perf_counter() - started - self._state.waited
        wrote = self._watch.seconds.get("write vectors", 0.0) - wrote
        self._watch.seconds["embed"] = self._watch.seconds.get("embed", 0.0) + spent - wrote

    def _embed(self) -> None:
        results = self._engine.embed(self._texts())
        ready: list[np.ndarray] = []
        rows, since = 0, time.monotonic()
        try:
            for vectors in results:
                ready.append(self._rows(self._blocks.popleft(), vectors))
                rows += len(ready[-1])
                self._state.count += len(vectors)
                self._progress.advance(len(ready[-1]))
                if rows >= _LARGEST or time.monotonic() - since >= _SECONDS:
                    self._commit(ready)
                    rows, since = 0, time.monotonic()
                if self._state.stopped and len(self._blocks) > _IN_WORK:
                    break
        finally:
            close = getattr(results, "close", None)
            if close is not None:
                close()
            self._commit(ready)
            self._progress.finish()

    def _commit(self, ready: list[np.ndarray]) -> None:
        if ready:
            with self._watch.stage("write vectors"):
                self._done = commit_vectors(
                    self._store, self._vectors, self._done, np.concatenate(ready)
                )
            ready.clear()

    def _rows(self, block: _Block, vectors: np.ndarray) -> np.ndarray:
        """Return the block's rows as fp16.

        Passages of rows that were replaced before they were embedded stay zero: no generation
        will ever show them.
        """
        out = np.zeros((block.end - block.first, self._vectors.dimension), dtype=np.float16)
        if block.places:
            out[block.places] = vectors.astype(np.float16)
        if block.copies:
            stored = self._vectors.open(self._done)
            out[list(block.copies)] = stored[list(block.copies.values())]
            self._state.count += len(block.copies)
        return out

    def _texts(self) -> Iterator[Sequence[str]]:
        """Yield blocks of texts as passages arrive, until the end, a stop or the deadline."""
        # a connection of its own: the writer's may be inside a transaction
        store = Store(self._store.path)
        at = known = self._done
        deadline = None
        told = False  # how many passages there are, which is known when all files are read
        try:
            while True:
                # before the count: what arrives between the two is then asked for again
                ended = self._state.ended
                total = store.next_passage_id()
                if total - at < BLOCK and not ended and not self._state.stopped:
                    self._wait()
                    continue
                if deadline is None:
                    deadline = time.monotonic() + (self._seconds or 0.0)
                    if total > at and not ended:
                        self._progress.start("embedding", None, "passages")
                if ended and not told and total > at:
                    told = True
                    self._progress.finish()
                    self._progress.start("embedding", total - at, "passages")
                late = self._seconds is not None and time.monotonic() >= deadline
                if total <= at or self._state.stopped or late:
                    return
                end = min(at + BLOCK, total)
                block, texts = _block(store, at, end, known)
                self._blocks.append(block)
                yield texts
                at = end
        finally:
            store.close()

    def _wait(self) -> None:
        started = time.perf_counter()
        with self._news:
            self._news.wait(_GLANCE)
        self._state.waited += time.perf_counter() - started


def _block(store: Store, first: int, end: int, known: int) -> tuple[_Block, list[str]]:
    """Read the passages [first, end); rows before ``known`` have a vector that may be copied."""
    block = _Block(first, end, [], {})
    texts: list[str] = []
    # fetched at once: an open cursor would keep the write-ahead log from being emptied
    rows = store.db.execute(
        "SELECT p.id, p.same_as, p.start, p.end, a.row, a.body FROM passages p JOIN articles a "
        "ON a.row = p.row WHERE p.id >= ? AND p.id < ? AND a.removed IS NULL ORDER BY p.id",
        (first, end),
    ).fetchall()
    last, article = -1, None
    for pid, same_as, start, stop, row, body in rows:
        if same_as is not None and same_as < known:
            block.copies[pid - first] = same_as
            continue
        if row != last or article is None:
            last, article = row, decode(body)
        block.places.append(pid - first)
        texts.append(embed_text(article.title, article.text[start:stop], start))
    return block, texts
