"""``ingest`` and ``update``: literature into an index, and what is new since."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from rag.commands.common import DeviceOption, IndexOption, JsonOption, console, print_json
from rag.config import load_settings
from rag.errors import UsageError

if TYPE_CHECKING:
    from rag.models.embedder import Embedder
    from rag.models.engine import Engine

EngineOption = Annotated[
    Literal["local", "ray"],
    typer.Option(
        "--engine",
        help="Who embeds: this process, or a Ray cluster, whose nodes then see the texts "
        "(clinical notes too).",
    ),
]
AddressOption = Annotated[
    str | None,
    typer.Option(
        "--address",
        help="HOST:PORT of a Ray cluster that this machine is a node of, or auto "
        "[default: $RAY_ADDRESS, else Ray on this machine alone]",
    ),
]


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
    engine: EngineOption = "local",
    address: AddressOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read literature into an index; run again after an interruption and it goes on."""
    from dataclasses import asdict

    from rag.index.builder import index_embedder
    from rag.index.builder import ingest as build
    from rag.index.reading import default_workers
    from rag.terminal import BarProgress, print_report

    settings = load_settings()
    directory = index or settings.index
    # an index goes on with the model it was made with, unless the user names another
    spec = embedder or settings.embedder or index_embedder(directory)
    notes = console(err=True)
    with (
        _embedding(spec, device or settings.device, engine, address) as (model, who),
        BarProgress(notes) as progress,
    ):
        report = build(
            paths,
            directory,
            model,
            index_type=index_type,
            format_name=format_name,
            limit=limit,
            embed_seconds=embed_for,
            workers=default_workers() if workers is None else workers,
            engine=who,
            progress=progress,
        )
    if as_json:
        print_json(asdict(report) | {"seconds": dict(report.seconds)})
    else:
        print_report(notes, report, str(directory))


@contextmanager
def _embedding(
    spec: str | None, device: str, engine: str, address: str | None
) -> Iterator[tuple[Embedder, Engine | None]]:
    """Give the embedder of this process, and the engine where it is another one's work."""
    from rag.models.embedder import load_embedder

    if engine == "local":
        if address is not None:
            raise UsageError("--address is of a Ray cluster; it needs --engine ray")
        yield load_embedder(spec, device), None
        return
    from rag.integrations.ray import RayEngine

    # only its tokenizer and identity are needed here: the GPU is left to Ray's workers
    model = load_embedder(spec, "cpu")
    with RayEngine(model.identity, device, address) as who:
        yield model, who


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
    engine: EngineOption = "local",
    address: AddressOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fetch what is new since the last time into the index, and say what changed.

    Where a source fails, the news of the others are read, and the command fails at its end.
    """
    from dataclasses import asdict

    from rag.errors import FetchError
    from rag.index.builder import index_embedder
    from rag.terminal import BarProgress, print_changes
    from rag.updating import fetch_news, ingest_news

    settings = load_settings()
    directory = index or settings.index
    notes = console(err=True)
    with BarProgress(notes) as progress:
        news = fetch_news(directory, source or (), progress)
        spec, place = index_embedder(directory), device or settings.device
        with _embedding(spec, place, engine, address) as (model, who):
            report = ingest_news(
                news, directory, model, embed_seconds=embed_for, engine=who, progress=progress
            )
    if as_json:
        print_json(asdict(report) | {"seconds": dict(report.seconds)})
    else:
        print_changes(console(), report)
    if news.failed:
        raise FetchError(news.failed)
