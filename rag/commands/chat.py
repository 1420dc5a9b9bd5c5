"""``chat``: questions line by line, follow-ups read as full questions, answers as of ``ask``."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from rag.commands.common import (
    DeviceOption,
    GeneratorOption,
    IndexOption,
    JsonOption,
    QuantizeOption,
    VerifierOption,
    console,
    tell_reading,
    words,
)
from rag.config import load_settings
from rag.errors import MedlitError

if TYPE_CHECKING:
    from rag.conversation import Turn
    from rag.types import Answer

_PROMPT = "medlit> "
_HELP = "/new forgets what was asked before, /exit (or Ctrl-D) leaves"

SaveOption = Annotated[
    bool, typer.Option("--save", help="Keep the conversation, de-identified, for ask --continue.")
]
ContinueOption = Annotated[
    bool,
    typer.Option(
        "-c", "--continue", help="Read the question as a follow-up of the last saved conversation."
    ),
]


def chat(
    index: IndexOption = None,
    save: SaveOption = False,
    generator: GeneratorOption = None,
    quantize: QuantizeOption = None,
    verifier: VerifierOption = None,
    device: DeviceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask question after question; "and in children?" is read as a full question, which is shown.

    Reads a terminal or a pipe, one question a line. With --json, one answer a line. Nothing
    is kept unless you ask for it with --save.
    """
    from rag.answering.to_json import answer_to_dict
    from rag.assistant import Assistant
    from rag.conversation import resolve
    from rag.conversation_store import Conversation, saved_turn
    from rag.models.quantize import read_quantize
    from rag.terminal import print_answer
    from rag.text import json_text, printable

    settings = load_settings()
    assistant = Assistant.open(
        index or settings.index,
        generator=generator or settings.generator,
        embedder=settings.embedder,
        reranker=settings.reranker,
        verifier=verifier or settings.verifier,
        device=device or settings.device,
        mesh_tree=settings.mesh_tree,
        quantize=read_quantize(quantize or settings.quantize),
    )
    saved = Conversation.new() if save else None
    out, terminal = console(), sys.stdin.isatty()
    last: Turn | None = None
    failed = written = 0
    if terminal:
        typer.echo(_HELP, err=True)
    try:
        for line in _lines(terminal):
            if line.startswith("/"):
                if line in ("/exit", "/quit"):
                    break
                if line == "/new":
                    last = None
                    if saved is not None and written:
                        typer.echo(f"saved: {saved.path}", err=True)
                        written = 0
                    saved = Conversation.new() if save else None
                else:
                    typer.echo(f"medlit: no command {printable(line)}; {_HELP}", err=True)
                continue
            try:
                turn = resolve(words(line), last)
                answer = assistant.ask(turn.question)
            except MedlitError as error:
                failed += 1
                typer.echo(f"medlit: {error}", err=True)
                if as_json:
                    print(json_text({"asked": line, "error": str(error)}), flush=True)
                continue
            last = turn
            if as_json:
                asked = {"asked": turn.asked, "resolved": turn.resolved}
                print(json_text(asked | answer_to_dict(answer)), flush=True)
            else:
                if turn.resolved:
                    print(f"understood as: {printable(turn.question)}\n")
                tell_reading(turn.question)
                print_answer(out, answer, False)
                print(flush=True)
            if saved is not None:
                saved.append(saved_turn(turn, answer))
                written += 1
    except KeyboardInterrupt:
        typer.echo("", err=True)
    finally:
        assistant.close()
    if saved is not None and written:
        typer.echo(f"saved: {saved.path}", err=True)
    if failed and not terminal:
        raise MedlitError(f"{failed} of the questions failed, as said above; ask them again")


def continued(question: str) -> Turn:
    """Read a question as a follow-up of the last saved conversation, and say on stderr how.

    Raises:
        UsageError: none was saved, or it cannot be read.
    """
    from rag.conversation import resolve
    from rag.conversation_store import Conversation
    from rag.text import printable

    turn = resolve(question, Conversation.last().turn())
    if turn.resolved:
        console(err=True).print(f"understood as: {printable(turn.question)}")
    return turn


def keep(turn: Turn, answer: Answer) -> None:
    """Write a question that went on with the last saved conversation, and its answer, into it."""
    from rag.conversation_store import Conversation, saved_turn

    Conversation.last().append(saved_turn(turn, answer))


def _lines(terminal: bool) -> Iterator[str]:
    """Lines that say something, until the end of the input."""
    if terminal:
        import contextlib

        with contextlib.suppress(ImportError):
            import readline  # noqa: F401  # arrow keys; its history stays in memory
    elif isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    while True:
        try:
            line = input(_PROMPT) if terminal else sys.stdin.readline()
        except EOFError:
            typer.echo("", err=True)
            return
        if not terminal and not line:
            return
        if line.strip():
            yield line.strip()
