import json

import pytest

from rag.errors import MedlitError
from rag.evaluation.record import measure_records, read_gold
from rag.types import Finding, FindingKind, PatientRecord
from tests.clinical import gold

TEXT = "Fever, no cough. Aspirin. Rash."


def finding(words, kind=FindingKind.SYMPTOM, **facts):
    at = TEXT.index(words)
    return Finding(kind, words, words, at, at + len(words), **facts)


def marked(tmp_path, *rows):
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps({"text": TEXT, "age": 40, "findings": list(rows)}))
    return path


def row(words, kind, **facts):
    at = TEXT.index(words)
    return {"start": at, "end": at + len(words), "kind": kind, "text": words} | facts


def test_figures_by_hand(tmp_path):
    path = marked(
        tmp_path,
        row("Fever", "symptom"),
        row("no cough", "symptom", negated=True),
        row("Aspirin", "drug"),
        row("Rash", "sign"),
    )
    # fever right; cough found but not denied and at another place; aspirin of another class
    read = (finding("Fever"), finding("cough"), finding("Aspirin", FindingKind.LAB))
    record = PatientRecord("", 40.0, "", (), read)
    flat = measure_records(read_gold(path), lambda _: record).flat()
    assert (flat["n"], flat["findings"]) == (1, 4)
    assert flat["precision"] == pytest.approx(2 / 3)
    assert flat["recall"] == pytest.approx(2 / 4)
    assert flat["f1"] == pytest.approx(4 / 7)
    assert flat["recall_strict"] == pytest.approx(1 / 4)
    assert flat["negation_accuracy"] == pytest.approx(1 / 2)
    assert (flat["negation_recall"], flat["negation_precision"]) == (0.0, None)
    assert flat["age_accuracy"] == 1.0


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"end": 400}, "within its text"),
        ({"text": "Cough"}, "another text"),
        ({"kind": "mood"}, "mood"),
    ],
)
def test_bad_marks_are_told(tmp_path, change, part):
    with pytest.raises(MedlitError, match=part):
        read_gold(marked(tmp_path, row("Fever", "symptom") | change))


@pytest.mark.parametrize("part", ["dev", "test"])
def test_the_gold_files_say_what_their_marked_notes_say(part):
    rows = list(gold.notes(gold.HERE / f"gold_{part}.txt"))
    lines = (gold.HERE / f"gold_{part}.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == rows
    assert len(read_gold(gold.HERE / f"gold_{part}.jsonl")) == len(rows) >= 20
