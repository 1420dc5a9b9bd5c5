"""The composer over a language model: prompt, stream, split. It trusts nothing it reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rag.answering.draft import Composed, OnPiece, split_draft
from rag.answering.outgoing import outgoing
from rag.answering.prompt import PROMPT_VERSION, fit, system_prompt, user_prompt
from rag.answering.similarity import Similarity
from rag.types import Draft, Evidence, Length, Sent, Style

if TYPE_CHECKING:
    from rag.models.generator import Generator, RemoteGenerator

ANSWER_TOKENS: Mapping[Length, int] = {"short": 160, "medium": 320, "long": 640}
"""Room for the sentences that are asked for, with markers: 64 tokens each."""
STOP = ("\nQuestion:", "\nPassages:", "<passage", "</passage")
"""Where a model starts to write the next prompt itself."""
_TEMPLATE_TOKENS = 48
"""Kept free for the chat template, which ``count_tokens`` does not see."""


class LlmComposer:
    """Prose with [n] markers, written by a generator from as much evidence as its window holds.

    ``length`` sets how many sentences are asked for and, unless ``max_tokens`` is given, how
    many tokens may be written. A model that writes more sentences in them is not cut. One on
    another machine gets the question de-identified (``rag.answering.outgoing``).
    """

    def __init__(
        self,
        generator: Generator | RemoteGenerator,
        max_tokens: int | None = None,
        length: Length = "medium",
    ) -> None:
        self._generator = generator
        self._max_tokens = max_tokens
        self._length: Length = length

    def of_length(self, length: Length) -> LlmComposer:
        """Return the same composer for another length of the answer."""
        return LlmComposer(self._generator, self._max_tokens, length)

    @property
    def identity(self) -> str:
        """Name and revision of the generator."""
        model = self._generator.identity
        return f"{model.name}@{model.revision}" if model.revision else model.name

    def compose(
        self,
        question: str,
        evidence: Sequence[Evidence],
        style: Style,
        *,
        similarity: Similarity | None = None,
        on_piece: OnPiece | None = None,
    ) -> Composed:
        """Return the model's answer as it stands: nothing of it is verified yet."""
        from rag.models.generator import Message, is_remote_generator

        count = self._generator.count_tokens
        system = system_prompt(style, self._length)
        answer = min(
            self._max_tokens or ANSWER_TOKENS[self._length], self._generator.context_tokens // 3
        )
        frame = count(system) + count(user_prompt(question, ())) + _TEMPLATE_TOKENS
        blocks = fit(evidence, self._generator.context_tokens - answer - frame, count)
        if not blocks:
            return Composed(Draft("", self.identity, PROMPT_VERSION), ())
        sent: Sent | None = None
        if is_remote_generator(self._generator):
            made = outgoing(system, question, blocks, evidence)
            sent = Sent(self._generator.host, made.replaced)
            stream = self._generator.stream_redacted(made.messages, max_tokens=answer, stop=STOP)
        else:
            messages = [Message("system", system), Message("user", user_prompt(question, blocks))]
            stream = self._generator.stream(messages, max_tokens=answer, stop=STOP)
        pieces: list[str] = []
        for piece in stream:
            pieces.append(piece)
            if on_piece is not None:
                on_piece(piece)
        text = "".join(pieces).strip()
        return Composed(Draft(text, self.identity, PROMPT_VERSION), split_draft(text), sent=sent)
