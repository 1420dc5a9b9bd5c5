"""From hits to a verified answer: choose, judge, compose, verify, number.

A pure function of its inputs: the same hits, composer and embedder give the same answer
(only the timings in the provenance differ). No statement leaves without a quote that lies
verbatim in an indexed passage.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from rag.answering.abstain import THRESHOLDS, Thresholds, sufficiency
from rag.answering.compose import composer
from rag.answering.conflicts import weigh
from rag.answering.direct import Direct, direct_answer, tempered
from rag.answering.draft import Composer, OnPiece
from rag.answering.drafting import Task, Written, write
from rag.answering.evidence import choose_evidence
from rag.answering.extractive import Extractive
from rag.answering.hostile import is_hostile, is_stuffed
from rag.answering.kinds import answer_kind
from rag.answering.llm import LlmComposer
from rag.answering.question import read_question
from rag.answering.rarity import Holders, rareness, rarities
from rag.answering.redflags import red_flags
from rag.answering.references import number, references
from rag.answering.rules import RulesVerifier
from rag.answering.similarity import Embedder, Similarity
from rag.answering.unused import HOSTILE, STUFFED, listed, not_chosen, unused
from rag.answering.verify import Verified, extended, verify
from rag.models.generator import Generator, RemoteGenerator
from rag.models.verifier import Verifier
from rag.privacy.impersonal import impersonal
from rag.types import Answer, Draft, Evidence, Hit, Length, Provenance, Style, Timing, Unused

EVIDENCE = 8
"""Articles that an answer is written from."""
SIGNS_EVIDENCE = 16
"""The same for a description of symptoms: each article tells of one condition."""
_OPENING = 80
"""Characters of a line that are looked at by themselves for an order."""
CLOSEST = 5
"""Articles named where nothing is answered."""

NOTHING_SAID = "no sentence of what was found answers by itself"
"""Why an answer abstains where the evidence was judged enough."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What an answer is made with, and what the provenance says of it.

    ``composer`` is by default the language model's where there is a ``generator``, else the
    extractive one. Without an ``embedder`` likeness is judged by shared words. ``verifier``
    is by default that of the rules; ``limit`` is the most articles to write from, by default
    what suits the question; ``drafts`` how often a language model may write (1: not again).
    ``holders`` and ``passages`` say how rare words are in the index.
    """

    embedder: Embedder | None = None
    generator: Generator | RemoteGenerator | None = None
    index: str = ""
    generation: int = 0
    embedder_name: str = ""
    medlit_version: str = ""
    retrieval_seconds: float = 0.0
    composer: Composer | None = None
    verifier: Verifier | None = None
    limit: int | None = None
    thresholds: Thresholds = THRESHOLDS
    drafts: int = 2
    holders: Holders | None = None
    passages: int = 0


def answer(
    question: str,
    hits: Sequence[Hit],
    parts: Parts,
    *,
    style: Style = "clinician",
    length: Length = "medium",
    on_piece: OnPiece | None = None,
) -> Answer:
    """Answer a question from what was found, or abstain.

    A language model whose statements do not all hold writes once more (``drafting``). The
    extractive composer takes over where nothing of a draft verifies, unless the draft said that
    the evidence does not answer. An abstention names the closest articles.

    Args:
        question: as the user wrote it.
        hits: what retrieval found, best first.
        parts: composer or generator, embedder, verifier, and what is known of the index.
        style: who reads.
        length: how much may be said; a composer of the caller's own class keeps its length.
        on_piece: receives the unverified draft as it is written.

    Returns:
        An answer whose every quote is ``article.text[start:end]`` of a hit.

    Raises:
        MedlitError: what the generator or embedder raises; nothing of its own.
    """
    clock = _Clock(parts.retrieval_seconds)
    rarity = rarities(question, (), parts.holders, parts.passages) if parts.holders else None
    quoting = Extractive(length=length, rarity=rarity)
    writer = parts.composer or _composer(parts.generator)
    if isinstance(writer, Extractive):
        writer = replace(writer, length=length, rarity=rarity)
    elif isinstance(writer, LlmComposer):
        writer = writer.of_length(length)
    similarity = Similarity(parts.embedder)
    verifier = parts.verifier or RulesVerifier(similarity)
    asked = read_question(question)
    with clock.stage("evidence"):
        usual = SIGNS_EVIDENCE if asked.describes_symptoms else EVIDENCE
        limit = usual if parts.limit is None else parts.limit
        hits, refused = _literature(hits, question)
        evidence = choose_evidence(hits, limit=limit, similarity=similarity)
        flags = red_flags(question)
    with clock.stage("sufficiency"):
        # a patient's name or number is in no article, and says nothing of what is asked
        about = impersonal(question)
        judged = sufficiency(about, evidence, similarity, parts.thresholds, rarity)
    written: Written | None = None
    if judged.enough:
        task = Task(question, evidence, style, similarity, verifier, on_piece)
        written = write(writer, quoting, task, parts.drafts, clock.stage)
    name = writer.identity if written is None else written.name
    verified = Verified((), ()) if written is None else written.verified
    draft = Draft("", "") if written is None else written.draft
    short: Direct | None = None
    if verified.statements:
        with clock.stage("direct"):
            rare = rareness(parts.holders, parts.passages) if parts.holders else None
            asking = (evidence, quoting, similarity, parts.verifier, rare)
            short = direct_answer(question, verified.statements, *asking)
            if short.added:
                more = verify(short.added, evidence, similarity, verifier)
                if len(more.statements) == len(short.added):
                    verified = extended(verified, more)
                else:  # a sentence that does not hold carries nothing
                    short = direct_answer(question, verified.statements, *asking, most_added=0)
    made_by = Provenance(
        index=parts.index,
        generation=parts.generation,
        embedder=parts.embedder_name,
        generator=name,
        verifier=verifier.identity,
        prompt_version=draft.prompt_version,
        medlit_version=parts.medlit_version,
        timings=tuple(clock.timings),
        threshold=verifier.threshold,
        sent=None if written is None else written.sent,
        temperature=draft.temperature,
        seed=draft.seed,
        drafts=() if written is None else written.drafts,
    )
    if written is None:
        left = tuple(listed(e.hit.article, judged.reason, e.n) for e in evidence)
    else:
        composed = written.composed
        left = unused(asked, evidence, composed.sentences, verified, dict(composed.unused))
    left = (*left, *not_chosen(hits, evidence), *refused)
    if short is None:
        made = _abstention(question, evidence, verified, flags, made_by, left)
        if judged.enough:
            judged = replace(judged, reason=NOTHING_SAID)
        return replace(made, sufficiency=judged)
    conflicts = weigh(verified.conflicts, verified.statements, evidence, style)
    short = tempered(short, conflicts)
    numbered = number(verified.statements, conflicts, evidence)
    places = {e.hit.article.id: e.n for e in numbered.evidence}
    return Answer(
        question=question,
        status="answered",
        statements=numbered.statements,
        references=numbered.references,
        conflicts=numbered.conflicts,
        dropped=verified.dropped,
        red_flags=flags,
        evidence=numbered.evidence,
        provenance=made_by,
        unused=tuple(replace(u, n=places.get(u.article_id, 0)) for u in left),
        kind=short.kind,
        direct=short.text,
        direct_statements=short.statements,
        candidates=short.candidates,
        sufficiency=judged,
        notes=() if written is None else written.notes,
    )


def _literature(hits: Sequence[Hit], question: str) -> tuple[list[Hit], tuple[Unused, ...]]:
    """Split hits into literature and what only pretends to be it, with the reasons."""
    kept: list[Hit] = []
    refused: list[Unused] = []
    for hit in hits:
        text = hit.passage.text
        shown = f"{hit.article.title}\n{text}"
        # an order may begin behind a title or a heading that has no full stop
        if is_hostile(shown) or any(is_hostile(line[:_OPENING]) for line in text.split("\n")):
            refused.append(listed(hit.article, HOSTILE))
        elif is_stuffed(text, question):
            refused.append(listed(hit.article, STUFFED))
        else:
            kept.append(hit)
    return kept, tuple(refused)


def _abstention(
    question: str,
    evidence: tuple[Evidence, ...],
    verified: Verified,
    flags: tuple[str, ...],
    made_by: Provenance,
    left: tuple[Unused, ...],
) -> Answer:
    """Return an answer that says nothing, with the closest articles as references."""
    return Answer(
        question=question,
        status="insufficient_evidence",
        statements=(),
        references=references(evidence[:CLOSEST]),
        dropped=verified.dropped,
        red_flags=flags,
        evidence=evidence,
        provenance=made_by,
        unused=left,
        kind=answer_kind(question),
    )


def _composer(generator: Generator | RemoteGenerator | None) -> Composer:
    return composer("extractive") if generator is None else composer("llm", generator)


class _Clock:
    """Seconds a stage, in order."""

    def __init__(self, retrieval: float) -> None:
        self.timings = [Timing("retrieval", retrieval)]

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.timings.append(Timing(name, time.perf_counter() - started))
