"""The command line: parse, call ``rag``, print. Heavy imports stay inside the commands.

Results go to stdout, progress and notes to stderr. Exit codes: 0 done (an abstention too),
1 failed with one line that says why and what to do, 2 usage.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from rag import __version__
from rag.config import load_settings
from rag.errors import MedlitError, UsageError
from rag.filtering import read_filter

if TYPE_CHECKING:
    from rich.console import Console

app = typer.Typer(
    name="medlit",
    help="Cited answers from the medical literature, on your own machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
fetch_app = typer.Typer(no_args_is_help=True, help="Download literature and models.")
index_app = typer.Typer(no_args_is_help=True, help="Look after an index.")
app.add_typer(fetch_app, name="fetch")
app.add_typer(index_app, name="index")

IndexOption = Annotated[
    Path | None, typer.Option("--index", help="Index folder [default: $MEDLIT_INDEX, medlit.toml]")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
YearOption = Annotated[
    str | None, typer.Option("--year", help="Year or range: 2015, 2015-, -1999, 2010-2020.")
]
TypeOption = Annotated[
    list[str] | None, typer.Option("--type", help="Publication type; may be repeated.")
]
MeshOption = Annotated[list[str] | None, typer.Option("--mesh", help="MeSH heading; repeatable.")]
JournalOption = Annotated[list[str] | None, typer.Option("--journal", help="Journal; repeatable.")]
LanguageOption = Annotated[
    list[str] | None, typer.Option("--language", help="Language code such as eng; repeatable.")
]
EvidenceOption = Annotated[
    str | None, typer.Option("--evidence", help="Evidence level or range, 1 strongest: 1, 1-2.")
]
RetractedOption = Annotated[
    bool, typer.Option("--include-retracted", help="Do not leave retracted articles out.")
]
ModeOption = Annotated[
    Literal["hybrid", "dense", "lexical"], typer.Option("--mode", help="Which route searches.")
]
RerankOption = Annotated[
    str | None, typer.Option("--rerank", help="Cross-encoder for the top hits: folder or hub id.")
]
DeviceOption = Annotated[
    str | None, typer.Option("--device", help="auto, cpu, cuda or mps [default: auto]")
]
ExplainOption = Annotated[bool, typer.Option("--explain", help="Show the score of every stage.")]


def _version(value: bool) -> None:
    if value:
        typer.echo(f"medlit {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    offline: Annotated[
        bool, typer.Option("--offline", help="Let no connection leave this process.")
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    from rag.offline import enforce, is_offline

    if offline or is_offline() or load_settings().offline:
        enforce()


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


@app.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Literature files and folders.")],
    index: IndexOption = None,
    embedder: Annotated[
        str | None, typer.Option("--embedder", help="Catalog name, folder or hub id.")
    ] = None,
    index_type: Annotated[
        str | None, typer.Option("--type", help="auto, flat, hnsw or ivfpq.")
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
    device: DeviceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read literature into an index; run again after an interruption and it goes on."""
    from dataclasses import asdict

    from rag.index.builder import index_embedder
    from rag.index.builder import ingest as build
    from rag.models.embedder import load_embedder
    from rag.terminal import BarProgress, print_report

    settings = load_settings()
    directory = index or settings.index
    # an index goes on with the model it was made with, unless the user names another
    spec = embedder or settings.embedder or index_embedder(directory)
    model = load_embedder(spec, device or settings.device)
    console = _console(err=True)
    with BarProgress(console) as progress:
        report = build(
            paths,
            directory,
            model,
            index_type=index_type,
            format_name=format_name,
            limit=limit,
            embed_seconds=embed_for,
            progress=progress,
        )
    if as_json:
        _print_json(asdict(report) | {"seconds": dict(report.seconds)})
    else:
        print_report(console, report, str(directory))


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="Question or keywords.")],
    index: IndexOption = None,
    k: Annotated[int, typer.Option("-k", help="How many articles.")] = 10,
    mode: ModeOption = "hybrid",
    rerank: RerankOption = None,
    year: YearOption = None,
    publication_type: TypeOption = None,
    mesh: MeshOption = None,
    journal: JournalOption = None,
    language: LanguageOption = None,
    evidence: EvidenceOption = None,
    include_retracted: RetractedOption = False,
    device: DeviceOption = None,
    explain: ExplainOption = False,
    as_json: JsonOption = False,
) -> None:
    """Find the articles that a query is about."""
    filters = read_filter(
        year=year,
        publication_types=publication_type,
        mesh=mesh,
        journals=journal,
        languages=language,
        evidence=evidence,
        include_retracted=include_retracted,
    )
    query = _words(query)
    from rag.retrieval import Retriever
    from rag.terminal import hit_to_dict, print_hits

    settings = load_settings()
    retriever = Retriever.open(
        index or settings.index,
        embedder=settings.embedder,
        reranker=rerank or settings.reranker,
        device=device or settings.device,
    )
    hits = retriever.search(query, k, filters, mode=mode)
    if as_json:
        _print_json({"query": query, "hits": [hit_to_dict(h) for h in hits]})
    else:
        print_hits(_console(), hits, explain)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="A clinical question or symptoms.")],
    index: IndexOption = None,
    generator: Annotated[
        str | None,
        typer.Option("--generator", help="extractive, catalog name, folder, .gguf or hub id."),
    ] = None,
    mode: ModeOption = "hybrid",
    rerank: RerankOption = None,
    year: YearOption = None,
    publication_type: TypeOption = None,
    mesh: MeshOption = None,
    journal: JournalOption = None,
    language: LanguageOption = None,
    evidence: EvidenceOption = None,
    include_retracted: RetractedOption = False,
    style: Annotated[
        Literal["clinician", "lay"], typer.Option("--style", help="For whom it is worded.")
    ] = "clinician",
    stream: Annotated[
        bool | None,
        typer.Option("--stream/--no-stream", help="Show a model's unverified draft on stderr."),
    ] = None,
    device: DeviceOption = None,
    explain: ExplainOption = False,
    as_json: JsonOption = False,
) -> None:
    """Answer a question; every statement carries the article and the sentence that supports it."""
    filters = read_filter(
        year=year,
        publication_types=publication_type,
        mesh=mesh,
        journals=journal,
        languages=language,
        evidence=evidence,
        include_retracted=include_retracted,
    )
    question = _words(question)
    from rag.answering.to_json import answer_to_dict
    from rag.assistant import Assistant
    from rag.terminal import print_answer

    settings = load_settings()
    assistant = Assistant.open(
        index or settings.index,
        generator=generator or settings.generator,
        embedder=settings.embedder,
        reranker=rerank or settings.reranker,
        device=device or settings.device,
    )
    notes = _console(err=True)
    shown = stream if stream is not None else notes.is_terminal and not as_json
    on_piece = _draft_printer(notes) if shown and assistant.generator is not None else None
    answer = assistant.ask(question, filters, style=style, mode=mode, on_piece=on_piece)
    if on_piece is not None:
        notes.print("\n")
    if as_json:
        _print_json(answer_to_dict(answer))
    else:
        print_answer(_console(), answer, explain)
    assistant.close()


