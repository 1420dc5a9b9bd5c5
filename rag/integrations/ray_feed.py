"""How blocks of texts reach the workers of a cluster: a feed beside the driver, and its pump.

Workers ask the feed for blocks by number, the pump brings what is asked for. A block stays in
the feed until its vectors are with the driver: whatever dies, it can be embedded again. Blocks
are never held back until an earlier one is done, or a worker that waits for a late block could
keep the one that must do an early block again from being heard.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any

AHEAD = 256
"""Blocks that wait in the feed before anybody asked for them: some 40 MB of texts."""
_LOOK = 2.0


class Feed:
    """Hands out blocks by number and keeps each until it is dropped; an actor of asyncio."""

    def __init__(self) -> None:
        self._news = asyncio.Condition()
        self._blocks: dict[int, list[str]] = {}
        self._wanted = -1
        self._dropped = 0
        self._end: int | None = None
        self._pool = 0
        self._workers: dict[str, tuple[Any, str, int]] = {}

    async def begin(self, pool: int) -> list[Any]:
        """Count a pool as the one in work; return the workers of the one before."""
        old = [worker for worker, *_ in self._workers.values()]
        self._pool = pool
        self._workers.clear()
        return old

    async def enter(self, pool: int, name: str, worker: Any, node: str) -> None:
        """Remember where a worker runs; one that was started again comes again."""
        if pool == self._pool:  # a handle that is held keeps an actor alive
            starts = self._workers[name][2] if name in self._workers else 0
            self._workers[name] = worker, node, starts + 1

    async def workers(self) -> list[tuple[Any, str, int]]:
        """Return each worker's handle, its node, and its starts since a block was dropped."""
        return list(self._workers.values())

    async def block(self, at: int) -> list[str] | None:
        """Return a block as soon as it is there, ``None`` after the last one."""
        async with self._news:
            self._wanted = max(self._wanted, at)
            self._news.notify_all()
            await self._news.wait_for(lambda: self._known(at))
            # a dropped block can only be asked for by a worker whose result nobody awaits
            return [] if at < self._dropped else self._blocks.get(at)

    def _known(self, at: int) -> bool:
        ended = self._end is not None and at >= self._end
        return at in self._blocks or at < self._dropped or ended

    async def wanted(self, at: int) -> bool:
        """Wait until somebody asked for a block at or after ``at``; False after two seconds."""
        async with self._news:
            try:
                async with asyncio.timeout(_LOOK):
                    await self._news.wait_for(lambda: self._wanted >= at)
            except TimeoutError:
                return False
            return True

    async def put(self, at: int, texts: list[str]) -> None:
        """Take a block in."""
        async with self._news:
            self._blocks[at] = texts
            self._news.notify_all()

    async def end(self, at: int) -> None:
        """Learn how many blocks there are."""
        async with self._news:
            self._end = at
            self._news.notify_all()

    async def drop(self, before: int) -> None:
        """Forget the blocks below ``before``."""
        for at in range(self._dropped, before):
            self._blocks.pop(at, None)
        for name, (worker, node, _) in self._workers.items():
            self._workers[name] = worker, node, 0
        self._dropped = before


class Pump:
    """Brings blocks to the feed, in a thread of its own, as workers ask for them."""

    def __init__(
        self, feed: Any, blocks: Iterable[Sequence[str]], result: Callable[[Any], Any]
    ) -> None:
        """Make ready; ``feed`` is the actor's handle, ``result`` waits for what a call returns."""
        self._feed, self._blocks, self._result = feed, blocks, result
        self._stop = threading.Event()
        self._error: BaseException | None = None

    def start(self) -> None:
        """Begin; the thread ends with the blocks, or at its next look after ``stop``."""
        threading.Thread(target=self._run, name="pump", daemon=True).start()

    def stop(self) -> None:
        """Bring no more."""
        self._stop.set()

    def check(self) -> None:
        """Raise what reading the blocks has failed with."""
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        at = 0
        try:
            if not self._asked(0):  # a deadline of the caller begins with its first block
                return
            for block in self._blocks:
                self._feed.put.remote(at, list(block))
                at += 1
                if not self._asked(at - AHEAD):
                    return
        except BaseException as error:  # noqa: BLE001 - raised where the results are read
            self._error = error
        if not self._stop.is_set():
            self._feed.end.remote(at)

    def _asked(self, at: int) -> bool:
        while not self._stop.is_set():
            if self._result(self._feed.wanted.remote(at)):
                return not self._stop.is_set()
        return False
