"""A small OpenAI-compatible server on this machine that keeps every byte that it gets."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Script:
    """What the server does: ``pieces``, or a fault in the first ``times`` requests.

    ``fault`` is ``None``, a status, ``hang-up`` (before an answer), ``die`` (in the middle),
    ``die-early`` (before a first piece), ``unfinished`` (a clean end without a finish), ``error``
    (an error event), ``silent``, ``endless``, ``nonsense``, ``schema`` (refuses to count tokens
    in words of its own) or the name of an option that it refuses.
    """

    pieces: list[str] = field(default_factory=lambda: ["Fever ", "and cough ", "[1]."])
    fault: object = None
    times: int = 10**6
    retry_after: str = ""
    window: int | None = 4096
    echo: bool = False
    finish: str = "stop"
    slow: float = 0.0
    """Seconds before it answers."""
    most: int = 0
    """Requests that it had at the same time."""
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict] = field(default_factory=list)
    raw: bytearray = field(default_factory=bytearray)
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    now: int = 0

    @property
    def requests(self) -> list[dict]:
        return [json.loads(body) for body in self.bodies]


@contextmanager
def serve(script: Script):
    """Yield the base URL of a running server."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args):
            pass

        chunked = False

        def do_GET(self):
            self._keep()
            row = {"id": "tiny"} | ({"max_model_len": script.window} if script.window else {})
            self._json(200, {"data": [row]})

        def do_POST(self):
            with script.lock:
                script.now += 1
                script.most = max(script.most, script.now)
            try:
                script.over.wait(script.slow)
                self._post()
            finally:
                with script.lock:
                    script.now -= 1

        def _post(self):
            body = self._keep()
            script.bodies.append(body)
            fault = script.fault if len(script.bodies) <= script.times else None
            if isinstance(fault, int):
                said = {"error": {"message": f"no: {body.decode()}", "param": None}}
                return self._json(fault, said)
            if fault == "hang-up":
                return self._cut()
            if fault == "schema" and "stream_options" in json.loads(body):
                return self._json(422, {"detail": [{"loc": ["body", "stream_options"]}]})
            if isinstance(fault, str) and fault in json.loads(body):
                return self._json(400, {"error": {"message": "unsupported", "param": fault}})
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.chunked = fault in ("die", "die-early")
            if self.chunked:  # so that an end without the last chunk is none
                self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.close_connection = True
            pieces = script.pieces
            if script.echo:
                pieces = [m["content"] for m in json.loads(body)["messages"]]
            return self._stream(pieces, fault, json.loads(body))

        def _stream(self, pieces, fault, asked):
            if fault == "silent":
                script.over.wait(20)
                return
            if fault == "nonsense":
                self.wfile.write(b"data: <html>\n\n")
                return
            self._event({"choices": [{"delta": {"role": "assistant", "content": ""}}]})
            if fault == "die-early":
                return
            text = "".join(pieces)
            for stop in asked.get("stop") or []:
                text = text.partition(stop)[0]
            sizes = asked.get("max_tokens") or asked.get("max_completion_tokens") or 10**6
            text = text[: 3 * sizes]
            if fault == "endless":
                try:
                    while True:
                        self._event({"choices": [{"delta": {"content": "fever " * 100}}]})
                except OSError:
                    return
            for at in range(0, len(text), 7):
                if fault in ("die", "error", "unfinished") and at >= 14:
                    break
                try:
                    self._event({"choices": [{"delta": {"content": text[at : at + 7]}}]})
                except OSError:
                    return
            if fault == "die":
                return
            if fault == "error":
                self._event({"error": {"message": "out of memory"}})
            elif fault != "unfinished":
                self._event(
                    {"choices": [{"delta": {"content": ""}, "finish_reason": script.finish}]}
                )
                if asked.get("stream_options", {}).get("include_usage"):
                    used = {"prompt_tokens": 11, "completion_tokens": len(text)}
                    self._event({"choices": [], "usage": used})
                self.wfile.write(b"data: [DONE]\n\n")

        def _event(self, value):
            data = b"data: " + json.dumps({"model": "tiny"} | value).encode() + b"\n\n"
            if self.chunked:
                data = f"{len(data):x}\r\n".encode() + data + b"\r\n"
            self.wfile.write(data)
            self.wfile.flush()

        def _keep(self):
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            script.headers.append(dict(self.headers))
            script.raw += f"{self.requestline}\r\n{self.headers}".encode() + body
            return body

        def _json(self, status, value):
            data = json.dumps(value).encode()
            self.send_response(status)
            if script.retry_after:
                self.send_header("Retry-After", script.retry_after)
            if status in (301, 302, 307, 308):
                self.send_header("Location", "http://192.0.2.1/v1")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def _cut(self):
            self.close_connection = True
            # a reset, as from a server that was killed
            linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.close()

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request, client_address):
            pass

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        script.over.set()
        server.shutdown()
        server.server_close()
