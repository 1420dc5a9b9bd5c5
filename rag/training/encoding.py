"""Examples for a generator as tokens: which of them count in the loss, and which are too long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rag.models.chat_prompt import ChatPrompt
from rag.models.fetch import LocalModel
from rag.models.hub import loading
from rag.training.answers import Example

IGNORED = -100
"""The label of a token that does not count in the loss."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """Tokens of prompt and answer, and the labels: those of the answer and its end alone."""

    ids: list[int]
    labels: list[int]


def encode(tokenizer: Any, example: Example) -> Encoded:
    """Return an example as tokens."""
    prompt = ChatPrompt(tokenizer).ids(example.messages)
    answer = tokenizer.encode(example.answer.strip(), add_special_tokens=False)
    if tokenizer.eos_token_id is not None:
        answer = [*answer, tokenizer.eos_token_id]
    return Encoded([*prompt, *answer], [*[IGNORED] * len(prompt), *answer])


def chat_tokenizer(base: LocalModel) -> Any:
    """Load the tokenizer of a folder or a GGUF file, with its chat template.

    Raises:
        ModelError: it cannot be loaded.
    """
    from transformers import AutoTokenizer

    one_file = base.path.is_file()
    with loading(base.path):
        return AutoTokenizer.from_pretrained(
            base.path.parent if one_file else base.path,
            local_files_only=True,
            trust_remote_code=False,
            **({"gguf_file": base.path.name} if one_file else {}),
        )


def fitting(base: LocalModel, examples: Sequence[Example], max_tokens: int) -> list[Example]:
    """Return the examples that are no longer than those that are trained on.

    Raises:
        ModelError: the base's tokenizer cannot be loaded.
    """
    tokenizer = chat_tokenizer(base)
    return [e for e in examples if len(encode(tokenizer, e).ids) <= max_tokens]
