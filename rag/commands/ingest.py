"""``ingest`` and ``update``: literature into an index, and what is new since."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rag.commands.common import DeviceOption, IndexOption, JsonOption, console, print_json
from rag.config import load_settings


def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Literature files and folders.")],
    index: IndexOption = None,
    embedder: Annotated[
        str | None, typer.Option("--embedder", help="Catalog name, folder or hub id.")
    ] = None,
    index_type: Annotated[
        str | None, typer.Option("--type", help="auto, flat, hnsw, ivfpq, ivfsq or rabitq.")
    ] = None,
    format_name: Annotated[
        str | None, typer.Option("--format", help="Reader to use instead of recognition.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="Stop after so many records.")
    ] = None,
    embed_for: Annotated[
        float | None,
        typer.Option("--embed-for", min=0, help="Seconds for vectors; run again to go on."),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option("--workers", min=0, max=64, help="Processes that parse; 0 for none beside."),
    ] = None,
    device: DeviceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read literature into an index; run again after an interruption and it goes on."""
    from dataclasses import asdict

    from rag.index.builder import index_embedder
    from rag.index.builder import ingest as build
    from rag.index.reading import default_workers
    from rag.models.embedder import load_embedder
    from rag.terminal import BarProgress, print_report

    settings = load_settings()
    directory = index or settings.index
    # an index goes on with the model it was made with, unless the user names another
    spec = embedder or settings.embedder or index_embedder(directory)
    model = load_embedder(spec, device or settings.device)
    notes = console(err=True)
    with BarProgress(notes) as progress:
        report = build(
            paths,
            directory,
            model,
            index_type=index_type,
            format_name=format_name,
            limit=limit,
            embed_seconds=embed_for,
            workers=default_workers() if workers is None else workers,
            progress=progress,
        )
    if as_json:
        print_json(asdict(report) | {"seconds": dict(report.seconds)})
    else:
        print_report(notes, report, str(directory))


def update(
    index: IndexOption = None,
    source: Annotated[
        list[Path] | None,
        typer.Option("--from", help="Fetched folder to update from; more than those known."),
    ] = None,
    embed_for: Annotated[
        float | None,
        typer.Option("--embed-for", min=0, help="Seconds for vectors; run again to go on."),
    ] = None,
    device: DeviceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fetch what is new since the last time into the index, and say what changed.

    Where a source fails, the news of the others are read, and the command fails at its end.
    """
    from dataclasses import asdict

    from rag.errors import FetchError
    from rag.index.builder import index_embedder
    from rag.models.embedder import load_embedder
    from rag.terminal import BarProgress, print_changes
    from rag.updating import fetch_news, ingest_news

    settings = load_settings()
    directory = index or settings.index
    notes = console(err=True)
    with BarProgress(notes) as progress:
        news = fetch_news(directory, source or (), progress)
        model = load_embedder(index_embedder(directory), device or settings.device)
        report = ingest_news(news, directory, model, embed_seconds=embed_for, progress=progress)
    if as_json:
        print_json(asdict(report) | {"seconds": dict(report.seconds)})
    else:
        print_changes(console(), report)
    if news.failed:
        raise FetchError(news.failed)
