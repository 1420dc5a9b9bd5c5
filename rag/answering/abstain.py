"""When to say nothing: is what was found about the question at all?

A logistic model over a few features of the evidence gives the chance that it can answer; below
a threshold medlit abstains. The features are shares and cosines above chance, so that they mean
the same in a small and a large index and with another embedder; without an embedder a second
set of weights uses words alone. ``benchmarks/abstention.py`` fits the weights and
``docs/abstention.md`` has the curve. The rule does not know whether an answer is right; that is
the verifier's work.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from rag.answering.question import read_question
from rag.answering.rarity import rarities
from rag.answering.similarity import Similarity
from rag.answering.spans import spans
from rag.claims.lexicon import content_terms, coverage, identifiers
from rag.types import Evidence, Sufficiency
from rag.types import EvidenceFeatures as Features

SENTENCES_OF = 4
"""First pieces of evidence whose sentences are looked at one by one."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights of a logistic model over ``Features``, its bias and the threshold in use."""

    weights: Features
    bias: float
    least: float

    def chance(self, features: Features) -> float:
        """Return the modelled chance that the evidence can answer, above 0 and below 1."""
        total = self.bias + sum(
            getattr(self.weights, f.name) * getattr(features, f.name) for f in fields(Features)
        )
        return 1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, total))))


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The calibration where an embedder searched, and where words alone did.

    ``least_covered`` and ``least_cosine`` are floors under the models: with nothing of the
    question in the evidence no other feature helps.
    """

    dense: Calibration = Calibration(
        Features(sentence=5.0, covered=3.3, names=1.2, rarest=0.7), bias=-6.8, least=0.36
    )
    lexical: Calibration = Calibration(
        Features(covered=3.5, said=1.0, names=1.4, rarest=0.7), bias=-4.7, least=0.36
    )
    least_covered: float = 0.2
    least_cosine: float = 0.2


THRESHOLDS = Thresholds()


_LETTER = re.compile(r"[^\W\d_]")
_NAME = re.compile(r"(?<=\s)[A-Z][\w-]{2,}")


def features(
    question: str,
    evidence: Sequence[Evidence],
    similarity: Similarity,
    rarity: Mapping[str, float] | None = None,
) -> Features:
    """Return the features of the evidence for a question.

    Args:
        question: as asked.
        evidence: chosen passages.
        similarity: of this answer.
        rarity: stem → inverse document frequency in the index; by default in the evidence.
    """
    if not evidence:
        return Features()
    asked = read_question(question)
    texts = [content_terms(f"{e.hit.article.title} {e.hit.passage.text}") for e in evidence]
    weights = dict(rarity) if rarity is not None else rarities(asked.text, texts)
    shares = [coverage(asked.terms, t, weights) for t in texts]
    best = max(range(len(shares)), key=lambda i: (shares[i], -i))
    sentences = [
        s.text
        for e in evidence[:SENTENCES_OF]
        for s in spans(e)
        if asked.terms & content_terms(s.text)
    ]
    said = max((coverage(asked.terms, content_terms(s), weights) for s in sentences), default=0.0)
    cosines: list[float] = []
    sentence = 0.0
    if _searched_by_vectors(evidence, similarity):
        cosines = _cosines(asked.focus, evidence, similarity)
        if similarity.dense:
            similarity.prime(sentences)
            near = max((similarity.to_question(asked.focus, s) for s in sentences), default=0.0)
            sentence = similarity.above_chance(asked.focus, near)
    rarest = max(asked.terms, key=lambda t: (weights.get(t, math.inf), t), default="")
    names = content_names(asked.text) & asked.terms
    return Features(
        cosine=max(cosines, default=0.0),
        sentence=sentence,
        covered=shares[best],
        said=said,
        names=max(len(names & t) / len(names) for t in texts) if names else 1.0,
        rarest=float(rarest in texts[best]),
    )


def content_names(question: str) -> frozenset[str]:
    """Return the stems of names: with digits or inner capitals, or capitalised in mid-sentence."""
    capitalised = content_terms(" ".join(_NAME.findall(question)))
    return identifiers(question) | capitalised


def _searched_by_vectors(evidence: Sequence[Evidence], similarity: Similarity) -> bool:
    return similarity.dense or any(e.hit.scores.dense is not None for e in evidence)


def _cosines(focus: str, evidence: Sequence[Evidence], similarity: Similarity) -> list[float]:
    """Return the cosine of each passage above chance; those the search knew are not made anew."""
    out = []
    for e in evidence:
        known = e.hit.scores.dense
        if known is None and similarity.dense:
            known = similarity.to_question(focus, e.hit.passage.text)
        if known is not None:
            out.append(similarity.above_chance(focus, known))
    return out


def sufficiency(
    question: str,
    evidence: Sequence[Evidence],
    similarity: Similarity | None = None,
    thresholds: Thresholds = THRESHOLDS,
    rarity: Mapping[str, float] | None = None,
) -> Sufficiency:
    """Judge whether the evidence is about the question."""
    if not evidence:
        return Sufficiency(False, None, 0.0, "nothing was found")
    if not _LETTER.search(question) or not read_question(question).terms:
        return Sufficiency(False, None, 0.0, "the question names nothing to look for")
    similarity = similarity or Similarity()
    found = features(question, evidence, similarity, rarity)
    dense = _searched_by_vectors(evidence, similarity)
    # the dense model needs the cosines of sentences, which the search does not bring
    model = thresholds.dense if similarity.dense else thresholds.lexical
    chance = model.chance(found)
    enough = chance >= model.least and found.covered >= thresholds.least_covered
    if dense:
        enough = enough and found.cosine >= thresholds.least_cosine
    reason = "" if enough else "what was found is too far from the question"
    cosine = found.cosine if dense else None
    return Sufficiency(enough, cosine, found.covered, reason, chance, found, model.least)
