"""The prompt for a model on another machine: the question de-identified, published passages whole.

Passages of articles that anybody can look up stay as they are, so that numbers, places and the
authors that a text names are not broken and the model's sentences can be verified against
them. Everything else goes through the detector: the question, the instructions, and passages
of files of the user's own, which may hold anything. Clinical notes are not sent at all (see
``Assistant.open``), de-identified or not: agreements on their use forbid it, and no detector
finds everything.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.answering.prompt import user_prompt
from rag.privacy.redacted import Published, is_published, redact
from rag.types import Evidence

if TYPE_CHECKING:
    from rag.models.generator import RedactedMessage

_BLOCK = re.compile(r'<passage n="(?P<n>\d+)">(?P<text>.*)</passage>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What may leave, and how many identifiers were replaced in it."""

    messages: tuple[RedactedMessage, ...]
    replaced: int


def outgoing(
    system: str,
    question: str,
    blocks: Sequence[str],
    evidence: Sequence[Evidence],
    again: Sequence[str] = (),
) -> Outgoing:
    """Return the messages of a question.

    The question is read twice: as it was typed, whose lines and fields help the detector, and
    as it stands in the prompt, which is what leaves.

    Args:
        system: the instructions.
        question: as the user wrote it.
        blocks: passages as ``rag.answering.prompt.block`` makes them.
        evidence: what the numbers of the blocks mean.
        again: lines of ``rag.answering.prompt.rejected``; they go through the detector.

    Raises:
        PrivacyError: a passage is not what its article says; the message shows no text.
    """
    from rag.models.generator import RedactedMessage

    first = redact(question)
    text = user_prompt(first.text, blocks, again)
    second = redact(text, _published(text, blocks, evidence))
    return Outgoing(
        (RedactedMessage("system", redact(system)), RedactedMessage("user", second)),
        first.replaced + second.replaced,
    )


def _published(
    text: str, blocks: Sequence[str], evidence: Sequence[Evidence]
) -> tuple[Published, ...]:
    """Return where the words of published passages stand in a prompt."""
    articles = {piece.n: piece.hit.article for piece in evidence}
    spans, at = [], 0
    for block in blocks:
        found = _BLOCK.fullmatch(block)
        place = text.find(block, at)
        if found is None or place < 0:
            continue  # not known as a passage: goes through the detector as all else
        at = place + len(block)
        article = articles.get(int(found["n"]))
        if article is not None and is_published(article):
            spans.append(Published(place + found.start("text"), place + found.end("text"), article))
    return tuple(spans)
