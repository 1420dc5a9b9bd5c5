"""The server-sent events of one streamed completion, read as text, tokens and an end.

Whatever a server sends that is no whole completion becomes a ``ModelError``: an answer that broke
off must not pass for one. What a server says in its own words is never repeated, since that may
hold the prompt.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Iterator
from typing import Any

from rag.errors import ModelError
from rag.models.stream import Finish, Usage, Writing

_LINE = 1 << 20
"""Bytes of a line at most."""
_CHARACTERS_A_TOKEN = 64
"""A server that writes more than this for each token asked for does not keep to the limit."""
_ENDS: dict[str, Finish] = {
    "length": "length", "max_tokens": "length", "model_length": "length",
    "max_output_tokens": "length",
}  # fmt: skip
"""Finish reasons that are no ordinary end."""
_BROKEN = frozenset({"abort", "aborted", "cancelled", "canceled", "error"})
"""Finish reasons of an answer that the server gave up, as vLLM, SGLang and Mistral name them."""

_EVENT = re.compile(r"\s*$|:|(?:data|event|id|retry)\b")
"""A line of a stream of events."""


class BrokeOff(ModelError):
    """An answer that ended before it was whole; another try may give it."""


def pieces(
    chunks: Iterable[bytes], writing: Writing, place: str, max_tokens: int, seconds: float
) -> Iterator[str]:
    """Yield the text of a completion; an end that is not announced is a failure.

    Args:
        chunks: the body of the response as it comes.
        writing: told the tokens and the finish; where it is cancelled, reading ends.
        place: how the server is called in a message.
        max_tokens: what was asked for.
        seconds: after which the answer must be there.

    Raises:
        BrokeOff: the server broke off.
        ModelError: it reported an error, does not end, or sent something else.
    """
    ended, other, size, longest = False, False, 0, max_tokens * _CHARACTERS_A_TOKEN
    for line in _lines(chunks, place, seconds):
        if writing.cancelled.is_set():
            return
        data = line.removeprefix("data:").strip() if line.startswith("data:") else ""
        if not data:
            other = other or not _EVENT.match(line)
            continue
        if data == "[DONE]":
            return
        piece, finished = _read(data, writing, place)
        ended = ended or finished
        size += len(piece)
        if size > longest:
            raise ModelError(f"{place} does not end its answer; use another one")
        if piece:
            yield piece
    if not ended:  # a page or a plain JSON text is no answer that broke off
        raise strange(place) if other else died(place)


def _lines(chunks: Iterable[bytes], place: str, seconds: float) -> Iterator[str]:
    rest, until = b"", time.monotonic() + seconds
    for chunk in chunks:
        if time.monotonic() > until:
            raise ModelError(
                f"{place} was not done after {seconds:.0f} s; what it had written was dropped, "
                "ask for less with --length short"
            )
        *lines, rest = (rest + chunk).split(b"\n")
        if len(rest) > _LINE:
            raise strange(place)
        yield from (line.decode("utf-8", "replace") for line in lines)
    yield rest.decode("utf-8", "replace")


def _read(data: str, writing: Writing, place: str) -> tuple[str, bool]:
    """Return the text of one event, and whether it ends the answer; note tokens and finish."""
    try:
        event = json.loads(data)
        if event.get("error") is not None:  # some servers send a null with each piece
            raise ModelError(
                f"{place} reports an error in mid-answer; what it had written was dropped, "
                "ask again"
            )
        writing.usage = _usage(event.get("usage")) or writing.usage
        choice = (event.get("choices") or [{}])[0]
        text = (choice.get("delta") or {}).get("content") or ""
        if not isinstance(text, str):
            raise strange(place)
        reason = choice.get("finish_reason")
        if reason == "content_filter":
            raise ModelError(
                f"{place} cut its answer off by a filter of its own; use another model, or none "
                "with --generator extractive"
            )
        if reason in _BROKEN:
            raise died(place)
        if reason:
            writing.finish = _ENDS.get(str(reason), "stop")
        return text, bool(reason)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise strange(place) from None


def _usage(said: Any) -> Usage | None:
    """Return the tokens that an event names; servers send ``null`` until the last."""
    if not isinstance(said, dict):
        return None
    read, written = said.get("prompt_tokens"), said.get("completion_tokens")
    return Usage(read, written) if type(read) is int and type(written) is int else None


def strange(place: str) -> ModelError:
    """Return the error for what no OpenAI-compatible server sends."""
    return ModelError(
        f"{place} does not answer as an OpenAI-compatible server; check the URL, which usually "
        "ends in /v1"
    )


def died(place: str) -> BrokeOff:
    """Return the error for an answer that broke off."""
    return BrokeOff(f"{place} broke off its answer; what it had written was dropped, ask again")
