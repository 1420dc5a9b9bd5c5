"""Sentences for a description of symptoms: which condition goes with these signs?

A weighted sum set by hand, since no set of such questions with answers is at hand: likeness to
"conditions in which patients present with …", the signs that a sentence names, whether it names
a condition and says that it presents, and the section it stands in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering import fitness
from rag.answering.question import Question
from rag.answering.relevance import Traits, Weighed
from rag.answering.similarity import Similarity
from rag.answering.spans import Span
from rag.claims.aims import is_aim
from rag.claims.lexicon import content_terms, coverage, idf
from rag.types import Evidence

KEEP = 0.6
"""Least score as a share of the best one."""


@dataclass(frozen=True, slots=True)
class SignWeights:
    """What counts for a sentence about signs, in cosines."""

    cosine: float = 1.0
    signs: float = 0.8
    passage: float = 0.9
    context: float = 0.4
    presents: float = 0.15
    condition: float = 0.25
    drug_effect: float = -0.25
    conclusions: float = 0.15
    results: float = 0.08
    background: float = -0.02
    methods: float = -0.15
    title: float = -0.1


WEIGHTS = SignWeights()


def weigh_signs(
    asked: Question,
    found: Sequence[Span],
    evidence: Sequence[Evidence],
    similarity: Similarity,
    weights: SignWeights = WEIGHTS,
) -> list[Weighed]:
    """Return the spans that name at least half of the signs, with their score as ``chance`` 1."""
    found = [s for s in found if not is_aim(s.text)]
    terms = [content_terms(s.text) for s in found]
    shared = [len(asked.terms & t) for t in terms]
    # a sentence that shares one of four signs, or no word at all, is about something else
    wanted = max(2, (len(asked.terms) + 1) // 2)
    least = min(max(shared, default=0), wanted)
    kept = [i for i, n in enumerate(shared) if n >= least]
    found, terms = [found[i] for i in kept], [terms[i] for i in kept]
    similarity.prime([s.text for s in found])
    inverse = idf(terms)
    scores = [e.hit.score for e in evidence]
    low, high = min(scores, default=0.0), max(scores, default=0.0)
    relevance = {e.n: (e.hit.score - low) / (high - low) if high > low else 1.0 for e in evidence}
    around = {e.n: content_terms(e.hit.passage.text) for e in evidence}
    w = weights
    sections = {
        "conclusions": w.conclusions, "results": w.results, "background": w.background,
        "objective": w.methods, "methods": w.methods, "title": w.title,
    }  # fmt: skip
    out = []
    for span, words in zip(found, terms, strict=True):
        score = (
            w.cosine * similarity.to_question(asked.focus, span.text)
            + w.signs * coverage(asked.terms, words, inverse)
            + w.passage * relevance[span.n]
            + w.context * coverage(asked.terms, around[span.n], inverse)
            + sections.get(span.kind, 0.0)
            + w.presents * bool(fitness.PRESENTS.search(span.text))
            + w.condition * bool(fitness.CONDITION.search(span.text))
            + w.drug_effect * bool(fitness.DRUG_EFFECT.search(span.text))
        )
        out.append(Weighed(span, Traits(), 1.0, score))
    return out
