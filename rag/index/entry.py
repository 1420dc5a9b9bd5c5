"""What is settled before an ingest writes: files, their kind, the index they may go into."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from rag.corpus import detect
from rag.corpus.registry import READERS
from rag.errors import IndexMismatch, LiteratureIndexError, UnknownFormat, UsageError
from rag.index.manifest import read_identity, require_same_embedder
from rag.index.store import Store
from rag.models.embedder import Embedder
from rag.progress import Progress
from rag.types import Content


def recognised(
    files: Sequence[Path], named: Sequence[Path], format_name: str | None, progress: Progress
) -> list[tuple[Path, str]]:
    """Return the files that a reader knows, with its name; a file named itself must be known."""
    own = {path.resolve() for path in named}
    out: list[tuple[Path, str]] = []
    problem: UnknownFormat | None = None
    for file in files:
        try:
            out.append((file, format_name or detect(file)))
        except UnknownFormat as error:
            if file.resolve() in own:
                raise
            progress.note(f"passed over: {str(error).partition(';')[0]}")
            problem = error
    if problem is not None and not out:
        raise problem
    return out


def content_of(files: Sequence[tuple[Path, str]]) -> Content:
    """Return what the files hold: literature or clinical notes, never both."""
    kinds: dict[Content, Path] = {}
    for file, name in files:
        kinds.setdefault(READERS[name].content, file)
    if len(kinds) > 1:
        raise UsageError(
            f"{kinds['notes']} holds clinical notes and {kinds['literature']} literature; "
            "ingest them one at a time into an --index of their own"
        )
    return next(iter(kinds))


@contextmanager
def private(directory: Path, content: Content) -> Iterator[None]:
    """Let nobody but the owner read what is written of clinical notes."""
    if content != "notes":
        yield
        return
    before = os.umask(0o077)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        directory.chmod(0o700)
        yield
    finally:
        os.umask(before)


def bind_content(store: Store, content: Content, directory: Path) -> None:
    """Tie a new store to what it holds; notes are for their owner alone."""
    stored = store.meta("content")
    if stored is None or store.count("SELECT NOT EXISTS (SELECT 1 FROM articles)"):
        store.set_meta("content", content)
    elif stored != content:
        what = {"notes": "clinical notes", "literature": "literature"}
        raise IndexMismatch(
            f"the index at {directory} holds {what[stored]} and these files {what[content]}; "
            "ingest them into another --index"
        )


def bind_embedder(store: Store, embedder: Embedder, directory: Path) -> None:
    """Tie a new store to its embedder; refuse another one for an old store."""
    stored = store.meta("embedder")
    unused = store.count("SELECT NOT EXISTS (SELECT 1 FROM articles)")
    if stored is None or unused:
        store.set_meta("embedder", json.dumps(asdict(embedder.identity)))
        return
    require_same_embedder(read_identity(json.loads(stored)), embedder.identity, directory)


@contextmanager
def storage_errors(directory: Path) -> Iterator[None]:
    """Turn a full disk or a folder without write permission into one line."""
    try:
        yield
    except (sqlite3.OperationalError, OSError, RuntimeError, ValueError) as error:
        text = str(error)
        number = error.errno if isinstance(error, OSError) else None
        full = getattr(error, "sqlite_errorname", "") == "SQLITE_FULL" or "No space left" in text
        if number == errno.ENOSPC or full or _full(directory):
            raise LiteratureIndexError(
                f"no space left for {directory}; what was indexed before is intact: "
                "free some space and run the same command again, it goes on where it stopped"
            ) from error
        if number in (errno.EACCES, errno.EPERM, errno.EROFS) or "readonly" in text:
            raise LiteratureIndexError(
                f"cannot write to {directory}: {text}; choose a folder that you may write"
            ) from error
        raise


def _full(directory: Path) -> bool:
    """True where the file system has no room left (FAISS and Tantivy do not say why)."""
    try:
        stat = os.statvfs(directory)
    except (OSError, AttributeError):
        return False
    return stat.f_bavail * stat.f_frsize < 1 << 20
