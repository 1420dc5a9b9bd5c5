"""The command line: parse, call ``rag``, print. Heavy imports stay inside the commands.

Results go to stdout, progress and notes to stderr. Exit codes: 0 done (an abstention too),
1 failed with one line that says why and what to do, 2 usage.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from typing import Annotated, Any, NoReturn

import typer

from rag import __version__
from rag.commands.ask import ask
from rag.commands.chat import chat
from rag.commands.common import (
    AbstractOption,
    BoostOption,
    DeviceOption,
    EvidenceOption,
    ExplainOption,
    IndexOption,
    JournalOption,
    JsonOption,
    LanguageOption,
    MeshOption,
    MeshTreeOption,
    ModeOption,
    NoExplodeOption,
    RerankOption,
    RetractedOnlyOption,
    RetractedOption,
    TypeOption,
    YearOption,
    console,
    note_unknown,
    print_json,
    tell_reading,
    words,
)
from rag.commands.deidentify import deidentify
from rag.commands.differential import differential
from rag.commands.doctor import doctor
from rag.commands.eval import eval_app
from rag.commands.export import export
from rag.commands.fetch import fetch_app
from rag.commands.index import index_app
from rag.commands.ingest import ingest, update
from rag.commands.record import record
from rag.commands.train import train_app
from rag.config import load_settings
from rag.errors import MedlitError, UsageError
from rag.filtering import read_filter

app = typer.Typer(
    name="medlit",
    help="Cited answers from the medical literature, on your own machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(eval_app, name="eval")
app.add_typer(fetch_app, name="fetch")
app.add_typer(index_app, name="index")
app.add_typer(train_app, name="train")
app.command("ingest")(ingest)
app.command("update")(update)
app.command("ask")(ask)
app.command("chat")(chat)
app.command("differential")(differential)
app.command("doctor")(doctor)
app.command("export")(export)
app.command("record")(record)
app.command("deidentify")(deidentify)


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
    from rag.offline import enforce, is_offline, no_telemetry

    no_telemetry()
    if offline or is_offline() or load_settings().offline:
        enforce()


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
    retracted_only: RetractedOnlyOption = False,
    has_abstract: AbstractOption = False,
    noexp: NoExplodeOption = False,
    mesh_tree: MeshTreeOption = None,
    boost_evidence: BoostOption = 0.0,
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
        has_abstract=has_abstract,
        include_retracted=include_retracted,
        retracted_only=retracted_only,
        explode=not noexp,
    )
    query = words(query)
    from rag.retrieval import Retriever
    from rag.retrieval.explain import explain as explain_hits
    from rag.terminal_search import hits_to_list, print_hits

    settings = load_settings()
    retriever = Retriever.open(
        index or settings.index,
        embedder=settings.embedder,
        reranker=rerank or settings.reranker,
        device=device or settings.device,
        mesh_tree=mesh_tree or settings.mesh_tree,
    )
    hits = retriever.search(query, k, filters, mode=mode, evidence_boost=boost_evidence)
    note_unknown(retriever.unknown_values(filters), retriever.mesh_tree is not None)
    tell_reading(query)
    why = explain_hits(retriever, query, hits) if explain else None
    if as_json:
        print_json({"query": query, "hits": hits_to_list(hits, why)})
    else:
        print_hits(console(), hits, why)


# typer brings click under a name of its own, or not, by its version: this is click's UsageError
_BAD_USAGE: type[Exception] = typer.BadParameter.__mro__[1]


def _usage(error: Any) -> str:
    """Say in one line what is wrong with the options; the help where there were none at all."""
    if type(error).__name__ == "NoArgsIsHelpError":
        return str(error.format_message())
    command = error.ctx.command_path if error.ctx else "medlit"
    said = " ".join(error.format_message().split()).rstrip(".")
    return f"medlit: {said}; see {command} --help"


_INTERRUPTED = 130


def main() -> None:
    """Run the command line; every expected failure is one line on stderr."""
    from rag.privacy.report import install

    install()
    try:
        code = app(prog_name="medlit", standalone_mode=False)
        if code == _INTERRUPTED:  # typer turns the interrupt into a code by itself
            _interrupted()
        sys.exit(code if isinstance(code, int) else 0)
    except UsageError as error:
        typer.echo(f"medlit: {error}", err=True)
        sys.exit(2)
    except _BAD_USAGE as error:
        typer.echo(_usage(error), err=True)
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
    except (KeyboardInterrupt, typer.Abort):
        _interrupted()


def _interrupted() -> NoReturn:
    typer.echo("medlit: interrupted; what was committed is kept, run again to go on", err=True)
    sys.exit(_INTERRUPTED)


if __name__ == "__main__":
    main()
