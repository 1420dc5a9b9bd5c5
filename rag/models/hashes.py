"""SHA-256 of model files, remembered so that a gigabyte is not read again at each start.

What is remembered lies in ``hashes.json`` of the cache folder: path, size, modification time
and hash. A file that changed in size or time is hashed again. This detects damage and wrong
downloads; it is no defence against someone who may write to the cache folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path

from rag.config import cache_dir
from rag.errors import ModelError


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal, from memory where the file is unchanged.

    Raises:
        ModelError: the file cannot be read.
    """
    try:
        real = path.resolve(strict=True)
        status = real.stat()
        stamp = [status.st_size, status.st_mtime_ns]
        known = _read()
        entry = known.get(str(real))
        if entry is not None and entry[:2] == stamp:
            return str(entry[2])
        with real.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror or error}") from error
    known[str(real)] = [*stamp, digest]
    _write(known)
    return digest


def sha256_of_files(files: list[Path]) -> str:
    """Return the hash of one file, or the hash of the hashes of several in the given order."""
    digests = [sha256_of(file) for file in files]
    if len(digests) == 1:
        return digests[0]
    return hashlib.sha256("\n".join(digests).encode("ascii")).hexdigest()


def _store() -> Path:
    return cache_dir() / "hashes.json"


def _read() -> dict[str, list[int | str]]:
    try:
        data = json.loads(_store().read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError, UnicodeDecodeError):
        return {}
    if not isinstance(data, dict):
        return {}
    return {k: v for k, v in data.items() if isinstance(v, list) and len(v) == 3}


def _write(known: dict[str, list[int | str]]) -> None:
    store = _store()
    part = store.with_name(f".{store.name}.{os.getpid()}")
    # a cache that cannot be written costs time at the next start, and nothing else
    with contextlib.suppress(OSError):
        store.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(known, indent=1, sort_keys=True), encoding="utf-8")
        part.replace(store)
