"""A model server that fails on demand, for ``server_faults.py``: an OpenAI-compatible one.

The name of the model says what to do and which question it is: ``FAULT#QUESTION``. Where it doesn't
fail it answers with sentences of the passages that it is shown.
"""

from __future__ import annotations

import json
import re
import socket
import struct
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

FAULTS = {
    "none": "whole",
    "slow": "whole",  # a piece every 200 ms
    "429, then well": "whole",  # with Retry-After
    "500, then well": "whole",
    "503 twice, then well": "whole",
    "reset, then well": "whole",
    "second draft dies": "whole",  # of a draft that holds in part
    "unknown option, then well": "whole",
    "refused": "failed",  # nobody listens
    "429": "failed",
    "500": "failed",
    "404": "failed",
    "dies in mid-stream": "failed",
    "resets in mid-stream": "failed",
    "ends without an end": "failed",
    "error in mid-stream": "failed",
    "garbage JSON": "failed",
    "a web page": "failed",
    "content of a wrong type": "failed",
    "a line without end": "failed",
    "says nothing": "failed",
    "an empty body": "failed",
    "an empty answer": "quoted",
    "writes for ever": "failed",
    "lives for ever": "failed",  # signs of life and no text
    "filtered": "failed",
}
"""What the server does, and what must become of a question."""
RECOVERS = {
    "429, then well": (1, 429),
    "500, then well": (1, 500),
    "503 twice, then well": (2, 503),
    "429": (10**6, 429),
    "500": (10**6, 500),
    "404": (10**6, 404),
}
PASSAGE = re.compile(r'<passage n="(\d+)">(.*?)</passage>')
HELD_BADLY = "Cats cured 99% of all dogs in Rome [1]."


def draft(prompt: str) -> str:
    """Return the sentence behind the title of each of the first three passages, with its marker."""
    first = [(n, text.split(". ")[1].rstrip(".")) for n, text in PASSAGE.findall(prompt)[:3]]
    return " ".join(f"{sentence} [{n}]." for n, sentence in first)


class Handler(BaseHTTPRequestHandler):
    """Does what the name of the model says: a kind of fault, and which question it is."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        """Say nothing."""

    def do_GET(self):
        """List no models: the window is not said."""
        self.plain(404, b"{}")

    def do_POST(self):
        """Write an answer, or fail."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        fault, one = body["model"].split("#")
        with self.server.lock:
            count = self.server.asked[one] = self.server.asked.get(one, 0) + 1
        times, status = RECOVERS.get(fault, (0, 0))
        if count <= times:
            return self.plain(status, b'{"error": {"message": "no"}}')
        if fault == "reset, then well" and count == 1:
            return self.reset()
        if fault == "unknown option, then well" and "seed" in body:
            return self.plain(400, b'{"error": {"message": "no", "param": "seed"}}')
        if fault in ("a web page", "an empty body"):
            return self.plain(200, b"<html>hello</html>" if fault == "a web page" else b"")
        text = draft(body["messages"][-1]["content"])
        if fault == "second draft dies":
            fault, text = ("none", f"{text} {HELD_BADLY}") if count == 1 else ("dies", text)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            self.stream(fault, text)
        except OSError:
            self.close_connection = True
        return None

    def stream(self, fault, text):
        """Send a completion as events."""
        self.event({"choices": [{"delta": {"role": "assistant", "content": ""}}]})
        if fault == "says nothing":
            self.server.over.wait(120)
        while fault == "lives for ever" and not self.server.over.wait(1):
            self.send(b": alive\n\n")
        while fault == "writes for ever":
            self.event({"choices": [{"delta": {"content": "cough " * 200}}]})
        if fault == "a line without end":
            for _ in range(40):
                self.send(b"data: " + b"x" * 65536)
        words = [] if fault == "an empty answer" else re.findall(r"\S+\s*", text)
        fails = FAULTS.get(fault) != "whole" and fault not in (
            "none",
            "an empty answer",
            "filtered",
        )
        for word in words[: len(words) // 2 if fails else None]:
            self.event({"choices": [{"delta": {"content": word}}]})
            time.sleep(0.2 if fault == "slow" else 0.002)
        if fault.startswith("dies"):
            self.close_connection = True
            return
        if fault.startswith("resets"):
            time.sleep(1)  # a reset takes what was not read yet with it
            self.reset()
            return
        if fault == "error in mid-stream":
            self.event({"error": {"message": "out of memory"}})
        elif fault == "garbage JSON":
            self.send(b"data: {\"choices\": [{'delta'\n\n")
        elif fault == "content of a wrong type":
            self.event({"choices": [{"delta": {"content": 7}}]})
        elif fault != "ends without an end":
            reason = "content_filter" if fault == "filtered" else "stop"
            self.event({"choices": [{"delta": {}, "finish_reason": reason}]})
            self.send(b"data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def event(self, value):
        """Send one event."""
        self.send(b"data: " + json.dumps(value).encode() + b"\n\n")

    def send(self, data):
        """Send one chunk."""
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def plain(self, status, data):
        """Send a whole response."""
        self.send_response(status)
        if status == 429:
            self.send_header("Retry-After", "1")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def reset(self):
        """End the connection as a server that was killed."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


class Server(ThreadingHTTPServer):
    """Counts how often each question was asked."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked, self.lock, self.over = {}, threading.Lock(), threading.Event()

    def handle_error(self, request, client_address):
        """Say nothing of connections that broke."""


@contextmanager
def served():
    server = Server()
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
