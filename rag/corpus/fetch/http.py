"""One polite HTTP client: a limit to its pace, patience with faults, downloads that resume.

Asks and downloads share the rules: too many requests (429), server faults (5xx), broken
connections and answers that the caller finds unusable are tried again, after the time that
``Retry-After`` names or else after a growing one with some chance in it, so that clients that
failed together do not come back together. Each wait is told of, and one that would be longer
than two minutes is left to the user. Anything else is refused at once. TLS certificates are
always verified. Messages name a server and a path, never a query or a key.
"""

from __future__ import annotations

import logging
import random
import re
import ssl
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from types import TracebackType
from typing import TypeVar
from urllib.parse import quote

import httpx

from rag.corpus.fetch.faults import (
    Halted,
    Unusable,
    check_answer,
    host,
    place,
    unresolved,
    without_number,
)
from rag.corpus.fetch.pace import RateLimit
from rag.errors import ConfigError, FetchError, OfflineError
from rag.offline import is_offline
from rag.version import __version__

T = TypeVar("T")

_LONGEST_WAIT = 120.0
_LOOK_UPS = 3  # of a name, where nothing was ever reached: then there is no network at all
_LARGEST_ANSWER = 256 << 20
_MAIL = re.compile(r"[!-~]+@[!-~]+")
# httpx logs every URL at INFO; a program that logs all must not learn what is looked for
if not logging.getLogger("httpx").level:
    logging.getLogger("httpx").setLevel(logging.WARNING)


