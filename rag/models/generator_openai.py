"""Generators behind an OpenAI-compatible server: vLLM, Ollama, llama.cpp, or one far away.

    openai:llama3.1@http://localhost:11434/v1     this machine: the text as it is
    openai:gpt-4o-mini@https://api.openai.com/v1  another one: de-identified text alone

There are two classes, so that the two paths can be told apart by their types.
``LoopbackGenerator`` is a ``Generator`` as any local one. ``OpenAIGenerator`` has no method that
takes a ``str``: what it sends is a list of ``RedactedMessage``. Which of the two a spec becomes is
decided by where the server is, and by nothing that a user can set.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.errors import OfflineError
from rag.models.generator import (
    GeneratorIdentity,
    Message,
    RedactedMessage,
    Stream,
    require_room,
)
from rag.models.generator_langchain import names_provider
from rag.models.openai_address import Address, read_spec, this_machine
from rag.models.openai_wire import Wire
from rag.models.remote import CONTEXT, estimated_tokens, redacted_turns, require_online
from rag.offline import is_offline

PREFIX = "openai:"

_PATIENCE = 600.0
"""Seconds of silence allowed to this machine, whose CPU may read a long prompt for minutes."""

Judge = Callable[[str], bool]


def is_remote(spec: str, judge: Judge | None = None) -> bool:
    """True where a spec names a model on another machine; nothing is opened.

    A chat model of langchain counts as one wherever it is.

    Raises:
        ModelError: it begins as one and is none.
    """
    if names_provider(spec):
        return True
    return spec.strip().lower().startswith(PREFIX) and not (judge or this_machine)(
        read_spec(spec).host
    )


def place_of(spec: str) -> str:
    """Return how the place of a model on another machine is called in a sentence.

    Raises:
        ModelError: the spec begins as one of a server and is none.
    """
    return spec.strip() if names_provider(spec) else read_spec(spec).place


def require_allowed(spec: str, judge: Judge | None = None) -> None:
    """Refuse a server on another machine while offline, before anything is read.

    Raises:
        OfflineError: the network is forbidden.
        ModelError: the spec begins as one of a server and is none.
    """
    if is_remote(spec, judge) and is_offline():
        raise OfflineError(
            f"offline: the model server {place_of(spec)} is another machine; run without "
            "--offline and MEDLIT_OFFLINE, or name a local generator"
        )


def open_server(spec: str, judge: Judge | None = None) -> LoopbackGenerator | OpenAIGenerator:
    """Return the generator for ``openai:MODEL@URL``; no text is sent.

    Raises:
        ModelError: the spec is none.
        OfflineError: it is on another machine, and the network is forbidden.
    """
    require_allowed(spec, judge)
    address = read_spec(spec)
    here = (judge or this_machine)(address.host)
    return LoopbackGenerator(address) if here else OpenAIGenerator(address)


class _Served:
    """What both have: a name, a window, an estimate of tokens, a connection."""

    def __init__(self, address: Address, wire: Wire) -> None:
        self.address = address
        self._wire = wire
        self._window: int | None = None
        self.identity = GeneratorIdentity(
            name=f"{address.model}@{address.place}",
            spec=f"{PREFIX}{address.model}@{address.base}",
            revision="",
            weights_sha256="",  # a server shows no weights
            runtime="openai",
        )

    @property
    def left_out(self) -> frozenset[str]:
        """Options that the server refused, such as ``temperature``, and is not sent again."""
        return self._wire.left_out

    @property
    def context_tokens(self) -> int:
        """Tokens of prompt and answer together, as the server says, else 8,192."""
        if self._window is None:
            self._window = self._wire.window() or CONTEXT
        return self._window

    def count_tokens(self, text: str) -> int:
        """Return an estimate that is rather too high: one token for three bytes."""
        return estimated_tokens(text)

    def close(self) -> None:
        """End the connection."""
        self._wire.close()

    def _pieces(self, turns: list[dict[str, str]], max_tokens: int, stop: Sequence[str]) -> Stream:
        prompt = sum(self.count_tokens(turn["content"]) for turn in turns)
        require_room(prompt, max_tokens, self.context_tokens)
        asked = [s for s in stop if s]
        return Stream(lambda writing: self._wire.stream(turns, max_tokens, asked, writing), stop)


class LoopbackGenerator(_Served):
    """A server on this machine: it gets the text as it is, and no proxy stands between."""

    def __init__(self, address: Address, wire: Wire | None = None) -> None:
        super().__init__(
            address, wire or Wire(address, send_key=True, proxies=False, silence=_PATIENCE)
        )

    def stream(
        self, messages: Sequence[Message], max_tokens: int, stop: Sequence[str] = ()
    ) -> Stream:
        """Write the next turn (see ``Generator``)."""
        turns = [{"role": m.role, "content": m.content} for m in messages]
        return self._pieces(turns, max_tokens, stop)


class OpenAIGenerator(_Served):
    """A server on another machine: every message that it gets is a ``RedactedMessage``.

    The key goes there over https alone.
    """

    def __init__(self, address: Address, wire: Wire | None = None) -> None:
        """Prepare the connection; nothing is sent.

        Raises:
            OfflineError: the network is forbidden.
        """
        require_online()
        super().__init__(address, wire or Wire(address, send_key=address.encrypted, proxies=True))

    @property
    def host(self) -> str:
        """Where the messages go."""
        return self.address.place

    def stream_redacted(
        self, messages: Sequence[RedactedMessage], max_tokens: int, stop: Sequence[str] = ()
    ) -> Stream:
        """Write the next turn (see ``RemoteGenerator``).

        Raises:
            TypeError: a message is no ``RedactedMessage``; nothing was sent.
            OfflineError: the network was forbidden since.
        """
        return self._pieces(redacted_turns(messages), max_tokens, stop)
