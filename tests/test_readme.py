"""The README stays true: its length, its commands, its snippet, its transcript's quotes."""

import re

import pytest

from tests.support import ROOT, help_of

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_length():
    assert len(README.splitlines()) <= 150


def test_its_commands_and_flags_exist():
    use = README.split("## Use")[1]  # before it stands the transcript
    lines = [x.strip() for x in use.splitlines() if x.startswith("    medlit ")]
    assert len(lines) >= 5
    for line in lines:
        words = line.split("#")[0].split("&&")[0].split()
        command = [w for w in words[1:3] if re.fullmatch(r"[a-z]+", w)]
        if words[1] == "--offline":
            command = [words[2]]
        depth = 2 if command[0] in ("fetch", "index", "eval", "train") else 1
        shown = help_of(*command[:depth])
        for flag in re.findall(r"(?<!\S)(--[a-z-]+)", " ".join(words[2:])):
            assert flag in shown, (line, flag)


@pytest.mark.model
def test_its_python_snippet_runs(built, monkeypatch, capsys):
    snippet = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert snippet
    code = snippet[1].replace("indexes/default", str(built / "ix"))
    exec(compile(code, "README", "exec"), {})
    assert "pmid:" in capsys.readouterr().out


def test_make_targets_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"\bmake (demo|test|index|setup)\b", README)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
