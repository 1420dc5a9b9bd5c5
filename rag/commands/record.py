"""``record``: what a record says of its patient, and what the literature says to that."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.commands.common import (
    DeviceOption,
    GeneratorOption,
    IndexOption,
    JsonOption,
    MeshTreeOption,
    VerifierOption,
    console,
)
from rag.commands.differential import read_text
from rag.config import load_settings
from rag.errors import CorpusError, IndexNotFound, UsageError

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.clinical.vocabulary import Vocabulary
    from rag.types import Answer

_STDIN = "-"
_HEAD = 4096
"""Characters that tell a table of notes by its heading."""


def record(
    note: Annotated[
        str, typer.Argument(help="File of a record, - for stdin, or a table of notes with --id.")
    ],
    id: Annotated[
        list[str] | None,
        typer.Option("--id", help="ROW_ID of a note in MIMIC's NOTEEVENTS.csv; repeatable."),
    ] = None,
    index: IndexOption = None,
    ask: Annotated[
        bool, typer.Option("--ask/--no-ask", help="Answer the questions from the index.")
    ] = True,
    generator: GeneratorOption = None,
    verifier: VerifierOption = None,
    mesh_tree: MeshTreeOption = None,
    device: DeviceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Findings of a patient's record, the questions they raise, and cited answers; no diagnosis."""
    texts = list(_texts(note, id))
    from rag.clinical import read_record
    from rag.commands.record_output import print_record, record_to_json

    settings = load_settings()
    assistant: Assistant | None = None
    if ask:
        from rag.assistant import Assistant
        from rag.models.quantize import read_quantize

        try:
            assistant = Assistant.open(
                index or settings.index,
                generator=generator or settings.generator,
                embedder=settings.embedder,
                reranker=settings.reranker,
                verifier=verifier or settings.verifier,
                device=device or settings.device,
                mesh_tree=mesh_tree or settings.mesh_tree,
                quantize=read_quantize(settings.quantize),
            )
        except IndexNotFound:
            if index is not None:
                raise
            typer.echo(
                f"medlit: note: there is no index at {settings.index}, so the questions are not "
                "answered; medlit ingest makes one, or give --index",
                err=True,
            )
    extra = _headings(assistant)
    for name, text in texts:
        read = read_record(text, name, extra)
        answers: dict[str, Answer] = {}
        if assistant is not None:
            answers = {question: assistant.ask(question) for question in read.questions}
        if as_json:
            place = str(assistant.retriever.reader.directory) if assistant else ""
            sys.stdout.write(record_to_json(read, answers, place, lines=id is not None) + "\n")
        else:
            print_record(console(), read, answers)
    if assistant is not None:
        assistant.close()


def _headings(assistant: Assistant | None) -> Vocabulary | None:
    if assistant is None:
        return None
    from rag.clinical.headings import heading_vocabulary

    reader = assistant.retriever.reader
    return heading_vocabulary(reader.lexical.values("mesh"), assistant.retriever.mesh_tree)


def _texts(note: str, ids: list[str] | None) -> Iterator[tuple[str, str]]:
    """Yield name and text of each record.

    Raises:
        UsageError: the file cannot be read, or lacks a note.
        CorpusError: the table cannot be opened.
    """
    from rag.corpus.mimic import note_texts, sniff

    if ids is None:
        text = read_text(note)
        if sniff(text[:_HEAD].encode()):  # notes of many patients are no record of one
            raise UsageError(f"{note} is a table of notes; name those to read with --id NUMBER")
        yield ("stdin" if note == _STDIN else Path(note).name), text
        return
    if note == _STDIN:
        raise UsageError("--id reads a table of notes from a file, not from stdin; name the file")
    from rag.corpus.streams import Stream

    with Stream(Path(note)) as stream:
        if not sniff(stream.peek()):
            raise CorpusError(
                f"{note} is no table of notes (ROW_ID or note_id, SUBJECT_ID, TEXT); "
                "without --id it is read as one record"
            )
        found = note_texts(stream, set(ids))
    missing = [one for one in ids if one not in found]
    if missing:
        raise UsageError(f"{note} has no note {', '.join(missing)}; check the numbers")
    for one in dict.fromkeys(ids):
        yield one, found[one]
