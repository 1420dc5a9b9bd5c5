"""``index``: commands that look after an index."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rag.commands.common import JsonOption, console, print_json


def rebuild(
    directory: Annotated[Path, typer.Argument(help="Index folder.")],
    index_type: Annotated[
        str | None, typer.Option("--type", help="auto, flat, hnsw, ivfpq, ivfsq or rabitq.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Derive the index anew from its stored texts and vectors; nothing is embedded again."""
    from dataclasses import asdict

    from rag.index.rebuild import rebuild as build
    from rag.terminal import BarProgress

    notes = console(err=True)
    with BarProgress(notes) as progress:
        manifest = build(directory, index_type, progress=progress)
    if as_json:
        print_json(asdict(manifest))
    else:
        notes.print(
            f"generation {manifest.generation} of {directory}: {manifest.index_type} over "
            f"{manifest.counts.embedded:,} of {manifest.counts.passages:,} passages"
        )
