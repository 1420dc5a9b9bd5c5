"""How ``train`` prints its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from rag.training.apart import Figure
    from rag.training.judged import Judged


def print_figures(console: Console, figures: Sequence[Figure]) -> None:
    """Print nDCG@10 before and after training, a line a set and mode; or that there is none."""
    from rich.table import Table

    if not figures:
        console.print("nothing was measured: no pairs were set apart, and no --held-out measured")
        return
    table = Table(box=None, pad_edge=False)
    for name in ("set", "mode", "questions", "nDCG@10 before", "after", "change"):
        table.add_column(name, justify="left" if name in ("set", "mode") else "right")
    for one in figures:
        values = (f"{one.before:.4f}", f"{one.after:.4f}", f"{one.change:+.4f}")
        table.add_row(one.set, one.mode, f"{one.queries:,}", *values)
    console.print(table)


def print_written(
    console: Console, before: Mapping[str, float], after: Mapping[str, float]
) -> None:
    """Print what was written before and after training, a figure a line."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for name in ("figure", "before", "after"):
        table.add_column(name, justify="left" if name == "figure" else "right")
    for name, value in before.items():
        table.add_row(name, f"{value:.4g}", f"{after[name]:.4g}")
    console.print(table)


def print_judged(console: Console, figures: Sequence[Judged]) -> None:
    """Print how each verifier judged the held-out pairs, a line a set and verifier."""
    from rich.table import Table

    if not figures:
        console.print("nothing was measured: no pairs were held out")
        return
    table = Table(box=None, pad_edge=False)
    for name in ("held out", "verifier", "pairs", "accuracy", "macro-F1", "precision of supports",
                 "recall", "said"):  # fmt: skip
        table.add_column(name, justify="left" if name in ("held out", "verifier") else "right")
    for one in figures:
        values = (one.accuracy, one.macro_f1, one.precision, one.recall)
        table.add_row(
            one.set, one.verifier, f"{one.pairs:,}", *(f"{v:.3f}" for v in values), f"{one.said:,}"
        )
    console.print(table)
