"""``eval support``: how well the verifier tells support from contradiction and neither."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rag.commands.common import DeviceOption, JsonOption, VerifierOption, console, print_json
from rag.commands.eval_options import SampleOption, output_file
from rag.config import load_settings


def support(
    pairs: Annotated[
        Path,
        typer.Option("--pairs", help="Rows {claim, evidence, label}: JSON lines, JSON, CSV, TSV."),
    ],
    verifier: VerifierOption = None,
    scores: Annotated[
        Path | None, typer.Option("--scores", help="Write a JSON line a pair, with probabilities.")
    ] = None,
    limit: SampleOption = None,
    device: DeviceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Judge labelled pairs of claim and evidence; accuracy, macro-F1, precision of support."""
    from rag.answering.judges import judge_named
    from rag.commands.eval_answer_tables import print_support
    from rag.evaluation.pairs import read_pairs
    from rag.evaluation.support import measure_support, write_scores
    from rag.terminal import BarProgress
    from rag.version import __version__

    if scores is not None:
        output_file(scores, "--scores")
    rows = read_pairs(pairs, limit)
    with BarProgress(console(err=True)) as progress:
        judge = judge_named(verifier, device or load_settings().device)
        try:
            measured = measure_support(rows, judge, progress)
        finally:
            judge.close()
    if scores is not None:
        write_scores(scores, rows, measured.judgements)
    if as_json:
        print_json({"pairs": str(pairs)} | measured.flat() | {"medlit": __version__})
        return
    print_support(console(), measured)
