"""Readers of labelled sets, on sets written here in their forms; groups are never parted."""

from __future__ import annotations

import gzip
import json
import random

import pytest

from rag.errors import EvaluationError
from rag.training.derive import sentence_pairs, title_pairs, turned
from rag.training.network import _batches
from rag.training.pairs import (
    Pair,
    bioasq_yesno,
    evidence_inference,
    healthver,
    nearest,
    part,
    rows,
    scifact,
    scifact_more,
)
from rag.training.thresholds import NEVER, precise_from
from rag.training.verifier import _kept, _leaks
from rag.types import Article, Section


def packed(path, rows):
    with gzip.open(path, "wt", encoding="utf-8") as handle:
        handle.writelines(json.dumps(row) + "\n" for row in rows)
    return path


@pytest.fixture
def scifact_folder(tmp_path):
    sentences = ["Zinc was given to adults.", "Colds were shorter with zinc.", "Two had nausea."]
    packed(
        tmp_path / "corpus.jsonl.gz",
        [
            {"_id": "1", "metadata": {"sentences": sentences}},
            {"_id": "2", "metadata": {"sentences": ["Vitamin C was studied.", "Dogs slept."]}},
            {"_id": "3", "metadata": {"sentences": ["Iron is a metal."]}},
        ],
    )
    mark = {"doc_id": "1", "label": "SUPPORT", "sentences": [1]}
    packed(
        tmp_path / "claims.jsonl.gz",
        [
            {
                "id": "7",
                "claim": "Zinc shortens colds.",
                "evidence": [mark],
                "cited_doc_ids": ["1"],
            },
            {
                "id": "8",
                "claim": "Zinc prolongs colds.",
                "evidence": [mark | {"label": "CONTRADICT"}],
                "cited_doc_ids": ["1", "2"],
            },
            {"id": "9", "claim": "Iron is toxic.", "evidence": [], "cited_doc_ids": ["3"]},
        ],
    )
    return tmp_path


def test_scifact_by_hand(scifact_folder):
    found = [(p.claim, p.evidence, p.label) for p in scifact(scifact_folder)]
    assert found == [
        ("Zinc shortens colds.", "Colds were shorter with zinc.", "supports"),
        ("Zinc prolongs colds.", "Colds were shorter with zinc.", "contradicts"),
        ("Zinc prolongs colds.", "Vitamin C was studied. Dogs slept.", "unclear"),
        ("Iron is toxic.", "Iron is a metal.", "unclear"),
    ]


def test_claims_about_one_abstract_are_one_group(scifact_folder):
    groups = {p.claim: p.group for p in scifact(scifact_folder)}
    assert groups["Zinc shortens colds."] == groups["Zinc prolongs colds."]
    assert groups["Zinc shortens colds."] != groups["Iron is toxic."]
    more = scifact_more(scifact_folder, random.Random(0))
    assert {p.group for p in more} <= set(groups.values())
    assert all(p.label == "unclear" for p in more)
    assert not any(p.evidence == "Colds were shorter with zinc." for p in more)


def test_healthver_groups_by_claim(tmp_path):
    row = {"claim": "Masks help.", "evidence": "Masks cut spread.", "label": "Supports"}
    path = packed(tmp_path / "dev.jsonl.gz", [row, row | {"label": "Neutral", "evidence": "?"}])
    pairs = healthver(path)
    assert [p.label for p in pairs] == ["supports", "unclear"]
    assert len({p.group for p in pairs}) == 1


def test_effects_support_their_direction_and_contradict_the_others(tmp_path):
    row = {
        "pmcid": "PMC1", "outcome": "mortality", "intervention": "zinc", "comparator": "placebo",
        "label": "significantly decreased", "evidence": ["Fewer died with zinc."],
    }  # fmt: skip
    path = packed(tmp_path / "p.jsonl.gz", [row])
    for seed in range(20):
        supports, contradicts = evidence_inference(path, random.Random(seed))
        assert supports.label == "supports"
        assert any(w in supports.claim.lower() for w in ("decrease", "lower", "reduce"))
        assert contradicts.label == "contradicts"
        assert supports.claim != contradicts.claim
    path = packed(tmp_path / "q.jsonl.gz", [row | {"label": "no significant difference"}])
    supports, contradicts = evidence_inference(path, random.Random(0))
    assert any(w in supports.claim for w in ("not", "no ", "similar"))


def test_only_the_batches_named_are_read(tmp_path):
    row = {"id": "a", "batch": "7B1", "type": "yesno", "question": "Is zinc a metal?",
           "exact_answer": "yes", "snippets": [{"text": "Zinc is a metal."}]}  # fmt: skip
    rows = [row, row | {"id": "b", "batch": "9B1"}, row | {"id": "c", "type": "list"}]
    pairs = bioasq_yesno(packed(tmp_path / "q.jsonl.gz", rows), ("7B", "8B"), 3, random.Random(0))
    assert [(p.group, p.claim, p.label) for p in pairs] == [("ba", "Is zinc a metal", "supports")]


def test_a_damaged_line_is_named(tmp_path):
    path = packed(tmp_path / "q.jsonl.gz", [{"id": "a"}, ["no", "object"]])
    with pytest.raises(EvaluationError, match=r"q\.jsonl\.gz, line 2, is no object of JSON; mend"):
        list(rows(path))
    (tmp_path / "p.jsonl").write_text('{"id": "a"}\n\n{"id": \n')
    with pytest.raises(EvaluationError, match=r"p\.jsonl, line 3, is no object"):
        list(rows(tmp_path / "p.jsonl"))


