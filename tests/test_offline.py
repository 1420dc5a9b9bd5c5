"""Offline: every way in which Python code reaches the network, tried in a process of its own."""

import subprocess
import sys

import pytest

from tests.support import ROOT

START = """
import socket
from rag.errors import OfflineError
from rag.offline import enforce
enforce()
"""
UDP = "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)"


def run(code, **env):
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        env={"PATH": "", **env},
    )


@pytest.mark.parametrize(
    "call",
    [
        "socket.create_connection(('192.0.2.1', 80), timeout=1)",
        "socket.socket().connect(('192.0.2.1', 80))",
        "socket.socket().connect_ex(('192.0.2.1', 80))",
        f"{UDP}.sendto(b'x', ('192.0.2.1', 53))",
        f"{UDP}.sendmsg([b'x'], [], 0, ('192.0.2.1', 53))",
        "socket.getaddrinfo('example.org', 80)",
        "socket.gethostbyname('example.org')",
        "socket.gethostbyname_ex('example.org')",
        "socket.gethostbyaddr('192.0.2.1')",
        "socket.getnameinfo(('192.0.2.1', 80), 0)",
        "__import__('urllib.request').request.urlopen('http://example.org', timeout=1)",
    ],
)
def test_it_is_refused(call):
    code = START + f"try:\n    {call}\nexcept OfflineError as error:\n    print('refused', error)\n"
    done = run(code)
    assert done.stdout.startswith("refused offline: a connection to"), done.stderr


def test_this_machine_stays_reachable():
    code = START + (
        "server = socket.create_server(('127.0.0.1', 0))\n"
        "socket.create_connection(server.getsockname(), timeout=5).close()\n"
        "socket.getaddrinfo('localhost', 80)\nprint('reached')\n"
    )
    assert run(code).stdout == "reached\n"


def test_the_environment_binds_the_library(built):
    code = (
        "import socket\nfrom rag import Retriever\nfrom rag.errors import OfflineError\n"
        f"Retriever.open({str(built / 'ix')!r})\n"
        "try:\n    socket.gethostbyname('example.org')\n"
        "except OfflineError:\n    print('refused')\n"
    )
    assert run(code, MEDLIT_OFFLINE="1").stdout == "refused\n"


@pytest.mark.parametrize("variable", ["HF_HUB_OFFLINE", "MEDLIT_OFFLINE"])
def test_no_model_is_downloaded(tmp_path, variable):
    code = (
        "from rag.models.fetch import fetch_model\nfrom rag.errors import OfflineError\n"
        "try:\n    fetch_model('smollm2')\nexcept OfflineError as error:\n    print(error)\n"
    )
    done = run(code, MEDLIT_HOME=str(tmp_path), **{variable: "1"})
    assert "not on this machine and downloads are off" in done.stdout, done.stderr
    assert not list(tmp_path.rglob("*.gguf"))
