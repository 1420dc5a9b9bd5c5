"""The composer over a language model: prompt, stream, split. It trusts nothing it reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rag.answering.draft import Composed, OnPiece, split_draft, whole_sentences
from rag.answering.outgoing import outgoing
from rag.answering.prompt import PROMPT_VERSION, fit, rejected, system_prompt, user_prompt
from rag.answering.similarity import Similarity
from rag.errors import OutOfMemory
from rag.types import Draft, Dropped, Evidence, Length, Sent, Style

if TYPE_CHECKING:
    from rag.models.generator import Generator, RemoteGenerator, Stream

ANSWER_TOKENS: Mapping[Length, int] = {"short": 160, "medium": 320, "long": 640}
"""Room for the sentences that are asked for, with markers: 64 tokens each."""
STOP = ("\nQuestion:", "\nPassages:", "<passage", "</passage", "<rejected")
"""Where a model starts to write the next prompt itself."""
TEMPERATURE, SEED = 0.0, 0
"""All generators decode greedily; servers, which may not, are asked with this seed."""
_TEMPLATE_TOKENS = 48
"""Kept free for the chat template, which ``count_tokens`` does not see."""
FEWER = "\n(out of memory: written again from half of the passages)\n"
"""Shown between the pieces of two tries."""


class LlmComposer:
    """Prose with [n] markers, written by a generator from as much evidence as its window holds.

    ``length`` sets how many sentences are asked for and, unless ``max_tokens`` is given, how
    many tokens may be written. A model that writes more sentences in them is not cut; what it
    had begun when the tokens ended is. One on another machine gets the question de-identified
    (``rag.answering.outgoing``).
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
        failed: Sequence[Dropped] = (),
    ) -> Composed:
        """Return the model's answer as it stands: nothing of it is verified yet.

        Args:
            question: as the user wrote it.
            evidence: numbered, best first.
            style: who reads.
            similarity: not used; a model chooses by itself.
            on_piece: receives the text as it is written.
            failed: sentences of an earlier draft that did not hold, for a second one.

        Raises:
            OutOfMemory: half of the passages are too many as well.
            ModelError: the generator failed; what it had written is dropped.
        """
        count = self._generator.count_tokens
        system, again = system_prompt(style, self._length), rejected(failed)
        answer = min(
            self._max_tokens or ANSWER_TOKENS[self._length], self._generator.context_tokens // 3
        )
        frame = count(system) + count(user_prompt(question, (), again)) + _TEMPLATE_TOKENS
        blocks = fit(evidence, self._generator.context_tokens - answer - frame, count)
        if not blocks:
            return Composed(Draft("", self.identity, PROMPT_VERSION), ())
        try:
            return self._written(system, question, blocks, evidence, again, answer, on_piece)
        except OutOfMemory:
            if len(blocks) == 1:
                raise
            if on_piece is not None:
                on_piece(FEWER)
            half = blocks[: len(blocks) // 2]
            return self._written(system, question, half, evidence, again, answer, on_piece)

    def _written(
        self,
        system: str,
        question: str,
        blocks: Sequence[str],
        evidence: Sequence[Evidence],
        again: Sequence[str],
        max_tokens: int,
        on_piece: OnPiece | None,
    ) -> Composed:
        from rag.models.generator import Message, is_remote_generator

        sent: Sent | None = None
        stream: Stream
        if is_remote_generator(self._generator):
            made = outgoing(system, question, blocks, evidence, again)
            sent = Sent(self._generator.host, made.replaced)
            stream = self._generator.stream_redacted(made.messages, max_tokens, STOP)
        else:
            user = user_prompt(question, blocks, again)
            messages = [Message("system", system), Message("user", user)]
            stream = self._generator.stream(messages, max_tokens, STOP)
        pieces: list[str] = []
        for piece in stream:
            pieces.append(piece)
            if on_piece is not None:
                on_piece(piece)
        text = "".join(pieces).strip()
        if stream.finish == "length":
            text = whole_sentences(text)
        # some servers refuse to be told; then it is not known how they chose words
        left_out: frozenset[str] = getattr(self._generator, "left_out", frozenset())
        draft = Draft(
            text,
            self.identity,
            PROMPT_VERSION,
            finish=stream.finish or "",
            prompt_tokens=stream.usage.prompt_tokens if stream.usage else None,
            completion_tokens=stream.usage.completion_tokens if stream.usage else None,
            temperature=None if "temperature" in left_out else TEMPERATURE,
            seed=None if "seed" in left_out else SEED,
        )
        return Composed(draft, split_draft(text), sent=sent)
