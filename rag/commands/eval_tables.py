"""How the results of ``eval`` look in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from rag.evaluation import KEYS, Comparison, Measured, Result
from rag.evaluation.report import means_over_sets

_NAMES = {
    "ndcg@10": "nDCG@10",
    "recall@100": "R@100",
    "mrr": "MRR",
    "map": "MAP",
    "p@10": "P@10",
}


def print_results(console: Console, results: Sequence[Result]) -> None:
    """Print a row a set and mode, and over several sets the means."""
    table = _table("set", "mode")
    for name in (*_NAMES.values(), "queries", "a second"):
        table.add_column(name, justify="right")
    for result in results:
        table.add_row(
            Text(result.set.name),
            result.mode,
            *(f"{result.measured.mean(key):.4f}" for key in KEYS),
            f"{len(result.measured.queries):,}",
            f"{result.queries_per_second:,.1f}",
        )
    means = means_over_sets(results)
    if means:
        table.add_section()
    for mode, row in means.items():
        table.add_row("mean", mode, *(f"{row[key]:.4f}" for key in KEYS), "", "")
    console.print(table)


def print_run(console: Console, name: str, run: str, measured: Measured) -> None:
    """Print the measures of a run file."""
    table = _table("set", "run")
    for heading in (*_NAMES.values(), "queries"):
        table.add_column(heading, justify="right")
    figures = (f"{measured.mean(key):.4f}" for key in KEYS)
    table.add_row(Text(name), Text(run), *figures, f"{len(measured.queries):,}")
    console.print(table)


def print_comparisons(
    console: Console, comparisons: Sequence[Comparison], run: str, against: str
) -> None:
    """Print differences with their interval and the two tests."""
    console.print(Text(f"\n{run} against {against}, {comparisons[0].n:,} queries"))
    table = _table("measure")
    for heading in ("run", "against", "difference", "95% interval", "p (t)", "p (randomisation)"):
        table.add_column(heading, justify="right")
    for c in comparisons:
        table.add_row(
            _NAMES[c.measure],
            f"{c.mean:.4f}",
            f"{c.against:.4f}",
            f"{c.difference:+.4f}",
            f"{c.low:+.4f} to {c.high:+.4f}",
            f"{c.p_t:.4f}",
            f"{c.p_permutation:.4f}",
        )
    console.print(table)


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table
