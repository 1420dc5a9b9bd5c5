"""The pairs written for the verifier: each differs from its evidence in one thing, or in none."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from rag.claims.features import read_pair
from rag.claims.vetoes import veto
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


def test_near_misses_are_vetoed_by_words_alone_but_for_one():
    left = [
        row.text("id")
        for path in HALVES
        for row in read_rows(path)
        if row.text("label") == "unclear" and not _vetoed(row)
    ]
    assert left == ["outcome-5"]  # "overall" for "progression-free": both are words of degree


def _vetoed(row):
    claim, evidence = row.text("claim"), row.text("evidence")
    return bool(veto(claim, evidence, read_pair(claim, evidence)))


def test_true_paraphrases_that_no_word_forbids():
    true = [r for path in HALVES for r in read_rows(path) if r.text("label") == "supports"]
    free = [r for r in true if not _vetoed(r)]
    assert len(free) >= 27  # of 48
