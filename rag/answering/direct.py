"""The direct answer: yes or no, a name, or items, said first and only where a statement says so.

Yes and no are weighed over the sentences of the evidence (``rag.answering.yesno``); the answer
is said where a statement of the answer carries it, and else the question stays unclear. Names
and items (``rag.answering.names``) are drawn from all sentences of the evidence; they are said
only where they are likely enough to be right, and where a sentence that may be said holds them:
one that the answer lacks is added to it. The others are candidates and no more. A summary has no
direct answer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from rag.answering.deciding import decide, voices
from rag.answering.denial import denied, denies
from rag.answering.draft import DraftSentence
from rag.answering.extractive import Candidate, Extractive
from rag.answering.kinds import answer_kind
from rag.answering.names import Source
from rag.answering.naming import Found, find_names
from rag.answering.parties import lacking
from rag.answering.question import read_question
from rag.answering.rarity import rareness
from rag.answering.relevance import weigh
from rag.answering.similarity import Similarity
from rag.answering.spans import Span, all_spans
from rag.answering.wanted import wanted
from rag.claims.lexicon import content_terms
from rag.models.verifier import Verifier
from rag.text import spaced
from rag.types import AnswerKind, Conflict, DirectCandidate, Evidence, Statement

LEAST_CHANCE = 0.5
"""Least chance of a sentence that is added to carry a name."""
NAMES = 5
"""Candidates of a factoid, as BioASQ ranks them."""
ITEM, ITEM_SHARE = 0.08, 0.2
"""Least chance of an item of a list among the candidates, also as a share of the best one's."""
SAID = 0.4
"""Least chance of a name that is said first; see docs/answers.md."""
ITEM_SAID = 0.5
"""The same of an item of a list."""
MOST_ADDED = 2
"""Sentences that may be added to an answer to carry its direct answer."""


@dataclass(frozen=True, slots=True)
class Direct:
    """The kind of the question, the short answer and the statements that carry it.

    Attributes:
        kind: of the question.
        text: what is said; empty where nothing is likely enough.
        statements: indices of those that carry ``text``; those of ``added`` follow the answer's.
        candidates: names or items, best first, said or not.
        added: sentences to add to the answer.
    """

    kind: AnswerKind
    text: str = ""
    statements: tuple[int, ...] = ()
    candidates: tuple[DirectCandidate, ...] = ()
    added: tuple[DraftSentence, ...] = ()


def direct_answer(
    question: str,
    statements: Sequence[Statement],
    evidence: Sequence[Evidence],
    composer: Extractive,
    similarity: Similarity,
    verifier: Verifier | None = None,
    rare: Callable[[str], float] | None = None,
    most_added: int = MOST_ADDED,
) -> Direct:
    """Return the direct answer that verified statements carry, if they do.

    Args:
        question: as asked.
        statements: of the answer, each with its citations.
        evidence: what they were written from, each under the number it was drafted by.
        composer: weighs the sentences of the evidence.
        similarity: of this answer.
        verifier: also judges what the sentences say to a yes/no question.
        rare: how rare a word is in the index, from 0 to 1; by default, in the evidence.
        most_added: sentences that may be added.
    """
    kind = answer_kind(question)
    if kind == "summary" or not statements:
        return Direct(kind)
    scored = composer.scored(question, evidence, "clinician", similarity=similarity)
    if kind == "yesno":
        heard = voices(question, scored, evidence, composer, verifier)
        articles = {e.n: e.hit.article for e in evidence}
        text, carriers = decide(question, statements, heard, verifier, articles)
        return Direct(kind, text, carriers)
    sources = sentences_of(question, evidence, composer, similarity)
    if rare is None:
        texts = [content_terms(e.hit.passage.text) for e in evidence]
        rare = rareness(lambda word: sum(bool(content_terms(word) & t) for t in texts), len(texts))
    found = find_names(question, kind, sources, composer.known(question, evidence), rare)
    found = offered(question, kind, undenied(question, found, sources))
    return _said(kind, found, sources, statements, scored, most_added)


