"""TREC run files, out and in."""

import gzip

import pytest

from rag.errors import EvaluationError
from rag.evaluation.runs import Run, read_run, write_run


def test_a_run_comes_back_as_it_was_written(tmp_path):
    run = Run.of({"q1": [("a", 1 / 3), ("b", 2.5)], "q2": [("ü", -1e-9)]})
    write_run(run, tmp_path / "r.trec")
    assert (tmp_path / "r.trec").read_text().splitlines()[0] == "q1 Q0 b 1 2.5 medlit"
    assert read_run(tmp_path / "r.trec") == run
    write_run(run, tmp_path / "r.trec.gz")
    first = (tmp_path / "r.trec.gz").read_bytes()
    write_run(run, tmp_path / "r.trec.gz")
    assert (tmp_path / "r.trec.gz").read_bytes() == first
    assert gzip.decompress(first) == (tmp_path / "r.trec").read_bytes()
    assert read_run(tmp_path / "r.trec.gz") == run
    assert sorted(p.name for p in tmp_path.iterdir()) == ["r.trec", "r.trec.gz"]


def test_equal_scores_go_by_document_from_last_to_first_as_in_trec_eval():
    # the two largest differ by less than single precision can hold
    run = Run.of({"q": [("b", 1.0), ("a", 1.0 + 1e-9), ("c", 0.5), ("d", 1.0)]})
    assert [row.document for row in run.found["q"]] == ["d", "b", "a", "c"]


def test_tabs_disorder_and_other_ranks_are_read(tmp_path):
    text = "q1\tQ0\tb\t1\t0.5\tx\n\nq2 Q0 a 9 1e3 y\nq1   0 a  77 0.75 x\r\n"
    (tmp_path / "r").write_text(text)
    found = read_run(tmp_path / "r").found
    assert {q: [row.document for row in rows] for q, rows in found.items()} == {
        "q1": ["a", "b"],
        "q2": ["a"],
    }


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("q Q0 b 2 0.5", "line 2 has 5 columns"),
        ("q Q0 a 2 0.5 x", "line 2 gives document 'a' for query 'q' again"),
        ("q Q0 b 2 high x", "line 2 has the score 'high'"),
        ("q Q0 b 2 nan x", "line 2 has the score 'nan'"),
    ],
)
def test_bad_lines_are_named(tmp_path, line, said):
    (tmp_path / "r").write_text(f"q Q0 a 1 1.0 x\n{line}\n")
    with pytest.raises(EvaluationError, match=said):
        read_run(tmp_path / "r")


def test_an_empty_file_is_no_run(tmp_path):
    (tmp_path / "r").write_text("\n")
    with pytest.raises(EvaluationError, match="holds no line"):
        read_run(tmp_path / "r")


def test_what_a_run_cannot_hold(tmp_path):
    with pytest.raises(EvaluationError, match="document id 'a b' has white space"):
        write_run(Run.of({"q": [("a b", 1.0)]}), tmp_path / "r")
    with pytest.raises(EvaluationError, match="comes twice for query 'q'"):
        Run.of({"q": [("a", 1.0), ("a", 2.0)]})
    with pytest.raises(EvaluationError, match="no finite number"):
        Run.of({"q": [("a", float("inf"))]})
    assert list(tmp_path.iterdir()) == []


def test_documents_of_their_querys_id_can_be_left_out():
    run = Run.of({"1": [("1", 3.0), ("2", 2.0)], "2": [("1", 3.0), ("2", 2.0)]})
    assert run.own_first == 1
    left = run.without_identical()
    assert {q: [r.document for r in rows] for q, rows in left.found.items()} == {
        "1": ["2"],
        "2": ["1"],
    }
    assert [len(rows) for rows in run.cut(1).found.values()] == [1, 1]
