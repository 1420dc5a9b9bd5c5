"""Tracing: what langchain would send to LangSmith of a retriever, and that ours sends nothing."""

from __future__ import annotations

import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from rag.index.builder import ingest
from tests.support import ROOT, FakeEmbedder, pubmed_file, pubmed_record

MARKER = "quarmbyzed"
TRAP = "zarvoxite"
PROGRAM = """
import asyncio, sys
from langchain_core.retrievers import BaseRetriever
from langchain_core.tracers.langchain import wait_for_all_tracers
from rag.integrations.langchain import MedlitRetriever
from rag.retrieval import Retriever
from tests.support import FakeEmbedder

class Plain(BaseRetriever):
    def _get_relevant_documents(self, query, *, run_manager):
        return []

ours = MedlitRetriever(retriever=Retriever.open(sys.argv[1], embedder=FakeEmbedder()))
query = "pertussis quarmbyzed"
assert ours.invoke(query)
assert asyncio.run(ours.ainvoke(query))
assert ours.batch([query])
assert ours.as_tool().invoke({"query": query})
assert asyncio.run(ours.as_tool().ainvoke({"query": query}))
Plain().invoke("pertussis zarvoxite")
wait_for_all_tracers()
from langsmith.run_trees import get_cached_client
get_cached_client().flush()
"""


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("untraced")
    pubmed_file(folder / "c.xml", pubmed_record(501, "Pertussis in adults.", "Adults cough."))
    ingest([folder / "c.xml"], folder / "ix", FakeEmbedder())
    return folder / "ix"


@pytest.fixture
def langsmith():
    """A server in LangSmith's place; yields its address and all that it got."""
    got = bytearray()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args):
            pass

        def _answer(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            got.extend(self.requestline.encode() + str(self.headers).encode() + body)
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        do_GET = do_POST = do_PATCH = _answer  # noqa: N815

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", got
    server.shutdown()
    server.server_close()


def test_a_plain_retriever_is_traced_and_ours_is_not(index, langsmith):
    """In one process, so that the server is known to have heard what could be traced."""
    address, got = langsmith
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(index)],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=ROOT,
        env={
            "PATH": "",
            "PYTHONPATH": str(ROOT),
            "LANGSMITH_TRACING": "true",
            "LANGSMITH_ENDPOINT": address,
            "LANGSMITH_API_KEY": "none",
            # one run after the other, uncompressed, so that the bytes can be searched
            "LANGSMITH_DISABLE_RUN_COMPRESSION": "true",
        },
    )
    assert done.returncode == 0, done.stderr
    assert TRAP.encode() in got
    assert MARKER.encode() not in got
    assert b"MedlitRetriever" not in got
