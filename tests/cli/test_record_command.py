import json


def test_a_note_is_read_with_context(medlit, tmp_path):
    text = (
        "67 yo M with HTN presents with fever and cough for 3 days. Denies chest pain. "
        "Metoprolol 25 mg PO BID. WBC 14.2 (H). Mother had diabetes.\n"
    )
    (tmp_path / "n.txt").write_text(text)
    done = medlit("record", "n.txt", "--json")
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
    assert any("fever" in q for q in read["questions"])


def test_a_missing_note_is_told(medlit):
    done = medlit("record", "nowhere.txt")
    assert (done.returncode, done.stdout) == (2, "")
    assert "nowhere.txt cannot be read" in done.stderr
