"""No connection leaves the process: what ``--offline`` and ``MEDLIT_OFFLINE=1`` do.

``enforce`` makes the Hugging Face libraries offline through their own switches and refuses,
by an audit hook, every connection, datagram and name look-up that Python code makes, except
to this machine itself (a model server on localhost is still this machine). Native code that
opens sockets without Python is beyond its reach: its known users here (pip as a child
process, the hub's own transfer library) are refused before they start.
"""

from __future__ import annotations

import ipaddress
import os
import sys
from typing import Any

from rag.errors import OfflineError

_enforced = False
_TRUE = {"1", "true", "yes", "on"}
_TO_ADDRESS = {"socket.connect", "socket.sendto", "socket.sendmsg"}
_TO_NAME = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}


def is_offline() -> bool:
    """True where the network is forbidden by flag, ``MEDLIT_OFFLINE`` or medlit.toml."""
    return _enforced or os.environ.get("MEDLIT_OFFLINE", "").lower() in _TRUE


def hub_allowed() -> bool:
    """True where models may be downloaded (``HF_HUB_OFFLINE`` is honoured)."""
    return not is_offline() and os.environ.get("HF_HUB_OFFLINE", "").lower() not in _TRUE


def enforce() -> None:
    """Forbid outgoing connections for the rest of this process's life (cannot be undone)."""
    global _enforced
    if _enforced:
        return
    _enforced = True
    os.environ["MEDLIT_OFFLINE"] = "1"
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TRANSFORMERS_OFFLINE"] = "1"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ["HF_HUB_DISABLE_XET"] = "1"
    sys.addaudithook(_refuse_network)


def _refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    """Raise for an audit event that reaches beyond this machine."""
    if event in _TO_ADDRESS:
        address = arguments[1]
        # a path (Unix socket) or nothing (an already connected socket) names no host
        host = address[0] if isinstance(address, tuple) else None
    elif event in _TO_NAME:
        # a DNS query is a connection too, and would tell a resolver what is asked for
        host = arguments[0]
    elif event == "socket.getnameinfo":
        host = arguments[0][0]
    else:
        return
    if not _local(host):
        raise OfflineError(
            f"offline: a connection to {host} was refused; run without --offline and with "
            "MEDLIT_OFFLINE unset to allow the network"
        )


def _local(host: object) -> bool:
    if isinstance(host, bytes | bytearray):
        host = host.decode("ascii", "replace")
    if host is None or host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host).split("%")[0]).is_loopback
    except ValueError:
        return False
