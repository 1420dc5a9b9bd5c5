"""What the commands share: options, and how they write to the terminal."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from rag.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from rag.index.values import UnknownValue

IndexOption = Annotated[
    Path | None, typer.Option("--index", help="Index folder [default: $MEDLIT_INDEX, medlit.toml]")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
YearOption = Annotated[
    str | None, typer.Option("--year", help="Year or range: 2015, 2015-, -1999, 2010-2020.")
]
TypeOption = Annotated[
    list[str] | None,
    typer.Option("--type", help="Publication type, with narrower ones; repeatable."),
]
MeshOption = Annotated[
    list[str] | None,
    typer.Option("--mesh", help="MeSH heading, with all below it given --mesh-tree; repeatable."),
]
MeshTreeOption = Annotated[
    Path | None, typer.Option("--mesh-tree", help="NLM's mtreesYYYY.bin [default: medlit.toml].")
]
NoExplodeOption = Annotated[
    bool, typer.Option("--noexp", help="Take --mesh and --type alone, without narrower ones.")
]
JournalOption = Annotated[list[str] | None, typer.Option("--journal", help="Journal; repeatable.")]
LanguageOption = Annotated[
    list[str] | None, typer.Option("--language", help="Language: eng, en or English; repeatable.")
]
EvidenceOption = Annotated[
    str | None, typer.Option("--evidence", help="Evidence level or range, 1 strongest: 1, 1-2.")
]
RetractedOption = Annotated[
    bool, typer.Option("--include-retracted", help="Do not leave retracted articles out.")
]
RetractedOnlyOption = Annotated[
    bool, typer.Option("--retracted-only", help="Find nothing but retracted articles.")
]
AbstractOption = Annotated[
    bool, typer.Option("--has-abstract", help="Leave out articles without an abstract.")
]
BoostOption = Annotated[
    float,
    typer.Option(
        "--boost-evidence", help="Prefer stronger designs: 0.1 raises level 1 by a tenth."
    ),
]
ModeOption = Annotated[
    Literal["hybrid", "dense", "lexical"], typer.Option("--mode", help="Which route searches.")
]
RerankOption = Annotated[
    str | None, typer.Option("--rerank", help="Cross-encoder for the top hits: folder or hub id.")
]
GeneratorOption = Annotated[
    str | None,
    typer.Option(
        "--generator",
        help="extractive, catalog name, folder, .gguf, hub id, openai:MODEL@URL, provider:model.",
    ),
]
QuantizeOption = Annotated[
    Literal["8bit", "4bit", "none"] | None,
    typer.Option("--quantize", help="Load the generator's weights in fewer bits [default: none]"),
]
VerifierOption = Annotated[
    str | None,
    typer.Option(
        "--verifier", help="cross-encoder, features, rules, a trained one, or an NLI model."
    ),
]
DeviceOption = Annotated[
    str | None, typer.Option("--device", help="auto, cpu, cuda or mps [default: auto]")
]
ExplainOption = Annotated[
    bool, typer.Option("--explain", help="Show why each result is there, and by which words.")
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


def note_unknown(unknown: Sequence[UnknownValue], has_tree: bool) -> None:
    """Say on stderr which names of a filter the index does not hold, and what is closest."""
    for one in unknown:
        near = f"; the closest: {' | '.join(one.closest)}" if one.closest else ""
        text = f"no article in this index has the {one.field} {one.value!r}{near}"
        if one.field == "MeSH heading" and not has_tree:
            text += "; with --mesh-tree a heading finds all below it"
        typer.echo(f"medlit: note: {text}", err=True)


def tell_reading(question: str) -> None:
    """Say on stderr how a question in another language was read; nothing for most."""
    from rag.languages import english_form, language_note

    note = language_note(question)
    reading = english_form(question)
    if reading is not None:
        known = reading.english or "nothing, so only the vectors searched"
        rest = f"; not in the term list: {' '.join(reading.untranslated)}"
        note = f"read as: {known}{rest if reading.untranslated else ''}"
    if note:
        console(err=True).print(note)


def print_json(value: object) -> None:
    """Print a result for programs."""
    from rag.text import json_text

    sys.stdout.write(json_text(value, indent=2) + "\n")
