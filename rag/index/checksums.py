"""``checksums.txt`` of a generation: the SHA-256 of each of its files, as ``sha256sum`` writes it.

``sha256sum -c checksums.txt`` reads it too. Its last line is the digest of all lines before,
and ``CURRENT`` carries one of the name in it, so that these two are covered as well.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from rag.errors import IndexDamaged

NAME = "checksums.txt"
_LAST = "# sha256 of the lines above: "
# writer's locks of Tantivy: empty, made anew by whoever opens the folder for writing
_IGNORED = (".lock",)


def write_checksums(folder: Path, previous: Path | None = None) -> None:
    """Write ``checksums.txt`` of a folder.

    Args:
        folder: a generation that is complete.
        previous: the generation whose files it shares: what is the same file on the disk is
            not read again.
    """
    known = _shared(previous)
    lines = []
    for name, file in sorted(_files(folder)):
        stat = file.stat()
        digest = known.get((stat.st_dev, stat.st_ino)) or _digest(file)
        lines.append(f"{digest}  {name}\n")
    text = "".join(lines)
    (folder / NAME).write_text(text + _last(text), encoding="utf-8")


def read_checksums(folder: Path) -> dict[str, str]:
    """Return file name → digest.

    Raises:
        IndexDamaged: the file is missing, or is not what was written.
    """
    file = folder / NAME
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        raise IndexDamaged(f"{file} is missing") from None
    text, mark, _ = content.decode("utf-8", "replace").rpartition(_LAST)
    if not mark or (text + _last(text)).encode() != content:
        raise IndexDamaged(f"{file} is damaged")
    return {line[66:]: line[:64] for line in text.splitlines()}


def differing_files(folder: Path, known: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (file, what is wrong with it) of a generation."""
    there = dict(_files(folder))
    for name, digest in known.items():
        if name not in there:
            yield name, "is missing"
        elif _digest(there[name]) != digest:
            yield name, "is damaged"


def is_as_written(file: Path) -> bool:
    """True unless the checksums of a file's generation say that it is not what was written."""
    try:
        known = read_checksums(file.parent).get(file.name)
    except (IndexDamaged, OSError):
        return True
    return known is None or _digest(file) == known


def unknown_files(folder: Path, known: dict[str, str]) -> list[str]:
    """Return the files of a generation that medlit did not write."""
    return sorted(name for name, _ in _files(folder) if name not in known)


def stamped(name: str) -> str:
    """Return the content of ``CURRENT`` for a generation's name."""
    return f"{name} {hashlib.sha256(name.encode('ascii')).hexdigest()[:16]}\n"


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for file in folder.rglob("*"):
        if file.is_file() and file.name != NAME and not file.name.endswith(_IGNORED):
            yield file.relative_to(folder).as_posix(), file


def _shared(previous: Path | None) -> dict[tuple[int, int], str]:
    if previous is None:
        return {}
    try:
        known = read_checksums(previous)
    except IndexDamaged:
        return {}
    there = dict(_files(previous))
    stats = {name: os.stat(there[name]) for name in known if name in there}
    return {(s.st_dev, s.st_ino): known[name] for name, s in stats.items()}


def _last(text: str) -> str:
    return f"{_LAST}{hashlib.sha256(text.encode('utf-8')).hexdigest()}\n"


def _digest(file: Path) -> str:
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
