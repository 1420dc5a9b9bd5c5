"""A server and a network that may be asked, for every test here."""

from __future__ import annotations

import pytest

from rag.corpus.fetch.http import Client
from tests.corpus.fetch.servers import serve


@pytest.fixture(autouse=True)
def _allowed(monkeypatch):
    for name in ("MEDLIT_OFFLINE", "NCBI_API_KEY", "MEDLIT_EMAIL", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def server():
    with serve() as running:
        yield running


class Naps(list):
    """The waits that a client was asked to make."""

    def __call__(self, seconds):
        self.append(seconds)


@pytest.fixture
def naps():
    return Naps()


@pytest.fixture
def client(naps):
    """A client that does not wait."""
    with Client(per_second=1e6, sleep=naps, timeout=5.0) as ready:
        yield ready


class Told:
    """A ``Progress`` that remembers, and fails after ``fail_after`` advances."""

    def __init__(self, fail_after=None):
        self.notes = []
        self.stages = []
        self.amount = 0
        self.left = fail_after

    def start(self, stage, total, unit):
        self.stages.append((stage, total, unit))
        self.amount = 0

    def advance(self, amount):
        self.amount += amount
        if self.left is not None and self.stages[-1][2] != "searches":
            self.left -= 1
            if self.left < 0:
                raise KeyboardInterrupt

    def finish(self):
        pass

    def note(self, text):
        self.notes.append(text)


@pytest.fixture
def told():
    return Told


@pytest.fixture
def content():
    """The visible files of a folder and their bytes."""

    def _content(folder):
        files = sorted(folder.iterdir())
        return {f.name: f.read_bytes() for f in files if not f.name.startswith(".")}

    return _content
