import json


def test_a_note_is_read_with_context(medlit, tmp_path):
    text = (
        "67 yo M with HTN presents with fever and cough for 3 days. Denies chest pain. "
        "Metoprolol 25 mg PO BID. WBC 14.2 (H). Mother had diabetes.\n"
    )
    (tmp_path / "n.txt").write_text(text)
    medlit.cold = True
    done = medlit("record", "n.txt", "--json", "--no-ask")
    assert done.returncode == 0, done.stderr
    read = json.loads(done.stdout)
    assert (read["age"], read["sex"]) == (67.0, "male")
    found = {f["name"]: f for f in read["findings"]}
    for one in read["findings"]:
        assert text[one["start"] : one["end"]] == one["text"]
    assert found["Chest pain"]["negated"]
    assert not found["Fever"]["negated"]
    assert found["Diabetes mellitus"]["experiencer"] == "family"
    assert found["metoprolol"]["dosage"]["dose"] == "25 mg"
    assert found["White blood cells"]["measured"]["abnormal"] == "high"
    assert any("fever" in q["question"] for q in read["questions"])
    assert all(q["answer"] is None for q in read["questions"])


def test_a_missing_note_is_told(medlit):
    done = medlit("record", "nowhere.txt")
    assert (done.returncode, done.stdout) == (2, "")
    assert "nowhere.txt cannot be read" in done.stderr


NOTES = (
    '"ROW_ID","SUBJECT_ID","HADM_ID","CHARTDATE","CATEGORY","DESCRIPTION","TEXT"\n'
    '7,1,2,"2101-01-01","Nursing","Report","Pt with fever, denies cough."\n'
    '8,1,2,"2101-01-02","Nursing","Report","Pt with rash."\n'
)


def test_rows_of_mimic_by_number(medlit, tmp_path):
    (tmp_path / "NOTEEVENTS.csv").write_text(NOTES)
    done = medlit("record", "NOTEEVENTS.csv", "--id", "8", "--id", "7", "--json", "--no-ask")
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    told = [(r["id"], [(f["text"], f["negated"]) for f in r["findings"]]) for r in rows]
    assert told == [("8", [("rash", False)]), ("7", [("fever", False), ("cough", True)])]
    done = medlit("record", "NOTEEVENTS.csv", "--id", "9")
    assert (done.returncode, "no note 9" in done.stderr) == (2, True)


def test_questions_are_answered_from_the_index(built, medlit, tmp_path):
    (tmp_path / "n.txt").write_text(
        "Fever and cough for two days. Crushing chest pain, sweating.\n"
    )
    done = medlit("record", "n.txt", "--index", built / "ix", "--json")
    assert done.returncode == 0, done.stderr
    read = json.loads(done.stdout)
    assert "heart attack" in read["notices"][0]
    assert read["questions"]
    for one in read["questions"]:
        assert one["answer"]["status"] in ("answered", "insufficient_evidence")
    shown = medlit("record", "n.txt", "--index", built / "ix")
    assert shown.returncode == 0, shown.stderr
    assert not any(line.endswith(" ") for line in shown.stdout.splitlines())
    assert shown.stdout.index("heart attack") < shown.stdout.index("Fever")


def test_marked_notes_are_measured(medlit, tmp_path):
    note = {
        "text": "No fever.",
        "findings": [{"start": 3, "end": 8, "kind": "symptom", "negated": True}],
    }
    (tmp_path / "g.jsonl").write_text(json.dumps(note) + "\n")
    done = medlit("eval", "record", "--gold", "g.jsonl", "--json")
    assert done.returncode == 0, done.stderr
    flat = json.loads(done.stdout)
    assert (flat["n"], flat["f1"], flat["negation_accuracy"]) == (1, 1.0, 1.0)


def test_notes_of_many_patients_are_not_read_as_one(medlit, tmp_path):
    (tmp_path / "NOTEEVENTS.csv").write_text(NOTES)
    done = medlit("record", "NOTEEVENTS.csv", "--no-ask")
    assert (done.returncode, done.stdout) == (2, "")
    assert "a table of notes; name those to read with --id" in done.stderr


def test_files_of_older_programs_are_read(medlit, tmp_path):
    for name, encoding in (("a.txt", "utf-16"), ("b.txt", "cp1252"), ("c.txt", "utf-8-sig")):
        (tmp_path / name).write_bytes("Fièvre. Fever, no cough.".encode(encoding))
        done = medlit("record", name, "--json", "--no-ask")
        assert done.returncode == 0, done.stderr
        read = json.loads(done.stdout)
        assert [(f["text"], f["start"]) for f in read["findings"]] == [("Fever", 8), ("cough", 18)]
    (tmp_path / "d.txt").write_bytes(b"PK\x03\x04\x00\x00\x08\x00")
    done = medlit("record", "d.txt", "--no-ask")
    assert (done.returncode, "is no text" in done.stderr) == (2, True)
