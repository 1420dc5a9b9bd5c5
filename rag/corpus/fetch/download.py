"""Downloads of large files: resumed where they broke off, checked, put in place in one step.

The bytes grow in ``<name>.part``; a hidden file beside it remembers by which ``ETag`` or date
the server knew them, so that another run resumes only what is still the same file. A resumed
range is asked for with ``If-Range`` and believed only where the answer says that it begins at
the wanted byte of a file of the same size (RFC 9110, sections 13.1.5 and 14).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

from rag.corpus.fetch.faults import Unusable, place
from rag.corpus.fetch.http import Client
from rag.corpus.fetch.state import sync_folder, unwritable, write_whole
from rag.errors import ChecksumError

_GAIN = 1 << 16  # bytes that make a broken try worth more than none
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_PARTIAL, _BAD_RANGE = 206, 416


@dataclass(frozen=True, slots=True)
class Download:
    """A file that was downloaded whole, with the hashes of its bytes."""

    path: Path
    size: int
    md5: str
    sha256: str


def download(
    client: Client,
    url: str,
    target: Path,
    *,
    md5: str = "",
    sha256: str = "",
    on_bytes: Callable[[int], None] = lambda size: None,
) -> Download:
    """Bring the file at ``url`` to ``target``; what an earlier try left is not fetched again.

    Args:
        client: who asks.
        url: the address.
        target: where the file goes, in a folder that exists.
        md5: what its MD5 must be, in hexadecimal, where that is known.
        sha256: what its SHA-256 must be.
        on_bytes: called with the size of every chunk; what it raises ends the download.

    Raises:
        OfflineError: the network is forbidden.
        ChecksumError: the bytes are others; they were thrown away.
        FetchError: the download failed; what came is kept for the next run.
    """
    transfer = _Transfer(client, url, target, bool(md5 or sha256), on_bytes)
    try:
        client.persist(url, transfer.attempt)
        got = digests(transfer.part)
        for kind, wanted, found in (("md5", md5, got[0]), ("sha256", sha256, got[1])):
            if wanted and wanted.lower() != found:
                transfer.forget()
                raise ChecksumError(
                    f"{place(url)} has {kind} {found}, expected {wanted.lower()}; the bytes "
                    "were thrown away: try again later"
                )
        size = transfer.part.stat().st_size
        transfer.part.replace(target)
        transfer.memory.unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(target, error) from error
    sync_folder(target.parent)
    return Download(target, size, *got)


def digests(path: Path) -> tuple[str, str]:
    """Return the MD5 and the SHA-256 of a file in hexadecimal."""
    md5, sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            md5.update(chunk)
            sha256.update(chunk)
    return md5.hexdigest(), sha256.hexdigest()


class _Transfer:
    """The tries at one file."""

    def __init__(
        self,
        client: Client,
        url: str,
        target: Path,
        hashed: bool,
        on_bytes: Callable[[int], None],
    ) -> None:
        self.part = target.with_name(f"{target.name}.part")
        self.memory = target.with_name(f".{target.name}.part.json")
        self._client = client
        self._url = url
        self._hashed = hashed
        self._on_bytes = on_bytes
        self._best = 0

    def forget(self) -> None:
        """Throw away what came."""
        self.part.unlink(missing_ok=True)
        self.memory.unlink(missing_ok=True)

    def attempt(self) -> None:
        """Fetch what is missing.

        Raises:
            Unusable: it broke off, or what is here is of no use and was thrown away.
        """
        known, total = self._known()
        have = self.part.stat().st_size if known is not None and self.part.exists() else 0
        # identity: what is hashed and resumed are the bytes of the file, not of an encoding
        headers = {"Accept-Encoding": "identity"}
        if have:
            headers["Range"] = f"bytes={have}-"
        if have and known:
            headers["If-Range"] = known
        try:
            with self._client.opened(
                "GET", self._url, headers=headers, accepted=frozenset({_BAD_RANGE})
            ) as response:
                have, total = self._begin(response, have, known, total)
                if have != total:
                    self._receive(response, have)
        except httpx.RequestError as error:
            if self._gained():
                raise Unusable("the connection broke", gained=True) from error
            raise
        size = self.part.stat().st_size
        if total is not None and size > total:
            self.forget()
            raise Unusable(f"{size} bytes came instead of {total}")
        if total is not None and size < total:
            raise Unusable(f"{size} of {total} bytes came", gained=self._gained())

    def _gained(self) -> bool:
        """True where more came than ever before, which can happen only so often."""
        size = self.part.stat().st_size if self.part.exists() else 0
        if size < self._best + _GAIN:
            return False
        self._best = size
        return True

    def _begin(
        self, response: httpx.Response, have: int, known: str | None, total: int | None
    ) -> tuple[int, int | None]:
        """Judge the answer; return how many bytes are here already and how many there are."""
        if response.status_code == _BAD_RANGE:
            # every byte is here, or the file has changed since
            if have and have == total:
                return have, total
            self.forget()
            raise Unusable("the file has changed on the server")
        validator, size = _validator(response), _length(response)
        if response.status_code == _PARTIAL:
            match = _RANGE.fullmatch(response.headers.get("content-range", ""))
            whole = int(match[2]) if match and match[2] != "*" else total
            changed = validator not in ("", known)  # a part need not repeat its date
            if not match or int(match[1]) != have or whole != total or changed:
                self.forget()
                raise Unusable("the server sent another range than asked for")
            return have, total
        self._remember(validator, size)
        self.part.write_bytes(b"")
        return 0, size

    def _receive(self, response: httpx.Response, have: int) -> None:
        with self.part.open("r+b") as out:
            out.seek(have)
            try:
                for chunk in response.iter_raw():  # as it comes: a cut must not cost a buffer
                    self._client.go_on()
                    out.write(chunk)
                    self._on_bytes(len(chunk))
            finally:
                out.flush()
                os.fsync(out.fileno())

    def _remember(self, validator: str, total: int | None) -> None:
        facts = {"url": place(self._url), "validator": validator, "total": total}
        write_whole(self.memory, json.dumps(facts).encode())

    def _known(self) -> tuple[str | None, int | None]:
        """Return the validator of what came, ``None`` where it cannot be resumed; and the size.

        Without a validator of the server's only a hash can tell that two halves fit.
        """
        try:
            facts = json.loads(self.memory.read_bytes())
            validator, total = str(facts["validator"]), facts["total"]
            same = facts["url"] == place(self._url)
        except (OSError, ValueError, KeyError, TypeError):
            return None, None
        if not same or not (validator or self._hashed) or not isinstance(total, int):
            return None, None
        return validator, total


def _validator(response: httpx.Response) -> str:
    """Return what may stand in ``If-Range``: a strong ETag, else the date of the last change."""
    etag: str = response.headers.get("etag", "")
    if etag and not etag.startswith("W/"):
        return etag
    date: str = response.headers.get("last-modified", "")
    return date


def _length(response: httpx.Response) -> int | None:
    value = response.headers.get("content-length", "")
    return int(value) if value.isascii() and value.isdigit() else None
