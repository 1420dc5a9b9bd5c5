"""What the commands share: options, and how they write to the terminal."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from rag.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

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
ExplainOption = Annotated[
    bool, typer.Option("--explain", help="Show what each stage found, and by which words.")
]


def words(text: str, what: str = "question") -> str:
    """Return the text without bytes that are no characters, which nothing could print."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    if not text.strip():
        raise UsageError(f"the {what} is empty; say what you are looking for")
    return text


def console(err: bool = False) -> Console:
    """Return a console on stdout, or on stderr for progress and notes."""
    from rich.console import Console

    class Piped(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError  # rich would exit with 1; main() knows better

    stream = sys.stderr if err else sys.stdout
    # without a terminal: no colour, and lines as long as they are
    width = None if stream.isatty() else 10_000 if err else 100
    return Piped(stderr=err, highlight=False, markup=False, width=width)


def print_json(value: object) -> None:
    """Print a result for programs."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
