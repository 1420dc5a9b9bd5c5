"""Who writes and how often: a draft, once more where statements failed, then quotations.

A language model whose statements do not all hold is told which did not and why, and writes once
more. The draft of which more statements hold is kept; the first, where they are equal. Where
nothing holds of either, the extractive composer takes over, and the answer says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace

from rag.answering.draft import Composed, Composer, OnPiece
from rag.answering.extractive import Extractive
from rag.answering.llm import LlmComposer
from rag.answering.similarity import Similarity
from rag.answering.verify import REFUSAL, REPEATED, Verified, verify
from rag.errors import ModelError
from rag.models.verifier import Verifier
from rag.types import Draft, Drafted, Dropped, Evidence, Sent, Style

Stage = Callable[[str], AbstractContextManager[None]]
ANEW = "\n\nwritten again, as not all of that held:\n"
"""Shown between the pieces of two drafts."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be written from, for whom, and what judges it."""

    question: str
    evidence: Sequence[Evidence]
    style: Style
    similarity: Similarity
    verifier: Verifier
    on_piece: OnPiece | None = None

    def verified(self, composed: Composed) -> Verified:
        """Return which sentences of a draft hold."""
        return verify(composed.sentences, self.evidence, self.similarity, self.verifier)


@dataclass(frozen=True, slots=True)
class Written:
    """What an answer is made of.

    ``draft`` is the language model's that counts, even where ``composed`` is of the extractive
    composer; ``sent`` what left this machine, in the draft that told most.
    """

    composed: Composed
    verified: Verified
    name: str
    draft: Draft
    drafts: tuple[Drafted, ...]
    sent: Sent | None = None
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Tries:
    """The drafts so far: the one that counts, and what became of each."""

    composed: Composed
    verified: Verified
    rows: list[Drafted] = field(default_factory=list)
    sent: Sent | None = None


def write(writer: Composer, quoting: Extractive, task: Task, drafts: int, stage: Stage) -> Written:
    """Write an answer's sentences and verify them.

    Args:
        writer: the composer that was asked for.
        quoting: takes over where nothing of a language model's drafts holds.
        task: what to write.
        drafts: how often a language model may write, at least once.
        stage: times a step by its name.

    Raises:
        ModelError: the first draft failed; a second one that fails is left out.
    """
    with stage("compose"):
        composed = writer.compose(
            task.question,
            task.evidence,
            task.style,
            similarity=task.similarity,
            on_piece=task.on_piece,
        )
    with stage("verify"):
        verified = task.verified(composed)
    tries = _Tries(composed, verified, [_row(composed, verified)], composed.sent)
    failed = worth_another(verified.dropped)
    if drafts > 1 and failed and isinstance(writer, LlmComposer):
        with stage("again"):
            _again(writer, task, failed, tries)
    name, notes = writer.identity, list[str]()
    composed, verified = tries.composed, tries.verified
    draft = composed.draft
    if not verified.statements and writer.identity != quoting.identity and not refuses(composed):
        with stage("fallback"):
            composed = quoting.compose(
                task.question, task.evidence, task.style, similarity=task.similarity
            )
            quoted = task.verified(composed)
        tries.rows = [replace(row, kept=False) for row in tries.rows] + [_row(composed, quoted)]
        verified = replace(quoted, dropped=(*verified.dropped, *quoted.dropped))
        name = f"extractive (nothing verified of {writer.identity})"
        notes.append(fallback_note(writer.identity, len(tries.rows) - 1))
    return Written(composed, verified, name, draft, tuple(tries.rows), tries.sent, tuple(notes))


def _again(writer: LlmComposer, task: Task, failed: Sequence[Dropped], tries: _Tries) -> None:
    """Write a second draft, and let it count where more of its statements hold."""
    if task.on_piece is not None:
        task.on_piece(ANEW)
    try:
        composed = writer.compose(
            task.question, task.evidence, task.style, on_piece=task.on_piece, failed=failed
        )
    except ModelError:
        # the first draft is whole and verified: what fails now takes nothing from it
        tries.rows.append(Drafted(writer.identity, 0, 0, kept=False, finish="failed"))
        return
    verified = task.verified(composed)
    if composed.sent and tries.sent:
        # the same question left twice
        most = max(tries.sent.identifiers, composed.sent.identifiers)
        tries.sent = Sent(composed.sent.to, most)
    better = len(verified.statements) > len(tries.verified.statements)
    tries.rows = [replace(tries.rows[0], kept=not better), _row(composed, verified, better)]
    if better:
        tries.composed, tries.verified = composed, verified


def worth_another(dropped: Sequence[Dropped]) -> tuple[Dropped, ...]:
    """Return what a writer should be told of: not what it merely repeated, and no refusal."""
    return tuple(d for d in dropped if d.reason != REPEATED and not REFUSAL.search(d.text))


def refuses(composed: Composed) -> bool:
    """True where a draft says that it can't answer and says nothing else."""
    return bool(composed.sentences) and all(REFUSAL.search(s.text) for s in composed.sentences)


def fallback_note(writer: str, drafts: int) -> str:
    """Return the sentence by which an answer says that none of a model's held."""
    many = "either draft" if drafts > 1 else "the draft"
    return (
        f"No statement of {many} of {writer} held against the literature; the answer is made of "
        "sentences of the articles."
    )


def _row(composed: Composed, verified: Verified, kept: bool = True) -> Drafted:
    draft = composed.draft
    return Drafted(
        composer=draft.composer,
        sentences=len(composed.sentences),
        verified=len(verified.statements),
        kept=kept,
        finish=draft.finish,
        prompt_tokens=draft.prompt_tokens,
        completion_tokens=draft.completion_tokens,
    )
