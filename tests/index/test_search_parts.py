"""Dense and lexical search against brute force, with and without filters."""

import numpy as np
import pytest

from rag.errors import UsageError
from rag.index.builder import ingest
from rag.index.kinds import choose_type
from rag.index.reader import IndexReader
from rag.retrieval import Retriever
from rag.retrieval.fusion import fuse
from rag.types import Filter
from tests.support import FakeEmbedder, beir_file

WORDS = ["fever", "cough", "rash", "lung", "heart", "liver", "stroke", "sepsis", "asthma", "trial"]
TYPES = ("Review", "Randomized Controlled Trial", "Case Reports")


def row(i):
    random = np.random.default_rng(i)
    words = random.choice(WORDS, size=6)
    return {
        "_id": str(i),
        "title": f"{words[0].title()} and {words[1]}",
        "text": " ".join(words[2:]) + f" number{i}.",
        "metadata": {
            "pmid": str(1000 + i),
            "year": int(1990 + i % 30),
            "publication_types": [TYPES[i % 3]],
            "mesh": [words[0].title()],
            "journal": "Heart" if i % 7 == 0 else "Lung",
            "language": "fre" if i % 11 == 0 else "eng",
        },
    }


@pytest.fixture(scope="module")
def retriever(tmp_path_factory):
    folder = tmp_path_factory.mktemp("parts")
    embedder = FakeEmbedder()
    ingest([beir_file(folder / "c.jsonl", [row(i) for i in range(400)])], folder / "ix", embedder)
    return Retriever.open(folder / "ix", embedder=embedder)


FILTERS = [
    (Filter(), lambda m: True),
    (Filter(year_from=2010), lambda m: m["year"] >= 2010),
    (Filter(year_from=1995, year_to=1996), lambda m: 1995 <= m["year"] <= 1996),
    (Filter(publication_types=("review",)), lambda m: "Review" in m["publication_types"]),
    (
        Filter(publication_types=("Review", "Case Reports"), journals=("HEART",)),
        lambda m: m["publication_types"] != [TYPES[1]] and m["journal"] == "Heart",
    ),
    (Filter(mesh=("fever",)), lambda m: m["mesh"] == ["Fever"]),
    (Filter(evidence=(1, 2)), lambda m: m["publication_types"] == [TYPES[1]]),
    (Filter(languages=("fre",)), lambda m: m["language"] == "fre"),
    (Filter(languages=("%",)), lambda m: False),
    (Filter(year_from=2050), lambda m: False),
]


@pytest.mark.parametrize(("filters", "keeps"), FILTERS)
@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_filters_keep_exactly_what_brute_force_keeps(retriever, filters, keeps, mode):
    query = " ".join(WORDS)  # every article has one of these words
    hits = retriever.search(query, 400, filters, mode=mode)
    expected = {f"pmid:{1000 + i}" for i in range(400) if keeps(row(i)["metadata"])}
    assert {h.article.id for h in hits} == expected
    assert [h.rank for h in hits] == list(range(1, len(hits) + 1))


def test_dense_order_is_that_of_brute_force(retriever):
    vector = retriever.embedder.embed_queries(["cough in asthma"])[0]
    stored = np.asarray(retriever.reader.vectors, dtype=np.float32)
    exact = stored @ vector
    found = retriever.reader.dense.search(vector, 10)
    # equal texts give equal scores, so scores are compared, and each id with its own score
    np.testing.assert_allclose(found.scores, np.sort(exact)[::-1][:10], atol=1e-5)
    np.testing.assert_allclose(found.scores, exact[found.ids], atol=1e-5)
    assert len(set(found.ids.tolist())) == 10


def test_choose_type():
    assert choose_type("auto", 10) == "flat"
    with pytest.raises(UsageError, match="unknown index type"):
        choose_type("btree", 10)
    assert choose_type("ivfpq", 10) == "flat"


def test_fusion_by_hand():
    # dense scaled: a 1, b .5, c 0; lexical scaled: b 1, d 0
    fused = fuse({1: 0.9, 2: 0.7, 3: 0.5}, {2: 12.0, 4: 2.0}, weight=0.25)
    assert fused == pytest.approx({1: 0.25, 2: 0.25 * 0.5 + 0.75, 3: 0.0, 4: 0.0})
    assert fuse({}, {7: 3.0}, weight=0.5) == {7: 0.5}


def test_hits_carry_the_score_of_each_stage(retriever):
    hit = retriever.search("fever cough", 1)[0]
    assert hit.scores.fused == hit.score
    assert hit.scores.dense is not None
    assert hit.scores.lexical is not None
    assert hit.article.text[hit.passage.start : hit.passage.end] == hit.passage.text
    dense_only = retriever.search("fever cough", 1, mode="dense")[0]
    assert dense_only.scores.lexical is None
    assert dense_only.score == dense_only.scores.dense


def test_search_many_equals_search(retriever):
    queries = ["fever cough", "stroke trial"]
    many = retriever.search_many(queries, 5)
    assert many == [retriever.search(q, 5) for q in queries]


@pytest.mark.parametrize("query", ["", "  \n"])
def test_an_empty_query_is_refused(retriever, query):
    with pytest.raises(UsageError, match="empty"):
        retriever.search(query)


def test_odd_queries_find_nothing_or_something_but_never_fail(retriever):
    for query in ("AND OR NOT", '"unbalanced (', "fever:cough^2 ~", "发烧", "\x00", "a" * 5000):
        assert isinstance(retriever.search(query, 3), list)


def test_passages_waiting_for_a_vector_are_ranked_by_both_routes(tmp_path, fake_embedder):
    rows = [row(i) for i in range(60)]
    ingest([beir_file(tmp_path / "c.jsonl", rows)], tmp_path / "ix", fake_embedder, embed_seconds=0)
    waiting = Retriever.open(tmp_path / "ix", embedder=fake_embedder)
    hits = waiting.search("fever cough", 5)
    assert hits
    assert all(h.scores.dense is not None for h in hits)
    ingest([tmp_path / "c.jsonl"], tmp_path / "ix", fake_embedder)
    ready = Retriever.open(tmp_path / "ix", embedder=fake_embedder)
    assert ready.search("fever cough", 5)[0].article == hits[0].article


def test_filters_used_before_are_remembered_within_bounds(retriever, monkeypatch):
    reader = IndexReader.open(retriever.reader.directory)
    asked = []
    real = reader._ids
    monkeypatch.setattr(reader, "_ids", lambda *a: asked.append(a) or real(*a))
    early, late = Filter(year_to=2000), Filter(year_from=2001)
    first = reader.selection(early)[0]
    np.testing.assert_array_equal(reader.selection(early)[0], first)
    assert len(asked) == 1
    monkeypatch.setattr("rag.index.reader._HELD", 1)
    reader.selection(late)
    reader.selection(late)
    assert len(asked) == 2
    reader.selection(early)
    assert len(asked) == 3
    reader.close()
