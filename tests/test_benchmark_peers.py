"""``benchmarks/peers.py`` and what it is made of."""

from __future__ import annotations

import importlib
import json
import os
import sys

import numpy as np
import pytest

from rag.evaluation import read_run, read_set
from rag.evaluation.layout import corpus_file, read_corpus
from tests.support import ROOT, FakeEmbedder, Medlit

PEERS_PYTHON = os.environ.get("MEDLIT_PEERS_PYTHON")


@pytest.fixture
def module(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return importlib.import_module


@pytest.fixture
def run(tmp_path):
    def _run(script, *args):
        run_in = Medlit(tmp_path)
        del run_in.env["MEDLIT_OFFLINE"]
        done = run_in.script(script, *args, MEDLIT_HOME=str(tmp_path / "home"))
        return done.returncode, done.stdout, done.stderr

    return _run


@pytest.fixture
def collection(tmp_path):
    """Four documents, one of them empty, and two queries that name their document's words."""
    folder = tmp_path / "tiny"
    (folder / "qrels").mkdir(parents=True)
    documents = [
        ("a", "Pertussis in adults", "Azithromycin shortens the cough of pertussis."),
        ("b", "", "Metformin lowers body weight in type 2 diabetes."),
        ("c", "", ""),
        ("d", "Influenza", "Oseltamivir for influenza in general practice."),
    ]
    rows = [{"_id": i, "title": t, "text": x} for i, t, x in documents]
    queries = [
        {"_id": "1", "text": "azithromycin for pertussis"},
        {"_id": "2", "text": "metformin and weight"},
    ]
    for name, lines in (("corpus", rows), ("queries", queries)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(r) + "\n" for r in lines))
    (folder / "qrels" / "train.tsv").write_text("query-id\tcorpus-id\tscore\n1\ta\t1\n2\tb\t1\n")
    return folder


def test_vectors_are_made_once_and_again_only_where_texts_changed(module, tmp_path, monkeypatch):
    peers = module("peer_vectors")
    monkeypatch.setattr(peers, "BLOCK", 2)
    embedder, texts = FakeEmbedder(), ["one", "two", "three", "four", "five"]
    made = peers.document_vectors(texts, embedder, tmp_path)
    assert embedder.texts_embedded == 5
    np.testing.assert_array_equal(made, FakeEmbedder().embed_documents(texts))
    np.testing.assert_array_equal(peers.document_vectors(texts, embedder, tmp_path), made)
    assert embedder.texts_embedded == 5
    peers.document_vectors([*texts[:3], "other", "five"], embedder, tmp_path)
    assert embedder.texts_embedded == 7  # the block of "three" and "other" alone
    other = FakeEmbedder(weights="other")
    peers.document_vectors(texts, other, tmp_path)
    assert other.texts_embedded == 5


def test_text_of_a_document(module):
    text = module("peer_vectors").document_text
    assert text("Title", "Text.") == "Title\nText."
    assert text(" ", "Text.") == "Text."
    assert text("Title", "") == "Title"
    assert text("", " ") == ""


def test_speed_is_the_median_over_rounds(module):
    rounds = [
        {"cold_s": 3.0, "ms": [1.0, 2.0, 3.0], "peak_mb": 10.0},  # p50 2, p95 2.9, mean 2
        {"cold_s": 1.0, "ms": [2.0, 4.0, 6.0], "peak_mb": None},  # p50 4, p95 5.8, mean 4
        {"cold_s": 2.0, "ms": [4.0, 5.0, 15.0], "peak_mb": 30.0},  # p50 5, p95 14, mean 8
    ]
    speed = module("peers").speed_of(rounds)
    assert speed.cold_s == 2.0
    assert speed.p50_ms == 4.0
    assert speed.p95_ms == pytest.approx(5.8)
    assert speed.per_second == 250.0
    assert speed.peak_mb == 20.0


def test_a_run_keeps_the_order_it_was_returned_in(module):
    run = module("peers").run_of({"q": ["b", "c", "a"], "none": []})
    assert [row.document for row in run.found["q"]] == ["b", "c", "a"]
    assert run.found["none"] == ()


