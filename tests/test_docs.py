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
EXPORT = snippets("export.md")
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
EXPORT_SAYS = ["1. Influenza-like illness in general practice. Journal of Tests. 2017. PMID: 102."]
LANGCHAIN_SAYS = ["(PMID 101).", "101 2", "PMID 101 (2016; Journal of Tests; "]


def test_every_snippet_has_its_expected_words():
    for page, said in ((LIBRARY, LIBRARY_SAYS), (LANGCHAIN, LANGCHAIN_SAYS), (EXPORT, EXPORT_SAYS)):
        assert len(page) == len(said)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        *zip(LIBRARY, LIBRARY_SAYS, strict=False),
        *zip(LANGCHAIN, LANGCHAIN_SAYS, strict=False),
        *zip(EXPORT, EXPORT_SAYS, strict=False),
    ],
)
def test_it_runs(built, monkeypatch, capsys, code, said):
    exec(compile(code.replace("indexes/default", str(built / "ix")), "page", "exec"), {})
    assert said in capsys.readouterr().out
