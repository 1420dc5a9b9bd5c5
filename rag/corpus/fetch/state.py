"""Files written whole or not at all, and the journal by which a fetch goes on.

A query's journal is a hidden file of JSON lines: first the plan, then a line for each file that
was checked and put in place. A line that a crash cut short is passed over, and a file whose
size is not the noted one counts as missing.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from rag.errors import FetchError, UsageError

_SLUG = 40
_FETCH_LOCK = ".medlit-fetch.lock"


class WriteError(FetchError):
    """A file cannot be written: no further file could be, so nothing more is fetched."""


def unwritable(path: Path, error: OSError | NotImplementedError) -> WriteError:
    """Say in one line that ``path`` cannot be written."""
    reason = getattr(error, "strerror", "") or str(error)
    return WriteError(
        f"cannot write {path}: {reason}; free space or choose another folder, and run the same "
        "command again"
    )


def make_folder(folder: Path) -> None:
    """Make a folder where it does not exist.

    Raises:
        WriteError: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(folder, error) from error


@contextmanager
def only_fetch(folder: Path) -> Iterator[None]:
    """Make a folder and hold it for one fetch; the system lets go when the process dies.

    Two fetches at once would write into the same unfinished files.

    Raises:
        FetchError: another fetch is at work there.
        WriteError: the folder cannot be made or written.
    """
    make_folder(folder)
    with locked(folder / _FETCH_LOCK, 0, f"another process is fetching into {folder}"):
        yield


@contextmanager
def locked(path: Path, patience: float, problem: str) -> Iterator[None]:
    """Hold a lock file, for which others wait ``patience`` seconds.

    Raises:
        FetchError: ``problem``, where another process holds it.
        WriteError: the file cannot be written or locked.
    """
    lock = FileLock(path, timeout=patience)
    try:
        lock.acquire()
    except Timeout as error:
        raise FetchError(f"{problem}; wait for it, or choose another folder with --to") from error
    except (OSError, NotImplementedError) as error:  # a file system may know no locks
        raise unwritable(path, error) from error
    try:
        yield
    finally:
        lock.release()


def sync_folder(folder: Path) -> None:
    """Make a rename in ``folder`` outlast a power cut, where the system can."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # not every system opens folders
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)


def write_whole(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path`` in one step: a reader sees the old file or the new one.

    Raises:
        WriteError: the file cannot be written.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        with part.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        part.unlink(missing_ok=True)
    sync_folder(path.parent)


def write_gzip(path: Path, data: bytes) -> int:
    """Write ``data`` compressed, the same bytes whenever it is done; return their number."""
    packed = gzip.compress(data, 6, mtime=0)
    write_whole(path, packed)
    return len(packed)


def check_request(query: str, maximum: int | None) -> None:
    """Refuse what cannot be asked for.

    Raises:
        UsageError: the query is empty or no text, or ``maximum`` is not positive.
    """
    if not query.strip():
        raise UsageError("the query is empty; say what to look for")
    if not query.isprintable() and any("\ud800" <= letter <= "\udfff" for letter in query):
        raise UsageError("the query is not in UTF-8; type it anew")
    if maximum is not None and maximum < 1:
        raise UsageError(f"cannot fetch {maximum} records; ask for at least 1")


def stem(source: str, query: str, dates: str, maximum: int | None, mark: str = "") -> str:
    """Name the files of a query: readable words, the dates, and 8 digits of a hash."""
    words = re.sub(r"[^a-z0-9]+", "-", query.lower()).strip("-")[:_SLUG].strip("-") or "query"
    said = f"{source}\n{query}\n{dates}\n{maximum}" + (f"\n{mark}" if mark else "")
    digest = hashlib.sha256(said.encode()).hexdigest()[:8]
    return "-".join(part for part in (source, words, dates, digest) if part)


class Journal:
    """The plan of a fetch and the files that it has brought.

    Attributes:
        plan: what the fetch set out to do, or ``None`` where it has not begun.
        done: file name to what was noted about it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.plan: dict[str, Any] | None = None
        self.done: dict[str, dict[str, Any]] = {}
        for line in self._lines():
            if self.plan is None:
                self.plan = line
            elif isinstance(line.get("file"), str):
                self.done[line["file"]] = line
        if self.plan is not None and "planned" not in self.plan:  # its first line was damaged
            self.plan, self.done = None, {}

    def begin(self, plan: dict[str, Any]) -> None:
        """Forget what was noted and write a new plan."""
        write_whole(self.path, json.dumps(plan, ensure_ascii=False).encode() + b"\n")
        self.plan = plan
        self.done = {}

    def note(self, path: Path, **facts: object) -> None:
        """Note that ``path`` is complete."""
        size = path.stat().st_size if path.exists() else 0
        entry = {"file": path.name, "size": size, **facts}
        try:
            with self.path.open("ab") as out:
                # the line feed in front ends a line that a crash cut short
                out.write(b"\n" + json.dumps(entry).encode() + b"\n")
        except OSError as error:
            raise unwritable(self.path, error) from error
        self.done[path.name] = entry

    def has(self, path: Path) -> bool:
        """True where ``path`` is noted and lies there in its noted size."""
        entry = self.done.get(path.name)
        return entry is not None and path.is_file() and path.stat().st_size == entry["size"]

    def _lines(self) -> list[dict[str, Any]]:
        lines: list[dict[str, Any]] = []
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise FetchError(f"cannot read {self.path}: {error.strerror or error}") from error
        for raw in data.split(b"\n"):
            try:
                line = json.loads(raw)
            except ValueError:
                continue
            if isinstance(line, dict):
                lines.append(line)
        return lines


def now() -> str:
    """Return the moment, in UTC and ISO 8601, at which a search begins."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def begun(plan: dict[str, Any]) -> datetime:
    """Return when the search of a plan began."""
    return datetime.fromisoformat(str(plan["planned"]))
