"""An OpenAI-compatible server on this machine with a generator of medlit behind it."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from rag.errors import ModelError
from rag.models.generator import Message


@contextmanager
def serve_model(generator):
    """Yield the base URL of a running server."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args):
            pass

        def do_GET(self):
            self._json(200, {"data": [{"id": "tiny", "max_model_len": generator.context_tokens}]})

        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            messages = [Message(m["role"], m["content"]) for m in asked["messages"]]
            try:
                stream = generator.stream(messages, asked["max_tokens"], asked.get("stop", []))
            except ModelError as error:
                self._json(400, {"error": {"message": str(error), "param": None}})
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            with stream:
                try:
                    for piece in stream:
                        self._event({"choices": [{"delta": {"content": piece}}]})
                    self._event({"choices": [{"delta": {}, "finish_reason": stream.finish}]})
                    used = {
                        "prompt_tokens": stream.usage.prompt_tokens,
                        "completion_tokens": stream.usage.completion_tokens,
                    }
                    self._event({"choices": [], "usage": used})
                    self.wfile.write(b"data: [DONE]\n\n")
                except OSError:
                    return  # the client has gone

        def _event(self, value):
            self.wfile.write(b"data: " + json.dumps(value).encode() + b"\n\n")
            self.wfile.flush()

        def _json(self, status, value):
            data = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()
