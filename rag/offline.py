"""No connection leaves the process: what ``--offline`` and ``MEDLIT_OFFLINE=1`` do.

``enforce`` makes the Hugging Face libraries offline through their own switches and refuses
every outgoing connection except to this machine itself (a model server on localhost is
still this machine). Child processes that would download (pip) are refused by their callers,
who ask ``is_offline`` first.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from typing import Any

from rag.errors import OfflineError

_enforced = False


def is_offline() -> bool:
    """True where the network is forbidden by flag, ``MEDLIT_OFFLINE`` or medlit.toml."""
    return _enforced or os.environ.get("MEDLIT_OFFLINE", "").lower() in {"1", "true", "yes", "on"}


def hub_allowed() -> bool:
    """True where a Hugging Face hub may be asked (``HF_HUB_OFFLINE`` is honoured)."""
    return not is_offline() and os.environ.get("HF_HUB_OFFLINE", "") not in {"1", "true", "True"}


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
    socket.socket.connect = _guard(socket.socket.connect)  # type: ignore[method-assign]
    socket.socket.connect_ex = _guard(socket.socket.connect_ex)  # type: ignore[method-assign]
    socket.socket.sendto = _guard_sendto(socket.socket.sendto)  # type: ignore[method-assign]
    socket.getaddrinfo = _guard_lookup(socket.getaddrinfo)


def _local(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host is None or host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host).split("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse(host: object) -> OfflineError:
    return OfflineError(
        f"offline: a connection to {host} was refused; run without --offline and with "
        "MEDLIT_OFFLINE unset to allow the network"
    )


def _guard(original: Any) -> Any:
    def connect(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _local(address[0]):
            raise _refuse(address[0])
        return original(self, address)

    return connect


def _guard_sendto(original: Any) -> Any:
    def sendto(self: socket.socket, data: Any, *rest: Any) -> Any:
        address = rest[-1]
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _local(address[0]):
            raise _refuse(address[0])
        return original(self, data, *rest)

    return sendto


def _guard_lookup(original: Any) -> Any:
    # a DNS query is a connection too, and would tell a resolver what is asked for
    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        if not _local(host):
            raise _refuse(host)
        return original(host, *args, **kwargs)

    return getaddrinfo
