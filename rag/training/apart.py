"""Before and after: an embedder on pairs set apart, and on held-out sets in BEIR's layout."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.evaluation import EvaluationSet, Options, evaluate
from rag.evaluation.measures import DEEPEST
from rag.models.embedder import Embedder
from rag.progress import Progress
from rag.training.text_pairs import TextPair

APART = "set apart"
"""The name of the pairs of the data itself that are not trained on."""
CUT = 10
_MOST = 4000
"""Passages of the pairs trained on that are searched beside those set apart."""


@dataclass(frozen=True, slots=True)
class Figure:
    """nDCG@10 of one set searched in one mode, before and after training."""

    set: str
    mode: str
    queries: int
    before: float
    after: float

    @property
    def change(self) -> float:
        """After less before."""
        return self.after - self.before


def apart_ndcg(embedder: Embedder, pairs: Sequence[TextPair], others: Sequence[str]) -> float:
    """Return the mean nDCG@10 of the questions of pairs, searched by vectors alone.

    Binary relevance; Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR
    techniques", TOIS 2002.

    Args:
        embedder: what is measured.
        pairs: one or more; a question's own passages are the relevant ones.
        others: passages searched beside them; the first ``_MOST`` count.
    """
    relevant: dict[str, set[str]] = {}
    for pair in pairs:
        relevant.setdefault(pair.query, set()).add(pair.passage)
    texts = list(dict.fromkeys([*(p.passage for p in pairs), *others[:_MOST]]))
    passages = embedder.embed_documents(texts)
    queries = embedder.embed_queries(list(relevant))
    gains = 1 / np.log2(np.arange(2, CUT + 2))
    total = []
    for vector, own in zip(queries, relevant.values(), strict=True):
        best = np.argsort(-(passages @ vector), kind="stable")[:CUT]
        hit = [float(gains[i]) for i, row in enumerate(best) if texts[row] in own]
        total.append(math.fsum(hit) / float(gains[: len(own)].sum()))
    return math.fsum(total) / len(total)


def set_figures(
    sets: Sequence[EvaluationSet], embedder: Embedder, progress: Progress
) -> dict[tuple[str, str], float]:
    """Return (set, mode) → nDCG@10 of held-out sets, dense and fused.

    Raises:
        EvaluationError: a corpus cannot be read, or the extra ``eval`` is not installed.
    """
    options = Options(modes=("dense", "hybrid"), k=DEEPEST)
    return {
        (r.set.name, r.mode): r.measured.mean("ndcg@10")
        for r in evaluate(sets, options, embedder=embedder, progress=progress)
    }
