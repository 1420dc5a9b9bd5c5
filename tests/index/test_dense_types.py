"""What every type of dense index must do, against brute force over the stored vectors."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from rag.errors import UsageError
from rag.index import dense, dense_build, exact
from rag.index.dense import DenseIndex
from rag.index.kinds import TYPES, DenseFacts, choose_type, plan, require_enough
from rag.index.manifest import Counts, Manifest, load_manifest
from rag.progress import Silent
from tests.support import FakeEmbedder

KINDS = [name for name in TYPES if name != "auto"]
APPROXIMATE = [name for name in KINDS if name != "flat"]
N, D = 4000, 32


class Notes(Silent):
    def __init__(self):
        self.lines = []

    def note(self, text):
        self.lines.append(text)


def drawn(count, seed=1):
    random = np.random.default_rng(seed)
    centres = np.random.default_rng(0).normal(size=(60, D))
    vectors = centres[random.integers(0, 60, count)] + 0.5 * random.normal(size=(count, D))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def vectors():
    return drawn(N).astype(np.float16)


@pytest.fixture(scope="module")
def queries():
    return drawn(30, seed=2)


IDS = np.arange(N)[100:]  # passages of rows that were replaced have no place in an index


@pytest.fixture(scope="module")
def opened(vectors, tmp_path_factory):
    folder = tmp_path_factory.mktemp("types")

    def _open(kind):
        file = folder / f"{kind}.faiss"
        made = plan(kind, len(IDS), D)
        if not file.exists():
            dense_build.build(vectors, IDS, made, file)
        return DenseIndex(file, replace(made, rows=N), lambda: vectors)

    return _open


def brute(vectors, ids, query, k):
    scores = vectors[ids].astype(np.float32) @ query
    return ids[np.lexsort((ids, -scores))[:k]]


def recall(found, expected):
    pairs = zip(found, expected, strict=True)
    return np.mean([len(np.intersect1d(f, e)) / max(1, len(e)) for f, e in pairs])


@pytest.mark.parametrize("kind", KINDS)
def test_the_nearest_are_found_with_their_exact_cosines(opened, vectors, queries, kind):
    index = opened(kind)
    assert index.count == len(IDS)
    found = [index.search(q, 10) for q in queries]
    for query, near in zip(queries, found, strict=True):
        exact_scores = vectors[near.ids].astype(np.float32) @ query
        np.testing.assert_allclose(near.scores, exact_scores, atol=2e-6)
        assert list(near.scores) == sorted(near.scores, reverse=True)
    expected = [brute(vectors, IDS, q, 10) for q in queries]
    assert recall([f.ids for f in found], expected) >= (1.0 if kind == "flat" else 0.95)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("few", [0, dense.EXACT_ALLOWED], ids=["lists", "exact"])
@pytest.mark.parametrize("share", [0.0, 0.001, 0.01, 0.1, 0.5])
@pytest.mark.parametrize("k", [10, 1000])
def test_filters_keep_as_many_as_brute_force(
    opened, vectors, queries, monkeypatch, kind, few, share, k
):
    monkeypatch.setattr(dense, "EXACT_ALLOWED", few)
    index = opened(kind)
    random = np.random.default_rng(3)
    allowed = np.sort(random.choice(IDS, int(share * len(IDS)), replace=False))
    found = [index.search(q, k, allowed).ids for q in queries[:5]]
    expected = [brute(vectors, allowed, q, k) for q in queries[:5]]
    for ids, best in zip(found, expected, strict=True):
        assert len(ids) == len(set(ids.tolist())) == len(best)
        assert set(ids.tolist()) <= set(allowed.tolist())
    if len(allowed) and (few or kind == "flat"):
        assert recall(found, expected) == 1.0
    elif len(allowed):
        assert recall(found, expected) >= 0.9


@pytest.mark.parametrize("kind", KINDS)
def test_excluded_passages_are_not_found(opened, vectors, queries, kind):
    index = opened(kind)
    for query in queries[:5]:
        excluded = np.sort(brute(vectors, IDS, query, 5))
        found = index.search(query, 10, None, excluded).ids
        assert len(found) == 10
        assert not set(found.tolist()) & set(excluded.tolist())
    assert len(index.search(queries[0], N, None, IDS[:7]).ids) == len(IDS) - 7


@pytest.mark.parametrize("kind", APPROXIMATE)
def test_allowed_passages_that_wait_for_a_vector_are_passed_over(opened, queries, kind):
    allowed = np.array([200, 201, N + 5])
    assert sorted(opened(kind).search(queries[0], 10, allowed).ids) == [200, 201]


@pytest.mark.parametrize("kind", KINDS)
def test_everything_is_found_where_everything_is_wanted(opened, queries, kind):
    assert sorted(opened(kind).search(queries[0], N).ids) == list(IDS)


@pytest.mark.parametrize("kind", APPROXIMATE)
def test_a_days_change_is_what_a_new_build_holds(tmp_path, vectors, queries, kind):
    old, new = IDS[:-300], IDS[:0] if kind == "hnsw" else IDS[:50]
    facts = dense_build.build(vectors[: N - 300], old, plan(kind, len(old), D), tmp_path / "a")
    previous = dense_build.Previous(tmp_path / "a", facts, old)
    after = np.setdiff1d(IDS, new)
    changed = dense_build.derive(
        vectors, after, plan(kind, len(after), D), previous, tmp_path / "b", Silent()
    )
    # the lists are still those of the first training
    assert (changed.lists, changed.trained_at) == (facts.lists, facts.trained_at)
    assert changed.rows == N
    index = DenseIndex(tmp_path / "b", changed, lambda: vectors)
    assert sorted(index.search(queries[0], N).ids) == list(after)
    found = [index.search(q, 10).ids for q in queries]
    assert recall(found, [brute(vectors, after, q, 10) for q in queries]) >= 0.95


@pytest.mark.parametrize(
    ("kind", "removed", "size"), [("hnsw", 5, N), ("rabitq", 0, N // 2), ("rabitq", 2 * N // 3, N)]
)
def test_what_cannot_be_changed_or_has_drifted_is_built_anew(
    tmp_path, vectors, kind, removed, size
):
    old = np.arange(size)
    facts = dense_build.build(vectors[:size], old, plan(kind, size, D), tmp_path / "a")
    after = np.arange(removed, N)
    changed = dense_build.derive(
        vectors,
        after,
        plan(kind, len(after), D),
        dense_build.Previous(tmp_path / "a", facts, old),
        tmp_path / "b",
        Silent(),
    )
    assert changed.trained_at == (len(after) if kind == "rabitq" else 0)
    assert DenseIndex(tmp_path / "b", changed, lambda: vectors).count == len(after)


def test_a_file_that_holds_other_passages_than_it_should_is_not_gone_on_from(tmp_path, vectors):
    facts = dense_build.build(vectors, IDS, plan("ivfsq", len(IDS), D), tmp_path / "a")
    for ids, removed in ((IDS[1:], IDS[:0]), (IDS, np.array([5]))):
        previous = dense_build.Previous(tmp_path / "a", facts, ids)
        made = dense_build.extend(previous, vectors, IDS[:0], removed, tmp_path / "b")
        assert made is None
        assert not (tmp_path / "b").exists()


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_index_twice(tmp_path, vectors, kind):
    for name in ("a", "b"):
        dense_build.build(vectors, IDS, plan(kind, len(IDS), D), tmp_path / name)
    if kind != "hnsw":  # its threads link the graph in an order of their own
        assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_the_check_measures_what_is_found(tmp_path, vectors, monkeypatch):
    made = plan("rabitq", len(IDS), D)
    made = dense_build.build(vectors, IDS, made, tmp_path / "a")
    notes = Notes()
    good = dense_build.checked(tmp_path / "a", made, vectors, IDS, notes)
    assert good.recall_at_10 >= 0.95
    assert good.recall_queries == 200
    assert "recall@10" in notes.lines[0]
    poor = replace(made, nprobe=1, refine=1)
    better = dense_build.checked(tmp_path / "a", poor, vectors, IDS, notes)
    assert better.recall_at_10 > 0.8  # more is read until enough is found, or no step is left
    assert better.nprobe > 1
    assert better.refine > 1
    monkeypatch.setattr(dense_build, "_STEPS", dense_build._STEPS[:1])
    assert dense_build.checked(tmp_path / "a", poor, vectors, IDS, notes).recall_at_10 < 0.8
    assert "that is low" in notes.lines[-1]


def test_plans_grow_with_the_passages():
    for kind in ("ivfsq", "rabitq", "ivfpq"):
        small, large = plan(kind, 300_000, 384), plan(kind, 40_000_000, 384)
        assert large.lists > small.lists > 500
        assert large.nprobe >= small.nprobe
        assert large.trained_on <= 4_000_000
    facts = plan("rabitq", 1_000_000, 384)
    assert not facts.drifted(1_400_000)
    assert facts.drifted(1_500_000)
    assert facts.drifted(600_000)
    assert not plan("flat", 10, 384).drifted(10**6)


def test_auto_and_names():
    assert choose_type("auto", 200_000) == "flat"
    assert choose_type("auto", 200_001) not in ("flat", "auto")
    assert choose_type("ivfpq", 9_999) == "flat"
    assert choose_type("ivfpq", 10_000) == "ivfpq"
    with pytest.raises(UsageError, match="10,000 passages or more"):
        require_enough("rabitq", 10)


def test_facts_survive_the_manifest(tmp_path):
    facts = plan("rabitq", 300_000, 384, "auto")
    manifest = Manifest(
        generation=1,
        embedder=FakeEmbedder().identity,
        index_type="rabitq",
        counts=Counts(1, 1, 1, 0, 0),
        created="",
        medlit_version="",
        store_id="",
        dense=replace(facts, recall_at_10=0.97, recall_queries=200),
    )
    manifest.save(tmp_path)
    assert load_manifest(tmp_path) == manifest
    data = asdict(manifest)
    del data["dense"]  # an index of before
    (tmp_path / "manifest.json").write_text(json.dumps(data))
    assert load_manifest(tmp_path).dense == DenseFacts("rabitq")


def test_exact_search_lets_go_of_what_it_read(tmp_path, vectors, queries, monkeypatch):
    vectors.tofile(tmp_path / "v.f16")
    mapped = np.memmap(tmp_path / "v.f16", np.float16, "r", shape=vectors.shape)
    monkeypatch.setattr(exact, "_HELD", 1000)
    monkeypatch.setattr(exact, "_BLOCK", 700)
    rows = exact.Rows(mapped)
    for query in queries[:3]:
        ids, scores = exact.top(rows, IDS, query, 20)
        assert list(ids) == list(brute(vectors, IDS, query, 20))
        np.testing.assert_allclose(scores, vectors[ids].astype(np.float32) @ query, atol=2e-6)
    assert len(exact.top(rows, IDS[:3], queries[0], 20)[0]) == 3
    assert len(exact.top(rows, IDS[:0], queries[0], 20)[0]) == 0


def test_a_graph_whose_paths_end_among_equals_still_gives_as_many_as_are_wanted(tmp_path):
    vectors = drawn(2000, seed=5)
    vectors[300:1500] = vectors[300]
    vectors = vectors.astype(np.float16)
    facts = dense_build.build(vectors, np.arange(2000), plan("hnsw", 2000, D), tmp_path / "a")
    index = DenseIndex(tmp_path / "a", facts, lambda: vectors)
    query = vectors[10].astype(np.float32)
    assert sorted(index.search(query, 1900).ids) == sorted(
        brute(vectors, np.arange(2000), query, 1900)
    )
    excluded = np.arange(300, 1500)
    rest = np.setdiff1d(np.arange(2000), excluded)
    assert sorted(index.search(query, 800, None, excluded).ids) == list(rest)
