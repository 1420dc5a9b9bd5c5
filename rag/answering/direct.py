"""The direct answer: yes or no, a name, or items, said first and only where a statement says so.

Yes and no are weighed over the sentences of the evidence (``rag.answering.yesno``); the answer
is said where a statement of the answer carries it, and else the question stays unclear. Names
and items are words of the statements themselves, and are said only where they are likely enough
to be right; below the floors they are candidates and no more. A summary has no direct answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answering.entities import Source, draw
from rag.answering.extractive import Candidate, Extractive
from rag.answering.kinds import answer_kind
from rag.answering.similarity import Similarity
from rag.answering.yesno import Voice, chance_of_yes, proposition, settles, voice
from rag.claims.foreign import foreign
from rag.claims.numbers import missing_numbers
from rag.models.verifier import Verifier
from rag.types import AnswerKind, DirectCandidate, Evidence, Statement

WEIGHED = 8
"""Sentences of the evidence that a yes or no is weighed over."""
LEAST_CHANCE = 0.5
"""Least chance of such a sentence beside the best one."""
YES, NO = 0.5, 0.47
"""From this chance of yes on it is yes; below ``NO`` it is no; between, mixed."""
CARRIES = 0.5
"""Least share of the question's words in a statement that carries a yes or no."""
ITEM = 0.3
"""Least score of an item of a list, as a share of the best one's."""
SURE, LEAD = 0.95, 0.7
"""Floors of a name: least chance of the best statement, and least lead over the second name.
From there on a name is right in about half of the cases; see docs/decisions/0020."""
LONGEST_ITEM = 2
"""Most words of the longest item of a list that is said; only enumerations are."""


@dataclass(frozen=True, slots=True)
class Direct:
    """The kind of the question, the short answer and the statements that carry it.

    Attributes:
        kind: of the question.
        text: what is said; empty where the candidates do not reach the floors.
        statements: indices of those that carry ``text``.
        candidates: names or items, best first, said or not.
        chance: greatest chance of a statement that its article answers; for names and items.
        lead: support of the first name above that of the second, in chances times fitness.
        longest: words of the longest item that would be said.
        enumerated: whether the items are those of "A, B and C".
    """

    kind: AnswerKind
    text: str = ""
    statements: tuple[int, ...] = ()
    candidates: tuple[DirectCandidate, ...] = ()
    chance: float = 0.0
    lead: float = 0.0
    longest: int = 0
    enumerated: bool = False


def direct_answer(
    question: str,
    statements: Sequence[Statement],
    evidence: Sequence[Evidence],
    composer: Extractive,
    similarity: Similarity,
    verifier: Verifier | None = None,
) -> Direct:
    """Return the direct answer that verified statements carry, if they do.

    Args:
        question: as asked.
        statements: of the answer, each with its citations.
        evidence: what they were written from.
        composer: weighs the sentences of the evidence.
        similarity: of this answer.
        verifier: also judges what the sentences say to a yes/no question.
    """
    kind = answer_kind(question)
    if kind == "summary" or not statements:
        return Direct(kind)
    scored = composer.scored(question, evidence, "clinician", similarity=similarity)
    if kind == "yesno":
        heard = voices(question, scored, evidence, composer, verifier)
        text, carriers = decide(question, statements, heard, verifier)
        return Direct(kind, text, carriers)
    chances = {_key(c.span.text): c.chance for c in scored}
    sources = [
        Source(s.text, chances.get(_key(s.text), LEAST_CHANCE) / (1 + 0.3 * i), i)
        for i, s in enumerate(statements)
    ]
    drawn = draw(question, kind, sources)
    found = tuple(DirectCandidate(f.text, f.score, f.statement) for f in drawn)
    if not found:
        return Direct(kind)
    said = sayable(kind, found)
    short = Direct(
        kind,
        "; ".join(c.text for c in said),
        tuple(dict.fromkeys(c.statement for c in said)),
        found,
        chance=max(s.weight for s in sources),
        lead=drawn[0].total - (drawn[1].total if len(drawn) > 1 else 0.0),
        longest=max(len(c.text.split()) for c in said),
        enumerated=all(f.enumerated for f in drawn),
    )
    return short if _reaches_floor(short) else replace(short, text="", statements=())


def sayable(kind: AnswerKind, found: Sequence[DirectCandidate]) -> tuple[DirectCandidate, ...]:
    """Return the candidates that a direct answer is made of: the first name, or good items."""
    return tuple(found[:1]) if kind == "factoid" else tuple(c for c in found if c.score >= ITEM)


def _reaches_floor(short: Direct) -> bool:
    """True where a direct answer is likely enough to be right."""
    if short.kind == "factoid":
        return short.chance >= SURE and short.lead >= LEAD
    return short.enumerated and short.longest <= LONGEST_ITEM


def voices(
    question: str,
    scored: Sequence[Candidate],
    evidence: Sequence[Evidence],
    composer: Extractive,
    verifier: Verifier | None = None,
) -> list[Voice]:
    """Return what the best sentences of the evidence say to a yes/no question."""
    articles = {e.n: e.hit.article for e in evidence}
    years = [a.year for a in articles.values() if a.year is not None]
    heard = [c for i, c in enumerate(scored[:WEIGHED]) if i == 0 or c.chance >= LEAST_CHANCE]
    judged = [0.0] * len(heard)
    if verifier is not None and heard:
        asked = proposition(question)
        found = verifier.judge([(asked, c.span.text) for c in heard])
        judged = [j.supports - j.contradicts for j in found]
    return [
        voice(
            question,
            c.span.text,
            score=c.chance / (1 + 0.3 * i),
            article=articles[c.span.n],
            latest=max(years, default=None),
            rarity=composer.rarity,
            judged=judged[i],
        )
        for i, c in enumerate(heard)
    ]


def decide(
    question: str,
    statements: Sequence[Statement],
    heard: Sequence[Voice],
    verifier: Verifier | None = None,
) -> tuple[str, tuple[int, ...]]:
    """Return "yes", "no", "mixed" or "" (unclear) and the statements that carry it.

    A statement carries an answer only where it settles the question (``yesno.settles``), names
    every drug, disease, group and number that the question names, and the verifier does not say
    the other of it: that honey does not shorten a cough says nothing of paracetamol.
    """
    chance = chance_of_yes(heard)
    said = [voice(question, s.text) for s in statements]
    order = sorted(range(len(said)), key=lambda i: (-said[i].covered, i))
    held = [
        i
        for i in order
        if said[i].covered >= CARRIES
        and settles(question, statements[i].text)
        and names_all(question, statements[i].text)
    ]
    verdicts = dict.fromkeys(held, "unclear")
    if verifier is not None and held:
        asked = proposition(question)
        found = verifier.judge([(asked, statements[i].text) for i in held])
        verdicts = {i: str(j.verdict) for i, j in zip(held, found, strict=True)}
    against = tuple(i for i in held if said[i].against and verdicts[i] != "supports")
    favour = tuple(i for i in held if not said[i].against and verdicts[i] != "contradicts")
    if chance >= YES:
        return ("yes", favour) if favour else ("", ())
    if chance < NO:
        return ("no", against) if against else ("", ())
    if favour and against:
        return "mixed", (favour[0], against[0])
    return "", ()


def names_all(question: str, sentence: str) -> bool:
    """True where a sentence holds what a yes/no question names: its words and its numbers."""
    asked = proposition(question)
    return not foreign(asked, sentence) and not missing_numbers(asked, sentence)


def _key(text: str) -> str:
    return " ".join(text.split())
