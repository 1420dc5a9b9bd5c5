"""What is not medlit's JSON is refused in one line; what is written is written whole."""

from __future__ import annotations

import json

import pytest
from export_makers import HONEY, answer, as_json, example
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answering.to_json import answer_to_dict
from rag.errors import ExportError
from rag.exporting import FORMATS, read_documents, render, write_text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"  \n", "is empty"),
        (b"hello", "is not JSON"),
        (b"\xff\xfe\xff", "is not text"),
        (b"\x80abc", "is not text"),
        (b"[]", "holds no answer"),
        (b"3", "no object"),
        (b'{"a": 1}', "no answer and no search"),
        (b'{"question": "x", "references": []}', "no answer and no search"),
        (b'{"statements": 3, "references": []}', "'statements' is not a list"),
        (b'{"statements": [3], "references": []}', "'statements' is not a list of objects"),
        (b'{"statements": [], "references": [{}]}', "references 1 has no id"),
        (b'{"statements": [], "references": [{"id": 5}]}', "'id' is not a text"),
        (
            b'{"statements": [], "references": [{"id": "a", "year": "x"}]}',
            "'year' is not a whole number",
        ),
        (
            b'{"statements": [], "references": [{"id": "a", "status": "odd"}]}',
            "'status' is not one of current",
        ),
        (b'{"statements": [], "references": [], "status": true}', "'status' is not a text"),
        (b"[" * 100_000, "is not JSON"),
        (b'{"year": ' + b"9" * 5000 + b"}", "is not JSON"),
    ],
    ids=range(18),
)
def test_other_input(data, said):
    with pytest.raises(ExportError) as error:
        read_documents(data, "a.json")
    assert said in str(error.value)
    assert str(error.value).startswith("a.json")
    assert "\n" not in str(error.value)


def test_a_cut_line_is_named():
    one = as_json(example())
    with pytest.raises(ExportError, match=r"line 2 is not JSON; it was cut"):
        read_documents(f"{one}\n{one[:50]}", "a.jsonl")
    with pytest.raises(ExportError, match=r"line 2 is not JSON$"):
        read_documents(f"{one}\n{one[:50]}\n{one}", "a.jsonl")


def test_lists_lines_wrapped_answers_and_failures():
    one = answer_to_dict(example())
    assert len(read_documents(json.dumps([one, one]), "a").documents) == 2
    lines = [json.dumps(one), "", json.dumps({"id": "2", "question": "x", "error": "broken"})]
    reading = read_documents("\n".join(lines), "a")
    assert (len(reading.documents), reading.failed) == (1, 1)
    wrapped = read_documents(json.dumps({"id": "q", "answer": one}), "a").documents
    assert wrapped == reading.documents
    utf16 = "\ufeff" + as_json(example())
    assert read_documents(utf16.encode("utf-16-le"), "a").documents == reading.documents


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_a_value_of_another_kind_is_refused_or_shown_and_never_a_crash(data):
    value = answer_to_dict(answer(HONEY))
    place = value
    for _ in range(data.draw(st.integers(1, 5))):
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else [0]))
        inner = place[key]
        if not isinstance(inner, (dict, list)) or not inner:
            break
        place = inner
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else [0]))
    place[key] = data.draw(JSON)
    said = ""
    try:
        documents = read_documents(json.dumps(value), "a.json").documents
        for name in FORMATS:
            assert render(documents, name).endswith("\n")
    except ExportError as error:
        said = str(error)
    assert "\n" not in said


def test_a_file_is_written_whole_and_over_nothing(tmp_path):
    path = tmp_path / "a.ris"
    write_text(path, "one\n")
    with pytest.raises(ExportError, match="is there already; name another file"):
        write_text(path, "two\n")
    assert path.read_text() == "one\n"
    write_text(path, "two\n", force=True)
    assert path.read_bytes() == b"two\n"
    with pytest.raises(ExportError, match="is a folder"):
        write_text(tmp_path, "x", force=True)
    with pytest.raises(ExportError, match="cannot write"):
        write_text(tmp_path / "no" / "a.ris", "x")
    assert [p.name for p in tmp_path.iterdir()] == ["a.ris"]
