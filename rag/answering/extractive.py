"""The extractive composer: sentences of the evidence, verbatim, chosen for the question.

``rag.answering.relevance`` gives each sentence the chance that its article answers and a score.
The best sentence comes first; others are added while their chance is high enough, with a
penalty for likeness to what is chosen (maximal marginal relevance, Carbonell & Goldstein
1998) and a gain for words of the question that nothing chosen says. Nothing is rewritten, so
nothing can be misquoted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from rag.answering import fitness
from rag.answering.aspects import speaks_of_aspect
from rag.answering.draft import Composed, OnPiece
from rag.answering.hostile import unsayable
from rag.answering.kinds import answer_kind
from rag.answering.order import arrange
from rag.answering.parties import lacking
from rag.answering.question import Question, read_question
from rag.answering.rarity import rarities
from rag.answering.relevance import Weighed, weigh
from rag.answering.signs import KEEP, weigh_signs
from rag.answering.similarity import Similarity
from rag.answering.spans import Span, all_spans, join
from rag.claims.aims import is_aim
from rag.claims.lexicon import content_terms, coverage, jaccard
from rag.claims.polarity import agreement
from rag.evidence import level_of
from rag.privacy.impersonal import impersonal
from rag.types import Article, Draft, Evidence, Length, Style


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts beside relevance, in log-odds; all set by hand.

    BioASQ's snippets have no labels, so nothing of it can say what a section is worth.
    ``first`` is the least chance of the best sentence: below it nothing is said. ``designs`` are
    for evidence of level 1 and 2 (``rag.evidence``); a retracted article, where it was asked
    for, leads only where nothing else speaks to the question.
    """

    first: float = 0.35
    conclusions: float = 0.5
    results: float = 0.3
    background: float = -0.3
    methods: float = -0.6
    title: float = -0.3
    aim: float = -1.2
    repeat: float = 1.5
    repeat_signs: float = 0.55
    aspects: float = 1.0
    statistics: float = -0.1
    designs: tuple[float, float] = (0.4, 0.2)
    retracted: float = -1.5


@dataclass(frozen=True, slots=True)
class Limits:
    """How long an answer may be, and the least chance of a sentence after the first."""

    sentences: int
    words: int
    least: float
    per_article: int = 2


WEIGHTS = Weights()
LIMITS: Mapping[tuple[Style, Length], Limits] = {
    ("clinician", "short"): Limits(sentences=2, words=70, least=0.9),
    ("clinician", "medium"): Limits(sentences=5, words=170, least=0.85),
    ("clinician", "long"): Limits(sentences=10, words=400, least=0.65),
    ("lay", "short"): Limits(sentences=1, words=45, least=0.9),
    ("lay", "medium"): Limits(sentences=3, words=90, least=0.85),
    ("lay", "long"): Limits(sentences=6, words=220, least=0.65),
}
"""``least`` of "medium" is where citation precision on BioASQ 7B and 8B levels off."""
LISTED = 0.2
"""By how much the chance of a sentence may be less in an answer to a list question."""
OPPOSITE = 0.5
"""Share of shared stems under another negation above which two sentences are no copies."""
NEAR_COPY_COSINE = 0.93
NEAR_COPY_WORDS = 0.7
WORD_FOR_WORD = 0.8
"""Least share of the question's words in a sentence that is only plainly a statement."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span that could be said, with its score and the chance that its article answers."""

    span: Span
    score: float
    chance: float = 1.0


