"""The pages for engineers stay true: each of their snippets is run on a small index."""

from __future__ import annotations

import re

import pytest

from tests.support import ROOT

pytestmark = pytest.mark.model


def snippets(page):
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


LIBRARY = snippets("library.md")
LANGCHAIN = snippets("langchain.md")
# what each prints, by a part of it: in the order of the page
LIBRARY_SAYS = [
    "1 101 2016 ",
    "101 ('Randomized Controlled Trial',)",
    "['101', '103']",
    "was closed; open it again",
    "[-",
    "['azithromycin', 'pertussi']",
    "IndexNotFound no",
]
LANGCHAIN_SAYS = ["(PMID 101).", "101 2", "PMID 101 (2016; Journal of Tests; "]


def test_every_snippet_has_its_expected_words():
    assert (len(LIBRARY), len(LANGCHAIN)) == (len(LIBRARY_SAYS), len(LANGCHAIN_SAYS))


@pytest.mark.parametrize(
    ("code", "said"),
    [*zip(LIBRARY, LIBRARY_SAYS, strict=False), *zip(LANGCHAIN, LANGCHAIN_SAYS, strict=False)],
)
def test_it_runs(built, monkeypatch, capsys, code, said):
    exec(compile(code.replace("indexes/default", str(built / "ix")), "page", "exec"), {})
    assert said in capsys.readouterr().out
