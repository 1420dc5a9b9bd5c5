"""Error reports: the places of the code stay, what the message holds of a patient does not."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest

from rag.errors import PrivacyError
from rag.privacy import report as reporting
from rag.privacy.report import ErrorReport, error_report, write_report
from tests.support import ROOT

SSN = "078-05-1120"


def fail(text):
    raise ValueError(f"cannot read:\n SSN {text}")


def caught(text=SSN):
    try:
        fail(text)
    except ValueError as error:
        return error_report(error)


def test_the_message_is_redacted_and_the_place_is_told():
    stream = io.StringIO()
    write_report(caught(), stream)
    lines = stream.getvalue().splitlines()
    assert SSN not in stream.getvalue()
    assert lines[-1].startswith("medlit: unexpected ValueError: cannot read: SSN [SSN-1]; ")
    assert lines[-2].startswith("  at test_report.py:")
    assert lines[-2].endswith(" in fail")
    # a folder may be called after its owner
    assert not any("/" in line for line in lines[:-1])


def test_a_report_takes_only_redacted():
    with pytest.raises(TypeError, match="only a Redacted may leave"):
        ErrorReport((), "ValueError", SSN)


def test_where_the_detector_fails_nothing_is_said(monkeypatch):
    whole = reporting.redact

    def broken(text):
        if text:
            raise PrivacyError("no")
        return whole(text)

    monkeypatch.setattr(reporting, "redact", broken)
    made = caught()
    assert made.said.text == ""
    assert made.kind == "ValueError"


CALLS = {
    "main": "fail()",
    "thread": "t = threading.Thread(target=fail); t.start(); t.join()",
    "destructor": "class Old:\n    def __del__(self):\n        fail()\nOld()",
}


@pytest.mark.parametrize("where", CALLS)
def test_a_process_that_fails_shows_no_identifier(where):
    call = CALLS[where]
    code = (
        "import threading\nfrom rag.privacy.report import install\ninstall()\n"
        f"def fail():\n    secret = 'SSN {SSN}'\n    raise RuntimeError(secret)\n{call}\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == (1 if where == "main" else 0)
    assert "unexpected RuntimeError: SSN [SSN-1]" in done.stderr
    assert SSN not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
