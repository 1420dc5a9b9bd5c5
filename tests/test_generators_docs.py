"""docs/generators.md stays true: its snippet, its flags, the keys of perplexity."""

from __future__ import annotations

import re

import pytest

from rag.evaluation.perplexity import Perplexity
from tests.models.tiny_models import llama
from tests.support import ROOT, help_of

PAGE = (ROOT / "docs" / "generators.md").read_text(encoding="utf-8")


def test_its_snippet(tmp_path, capsys):
    code = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)[1]
    folder = llama(tmp_path / "model")
    exec(compile(code.replace("smollm2", str(folder)), "page", "exec"), {})
    said = capsys.readouterr().out
    assert said.endswith("completion_tokens=24)\n")
    assert "length Usage(prompt_tokens=" in said


@pytest.mark.parametrize(
    ("command", "marker"), [(["ask"], "medlit ask"), (["eval", "perplexity"], "medlit eval perp")]
)
def test_its_flags(command, marker):
    lines = [line.split("#")[0] for line in PAGE.splitlines() if marker in line]
    assert lines
    shown = help_of(*command)
    flags = set(re.findall(r"--[a-z-]+", " ".join(lines)))
    assert flags
    assert {flag for flag in flags if flag not in shown} == set()


def test_the_keys_of_perplexity():
    table = PAGE.partition("| key | meaning |")[2].partition("\n## ")[0]
    cells = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    named = set(re.findall(r"`(\w+)`", " ".join(cells)))
    made = set(Perplexity(1.0, 1, 1, 1, 2, 1).flat())
    assert made | {"text", "generator", "quantize", "dtype", "medlit"} == named
