"""How likely is it that a sentence stands in an article that answers the question?

A logistic model over what retrieval and words say of a sentence, its passage and the other
passages. Fitted by ``benchmarks/composer.py`` on 986 questions of BioASQ 7B and 8B with medlit's
ranking, against the gold articles (five-fold AUC .933 with vectors, .919 by words alone;
gradient boosting over more features gave .937). All features are relative to the question's
own best hit, shares, or cosines above chance, so that another index or embedder leaves them on
their scale.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rag.answering.abstain import content_names
from rag.answering.question import Question
from rag.answering.similarity import Similarity
from rag.answering.spans import Span
from rag.claims.lexicon import content_terms, coverage, jaccard
from rag.types import Evidence

NEAREST = 3
"""Sentences of other articles whose likeness makes a sentence central."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What is known of one sentence for one question; also the weights of a model over it.

    Attributes:
        near: cosine to the question above chance; without an embedder, shared stems.
        passage_near: the same of its passage, 0 without vectors.
        covered: share of the question's words in the sentence, weighted by rarity.
        passage_covered: the same in the passage and the title of its article.
        passage_names: share of the question's names there, 1 where it has none.
        rank: score of the hit over that of the first.
        words_rank: lexical score of the hit over the best one; 1 where none is known.
        behind: how far its cosine lies below the best hit's.
        rarest: 1 where the sentence holds the question's rarest word.
        central: mean likeness to the nearest sentences of other articles.
    """

    near: float = 0.0
    passage_near: float = 0.0
    covered: float = 0.0
    passage_covered: float = 0.0
    passage_names: float = 0.0
    rank: float = 0.0
    words_rank: float = 0.0
    behind: float = 0.0
    rarest: float = 0.0
    central: float = 0.0


DENSE = Traits(
    near=0.36, passage_near=2.35, passage_covered=1.77, passage_names=1.07, rank=3.82,
    words_rank=2.25, behind=-2.2, rarest=1.06, central=0.51,
)  # fmt: skip
DENSE_BIAS = -8.8
LEXICAL = Traits(passage_covered=3.29, passage_names=1.38, rank=4.49, rarest=1.01, central=1.43)
LEXICAL_BIAS = -7.6
ANSWERS = Traits(near=2.5, covered=1.5, rarest=0.45)
"""What makes a sentence like an ideal answer: a ridge regression on ROUGE-2 (the same script),
times ten to weigh beside the logarithm of the odds."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A span with its traits, the chance that its article answers, and its score.

    ``score`` orders sentences: log-odds of ``chance`` plus what ``ANSWERS`` gives.
    """

    span: Span
    traits: Traits
    chance: float
    score: float


def _dot(weights: Traits, traits: Traits) -> float:
    return sum(
        float(getattr(weights, name)) * float(getattr(traits, name))
        for name in Traits.__dataclass_fields__
    )


def weigh(
    asked: Question,
    found: Sequence[Span],
    evidence: Sequence[Evidence],
    similarity: Similarity,
    rarity: Mapping[str, float],
) -> list[Weighed]:
    """Return the spans with their chance and score, in their order.

    Args:
        asked: the question.
        found: sentences of the evidence.
        evidence: where they stand.
        similarity: of this answer.
        rarity: stem → inverse document frequency.
    """
    if not found:
        return []
    dense = similarity.dense
    weights = dict(rarity)
    names = content_names(asked.text) & asked.terms
    rarest = max(asked.terms, key=lambda t: (weights.get(t, math.inf), t), default="")
    terms = [content_terms(s.text) for s in found]
    around = {e.n: content_terms(f"{e.hit.article.title} {e.hit.passage.text}") for e in evidence}
    hits = {e.n: e.hit for e in evidence}
    top = max((h.score for h in hits.values()), default=0.0)
    lexical = {n: h.scores.lexical or 0.0 for n, h in hits.items()}
    most = max(lexical.values(), default=0.0)
    cosine = {n: h.scores.dense for n, h in hits.items()}
    if dense:
        for n, h in hits.items():
            if cosine[n] is None:
                cosine[n] = similarity.to_question(asked.focus, h.passage.text)
    known = [c for c in cosine.values() if c is not None]
    central = _central(found, terms, similarity)
    out = []
    for i, (span, words) in enumerate(zip(found, terms, strict=True)):
        own = cosine[span.n]
        near = jaccard(asked.terms, words)
        if dense:
            near = similarity.above_chance(
                asked.focus, similarity.to_question(asked.focus, span.text)
            )
        traits = Traits(
            near=near,
            passage_near=similarity.above_chance(asked.focus, own) if own is not None else 0.0,
            covered=coverage(asked.terms, words, weights),
            passage_covered=coverage(asked.terms, around[span.n], weights),
            passage_names=coverage(names, around[span.n]) if names else 1.0,
            rank=hits[span.n].score / top if top > 0 else 1.0,
            words_rank=lexical[span.n] / most if most > 0 else 1.0,
            behind=max(known) - own if own is not None else 0.0,
            rarest=float(rarest in words),
            central=central[i],
        )
        odds = _dot(DENSE, traits) + DENSE_BIAS if dense else _dot(LEXICAL, traits) + LEXICAL_BIAS
        chance = 1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, odds))))
        out.append(Weighed(span, traits, chance, odds + _dot(ANSWERS, traits)))
    return out


def _central(
    found: Sequence[Span], terms: Sequence[frozenset[str]], similarity: Similarity
) -> list[float]:
    """Return the mean likeness of each span to the nearest spans of other articles."""
    if similarity.dense:
        alike = similarity.matrix([s.text for s in found])
    else:
        alike = np.array([[jaccard(a, b) for b in terms] for a in terms], dtype=np.float32)
    numbers = np.array([s.n for s in found])
    out = []
    for i, span in enumerate(found):
        others = np.sort(alike[i][numbers != span.n])[-NEAREST:]
        out.append(float(others.mean()) if len(others) else 0.0)
    return out
