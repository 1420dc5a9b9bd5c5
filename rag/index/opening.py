"""Opening ``articles.sqlite`` to read only: while it is written, in a copy, on a mount."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from rag.errors import IndexDamaged


def store_version(path: Path) -> int:
    """Return the format of a store, 0 where its first transaction was never committed.

    Raises:
        IndexDamaged: it is no database.
        OSError: it cannot be read now (a full disk).
    """
    db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        (version,) = db.execute("PRAGMA user_version").fetchone()
    except sqlite3.OperationalError as error:
        # not damage: a log needs room beside it, and a folder that may be written
        if os.access(path.parent, os.W_OK):
            raise
        return _version_in_header(path, error)
    except sqlite3.DatabaseError as error:
        raise IndexDamaged(f"{path} is damaged ({error}); restore it from a copy") from error
    finally:
        db.close()
    return int(version)


def _version_in_header(path: Path, error: sqlite3.Error) -> int:
    # https://sqlite.org/fileformat2.html: "user version" at offset 60
    with path.open("rb") as handle:
        head = handle.read(64)
    if not head.startswith(b"SQLite format 3"):
        raise IndexDamaged(f"{path} is damaged ({error}); restore it from a copy") from error
    return int.from_bytes(head[60:64], "big")


def open_for_reading(path: Path) -> sqlite3.Connection:
    """Return a connection that cannot write, in a folder that may not be written too.

    Raises:
        IndexDamaged: it is missing or no database, or its log cannot be applied there.
    """
    uri = path.resolve().as_uri()
    try:
        db = sqlite3.connect(f"{uri}?mode=ro", uri=True, check_same_thread=False)
        db.execute("SELECT value FROM meta LIMIT 1").fetchone()
    except sqlite3.OperationalError:
        # a folder that we may not write cannot hold the -shm file that WAL readers share
        # which is right only where nothing waits in the WAL: immutable readers do not see it
        log = path.with_name(path.name + "-wal")
        if log.exists() and log.stat().st_size:
            raise IndexDamaged(
                f"{path} has changes in its -wal file, which a read-only folder cannot apply; "
                "run an ingest where the folder may be written, then copy it again"
            ) from None
        try:
            db = sqlite3.connect(f"{uri}?mode=ro&immutable=1", uri=True, check_same_thread=False)
            db.execute("SELECT value FROM meta LIMIT 1").fetchone()
        except sqlite3.Error as error:
            raise IndexDamaged(
                f"{path} cannot be read ({error}); ingest the literature again"
            ) from error
    except sqlite3.DatabaseError as error:
        raise IndexDamaged(f"{path} is damaged ({error}); ingest the literature again") from error
    return db
