"""``openai:MODEL@URL``: which server, which model, and whether that server is this machine."""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from rag.errors import ModelError

_SPEC = re.compile(r"openai:(?P<model>.+)@(?P<url>https?://.+)", re.IGNORECASE)

_PLACE = re.compile(r"(?:[\w.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?", re.ASCII | re.IGNORECASE)
"""A name or an IPv4 address, or an IPv6 one in brackets; perhaps a port."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a model is served: ``base`` ends without a slash, ``host`` is a name or an address."""

    model: str
    base: str
    host: str
    encrypted: bool

    @property
    def place(self) -> str:
        """Scheme, host and port, which a message may show."""
        parts = urlsplit(self.base)
        return f"{parts.scheme}://{parts.netloc}"


def read_spec(spec: str) -> Address:
    """Read ``openai:MODEL@URL``.

    Raises:
        ModelError: it is none, or the URL carries a password, a query or a fragment.
    """
    form = "openai:MODEL@URL, such as openai:llama3.1@http://localhost:11434/v1"
    found = _SPEC.fullmatch(spec.strip())
    if found is None:
        raise ModelError(f"a model server is named as {form}")
    url = found["url"]
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ModelError(f"the URL of the model server is none; name it as {form}") from error
    if parts.username is not None or parts.query or parts.fragment:
        raise ModelError(
            "the URL of a model server may hold no password, ? or #; a key is taken from "
            "OPENAI_API_KEY alone"
        )
    # what other readers of URLs could take for another host is none: "[::1].evil.example"
    if not host or not _PLACE.fullmatch(parts.netloc) or re.search(r"[^\x21-\x7e]", url):
        raise ModelError(f"the URL of the model server is none; name it as {form}")
    base = url.rstrip("/") if parts.path.strip("/") else f"{url.rstrip('/')}/v1"
    return Address(found["model"], base, host, parts.scheme.lower() == "https")


def this_machine(host: str) -> bool:
    """True where a name or an address means this machine, whatever it resolves to today.

    A name counts only where all of its addresses are loopback ones; only ``localhost`` is looked
    up, so that asking tells no name server anything.
    """
    if "%" in host:  # 127.0.0.1%x.evil.example is a name, and a loopback needs no zone
        return False
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        pass
    if host.lower().rstrip(".") != "localhost":
        return False
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, None)}
    except OSError:
        return False
    return bool(found) and all(ipaddress.ip_address(a.partition("%")[0]).is_loopback for a in found)
