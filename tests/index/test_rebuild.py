"""An index derived anew, and one that goes on from its approximate dense index."""

import json

import numpy as np
import pytest

from rag.errors import IndexDamaged, IndexLocked, IndexNotFound, UsageError
from rag.index import dense, generations, kinds
from rag.index.builder import ingest
from rag.index.compact import compact
from rag.index.info import describe
from rag.index.manifest import load_manifest
from rag.index.reader import IndexReader
from rag.index.rebuild import rebuild
from rag.retrieval import Retriever
from rag.types import Filter
from tests.support import FakeEmbedder, beir_file, pubmed_file, pubmed_record

WORDS = ["fever", "cough", "rash", "lung", "heart", "liver", "stroke", "sepsis", "asthma", "trial"]


def rows(first, last):
    out = []
    for i in range(first, last):
        words = np.random.default_rng(i).choice(WORDS, size=6)
        years = {"pmid": str(1000 + i), "year": 1990 + i % 30}
        text = " ".join(words[1:]) + f" number{i}."
        out.append({"_id": str(i), "title": str(words[0]), "text": text, "metadata": years})
    return out


@pytest.fixture
def small(monkeypatch):
    """Types that need many passages are allowed for few."""
    monkeypatch.setattr(kinds, "LEAST_TRAINED", 100)
    monkeypatch.setattr(kinds, "EXACT_UP_TO", 500)
    monkeypatch.setattr(dense, "EXACT_ALLOWED", 10)


@pytest.fixture
def index(tmp_path, fake_embedder):
    ingest([beir_file(tmp_path / "a.jsonl", rows(0, 400))], tmp_path / "ix", fake_embedder)
    return tmp_path / "ix"


def found(index, filters=None):
    retriever = Retriever.open(index, embedder=FakeEmbedder())
    try:
        hits = retriever.search(" ".join(WORDS), 1000, filters, mode="dense")
        return {h.article.id: round(h.score, 4) for h in hits}
    finally:
        retriever.close()


@pytest.mark.parametrize("kind", ["flat", "hnsw", "ivfsq", "rabitq", "ivfpq"])
def test_another_type_finds_the_same_and_embeds_nothing(index, small, kind):
    before = found(index), found(index, Filter(year_from=2019))
    manifest = rebuild(index, kind)
    assert (manifest.index_type, manifest.generation) == (kind, 2)
    assert manifest.dense.requested == kind
    assert (manifest.dense.recall_at_10 is None) == (kind == "flat")
    assert (found(index), found(index, Filter(year_from=2019))) == before
    assert describe(index)["dense"]["recall_at_10"] == manifest.dense.recall_at_10


def test_without_a_type_it_stays_as_it_was_asked_for(index, small):
    assert rebuild(index).dense.requested == "auto"
    rebuild(index, "ivfsq")
    again = rebuild(index)
    assert (again.index_type, again.generation) == ("ivfsq", 4)


def test_auto_becomes_another_type_as_the_index_grows(tmp_path, index, small, fake_embedder):
    ingest([beir_file(tmp_path / "b.jsonl", rows(400, 700))], index, fake_embedder)
    manifest = IndexReader.open(index).manifest
    assert manifest.index_type != "flat"
    assert manifest.dense.requested == "auto"
    assert len(found(index)) == 700


@pytest.mark.parametrize("kind", ["hnsw", "ivfsq", "rabitq", "ivfpq"])
def test_an_update_adds_to_lists_that_are_not_trained_again(
    tmp_path, index, small, fake_embedder, kind
):
    first = rebuild(index, kind).dense
    news = rows(400, 450) + [{**r, "text": "sepsis anew."} for r in rows(10, 20)]
    ingest([beir_file(tmp_path / "b.jsonl", news)], index, fake_embedder)
    manifest = IndexReader.open(index).manifest
    assert (manifest.index_type, manifest.dense.trained_at) == (kind, first.trained_at)
    assert manifest.dense.lists == first.lists
    after = found(index)
    assert len(after) == 450
    rebuild(index, "flat")
    assert found(index) == after


@pytest.mark.parametrize("part", ["dense.faiss", "manifest.json", "lexical"])
def test_a_damaged_generation_is_derived_anew(index, small, part):
    before = found(index)
    damaged = generations.path(index, 1) / part
    for file in damaged.rglob("*") if damaged.is_dir() else [damaged]:
        file.write_bytes(b"not this")
    with pytest.raises(IndexDamaged):
        IndexReader.open(index)
    assert rebuild(index, "ivfsq").generation == 2
    assert found(index) == before


def test_what_cannot_be_rebuilt_is_one_line(tmp_path, index, fake_embedder):
    with pytest.raises(IndexNotFound, match="no index at"):
        rebuild(tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()
    with pytest.raises(UsageError, match="use --type flat"):
        rebuild(index, "rabitq")
    with generations.writer_lock(index), pytest.raises(IndexLocked):
        rebuild(index)
    (index / "store" / "vectors.f16").unlink()
    with pytest.raises(IndexDamaged, match="run an ingest to compute"):
        rebuild(index)
    assert IndexReader.open(index).generation == 1
    ingest([tmp_path / "a.jsonl"], index, fake_embedder)
    assert rebuild(index).counts.embedded == 400


def test_the_command(built, medlit):
    done = medlit("index", "rebuild", built / "ix", "--type", "hnsw", "--json")
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert made["index_type"] == made["dense"]["requested"] == "hnsw"
    assert "recall@10" in done.stderr
    assert medlit("search", "fever", "--index", built / "ix").returncode == 0
    wrong = medlit("index", "rebuild", built / "ix", "--type", "ivfpq")
    assert wrong.returncode == 2
    assert wrong.stderr.count("\n") == 1


def test_an_index_of_type_auto_stays_so_when_it_is_compacted(tmp_path, fake_embedder):
    file = pubmed_file(tmp_path / "a.xml", pubmed_record(1, "Cough."), pubmed_record(2, "Fever."))
    ingest([file], tmp_path / "ix", fake_embedder)
    done = compact(tmp_path / "ix")
    manifest = load_manifest(generations.path(tmp_path / "ix", done.generation))
    assert (manifest.index_type, manifest.dense.requested) == ("flat", "auto")
