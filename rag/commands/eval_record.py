"""``eval record``: how much of what a record says of its patient is read, and how rightly."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from rag.commands.common import JsonOption, console, print_json


def record(
    gold: Annotated[
        Path, typer.Option("--gold", help="Marked notes: JSON lines {text, findings}.")
    ],
    as_json: JsonOption = False,
) -> None:
    """Read marked notes; precision, recall, F1 of findings, accuracy of what is said of them."""
    from rag.clinical import read_record
    from rag.evaluation.record import RecordMeasured, measure_records, read_gold
    from rag.version import __version__

    notes = read_gold(gold)
    read_record("")  # the vocabulary is loaded once, and is not what is measured
    started = time.perf_counter()
    measured = measure_records(notes, read_record)
    measured = RecordMeasured(measured.notes, time.perf_counter() - started)
    flat = measured.flat()
    if as_json:
        print_json({"gold": str(gold)} | flat | {"medlit": __version__})
        return
    width = max(map(len, flat))
    for name, value in flat.items():
        shown = "-" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)
        console().print(f"{name:>{width}} {shown}")
