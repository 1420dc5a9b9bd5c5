"""docs/evaluation.md stays true: its transcript, its snippet and its keys."""

import re
import subprocess
import sys

import pytest

from rag.evaluation import KEYS
from tests.support import ROOT, Medlit

PAGE = (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")


@pytest.mark.model
def test_its_transcript(tmp_path):
    command, *shown = re.search(r"    \$ medlit (.*)\n    (.*)\n    (.*)\n", PAGE).groups()
    done = Medlit(ROOT)(*command.split(), MEDLIT_HOME=str(tmp_path))
    assert done.returncode == 0, done.stderr
    printed = done.stdout.splitlines()
    # the last column is the speed
    assert [line.split()[:8] for line in printed] == [line.split()[:8] for line in shown]


@pytest.mark.model
def test_its_snippet(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("MEDLIT_HOME", str(tmp_path))
    exec(compile(re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)[1], "page", "exec"), {})
    said = re.search(r"prints `(.*?)`", PAGE)[1]
    assert capsys.readouterr().out.strip() == said


def test_its_keys_and_flags():
    assert re.findall(r"^\| `(.*?)` \|", PAGE, re.MULTILINE)[1:] == [*KEYS, "n"]
    shown = ""
    for command in ("retrieval", "run"):
        done = subprocess.run(
            [sys.executable, "-m", "cli", "eval", command, "--help"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            env={"PATH": "", "COLUMNS": "200", "TERM": "dumb"},
            timeout=60,
        )
        shown += done.stdout
    for flag in set(re.findall(r"(?<!\S)`?(--[a-z-]+)", PAGE)):
        assert flag in shown, flag