@pytest.mark.model
@pytest.mark.slow
def test_medlit_is_measured_as_the_peers_are(run, collection, tmp_path):
    options = ("--systems", "medlit-lexical", "medlit-plain", "--rounds", "2", "--threads", "1")
    code, out, err = run("peers.py", "--data", collection, "--work", tmp_path / "w", *options)
    assert code == 0, err
    assert "| medlit-lexical | 1.0000, 1.0000 |" in out
    assert "2 rounds" in out
    timed = [line for line in out.splitlines() if line.count("|") == 7]
    names = [line.split("|")[1].strip() for line in timed]
    assert names == ["tiny", "---", "medlit-lexical", "medlit-plain"]
    cold, p50 = (float(cell) for cell in timed[2].split("|")[2:4])
    assert cold * 1000 > p50 > 0
    found = read_run(tmp_path / "w" / "tiny" / "medlit-lexical.trec.gz").found
    assert [found[query][0].document for query in "12"] == ["a", "b"]


@pytest.mark.model
def test_a_peer_that_is_not_installed_is_one_line(run, collection, tmp_path):
    arguments = ("peers.py", "--data", collection, "--work", tmp_path / "w", "--systems", "bm25s")
    code, _, err = run(*arguments, "--peers-python", sys.executable)
    assert code == 1
    assert len(err.splitlines()) == 1
    assert "bm25s could not build: ModuleNotFoundError" in err
    code, _, err = run(*arguments, "--peers-python", tmp_path / "nothing")
    assert (code, err.strip()) == (1, f"cannot run {tmp_path}/nothing: No such file or directory")
    code, _, err = run(*arguments)
    assert code == 2
    assert "--peers-python" in err


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.skipif(not PEERS_PYTHON, reason="MEDLIT_PEERS_PYTHON names no peers' interpreter")
def test_each_peer_finds_what_is_asked_for(run, collection, tmp_path):
    names = ["bm25s", "bm25s-default", "bm25s-numba", "langchain", "langchain-stems", "txtai"]
    options = ("--peers-python", PEERS_PYTHON, "--systems", *names)
    code, out, err = run("peers.py", "--data", collection, "--work", tmp_path / "w", *options)
    assert code == 0, err
    for name in names:
        found = read_run(tmp_path / "w" / "tiny" / f"{name}.trec.gz").found
        assert found["2"][0].document == "b", name
        # langchain's BM25 splits at white space and keeps case: it knows "for" of the first query
        assert "a" in [row.document for row in found["1"][: 2 if name == "langchain" else 1]], name
        assert "c" not in {row.document for rows in found.values() for row in rows}
    assert "txtai" in out.splitlines()[-2]  # the versions


def pairs_file(path, *rows):
    keys = ("id", "question", "answer")
    text = "".join(json.dumps(dict(zip(keys, row, strict=True))) + "\n" for row in rows)
    path.write_text(text, encoding="utf-8")
    return path


def test_medquad_becomes_a_collection(run, tmp_path):
    pairs = pairs_file(
        tmp_path / "pairs.jsonl",
        ("p1", "What is  gout ?", "A disease."),
        ("p1", "What causes gout ?", "Crystals."),
        ("p2", "What is gout ?", "Arthritis."),
        ("p3", "What is mumps ?", " "),
    )
    code, out, err = run("medquad_beir.py", pairs, "--to", tmp_path / "s")
    assert code == 0, err
    assert "3 documents, 2 queries, 3 judgements" in out
    texts = {d.id: d.text for d in read_corpus(corpus_file(tmp_path / "s"))}
    assert texts == {"p1": "A disease.", "p1.2": "Crystals.", "p2": "Arthritis."}
    one = read_set(tmp_path / "s")
    judged = {q.text: set(one.judgements[q.id]) for q in one.queries}
    assert judged == {"What is gout ?": {"p1", "p2"}, "What causes gout ?": {"p1.2"}}


def test_medquad_questions_are_those_of_the_smallest_hashes(module):
    chosen = module("medquad_beir").chosen_questions
    # SHA-256 of "a" begins ca97, of "b" 3e23, of "c" 2e7d, of "d" 18ac
    assert chosen(["a", "b", "c", "d", "d"], 3) == ["d", "c", "b"]


def test_medquad_refuses_what_is_no_pair(run, tmp_path):
    bad = pairs_file(tmp_path / "pairs.jsonl", ("p1", "Why ?", 3))
    code, _, err = run("medquad_beir.py", bad, "--to", tmp_path / "s")
    assert (code, len(err.splitlines())) == (1, 1)
    assert "line 1: id, question, answer must be strings" in err
    (tmp_path / "pairs.jsonl").write_text("[]\n")
    code, _, err = run("medquad_beir.py", bad, "--to", tmp_path / "s")
    assert "line 1 is no pair" in err
