"""``ask --questions``: a file of questions, one answer's JSON a line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.commands.common import console
from rag.errors import MedlitError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.asking import Ask, Asked

QuestionsOption = Annotated[
    Path | None,
    typer.Option("--questions", help="File of questions: one a line, or JSON lines."),
]

ParallelOption = Annotated[
    int | None,
    typer.Option(
        "--parallel", min=1, max=256, help="Questions at a time of a model server (default 4)."
    ),
]


def check_request(
    question: str | None,
    questions: Path | None,
    out: Path | None,
    format: str | None,
    *,
    as_json: bool,
    explain: bool,
    stream: bool,
) -> None:
    """Refuse options of ``ask`` that contradict each other, before anything is opened.

    Raises:
        UsageError: they do, or there is no such format.
    """
    if (question is None) == (questions is None):
        raise UsageError("give one question, or a file of them with --questions and --out")
    if (questions is None) != (out is None):
        raise UsageError("--questions and --out go together: a file of questions, one of answers")
    if explain and questions is not None:
        raise UsageError("--questions writes no explanations; ask one question with --explain")
    if stream and questions is not None:
        raise UsageError("--questions writes many drafts at once; leave --stream out")
    if format is None:
        return
    if as_json:
        raise UsageError("--json and --format are two forms of one answer; choose one")
    if explain:
        raise UsageError("no --format holds an explanation; ask with --explain alone or --json")
    if questions is not None:
        raise UsageError("--questions writes JSON lines; leave --format out and export the file")
    from rag.exporting import known_format

    known_format(format)


def ask_file(ask: Ask, asked: Sequence[Asked], out: Path, threads: int = 1) -> None:
    """Answer every question that has no answer in ``out`` yet, ``threads`` at a time.

    Raises:
        UsageError: ``out`` cannot be used.
        MedlitError: questions failed; the others are answered.
    """
    from rag.asking import answer_all
    from rag.terminal import BarProgress

    notes = console(err=True)
    with BarProgress(notes) as progress:
        tally = answer_all(ask, asked, out, progress, threads)
    facts = [
        f"{tally.answered} answered",
        f"{tally.abstained} not answered by the index",
        f"{tally.failed} failed",
        f"{tally.kept} answered before",
    ]
    notes.print(f"{len(asked)} questions: {', '.join(facts)}; {out}")
    if tally.failed:
        raise MedlitError(
            f"{tally.failed} of {len(asked)} questions failed, {out} says why; "
            "run the same command again to ask them again"
        )
