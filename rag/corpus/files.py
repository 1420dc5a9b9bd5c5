"""Which files of a folder are literature, and in what order they are read."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from rag.errors import CorpusError

_NOT_LITERATURE = (".md5", ".rejects.jsonl", ".part")
_QUESTIONS = ("queries.jsonl", "queries.jsonl.gz")  # beside the corpus in BEIR's layout


def corpus_files(paths: Iterable[Path]) -> list[Path]:
    """Expand folders into their files, newest PubMed file first.

    Files of a folder, at any depth, are sorted by name from last to first: PubMed numbers its
    files upward, and with newer revisions first an older text is never embedded only to be
    replaced. Hidden files and folders, indexes, ``README*``, checksums, unfinished downloads, files
    of rejects and BEIR's files of questions are passed over, but a file that is named itself is
    always taken. A file that is reached twice is listed once.

    Raises:
        CorpusError: a path does not exist, or a folder holds no file to read.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        if path.is_dir():
            inside = _in_folder(path)
            if not inside:
                raise CorpusError(f"{path} holds no literature files; name a file or folder")
        elif path.exists():
            inside = [path]
        else:
            raise CorpusError(f"{path} does not exist; check the path")
        for file in inside:
            found.setdefault(file.resolve(), file)
    return list(found.values())


def _in_folder(folder: Path) -> list[Path]:
    files: list[Path] = []
    for parent, folders, names in os.walk(folder, onerror=_refuse):
        if any(
            name.startswith("store") and Path(parent, name, "articles.sqlite").exists()
            for name in folders
        ):
            folders[:] = []  # an index, not literature
            continue
        folders[:] = [name for name in folders if not name.startswith(".")]
        files.extend(Path(parent, name) for name in names if _is_literature(name))
    regular = [file for file in files if file.is_file()]
    return sorted(regular, key=lambda file: (file.name, str(file)), reverse=True)


def _is_literature(name: str) -> bool:
    return (
        not name.startswith((".", "README"))
        and not name.endswith(_NOT_LITERATURE)
        and name not in ("rejects.jsonl", *_QUESTIONS)
    )


def _refuse(error: OSError) -> None:
    raise CorpusError(f"cannot read {error.filename}: {error.strerror or error}") from error
