"""Reading labelled notes: forms, what labels mean, the part that is held out."""

import gzip
import json

import pytest

from rag.errors import CorpusError, EvaluationError
from rag.evaluation.note_labels import I2B2, MEDCAT, OWN, PRESIDIO, kinds_of
from rag.evaluation.notes import is_held_out, part_of, read_notes
from rag.privacy.kinds import KINDS

OURS = {"id": "a", "text": "Seen by Dr. Roe.", "spans": [{"start": 12, "end": 15, "kind": "name"}]}
THEIRS = {
    "full_text": "Ann Roe, 44, of Norway was here in 1999",
    "spans": [
        {
            "entity_type": "PERSON",
            "entity_value": "Ann Roe",
            "start_position": 0,
            "end_position": 7,
        },
        {"entity_type": "AGE", "entity_value": "44", "start_position": 9, "end_position": 11},
        {"entity_type": "GPE", "entity_value": "Norway", "start_position": 16, "end_position": 22},
        {"entity_type": "DATE_TIME", "start_position": 35, "end_position": 39},
    ],
    "template_id": 7,
}
EXPORT = {
    "projects": [
        {
            "documents": [
                {
                    "name": "doc_0",
                    "text": "Name: Ann Roe\nCity: Oslo",
                    "annotations": [
                        # its values have a space before them, its offsets do not
                        {"start": 6, "end": 13, "cui": "PATIENT", "value": " Ann Roe"},
                        {"start": 20, "end": 24, "cui": "HOSPITAL", "value": " Oslo"},
                        {"start": 14, "end": 18, "cui": "DOCTOR", "value": "City", "deleted": True},
                    ],
                }
            ]
        }
    ]
}
I2B2_NOTE = """<?xml version="1.0" encoding="UTF-8" ?>
<deIdi2b2><TEXT><![CDATA[
Record date: 2069-04-07
Ann Roe, 92, from Ohio.
]]></TEXT><TAGS>
<DATE id="P0" start="14" end="24" text="2069-04-07" TYPE="DATE" comment="" />
<NAME id="P1" start="25" end="32" text="Ann Roe" TYPE="PATIENT" comment="" />
<AGE id="P2" start="34" end="36" text="92" TYPE="AGE" comment="" />
<LOCATION id="P3" start="43" end="47" text="Ohio" TYPE="STATE" comment="" />
</TAGS></deIdi2b2>
"""


@pytest.fixture
def write(tmp_path):
    def _write(content, name="notes.json"):
        text = content if isinstance(content, str) else json.dumps(content)
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return _write


def texts(note):
    return [(note.text[s.start : s.end], s.kinds) for s in note.spans]


def test_own_lines(write, tmp_path):
    lines = json.dumps(OURS) + "\n" + json.dumps({"text": "  nothing here\n", "spans": []}) + "\n"
    first, second = read_notes(write(lines))
    assert (first.id, first.key, texts(first)) == ("a", "note-a", [("Roe", ("name",))])
    assert (second.id, second.text, second.spans) == ("2", "  nothing here\n", ())
    packed = tmp_path / "notes.jsonl.gz"
    packed.write_bytes(gzip.compress(lines.encode()))
    assert read_notes(packed) == [first, second]


def test_presidio_research(write):
    (note,) = read_notes(write([THEIRS]))
    assert note.key == "template-7"
    assert texts(note) == [("Ann Roe", ("name",)), ("44", ()), ("Norway", ()), ("1999", ())]
    assert [s.kinds for s in note.identifiers] == [("name",)]


def test_medcat_export(write):
    (note,) = read_notes(write(EXPORT))
    assert note.key == "medcat-doc_0"
    assert texts(note) == [("Ann Roe", ("name",)), ("Oslo", ("address", "facility"))]
    assert note.labelled == {"name", "address", "facility"}


def test_i2b2_file_and_folder(write, tmp_path):
    path = write(I2B2_NOTE, "110-02.xml")
    (note,) = read_notes(path)
    assert (note.id, note.key) == ("110-02", "i2b2-110")
    expected = [("2069-04-07", ("date",)), ("Ann Roe", ("name",)), ("92", ("age",)), ("Ohio", ())]
    assert texts(note) == expected
    write(I2B2_NOTE, "090-01.xml")
    assert [n.id for n in read_notes(tmp_path)] == ["090-01", "110-02"]


def test_an_entity_of_xml_is_not_read(write, tmp_path):
    (tmp_path / "secret").write_text("secret")
    head = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{tmp_path}/secret">]>'
    path = write(f"{head}<deIdi2b2><TEXT>a &x; b</TEXT><TAGS/></deIdi2b2>", "a.xml")
    assert "secret" not in read_notes(path)[0].text


