"""``deidentify``: a note without the identifiers that are found in it."""

from __future__ import annotations

import contextlib
import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rag.errors import PrivacyError, UsageError

if TYPE_CHECKING:
    from rag.privacy.surrogates import Deidentified

_STDIN = "-"
_LEAST_KEY = 16


def deidentify(
    file: Annotated[str, typer.Argument(help="A note as UTF-8 text; - for stdin.")],
    style: Annotated[
        str, typer.Option("--style", help="tags ([NAME-1]) or surrogates (plausible stand-ins).")
    ] = "tags",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    report: Annotated[
        Path | None, typer.Option("--report", help="File for offsets and kinds, as JSON.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="File, or - for stdout [default: stdout].")
    ] = None,
    key_file: Annotated[
        Path | None,
        typer.Option("--key-file", help="16 bytes or more; same key, same surrogates."),
    ] = None,
    show_originals: Annotated[
        bool, typer.Option("--show-originals", help="With --json or --report: what was replaced.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
) -> None:
    """Replace names, dates, numbers and the like in a note; no tool finds everything."""
    from rag.privacy.surrogates import STYLES, Deidentifier
    from rag.text import json_text

    out = None if out == Path(_STDIN) else out
    style_known = next((s for s in STYLES if s == style), None)
    if style_known is None:
        raise UsageError(f"no --style {style!r}; choose tags or surrogates")
    if show_originals and not as_json and report is None:
        raise UsageError("--show-originals shows in --json or --report; give one of them")
    _check_places(file, out, report, key_file, force=force)
    key = None if key_file is None else _key(key_file)
    name = "stdin" if file == _STDIN else file
    made = Deidentifier(style_known, key).deidentify(_text(_content(file), name))
    facts = _facts(made, show_originals=show_originals)
    if report is not None:
        _write(report, (json_text(facts, indent=1) + "\n").encode("utf-8"))
    result = json_text({"text": made.text, **facts}, indent=2) + "\n" if as_json else made.text
    if out is not None:
        _write(out, result.encode("utf-8"))
    else:
        sys.stdout.buffer.write(result.encode("utf-8"))
        sys.stdout.buffer.flush()
    counts = ", ".join(f"{kind} {n}" for kind, n in facts["counts"].items()) or "none"
    typer.echo(
        f"medlit: note: {facts['n']} identifiers replaced ({counts}); "
        "read the result before it leaves: no tool finds everything",
        err=True,
    )


def _facts(made: Deidentified, *, show_originals: bool) -> dict[str, Any]:
    rows = []
    for one in made.replacements:
        found = one.identifier
        row: dict[str, Any] = {
            "start": found.start,
            "end": found.end,
            "kind": found.kind,
            "replacement": one.text,
        }
        if show_originals:
            row["original"] = found.text
        rows.append(row)
    counts = Counter(i.kind for i in made.identifiers)
    return {"identifiers": rows, "n": len(rows), "counts": dict(sorted(counts.items()))}


def _check_places(
    file: str, out: Path | None, report: Path | None, key: Path | None, *, force: bool
) -> None:
    """Refuse, before anything is read, what would overwrite the note or another file."""
    inputs = [p for p in (None if file == _STDIN else Path(file), key) if p is not None]
    if out is not None and report is not None and out.absolute() == report.absolute():
        raise UsageError("--out and --report are one file; name two")
    for path in (out, report):
        if path is None:
            continue
        if path.is_dir():
            raise PrivacyError(f"{path} is a folder; name a file in it")
        if not path.exists():
            continue
        if any(p.exists() and path.samefile(p) for p in inputs):
            raise UsageError(f"{path} is a file that is read; name another one to write")
        if not force:
            raise PrivacyError(f"{path} is there already; name another file, or give --force")


def _content(file: str) -> bytes:
    if file == _STDIN:
        return sys.stdin.buffer.read()
    path = Path(file)
    if path.is_dir():
        raise PrivacyError(f"{file} is a folder; name one note")
    try:
        return path.read_bytes()
    except OSError as error:
        raise PrivacyError(f"cannot read {file}: {error.strerror or error}") from error


def _text(content: bytes, name: str) -> str:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PrivacyError(
            f"{name} is not UTF-8 text (byte {error.start}); convert it first, "
            "as with iconv -f WINDOWS-1252 -t UTF-8"
        ) from None
    if "\x00" in text:
        raise PrivacyError(f"{name} holds zero bytes and is no text; extract its text first")
    return text


def _key(path: Path) -> bytes:
    try:
        key = path.read_bytes()
    except OSError as error:
        raise PrivacyError(f"cannot read the key {path}: {error.strerror or error}") from error
    if len(key) < _LEAST_KEY:
        raise UsageError(f"the key in {path} has {len(key)} bytes; give {_LEAST_KEY} or more")
    return key


def _write(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        os.replace(unfinished, path)
    except OSError as error:
        raise PrivacyError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
