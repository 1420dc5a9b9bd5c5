"""The generator for GGUF files: llama.cpp through ``xllamacpp``.

The package runs llama.cpp's own server inside this process, on a random port of the loopback
address. Its endpoints are closed by a key that is made for each load and never leaves the
process, so that another user of the machine cannot ask it. Nothing is logged.
"""

from __future__ import annotations

import http.client
import importlib.util
import json
import os
import queue
import secrets
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rag.errors import ModelError
from rag.models.device import choose
from rag.models.fetch import LocalModel
from rag.models.folder import trained_window
from rag.models.generator import GeneratorIdentity, Message, Stream, Usage, Writing, require_room
from rag.models.hashes import sha256_of
from rag.models.hub import first_line

_CONTEXT = 8192
"""Tokens kept in memory at most: 230 MB for a model of 1.5 billion parameters."""
_BATCH = 256
"""Tokens of a prompt that are read at once; only between them can reading be cancelled."""
_SECONDS = 60.0
_SILENT = -1


class GgufGenerator:
    """Runs a ``.gguf`` file with its own chat template, on all cores or the GPU."""

    def __init__(self, model: LocalModel, device: str = "auto") -> None:
        """Load the file.

        Raises:
            ModelError: ``xllamacpp`` is missing, or cannot load the file.
        """
        try:
            import xllamacpp
        except ImportError as error:
            raise ModelError(
                f"{model.spec} is a GGUF file; run `pip install 'medlit[gguf]'` to use it"
            ) from error
        self._key = secrets.token_urlsafe(24)
        params = xllamacpp.CommonParams()
        params.model.path = str(model.path)
        self._asked = min(_CONTEXT, trained_window(model.path) or _CONTEXT)
        params.n_ctx = self._asked
        params.n_parallel = 1
        params.n_batch = params.n_ubatch = _BATCH
        params.verbosity = _SILENT
        params.api_keys = [self._key]
        params.ui = params.endpoint_slots = params.warmup = False
        # 8 GB by default, for many conversations; this one asks each prompt once
        params.cache_ram_mib = 0
        for threads in (params.cpuparams, params.cpuparams_batch):
            threads.n_threads = physical_cores()
            # do not spin while waiting: on a busy machine that starves the working thread
            threads.poll = 0
        if device != "auto" and choose(device).kind == "cpu":
            params.n_gpu_layers = 0
        try:
            self._server: Any = xllamacpp.Server(params)
        except RuntimeError as error:
            raise ModelError(
                f"{model.path} cannot be loaded by xllamacpp: {first_line(error)}"
            ) from error
        self.context_tokens = self._context()
        self.identity = GeneratorIdentity(
            name=model.card.name if model.card is not None else model.spec,
            spec=model.spec,
            revision=model.revision,
            weights_sha256=sha256_of(model.path),
            runtime="xllamacpp",
        )

    def count_tokens(self, text: str) -> int:
        """Return the tokens of a text, without special tokens."""
        tokens = self._ask("POST", "/tokenize", {"content": text}).get("tokens")
        if not isinstance(tokens, list):
            raise ModelError("xllamacpp counts no tokens; install another version of it")
        return len(tokens)

    def stream(
        self, messages: Sequence[Message], max_tokens: int, stop: Sequence[str] = ()
    ) -> Stream:
        """Write the next turn (see ``Generator``)."""
        turns = [{"role": m.role, "content": m.content} for m in messages]
        prompt = self._ask("POST", "/apply-template", {"messages": turns}).get("prompt", "")
        require_room(self.count_tokens(str(prompt)), max_tokens, self.context_tokens)
        request = {
            "messages": turns,
            "max_tokens": max_tokens,
            "temperature": 0,
            "stream": True,
            # every event then says how many tokens were read and written
            "timings_per_token": True,
            # an event for each batch of the prompt, at which it can be cancelled
            "return_progress": True,
            # a reused prefix is summed in other batches, and then the text may differ
            "cache_prompt": False,
        }
        return Stream(lambda writing: self._pieces(request, writing), stop)

    def close(self) -> None:
        """Stop the server and let go of the weights."""
        self._server = None

    def _pieces(self, request: dict[str, Any], writing: Writing) -> Iterator[str]:
        chunks: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()

        def take(chunk: dict[str, Any]) -> bool:
            chunks.put(chunk)
            return writing.cancelled.is_set()  # True makes llama.cpp stop

        server = self._server
        if server is None:  # closed since the stream was made
            raise ModelError("the generator was closed; load it again")
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="medlit-generate") as pool:
            running = pool.submit(server.handle_chat_completions, request, take)
            running.add_done_callback(lambda _: chunks.put(None))
            while (chunk := chunks.get()) is not None:
                piece = _read(chunk, writing)
                if piece:
                    yield piece
            error = running.exception()
            if error is not None:
                raise ModelError(f"the model failed: {first_line(error)}") from error
            if writing.finish is None and not writing.cancelled.is_set():
                raise ModelError("the model broke off its answer, which was dropped; ask again")

    def _context(self) -> int:
        settings = self._ask("GET", "/props").get("default_generation_settings")
        size = settings.get("n_ctx") if isinstance(settings, dict) else None
        # llama.cpp rounds the window up to a multiple of 256
        return min(size, self._asked) if isinstance(size, int) and size > 0 else self._asked

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Ask the server in this process; ``http.client`` knows no proxies."""
        if self._server is None:
            raise ModelError("the generator was closed; load it again")
        address = urlsplit(str(self._server.listening_address))
        connection = http.client.HTTPConnection(
            address.hostname or "127.0.0.1", address.port, timeout=_SECONDS
        )
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            data = json.loads(connection.getresponse().read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise ModelError(f"xllamacpp does not answer: {first_line(error)}") from error
        finally:
            connection.close()
        if not isinstance(data, dict) or "error" in data:
            raise ModelError(f"xllamacpp refuses {path}: {_message(data)}")
        return data


def suits(device: str = "auto") -> bool:
    """True where this is the runtime for GGUF files: installed, and built for the GPU to be used.

    Most wheels know the CPU alone; beside a GPU, ``transformers`` is faster on that.
    """
    if importlib.util.find_spec("xllamacpp") is None:
        return False
    return choose(device).kind == "cpu" or has_gpu()


def has_gpu() -> bool:
    """True where the installed ``xllamacpp`` sees a GPU."""
    import xllamacpp

    cpu = xllamacpp.ggml_backend_dev_type.GGML_BACKEND_DEVICE_TYPE_CPU
    return any(device.get("type") != cpu for device in xllamacpp.get_device_info())


def _read(chunk: dict[str, Any], writing: Writing) -> str:
    """Return the text of an event, and note what it says of tokens and the end."""
    if "error" in chunk:
        raise ModelError(f"the model failed: {_message(chunk)}")
    counted = chunk.get("timings") or {}
    if counted:
        writing.usage = Usage(int(counted.get("prompt_n", 0)), int(counted.get("predicted_n", 0)))
    choice = (chunk.get("choices") or [{}])[0]
    reason = choice.get("finish_reason")
    if reason and not writing.cancelled.is_set():
        writing.finish = "length" if reason == "length" else "stop"
    return str(choice.get("delta", {}).get("content") or "")


def _message(data: object) -> str:
    error = data.get("error") if isinstance(data, dict) else None
    return str(error.get("message") if isinstance(error, dict) else error)


def physical_cores() -> int:
    """Cores that this process may use; two threads of one core count once."""
    usable = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    if usable is None:
        return os.cpu_count() or 1
    siblings = set()
    for cpu in usable:
        listing = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
        siblings.add(listing.read_text() if listing.is_file() else str(cpu))
    return max(1, len(siblings))
