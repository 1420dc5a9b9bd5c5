import json

import pytest

from rag.errors import MedlitError
from rag.evaluation.differential import (
    Case,
    measure_differential,
    names_of,
    rank_of,
    read_cases,
    read_synonyms,
)
from rag.types import Candidate, Differential


def found(*names):
    return Differential(
        "", (), tuple(Candidate(i, n, "", 0.0, 0.0, 1) for i, n in enumerate(names, start=1))
    )


def test_a_name_is_right_by_itself_by_a_synonym_or_by_the_list():
    assert rank_of(["Gout", "Asthma"], names_of("asthma", {})) == 2
    assert rank_of(["hemorrhoids"], names_of("Piles", {})) == 1  # one in the list
    assert (
        rank_of(["Parkinsonism"], names_of("shaking palsy", {"Shaking Palsy": ["parkinsonism"]}))
        == 1
    )
    assert rank_of(["gout"], names_of("asthma", {})) == 0


def test_figures_by_hand():
    answers = {"a": found("asthma", "gout"), "b": found("gout", "x", "asthma"), "c": found()}
    cases = [Case("a", "Asthma"), Case("b", "Asthma"), Case("c", "Asthma")]
    flat = measure_differential(cases, answers.__getitem__).flat()
    assert (flat["n"], flat["abstained"]) == (3, 1)
    assert flat["top1"] == pytest.approx(1 / 3)
    assert flat["top3"] == flat["top5"] == pytest.approx(2 / 3)
    assert flat["mrr"] == pytest.approx((1 + 1 / 3) / 3)


def test_files(tmp_path):
    (tmp_path / "c.jsonl").write_text('{"text": "I cough.", "label": "Cold", "id": 3}\n')
    assert read_cases(tmp_path / "c.jsonl") == [Case("I cough.", "Cold", "3")]
    (tmp_path / "s.json").write_text(json.dumps({"Cold": ["coryza"]}))
    (tmp_path / "s.tsv").write_text("Cold\tcoryza\tcolds\n")
    assert read_synonyms(tmp_path / "s.json") == {"Cold": ("coryza",)}
    assert read_synonyms(tmp_path / "s.tsv") == {"Cold": ("coryza", "colds")}


@pytest.mark.parametrize(
    ("content", "part"), [('{"text": "I cough."}', "label"), ("", "c.jsonl"), ("{", "JSON")]
)
def test_bad_cases_are_told(tmp_path, content, part):
    (tmp_path / "c.jsonl").write_text(content)
    with pytest.raises(MedlitError, match=part):
        read_cases(tmp_path / "c.jsonl")


def test_bad_synonyms_are_told(tmp_path):
    (tmp_path / "s.json").write_text('{"Cold": "coryza"}')
    with pytest.raises(MedlitError, match="label"):
        read_synonyms(tmp_path / "s.json")
