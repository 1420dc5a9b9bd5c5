"""Offline nothing arrives elsewhere: a listener on this machine's own address, and a trace."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import threading

import pytest

from rag.offline import OFFLINE_SWITCHES
from tests.support import Medlit

pytestmark = pytest.mark.model

QUESTION = "What are the symptoms of influenza?"
CHAT = f"{QUESTION}\nhow is it treated?\nand pertussis?\n"


def _works(*command):
    """The reason why a command cannot be run here, or nothing."""
    if shutil.which(command[0]) is None:
        return f"{command[0]} is not installed"
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return "" if done.returncode == 0 else f"not permitted here: {done.stderr.strip()[:100]}"


def _whole_way(medlit, c_xml):
    """Ingest, search, ask, export, a file of questions, chat: all succeed, in one process."""
    shutil.copy(c_xml, medlit.cwd / "c.xml")
    (medlit.cwd / "questions.txt").write_text(f"{QUESTION}\nDoes metformin reduce body weight?\n")
    batch = ("ask", "--questions", "questions.txt", "--out", "a.jsonl", "--index", "ix")
    *_, chatted = medlit.several(
        (("ingest", "c.xml", "--index", "ix"), "", ""),
        (("search", QUESTION, "--index", "ix", "--json"), "", ""),
        (("ask", QUESTION, "--index", "ix", "--json"), "", "a.json"),
        (("export", "a.json", "--format", "nlm"), "", ""),
        (batch, "", ""),
        (("chat", "--index", "ix", "--json"), CHAT, ""),
    )
    assert chatted.count("\n") == 3


def _shared(folder):
    medlit = Medlit(folder)
    medlit.env["XDG_DATA_HOME"] = str(folder / "data")
    return medlit


class Listener:
    """Accepts on every address of this machine and keeps what arrives."""

    def __init__(self):
        self.server = socket.create_server(("0.0.0.0", 0))
        self.port = self.server.getsockname()[1]
        self.arrived = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(2)
                try:
                    self.arrived.append(connection.recv(4096))
                except OSError:
                    self.arrived.append(b"")


@pytest.fixture
def listener():
    one = Listener()
    yield one
    one.server.close()


def own_address():
    """An address of this machine that is not loopback; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        address = probe.getsockname()[0]
    return None if address.startswith(("127.", "0.")) else address


def test_nothing_arrives_at_another_address(built, tmp_path, listener):
    address = own_address()
    if address is None:
        pytest.skip("this machine has no address but loopback")
    url = f"http://{address}:{listener.port}"
    open_to_all = {
        "HF_ENDPOINT": url, "LANGSMITH_ENDPOINT": url, "LANGSMITH_TRACING": "true",
        "LANGSMITH_API_KEY": "x", "PIP_INDEX_URL": url, "http_proxy": url, "https_proxy": url,
        "ALL_PROXY": url, "MEDLIT_HOME": str(tmp_path / "home"), "HF_HOME": str(tmp_path / "hf"),
    }  # fmt: skip
    medlit = _shared(tmp_path)
    medlit.env |= open_to_all
    # whoever runs the tests may be offline by any of the switches
    free = {k: v for k, v in medlit.env.items() if k not in OFFLINE_SWITCHES}
    subprocess.run(
        medlit.command("fetch", "model", "bge-small"),
        cwd=tmp_path, env=free, capture_output=True, timeout=120,
    )  # fmt: skip
    assert listener.arrived, "what this test listens for cannot be heard"
    listener.arrived.clear()
    done = medlit("fetch", "model", "bge-small")
    assert (done.returncode, done.stdout) == (1, "")
    assert medlit("fetch", "model", "smollm2").returncode == 1  # with pip as its second source
    spec = f"openai:m@{url}/v1"
    done = medlit("ask", QUESTION, "--index", built / "ix", "--generator", spec)
    assert done.returncode == 1
    assert "offline" in done.stderr
    assert medlit("--offline", "ask", QUESTION, "--index", built / "ix").returncode == 0
    _whole_way(medlit, built / "c.xml")
    assert listener.arrived == []


def test_no_call_of_the_kernel_names_another_machine(built, tmp_path):
    """Native code too: every connect and datagram of the process and its threads."""
    calls = "trace=connect,sendto,sendmsg,sendmmsg"
    reason = _works("strace", "-f", "-e", calls, "true")
    if reason:
        pytest.skip(f"no strace: {reason}")
    medlit = _shared(tmp_path)
    seen = tmp_path / "calls.txt"
    traced = ["strace", "-f", "-qq", "-e", calls, "-o", str(seen)]
    if not _works("strace", "--seccomp-bpf", "-f", "true"):
        traced.insert(1, "--seccomp-bpf")
    done = subprocess.run(
        [*traced, *medlit.command("ask", QUESTION, "--index", built / "ix", "--json")],
        env=medlit.env, capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    text = seen.read_text()
    named = re.findall(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"', text)
    elsewhere = {a or b for a, b in named if not (a.startswith("127.") or b == "::1")}
    assert elsewhere == set()


def test_the_trace_would_see_a_connection(tmp_path):
    reason = _works("strace", "-f", "-e", "trace=connect", "true")
    if reason:
        pytest.skip(f"no strace: {reason}")
    code = "import socket\ns = socket.socket()\ns.settimeout(0.1)\ns.connect_ex(('192.0.2.1', 9))"
    done = subprocess.run(
        ["strace", "-f", "-e", "trace=connect", Medlit(tmp_path).command()[0], "-c", code],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert 'inet_addr("192.0.2.1")' in done.stderr
