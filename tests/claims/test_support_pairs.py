"""The pairs written for the verifier: each differs from its evidence in one thing, or in none."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from rag.evaluation.rows import read_rows

HALVES = [Path(__file__).parent / f"support_{half}.tsv" for half in ("dev", "held_out")]
_NEAR = "drug disease group item organ comparator outcome gene timing wider hedge"
_TRUE = "nouns shorter merged voice lay"
KINDS = {"unclear": _NEAR.split(" "), "supports": _TRUE.split(" ")}


@pytest.mark.parametrize("path", HALVES, ids=lambda path: path.stem)
def test_each_half_holds_every_kind(path):
    rows = read_rows(path)
    labels = Counter(row.text("label") for row in rows)
    assert labels["unclear"] >= 30
    assert labels["supports"] >= 20
    for label, kinds in KINDS.items():
        assert {r.text("kind") for r in rows if r.text("label") == label} == set(kinds)


def test_no_pair_stands_in_both_halves():
    claims = [{row.text("claim") for row in read_rows(path)} for path in HALVES]
    evidence = [{row.text("evidence") for row in read_rows(path)} for path in HALVES]
    assert not claims[0] & claims[1]
    assert not evidence[0] & evidence[1]
