"""How strongly the evidence for a description names a disease, beside how often the corpus does.

For a description the index gives passages, best first. Passage i weighs w_i = 1 / (1 + i / HALF).
A disease d that it is about (title or subject) has mention m = 1, one in a MeSH heading 0.4, one
named in its text 0.35. With W = Σ w_i, the observed rate is

    r_d = (Σ w_i m_id + α p_d) / (W + α)

where p_d is the share of passages of the corpus that hold the disease's rarest word: a rate
shrunk towards the base rate with α pseudo-observations (an informative Dirichlet prior; Monroe,
Colaresi & Quinn, Political Analysis 2008, doi:10.1093/pan/mpn018). ``log_odds`` is logit(r_d) -
logit(p_d). The score takes half of it and adds the evidence itself, ln(1 + Σ w m), since a name
that is rare in the corpus needs only one mention to be surprising, and a prior: 0.6 of the
logarithm of the people who have the disease in a year (``diseases_burden.tsv``), since the common
is commoner than the rare. All of that logarithm would be Bayes' rule for patients drawn at random
from the world; those who ask have been there, read of it, or come from elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.clinical.diseases import RARE, Disease, Names, subject
from rag.types import Hit

DEPTH = 150
"""Articles that are looked at."""
HALF = 20.0
"""The rank at which an article weighs half as much as the first."""
TITLE, HEADING, TEXT = 1.0, 0.4, 0.35
PRIOR = 1.0
LOG_ODDS = 0.5
EVIDENCE = 4.0
BURDEN = 0.6 * math.log(10.0)
"""For each power of ten of the people who have a disease in a year."""
LEAST_RATE = 1e-6


@dataclass(frozen=True, slots=True)
class Scored:
    """A disease with its score and what it is made of; ``hits`` are those that name it."""

    disease: Disease
    score: float
    log_odds: float
    weight: float
    hits: tuple[Hit, ...]


def rank_diseases(
    hits: Sequence[Hit],
    names: Names,
    base_rate: Callable[[Disease], float],
    commoner: Callable[[Disease], float] = lambda _: 0.0,
) -> list[Scored]:
    """Return the diseases that the hits name, best first; ties by name.

    Args:
        hits: of the description, best first.
        names: knows the diseases; has learnt from ``hits``.
        base_rate: share of the corpus's passages that name a disease, in (0, 1).
        commoner: power of ten by which the patient has a disease oftener than anyone does.
    """
    total = 0.0
    weight: dict[str, float] = {}
    found: dict[str, list[Hit]] = {}
    diseases: dict[str, Disease] = {}
    for i, hit in enumerate(hits):
        w = 1.0 / (1.0 + i / HALF)
        total += w
        for disease, mention in mentions(hit, names):
            diseases[disease.name] = disease
            weight[disease.name] = weight.get(disease.name, 0.0) + w * mention
            found.setdefault(disease.name, []).append(hit)
    out = []
    for name, disease in diseases.items():
        p = min(0.5, max(LEAST_RATE, base_rate(disease)))
        r = min(0.999, (weight[name] + PRIOR * p) / (total + PRIOR))
        log_odds = _logit(r) - _logit(p)
        score = (
            LOG_ODDS * log_odds
            + EVIDENCE * math.log1p(weight[name])
            + BURDEN * (disease.burden + commoner(disease) - RARE)
        )
        out.append(Scored(disease, score, log_odds, weight[name], tuple(found[name])))
    return sorted(out, key=lambda s: (-s.score, s.disease.name))


def mentions(hit: Hit, names: Names) -> list[tuple[Disease, float]]:
    """Return the diseases that a hit names with the weight of the mention, each once."""
    article = hit.article
    out: dict[str, tuple[Disease, float]] = {}

    def take(disease: Disease, mention: float) -> None:
        if disease.name not in out or out[disease.name][1] < mention:
            out[disease.name] = (disease, mention)

    about = names.of(subject(article))
    for disease in [about] if about else names.find(article.title):
        take(disease, TITLE)
    for heading in article.mesh:
        if known := names.of(heading.descriptor):
            take(known, HEADING)
    for disease in names.find(hit.passage.text):
        take(disease, TEXT)
    return list(out.values())


def _logit(p: float) -> float:
    return math.log(p / (1.0 - p))
