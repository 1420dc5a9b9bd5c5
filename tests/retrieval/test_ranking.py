"""Fusion, feedback and BM25+ by hand and against brute force; depth where articles are long."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

from rag.errors import ModelError, UsageError
from rag.index.builder import ingest
from rag.retrieval import DEFAULT, PLAIN, Ranking, Retriever
from rag.retrieval.forms import form
from rag.retrieval.fusion import SEEN, fuse, with_feedback
from rag.types import Filter, Query
from tests.retrieval.literature import build, questions
from tests.support import FakeEmbedder, beir_file


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    return build(tmp_path_factory.mktemp("ranking"))


@pytest.fixture(scope="module")
def retriever(index):
    return Retriever.open(index, embedder=FakeEmbedder())


def test_cosines_are_scaled_from_that_of_a_passage_by_chance():
    fused = fuse({1: 0.9, 2: 0.5, 3: 0.1}, {2: 8.0, 4: 2.0}, weight=0.6, floor=0.1)
    assert fused == pytest.approx({1: 0.6, 2: 0.6 * 0.5 + 0.4, 3: 0.0, 4: 0.4 * 0.25})
    below = fuse({1: 0.5, 2: 0.0}, {}, weight=0.6, floor=0.1)
    assert below == pytest.approx({1: 0.6, 2: 0.0})


def test_where_nothing_is_above_the_floor_the_range_decides():
    assert fuse({1: 0.05, 2: 0.01}, {}, weight=0.6, floor=0.1) == pytest.approx({1: 0.6, 2: 0.0})
    assert fuse({}, {}, weight=0.6, floor=0.1) == {}


def test_feedback_by_hand():
    vectors = np.asarray([[1, 0], [0.6, 0.8], [0, 1], [0, 1]], dtype=np.float16)
    scores = {0: 1.0, 1: 0.5, 2: 0.1}
    # mean (1, 0) + .5 (.6, .8) + .1 (0, 1) = (1.3, .5); products 1.3, 1.18, .5
    fed = with_feedback(scores, vectors, 0.2)
    assert fed == pytest.approx(
        {0: 0.8 + 0.2, 1: 0.4 + 0.2 * 1.18 / 1.3, 2: 0.08 + 0.2 * 0.5 / 1.3}, abs=1e-3
    )
    assert with_feedback(scores, vectors, 0.0) is scores
    assert with_feedback({0: 1.0}, vectors, 0.5) == {0: 1.0}


def test_feedback_draws_from_the_first_hits_alone():
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(40, 8)).astype(np.float16)
    scores = {pid: 1 - pid / 100 for pid in range(40)}
    changed = vectors.copy()
    changed[SEEN] = -changed[SEEN]
    before, after = (with_feedback(scores, v, 0.3) for v in (vectors, changed))
    assert {pid for pid in scores if before[pid] != after[pid]} <= {SEEN}


def test_delta_adds_idf_for_each_word_held(retriever):
    lexical = retriever.reader.lexical
    articles = [a for _, a in retriever.reader.passages(range(300))]
    terms = [set(lexical.terms(a.text)) for a in articles]
    held = Counter(t for some in terms for t in some)
    for question in questions(10):
        bare = lexical.search(question, 300, Filter(include_retracted=True))
        plus = lexical.search(question, 300, Filter(include_retracted=True), 2.0)
        assert sorted(bare.ids) == sorted(plus.ids)
        before = dict(zip(bare.ids.tolist(), bare.scores.tolist(), strict=True))
        for pid, score in zip(plus.ids.tolist(), plus.scores.tolist(), strict=True):
            idf = sum(
                math.log(1 + (300 - held[t] + 0.5) / (held[t] + 0.5))
                for t in lexical.terms(question)
                if t in terms[pid]
            )
            assert score == pytest.approx(before[pid] + 2.0 * idf, rel=1e-4)
        assert (np.diff(plus.scores) <= 0).all()


def test_a_hybrid_search_is_the_sum_that_it_says(index, retriever):
    plain = Retriever.open(index, embedder=FakeEmbedder(), ranking=PLAIN)
    for question in questions(10, seed=2):
        hits = plain.search(question, 300)
        dense = {h.passage.id: h.scores.dense for h in hits}
        low, high = min(dense.values()), max(dense.values())
        words = {h.passage.id: h.scores.lexical for h in hits if h.scores.lexical is not None}
        least, most = min(words.values()), max(words.values())
        for hit in hits:
            pid = hit.passage.id
            lexical = (words[pid] - least) / (most - least) if pid in words else 0.0
            near = (dense[pid] - low) / (high - low)
            assert hit.scores.fused == pytest.approx(0.5 * near + 0.5 * lexical, abs=1e-5)
        # the default adds the likeness to the first hits, and knows the cosine of each
        found = retriever.search(question, 300)
        assert {h.passage.id for h in found} == set(dense)
        assert [h.score for h in found] == sorted((h.score for h in found), reverse=True)
        assert max(h.score for h in found) <= 1 + 1e-6


def test_where_all_passages_return_cosines_are_scaled_from_the_least(index):
    ranking = Ranking(feedback=0.0, delta=0.0)
    retriever = Retriever.open(index, embedder=FakeEmbedder(), ranking=ranking)
    for question in questions(5, seed=4):
        hits = retriever.search(question, 300)
        low = min(h.scores.dense for h in hits)
        high = max(h.scores.dense for h in hits)
        most = max(h.scores.lexical or 0.0 for h in hits)
        for hit in hits:
            near = (hit.scores.dense - low) / (high - low)
            wanted = 0.6 * near + 0.4 * (hit.scores.lexical or 0.0) / most
            assert hit.scores.fused == pytest.approx(wanted, abs=1e-5)


def test_how_many_are_asked_for_does_not_move_the_first(index, monkeypatch):
    monkeypatch.setattr("rag.retrieval.retriever.DEPTH", 60)
    retriever = Retriever.open(index, embedder=FakeEmbedder())
    for question in questions(10, seed=6):
        few, many = retriever.search(question, 10), retriever.search(question, 250)
        assert [h.passage.id for h in few] == [h.passage.id for h in many[:10]]
        assert [h.score for h in few] == [h.score for h in many[:10]]
        assert [h.score for h in many] == sorted((h.score for h in many), reverse=True)
        assert len(many) == 250


def test_the_mean_vector_is_that_of_the_stored_ones(retriever):
    wanted = np.asarray(retriever.reader.vectors, dtype=np.float32).mean(axis=0)
    np.testing.assert_allclose(retriever.reader.mean_vector, wanted, atol=1e-6)


def test_words_alone_are_ranked_by_bm25(index):
    plain = Retriever.open(index, ranking=PLAIN)
    reading = Retriever.open(index, ranking=Ranking(reading=False))
    for question in questions(5, seed=3):
        one, other = (r.search(question, 50, mode="lexical") for r in (reading, plain))
        assert [(h.passage.id, h.score) for h in one] == [(h.passage.id, h.score) for h in other]


def test_long_articles_do_not_keep_others_out(tmp_path, monkeypatch):
    """60 passages of one article come before all others, at a depth of 20 passages a route."""
    monkeypatch.setattr("rag.retrieval.retriever.DEPTH", 20)
    long = " ".join(
        f"Fever and cough came in week {n} of the study of many weeks." for n in range(300)
    )
    rows = [{"_id": "long", "title": "Fever and cough", "text": long}]
    rows += [
        {"_id": f"d{n}", "title": f"Item {n}", "text": f"Once a fever with number {n} and more."}
        for n in range(30)
    ]
    ingest([beir_file(tmp_path / "c.jsonl", rows)], tmp_path / "ix", FakeEmbedder())
    found = Retriever.open(tmp_path / "ix", embedder=FakeEmbedder())
    assert found.reader.manifest.counts.passages > 80
    for mode in ("hybrid", "dense", "lexical"):
        hits = found.search("fever and cough", 31, mode=mode)
        assert len({h.article.id for h in hits}) == 31, mode


def test_the_numbers_are_those_the_docs_give():
    assert Ranking() == DEFAULT
    assert Ranking(dense_weight=0.6, delta=2.0, centred=True, feedback=0.1) == DEFAULT


def test_an_ordinary_hybrid_searches_by_the_words_as_written():
    asked = Query("Hello doctor, what helps against high blood pressure?")
    plain = form(asked, reading=False)
    assert (plain.lexical, plain.dense, plain.added) == (asked.text, asked.text, ())
    read = form(asked)
    assert "doctor" not in read.lexical
    assert any("hypertension" in part.text for part in read.added)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"query": None}, "is a text, not NoneType"),
        ({"query": "fever", "k": "3"}, "whole number"),
        ({"query": "fever", "k": 2.5}, "whole number"),
        ({"query": "fever", "filters": {"year_from": 2000}}, "rag.Filter"),
        ({"query": "fever", "evidence_boost": "a"}, "evidence boost"),
    ],
)
def test_arguments_of_a_wrong_kind_are_refused(retriever, asked, said):
    with pytest.raises(UsageError, match=said):
        retriever.search(**asked)


def test_one_text_is_not_many_queries(retriever):
    with pytest.raises(UsageError, match="several queries"):
        retriever.search_many("fever")


@pytest.mark.parametrize("scores", [[1.0], [float("nan")] * 50])
def test_a_reranker_that_does_not_score_is_refused(index, scores):
    class Odd:
        def score(self, query, passages):
            return np.asarray(scores, dtype=np.float32)

        def close(self):
            pass

    odd = Retriever.open(index, embedder=FakeEmbedder(), reranker=Odd())
    with pytest.raises(ModelError, match="reranker gave"):
        odd.search("fever cough")
