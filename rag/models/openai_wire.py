"""One streamed chat completion of an OpenAI-compatible server, over httpx.

What it does not do: it decides nothing about what may leave. ``generator_openai`` does, and is
the only caller. It follows no redirect, and shows neither the key nor what a server says in its
own words, which may repeat the prompt.
"""

from __future__ import annotations

import os
import random
import ssl
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import httpx

from rag.corpus.fetch.pace import asked_wait
from rag.errors import ModelError
from rag.models.openai_address import Address
from rag.models.openai_events import BrokeOff, died, pieces
from rag.models.stream import Writing
from rag.version import __version__

TRIES = 4
_CONNECT, _SILENCE, _WHOLE = 10.0, 120.0, 900.0
"""Seconds: for a connection, between two signs of life, and for one answer."""
_LONGEST_WAIT = 60.0
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504, 529})
_REFUSED = frozenset({httpx.codes.BAD_REQUEST, httpx.codes.UNPROCESSABLE_ENTITY})
_OPTIONS = frozenset({"max_tokens", "temperature", "seed", "stop", "stream_options"})
"""Of a request, that some servers refuse by name: they are left out then."""
_WHY = {
    400: "check the model's name and its context window",
    401: "set OPENAI_API_KEY to a key of this server",
    403: "this key may not use the model",
    404: "check the model's name and the URL, which usually ends in /v1",
    413: "the prompt is too long for it; ask with --length short",
}


