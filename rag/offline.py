"""No connection leaves the process: what ``--offline`` and ``MEDLIT_OFFLINE=1`` do.

``enforce`` refuses, by an audit hook, every connection, datagram and name look-up that Python
code makes, except to this machine itself (a model server on localhost is still this machine).
A proxy on localhost is no such server: it hands on what it gets. So the proxies of the
environment are replaced by an address where nothing listens, and the ports of those that
were on this machine are refused. Libraries and child processes are told through their own
switches, which children inherit.

What this does not reach: native code that opens sockets without Python (``docs/offline.md``
lists what of it is installed with medlit and what keeps it still), a child that honours neither
switch nor proxy, a socket that was connected before, a Unix socket, and an answer to
somebody who connects to this machine. Against those only the kernel is proof:
``unshare -rn medlit …`` runs with no interface at all.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from typing import Any
from urllib.parse import urlsplit

from rag.errors import OfflineError

TELEMETRY_OFF = {
    "ANONYMIZED_TELEMETRY": "False",
    "DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "RAY_USAGE_STATS_ENABLED": "0",
}
"""Switches by which libraries send nothing about their use; set where the user sets none."""

OFFLINE_SWITCHES = {
    **TELEMETRY_OFF,
    "HF_DATASETS_OFFLINE": "1",
    "HF_EVALUATE_OFFLINE": "1",
    "HF_HUB_DISABLE_XET": "1",  # the hub's transfer library is native code with its own sockets
    "HF_HUB_OFFLINE": "1",
    "LANGCHAIN_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    "LANGSMITH_TRACING": "false",
    "LANGSMITH_TRACING_V2": "false",
    "MEDLIT_OFFLINE": "1",
    "OTEL_SDK_DISABLED": "true",
    "PIP_NO_INDEX": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "UV_OFFLINE": "1",
    "WANDB_MODE": "offline",
}
"""What ``enforce`` sets, whatever was set before; child processes inherit it."""

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "ALL_PROXY")
"""Variables that name a proxy, in upper and in lower case."""

_NOWHERE_PORT = 9  # "discard" (RFC 863): nobody runs that service any more
_NOWHERE = f"http://127.0.0.1:{_NOWHERE_PORT}"
_THIS_MACHINE = "localhost,127.0.0.1,::1"
_STALE = {
    "huggingface_hub.constants": ("HF_HUB_OFFLINE", "HF_HUB_DISABLE_XET"),
    "datasets.config": ("HF_DATASETS_OFFLINE", "HF_HUB_OFFLINE"),
}
"""Constants into which libraries read their switches when they are imported."""

_enforced = False
_forwarding: frozenset[int] = frozenset()
_TRUE = {"1", "true", "yes", "on"}
_UNIX = getattr(socket, "AF_UNIX", None)
_TO_ADDRESS = {"socket.connect", "socket.sendto", "socket.sendmsg"}
_TO_NAME = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}


def is_offline() -> bool:
    """True where the network is forbidden by flag, ``MEDLIT_OFFLINE`` or medlit.toml."""
    return _enforced or os.environ.get("MEDLIT_OFFLINE", "").lower() in _TRUE


def hub_allowed() -> bool:
    """True where models may be downloaded (``HF_HUB_OFFLINE`` is honoured)."""
    return not is_offline() and os.environ.get("HF_HUB_OFFLINE", "").lower() not in _TRUE


def no_telemetry() -> None:
    """Keep libraries from sending anything about their use, unless the user set it otherwise."""
    for name, value in TELEMETRY_OFF.items():
        os.environ.setdefault(name, value)


def enforce() -> None:
    """Forbid outgoing connections for the rest of this process's life (cannot be undone)."""
    global _enforced, _forwarding
    if _enforced:
        return
    _enforced = True
    _forwarding = frozenset({_NOWHERE_PORT, *_local_proxy_ports()})
    os.environ.update(OFFLINE_SWITCHES)
    for name in PROXIES:
        for spelling in (name, name.lower()):
            os.environ[spelling] = _NOWHERE
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = _THIS_MACHINE
    for module, constants in _STALE.items():
        if module in sys.modules:
            for constant in constants:
                setattr(sys.modules[module], constant, True)
    sys.addaudithook(_refuse_network)


def proxies() -> dict[str, str]:
    """Return the variables that name a proxy now, with what they say."""
    names = (*PROXIES, *(name.lower() for name in PROXIES))
    return {name: os.environ[name] for name in names if os.environ.get(name)}


def _local_proxy_ports() -> set[int]:
    """The ports of this machine that a proxy of the environment listens on."""
    ports = set()
    for value in proxies().values():
        try:
            address = urlsplit(value if "://" in value else f"http://{value}")
            port = address.port or {"https": 443}.get(address.scheme, 80)
        except ValueError:
            continue  # no address, so no way out
        if is_this_machine(address.hostname):
            ports.add(port)
    return ports


def _refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    """Raise for an audit event that reaches beyond this machine."""
    port: object = None
    if event in _TO_ADDRESS:
        address = arguments[1]
        if isinstance(address, tuple):
            host, port = address[0], address[1] if len(address) > 1 else None
        elif address is None or arguments[0].family == _UNIX:
            # an already connected socket, or a path: neither names a host
            host = None
        else:
            host = type(address).__name__  # another family (Bluetooth): not this machine
    elif event in _TO_NAME:
        # a DNS query is a connection too, and would tell a resolver what is asked for
        host = arguments[0]
    elif event == "socket.getnameinfo":
        host = arguments[0][0]
    else:
        return
    if not is_this_machine(host):
        raise OfflineError(
            f"offline: a connection to {_shown(host)} was refused; run without --offline and with "
            "MEDLIT_OFFLINE unset to allow the network"
        )
    if host is not None and port in _forwarding:
        raise OfflineError(
            f"offline: a connection to a proxy on {_shown(host)} was refused, since it would hand "
            "on what it gets; run without --offline and with MEDLIT_OFFLINE unset to allow it"
        )


def _shown(host: object) -> str:
    return host.decode("ascii", "replace") if isinstance(host, bytes | bytearray) else str(host)


def is_this_machine(host: object) -> bool:
    """True for a loopback address, ``localhost``, and nothing at all; never for another name."""
    if isinstance(host, bytes | bytearray):
        host = host.decode("ascii", "replace")
    if host is None or host in ("", "localhost"):
        return True
    name = str(host)
    try:
        # no zone: whoever owns evil.example could have 127.0.0.1%x.evil.example looked up
        return "%" not in name and ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
