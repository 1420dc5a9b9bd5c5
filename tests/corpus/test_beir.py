from __future__ import annotations

import json

import pytest

from rag.corpus import detect, read
from rag.corpus import streams as streams_module
from rag.types import Author, MeshHeading, MeshQualifier, Reject


@pytest.fixture
def one(write):
    def _one(**row):
        (record,) = read(write("c.jsonl", json.dumps(row) + "\n"), format="beir")
        return record

    return _one


def test_every_field_of_a_full_record(one):
    a = one(
        _id="7",
        title="A title\nin two lines",
        text="First part.\n\n  Second\tpart.\u2028Third.",
        metadata={
            "pmid": 900001,
            "doi": "https://doi.org/10.1234/ABC",
            "year": 2001,
            "journal": "J Inv Res",
            "authors": ["Doe JQ", "Roe, Richard R", "The Fiction Group"],
            "publication_types": ["Retracted Publication"],
            "mesh": ["Leaves/*growth", "Light"],
            "language": "eng",
            "keywords": ["air", "air"],
            "url": "https://example.org",
        },
    )
    assert (a.id, a.title, a.doi) == ("pmid:900001", "A title in two lines", "10.1234/ABC")
    assert [s.text for s in a.sections] == ["First part.", "Second part.", "Third."]
    assert (a.year, a.publication_date, a.journal) == (2001, "2001", "J Inv Res")
    assert a.authors == (
        Author("Doe", "", "JQ"),
        Author("Roe", "Richard R", "RR"),
        Author("The Fiction Group"),
    )
    assert a.mesh == (
        MeshHeading("Leaves", "", False, (MeshQualifier("growth", True),)),
        MeshHeading("Light"),
    )
    assert (a.language, a.keywords, a.status) == ("eng", ("air",), "retracted")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"_id": "12", "metadata": {}}, "id:12"),
        ({"_id": 12}, "id:12"),
        ({"_id": "x", "metadata": None}, "id:x"),
        ({"_id": "x", "metadata": {"pmid": "0012"}}, "pmid:12"),
        ({"_id": "x", "metadata": {"doi": "10.1000/A"}}, "doi:10.1000/a"),
    ],
)
def test_identity(one, row, expected):
    assert one(title="T", **row).id == expected


def test_without_any_id_the_title_serves(one):
    assert one(title="T", text="x").id.startswith("hash:")
    assert one(text="x").id == one(text="X").id != one(text="y").id


def test_cells_of_a_table(one):
    a = one(_id="1", text="x", metadata={"year": "1999.0", "authors": "A Doe; B Roe", "mesh": ""})
    assert (a.year, [x.name for x in a.authors], a.mesh) == (1999, ["A Doe", "B Roe"], ())
    assert one(_id="1", text="x", metadata={"year": 1999.0}).year == 1999


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "not JSON"),
        ("[1, 2]", "not a JSON object"),
        ("[" * 100_000, "nested too deep"),
        ('{"_id": "1"}', "neither title nor text"),
        ('{"_id": "1", "title": " ", "text": "\\n"}', "neither title nor text"),
        ('{"_id": "1", "text": 5}', "text is not a string"),
        ('{"_id": true, "text": "x"}', "_id is not a string"),
        ('{"_id": "1", "text": "x", "metadata": []}', "metadata is not an object"),
        ('{"_id": "1", "text": "x", "metadata": {"year": 1.5}}', "year '1.5' is not a year"),
        ('{"_id": "1", "text": "x", "metadata": {"pmid": "PMC1"}}', "pmid 'PMC1' is not a number"),
        ('{"_id": "1", "text": "x", "metadata": {"mesh": [1]}}', "mesh is not a list of strings"),
        ("\\xff", "not JSON"),
    ],
)
def test_a_bad_line_is_a_reject_and_reading_goes_on(write, line, reason):
    good = '{"_id": "%s", "title": "T", "text": "x"}'
    path = write("b.jsonl", f"{good % 'a'}\n\n{line}\n{good % 'b'}")
    first, reject, second = read(path)
    assert (first.id, second.id, second.source.record) == ("id:a", "id:b", 2)
    assert isinstance(reject, Reject)
    assert reason in reject.reason
    assert "line 3" in reject.reason


def test_what_utf_8_cannot_hold_is_left_out(one):
    a = one(_id="a\ud800", title="half \ud800 a pair", text="zero \x00 byte")
    assert (a.id, a.title, a.sections[0].text) == ("id:a", "half a pair", "zero byte")


def test_a_line_without_end_is_a_reject(write, monkeypatch):
    monkeypatch.setattr(streams_module.lines, "__defaults__", (1 << 20,))
    good = '{"_id": "a", "title": "T", "text": "x"}\n'
    path = write("long.jsonl", good + '{"_id": "b", "text": "' + "x" * (2 << 20) + '"}\n' + good)
    assert [type(r).__name__ for r in read(path)] == ["Article", "Reject", "Article"]


def test_a_first_line_longer_than_the_head_is_recognised(write):
    row = json.dumps({"_id": "a", "title": "T", "text": "x " * 100_000})
    assert [r.id for r in read(write("long", row + "\n"))] == ["id:a"]


def test_flat_lines(write):
    row = {
        "id": "x",
        "pmid": 7,
        "doi": "10.1000/X",
        "title": "Cough",
        "abstract": "Honey.",
        "year": 1999,
    }
    path = write("flat.jsonl", json.dumps(row) + "\n" + json.dumps({"id": 8, "text": "Alone."}))
    assert detect(path) == "beir"
    a, b = read(path)
    assert (a.id, a.doi, a.year, a.sections[0].text) == ("pmid:7", "10.1000/X", 1999, "Honey.")
    assert (b.id, b.text) == ("id:8", "Alone.")