@dataclass(frozen=True, slots=True)
class Extractive:
    """Composer that quotes. Needs no generator; better with an embedder (``similarity``).

    ``rarity`` is stem → inverse document frequency in the index; without it the evidence's.
    """

    weights: Weights = WEIGHTS
    length: Length = "medium"
    rarity: Mapping[str, float] | None = field(default=None, compare=False)

    @property
    def identity(self) -> str:
        """Name for the provenance."""
        return "extractive"

    def compose(
        self,
        question: str,
        evidence: Sequence[Evidence],
        style: Style,
        *,
        similarity: Similarity | None = None,
        on_piece: OnPiece | None = None,
    ) -> Composed:
        """Return the sentences that best answer, each with the number it is quoted from."""
        question = impersonal(question)  # no article names the patient
        similarity = similarity or Similarity()
        asked = read_question(question)
        signs = asked.describes_symptoms
        scored = self.scored(question, evidence, style, similarity=similarity)
        limits = LIMITS[style, self.length]
        if signs:  # several conditions rather than one at length
            limits = replace(limits, per_article=1, least=0.0)
        elif answer_kind(question) == "list":  # items stand in several articles
            limits = replace(limits, per_article=1, least=limits.least - LISTED)
        chosen = self._choose(scored, asked, similarity, limits)
        sentences = arrange(chosen, evidence, style, titles=signs)
        text = " ".join(
            f"{s.lead} {s.text} {''.join(f'[{n}]' for n in s.markers)}".strip() for s in sentences
        )
        if on_piece and text:
            on_piece(text)
        return Composed(Draft(text=text, composer=self.identity), sentences)

    def scored(
        self,
        question: str,
        evidence: Sequence[Evidence],
        style: Style,
        *,
        similarity: Similarity,
    ) -> list[Candidate]:
        """Return all sentences that could be said, best first."""
        asked = read_question(question)
        rarity = self.known(question, evidence)
        found = candidates(evidence, asked, rarity)
        if asked.describes_symptoms:
            weighed = weigh_signs(asked, found, evidence, similarity)
        else:
            found = [s for s in found if asked.terms & content_terms(s.text)]
            others = lacking(question, evidence)
            found = [s for s in found if s.n not in others]
            found = [s for s in found if speaks_of_aspect(question, s.text)]
            similarity.prime([s.text for s in found])
            weighed = weigh(asked, found, evidence, similarity, rarity)
        articles = {e.n: e.hit.article for e in evidence}
        out = [self._candidate(one, asked, style, articles[one.span.n]) for one in weighed]
        return sorted(out, key=lambda c: (-c.score, c.span.n, c.span.start))

    def known(self, question: str, evidence: Sequence[Evidence]) -> Mapping[str, float]:
        """Return stem → rarity for the words of a question, in the index or the evidence."""
        if self.rarity is not None:
            return self.rarity
        return rarities(question, [content_terms(e.hit.passage.text) for e in evidence])

    def _candidate(
        self, one: Weighed, asked: Question, style: Style, article: Article
    ) -> Candidate:
        w, text, score = self.weights, one.span.text, one.score
        if not asked.describes_symptoms:
            sections = {
                "conclusions": w.conclusions, "results": w.results, "background": w.background,
                "objective": w.methods, "methods": w.methods, "title": w.title,
            }  # fmt: skip
            score += sections.get(one.span.kind, 0.0) + w.aim * is_aim(text)
            level = level_of(article)
            score += w.designs[level - 1] if level <= len(w.designs) else 0.0
            score += w.retracted * (article.status == "retracted")
        if style == "lay":
            score += w.statistics * sum(c.isdigit() or c in "()=<>%±/" for c in text) / 2
        return Candidate(one.span, score, one.chance)

    def _choose(
        self,
        scored: Sequence[Candidate],
        asked: Question,
        similarity: Similarity,
        limits: Limits,
    ) -> list[Candidate]:
        chosen: list[Candidate] = []
        per_article: Counter[int] = Counter()
        words = 0
        pool = list(scored)
        floor = KEEP * scored[0].score if scored and asked.describes_symptoms else None
        while pool and len(chosen) < limits.sentences:
            pick = max(pool, key=lambda c: self._marginal(c, chosen, asked, similarity))
            pool.remove(pick)
            length = len(pick.span.text.split())
            least = limits.least if chosen else self.weights.first
            if pick.chance < least or (floor is not None and pick.score < floor):
                continue
            if per_article[pick.span.n] >= limits.per_article:
                continue
            if chosen and words + length > limits.words:
                continue
            if any(_near_copy(pick.span, c.span, similarity) for c in chosen):
                continue
            chosen.append(pick)
            per_article[pick.span.n] += 1
            words += length
        return chosen

    def _marginal(
        self,
        candidate: Candidate,
        chosen: Sequence[Candidate],
        asked: Question,
        similarity: Similarity,
    ) -> float:
        if not chosen:
            return candidate.score
        w = self.weights
        nearest = max(similarity.between(candidate.span.text, c.span.text) for c in chosen)
        if asked.describes_symptoms:
            return candidate.score - w.repeat_signs * nearest
        said = frozenset().union(*(content_terms(c.span.text) for c in chosen))
        new = (content_terms(candidate.span.text) - said) & asked.terms
        gain = len(new) / len(asked.terms) if asked.terms else 0.0
        return candidate.score - w.repeat * nearest + w.aspects * gain


def candidates(
    evidence: Sequence[Evidence],
    asked: Question | None = None,
    rarity: Mapping[str, float] | None = None,
) -> list[Span]:
    """Return the spans that can be said by themselves, in the order of the evidence.

    A sentence that points back comes with the one before it, or not at all. One that is only
    plainly a statement (``fitness.is_plain_statement``) counts where it says nearly all words
    of the question ``asked``. What must not be said (``hostile.unsayable``) is left out.
    """
    out: list[Span] = []
    for piece in evidence:
        previous: Span | None = None
        for span in all_spans([piece])[piece.n]:
            if unsayable(span.text):  # would be dropped, after it had taken a place and a lead
                previous = None
                continue
            fit = fitness.is_finding(span.text)
            if fit and not fitness.needs_antecedent(span.text):
                out.append(span)
            elif fit and previous is not None and (both := join(previous, span, piece)):
                whole = fitness.is_finding(previous.text)
                stands = not fitness.needs_antecedent(previous.text)
                if whole and stands and len(both.text.split()) <= fitness.LONGEST:
                    out.append(both)
            elif asked is not None and _word_for_word(span, asked, rarity):
                out.append(span)
            previous = span
    return out


def _word_for_word(span: Span, asked: Question, rarity: Mapping[str, float] | None) -> bool:
    weights = dict(rarity) if rarity else None
    if coverage(asked.terms, content_terms(span.text), weights) < WORD_FOR_WORD:
        return False
    return fitness.is_plain_statement(span.text)


def _near_copy(a: Span, b: Span, similarity: Similarity) -> bool:
    if a.n == b.n and a.start < b.end and b.start < a.end:
        return True  # a pair and one of its halves
    said = agreement(a.text, b.text)
    if said.negation_conflict > OPPOSITE or said.direction < 0:
        return False  # "shortened" and "did not shorten" share all words and are no repeat
    x, y = content_terms(a.text), content_terms(b.text)
    if jaccard(x, y) >= NEAR_COPY_WORDS:
        return True
    return similarity.dense and similarity.between(a.text, b.text) >= NEAR_COPY_COSINE
