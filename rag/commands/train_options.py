"""Options that the commands under ``train`` share."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rag.evaluation import EvaluationSet

DataOption = Annotated[
    list[Path],
    typer.Option("--data", help="Index, literature, or questions with evidence; repeatable."),
]
OutOption = Annotated[Path, typer.Option("--out", help="Folder of the result.")]
BatchesOption = Annotated[
    list[str] | None,
    typer.Option("--batch", help="Of BioASQ's questions, only these: 7B, 8B; repeatable."),
]
SeedOption = Annotated[int, typer.Option("--seed", help="Of order, dropout and draws.")]
HeldOutOption = Annotated[
    list[str] | None,
    typer.Option(
        "--held-out",
        help="Set in BEIR layout of which nothing is trained on: FOLDER, or FOLDER:SPLIT "
        "[default split: test]; repeatable.",
    ),
]


def command_line() -> str:
    """Return the command as it was typed, for the card."""
    return shlex.join(["medlit", *sys.argv[1:]])


def read_held_out(named: list[str] | None) -> list[EvaluationSet]:
    """Read held-out sets as they are named on the command line.

    Raises:
        EvaluationError: a set or its split is not there, or the extra ``eval`` is missing.
    """
    from rag.evaluation import read_set
    from rag.evaluation.measures import require_tools

    if named:
        require_tools()
    sets = []
    for one in named or ():
        folder, _, split = one.rpartition(":")
        if not folder or Path(one).is_dir():
            folder, split = one, "test"
        sets.append(read_set(Path(folder), split))
    return sets
