"""The commands of the clinical part, as a user runs them."""

import json

import pytest


def test_a_differential_in_words(built, medlit):
    medlit.cold = True
    done = medlit("differential", "fever, cough and muscle pain; no rash", "--index", built / "ix")
    assert done.returncode == 0, done.stderr
    assert "Findings read: Fever, Cough, Myalgia, Rash (denied)" in done.stdout
    assert "influenza" in done.stdout
    assert "no diagnosis" in " ".join(done.stdout.split())
    assert not any(line.endswith(" ") for line in done.stdout.splitlines())


def test_a_record_as_json(built, medlit, tmp_path):
    text = "Complains of crushing chest pain and sweating.\nFever and cough for 3 days.\n"
    (tmp_path / "note.txt").write_text(text)
    done = medlit("differential", "--record", "note.txt", "--index", built / "ix", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert "heart attack" in found["notices"][0]
    assert found["findings"][0]["name"] == "Chest pain"
    for one in found["findings"]:
        assert text[one["start"] : one["end"]] == one["text"]
    assert found["candidates"]
    ranks = [c["rank"] for c in found["candidates"]]
    assert ranks == list(range(1, len(ranks) + 1))


def test_cases_are_measured(built, medlit, tmp_path):
    (tmp_path / "c.jsonl").write_text(
        '{"text": "sudden fever, cough, muscle pain", "label": "Flu"}\n'
    )
    done = medlit(
        *("eval", "differential", "--cases", "c.jsonl", "--index", built / "ix"),
        *("--out", "o.jsonl", "--json"),
    )
    assert done.returncode == 0, done.stderr
    flat = json.loads(done.stdout)
    assert (flat["n"], flat["top5"]) == (1, 1.0)
    row = json.loads((tmp_path / "o.jsonl").read_text())
    assert row["label"] == "Flu"
    assert row["candidates"][row["rank"] - 1] == "influenza"


@pytest.mark.parametrize(
    ("arguments", "code", "part"),
    [
        ((), 2, "--record"),
        (("x", "--record", "y"), 2, "--record"),
        (("--record", "nowhere.txt"), 2, "nowhere.txt cannot be read"),
        ((" ",), 2, "empty"),
        (("fever", "--index", "nowhere"), 1, "nowhere"),
    ],
)
def test_bad_input(medlit, arguments, code, part):
    done = medlit("differential", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert part in done.stderr
    assert len(done.stderr.splitlines()) == 1