class Client:
    """Asks servers for literature; threads may share one.

    Args:
        per_second: requests that may leave in a second.
        email: whom a server may write to; part of the User-Agent.
        secrets: texts that no message may contain.
        tries: failures in a row after which a request is given up.
        timeout: seconds without a sign of life after which a connection counts as broken.
        on_retry: told in a line, from any thread, what went wrong and how long the wait is.
        sleep: waits; replaced in tests.
        clock: a monotonic clock; replaced in tests.

    Raises:
        ConfigError: ``email`` is no mail address.
    """

    def __init__(
        self,
        *,
        per_second: float = 3,
        email: str = "",
        secrets: Collection[str] = (),
        tries: int = 6,
        timeout: float = 60.0,
        on_retry: Callable[[str], object] = lambda text: None,
        sleep: Callable[[float], object] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._halted = threading.Event()
        if sleep is None:
            sleep = self._halted.wait
        if email and not _MAIL.fullmatch(email):
            raise ConfigError(f"{email!r} is no mail address; correct or unset MEDLIT_EMAIL")
        contact = f" (mailto:{email})" if email else ""
        self._http = httpx.Client(
            headers={"User-Agent": f"medlit/{__version__}{contact}"},
            timeout=httpx.Timeout(timeout, connect=min(timeout, 20.0)),
            verify=_certificates(),
        )
        self._limit = RateLimit(per_second, clock, sleep)
        self._secrets = [secret for secret in secrets if secret]
        self._tries = tries
        self._on_retry = on_retry
        self._sleep = sleep
        self._clock = clock
        self._lock = threading.Lock()
        self._quiet_until: dict[str, float] = {}
        self._reached = False

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def halt(self) -> None:
        """End the waits and requests of all threads; the client is of no further use."""
        self._halted.set()

    def go_on(self) -> None:
        """Raise ``Halted`` where the client was told to halt."""
        if self._halted.is_set():
            raise Halted("stopped")

    def get(self, url: str, judge: Callable[[bytes], T]) -> T:
        """Fetch a small document; ``judge`` makes something of it or raises ``Unusable``.

        Raises:
            OfflineError: the network is forbidden.
            FetchError: no usable answer came (``Refused``: the server declines).
        """
        return self.persist(url, lambda: self._ask("GET", url, None, judge, frozenset()))

    def post(
        self,
        url: str,
        fields: Mapping[str, str],
        judge: Callable[[bytes], T],
        judged: frozenset[int] = frozenset(),
    ) -> T:
        """Send a form, as ``get`` does; its fields stay out of logs and messages.

        Args:
            url: where to.
            fields: the form.
            judge: makes something of the answer or raises ``Unusable``.
            judged: statuses of refusal whose answer ``judge`` sees all the same.
        """
        return self.persist(url, lambda: self._ask("POST", url, fields, judge, judged))

    # tenacity could turn this loop, but what matters stays outside of it: how long to wait is
    # in the answer, and whether a try counts as a failure depends on the bytes it brought.
    def persist(self, url: str, attempt: Callable[[], T]) -> T:
        """Call ``attempt`` until it succeeds, is refused, or has failed too often in a row."""
        name = place(url)
        failures = 0
        while True:
            self.go_on()
            if is_offline():
                raise OfflineError(
                    f"offline: {name} would have to be asked; run without --offline and with "
                    "MEDLIT_OFFLINE unset to allow it"
                )
            self._limit.wait()
            self.go_on()
            wait, tries = 0.0, self._tries
            try:
                answer = attempt()
            except Unusable as problem:
                self._reached = True
                reason, wait = self.clean(str(problem)), problem.wait
                failures = 0 if problem.gained else failures
                said = f"{host(url)}: {reason}"
            except httpx.TooManyRedirects as error:
                raise FetchError(f"{name} redirects in a circle; check the address") from error
            except (httpx.RequestError, httpx.InvalidURL) as error:
                reason = self._reason(name, error)
                said = f"cannot reach {host(url)} ({reason})"
                if unresolved(error) and not self._reached:
                    tries = min(tries, _LOOK_UPS)
            else:
                self._reached = True
                return answer
            if wait > _LONGEST_WAIT:
                raise FetchError(
                    f"{name} asks to wait {wait:.0f} s ({reason}); run the same command again then"
                )
            failures += 1
            if failures >= tries:
                raise FetchError(
                    f"cannot fetch {name}: {reason}; {failures} tries failed: check the "
                    "connection, or run the same command again later"
                )
            wait = max(wait, 2.0 ** (failures - 1) * random.uniform(0.75, 1.25))
            self._tell(said, wait)
            self._sleep(wait)

    @contextmanager
    def opened(
        self,
        method: str,
        url: str,
        *,
        fields: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        accepted: frozenset[int] = frozenset(),
    ) -> Iterator[httpx.Response]:
        """One try: the answer with its body still to be read.

        Raises:
            Unusable: the server is busy or at fault.
            Refused: another status than 2xx and ``accepted``.
        """
        with self._http.stream(
            method,
            url,
            data=fields,
            headers=headers,
            follow_redirects=fields is None,  # a form may hold a key, which stays where it is
        ) as response:
            check_answer(url, response, accepted)
            yield response

    def clean(self, text: str, longest: int = 200) -> str:
        """Make one short line of ``text``, without secrets."""
        for secret in self._secrets:
            text = text.replace(secret, "***").replace(quote(secret, safe=""), "***")
        line = " ".join(text.split())
        return line if len(line) <= longest else f"{line[:longest]} ..."

    def _ask(
        self,
        method: str,
        url: str,
        fields: Mapping[str, str] | None,
        judge: Callable[[bytes], T],
        judged: frozenset[int],
    ) -> T:
        with self.opened(method, url, fields=fields, accepted=judged) as response:
            chunks: list[bytes] = []
            size = 0
            for chunk in response.iter_bytes():
                chunks.append(chunk)
                size += len(chunk)
                if size > _LARGEST_ANSWER:
                    raise Unusable(f"the answer is longer than {_LARGEST_ANSWER >> 20} MiB")
        return judge(b"".join(chunks))

    def _tell(self, said: str, wait: float) -> None:
        """Tell of a wait; threads that wait for the same reason speak with one voice."""
        with self._lock:
            now = self._clock()
            quiet = now < self._quiet_until.get(said, now)
            if not quiet:
                self._quiet_until[said] = now + wait
        if not quiet:
            self._on_retry(f"{said}; trying again in {max(1, round(wait))} s")

    def _reason(self, name: str, error: Exception) -> str:
        if isinstance(error, httpx.InvalidURL):
            raise FetchError(f"{name} is no usable address; check it") from error
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            raise FetchError(
                f"the certificate of {name} cannot be verified; check the clock, or set "
                "SSL_CERT_FILE where a proxy has a certificate of its own"
            ) from error
        if isinstance(error, httpx.TimeoutException):
            return "no answer in time"
        if unresolved(error):
            return "its name cannot be looked up"
        return self.clean(without_number(str(error))) or type(error).__name__


@cache
def _certificates() -> ssl.SSLContext:
    """Return what TLS certificates are verified by; reading it takes a noticeable time."""
    return httpx.create_ssl_context()
