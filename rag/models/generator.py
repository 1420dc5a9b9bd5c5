"""What a generator is, and ``load_generator``, which picks the runtime for a spec.

Text comes in pieces as it is made, greedily: the same messages give the same text. A generator
knows nothing of evidence or citations; what it writes is a draft.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from rag.errors import ModelError
from rag.models.catalog import names
from rag.models.fetch import resolve
from rag.models.stream import Finish, Stream, Usage, Writing
from rag.privacy.redacted import Redacted, redact, require_redacted

if TYPE_CHECKING:
    from typing_extensions import TypeIs

    from rag.models.quantize import Quantize

__all__ = [
    "BatchGenerator",
    "Finish",
    "Generator",
    "GeneratorIdentity",
    "Message",
    "RedactedMessage",
    "RemoteGenerator",
    "Stream",
    "Usage",
    "Writing",
    "Written",
    "is_batch_generator",
    "is_remote_generator",
    "load_generator",
    "require_room",
    "stream_any",
]  # fmt: skip

Runtime = Literal["transformers", "xllamacpp", "openai", "langchain"]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class RedactedMessage:
    """One turn of a conversation with a model on another machine.

    Raises:
        TypeError: ``content`` is no ``Redacted``.
    """

    role: Literal["system", "user", "assistant"]
    content: Redacted

    def __post_init__(self) -> None:
        require_redacted(self.content)


@dataclass(frozen=True, slots=True)
class GeneratorIdentity:
    """What wrote a draft; part of an answer's provenance."""

    name: str
    spec: str
    revision: str
    weights_sha256: str
    runtime: Runtime


class Generator(Protocol):
    """Messages to text, piece by piece."""

    @property
    def identity(self) -> GeneratorIdentity:
        """What wrote a draft."""
        ...

    @property
    def context_tokens(self) -> int:
        """Tokens of prompt and answer together that the model takes."""
        ...

    def count_tokens(self, text: str) -> int:
        """Return the tokens of a text, without special tokens."""
        ...

    def stream(
        self, messages: Sequence[Message], max_tokens: int, stop: Sequence[str] = ()
    ) -> Stream:
        """Write the next turn; closing the stream stops the model.

        Args:
            messages: the conversation so far.
            max_tokens: tokens after which the text ends even in the middle of a sentence.
            stop: the text ends before the first of these strings.

        Returns:
            Pieces of text that join to the whole, then ``usage`` and ``finish``.

        Raises:
            OutOfMemory: the memory of the device does not hold the prompt; a shorter one may fit.
            ModelError: the prompt and ``max_tokens`` do not fit, or the model failed.
        """
        ...

    def close(self) -> None:
        """Let go of the model; the generator is of no use afterwards."""
        ...


@dataclass(frozen=True, slots=True)
class Written:
    """A whole text, as ``Stream`` gives it in pieces."""

    text: str
    usage: Usage
    finish: Finish


class BatchGenerator(Generator, Protocol):
    """A generator that is faster at many conversations together than one by one."""

    @property
    def at_once(self) -> int:
        """Conversations that it writes together best."""
        ...

    def generate_many(
        self,
        conversations: Sequence[Sequence[Message]],
        max_tokens: int,
        stop: Sequence[str] = (),
    ) -> list[Written | ModelError]:
        """Write the next turn of each conversation; the arguments are those of ``stream``.

        Returns:
            In the order of the conversations; an error in place of a text where one failed.
        """
        ...


class RemoteGenerator(Protocol):
    """De-identified messages to text, on another machine.

    It is no ``Generator``: it has no ``stream``, so that text which was not de-identified has
    no way in. The rest is as there.
    """

    @property
    def identity(self) -> GeneratorIdentity:
        """What wrote a draft."""
        ...

    @property
    def host(self) -> str:
        """Where the messages go: scheme, host and port."""
        ...

    @property
    def context_tokens(self) -> int:
        """Tokens of prompt and answer together that the model takes."""
        ...

    def count_tokens(self, text: str) -> int:
        """Return the tokens of a text, or an estimate; the text stays here."""
        ...

    def stream_redacted(
        self, messages: Sequence[RedactedMessage], max_tokens: int, stop: Sequence[str] = ()
    ) -> Stream:
        """Write the next turn, as ``Generator.stream`` does.

        Raises:
            TypeError: a message is no ``RedactedMessage``.
            ModelError: the server failed; what it had written is not an answer.
        """
        ...

    def close(self) -> None:
        """End the connection."""
        ...


