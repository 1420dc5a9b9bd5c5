"""What can go wrong with a request, and how it is said without a query or a key."""

from __future__ import annotations

import re
import socket
from urllib.parse import urlsplit

import httpx

from rag.corpus.fetch.pace import asked_wait
from rag.errors import FetchError

_BUSY = frozenset({408, 425, 429})
_ERRNO = re.compile(r"\[Errno -?\d+\] ")


class Unusable(FetchError):
    """The answer is not what it should be, and another try may bring a better one.

    ``gained`` says that the try was not in vain, so that it does not count as a failure.
    """

    def __init__(self, reason: str, wait: float = 0.0, gained: bool = False) -> None:
        super().__init__(reason)
        self.wait = wait
        self.gained = gained


class Refused(FetchError):
    """The server will not answer this request, however often it is asked."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class Halted(FetchError):
    """The client was told to halt while this request was under way."""


def place(url: str) -> str:
    """Return server and path of an address: what a message may show of it.

    Raises:
        FetchError: it is no address for http or https.
    """
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError as error:
        raise FetchError(f"{url.partition('?')[0]} is no usable address; check it") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise FetchError(f"{url.partition('?')[0]} is no http or https address; check it")
    return f"{parts.scheme}://{parts.hostname}{port}{parts.path}"


def host(url: str) -> str:
    """Return the name of the server of an address."""
    return urlsplit(url).hostname or place(url)


def without_number(text: str) -> str:
    """Leave out the number by which the system knows an error."""
    return _ERRNO.sub("", text)


def unresolved(error: BaseException) -> bool:
    """True where the address of a server could not be found out."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, socket.gaierror):
        cause = cause.__cause__ or cause.__context__
    return cause is not None


def check_answer(url: str, response: httpx.Response, accepted: frozenset[int]) -> None:
    """Judge an answer by its status.

    Raises:
        Unusable: the server is busy or at fault.
        Refused: another status than 2xx and ``accepted``, or TLS was left.
    """
    name, status = place(url), response.status_code
    if url.startswith("https:") and response.url.scheme != "https":
        raise Refused(f"{name} redirects to an unprotected address; use another one", status)
    if response.is_success or status in accepted:
        return
    said = f"{status} {response.reason_phrase}".strip()
    if status in _BUSY or status >= 500:
        raise Unusable(
            f"the server answers {said}", wait=asked_wait(response.headers.get("retry-after", ""))
        )
    if response.is_redirect:
        there = place(str(response.url.join(response.headers["location"])))
        raise Refused(f"{name} has moved to {there}; use that address", status)
    raise Refused(f"{name} answers {said}; check the address and what is asked for", status)
