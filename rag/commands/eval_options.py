"""Options that the evaluations of answers share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rag.errors import UsageError

SampleOption = Annotated[
    int | None,
    typer.Option("--limit", min=1, help="Only so many, spread over the file: the same every time."),
]


def output_file(path: Path, option: str) -> None:
    """Refuse a file that cannot be written, before the work whose result it should take.

    Raises:
        UsageError: the folder is missing, or the name is a folder's.
    """
    if not path.parent.is_dir():
        raise UsageError(f"{path.parent} is no folder; make it, or name another {option}")
    if path.is_dir():
        raise UsageError(f"{path} is a folder; name a file in it for {option}")
