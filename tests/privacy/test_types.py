"""mypy refuses a ``str`` wherever only a ``Redacted`` may go."""

from __future__ import annotations

# medlit's own types are what counts: reading those of other libraries takes a minute or two
CONFIG = """
[mypy]
strict = true
python_version = 3.11
follow_imports = skip
[mypy-rag.*]
follow_imports = silent
[mypy-numpy.*]
follow_imports = skip
follow_imports_for_stubs = true
"""
RIGHT = """
from pathlib import Path
from rag.fetching import fetch_query
from rag.models.generator import RedactedMessage, RemoteGenerator
from rag.privacy.redacted import Redacted, redact, redact_query, require_redacted
from rag.privacy.report import ErrorReport
from rag.progress import Silent

def send(far: RemoteGenerator, text: str) -> None:
    far.stream_redacted([RedactedMessage("user", redact(text))], 10)
    fetch_query("pubmed-query", redact_query(text), Path("x"), 1, None, Silent())
    ErrorReport((), "ValueError", redact(text))
    plain: str = redact(text).text
"""
MESSAGE = 'RedactedMessage("user", redact(text))'
WRONG = {
    "message": (MESSAGE, 'RedactedMessage("user", text)', "arg-type"),
    "unwrapped": (MESSAGE, 'RedactedMessage("user", redact(text).text)', "arg-type"),
    "messages": ('[RedactedMessage("user", redact(text))]', "[text]", "list-item"),
    "query": ("redact_query(text)", "text", "arg-type"),
    "report": ("redact(text))\n    plain", "text)\n    plain", "arg-type"),
    "no-str": ("redact(text).text", "redact(text)", "assignment"),
    "constructor": ("redact(text).text", "Redacted(text, 0).text", "call-arg"),
    "forged-seal": ("redact(text).text", "Redacted(text, 0, None).text", "arg-type"),
    "subclass": ("def send(", "class Mine(Redacted): ...\n\ndef send(", "misc"),
    "assigned": ("plain: str = redact(text).text", "redact(text).text = text", "misc"),
    "plain-stream": ("far.stream_redacted(", "far.stream(", "attr-defined"),
}  # fmt: skip


def test_what_mypy_says(tmp_path):
    """One run of mypy over a right module and a module for each mistake."""
    from mypy import api

    config = tmp_path / "mypy.ini"
    config.write_text(CONFIG)
    right = tmp_path / "right.py"
    right.write_text(RIGHT)
    files = {"right": right}
    for name, (before, after, _) in WRONG.items():
        changed = RIGHT.replace(before, after, 1)
        assert changed != RIGHT, name
        files[name] = tmp_path / f"wrong_{name.replace('-', '_')}.py"
        files[name].write_text(changed)
    said, problems, _ = api.run(
        [
            "--config-file",
            str(config),
            "--cache-dir",
            str(tmp_path / "cache"),
            *map(str, files.values()),
        ]
    )
    assert not problems, problems
    lines = {
        name: [line for line in said.splitlines() if path.name in line and ": error:" in line]
        for name, path in files.items()
    }
    assert lines["right"] == []
    for name, (_, _, code) in WRONG.items():
        assert len(lines[name]) == 1, (name, lines[name])
        assert lines[name][0].endswith(f"[{code}]"), lines[name]
