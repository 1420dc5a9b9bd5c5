"""Folders in BEIR's layout: what is read, and what is said of what cannot be."""

import gzip

import pytest

from rag.errors import EvaluationError
from rag.evaluation.layout import find_sets, read_corpus, read_set
from rag.evaluation.qrels import read_qrels, relevant
from tests.evaluation.evaluation_sets import TINY, write_set


def qrels(tmp_path, text):
    path = tmp_path / "q.tsv"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    "text",
    [
        "query-id\tcorpus-id\tscore\nq1\td 1\t2\nq2\td2\t-1\n",
        "q1\td 1\t2\n\nq2\td2\t-1\n",
        "q1\t0\td 1\t2\r\nq2\t0\td2\t-1",
    ],
)
def test_qrels_with_and_without_names_and_of_trec(tmp_path, text):
    assert read_qrels(qrels(tmp_path, text)) == {"q1": {"d 1": 2}, "q2": {"d2": -1}}


def test_qrels_of_trec_with_blanks(tmp_path):
    found = read_qrels(qrels(tmp_path, "301 0 FR940202-2-00150 1\n301   0 FR940104-0-00001 0\n"))
    assert found == {"301": {"FR940202-2-00150": 1, "FR940104-0-00001": 0}}
    assert relevant(found) == {"FR940202-2-00150"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("q1\td1\t1\nq1\td2\n", "line 2 has 2 columns"),
        ("q1\td1\t1\nq1\td2\tyes\n", "line 2 has the grade 'yes'"),
        ("q1\td1\t1\nq1\td1\t2\n", "line 2 gives document 'd1' another grade for query 'q1'"),
        ("q1\td1\t1.0\nq1\td2\t1\n", "line 1 has the grade '1.0'"),
        (f"q1\td1\t1\nq1\td2\t{10**20}\n", "line 2 has the grade '1000"),
        ("query-id\tcorpus-id\tscore\n", "holds no judgement"),
    ],
)
def test_bad_qrels_name_the_line(tmp_path, text, said):
    with pytest.raises(EvaluationError, match=said):
        read_qrels(qrels(tmp_path, text))


def test_only_judged_queries_are_kept_in_the_order_of_the_file():
    one = read_set(TINY)
    assert [q.id for q in one.queries] == ["q1", "q2", "q3"]
    assert one.judgements["q2"] == {"d2": 2, "d6": 1, "d4": 0}
    assert one.notes == ("1 of 4 queries are not judged and not searched",)
    few = read_set(TINY, limit=2)
    assert [q.id for q in few.queries] == list(few.judgements) == ["q1", "q2"]


def test_compressed_files_are_read_and_other_endings_of_qrels(tmp_path):
    for path in TINY.rglob("*.*"):
        target = tmp_path / path.relative_to(TINY).parent / f"{path.name}.gz"
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(gzip.compress(path.read_bytes()))
    assert read_set(tmp_path).judgements == read_set(TINY).judgements
    assert len(list(read_corpus(tmp_path / "corpus.jsonl.gz"))) == 6
    (tmp_path / "qrels" / "dev.qrels").write_text("q3 0 d3 1\n")
    assert [q.id for q in read_set(tmp_path, "dev").queries] == ["q3"]


def test_a_split_that_is_not_there_names_those_that_are(tmp_path):
    folder = write_set(tmp_path / "s", [("d", "", "x")], [("q", "x")], [("q", "d", 1)], "train")
    with pytest.raises(EvaluationError, match=r"no split 'test'; it has train$"):
        read_set(folder)


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl"])
def test_a_missing_file_is_named(tmp_path, name):
    folder = write_set(tmp_path / "s", [("d", "", "x")], [("q", "x")], [("q", "d", 1)])
    (folder / name).unlink()
    from rag.evaluation.layout import corpus_file

    with pytest.raises(EvaluationError, match=rf"has no {name} "):
        (corpus_file if name == "corpus.jsonl" else read_set)(folder)


@pytest.mark.parametrize(
    ("queries", "said"),
    [
        ([("other", "x")], "judge 1 queries that .* lacks, 'q' first"),
        ([("q", " ")], "query 'q' is judged but has no text"),
        ([("q", "x"), ("q", "y")], "line 2 repeats the _id 'q'"),
    ],
)
def test_queries_that_cannot_be_searched(tmp_path, queries, said):
    folder = write_set(tmp_path / "s", [("d", "", "x")], queries, [("q", "d", 1)])
    with pytest.raises(EvaluationError, match=said):
        read_set(folder)


def test_queries_without_a_relevant_document_are_noted(tmp_path):
    folder = write_set(tmp_path / "s", [("d", "", "x")], [("q", "x")], [("q", "d", 0)])
    assert "1 queries have no relevant document" in read_set(folder).notes[0]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 2 is no JSON object"),
        ('{"_id": "a"}', "line 2 repeats the _id 'a'"),
        ('{"title": "x"}', "line 2 has no _id"),
        ('{"_id": "\\ud800"}', "line 2 has the _id .*no text"),
        ('{"_id": "a\\u0000b"}', "line 2 has the _id .*no text"),
        ('{"_id": "b", "text": 3}', "line 2: text is no string"),
    ],
)
def test_bad_corpora_name_the_line(tmp_path, line, said):
    (tmp_path / "c.jsonl").write_text('{"_id": "a"}\n' + line)
    with pytest.raises(EvaluationError, match=said):
        list(read_corpus(tmp_path / "c.jsonl"))


def test_a_corpus_that_is_cut_off_is_no_corpus(tmp_path):
    data = gzip.compress(b"".join(b'{"_id": "%d", "text": "word"}\n' % i for i in range(5000)))
    (tmp_path / "c.jsonl.gz").write_bytes(data[: len(data) // 2])
    with pytest.raises(EvaluationError, match="ends early"):
        list(read_corpus(tmp_path / "c.jsonl.gz"))


def test_a_folder_of_sets_gives_those_with_the_split(tmp_path):
    parts = ([("d", "", "x")], [("q", "x")], [("q", "d", 1)])
    b, a = (write_set(tmp_path / n, *parts) for n in "ba")
    write_set(tmp_path / "c", *parts, split="train")
    (tmp_path / "other").mkdir()
    found, notes = find_sets([tmp_path], "test")
    assert found == [a, b]
    assert notes == ["c is passed over: it has no split 'test', but train"]
    assert find_sets([a, a], "test") == ([a], [])
    with pytest.raises(EvaluationError, match="none of the 3 sets"):
        find_sets([tmp_path], "dev")
    twin = write_set(tmp_path / "more" / "a", *parts)
    with pytest.raises(EvaluationError, match="have one name"):
        find_sets([a, twin], "test")
    with pytest.raises(EvaluationError, match="is no folder"):
        find_sets([tmp_path / "none"], "test")


def test_a_bad_grade_in_the_first_line_is_no_header(tmp_path):
    path = tmp_path / "test.tsv"
    path.write_text("q1\ta1\thigh\nq1\ta2\t1\n", encoding="utf-8")
    with pytest.raises(EvaluationError, match="line 1 has the grade 'high'"):
        read_qrels(path)
