"""``export``: an answer or a search, as ``--json`` wrote it, for other programs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rag.errors import ExportError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.exporting import Document, Reading

_STDIN = "-"
_FORMATS_HELP = "ris, bibtex, nlm or markdown."

AskedFormatOption = Annotated[
    str | None, typer.Option("--format", help=f"Print it as {_FORMATS_HELP}")
]
AskedOutOption = Annotated[
    Path | None, typer.Option("--out", help="With --questions: JSON lines, completed if there.")
]


def export(
    file: Annotated[
        str, typer.Argument(help="What ask --json or search --json printed; - for stdin.")
    ],
    format: Annotated[str, typer.Option("--format", help=_FORMATS_HELP)],
    out: Annotated[Path | None, typer.Option("--out", help="File [default: stdout].")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace --out if it is there.")] = False,
) -> None:
    """Write the references, quotes and statements of answers for other programs."""
    from rag.exporting import known_format, read_documents, render, write_text

    known_format(format)
    reading = read_documents(_content(file), "stdin" if file == _STDIN else file)
    text = render(reading.documents, format)
    if out is not None:
        write_text(out, text, force=force)
    _tell(reading)
    if out is None:
        sys.stdout.write(text)


def print_document(value: dict[str, Any], format: str) -> None:
    """Print an answer as ``export`` would print its JSON.

    An abstention without any article is no failure: it is said on stderr.
    """
    from rag.exporting import FORMATS, document_from_dict, render

    document = document_from_dict(value)
    if FORMATS[format].needs_references and not document.references:
        _note("the index does not answer this question and holds no article that is close to it")
        return
    _tell_abstentions([document])
    sys.stdout.write(render([document], format))


def _content(file: str) -> bytes:
    if file == _STDIN:
        return sys.stdin.buffer.read()
    path = Path(file)
    if path.is_dir():
        raise ExportError(f"{file} is a folder; name the file that `medlit ask --json` wrote")
    try:
        return path.read_bytes()
    except OSError as error:
        raise ExportError(f"cannot read {file}: {error.strerror or error}") from error


def _tell(reading: Reading) -> None:
    if reading.failed:
        _note(f"questions that failed and have no answer: {reading.failed}")
    _tell_abstentions(reading.documents)


def _tell_abstentions(documents: Sequence[Document]) -> None:
    count = sum(d.kind == "abstention" for d in documents)
    if count and len(documents) == 1:
        _note("the index does not answer this question; these are the closest articles")
    elif count:
        _note(f"{count} of {len(documents)} are not answered; of these, the closest articles")


def _note(text: str) -> None:
    typer.echo(f"medlit: note: {text}", err=True)
