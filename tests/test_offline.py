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
        "socket.getaddrinfo('127.0.0.1%x.example.org', 80)",
        "socket.create_connection(('127.0.0.1%x.example.org', 80), timeout=1)",
        "__import__('_socket').socket().connect(('192.0.2.1', 80))",
        "socket.socket(socket.AF_INET6).connect(('2001:db8::1', 80))",
        "socket.socket().connect(('::ffff:192.0.2.1', 80))",
        "socket.socket().connect((b'192.0.2.1', 80))",
        "__import__('asyncio').run(__import__('asyncio').open_connection('192.0.2.1', 80))",
        "__import__('asyncio').run(__import__('asyncio').open_connection('example.org', 80))",
        "__import__('httpx').get('http://192.0.2.1/', trust_env=False, timeout=1)",
        "__import__('urllib.request').request.urlopen('http://example.org', timeout=1)",
        "__import__('urllib.request').request.build_opener("
        "__import__('urllib.request').request.ProxyHandler({})).open('http://example.org')",
        "__import__('smtplib').SMTP('192.0.2.1', 25, timeout=1)",
        "__import__('ftplib').FTP('192.0.2.1', timeout=1)",
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


PROXY = """
import http.server, threading
got = []
class Forward(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        got.append(self.path)
        self.send_response(200); self.end_headers()
    def log_message(self, *_):
        pass
proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Forward)
threading.Thread(target=proxy.serve_forever, daemon=True).start()
import os
os.environ["http_proxy"] = f"http://127.0.0.1:{proxy.server_port}"
import urllib.request
url = "http://192.0.2.1/secret"
"""


def test_a_proxy_on_this_machine_is_a_way_out_and_is_closed():
    """One that is used before shows that the test could fail; then it is refused."""
    code = (
        PROXY
        + (
            "urllib.request.urlopen(url, timeout=5).close()\nassert got == [url], got\n"
            "old = urllib.request.build_opener()\n"  # has read the proxy already
            + START
            + "for go in (urllib.request.urlopen, old.open):\n"
            "    try:\n        go(url, timeout=5)\n"
            "    except (OfflineError, OSError) as error:\n        print(error)\n"
            "print(len(got))\n"
        )
    )
    done = run(code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("offline: a connection to a proxy on 127.0.0.1 was refused") == 2
    assert done.stdout.splitlines()[-1] == "1"


def test_a_child_is_told_too():
    """A child in Python that knows nothing of medlit asks a proxy where nothing listens."""
    child = (
        "import urllib.request\n"
        "try:\n    urllib.request.urlopen('http://192.0.2.1/', timeout=5)\n"
        "except OSError as error:\n    print(error)\n"
    )
    code = START + (
        "import subprocess, sys, os\n"
        f"subprocess.run([sys.executable, '-c', {child!r}])\n"
        "print(os.environ['HTTPS_PROXY'], os.environ['NO_PROXY'], os.environ['PIP_NO_INDEX'])\n"
    )
    done = run(code, HTTPS_PROXY="http://proxy.example.org:3128", NO_PROXY="*")
    assert done.returncode == 0, done.stderr
    assert "Connection refused" in done.stdout
    assert done.stdout.endswith("http://127.0.0.1:9 localhost,127.0.0.1,::1 1\n")


def test_libraries_that_are_loaded_already_are_switched_too():
    code = (
        "import huggingface_hub.constants as hub\nassert not hub.HF_HUB_OFFLINE\n"
        + START
        + "print(hub.HF_HUB_OFFLINE, hub.HF_HUB_DISABLE_XET)\n"
    )
    assert run(code).stdout == "True True\n"


def test_tracing_that_the_user_switched_on_is_off():
    code = START + "import os\nprint(os.environ['LANGSMITH_TRACING'])\n"
    assert run(code, LANGSMITH_TRACING="true").stdout == "false\n"


def test_telemetry_is_off_unless_the_user_says_otherwise():
    code = (
        "from rag.offline import no_telemetry\nno_telemetry()\nimport os\n"
        "print(os.environ['DO_NOT_TRACK'], os.environ['HF_HUB_DISABLE_TELEMETRY'])\n"
    )
    assert run(code, HF_HUB_DISABLE_TELEMETRY="0").stdout == "1 0\n"
