"""``fetch``: literature and models from the network."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.commands.common import console, words
from rag.errors import UsageError

if TYPE_CHECKING:
    from rag.corpus.fetch import FetchResult
    from rag.progress import Progress

fetch_app = typer.Typer(no_args_is_help=True, help="Download literature and models.")


@fetch_app.command("starter")
def fetch_starter_command(
    to: Annotated[Path, typer.Option("--to", help="Folder for the files.")] = Path(
        "corpora/starter"
    ),
) -> None:
    """Get two real PubMed files (50,788 records of 1976-79 and 2021) to start with."""
    from rag.corpus.starter import STARTER_NOTE, fetch_starter

    for path in fetch_starter(to):
        typer.echo(path)
    typer.echo(STARTER_NOTE, err=True)


@fetch_app.command("model")
def fetch_model_command(
    name: Annotated[str, typer.Argument(help="Name in the catalog, such as qwen-1.5b.")],
) -> None:
    """Get a model of the catalog, checked by its SHA-256."""
    from rag.models.fetch import fetch_model

    model = fetch_model(name)
    typer.echo(model.path)


MaxOption = Annotated[int, typer.Option("--max", min=1, help="Records to fetch at most.")]
SinceOption = Annotated[
    str | None, typer.Option("--since", help="Only what was added or changed since YYYY-MM-DD.")
]
WorkersOption = Annotated[int, typer.Option("--workers", min=1, max=16, help="Files at once.")]
LimitOption = Annotated[
    int | None, typer.Option("--limit", min=1, help="Only so many files, the newest.")
]
VerifyOption = Annotated[
    bool, typer.Option("--verify", help="Compare the files that are here with the server's MD5.")
]


@fetch_app.command("pubmed")
def fetch_pubmed_command(
    query: Annotated[str, typer.Argument(help="A query in PubMed's own language.")],
    maximum: MaxOption = 1000,
    to: Annotated[Path, typer.Option("--to", help="Folder for the files.")] = Path(
        "corpora/pubmed"
    ),
    since: SinceOption = None,
) -> None:
    """Get the PubMed records that match a query (the query goes to NCBI).

    The same command again goes on where it broke off, and searches no second time: what is new
    since comes with medlit update, or with another --to.
    """
    from rag.fetching import fetch_query
    from rag.privacy.redacted import redact_query

    _fetched(
        lambda bar: fetch_query(
            "pubmed-query", redact_query(words(query, "query")), to, maximum, _day(since), bar
        )
    )


@fetch_app.command("europepmc")
def fetch_europepmc_command(
    query: Annotated[str, typer.Argument(help="A query in Europe PMC's own language.")],
    maximum: MaxOption = 1000,
    to: Annotated[Path, typer.Option("--to", help="Folder for the files.")] = Path(
        "corpora/europepmc"
    ),
    since: SinceOption = None,
) -> None:
    """Get the Europe PMC records that match a query (the query goes to EMBL-EBI).

    The same command again goes on where it broke off, and searches no second time: what is new
    since comes with medlit update, or with another --to.
    """
    from rag.fetching import fetch_query
    from rag.privacy.redacted import redact_query

    _fetched(
        lambda bar: fetch_query(
            "europepmc-query", redact_query(words(query, "query")), to, maximum, _day(since), bar
        )
    )


@fetch_app.command("baseline")
def fetch_baseline_command(
    to: Annotated[Path, typer.Option("--to", help="Folder for the files.")] = Path(
        "corpora/pubmed-files"
    ),
    workers: WorkersOption = 4,
    limit: LimitOption = None,
    verify: VerifyOption = False,
) -> None:
    """Get PubMed's yearly files, all of PubMed: some 50 GB; what is there is not fetched again."""
    from rag.fetching import fetch_files

    _fetched(lambda bar: fetch_files("baseline", to, workers, limit, verify, bar))


@fetch_app.command("updates")
def fetch_updates_command(
    to: Annotated[Path, typer.Option("--to", help="Folder for the files.")] = Path(
        "corpora/pubmed-files"
    ),
    workers: WorkersOption = 4,
    limit: LimitOption = None,
    verify: VerifyOption = False,
) -> None:
    """Get PubMed's daily update files: new, revised and deleted records."""
    from rag.fetching import fetch_files

    _fetched(lambda bar: fetch_files("updates", to, workers, limit, verify, bar))


def _fetched(fetch: Callable[[Progress], FetchResult]) -> None:
    """Fetch with a bar; list the files on stdout, say the rest on stderr."""
    from rag.terminal import BarProgress

    notes = console(err=True)
    with BarProgress(notes) as progress:
        result = fetch(progress)
    for path in result.files:
        typer.echo(path)
    counted = "" if result.records is None else f", {result.records:,} records"
    of = "" if result.matched is None else f" of {result.matched:,} that match"
    notes.print(f"{len(result.new)} files fetched, {len(result.present)} were there{counted}{of}")


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"{text!r} is not a day; write --since 2026-01-31") from None
