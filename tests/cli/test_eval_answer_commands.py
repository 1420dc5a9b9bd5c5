"""``medlit eval support``, ``answers`` and ``qa`` as a user runs them."""

import json
import os
import sys

import pytest

import cli
from rag.evaluation.rouge import rouge
from tests.support import Medlit

PAIRS = [
    {
        "id": "p1",
        "claim": "Metformin reduced body weight.",
        "evidence": "Metformin reduced body weight by 2.1 kg after one year.",
        "label": "SUPPORT",
        "note": "kept",
    },
    {
        "claim": "Metformin increased body weight.",
        "evidence": ["Metformin reduced body weight.", "It was safe."],
        "label": "Refutes",
    },
    {"claim": "Zinc cures colds.", "evidence": "The sky was clear.", "label": "not enough info"},
]
QUESTIONS = [
    {
        "id": "q1",
        "type": "summary",
        "question": "Does azithromycin clear Bordetella pertussis from the nasopharynx?",
        "ideal_answer": "Azithromycin cleared Bordetella pertussis in 97% of patients.",
        "pmids": ["101"],
        "snippets": [{"pmid": "101", "text": "Azithromycin cleared the nasopharynx"}],
    },
    {
        "id": "q2",
        "type": "factoid",
        "question": "Who won the football world cup in 1954?",
        "exact_answer": [["nobody"]],
        "answerable": False,
    },
]
NERVES = {
    "mmlu": {
        "1": {
            "question": "Which drug reduced body weight in type 2 diabetes?",
            "options": {"A": "Aspirin", "B": "Metformin"},
            "answer": "B",
        }
    },
    "pubmedqa": {
        "2": {
            "question": "Does metformin reduce body weight?",
            "options": {"A": "yes", "B": "no", "C": "maybe"},
            "answer": "A",
        }
    },
}


def lines(path, rows):
    path.write_text("".join(json.dumps(r) + "\n" for r in rows))


@pytest.fixture
def evaluate(tmp_path):
    lines(tmp_path / "pairs.jsonl", PAIRS)
    lines(tmp_path / "bad.jsonl", [*PAIRS, {"claim": "x", "evidence": "y", "label": "often"}])
    (tmp_path / "empty").write_text("")
    lines(tmp_path / "q.jsonl", QUESTIONS)
    (tmp_path / "mirage.json").write_text(json.dumps(NERVES))
    medlit = Medlit(tmp_path)
    return lambda *args: medlit("eval", *args)


@pytest.mark.parametrize("command", ["support", "answers", "qa"])
def test_help(evaluate, command):
    done = evaluate(command, "--help")
    assert done.returncode == 0
    assert "--limit" in done.stdout


def test_support(evaluate, tmp_path):
    done = evaluate("support", "--pairs", "pairs.jsonl", "--scores", "s.jsonl", "--json")
    assert done.returncode == 0, done.stderr
    flat = json.loads(done.stdout)
    assert flat["n"] == 3
    assert flat["verifier"]
    assert 0 < flat["threshold"] < 1
    assert all(not isinstance(v, (dict, list)) for v in flat.values())
    rows = [json.loads(line) for line in (tmp_path / "s.jsonl").read_text().splitlines()]
    assert [r["label"] for r in rows] == ["supports", "contradicts", "unclear"]
    assert (rows[0]["id"], rows[0]["note"]) == ("p1", "kept")
    # the figures are those of the rows that were written
    labels = ("supports", "contradicts", "unclear")
    likeliest = [max(labels, key=lambda label: row[label]) for row in rows]
    right = sum(said == row["label"] for said, row in zip(likeliest, rows, strict=True))
    assert flat["accuracy"] == pytest.approx(right / 3)
    assert flat["said_supports"] == sum(r["verdict"] == "supports" for r in rows)
    for row in rows:
        parts = row["supports"] + row["contradicts"] + row["unclear"]
        assert parts == pytest.approx(1.0, abs=1e-5)
        assert row["verdict"] != "supports" or row["supports"] >= flat["threshold"] - 1e-6
    # a claim that its evidence says word for word, and one of another matter
    assert [rows[0]["verdict"], rows[2]["verdict"]] == ["supports", "unclear"]
    shown = evaluate("support", "--pairs", "pairs.jsonl", "--verifier", "features", "--limit", "1")
    assert shown.returncode == 0, shown.stderr
    assert "macro-F1" in shown.stdout


