"""Any chat model that langchain's ``init_chat_model`` knows: ``provider:model``.

    anthropic:claude-sonnet-4-5     ollama:llama3.1     groq:llama-3.3-70b-versatile

Where such a model runs cannot be told from its name, so each of them counts as one on another
machine: it gets ``RedactedMessage`` alone, and none while offline. ``openai:`` is not among them
(see ``generator_openai``), and ``huggingface:`` is not either, which would download a model that
medlit runs by itself. Keys are read from the environment by the provider's package.

Providers share no class of errors, and theirs may repeat a key or the prompt: of a failure only
the name of its class and its status are shown.
"""

from __future__ import annotations

import importlib.util
import re
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import ModelError
from rag.models.generator import GeneratorIdentity, RedactedMessage, Stream, require_room
from rag.models.hub import first_line
from rag.models.remote import CONTEXT, estimated_tokens, redacted_turns, require_online
from rag.models.stream import Usage, Writing

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk, BaseMessage

Maker = Callable[[int], "BaseChatModel"]
"""Makes the model for a number of tokens to write at most."""

_SPEC = re.compile(r"(?P<provider>[a-z][a-z0-9_]+):(?P<model>[^/\\\s]\S*)", re.IGNORECASE)
_OWN = frozenset({"openai", "huggingface", "http", "https", "file"})
_TIMEOUT, _WHOLE = 120.0, 900.0
"""Seconds: for an answer of the server, and for all of a text."""
_CHARACTERS_A_TOKEN = 64
"""A model that writes more than this for each token asked for does not keep to the limit."""
_REASONS = ("finish_reason", "stop_reason", "done_reason", "stopReason")
_LENGTH = frozenset({
    "length", "max_tokens", "max_output_tokens", "model_length", "model_context_window_exceeded",
})  # fmt: skip
_FILTERED = frozenset({
    "content_filter", "content_filtered", "safety", "refusal", "blocklist", "recitation",
    "prohibited_content", "spii", "language", "guardrail_intervened",
})  # fmt: skip
_BROKEN = frozenset({"abort", "aborted", "cancelled", "canceled", "error", "other", "timeout"})
"""Reasons of a text that the provider gave up (Mistral, Cohere, Google)."""
_HELP = {
    400: "check the model's name, and whether it takes temperature 0",
    401: "set its key in the environment, as its package says",
    403: "its key may not use this model",
    404: "check the model's name",
    429: "it is busy or the quota is used up; ask again later",
}


def names_provider(spec: str) -> bool:
    """True for ``provider:model``; not for ``openai:``, an address or a path that exists."""
    found = _SPEC.fullmatch(spec.strip())
    return (
        found is not None
        and found["provider"].lower() not in _OWN
        and not Path(spec).expanduser().exists()
    )


def open_langchain(spec: str) -> LangchainGenerator:
    """Return the generator for ``provider:model``; no text is sent.

    Raises:
        OfflineError: the network is forbidden.
        ModelError: langchain does not know the provider, its package is missing, or it cannot be
            set up, as without a key.
    """
    require_online()
    found = _SPEC.fullmatch(spec.strip())
    if found is None:
        raise ModelError(f"{spec} is no provider:model, such as anthropic:claude-sonnet-4-5")
    provider, model = found["provider"].lower(), found["model"]
    return LangchainGenerator(provider, model, lambda tokens: _made(provider, model, tokens))


