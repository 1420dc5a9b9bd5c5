"""The extractive composer: sentences of the evidence, verbatim, chosen for the question.

Each sentence is scored by a weighted sum of: likeness to the question (cosine), coverage of
the question's words weighted by inverse frequency within the evidence, the section it stands
in, its place in the passage, the passage's own score, and what kind of sentence it is. The
choice is greedy with a penalty for likeness to what is chosen (maximal marginal relevance,
Carbonell & Goldstein 1998). Nothing is rewritten, so nothing can be misquoted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rag.answering import fitness
from rag.answering.draft import Composed, OnPiece
from rag.answering.order import arrange
from rag.answering.question import Question, read_question
from rag.answering.similarity import Similarity
from rag.answering.spans import Span, all_spans, join
from rag.claims.aims import is_aim
from rag.claims.lexicon import content_terms, coverage, identifiers, idf, jaccard
from rag.types import Draft, Evidence, Style


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts for a sentence, in cosines.

    Cosine to aim, named, context, passage and repeat come from a random search on 180
    questions of BioASQ 7B and 8B (ROUGE-2 against the ideal answers, share of sentences from
    gold articles). Set by hand: sections, because its snippets seldom carry labels; ``keep``,
    for which the search wanted 0.9 and answers of one sentence; all that is for symptoms.
    """

    cosine: float = 1.0
    lexical: float = 0.2
    passage: float = 0.9
    context: float = 0.4
    named: float = 0.8
    conclusions: float = 0.15
    results: float = 0.08
    background: float = -0.02
    methods: float = -0.15
    title: float = -0.1
    last: float = 0.0
    concludes: float = 0.0
    aim: float = -0.35
    presents: float = 0.15
    condition: float = 0.25
    drug_effect: float = -0.25
    signs: float = 0.8
    joined: float = 0.0
    repeat: float = 0.55
    keep: float = 0.8
    keep_signs: float = 0.6
    statistics: float = -0.03


@dataclass(frozen=True, slots=True)
class Limits:
    """How long an answer of a style may be."""

    sentences: int
    words: int
    per_article: int = 2


