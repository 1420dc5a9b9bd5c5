"""Joining a Ray cluster, or starting Ray on this machine alone, and what room there is.

Ray waits minutes for a cluster that is not there, ends the process of whoever tried, and writes
to stdout. Here every refusal is one line, and stdout is left to results. Ray's module is handed
to these functions: ``rag.integrations.ray`` alone imports it.
"""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag.errors import EngineError, OfflineError
from rag.offline import is_offline

PATIENCE = 30.0
"""Seconds to wait for a free core or GPU before giving up."""
PROBE = 60.0
"""Seconds that a cluster has to answer, the start of Python and Ray included."""
_OBJECTS = 256 << 20  # bytes: the texts and vectors in work are some 40 MB


def prepare(alone: bool) -> None:
    """Set, before Ray is imported, that it reports nothing home and keeps its words to itself.

    With ``alone`` Ray will be started here: its ports are open to the network, so a secret of
    this process keeps others from giving it work.
    """
    if alone and "ray" not in sys.modules and "RAY_AUTH_MODE" not in os.environ:
        os.environ |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    os.environ.setdefault("RAY_DEDUP_LOGS_SKIP_REGEX", ".")  # what raylets say goes to stdout


@contextlib.contextmanager
def connected(ray: Any, address: str | None) -> Iterator[None]:
    """Be connected to a cluster; a connection that the program has already is used and kept.

    Args:
        ray: the module.
        address: ``HOST:PORT`` or ``auto``; ``None`` starts Ray on this machine alone.

    Raises:
        EngineError: there is no cluster, or it cannot be joined.
        OfflineError: it may be other machines, and medlit is offline.
    """
    if ray.is_initialized():
        _require_this_machine(ray)
        yield
        return
    with contextlib.ExitStack() as stack:
        where: dict[str, Any] = {"address": address}
        if address is None:
            # Ray opens its folders to everybody, and its paths must be short
            short = "/tmp" if Path("/tmp").is_dir() else None
            folder = tempfile.TemporaryDirectory("", "medlit-", short, ignore_cleanup_errors=True)
            where = {
                "address": "local",
                "include_dashboard": False,
                "object_store_memory": _OBJECTS,
                "_temp_dir": f"{stack.enter_context(folder)}/r",
            }
        else:
            require_reachable(address)
        stack.callback(ray.shutdown)
        try:
            with hushed():
                ray.init(log_to_driver=False, logging_level=logging.CRITICAL, **where)
        except (RuntimeError, ValueError, OSError) as error:
            raise EngineError(f"Ray does not start: {one_line(error)}") from error
        logging.getLogger("ray.data").setLevel(logging.CRITICAL)
        _require_this_machine(ray)
        yield


@contextlib.contextmanager
def hushed() -> Iterator[None]:
    """Keep from stderr what Ray's native code writes there while it starts."""
    kept = os.dup(2)
    nothing = os.open(os.devnull, os.O_WRONLY)
    sys.stderr.flush()
    os.dup2(nothing, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)


def require_reachable(address: str) -> None:
    """Try the address in another process: Ray waits minutes for a cluster, then ends its own."""
    if address.startswith("ray://"):
        raise EngineError(
            "--address takes HOST:PORT or auto, not ray://; run medlit on a node of the cluster"
        )
    if address != "auto":
        host, _, port = address.rpartition(":")
        if is_offline() and not _loopback(host):
            raise OfflineError(
                f"offline: the cluster at {address} was refused; leave --address out to embed "
                "on this machine, or run without --offline"
            )
        try:
            socket.create_connection((host.strip("[]"), int(port)), timeout=10).close()
        except (ValueError, OverflowError) as error:
            raise EngineError(
                f"--address {address} is no HOST:PORT; give what ray start --head printed"
            ) from error
        except OSError as error:
            raise EngineError(
                f"no Ray cluster at {address} ({one_line(error)}); start one with "
                "ray start --head and give its HOST:PORT"
            ) from error
    elif is_offline():
        raise OfflineError(
            "offline: --address auto may be a cluster of other machines; leave it out, or run "
            "without --offline"
        )
    try:
        tried = subprocess.run(
            [sys.executable, "-c", _TRY, address],
            capture_output=True,
            text=True,
            timeout=PROBE,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise EngineError(
            f"what listens at {address} does not answer as a Ray cluster; give the HOST:PORT "
            "that ray start --head printed"
        ) from error
    if tried.returncode:
        said = (tried.stdout.strip() or "it refused").splitlines()[0]
        raise EngineError(
            f"cannot join the Ray cluster at {address}: {said}; where it asks for a token, set "
            "RAY_AUTH_MODE=token here too"
        )


# whatever a cluster refuses with, this child has one line to say and then ends
_TRY = """
import sys
try:
    import ray
    ray.init(sys.argv[1], log_to_driver=False, logging_level="CRITICAL")
except Exception as error:
    print(str(error).strip().partition("\\n")[0] or type(error).__name__)
    sys.exit(1)
"""


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _require_this_machine(ray: Any) -> None:
    """Refuse, while medlit is offline, a cluster that other machines have joined."""
    own = ray.util.get_node_ip_address()
    others = {n["NodeManagerAddress"] for n in ray.nodes() if n["Alive"]} - {own}
    if is_offline() and others:
        raise OfflineError(
            f"offline: {', '.join(sorted(others))} of the cluster was refused; leave --address "
            "out to embed on this machine, or run without --offline"
        )


def unit(ray: Any, kind: str) -> str:
    """Return what a worker needs one of, ``GPU`` or ``CPU``, for ``auto``, ``cpu`` or ``cuda``.

    Raises:
        EngineError: a GPU is asked for, and the cluster has none.
    """
    gpus = ray.cluster_resources().get("GPU", 0)
    if kind == "cuda" and gpus < 1:
        raise EngineError("the Ray cluster has no GPU; use --device auto or cpu")
    return "GPU" if gpus >= 1 and kind != "cpu" else "CPU"


def free(ray: Any, unit: str) -> int:
    """Return how many cores or GPUs of the cluster nobody holds."""
    return int(ray.available_resources().get(unit, 0))


def wait_for_room(ray: Any, unit: str) -> None:
    """Wait a while for a free core or GPU: a job that ended gives its own back after a moment.

    Raises:
        EngineError: there is none.
    """
    late = time.monotonic() + PATIENCE
    while not free(ray, unit):
        if time.monotonic() >= late:
            total = int(ray.cluster_resources().get(unit, 0))
            raise EngineError(
                f"none of the {total} {unit}s of the Ray cluster is free; wait for its other "
                "jobs, or add a node, and run the same command again: it goes on"
            )
        time.sleep(0.5)


def one_line(error: BaseException, which: int = 0) -> str:
    """Return one of the lines of what an error says: the first, or the last as -1."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[which] if lines else type(error).__name__
