"""``medlit eval privacy`` as a user runs it."""

import json

import pytest

from rag.evaluation.notes import is_held_out
from tests.support import Medlit

TEXT = "Patient Name: Petra Placeholder\nMRN: 00482913\nSeen by Dr. Nonesuch. Takes metformin.\n"
SPANS = [("Petra Placeholder", "name"), ("00482913", "record"), ("Nonesuch", "name")]


def labelled(text, spans):
    return [
        {"start": text.index(words), "end": text.index(words) + len(words), "kind": kind}
        for words, kind in spans
    ]


@pytest.fixture
def evaluate(tmp_path):
    rows = [{"id": str(n), "text": TEXT, "spans": labelled(TEXT, SPANS)} for n in range(12)]
    (tmp_path / "n.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "bad.jsonl").write_text(
        json.dumps({"text": TEXT, "spans": [{"start": 0, "end": 3, "kind": "person"}]})
    )
    medlit = Medlit(tmp_path)
    return lambda *args: medlit("eval", "privacy", *args)


def test_one_flat_object(evaluate, tmp_path):
    done = evaluate("--notes", "n.jsonl", "--part", "held-out", "--scores", "s.jsonl", "--json")
    assert done.returncode == 0, done.stderr
    flat = json.loads(done.stdout)
    held = [str(n) for n in range(12) if is_held_out(f"note-{n}")]
    assert (flat["n"], flat["spans"], flat["part"]) == (len(held), 3 * len(held), "held-out")
    assert (flat["spans_name"], flat["spans_record"]) == (2 * len(held), len(held))
    # a labelled record number and names behind a label and a title: as plain as can be
    assert flat["recall"] == flat["recall_name"] == flat["recall_typed_record"] == 1.0
    assert flat["notes_none_left"] == 1.0
    assert all(not isinstance(value, (dict, list)) for value in flat.values())
    rows = [json.loads(line) for line in (tmp_path / "s.jsonl").read_text().splitlines()]
    assert [row["id"] for row in rows] == held
    assert "Nonesuch" not in (tmp_path / "s.jsonl").read_text()
    assert "Nonesuch" not in done.stdout + done.stderr


def test_a_table(evaluate):
    done = evaluate("--notes", "n.jsonl", "--limit", "2")
    assert done.returncode == 0, done.stderr
    heads, *rows = (line.split() for line in done.stdout.splitlines())
    assert heads[:3] == ["kind", "spans", "recall"]
    assert ["name", "4", "1.0000"] in [row[:3] for row in rows]
    assert ["all", "6", "1.0000"] in [row[:3] for row in rows]
    assert "notes with none left: 1.0000 of 2 that hold identifiers, 2 notes in all" in done.stdout


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (("--notes", "bad.jsonl"), 1, "has the label 'person' in span 1; use account, "),
        (("--notes", "none.jsonl"), 1, "none.jsonl"),
        (("--notes", "n.jsonl", "--scores", "no/s.jsonl"), 2, "no is no folder"),
        (("--notes", "n.jsonl", "--scores", "n.jsonl"), 2, "would write over n.jsonl"),
        (("--notes", "n.jsonl", "--part", "test"), 2, "held-out"),
    ],
    ids=["label", "file", "folder", "over-itself", "part"],
)
def test_bad_input_is_one_line(evaluate, args, code, says):
    done = evaluate(*args)
    assert done.returncode == code
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    if code == 1:
        assert len(done.stderr.splitlines()) == 1
