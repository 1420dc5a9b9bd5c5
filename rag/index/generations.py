"""Generations: the folder in force, the one writer's lock, the atomic switch.

A generation is written as ``gen-N.tmp``, forced to the disk, renamed to ``gen-N``, and made
current by replacing the file ``CURRENT``. A reader that opened an older generation keeps
its mapped files; the newest two are kept on disk.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from rag.errors import IndexDamaged, IndexLocked, IndexNotFound, LiteratureIndexError
from rag.index.checksums import stamped, write_checksums

_NAME = re.compile(r"gen-(\d{6,})$")
_UNFINISHED = re.compile(r"(?:gen-\d{6,}|store(?:-\d+)?|CURRENT)\.tmp$")
KEPT = 2


def current(directory: Path) -> int | None:
    """Return the number of the generation in force, ``None`` where none was published."""
    try:
        text = (directory / "CURRENT").read_bytes().decode("ascii")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError as error:
        raise IndexDamaged(f"{directory}/CURRENT is not readable as a generation's name") from error
    name, stamp, _ = text.partition(" ")
    match = _NAME.match(name.strip() if not stamp else name)
    # before format 5 the name stood there alone
    if not match or (stamp and text != stamped(name)):
        raise IndexDamaged(
            f"{directory}/CURRENT names no generation: {text.strip()[:40]!r}; "
            "run the ingest again to write it anew"
        )
    return int(match.group(1))


def numbers(directory: Path) -> list[int]:
    """Return the numbers of all generations' folders, in order."""
    matches = (_NAME.match(entry.name) for entry in directory.iterdir())
    return sorted(int(match[1]) for match in matches if match)


def is_name(name: str) -> bool:
    """True where a folder's name is that of a generation."""
    return _NAME.match(name) is not None


def newest(directory: Path) -> int:
    """Return the highest number of any generation's folder, 0 where there is none."""
    return max(numbers(directory), default=0)


def require_current(directory: Path) -> int:
    """Return the generation in force.

    Raises:
        IndexNotFound: there is no index, or none was ever completed.
    """
    number = current(directory) if directory.is_dir() else None
    if number is None:
        hint = f"build one with: medlit ingest PATH --index {directory}"
        if any(directory.glob("store*/articles.sqlite")):
            raise IndexNotFound(
                f"the index at {directory} was never completed; run its ingest again to finish it"
            )
        raise IndexNotFound(f"no index at {directory}; {hint}")
    return number


def path(directory: Path, number: int) -> Path:
    """Return the folder of a generation."""
    return directory / f"gen-{number:06d}"


@contextmanager
def writer_lock(directory: Path) -> Iterator[None]:
    """Hold the index for writing; the system releases it when the process dies.

    Raises:
        IndexLocked: another process is writing.
        LiteratureIndexError: the folder cannot be made or written.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        lock = FileLock(directory / ".lock", timeout=0)
        lock.acquire()
    except Timeout as error:
        raise IndexLocked(
            f"another process is writing to {directory}; wait for it or choose another --index"
        ) from error
    except OSError as error:
        raise LiteratureIndexError(
            f"cannot write to {directory}: {error.strerror or error}; "
            "choose a folder that you may write with --index"
        ) from error
    try:
        yield
    finally:
        lock.release()


def begin(directory: Path, number: int) -> Path:
    """Return a fresh folder for a generation that is being written."""
    temporary = directory / f"gen-{number:06d}.tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    return temporary


def publish(directory: Path, number: int) -> None:
    """Make ``gen-N.tmp`` the generation in force: sum, force to disk, rename, switch."""
    temporary, final = directory / f"gen-{number:06d}.tmp", path(directory, number)
    earlier = [n for n in numbers(directory) if n < number]
    write_checksums(temporary, path(directory, earlier[-1]) if earlier else None)
    _even(temporary)
    for file in sorted(temporary.rglob("*")):
        fsync(file)
    fsync(temporary)
    # a folder of this number can only be left from a publish that died before the switch
    shutil.rmtree(final, ignore_errors=True)
    temporary.rename(final)
    fsync(directory)
    point_to(directory, number)


def _even(folder: Path) -> None:
    """Give each file the permissions of those that the umask shaped: Tantivy keeps some to itself.

    So a copy that belongs to another user can be read, and one of notes cannot.
    """
    wanted = stat.S_IMODE((folder / "checksums.txt").stat().st_mode)
    for file in folder.rglob("*"):
        if file.is_file() and stat.S_IMODE(file.stat().st_mode) != wanted:
            file.chmod(wanted)


def point_to(directory: Path, number: int) -> None:
    """Make a generation the one in force by one atomic rename."""
    pointer = directory / "CURRENT.tmp"
    pointer.write_bytes(stamped(path(directory, number).name).encode("ascii"))
    fsync(pointer)
    pointer.replace(directory / "CURRENT")
    fsync(directory)


def sweep(directory: Path, keep: int = KEPT) -> None:
    """Remove what is unfinished and all generations but the newest ``keep``."""
    try:
        number = current(directory)
    except IndexDamaged:
        number = None  # which one counts is not known: a rebuild will say
    for entry in directory.iterdir():
        match = _NAME.match(entry.name)
        stale = match and number is not None and not number - keep < int(match[1]) <= number
        if stale or _UNFINISHED.match(entry.name):
            if entry.is_dir():
                shutil.rmtree(entry, ignore_errors=True)
            else:
                entry.unlink(missing_ok=True)


def fsync(target: Path) -> None:
    """Force a file or folder to the disk (folders cannot be forced on Windows)."""
    if target.is_dir() and os.name == "nt":
        return
    handle = os.open(target, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
