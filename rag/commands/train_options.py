"""Options that the commands under ``train`` share."""

from __future__ import annotations

import shlex
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import UsageError

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
EpochsOption = Annotated[
    float, typer.Option("--epochs", min=0.001, help="Passes over the data; 0.5 is half of one.")
]
RateOption = Annotated[float, typer.Option("--rate", min=1e-9, help="Highest learning rate.")]
BatchSizeOption = Annotated[
    int, typer.Option("--batch-size", min=0, help="Pairs or examples a step; 0: by device.")
]
AtOnceOption = Annotated[
    int, typer.Option("--at-once", min=0, help="Of a step, in memory at once; 0: by device.")
]
SeedOption = Annotated[
    int, typer.Option("--seed", min=0, max=2**32 - 1, help="Of order, dropout and draws.")
]
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
        UsageError: a folder is not there, or two sets have one name.
        EvaluationError: a set or its split is damaged, or the extra ``eval`` is missing.
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
        if not Path(folder).is_dir():
            raise UsageError(
                f"{folder} is no folder; --held-out takes a set in BEIR's layout, as FOLDER or "
                "FOLDER:SPLIT"
            )
        sets.append(read_set(Path(folder), split))
    return _told_apart(sets)


def _told_apart(sets: list[EvaluationSet]) -> list[EvaluationSet]:
    """Name sets of one name by their splits too, so that no figure takes another's place."""
    count = Counter(one.name for one in sets)
    named = [replace(s, name=f"{s.name}:{s.split}") if count[s.name] > 1 else s for s in sets]
    for name, times in Counter(one.name for one in named).items():
        if times > 1:
            raise UsageError(
                f"{times} sets of --held-out have the name {name}; leave one out or rename a folder"
            )
    return named
