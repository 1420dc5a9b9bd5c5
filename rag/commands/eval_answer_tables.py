"""How the results of the evaluations of answers look in a terminal."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table
from rich.text import Text

from rag.evaluation.pairs import LABELS
from rag.evaluation.support import SupportMeasured

Value = str | int | float | None

_ANSWERS: dict[str, tuple[tuple[str, str], ...]] = {
    "questions": (
        ("asked", "n"),
        ("answered", "answered"),
        ("unanswerable", "unanswerable"),
        ("unanswerable refused", "refused"),
    ),
    "citations of gold articles": (
        ("citations", "citations"),
        ("precision", "citation_precision"),
        ("recall", "citation_recall"),
        ("precision, mean over questions", "citation_precision_macro"),
        ("recall, mean over questions", "citation_recall_macro"),
        ("precision, gold snippets", "snippet_precision"),
        ("recall, gold snippets", "snippet_recall"),
    ),
    "statements": (
        ("statements", "statements"),
        ("supported, of those not verbatim", "support_without_verbatim"),
        ("verbatim", "verbatim"),
        ("supported, verbatim ones counted", "support"),
        ("checked by", "support_check"),
        ("answered with", "verifier"),
        ("ids outside the index", "ids_outside"),
        ("statements without a verbatim quote", "statements_without_quote"),
    ),
    "ideal answers": (
        ("ROUGE-2 F1", "rouge2_f1"),
        ("ROUGE-2 recall", "rouge2_recall"),
        ("ROUGE-SU4 F1", "rouge_su4_f1"),
        ("ROUGE-SU4 recall", "rouge_su4_recall"),
    ),
    "exact answers": (
        ("yes/no questions", "yesno_n"),
        ("yes/no accuracy", "yesno_accuracy"),
        ("yes/no macro-F1", "yesno_macro_f1"),
        ("accuracy of always the commoner", "yesno_majority"),
        ("factoid questions", "factoid_n"),
        ("factoid MRR", "factoid_mrr"),
        ("factoid strict accuracy", "factoid_strict"),
        ("factoid lenient accuracy", "factoid_lenient"),
        ("list questions", "list_n"),
        ("list F1", "list_f1"),
    ),
    "seconds a question": (("median", "seconds_median"), ("95th percentile", "seconds_p95")),
}


def print_support(console: Console, measured: SupportMeasured) -> None:
    """Print a row a label with its confusions, then the figures over all."""
    table = Table(box=None, pad_edge=False)
    table.add_column("label")
    for name in ("pairs", *(f"said {label}" for label in LABELS), "precision", "recall", "F1"):
        table.add_column(name, justify="right")
    for one in measured.likeliest.labels:
        said = (measured.likeliest.confusion.get((one.label, label), 0) for label in LABELS)
        table.add_row(
            one.label,
            f"{one.gold:,}",
            *(f"{count:,}" for count in said),
            *(f"{value:.3f}" for value in (one.precision, one.recall, one.f1)),
        )
    supports = measured.figures.of("supports")
    console.print(table)
    console.print(
        Text(
            f"{measured.verifier}: accuracy {measured.likeliest.accuracy:.3f}, macro-F1 "
            f"{measured.likeliest.macro_f1:.3f} of the likeliest labels; supports from "
            f"{measured.threshold:.3f} on: precision {supports.precision:.3f}, recall "
            f"{supports.recall:.3f}; {measured.pairs_per_second:,.1f} pairs a second"
        )
    )


def print_answers(console: Console, flat: Mapping[str, Value]) -> None:
    """Print what ``eval answers`` measured, in groups; what the set has no gold for is left out."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for heading, rows in _ANSWERS.items():
        shown = [(name, flat[key]) for name, key in rows if flat.get(key) is not None]
        if shown:
            table.add_row(Text(heading, style="bold"), "")
        for name, value in shown:
            table.add_row(f"  {name}", Text(_figure(value)))
    console.print(table)


def print_qa(console: Console, rows: Mapping[str, Mapping[str, Value]]) -> None:
    """Print a row a set: questions, accuracy, macro-F1, what always saying the commonest gets."""
    table = Table(box=None, pad_edge=False)
    table.add_column("set")
    for name in ("questions", "accuracy", "macro-F1", "commonest", "no answer"):
        table.add_column(name, justify="right")
    for name, row in rows.items():
        keys = ("n", "accuracy", "macro_f1", "majority", "unparsed")
        table.add_row(Text(name), *(_figure(row[key]) for key in keys))
    console.print(table)


def _figure(value: Value) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if value.is_integer() and value > 1 else f"{value:.3f}"
    return f"{value:,}" if isinstance(value, int) else str(value or "")