class _Bearer(httpx.Auth):
    """Adds the key to a request as it leaves; no other object holds it."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __repr__(self) -> str:
        return "<key>"

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._key}"
        yield request


class Wire:
    """A connection to one server.

    Args:
        address: the server and the model.
        send_key: whether ``OPENAI_API_KEY`` may go there.
        proxies: whether the proxies of the environment are used.
        sleep: waits between tries, by default until the stream is cancelled.
        silence: seconds without a sign of life after which a server counts as dead.
        whole: seconds after which an answer must be there.

    Raises:
        ModelError: the key cannot stand in a header.
    """

    def __init__(
        self,
        address: Address,
        *,
        send_key: bool,
        proxies: bool,
        sleep: Callable[[float], object] | None = None,
        silence: float = _SILENCE,
        whole: float = _WHOLE,
    ) -> None:
        self._address = address
        self._sleep = sleep
        self._whole = whole
        self._send_key = send_key
        self._left_out: frozenset[str] = frozenset()
        key = os.environ.get("OPENAI_API_KEY", "").strip() if send_key else ""
        if not (key.isascii() and key.isprintable()):
            raise ModelError("OPENAI_API_KEY holds characters that no key has; set it anew")
        self._http = httpx.Client(
            auth=_Bearer(key) if key else _nothing,
            headers={"User-Agent": f"medlit/{__version__}"},
            timeout=httpx.Timeout(silence, connect=min(silence, _CONNECT)),
            trust_env=proxies,
            verify=_certificates(),
            follow_redirects=False,
        )

    @property
    def left_out(self) -> frozenset[str]:
        """Options that this server refused and is not asked with again."""
        return self._left_out

    def close(self) -> None:
        """End the connection."""
        self._http.close()

    def window(self) -> int | None:
        """Return the tokens that the model takes by ``GET /models``; ``None`` where not said."""
        try:
            response = self._http.get(f"{self._address.base}/models", timeout=_CONNECT)
            listed = response.json()["data"] if response.status_code == httpx.codes.OK else []
            rows = [row for row in listed if row.get("id") == self._address.model]
            facts: dict[str, Any] = {**(rows[0].get("meta") or {}), **rows[0]} if rows else {}
        except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError):
            return None
        except RuntimeError:  # the connection was closed, which stream() says
            return None
        names = ("max_model_len", "context_length", "context_window", "n_ctx", "n_ctx_train")
        sizes = (facts.get(name) for name in names)
        return next((s for s in sizes if isinstance(s, int) and s > 0), None)

    def stream(
        self,
        turns: Sequence[Mapping[str, str]],
        max_tokens: int,
        stop: Sequence[str],
        writing: Writing,
    ) -> Iterator[str]:
        """Yield the pieces of a completion, and note its tokens and its finish in ``writing``.

        Connections that fail and answers that say "busy" (429, 5xx) are tried again, after the
        time that ``Retry-After`` names or a growing one, as long as nothing was yielded.

        Raises:
            ModelError: the server refuses, cannot be reached, or ended before its answer did.
        """
        body = {
            "model": self._address.model,
            "messages": list(turns),
            "max_tokens": max_tokens,
            "temperature": 0,
            "seed": 0,
            "stream": True,
            "stream_options": {"include_usage": True},
            # four is the most that servers take; the caller cuts at all of them
            **({"stop": list(stop[:4])} if stop else {}),
        }
        for option in self._left_out:
            _leave_out(body, option)
        tried = 1
        if self._http.is_closed:
            raise ModelError("the generator was closed; load it again")
        while not writing.cancelled.is_set():
            accepted = began = False
            try:
                with self._http.stream(
                    "POST", f"{self._address.base}/chat/completions", json=body
                ) as response:
                    if self._adapted(response, body):
                        continue
                    wait = self._judged(response, tried)
                    accepted = wait is None
                    if wait is None:
                        for piece in pieces(
                            response.iter_bytes(),
                            writing,
                            self._address.place,
                            max_tokens,
                            self._whole,
                        ):
                            began = True
                            yield piece
                        return
            except BrokeOff:
                if began or tried == TRIES:
                    raise
                wait = _growing(tried)
            except httpx.ReadTimeout:
                raise ModelError(
                    f"{self._address.place} fell silent; what it had written was dropped, ask again"
                ) from None
            except (httpx.RequestError, httpx.InvalidURL, httpx.StreamError) as error:
                if began or (accepted and tried == TRIES):
                    raise died(self._address.place) from None
                if tried == TRIES:
                    raise self._unreached(error) from None
                wait = _growing(tried)
            (self._sleep or writing.cancelled.wait)(wait)
            tried += 1

    def _adapted(self, response: httpx.Response, body: dict[str, Any]) -> bool:
        """Take an option out of a request that was refused because of it; true where that helps."""
        if response.status_code not in _REFUSED:
            return False
        try:
            said = response.read().decode("utf-8", "replace")
            # servers that check a request by a schema name what they do not know in their own
            # words; one that repeats the whole request names nothing
            by_name = "stream_options" in said and "temperature" not in said
            named = "stream_options" if by_name else response.json()["error"]["param"]
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            return False
        if named not in _OPTIONS or named not in body:
            return False
        _leave_out(body, named)
        self._left_out |= {named}
        return True

    def _judged(self, response: httpx.Response, tried: int) -> float | None:
        """Return how long to wait before another try; ``None`` where the answer begins."""
        status, place = response.status_code, self._address.place
        if status == httpx.codes.OK:
            return None
        if status in _BUSY and tried < TRIES:
            asked = asked_wait(response.headers.get("retry-after", ""))
            if asked <= _LONGEST_WAIT:
                return max(asked, _growing(tried))
            raise ModelError(f"{place} asks to wait {asked:.0f} s; ask again then")
        if status in _BUSY:
            raise ModelError(f"{place} answered {status} {TRIES} times; ask again later")
        if response.is_redirect:
            raise ModelError(f"{place} redirects elsewhere, which is not followed; name that URL")
        if status == httpx.codes.UNAUTHORIZED and not self._send_key:
            raise ModelError(
                f"{place} wants a key: OPENAI_API_KEY, which goes to another machine over https "
                "alone"
            )
        raise ModelError(f"{place} answered {status}; {_WHY.get(status, 'see its own log')}")

    def _unreached(self, error: Exception) -> ModelError:
        why = "no connection in time" if isinstance(error, httpx.TimeoutException) else "refused"
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            why = "its certificate cannot be verified"
        elif any(code in str(error) for code in ("Name or service", "nodename", "resolution")):
            why = "its name cannot be looked up"
        return ModelError(
            f"cannot reach {self._address.place} ({why}, {TRIES} tries); is the server running?"
        )


@cache
def _certificates() -> ssl.SSLContext:
    """Return what TLS certificates are verified by; reading it takes a noticeable time."""
    return httpx.create_ssl_context()


def _leave_out(body: dict[str, Any], option: str) -> None:
    value = body.pop(option, None)
    if option == "max_tokens":  # as newer servers call it
        body["max_completion_tokens"] = value


def _growing(tried: int) -> float:
    return 0.5 * 2.0 ** (tried - 1) * random.uniform(0.75, 1.25)


def _nothing(request: httpx.Request) -> httpx.Request:
    """No authorisation: keeps httpx from looking for one in ``.netrc``."""
    return request
