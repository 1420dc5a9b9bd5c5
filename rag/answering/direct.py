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
from dataclasses import dataclass

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
from rag.answering.yesno import Voice, bare, chance_of_yes, says_contrary, settles, voice
from rag.claims.foreign import foreign
from rag.claims.lexicon import content_terms
from rag.claims.numbers import missing_numbers
from rag.models.verifier import Verifier
from rag.text import spaced
from rag.types import AnswerKind, DirectCandidate, Evidence, Statement

WEIGHED = 8
"""Sentences of the evidence that a yes or no is weighed over."""
LEAST_CHANCE = 0.5
"""Least chance of such a sentence beside the best one."""
YES, NO = 0.5, 0.47
"""From this chance of yes on it is yes; below ``NO`` it is no; between, mixed."""
CARRIES = 0.5
"""Least share of the question's words in a statement that carries a yes or no."""
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
        text, carriers = decide(question, statements, heard, verifier)
        return Direct(kind, text, carriers)
    sources = sentences_of(question, evidence, composer, similarity)
    if rare is None:
        texts = [content_terms(e.hit.passage.text) for e in evidence]
        rare = rareness(lambda word: sum(bool(content_terms(word) & t) for t in texts), len(texts))
    found = find_names(question, kind, sources, composer.known(question, evidence), rare)
    found = offered(question, kind, found)
    return _said(kind, found, sources, statements, scored, most_added)


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
        asked = bare(question)
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
        asked = bare(question)
        found = verifier.judge([(asked, statements[i].text) for i in held])
        verdicts = {i: str(j.verdict) for i, j in zip(held, found, strict=True)}
    against = tuple(i for i in held if said[i].against and verdicts[i] != "supports")
    favour = tuple(i for i in held if not said[i].against and verdicts[i] != "contradicts")
    if chance >= YES and any(says_contrary(question, s.text) for s in statements):
        return "", ()  # what some carry to the letter, another denies
    if chance >= YES:
        return ("yes", favour) if favour else ("", ())
    if chance < NO:
        return ("no", against) if against else ("", ())
    if favour and against:
        return "mixed", (favour[0], against[0])
    return "", ()


def names_all(question: str, sentence: str) -> bool:
    """True where a sentence holds what a yes/no question names: its words and its numbers."""
    asked = bare(question)
    return not foreign(asked, sentence) and not missing_numbers(asked, sentence)
