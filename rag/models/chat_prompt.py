"""A conversation as the token ids that a model of ``transformers`` was trained to go on from."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rag.errors import ModelError
from rag.models.hub import first_line

if TYPE_CHECKING:
    from rag.models.generator import Message


class ChatPrompt:
    """Writes prompts with the chat template of a tokenizer, one thread at a time.

    A model without a template was not trained on conversations and gets a plain prompt. A
    template that knows no system role gets what it says before the first question.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._alone = threading.Lock()  # fast tokenizers refuse a second thread ("borrowed")

    def count(self, text: str) -> int:
        """Return the tokens of a text, without special tokens."""
        return len(self._ids(text, special=False))

    def ids(self, messages: Sequence[Message]) -> list[int]:
        """Return the tokens of a conversation up to where the assistant speaks.

        Raises:
            ModelError: the template refuses the conversation.
        """
        if not self._tokenizer.chat_template:
            text = "\n\n".join(f"{m.role.capitalize()}: {m.content}" for m in messages)
            return self._ids(f"{text}\n\nAssistant:", special=True)
        from jinja2 import TemplateError

        turns = [{"role": m.role, "content": m.content} for m in messages]
        try:
            text = self._template(turns)
        except TemplateError:
            try:
                text = self._template(_without_system(turns))
            except TemplateError as error:
                raise ModelError(f"its chat template refuses: {first_line(error)}") from error
        # the template has written the special tokens already
        return self._ids(text, special=False)

    def text(self, ids: Sequence[int]) -> str:
        """Return the text of written tokens, without special ones."""
        with self._alone:
            decoded: str = self._tokenizer.decode(list(ids), skip_special_tokens=True)
        return decoded

    def _ids(self, text: str, *, special: bool) -> list[int]:
        with self._alone:
            ids: list[int] = self._tokenizer.encode(text, add_special_tokens=special, verbose=False)
        return ids

    def _template(self, turns: list[dict[str, str]]) -> str:
        text: str = self._tokenizer.apply_chat_template(
            turns, add_generation_prompt=True, tokenize=False
        )
        return text


def _without_system(turns: list[dict[str, str]]) -> list[dict[str, str]]:
    system = [turn["content"] for turn in turns if turn["role"] == "system"]
    rest = [dict(turn) for turn in turns if turn["role"] != "system"]
    if system and rest:
        rest[0]["content"] = "\n\n".join([*system, rest[0]["content"]])
    return rest
