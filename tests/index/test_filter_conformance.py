"""Every filter keeps what brute force keeps: each kind of vector index, and by words."""

from dataclasses import replace

import numpy as np
import pytest
from filter_makers import drawn_filter, keeps, record

from rag.index import dense, dense_build
from rag.index.builder import ingest
from rag.index.dense import DenseIndex
from rag.index.kinds import TYPES as KINDS
from rag.index.kinds import plan
from rag.index.reader import IndexReader
from rag.index.store import VISIBLE
from rag.types import Filter
from tests.support import FakeEmbedder, beir_file, pubmed_file, pubmed_record

N, D = 2400, 32
ALL = Filter(include_retracted=True)
SEEDS = range(60)
SMALL = {
    "nothing": Filter(year_from=2050),
    "no such name": Filter(mesh=("Asthmaa",)),
    "backwards": Filter(year_from=2010, year_to=2000),
    "before all years": Filter(year_to=-5),
    "no name at all": Filter(journals=(".",)),
    "everything": Filter(evidence=(1, 6), mesh=()),
    "one": Filter(journals=("annals of one",), include_retracted=True),
}


class Opened:
    """An index with the truth about it: each passage's article, and random vectors."""

    def __init__(self, folder):
        self.reader = IndexReader.open(folder)
        ids = self.ids = self.reader._ids(VISIBLE, {"g": self.reader.generation})
        found = self.reader.passages(ids.tolist())
        self.articles = {passage.id: article for passage, article in found}
        random = np.random.default_rng(5)
        vectors = random.normal(size=(int(ids[-1]) + 1, D))
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        self.vectors = vectors.astype(np.float16)
        self.query = vectors[int(ids[3])].astype(np.float32)
        self._folder = folder
        self._kept = {}

    def dense(self, kind):
        file = self._folder.parent / f"{self._folder.name}-{kind}-{self.reader.generation}.faiss"
        facts = plan(kind, len(self.ids), D)
        if not file.exists():
            dense_build.build(self.vectors, self.ids, facts, file)
        return DenseIndex(file, replace(facts, rows=len(self.vectors)), lambda: self.vectors)

    def kept(self, filters):
        if filters not in self._kept:
            ids = [i for i in self.ids.tolist() if keeps(filters, self.articles[i])]
            self._kept[filters] = np.array(ids, dtype=np.int64)
        return self._kept[filters]

    def nearest(self, kept, k):
        scores = self.vectors[kept].astype(np.float32) @ self.query
        return kept[np.lexsort((kept, -scores))[:k]]


@pytest.fixture(scope="module", params=["fresh", "updated"])
def opened(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("conformance")
    rows = [record(i) for i in range(N)]
    ingest([beir_file(folder / "c.jsonl", rows)], folder / "ix", FakeEmbedder())
    if request.param == "updated":  # 60 withdrawn, 40 retracted later, 30 of other words
        retracted, trial = ("Retracted Publication",), ("Letter", "Pragmatic Clinical Trial")
        changed = dict.fromkeys(range(100, 140), retracted) | dict.fromkeys(range(200, 230), trial)
        late = [
            pubmed_record(10_000 + i, f"Ward {i}", "Ward.", types=types, revised="2021-01-01")
            for i, types in changed.items()
        ]
        gone = [10_000 + i for i in range(300, 360)]
        ingest([pubmed_file(folder / "u.xml", *late, deleted=gone)], folder / "ix", FakeEmbedder())
    return Opened(folder / "ix")


def test_the_articles_are_of_every_kind(opened):
    articles = {a.id: a for a in opened.articles.values()}
    assert len(opened.ids) > len(articles) > 2300
    assert {a.year is None for a in articles.values()} == {True, False}
    assert {any(s.text for s in a.sections) for a in articles.values()} == {True, False}
    retracted = sum(a.status == "retracted" for a in articles.values())
    if opened.reader.generation > 1:
        assert "pmid:10300" not in articles
        assert articles["pmid:10100"].status == "retracted"
    assert retracted > 80
    sizes = [len(opened.kept(drawn_filter(seed))) for seed in SEEDS]
    assert sum(size > 100 for size in sizes) > 15
    assert sum(0 < size <= 30 for size in sizes) > 3


def test_the_ids_of_a_filter_are_those_of_brute_force(opened):
    for filters in (*map(drawn_filter, SEEDS), *SMALL.values(), ALL, Filter()):
        allowed, excluded = opened.reader.selection(filters)
        if allowed is None:
            allowed = opened.ids
            allowed = allowed if excluded is None else np.setdiff1d(allowed, excluded)
        np.testing.assert_array_equal(allowed, opened.kept(filters), err_msg=repr(filters))


def test_a_filter_that_keeps_everything_reads_no_ids(opened):
    nothing_asked = Filter(evidence=(1, 6), mesh=[], include_retracted=True)
    assert opened.reader.selection(nothing_asked) == (None, None)


def test_words_find_the_same_set_and_the_same_order_as_without_a_filter(opened):
    text = "ward fever cough"
    everything = opened.reader.lexical.search(text, len(opened.ids), ALL)
    assert len(everything.ids) == len(opened.ids)
    for filters in (*map(drawn_filter, SEEDS), *SMALL.values(), Filter()):
        kept = opened.kept(filters)
        mask = np.isin(everything.ids, kept)
        found = opened.reader.lexical.search(text, len(opened.ids), filters)
        assert sorted(found.ids) == list(kept), filters
        np.testing.assert_allclose(found.scores, everything.scores[mask], rtol=1e-5)
        few = opened.reader.lexical.search(text, 10, filters)
        assert len(few.ids) == min(10, len(kept))
        # equal scores at the border may be any of their passages
        np.testing.assert_allclose(few.scores, everything.scores[mask][:10], rtol=1e-5)


@pytest.mark.parametrize("kind", [k for k in KINDS if k != "auto"])
@pytest.mark.parametrize("few", [0, dense.EXACT_ALLOWED], ids=["lists", "exact"])
def test_vectors_find_the_same_set(opened, kind, few, monkeypatch):
    monkeypatch.setattr(dense, "EXACT_ALLOWED", few)
    index = opened.dense(kind)
    for filters in (*map(drawn_filter, SEEDS), *SMALL.values(), Filter()):
        kept = opened.kept(filters)
        bounds = opened.reader.selection(filters)
        for k in {len(kept), len(kept) + 7} - {0}:
            assert sorted(index.search(opened.query, k, *bounds).ids) == list(kept), filters
        found = index.search(opened.query, 10, *bounds).ids
        assert set(found) <= set(kept)
        assert len(found) == min(10, len(kept))
        # without a filter that names passages an approximate type is approximate
        if kind == "flat" or (few and bounds[0] is not None):
            assert list(found) == list(opened.nearest(kept, 10)), filters


@pytest.mark.parametrize("kind", [k for k in KINDS if k != "auto"])
def test_a_filter_that_keeps_one_in_a_thousand_or_one(opened, kind, monkeypatch):
    monkeypatch.setattr(dense, "EXACT_ALLOWED", 0)
    index = opened.dense(kind)
    random = np.random.default_rng(8)
    for count in (1, max(2, len(opened.ids) // 1000)):
        allowed = np.sort(random.choice(opened.ids, count, replace=False))
        assert list(index.search(opened.query, 50, allowed).ids) == list(
            opened.nearest(allowed, 50)
        )