@index_app.command("info")
def index_info(
    directory: Annotated[Path, typer.Argument(help="Index folder.")],
    as_json: JsonOption = False,
) -> None:
    """Say what an index holds and with what it was made."""
    from rag.index.info import describe

    facts = describe(directory)
    if as_json:
        _print_json(facts)
        return
    for name, value in facts.items():
        if isinstance(value, dict):
            value = ", ".join(f"{k} {v}" for k, v in value.items())
        typer.echo(f"{name.replace('_', ' ')}: {value}")


def _words(text: str) -> str:
    """Return the text without bytes that are no characters, which nothing could print."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    if not text.strip():
        raise UsageError("the question is empty; say what you are looking for")
    return text


def _console(err: bool = False) -> Console:
    from rich.console import Console

    stream = sys.stderr if err else sys.stdout
    # without a terminal: no colour, and lines as long as they are
    width = None if stream.isatty() else 10_000 if err else 100
    return Console(stderr=err, highlight=False, markup=False, width=width)


def _draft_printer(console: Console) -> Any:
    console.print("draft, not yet verified:", style="dim")
    return lambda piece: console.print(piece, end="", style="dim", soft_wrap=True)


def _print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def main() -> None:
    """Run the command line; every expected failure is one line on stderr."""
    try:
        app()
    except UsageError as error:
        typer.echo(f"medlit: {error}", err=True)
        sys.exit(2)
    except MedlitError as error:
        typer.echo(f"medlit: {error}", err=True)
        sys.exit(1)
    except (sqlite3.Error, OSError) as error:
        if isinstance(error, BrokenPipeError):
            # the reader of our output went away (`medlit search … | head`): nothing to say
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        line = str(error).splitlines()[0] if str(error) else type(error).__name__
        typer.echo(f"medlit: {line}; check the disk and the permissions, then run again", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        typer.echo("medlit: interrupted; what was committed is kept, run again to go on", err=True)
        sys.exit(130)


if __name__ == "__main__":
    main()
