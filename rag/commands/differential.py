"""``differential``: possible diseases for symptoms or a record, each with its literature."""

from __future__ import annotations

import sys
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from pathlib import Path
from typing import Annotated

import typer

from rag.commands.common import (
    DeviceOption,
    ExplainOption,
    IndexOption,
    JsonOption,
    console,
    print_json,
    words,
)
from rag.config import load_settings
from rag.errors import UsageError


def differential(
    symptoms: Annotated[
        str | None, typer.Argument(help="Symptoms and findings, in any words.", show_default=False)
    ] = None,
    record: Annotated[
        str | None, typer.Option("--record", help="File of a patient's record, or - for stdin.")
    ] = None,
    index: IndexOption = None,
    k: Annotated[int, typer.Option("-k", min=1, help="How many candidates.")] = 10,
    device: DeviceOption = None,
    explain: ExplainOption = False,
    as_json: JsonOption = False,
) -> None:
    """Possible diseases for symptoms, from the literature of the index; no diagnosis."""
    if (symptoms is None) == (record is None):
        raise UsageError("give symptoms in quotes, or a record with --record FILE")
    text = words(symptoms or "", "description") if record is None else read_text(record)
    from rag.assistant import Assistant
    from rag.clinical import read_record
    from rag.terminal_differential import differential_to_dict, print_differential

    settings = load_settings()
    assistant = Assistant.open(
        index or settings.index,
        generator="extractive",
        embedder=settings.embedder,
        device=device or settings.device,
    )
    read = read_record(text, record) if record is not None else None
    found = assistant.differential(text, k=k, record=read)
    if as_json:
        print_json(differential_to_dict(found))
    else:
        print_differential(console(), found, explain)
    assistant.close()


def read_text(name: str) -> str:
    """Return the text of a file, or of stdin for ``-``.

    Raises:
        UsageError: it cannot be read, or holds no text.
    """
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise UsageError(f"{name} cannot be read ({error.strerror}); give a text file") from error
    text = _decoded(data)
    if "\0" in text[:4096]:
        raise UsageError(f"{name} is no text; give a plain text file")
    if not text.strip():
        raise UsageError(f"{name} is empty; give a record or symptoms")
    return text


def _decoded(data: bytes) -> str:
    """Read UTF-8, UTF-16 with its mark, or what older Windows programs write (cp1252)."""
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
