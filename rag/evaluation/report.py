"""Results as one flat object for programs.

One set in one mode gives bare keys (``ndcg@10``, ``n``, ``set``, ``mode``, …). Several give keys
that begin with ``SET/MODE/``, and over several sets the means of each mode under ``mean/MODE/``;
what holds for all (``split``, ``k``, ``medlit``, ``rerank``) is bare. A comparison adds for each
measure ``KEY_against``, ``KEY_difference``, ``KEY_low``, ``KEY_high``, ``KEY_p_t`` and
``KEY_p_permutation``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from rag.evaluation.measures import KEYS
from rag.evaluation.retrieval import Result
from rag.evaluation.significance import Comparison
from rag.version import __version__

Flat = dict[str, str | int | float | None]


def flat_results(
    results: Sequence[Result],
    reranker: str | None = None,
    comparisons: Mapping[int, Sequence[Comparison]] | None = None,
) -> Flat:
    """Return the object of ``eval retrieval --json``.

    Args:
        results: one or more, of one split and one ``k``.
        reranker: how the cross-encoder is called, where there was one.
        comparisons: by the place of a result in ``results``.
    """
    first = results[0]
    common: Flat = {
        "split": first.set.split,
        "k": first.k,
        "rerank": reranker,
        "medlit": __version__,
    }
    rows = [
        _figures(result) | flat_comparison((comparisons or {}).get(at, ()))
        for at, result in enumerate(results)
    ]
    if len(results) == 1:
        return {"set": first.set.name, "mode": first.mode} | common | rows[0]
    flat = common
    for result, row in zip(results, rows, strict=True):
        flat |= {f"{result.set.name}/{result.mode}/{key}": value for key, value in row.items()}
    for mode, means in means_over_sets(results).items():
        flat |= {f"mean/{mode}/{key}": value for key, value in means.items()}
    return flat


def _figures(result: Result) -> Flat:
    return {
        **result.measured.means(),
        "n": len(result.measured.queries),
        "documents": result.documents,
        "embedder": result.embedder,
        "seconds": round(result.seconds, 3),
        "queries_per_second": round(result.queries_per_second, 2),
    }


def means_over_sets(results: Sequence[Result]) -> dict[str, dict[str, float]]:
    """Return mode → measure → mean over the sets, each set counting once; empty for one set."""
    if len({result.set.name for result in results}) < 2:
        return {}
    by_mode: dict[str, list[Result]] = {}
    for result in results:
        by_mode.setdefault(result.mode, []).append(result)
    return {
        mode: {key: math.fsum(r.measured.mean(key) for r in rows) / len(rows) for key in KEYS}
        for mode, rows in by_mode.items()
    }


def flat_comparison(comparisons: Sequence[Comparison]) -> Flat:
    """Return the keys that a comparison adds."""
    flat: Flat = {}
    for c in comparisons:
        flat |= {
            f"{c.measure}_against": c.against,
            f"{c.measure}_difference": c.difference,
            f"{c.measure}_low": c.low,
            f"{c.measure}_high": c.high,
            f"{c.measure}_p_t": c.p_t,
            f"{c.measure}_p_permutation": c.p_permutation,
        }
    return flat