def is_remote_generator(generator: object) -> TypeIs[RemoteGenerator]:
    """True for a generator that takes de-identified text alone.

    The class is looked at and not the object, whose properties may ask the server.
    """
    return hasattr(type(generator), "stream_redacted")


def is_batch_generator(generator: object) -> TypeIs[BatchGenerator]:
    """True for a generator that writes many conversations at once."""
    return hasattr(type(generator), "generate_many")


def load_generator(
    spec: str, device: str = "auto", quantize: Quantize | None = None
) -> Generator | RemoteGenerator:
    """Load a generator: a catalog name, a folder, a ``.gguf`` file, a Hugging Face id or a server.

    ``openai:MODEL@URL`` is any OpenAI-compatible server; one on another machine is a
    ``RemoteGenerator``, as is any ``provider:model`` of langchain.

    A ``.gguf`` file runs in ``xllamacpp`` where that is installed, and was built for the GPU if
    one is used: it computes on the quantised weights. ``transformers`` unpacks them first.
    ``quantize`` loads the weights of a folder or Hugging Face id in 8 or 4 bits.

    Raises:
        OutOfMemory: its weights do not fit.
        ModelError: it is not here, is no generator, or cannot be loaded; or it is none to
            quantise.
        ChecksumError: its files are not the pinned ones.
        OfflineError: it is a server on another machine, and the network is forbidden.
    """
    from rag.models.generator_langchain import names_provider, open_langchain
    from rag.models.quantize import NO_BITS

    served = spec.strip().lower().startswith("openai:")
    if quantize is not None and (served or names_provider(spec)):
        raise ModelError(f"{spec}: a server loads its own weights; {NO_BITS}")
    if served:
        from rag.models.generator_openai import open_server

        return open_server(spec)
    if names_provider(spec):
        return open_langchain(spec)
    model = resolve(spec)
    if model.card is not None and model.card.task != "generator":
        raise ModelError(
            f"{spec} is no generator; use {', '.join(names('generator'))}, a folder, a .gguf "
            "file or a Hugging Face id"
        )
    if model.path.is_file():
        from rag.models.generator_gguf import GgufGenerator, suits

        if quantize is not None:
            raise ModelError(f"{spec} is quantised already; {NO_BITS}")
        if suits(device):
            return GgufGenerator(model, device)
    from rag.models.generator_transformers import TransformersGenerator

    return TransformersGenerator.load(model, device, quantize)


def stream_any(
    generator: Generator | RemoteGenerator,
    messages: Sequence[Message],
    max_tokens: int,
    stop: Sequence[str] = (),
) -> Stream:
    """Write the next turn with either kind; for another machine all messages are de-identified.

    Names in passages are replaced too, published or not; ``rag.answering.outgoing`` keeps those.

    Raises:
        ModelError: see ``Generator.stream``.
    """
    if is_remote_generator(generator):
        safe = [RedactedMessage(m.role, redact(m.content)) for m in messages]
        return generator.stream_redacted(safe, max_tokens, stop)
    return generator.stream(messages, max_tokens, stop)


def require_room(prompt: int, max_tokens: int, context: int) -> None:
    """Refuse a prompt that leaves no room for the answer.

    Raises:
        ModelError: ``prompt`` + ``max_tokens`` > ``context``.
    """
    if max_tokens < 1:
        raise ModelError("max_tokens must be at least 1")
    if prompt + max_tokens > context:
        raise ModelError(
            f"the prompt has {prompt} tokens and the answer may have {max_tokens}, but the model "
            f"takes {context} in all; give it fewer passages or use a model with a longer window"
        )