def test_a_set_without_its_file_is_named(tmp_path):
    with pytest.raises(EvaluationError, match=r"corpus\.jsonl is not there; give the set as it"):
        scifact(tmp_path)


def test_a_set_in_another_form_is_named(tmp_path):
    row = {"claim": "Zinc helps.", "evidence": "It did.", "label": "Perhaps"}
    path = packed(tmp_path / "dev.jsonl.gz", [row])
    with pytest.raises(EvaluationError, match=r"dev\.jsonl\.gz has a row .* \('Perhaps'\); give"):
        healthver(path)
    with pytest.raises(EvaluationError, match=r"\('type'\); give the set as it is published"):
        bioasq_yesno(path, ("7B",), 3, random.Random(0))


def test_nearest_keeps_the_order_of_the_text():
    texts = ["Dogs slept.", "Zinc and colds.", "Colds passed."]
    assert nearest("Zinc shortens colds.", texts, 2) == ["Zinc and colds.", "Colds passed."]


def test_parts_are_of_groups_and_near_their_shares():
    pairs = [Pair(f"c{i}", "e", "supports", "x", f"g{i // 3}") for i in range(3000)]
    parts = {name: _kept(pairs, name) for name in ("test", "settle", "learn")}
    groups = {name: {p.group for p in found} for name, found in parts.items()}
    assert sum(map(len, parts.values())) == len(pairs)
    assert not groups["test"] & groups["learn"]
    assert not groups["settle"] & (groups["learn"] | groups["test"])
    assert 0.2 < len(groups["test"]) / 1000 < 0.3
    assert part("g1") == part("g1") != part("g1", "salt")


def test_what_a_held_out_pair_says_is_not_learnt_from_elsewhere():
    text = "Zinc lozenges shortened the common cold by two days in ninety adults who took them."
    held = [Pair("Zinc helps.", text, "supports", "scifact", "g")]
    part_of_it = " ".join(text.split()[:13])
    leaks = [
        Pair("A title.", f"As we know, {text}", "supports", "title", "pmid:1"),
        Pair("Is zinc of use", part_of_it, "supports", "bioasq-yesno", "b1"),
        Pair("ZINC helps", "Colds were shorter.", "unclear", "evidence-inference", "PMC1"),
    ]
    others = [
        Pair("A title.", "Iron was given to forty children for a year.", "supports", "title", "x"),
        Pair("Zinc helps all.", text, "supports", "scifact-one", "g2"),  # parted by its group
    ]
    assert _leaks([*leaks, *others], held) == set(leaks)


def test_threshold_of_a_wanted_precision():
    import numpy as np

    odds = np.array([0.99 - i / 100 for i in range(40)])
    right = np.array([True] * 18 + [False] * 22)
    # the first nineteen: 18 right, .947; of twenty .9 is too few for .93, the first target
    assert precise_from(odds, right) == (pytest.approx(0.81), 0.93)
    # six of the first seven are right: .857 is the best of five or more
    often = np.array([True, True, True, False] * 10)
    assert precise_from(odds, often)[1] == 0.85
    assert precise_from(odds, ~right) == (NEVER, 0.0)
    assert odds.max() < NEVER


TITLE = "Zinc lozenges reduce the duration of common colds in adults."
ABSTRACT = (
    "The common cold is frequent in adults everywhere. We investigated whether zinc lozenges "
    "reduce the duration of colds. Ninety adults were given lozenges or placebo for a week. "
    "Zinc lozenges reduced the duration of common colds by two days compared with placebo."
)


def article(title: str = TITLE) -> Article:
    return Article(id="pmid:1", title=title, sections=(Section(ABSTRACT),), language="eng")


def test_a_title_that_states_is_borne_out_by_its_conclusion():
    pairs = title_pairs([article()], random.Random(1))
    by_source = {p.source: p for p in pairs}
    assert by_source["title"].evidence.startswith("Zinc lozenges reduced")
    assert by_source["title"].label == "supports"
    assert by_source["title-against"].label == "contradicts"
    assert by_source["title-against"].claim != TITLE
    assert (
        title_pairs([article("Effects of zinc lozenges on colds in adults")], random.Random(1))
        == []
    )


def test_a_sentence_and_what_was_changed_in_it():
    pairs = sentence_pairs([article()], random.Random(1))
    assert {p.label for p in pairs} >= {"supports", "contradicts"}
    assert all(p.group == "pmid:1" for p in pairs)
    for pair in pairs:
        if pair.label == "contradicts":
            assert pair.claim != pair.evidence


def test_batches_hold_every_pair_once_and_keep_the_budget():
    sizes = [random.Random(i).randrange(5, 128) for i in range(500)]
    batches = list(_batches(sizes, random.Random(0)))
    assert sorted(i for rows in batches for i in rows) == list(range(500))
    # lengths within a batch are only nearly sorted, by up to eight tokens
    assert all(len(rows) * (max(sizes[i] for i in rows) - 8) <= 3000 for rows in batches)
    assert max(map(len, batches)) <= 40


def test_a_labelled_claim_turned_takes_the_other_label():
    pair = Pair("Zinc reduces risk.", "Zinc lowered risk.", "supports", "s", "g")
    (other,) = turned([pair], random.Random(0))
    assert other.label == "contradicts"
    assert other.claim in ("Zinc increases risk.", "Zinc does not reduce risk.")
    (back,) = turned([other], random.Random(0))
    assert back.label == "supports"
    assert back.weight < other.weight < pair.weight
    assert (
        turned([Pair("Zinc reduces risk.", "Dogs.", "unclear", "s", "g")], random.Random(0)) == []
    )
