"""One generator for many threads: what they ask at the same time is written in one batch.

A thread that asks waits for its text as for that of any generator, so what lies above need not
know. Meanwhile the other threads search and verify, and their questions make the next batch.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass, field
from functools import partial

from rag.errors import ModelError
from rag.models.generator import (
    BatchGenerator,
    GeneratorIdentity,
    Message,
    Stream,
    Writing,
    Written,
)

_PATIENCE = 0.25
"""Seconds without another question after which a batch begins that is not full."""
_LOOK = 0.1
"""Seconds between two looks at whether a stream was cancelled."""


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    messages: Sequence[Message]
    max_tokens: int
    stop: tuple[str, ...]
    done: Future[Written] = field(default_factory=Future)

    def like(self, other: _Job) -> bool:
        return (self.max_tokens, self.stop) == (other.max_tokens, other.stop)


class Gathering:
    """A ``Generator`` whose texts come in one piece each.

    Args:
        generator: writes the batches; it is closed with this one.
        patience: see ``_PATIENCE``.
    """

    def __init__(self, generator: BatchGenerator, patience: float = _PATIENCE) -> None:
        self._generator = generator
        self._patience = patience
        self._waiting: list[_Job] = []
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="medlit-gather", daemon=True)
        self._thread.start()

    @property
    def identity(self) -> GeneratorIdentity:
        """What wrote a draft."""
        return self._generator.identity

    @property
    def context_tokens(self) -> int:
        """Tokens of prompt and answer together that the model takes."""
        return self._generator.context_tokens

    @property
    def threads(self) -> int:
        """Threads that keep the model at work: one batch is written while another gathers."""
        return 2 * self._generator.at_once

    def count_tokens(self, text: str) -> int:
        """Return the tokens of a text, without special tokens."""
        return self._generator.count_tokens(text)

    def stream(
        self, messages: Sequence[Message], max_tokens: int, stop: Sequence[str] = ()
    ) -> Stream:
        """Write the next turn together with those of other threads (see ``Generator``)."""
        job = _Job(messages, max_tokens, tuple(stop))
        return Stream(lambda writing: self._wait(job, writing))

    def close(self) -> None:
        """Fail what waits, and let go of the model."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join()
        self._generator.close()

    def _wait(self, job: _Job, writing: Writing) -> Iterator[str]:
        with self._changed:
            if self._closed:
                raise ModelError("the generator was closed")
            self._waiting.append(job)
            self._changed.notify_all()
        try:
            while True:
                try:
                    written = job.done.result(_LOOK)
                    break
                except NotYet:
                    if writing.cancelled.is_set():
                        return
        finally:
            job.done.cancel()
        writing.usage = written.usage
        if written.text:
            yield written.text
        writing.finish = written.finish

    def _work(self) -> None:
        with ThreadPoolExecutor(1, "medlit-batch") as pool:
            while (jobs := self._gather()) is not None:
                # one that was cancelled meanwhile is not written
                jobs = [job for job in jobs if job.done.set_running_or_notify_cancel()]
                if not jobs:
                    continue
                batch = [job.messages for job in jobs]
                limit, stop = jobs[0].max_tokens, jobs[0].stop
                running = pool.submit(self._generator.generate_many, batch, limit, stop)
                # whatever it raises must reach those who wait
                failure = running.exception()
                made: list[Written | BaseException] = []
                if failure is None:
                    made.extend(running.result())
                if len(made) != len(jobs):
                    failure = failure or ModelError("the generator lost a text of its batch")
                    made = [failure] * len(jobs)
                for job, one in zip(jobs, made, strict=True):
                    if isinstance(one, BaseException):
                        job.done.set_exception(one)
                    else:
                        job.done.set_result(one)
        for job in self._waiting:
            if job.done.set_running_or_notify_cancel():
                job.done.set_exception(ModelError("the generator was closed"))

    def _gather(self) -> list[_Job] | None:
        """Return the next batch, of one limit and stop strings; ``None`` where this is closed."""
        most = self._generator.at_once
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            seen = 0
            while not self._closed and seen < len(self._waiting) < most:
                seen = len(self._waiting)
                self._changed.wait_for(partial(self._other_than, seen), self._patience)
            if self._closed:
                return None
            first = self._waiting[0]
            taken = [job for job in self._waiting if job.like(first)][:most]
            self._waiting = [job for job in self._waiting if job not in taken]
            return taken

    def _other_than(self, count: int) -> bool:
        return self._closed or len(self._waiting) != count