WEIGHTS = Weights()
LIMITS: Mapping[Style, Limits] = {
    "clinician": Limits(sentences=5, words=170),
    "lay": Limits(sentences=3, words=90),
}
NEAR_COPY_COSINE = 0.93
NEAR_COPY_WORDS = 0.7


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span that could be said, with its score in arbitrary units."""

    span: Span
    score: float


@dataclass(frozen=True, slots=True)
class Extractive:
    """Composer that quotes. Needs no generator; better with an embedder (``similarity``)."""

    weights: Weights = WEIGHTS

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
        similarity = similarity or Similarity()
        asked = read_question(question)
        found = candidates(evidence)
        scored = self._score(asked, found, evidence, similarity, style)
        limits, keep = LIMITS[style], self.weights.keep
        if asked.describes_symptoms:  # several conditions rather than one at length
            limits, keep = replace(limits, per_article=1), self.weights.keep_signs
        chosen = self._choose(scored, similarity, limits, keep)
        sentences = arrange(chosen, evidence, style, titles=asked.describes_symptoms)
        text = " ".join(
            f"{s.lead} {s.text} {''.join(f'[{n}]' for n in s.markers)}".strip() for s in sentences
        )
        if on_piece and text:
            on_piece(text)
        return Composed(Draft(text=text, composer=self.identity), sentences)

    def _score(
        self,
        asked: Question,
        found: Sequence[Span],
        evidence: Sequence[Evidence],
        similarity: Similarity,
        style: Style,
    ) -> list[Candidate]:
        if asked.describes_symptoms:
            found = [s for s in found if not is_aim(s.text)]
        terms = [content_terms(s.text) for s in found]
        shared = [len(asked.terms & t) for t in terms]
        # a sentence that shares one of four signs, or no word at all, is about something else
        wanted = max(2, (len(asked.terms) + 1) // 2) if asked.describes_symptoms else 1
        least = min(max(shared, default=0), wanted)
        kept = [i for i, n in enumerate(shared) if n >= least]
        found, terms = [found[i] for i in kept], [terms[i] for i in kept]
        similarity.prime([s.text for s in found])
        weights = idf(terms)
        relevance = _scaled_scores(evidence)
        names = identifiers(asked.text) if not asked.describes_symptoms else frozenset()
        around = {e.n: content_terms(e.hit.passage.text) for e in evidence}
        w = self.weights
        out = []
        for span, words in zip(found, terms, strict=True):
            score = (
                w.cosine * similarity.to_question(asked.focus, span.text)
                + (w.signs if asked.describes_symptoms else w.lexical)
                * coverage(asked.terms, words, weights)
                + w.passage * relevance[span.n]
                + w.context * coverage(asked.terms, around[span.n], weights)
                + w.named * coverage(names, identifiers(span.text))
                + self._kind(span, asked, style)
            )
            out.append(Candidate(span, score))
        return sorted(out, key=lambda c: (-c.score, c.span.n, c.span.start))

    def _kind(self, span: Span, asked: Question, style: Style) -> float:
        w = self.weights
        sections = {
            "conclusions": w.conclusions, "results": w.results, "background": w.background,
            "objective": w.methods, "methods": w.methods, "title": w.title,
        }  # fmt: skip
        score = sections.get(span.kind, 0.0)
        score += w.last * (span.position == 1.0) + w.concludes * bool(
            fitness.CONCLUDES.search(span.text)
        )
        score += w.aim * is_aim(span.text)
        score += w.joined * (". " in span.text)
        if asked.describes_symptoms:
            score += w.presents * bool(fitness.PRESENTS.search(span.text))
            score += w.condition * bool(fitness.CONDITION.search(span.text))
            score += w.drug_effect * bool(fitness.DRUG_EFFECT.search(span.text))
        if style == "lay":
            score += w.statistics * sum(c.isdigit() or c in "()=<>%" for c in span.text) / 4
        return score

    def _choose(
        self, scored: Sequence[Candidate], similarity: Similarity, limits: Limits, keep: float
    ) -> list[Candidate]:
        chosen: list[Candidate] = []
        per_article: Counter[int] = Counter()
        words = 0
        pool = list(scored)
        floor = keep * scored[0].score if scored else 0.0
        while pool and len(chosen) < limits.sentences:
            pick = max(pool, key=lambda c: self._marginal(c, chosen, similarity))
            pool.remove(pick)
            length = len(pick.span.text.split())
            if pick.score < floor or per_article[pick.span.n] >= limits.per_article:
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
        self, candidate: Candidate, chosen: Sequence[Candidate], similarity: Similarity
    ) -> float:
        if not chosen:
            return candidate.score
        nearest = max(similarity.between(candidate.span.text, c.span.text) for c in chosen)
        return candidate.score - self.weights.repeat * nearest


def candidates(evidence: Sequence[Evidence]) -> list[Span]:
    """Return the spans that can be said by themselves, in the order of the evidence.

    A sentence that points back comes with the one before it, or not at all.
    """
    out: list[Span] = []
    for piece in evidence:
        previous: Span | None = None
        for span in all_spans([piece])[piece.n]:
            fit = fitness.is_finding(span.text)
            if fit and not fitness.needs_antecedent(span.text):
                out.append(span)
            elif fit and previous is not None and (both := join(previous, span, piece)):
                whole = fitness.is_finding(previous.text)
                stands = not fitness.needs_antecedent(previous.text)
                if whole and stands and len(both.text.split()) <= fitness.LONGEST:
                    out.append(both)
            previous = span
    return out


def _scaled_scores(evidence: Sequence[Evidence]) -> dict[int, float]:
    """Return evidence number → hit score min-max scaled to [0, 1]."""
    scores = [e.hit.score for e in evidence]
    low, high = min(scores, default=0.0), max(scores, default=0.0)
    return {e.n: (e.hit.score - low) / (high - low) if high > low else 1.0 for e in evidence}


def _near_copy(a: Span, b: Span, similarity: Similarity) -> bool:
    if a.n == b.n and a.start < b.end and b.start < a.end:
        return True  # a pair and one of its halves
    x, y = content_terms(a.text), content_terms(b.text)
    if jaccard(x, y) >= NEAR_COPY_WORDS:
        return True
    return similarity.dense and similarity.between(a.text, b.text) >= NEAR_COPY_COSINE
