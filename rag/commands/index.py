"""``index``: look after an index: what is in it, whether it is whole, write it anew."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rag.commands.common import JsonOption, console, print_json

index_app = typer.Typer(no_args_is_help=True, help="Look after an index.")
DirectoryArgument = Annotated[Path, typer.Argument(help="Index folder.")]


@index_app.command("info")
def info(directory: DirectoryArgument, as_json: JsonOption = False) -> None:
    """Say what an index holds and with what it was made."""
    from rag.index.info import describe

    facts = describe(directory)
    if as_json:
        print_json(facts)
        return
    for name, value in facts.items():
        if isinstance(value, dict):
            value = ", ".join(f"{k} {v}" for k, v in value.items())
        typer.echo(f"{name.replace('_', ' ')}: {value}")


@index_app.command("verify")
def verify(
    directory: DirectoryArgument,
    quick: Annotated[
        bool, typer.Option("--quick", help="Checksums only, not what the rows say.")
    ] = False,
    repair: Annotated[
        bool, typer.Option("--repair", help="Make damaged derived files anew from the store.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Check every checksum, count and cross reference; name each file that is at fault.

    Exit code 1 where one is. Keys of --json: clean, faults (file, what, remedy, derived),
    notes, generations, articles, passages, vectors, bytes.
    """
    from dataclasses import asdict

    from rag.index.repair import repair as make_anew
    from rag.index.verify import verify as check
    from rag.terminal import BarProgress

    with BarProgress(console(err=True)) as progress:
        found = check(directory, quick=quick, progress=progress)
        if repair and make_anew(directory, found, progress):
            found = check(directory, quick=quick, progress=progress)
    if as_json:
        print_json({"clean": not found.faults} | asdict(found))
    else:
        for fault in found.faults:
            typer.echo(str(fault))
        for note in found.notes:
            console(err=True).print(f"note: {note}")
        if not found.faults:
            typer.echo(
                f"clean: {found.articles:,} articles, {found.passages:,} passages, "
                f"{found.vectors:,} vectors, {found.generations} generations, "
                f"{found.bytes:,} bytes"
            )
    if found.faults:
        raise typer.Exit(1)


@index_app.command("compact")
def compact(directory: DirectoryArgument, as_json: JsonOption = False) -> None:
    """Write an index anew without revised and deleted articles; needs room for a second one.

    Keys of --json: generation, articles_dropped, passages_dropped, bytes_before, bytes_after.
    """
    from dataclasses import asdict

    from rag.index.compact import compact as write_anew
    from rag.terminal import BarProgress

    with BarProgress(console(err=True)) as progress:
        done = write_anew(directory, progress)
    if as_json:
        print_json(asdict(done))
        return
    typer.echo(
        f"{done.bytes_before:,} bytes became {done.bytes_after:,}; "
        f"{done.articles_dropped:,} old articles and {done.passages_dropped:,} passages dropped"
    )


@index_app.command("migrate")
def migrate(directory: DirectoryArgument, as_json: JsonOption = False) -> None:
    """Bring an index of an earlier format to this one's, in place; an ingest does so too.

    Keys of --json: migrated (the formats that it had, oldest first).
    """
    from rag.errors import IndexNotFound
    from rag.index.entry import storage_errors
    from rag.index.generations import writer_lock
    from rag.index.migrate import format_of
    from rag.index.migrate import migrate as bring
    from rag.terminal import BarProgress

    if not directory.is_dir() or format_of(directory) is None:
        raise IndexNotFound(f"no index at {directory}; check the path")
    with (
        BarProgress(console(err=True)) as progress,
        storage_errors(directory),
        writer_lock(directory),
    ):
        passed = bring(directory, progress)
    if as_json:
        print_json({"migrated": passed})
    elif not passed:
        typer.echo("the index has this format already")


@index_app.command("rebuild")
def rebuild(
    directory: DirectoryArgument,
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
