"""``eval privacy``: how much of what identifies a patient is found in labelled notes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from rag.commands.common import JsonOption, console, print_json
from rag.commands.eval_options import SampleOption, output_file
from rag.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from rag.evaluation.privacy_figures import PrivacyMeasured


def privacy(
    notes: Annotated[
        Path,
        typer.Option(
            "--notes",
            help="Labelled notes: JSON lines {text, spans}, presidio-research's JSON, "
            "MedCATtrainer's export, i2b2's XML or a folder of it.",
        ),
    ],
    part: Annotated[
        Literal["held-out", "rest", "all"],
        typer.Option("--part", help="held-out: the 40% that nothing is fitted to."),
    ] = "all",
    scores: Annotated[
        Path | None,
        typer.Option("--scores", help="Write a JSON line a note: places and outcomes, no text."),
    ] = None,
    limit: SampleOption = None,
    as_json: JsonOption = False,
) -> None:
    """Look for identifiers in labelled notes; recall, precision, what is left, by kind."""
    from rag.evaluation.notes import part_of, read_notes
    from rag.evaluation.privacy import FoundSpan, judge_notes
    from rag.evaluation.privacy_figures import PrivacyMeasured, write_scores
    from rag.evaluation.rows import spread
    from rag.privacy import find_identifiers
    from rag.terminal import BarProgress
    from rag.version import __version__

    def find(text: str) -> list[FoundSpan]:
        return [FoundSpan(i.start, i.end, i.kind, i.rule) for i in find_identifiers(text)]

    if scores is not None:
        output_file(scores, "--scores")
        if scores.exists() and scores.samefile(notes):
            raise UsageError(f"--scores would write over {notes}; name another file")
    chosen = spread(part_of(read_notes(notes), part), limit)
    with BarProgress(console(err=True)) as progress:
        judged, seconds = judge_notes(chosen, find, progress)
    measured = PrivacyMeasured(tuple(judged), seconds)
    if scores is not None:
        write_scores(scores, measured.notes)
    if as_json:
        flat = {"notes": str(notes), "part": part} | measured.flat()
        print_json(flat | {"medlit": __version__})
        return
    _print(console(), measured)


def _print(out: Console, measured: PrivacyMeasured) -> None:
    from rich.table import Table
    from rich.text import Text

    by_kind = Table(box=None, pad_edge=False)
    by_kind.add_column("kind")
    heads = ("spans", "recall", "covered", "exact", "typed", "found", "precision")
    for head in heads:
        by_kind.add_column(head, justify="right")
    flat = measured.flat()
    names = ("spans", "recall", "recall_covered", "recall_exact", "recall_typed", "found")
    for kind in measured.kinds:
        row = measured.of_kind(kind)
        by_kind.add_row(kind, *(_shown(row[name]) for name in (*names, "precision")))
    by_kind.add_section()
    by_kind.add_row("all", *(_shown(flat[name]) for name in (*names, "precision")))
    out.print(by_kind)

    lines = [
        f"\nF1: overlap {_shown(flat['f1'])}, exact {_shown(flat['f1_exact'])}, "
        f"exact and typed {_shown(flat['f1_exact_typed'])}",
        f"letters and digits of identifiers left: {flat['characters_left']:,} of "
        f"{flat['characters']:,} ({_shown(flat['left'])})",
        f"notes with none left: {_shown(flat['notes_none_left'])} of "
        f"{flat['notes_with_identifiers']:,} that hold identifiers, {flat['n']:,} notes in all",
        f"found, but neither right nor wrong: {flat['neutral']:,} neutral, "
        f"{flat['unjudged']:,} of kinds that the notes do not label",
        f"{flat['notes_per_second']:,} notes a second",
    ]
    for line in lines:
        out.print(Text(line))


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4f}"
    return f"{value:,}" if isinstance(value, int) else "-"