def undenied(question: str, found: Sequence[Found], sources: Sequence[Source]) -> tuple[Found, ...]:
    """Return the names that some sentence holds without denying it of them.

    A question that itself denies ("Which drugs must be avoided in …?") asks for such names.
    """
    if denies(question):
        return tuple(found)
    return tuple(
        f
        for f in found
        if not all(denied(f.text, sources[i].text) for i in f.sources) or not f.sources
    )


def offered(question: str, kind: AnswerKind, found: Sequence[Found]) -> tuple[Found, ...]:
    """Return what could be the answer: five names, or as many likely items as asked."""
    if kind == "factoid":
        return tuple(found[:NAMES])
    least = max([ITEM, *(ITEM_SHARE * f.chance for f in found[:1])])
    likely = tuple(f for f in found if f.chance >= least)
    return likely[: wanted(question).count or len(likely)]


def sentences_of(
    question: str,
    evidence: Sequence[Evidence],
    composer: Extractive,
    similarity: Similarity,
) -> list[Source]:
    """Return the sentences that share a word with the question, best first, titles with them."""
    asked = read_question(question)
    others = lacking(question, evidence)
    spans = [
        s
        for own in all_spans(evidence).values()
        for s in own
        if s.n not in others and asked.terms & content_terms(s.text)
    ]
    similarity.prime([s.text for s in spans])
    weighed = weigh(asked, spans, evidence, similarity, composer.known(question, evidence))
    weighed.sort(key=lambda w: (-w.score, w.span.n, w.span.start))
    untitled = {e.n for e in evidence if not e.hit.article.title}
    return [Source(w.span.text, w.chance, w.span.n, _heads(w.span, untitled)) for w in weighed]


def _heads(span: Span, untitled: Collection[int]) -> bool:
    """True for a title; where an article has none, its first sentence may be one."""
    return span.kind == "title" or (span.n in untitled and span.start == 0)


def _said(
    kind: AnswerKind,
    found: Sequence[Found],
    sources: Sequence[Source],
    statements: Sequence[Statement],
    scored: Sequence[Candidate],
    most_added: int,
) -> Direct:
    """Return the names that are likely enough and carried, and all as candidates."""
    least = SAID if kind == "factoid" else ITEM_SAID
    wanted_said = [f for f in (found[:1] if kind == "factoid" else found) if f.chance >= least]
    sayable = {spaced(c.span.text): c for c in scored}
    added: list[Candidate] = []
    carried: dict[str, int] = {}
    for one in wanted_said:
        texts = [*(s.text for s in statements), *(c.span.text for c in added)]
        at = next((i for i, text in enumerate(texts) if one.text in text), None)
        if at is None and len(added) < most_added:
            held = (sayable.get(spaced(sources[i].text)) for i in one.sources)
            carrier = next((c for c in held if c and c.chance >= LEAST_CHANCE), None)
            if carrier is not None:
                added.append(carrier)
                at = len(texts)
        if at is not None:
            carried[one.text] = at
    candidates = []
    for one in found:
        at = carried.get(one.text)
        if at is None:
            at = next((i for i, s in enumerate(statements) if one.text in s.text), None)
        candidates.append(DirectCandidate(one.text, one.chance, at))
    return Direct(
        kind,
        "; ".join(carried),
        tuple(dict.fromkeys(carried.values())),
        tuple(candidates),
        tuple(DraftSentence(c.span.text, (c.span.n,)) for c in added),
    )


def tempered(short: Direct, conflicts: Sequence[Conflict]) -> Direct:
    """Return a direct answer as "mixed" where a later or stronger article contradicts a carrier.

    Args:
        short: with the statements that carry it.
        conflicts: weighed (``rag.answering.conflicts``).
    """
    told = any(c.said and c.statement in short.statements for c in conflicts)
    return replace(short, text="mixed") if told and short.text in ("yes", "no") else short
