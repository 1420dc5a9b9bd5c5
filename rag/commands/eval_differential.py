"""``eval differential``: is the disease of a case among the first candidates?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rag.commands.common import DeviceOption, IndexOption, JsonOption, console, print_json
from rag.commands.eval_options import SampleOption, output_file
from rag.config import load_settings


def differential(
    cases: Annotated[Path, typer.Option("--cases", help="JSON lines {text, label}, plain or .gz.")],
    index: IndexOption = None,
    synonyms: Annotated[
        Path | None,
        typer.Option(
            "--synonyms", help="Other names of the labels: JSON {label: [name, …]} or TSV."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Write a JSON line a case: label, rank, candidates."),
    ] = None,
    limit: SampleOption = None,
    device: DeviceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask for the candidates of described cases; top-1, top-3, top-5."""
    from rag.clinical.differential import candidates_only
    from rag.evaluation.differential import (
        SHOWN,
        measure_differential,
        read_cases,
        read_synonyms,
        write_cases,
    )
    from rag.evaluation.rows import spread
    from rag.retrieval import Retriever
    from rag.terminal import BarProgress
    from rag.version import __version__

    if out is not None:
        output_file(out, "--out")
    chosen = spread(read_cases(cases), limit)
    known = read_synonyms(synonyms) if synonyms is not None else {}
    settings = load_settings()
    place = index or settings.index
    with (
        Retriever.open(
            place, embedder=settings.embedder, device=device or settings.device
        ) as retriever,
        BarProgress(console(err=True)) as progress,
    ):
        measured = measure_differential(
            chosen, lambda text: candidates_only(retriever, text, k=SHOWN), known, progress
        )
    if out is not None:
        write_cases(out, measured.cases)
    flat = measured.flat()
    if as_json:
        print_json(flat | {"cases": str(cases), "index": str(place), "medlit": __version__})
        return
    for name, value in flat.items():
        console().print(
            f"{name:>10} {value:.3f}" if isinstance(value, float) else f"{name:>10} {value}"
        )
