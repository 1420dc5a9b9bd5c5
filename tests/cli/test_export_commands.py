"""``export``, ``ask --format`` and ``ask --questions`` as a user runs them."""

from __future__ import annotations

import json

import pytest

from rag.answering.to_json import answer_to_dict
from rag.types import (
    Answer,
    Article,
    Author,
    Citation,
    Evidence,
    Hit,
    Passage,
    Reference,
    StageScores,
    Statement,
)
from tests.support import Medlit


@pytest.fixture
def answer_file(tmp_path):
    article = Article(
        id="pmid:101",
        title="Honey\x1b[31m for cough.",
        authors=(Author("Test", "Anna", "A"),),
        journal="J Tests",
        year=2021,
    )
    passage = Passage(1, article.id, "", "It helped.", 0, 10)
    hit = Hit(passage, article, 1.0, 1, StageScores())
    citation = Citation(1, article.id, 1, "It helped.", 0, 10, "supports", 1.0)
    made = Answer(
        question="Does honey help?",
        status="answered",
        statements=(Statement("Honey helps.", (citation,)),),
        references=(Reference(1, article, 6),),
        evidence=(Evidence(1, hit),),
    )
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(answer_to_dict(made)))
    return path


def one_line(done, code, *parts):
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert (done.returncode, len(lines)) == (code, 1), done.stderr
    assert lines[0].startswith("medlit: ")
    for part in parts:
        assert part in lines[0]
    assert done.stdout == ""


def test_export_to_stdout_to_a_file_and_from_stdin(medlit, tmp_path, answer_file):
    done = medlit("export", "answer.json", "--format", "ris")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("TY  - JOUR\nAU  - Test, Anna\nTI  - Honey for cough.\n")
    assert "\x1b" not in done.stdout
    written = medlit("export", "answer.json", "--format", "ris", "--out", "a.ris")
    assert (written.returncode, written.stdout, written.stderr) == (0, "", "")
    assert (tmp_path / "a.ris").read_text() == done.stdout
    again = medlit("export", "answer.json", "--format", "nlm", "--out", "a.ris")
    one_line(again, 1, "a.ris is there already", "--force")
    assert (tmp_path / "a.ris").read_text() == done.stdout
    forced = medlit("export", "answer.json", "--format", "nlm", "--out", "a.ris", "--force")
    assert forced.returncode == 0
    assert (tmp_path / "a.ris").read_text().startswith("1. Test A. Honey")
    piped = medlit.typed(answer_file.read_text(), "export", "-", "--format", "ris")
    assert piped.stdout == done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "parts"),
    [
        (["none.json", "--format", "ris"], 1, ["cannot read none.json", "No such file"]),
        ([".", "--format", "ris"], 1, ["is a folder", "medlit ask --json"]),
        (["answer.json", "--format", "word"], 2, ["'word'", "ris, bibtex, nlm, markdown"]),
        (["answer.json"], 2, ["--format", "--help"]),
        (["other.json", "--format", "ris"], 1, ["other.json is no answer"]),
        (["text.txt", "--format", "ris"], 1, ["text.txt is not JSON"]),
        (["empty.json", "--format", "ris"], 1, ["no reference to export"]),
        (["answer.json", "--format", "ris", "--out", "no/a.ris"], 1, ["cannot write no/a.ris"]),
        (["answer.json", "--format", "ris", "--out", "."], 1, ["is a folder"]),
    ],
    ids=range(9),
)
def test_bad_input_is_one_line(medlit, tmp_path, answer_file, arguments, code, parts):
    (tmp_path / "other.json").write_text('{"a": 1}')
    (tmp_path / "text.txt").write_text("hello")
    (tmp_path / "empty.json").write_text('{"statements": [], "references": []}')
    one_line(medlit("export", *arguments), code, *parts)


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["x", "--format", "ris", "--json"], "choose one"),
        (["x", "--format", "ris", "--explain"], "--explain"),
        (["x", "--format", "word"], "there is no format 'word'"),
        ([], "give one question"),
        (["x", "--questions", "q.txt", "--out", "a.jsonl"], "give one question"),
        (["x", "--out", "a.jsonl"], "go together"),
        (["--questions", "q.txt"], "go together"),
        (["--questions", "q.txt", "--out", "a.jsonl", "--format", "ris"], "export the file"),
        (["--questions", "q.txt", "--out", "a.jsonl", "--explain"], "one question"),
    ],
    ids=range(9),
)
def test_options_of_ask_that_contradict(medlit, arguments, part):
    one_line(medlit("ask", *arguments, "--index", "nowhere"), 2, part)


@pytest.mark.model
def test_ask_prints_what_export_makes_of_its_json(built, tmp_path):
    ask = ("ask", "What are the symptoms of influenza?", "--index", built / "ix")
    kept = tmp_path / "a.json"
    _, *told = Medlit(built).several(
        ((*ask, "--json"), "", str(kept)),
        *(((*ask, "--format", name), "", "") for name in ("ris", "markdown")),
        *((("export", kept, "--format", name), "", "") for name in ("ris", "markdown")),
    )
    assert told[:2] == told[2:]
    assert all(told)
    assert "AN  - 102\n" in told[0]


@pytest.mark.model
def test_a_search_goes_to_a_reference_manager_and_back(built, tmp_path):
    kept, bibliography, index = (tmp_path / name for name in ("s.json", "s.bib", "ix"))
    every = ("--include-retracted", "--json")
    *_, again = Medlit(built).several(
        (("search", "fever and cough", "--index", built / "ix", *every), "", str(kept)),
        (("export", kept, "--format", "bibtex", "--out", bibliography), "", ""),
        (("ingest", bibliography, "--index", index, "--embed-for", "0"), "", ""),
        (("search", "fever", "--index", index, "--mode", "lexical", *every), "", ""),
    )
    status = {h["id"]: h["status"] for h in json.loads(again)["hits"]}
    assert status["pmid:199"] == "retracted"


@pytest.mark.model
def test_a_file_of_questions(built, tmp_path):
    run = Medlit(built)
    (tmp_path / "q.jsonl").write_text(
        '{"id": "a", "body": "What are the symptoms of influenza?"}\n'
        '{"id": "b", "question": "Who won the football world cup in 1998?"}\n'
        '{"id": "c", "question": "  "}\n'
    )
    ask = ("ask", "--questions", tmp_path / "q.jsonl", "--out", tmp_path / "a.jsonl")
    done = run(*ask, "--index", built / "ix")
    assert (done.returncode, done.stdout) == (1, "")
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("medlit: 1 of 3 questions failed")
    rows = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    assert [(r["id"], r.get("status")) for r in rows] == [
        ("a", "answered"),
        ("b", "insufficient_evidence"),
        ("c", None),
    ]
    assert "is empty" in rows[2]["error"]
    exported = run("export", tmp_path / "a.jsonl", "--format", "nlm")
    assert exported.returncode == 0, exported.stderr
    assert "questions that failed and have no answer: 1" in exported.stderr
    assert exported.stdout.startswith("What are the symptoms of influenza?\n\n1. ")