@pytest.mark.parametrize(
    ("labels", "label", "value", "kinds"),
    [
        (PRESIDIO, "AGE", "89", ()),
        (PRESIDIO, "AGE", "90", ("age",)),
        (I2B2, "AGE", "ninety-two", ("age",)),
        (I2B2, "AGE", "forty", ()),
        (PRESIDIO, "DATE_TIME", "1999", ()),
        (PRESIDIO, "DATE_TIME", "the 1980s", ()),
        (I2B2, "DATE", "'98", ()),
        (PRESIDIO, "DATE_TIME", "11:34", ()),
        (PRESIDIO, "DATE_TIME", "Tuesday", ("date",)),
        (PRESIDIO, "DATE_TIME", "May 1999", ("date",)),
        (PRESIDIO, "DATE_TIME", "2000-04-16 11:34:35", ("date",)),
        (PRESIDIO, "GPE", "the United States", ()),
        (PRESIDIO, "GPE", "Cyprus (Greek)", ()),
        (PRESIDIO, "GPE", "CO", ()),
        (PRESIDIO, "GPE", "Texas", ()),
        (PRESIDIO, "GPE", "New York", ("address",)),
        (PRESIDIO, "GPE", "OSLO", ("address",)),
        (PRESIDIO, "STREET_ADDRESS", "Jordan", ("address",)),
        (PRESIDIO, "TITLE", "Dr.", ()),
        (MEDCAT, "hospital", "New York", ("address", "facility")),
        (I2B2, "COUNTRY", "Norway", ()),
        (OWN, "SSN", "078-05-1120", ("ssn",)),
        (OWN, "none", "x", ()),
        (OWN, "PERSON", "x", None),
    ],
)
def test_what_a_label_means(labels, label, value, kinds):
    assert kinds_of(labels, label, value) == kinds


def test_every_table_maps_to_known_kinds():
    for labels in (PRESIDIO, MEDCAT, I2B2, OWN):
        assert {kind for kinds in labels.kinds.values() for kind in kinds} <= set(KINDS)
        assert labels.labelled <= set(KINDS)


def test_held_out_by_the_hash_of_the_key(write):
    # the first eight digits of SHA-256("medlit-phi:" + key), by sha256sum; 0.4 · 2³² is 66666666.6…
    firsts = {
        "template-1": "e63e4548",
        "template-2": "9b377b78",
        "template-3": "e8109498",
        "medcat-doc_0": "9f8a91a5",
        "medcat-doc_1": "974a290a",
    }
    for key, first in firsts.items():
        assert is_held_out(key) == (first <= "66666666"), key
    notes = read_notes(write([THEIRS | {"template_id": n} for n in range(40)]))
    held, rest = part_of(notes, "held-out"), part_of(notes, "rest")
    assert {n.key for n in held}.isdisjoint(n.key for n in rest)
    assert len(held) + len(rest) == len(part_of(notes, "all")) == 40
    one = [note for note in notes if is_held_out(note.key)][:1]
    with pytest.raises(EvaluationError, match="no note belongs to the part rest"):
        part_of(one, "rest")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ({"question": "?"}, "is no note; give {text, spans}"),
        ({"text": 3}, "has no text in 'text'"),
        (OURS | {"spans": None}, "has no list of objects in 'spans'"),
        (OURS | {"spans": [{"start": 12, "end": 99, "kind": "name"}]}, "another text at span 1"),
        (OURS | {"spans": [{"start": 5, "end": 5, "kind": "name"}]}, "in span 1"),
        (OURS | {"spans": [{"start": "5", "end": 6, "kind": "name"}]}, "no 'start' and 'end'"),
        (OURS | {"spans": [{"start": 1, "end": 5, "kind": "nom"}]}, "has the label 'nom'"),
        (
            [THEIRS | {"full_text": "Bob Roe, 44, of Norway was here in 1999"}],
            "item 1 has another text at span 1",
        ),
        ({"projects": [{}]}, "has no list of objects in 'documents'"),
        ({"projects": []}, "holds no note"),
        ("<deIdi2b2><TAGS/></deIdi2b2>", "has no text in 'text'"),
        ("<deIdi2b2>", "is no XML"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)
def test_what_is_refused_in_one_line(write, content, says):
    with pytest.raises(EvaluationError) as caught:
        read_notes(write(content))
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "Ann Roe" not in str(caught.value)


def test_missing_file_and_empty_folder(tmp_path):
    with pytest.raises(CorpusError, match="cannot read"):
        read_notes(tmp_path / "none.json")
    with pytest.raises(EvaluationError, match=r"holds no \.xml file"):
        read_notes(tmp_path)