@pytest.mark.model
def test_answers(evaluate, tmp_path, built):
    done = evaluate(
        *("answers", "--questions", "q.jsonl", "--index", built / "ix"),
        *("--generator", "extractive", "--out", "a.jsonl", "--json"),
    )
    assert done.returncode == 0, done.stderr
    flat = json.loads(done.stdout)
    assert (flat["n"], flat["answered"], flat["unanswerable"], flat["refused"]) == (2, 1.0, 1, 1.0)
    assert (flat["ids_outside"], flat["statements_without_quote"]) == (0, 0)
    assert (flat["citation_precision"], flat["citation_recall"]) == (1.0, 1.0)
    assert flat["support"] == 1.0
    assert flat["support_check"] != flat["verifier"]
    assert "factoid_mrr" not in flat  # the only factoid is not answerable
    assert all(not isinstance(v, (dict, list)) for v in flat.values())
    rows = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    assert [(r["id"], r["answer"]["status"]) for r in rows] == [
        ("q1", "answered"),
        ("q2", "insufficient_evidence"),
    ]
    assert rows[0]["gold"]["pmids"] == ["101"]
    prose = " ".join(s["text"] for s in rows[0]["answer"]["statements"])
    assert flat["rouge2_f1"] == rouge(prose, rows[0]["gold"]["ideal_answer"]).two.f1
    assert rows[0]["answer"]["statements"][0]["citations"][0]["pmid"] == "101"


@pytest.mark.model
def test_qa_with_an_index_and_with_contexts(evaluate, tmp_path, built):
    done = evaluate(
        *("qa", "--questions", "mirage.json", "--index", built / "ix", "--json"),
        *("--generator", "extractive", "--out", "o.jsonl"),
    )
    assert done.returncode == 0, done.stderr
    flat = json.loads(done.stdout)
    assert (flat["n"], flat["mmlu/accuracy"], flat["evidence"]) == (2, 1.0, "retrieval")
    rows = [json.loads(line) for line in (tmp_path / "o.jsonl").read_text().splitlines()]
    assert (rows[0]["gold"], rows[0]["chosen"], rows[0]["set"]) == ("B", "B", "mmlu")
    assert "pmid:103" in rows[0]["evidence"]
    right = [r["chosen"] == r["gold"] for r in rows]
    assert flat["accuracy"] == sum(right) / 2
    row = {"id": 5, "question": "Does zinc help?", "contexts": ["Zinc helps."]}
    lines(tmp_path / "pqa.jsonl", [row | {"final_decision": "yes"}])
    done = evaluate(
        *("qa", "--questions", "pqa.jsonl", "--contexts", "--generator", "extractive", "--json")
    )
    assert done.returncode == 0, done.stderr
    flat = json.loads(done.stdout)
    assert (flat["n"], flat["set"], flat["evidence"]) == (1, "pqa", "contexts")
    assert flat["accuracy"] == 1.0


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("support", "--pairs", "none"), 1, "cannot read none"),
        (("support", "--pairs", "empty"), 1, "empty is empty"),
        (("support", "--pairs", "bad.jsonl"), 1, "line 4 has the label 'often'"),
        (("support", "--pairs", "q.jsonl"), 1, "line 1 has no text in 'claim'"),
        (("support", "--pairs", "pairs.jsonl", "--scores", "no/s"), 2, "no is no folder"),
        (("support", "--pairs", "pairs.jsonl", "--scores", "."), 2, ". is a folder"),
        (("support", "--pairs", "pairs.jsonl", "--limit", "0"), 2, "--limit"),
        (("support", "--pairs", "pairs.jsonl", "--verifier", "no/such"), 1, "no/such"),
        (("support",), 2, "--pairs"),
        (("answers",), 2, "--questions"),
        (("answers", "--questions", "empty"), 1, "empty is empty"),
        (("answers", "--questions", "pairs.jsonl"), 1, "line 1 has the type None"),
        (("answers", "--questions", "q.jsonl", "--batch", "9B"), 2, "of the batch '9B'; it has"),
        (("answers", "--questions", "q.jsonl", "--out", "no/a"), 2, "no is no folder"),
        (("answers", "--questions", "q.jsonl", "--index", "nowhere"), 1, "nowhere"),
        (("qa", "--questions", "empty"), 1, "empty is empty"),
        (("qa", "--questions", "pairs.jsonl"), 1, "no text in 'question'"),
        (
            ("qa", "--questions", "mirage.json", "--no-retrieval", "--generator", "extractive"),
            2,
            "without a generator nothing can answer",
        ),
        (("qa", "--questions", "mirage.json", "--no-retrieval", "--contexts"), 2, "leave out"),
        (("qa", "--questions", "mirage.json", "--contexts"), 2, "without contexts"),
        (("qa", "--questions", "mirage.json", "--contexts", "--index", "x"), 2, "two sources"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_bad_input_is_one_line(evaluate, tmp_path, monkeypatch, capsys, args, code, said):
    # in this process: none of it may get as far as to load a model
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("MEDLIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(sys, "argv", ["medlit", "eval", *args])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    out, err = capsys.readouterr()
    assert (ended.value.code, out) == (code, ""), err
    assert err.splitlines()[-1].startswith("medlit: ")
    assert said in err.splitlines()[-1]
