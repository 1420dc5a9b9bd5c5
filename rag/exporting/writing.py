"""Writing an export to a file: whole or not at all, and over nothing unless told to."""

from __future__ import annotations

import os
from pathlib import Path

from rag.errors import ExportError


def write_text(path: Path, text: str, *, force: bool = False) -> None:
    """Write the file beside its place and rename it; UTF-8, lines end in a line feed.

    Args:
        path: the file; its folder must exist.
        text: what it will hold.
        force: whether a file that is there already is replaced.

    Raises:
        ExportError: it is there already, is a folder, or cannot be written.
    """
    if path.is_dir():
        raise ExportError(f"{path} is a folder; name a file in it")
    if path.exists() and not force:
        raise ExportError(f"{path} is there already; name another file, or replace it with --force")
    unfinished = path.with_name(f".{path.name}.part")
    try:
        unfinished.write_text(text, encoding="utf-8", newline="\n")
        os.replace(unfinished, path)
    except OSError as error:
        raise ExportError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        unfinished.unlink(missing_ok=True)
