import gzip
import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import CorpusError, EvaluationError
from rag.evaluation.rows import read_rows, spread

ROWS = [{"id": 1, "claim": "a, b"}, {"id": 2, "claim": "ünï"}]


def fields(path):
    return [dict(row.fields) for row in read_rows(path)]


@pytest.mark.parametrize("form", ["lines", "array", "csv", "tsv", "pretty"])
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_every_form_gives_the_same_rows(tmp_path, form, packed):
    text = {
        "lines": "\n\n".join(json.dumps(r) for r in ROWS),
        "array": json.dumps(ROWS, indent=1),
        "csv": 'id,Claim\n1,"a, b"\n2,ünï\n',
        "tsv": "id\tclaim\n1\ta, b\n2\tünï\n",
        "pretty": json.dumps({"questions": ROWS}, indent=1),
    }[form]
    path = tmp_path / "rows.txt"  # the name says nothing
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    if form == "pretty":
        assert fields(path) == [{"questions": ROWS}]
    else:
        assert [{"id": int(r["id"]), "claim": r["claim"]} for r in fields(path)] == ROWS


def test_a_cell_may_hold_a_line_break(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text('id,claim\n1,"two\nlines"\n2,x,y\n')
    with pytest.raises(EvaluationError, match=r"line 4 has 3 columns, the line of names 2"):
        read_rows(path)
    path.write_text('id,claim\n1,"two\nlines"\n2,x\n')
    assert [r.fields["claim"] for r in read_rows(path)] == ["two\nlines", "x"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        (" \n\n", "is empty"),
        ("a,b\r\x00\x01,c\n", "is not text; give JSON lines, CSV or TSV"),
        ('{"a": 1}\n[2]\n', "line 2 is no object of JSON"),
        ('{"a": 1}\n\n{"b": \n', "line 3 is no object of JSON"),
        ('{"a": \n{"b": 1}', "line 1 is no object of JSON"),
        ('[{"a": 1}, 3]', "item 2 is no object of JSON"),
        ('[{"a": 1}', "begins as an array of JSON but is none"),
        ("[]", "holds no row"),
        ("id,claim\n", "holds no row"),
        ("one column\n", "neither JSON nor a table"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(tmp_path, text, said):
    path = tmp_path / "rows"
    path.write_text(text)
    with pytest.raises(EvaluationError) as error:
        read_rows(path)
    assert said in str(error.value)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_and_a_cut_file(tmp_path):
    with pytest.raises(CorpusError, match="cannot read"):
        read_rows(tmp_path / "none")
    (tmp_path / "cut.gz").write_bytes(gzip.compress(b'{"a": 1}\n' * 9)[:-12])
    with pytest.raises(EvaluationError, match="ends early"):
        read_rows(tmp_path / "cut.gz")


def test_spread_takes_from_the_whole():
    assert spread(range(10), 4) == [0, 2, 5, 7]
    assert spread(range(3), 9) == spread(range(3), None) == [0, 1, 2]


@given(st.integers(1, 200), st.integers(1, 200))
def test_spread_is_sorted_without_repeats_and_even(n, limit):
    taken = spread(range(n), limit)
    assert len(taken) == min(n, limit)
    assert taken == sorted(set(taken))
    gaps = {b - a for a, b in pairwise(taken)}
    assert not gaps or max(gaps) - min(gaps) <= 1
