"""Measures of a ranking against judgements, computed by ir-measures.

| key | measure | source |
|---|---|---|
| ``ndcg@10`` | gain = grade, discount log2(rank + 1), over the ideal order | Järvelin and Kekäläinen, TOIS 2002 |
| ``recall@100`` | share of the relevant documents among the first 100 | |
| ``mrr`` | 1 / rank of the first relevant document | Kantor and Voorhees, Information Retrieval 2000 |
| ``map`` | mean over the relevant documents of the precision at their ranks | Harman, TREC 1992 |
| ``p@10`` | share of relevant documents among the first 10 | |

All are those of trec_eval; ``mrr`` and ``map`` look at the whole run, however deep it is. Relevant
is what has a grade above 0. A query for which nothing was found counts 0.
"""  # noqa: E501

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType

from rag.errors import EvaluationError
from rag.evaluation.qrels import Judgements, require_text
from rag.evaluation.runs import Run

KEYS = ("ndcg@10", "recall@100", "mrr", "map", "p@10")
DEEPEST = 100
"""A run must be so deep that all measures are what they are called."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Values of every measure for every query.

    Attributes:
        queries: ids, in the order of the judgements.
        values: measure → one value a query, in the order of ``queries``.
    """

    queries: tuple[str, ...]
    values: Mapping[str, tuple[float, ...]]

    def mean(self, key: str) -> float:
        """Return the arithmetic mean over the queries."""
        return math.fsum(self.values[key]) / len(self.queries)

    def means(self) -> dict[str, float]:
        """Return the mean of each measure."""
        return {key: self.mean(key) for key in KEYS}


def require_tools() -> ModuleType:
    """Return ``ir_measures``.

    Raises:
        EvaluationError: the extra ``eval`` is not installed.
    """
    try:
        import ir_measures
        import pytrec_eval  # noqa: F401  ir-measures loads it late, and only warns without it
        import scipy.stats  # noqa: F401
    except ImportError as error:
        raise EvaluationError(
            f"measuring needs {error.name or 'ir_measures'}: pip install 'medlit[eval]'"
        ) from error
    return ir_measures


def measure(run: Run, judgements: Judgements) -> Measured:
    """Return the measures of a run for every judged query.

    Raises:
        EvaluationError: nothing is judged, an id is no text, or the extra ``eval`` is not
            installed.
    """
    if not judgements:
        raise EvaluationError("no query is judged; there is nothing to measure")
    tools = require_tools()
    wanted = {
        tools.nDCG @ 10: "ndcg@10",
        tools.R @ 100: "recall@100",
        tools.RR: "mrr",
        tools.AP: "map",
        tools.P @ 10: "p@10",
    }
    # a grade below 0 (junk, in some tracks) is given as 0: a gain must not be negative
    qrels = {q: {d: max(0, g) for d, g in judged.items()} for q, judged in judgements.items()}
    found = {q: dict(run.found[q]) for q in judgements if run.found.get(q)}
    for rows in (qrels, found):
        for query, documents in rows.items():
            for own in (query, *documents):
                require_text(own, "the run or the judgements have the id")
    values = {key: dict.fromkeys(judgements, 0.0) for key in KEYS}
    if found:
        for metric in tools.iter_calc(list(wanted), qrels, found):
            values[wanted[metric.measure]][metric.query_id] = float(metric.value)
    return Measured(tuple(judgements), {key: tuple(rows.values()) for key, rows in values.items()})
