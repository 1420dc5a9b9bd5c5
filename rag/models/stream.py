"""What a generator writes, piece by piece, and afterwards what it cost and why it ended.

Every generator makes its ``Stream`` of one function that yields pieces and tells ``Writing`` what
it knows; stop strings, cancelling and the end are the same for all of them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

Finish = Literal["stop", "length", "cancelled"]


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of a prompt with its template, and of what the model wrote.

    What was cut away at a stop string was written too, and counts.
    """

    prompt_tokens: int
    completion_tokens: int


@dataclass(slots=True)
class Writing:
    """What a runtime and its stream tell each other while text is written.

    The runtime sets ``usage`` as it goes (a server that says nothing leaves it ``None``), and
    ``finish`` after its last piece. It looks at ``cancelled`` often, and ends when it is set.
    """

    usage: Usage | None = None
    finish: Finish | None = None
    cancelled: threading.Event = field(default_factory=threading.Event)


@dataclass(slots=True)
class _End:
    finish: Finish | None = None
    failed: bool = False


Write = Callable[[Writing], Iterator[str]]


class Stream(Iterator[str]):
    """Pieces of text that join to the whole. One thread reads it; any may cancel it.

    Args:
        write: returns the pieces; a generator is closed, which frees whatever it holds.
        stop: the text ends before the first of these strings.
    """

    def __init__(self, write: Write, stop: Sequence[str] = ()) -> None:
        self._writing = Writing()
        self._end = _End()
        # not a method of this object: a stream that is dropped must stop its model at once
        self._pieces = _run(write, stop, self._writing, self._end)

    def __next__(self) -> str:
        return next(self._pieces)

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def usage(self) -> Usage | None:
        """Tokens so far; ``None`` before the first and where the runtime does not say."""
        return self._writing.usage

    @property
    def finish(self) -> Finish | None:
        """Why the text ended: ``None`` while it has not, and after a failure.

        ``stop`` is the model's own end or a stop string, ``length`` the limit of tokens.
        """
        return self._end.finish

    def text(self) -> str:
        """Return what has not been read yet, to the end.

        Raises:
            ModelError: the model failed; what it had written is not the whole.
        """
        return "".join(self)

    def cancel(self) -> None:
        """Ask the model to stop, from any thread; the reader gets no further piece."""
        self._writing.cancelled.set()

    def close(self) -> None:
        """Cancel, and wait until the model has stopped; for the thread that reads."""
        self.cancel()
        self._pieces.close()
        if self._end.finish is None and not self._end.failed:
            self._end.finish = "cancelled"


def _run(
    write: Write, stop: Sequence[str], writing: Writing, end: _End
) -> Generator[str, None, None]:
    source = write(writing)
    read, dropped = _Read(source), False
    try:
        for piece in cut_at_stop(read, stop):
            if writing.cancelled.is_set():
                dropped = True
                break
            yield piece
    except BaseException as error:
        end.failed = not isinstance(error, GeneratorExit)
        raise
    finally:
        cancelled = writing.cancelled.is_set()
        # where a stop string ended the text, the model may still be at work
        writing.cancelled.set()
        if isinstance(source, Generator):
            source.close()
    # a runtime that is ahead of its reader knows of an end that this text does not have
    if dropped:
        end.finish = "cancelled"
    elif not read.whole:
        end.finish = "stop"
    else:
        end.finish = writing.finish or ("cancelled" if cancelled else "stop")


class _Read(Iterator[str]):
    """Passes pieces on, and knows whether all were taken: a stop string leaves some."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self._pieces = iter(pieces)
        self.whole = False

    def __next__(self) -> str:
        piece = next(self._pieces, None)
        if piece is None:
            self.whole = True
            raise StopIteration
        return piece


def cut_at_stop(pieces: Iterable[str], stop: Sequence[str]) -> Iterator[str]:
    """Pass pieces on up to the first stop string, even one that spans two pieces.

    As many characters are held back as could still be the beginning of a stop string.
    """
    stops = [s for s in stop if s]
    held = ""
    for piece in pieces:
        held += piece
        found = [at for at in (held.find(s) for s in stops) if at >= 0]
        if found:
            if min(found):
                yield held[: min(found)]
            return
        keep = max((_overlap(held, s) for s in stops), default=0)
        ready = held[: len(held) - keep]
        if ready:
            yield ready
        held = held[len(held) - keep :]
    if held:
        yield held


def _overlap(text: str, stop: str) -> int:
    """Length of the longest end of ``text`` that begins ``stop``."""
    for size in range(min(len(text), len(stop) - 1), 0, -1):
        if text.endswith(stop[:size]):
            return size
    return 0
