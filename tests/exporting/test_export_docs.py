"""docs/export.md shows what the formats write, to the letter."""

from __future__ import annotations

import re

import pytest
from export_makers import as_json, example

from rag.exporting import FORMATS, read_documents, render
from tests.support import ROOT

PAGE = (ROOT / "docs" / "export.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FORMATS)
def test_the_example_is_the_real_output(name):
    (shown,) = re.findall(rf"```{'text' if name == 'nlm' else name}\n(.*?)```", PAGE, re.DOTALL)
    assert shown == render(read_documents(as_json(example()), "a.json").documents, name)


def test_every_format_has_a_column():
    (row,) = re.findall(r"^\| Field \|(.*)\|$", PAGE, re.MULTILINE)
    assert [cell.strip(" `") for cell in row.split("|")] == list(FORMATS)
