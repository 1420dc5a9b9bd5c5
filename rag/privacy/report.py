"""Error reports: what an unexpected failure says, without what it was asked.

The message of an exception may repeat a question or a line of a note. It is shown as a
``Redacted``; the places in the code are shown as they are, without folders that name a user, and
without values of variables.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from traceback import StackSummary, extract_tb
from types import TracebackType
from typing import TextIO

from rag.errors import MedlitError
from rag.privacy.redacted import Redacted, redact, require_redacted

_LONGEST = 2000
"""Characters of a message that are shown: a longer one is a document."""
_LATEST = 12
"""Places of the code that are shown."""


@dataclass(frozen=True, slots=True)
class ErrorReport:
    """A failure: where in the code, of which type, and what it said."""

    places: tuple[str, ...]
    kind: str
    said: Redacted

    def __post_init__(self) -> None:
        require_redacted(self.said)


def error_report(error: BaseException, trace: TracebackType | None = None) -> ErrorReport:
    """Return what may be shown of a failure; it never fails itself."""
    try:
        said = redact(" ".join(str(error).split())[:_LONGEST])
    except (MedlitError, ArithmeticError, LookupError, RuntimeError, TypeError, ValueError):
        said = redact("")
    places = tuple(_places(extract_tb(trace or error.__traceback__)))[-_LATEST:]
    return ErrorReport(places, type(error).__name__, said)


def write_report(report: ErrorReport, stream: TextIO) -> None:
    """Write a report: the places, then one line."""
    for place in report.places:
        stream.write(f"  at {place}\n")
    text = require_redacted(report.said).text
    stream.write(
        f"medlit: unexpected {report.kind}{f': {text}' if text else ''}; this is a fault of "
        "medlit, please report it with the lines above\n"
    )


def install() -> None:
    """Let unexpected failures of this process end in a report, in threads too."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        write_report(error_report(error, trace), sys.stderr)

    def in_thread(told: threading.ExceptHookArgs) -> None:
        if told.exc_value is not None:
            hook(told.exc_type, told.exc_value, told.exc_traceback)

    def unraisable(told: sys.UnraisableHookArgs) -> None:
        if told.exc_value is not None:  # in a destructor, say: Python would print the message
            hook(told.exc_type, told.exc_value, told.exc_traceback)

    sys.excepthook = hook
    threading.excepthook = in_thread
    sys.unraisablehook = unraisable


def _places(stack: StackSummary) -> Iterator[str]:
    for frame in stack:
        parts = PurePath(frame.filename).parts
        known = [i for i, part in enumerate(parts) if part in ("rag", "site-packages")]
        # what is not a library's or medlit's lies in a folder that may name somebody
        shown = "/".join(parts[known[-1] :] if known else parts[-1:])
        yield f"{shown}:{frame.lineno} in {frame.name}"
