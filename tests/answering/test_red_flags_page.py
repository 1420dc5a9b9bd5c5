"""docs/redflags.md names every emergency of the table with its source, and no other."""

import re

from rag.answering.redflags import RED_FLAGS
from tests.support import ROOT


def test_the_page_has_the_table():
    page = (ROOT / "docs" / "redflags.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| \[([^\]]+)\]\((https://[^)]+)\) \|$", page, re.M)
    assert rows == [(f.name, f.source, f.url) for f in RED_FLAGS]