class LangchainGenerator:
    """A chat model of langchain as a ``RemoteGenerator``.

    Args:
        provider: as langchain calls it.
        model: as the provider calls it.
        make: makes the model for a bound of tokens, which most providers take at that point only.

    Raises:
        ModelError: the model cannot be made.
    """

    left_out = frozenset({"seed"})
    """What is not asked of every provider, since few know it."""

    def __init__(self, provider: str, model: str, make: Maker) -> None:
        self.provider = provider
        self.identity = GeneratorIdentity(
            name=f"{provider}:{model}",
            spec=f"{provider}:{model}",
            revision="",
            weights_sha256="",  # a provider shows no weights
            runtime="langchain",
        )
        self._make = make
        self._models: dict[int, BaseChatModel] = {}
        self.context_tokens = _window(self._model(1))

    @property
    def host(self) -> str:
        """Where the messages go: the provider, whose package knows the address."""
        return f"{self.provider} (through langchain)"

    def count_tokens(self, text: str) -> int:
        """Return an estimate that is rather too high: one token for three bytes."""
        return estimated_tokens(text)

    def stream_redacted(
        self, messages: Sequence[RedactedMessage], max_tokens: int, stop: Sequence[str] = ()
    ) -> Stream:
        """Write the next turn (see ``RemoteGenerator``).

        Raises:
            TypeError: a message is no ``RedactedMessage``; nothing was sent.
            OfflineError: the network was forbidden since.
            ModelError: there is no room, or the provider failed.
        """
        turns = redacted_turns(messages)
        prompt = sum(self.count_tokens(turn["content"]) for turn in turns)
        require_room(prompt, max_tokens, self.context_tokens)
        return Stream(lambda writing: self._pieces(turns, max_tokens, writing), stop)

    def close(self) -> None:
        """Let go of the models."""
        self._models.clear()

    def _model(self, max_tokens: int) -> BaseChatModel:
        if max_tokens not in self._models:
            self._models[max_tokens] = self._make(max_tokens)
        return self._models[max_tokens]

    def _pieces(
        self, turns: Sequence[dict[str, str]], max_tokens: int, writing: Writing
    ) -> Iterator[str]:
        size, reason, until = 0, "", time.monotonic() + _WHOLE
        for chunk in self._chunks(_messages(turns), max_tokens):
            if writing.cancelled.is_set():
                return
            piece = str(chunk.text)
            size += len(piece)
            if size > max_tokens * _CHARACTERS_A_TOKEN or time.monotonic() > until:
                raise ModelError(f"{self.host} does not end its answer; use another model")
            reason = _reason(chunk) or reason
            if said := chunk.usage_metadata:
                before = writing.usage or Usage(0, 0)
                writing.usage = Usage(
                    before.prompt_tokens + said["input_tokens"],
                    before.completion_tokens + said["output_tokens"],
                )
            if piece:
                yield piece
        if reason in _FILTERED:
            raise ModelError(
                f"{self.host} cut its answer off by a filter of its own; use another model, or "
                "none with --generator extractive"
            )
        if reason in _BROKEN:
            raise ModelError(
                f"{self.host} broke off its answer; what it had written was dropped, ask again"
            )
        if not reason:  # packages take a connection that was closed for an end
            raise ModelError(
                f"{self.host} did not say that its answer ended; what it had written was dropped, "
                "ask again"
            )
        writing.finish = "length" if reason in _LENGTH else "stop"

    def _chunks(self, messages: list[BaseMessage], max_tokens: int) -> Iterator[AIMessageChunk]:
        """Yield what the provider sends; whatever it raises becomes a ``ModelError``."""
        from langsmith.run_helpers import tracing_context

        model, chunks = self._model(max_tokens), None
        while True:
            try:
                # LangSmith, where it is on, would send the prompt to one more machine
                with tracing_context(enabled=False):
                    chunks = chunks or model.stream(messages)
                    chunk = next(chunks, None)
            except Exception as error:  # noqa: BLE001  # providers share no class of errors
                raise _failed(self.host, error) from None
            if chunk is None:
                return
            yield chunk


def _made(provider: str, model: str, max_tokens: int) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    bound = {"num_predict": max_tokens} if provider == "ollama" else {"max_tokens": max_tokens}
    options: dict[str, Any] = {"temperature": 0, "timeout": _TIMEOUT, "max_retries": 3, **bound}
    try:
        made: BaseChatModel = init_chat_model(model, model_provider=provider, **options)
    except ImportError as error:
        raise _not_imported(provider, error) from None
    except Exception as error:  # noqa: BLE001  # providers share no class of errors
        known = re.fullmatch(r"Unsupported .*providers are: (.+)", str(error), re.DOTALL)
        if known is not None:
            names = ", ".join(known[1].split(", "))
            raise ModelError(f"langchain knows no provider {provider}; it knows {names}") from None
        raise ModelError(
            f"{provider}: the model cannot be set up ({type(error).__name__}); is its key in the "
            "environment, as its package says?"
        ) from None
    return made


def _not_imported(provider: str, error: ImportError) -> ModelError:
    """Return the error for a package that is missing, or there and of no use as it is."""
    named = re.search(r"pip install ([\w-]+)", str(error))
    package = named[1] if named else f"langchain-{provider.replace('_', '-')}"
    if importlib.util.find_spec(package.replace("-", "_")) is None:
        return ModelError(
            f"{provider}: needs another package of langchain; run `pip install {package}`"
        )
    why = first_line(error.__cause__ or error)
    return ModelError(
        f"{provider}: {package} cannot be imported ({why}); run `pip install --upgrade {package}`"
    )


def _messages(turns: Sequence[dict[str, str]]) -> list[BaseMessage]:
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    kinds = {"system": SystemMessage, "user": HumanMessage, "assistant": AIMessage}
    return [kinds[turn["role"]](content=turn["content"]) for turn in turns]


def _window(model: BaseChatModel) -> int:
    """Return the tokens that a model takes, as langchain's profile of it says."""
    profile = getattr(model, "profile", None)
    size = profile.get("max_input_tokens") if isinstance(profile, dict) else None
    return size if isinstance(size, int) and size > 0 else CONTEXT


def _reason(chunk: AIMessageChunk) -> str:
    facts = chunk.response_metadata
    return next((str(facts[k]).lower() for k in _REASONS if facts.get(k)), "")


def _failed(host: str, error: Exception) -> ModelError:
    # some packages raise an error of their own with it, others httpx's
    status = getattr(error, "status_code", None) or getattr(
        getattr(error, "response", None), "status_code", None
    )
    number = status if isinstance(status, int) else 0
    shown = f"{type(error).__name__}{f', {number}' if number else ''}"
    what = _HELP.get(number, "ask again")
    return ModelError(f"{host} failed ({shown}); what it had written was dropped; {what}")
