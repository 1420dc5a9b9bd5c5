"""An index through its life: made, read again, revised, deleted from, retracted, resumed."""

import gzip
import json
import os
import shutil

import numpy as np
import pytest

from rag.errors import (
    CorpusError,
    IndexDamaged,
    IndexLocked,
    IndexMismatch,
    IndexNotFound,
    LiteratureIndexError,
    UnknownFormat,
)
from rag.index import generations
from rag.index.builder import index_embedder, ingest
from rag.index.embedding import Embedding
from rag.index.progress import Stopwatch
from rag.index.reader import IndexReader
from rag.index.store import Store
from rag.index.vectors import VectorFile
from rag.models.engine import LocalEngine
from rag.progress import Silent
from rag.retrieval import Retriever
from rag.types import Filter
from tests.support import FakeEmbedder, beir_file, pubmed_file, pubmed_record


def ids(directory):
    reader = IndexReader.open(directory)
    try:
        _, _ = reader.selection(Filter())
        found = reader.lexical.search("cough fever rash lung", 50, Filter(include_retracted=True))
        return sorted({a.id for _, a in reader.passages(found.ids.tolist())})
    finally:
        reader.close()


def article(directory, article_id):
    reader = IndexReader.open(directory)
    try:
        return reader.article(article_id)
    finally:
        reader.close()


def test_a_file_that_only_deletes_is_an_index_that_remembers(tmp_path, fake_embedder):
    gone = pubmed_file(tmp_path / "gone.xml", deleted=(1,))
    report = ingest([gone], tmp_path / "ix", fake_embedder)
    assert (report.rejected, report.records, report.generation) == (0, 1, 1)
    assert not (tmp_path / "ix" / "rejects.jsonl").exists()
    assert ids(tmp_path / "ix") == []
    file = pubmed_file(tmp_path / "a.xml", pubmed_record(1, "Cough."), pubmed_record(2, "Fever."))
    ingest([file], tmp_path / "ix", fake_embedder)
    assert ids(tmp_path / "ix") == ["pmid:2"]


def test_the_same_file_again_changes_nothing(tmp_path, fake_embedder):
    file = pubmed_file(tmp_path / "a.xml", pubmed_record(1, "Cough in adults."))
    first = ingest([file], tmp_path / "ix", fake_embedder)
    again = ingest([file], tmp_path / "ix", fake_embedder)
    assert (first.added, first.embedded, first.generation) == (1, 1, 1)
    assert (again.added, again.files_unchanged, again.generation) == (0, 1, 1)
    assert not again.changed
    copy = tmp_path / "b.xml"
    copy.write_text(file.read_text() + "\n")  # other bytes, the same record
    other = ingest([copy], tmp_path / "ix", fake_embedder)
    assert (other.unchanged, other.generation) == (1, 1)


@pytest.mark.parametrize("newest_first", [True, False])
def test_the_newer_revision_wins_whatever_the_order(tmp_path, fake_embedder, newest_first):
    old = pubmed_file(tmp_path / "1.xml", pubmed_record(1, "Old cough.", revised="2019-05-01"))
    new = pubmed_file(tmp_path / "2.xml", pubmed_record(1, "New cough.", revised="2021-05-01"))
    for file in (new, old) if newest_first else (old, new):
        ingest([file], tmp_path / "ix", fake_embedder)
    assert article(tmp_path / "ix", "pmid:1").title == "New cough."
    assert ids(tmp_path / "ix") == ["pmid:1"]


def test_a_revision_of_other_fields_keeps_the_vector(tmp_path, fake_embedder):
    ingest(
        [pubmed_file(tmp_path / "1.xml", pubmed_record(1, "Cough.", "Text stays."))],
        tmp_path / "ix",
        fake_embedder,
    )
    before = fake_embedder.texts_embedded
    newer = pubmed_record(1, "Cough.", "Text stays.", revised="2022-01-01", types=("Review",))
    ingest([pubmed_file(tmp_path / "2.xml", newer)], tmp_path / "ix", fake_embedder)
    assert fake_embedder.texts_embedded == before
    assert article(tmp_path / "ix", "pmid:1").publication_types == ("Review",)
    reader = IndexReader.open(tmp_path / "ix")
    found = reader.dense.search(fake_embedder.embed_queries(["Cough.\nText stays."])[0], 5)
    assert len(found.ids) == 1
    assert found.scores[0] == pytest.approx(1.0, abs=1e-3)


def test_a_deletion_removes_and_stays(tmp_path, fake_embedder):
    a = pubmed_file(tmp_path / "1.xml", pubmed_record(1, "Cough."), pubmed_record(2, "Fever."))
    b = pubmed_file(tmp_path / "2.xml", pubmed_record(3, "Rash."), deleted=(1,))
    ingest([a], tmp_path / "ix", fake_embedder)
    report = ingest([b], tmp_path / "ix", fake_embedder)
    assert report.deleted == 1
    assert ids(tmp_path / "ix") == ["pmid:2", "pmid:3"]
    late = pubmed_file(tmp_path / "0.xml", pubmed_record(1, "Cough.", revised="2018-01-01"))
    ingest([late], tmp_path / "ix", fake_embedder)
    assert ids(tmp_path / "ix") == ["pmid:2", "pmid:3"]


@pytest.mark.parametrize("notice_first", [True, False])
def test_a_notice_retracts_its_article_whatever_the_order(tmp_path, fake_embedder, notice_first):
    link = (
        "<CommentsCorrectionsList><CommentsCorrections RefType='RetractionOf'>"
        "<RefSource>J Tests</RefSource><PMID Version='1'>1</PMID></CommentsCorrections>"
        "</CommentsCorrectionsList>"
    )
    a = pubmed_file(tmp_path / "1.xml", pubmed_record(1, "Cough cure."))
    n = pubmed_file(tmp_path / "2.xml", pubmed_record(2, "Retraction: cough cure.", extra=link))
    for file in (n, a) if notice_first else (a, n):
        ingest([file], tmp_path / "ix", fake_embedder)
    assert article(tmp_path / "ix", "pmid:1").status == "retracted"
    assert article(tmp_path / "ix", "pmid:2").status == "notice"
    reader = IndexReader.open(tmp_path / "ix")
    shown = reader.lexical.search("cough", 10, Filter())
    assert [x.id for _, x in reader.passages(shown.ids.tolist())] == ["pmid:2"]
    _, excluded = reader.selection(Filter())
    near = reader.dense.search(fake_embedder.embed_queries(["cough"])[0], 10, None, excluded)
    assert {x.id for _, x in reader.passages(near.ids.tolist())} == {"pmid:2"}


def test_a_limit_goes_on_where_it_stopped(tmp_path, fake_embedder):
    file = pubmed_file(tmp_path / "a.xml", *[pubmed_record(i, f"Cough {i}.") for i in range(1, 8)])
    assert ingest([file], tmp_path / "ix", fake_embedder, limit=3).added == 3
    rest = ingest([file], tmp_path / "ix", fake_embedder)
    assert (rest.added, rest.unchanged) == (4, 0)
    assert len(ids(tmp_path / "ix")) == 7


def test_no_time_for_vectors_still_finds_words(tmp_path, fake_embedder):
    file = pubmed_file(tmp_path / "a.xml", pubmed_record(1, "Cough."), pubmed_record(2, "Fever."))
    report = ingest([file], tmp_path / "ix", fake_embedder, embed_seconds=0)
    assert (report.embedded, report.pending) == (0, 2)
    assert ids(tmp_path / "ix") == ["pmid:1", "pmid:2"]
    done = ingest([file], tmp_path / "ix", fake_embedder)
    assert (done.embedded, done.pending, done.generation) == (2, 0, 2)


def test_jsonl_without_dates_takes_the_later_text(tmp_path, fake_embedder):
    a = beir_file(tmp_path / "a.jsonl", [{"_id": "x", "title": "Cough", "text": "One."}])
    ingest([a], tmp_path / "ix", fake_embedder)
    a = beir_file(tmp_path / "a.jsonl", [{"_id": "x", "title": "Cough", "text": "Two."}])
    assert ingest([a], tmp_path / "ix", fake_embedder).revised == 1
    assert article(tmp_path / "ix", "id:x").sections[0].text == "Two."


def test_unreadable_records_are_counted_and_explained(tmp_path, fake_embedder):
    file = tmp_path / "a.jsonl"
    file.write_text(
        '{"_id": "x", "title": "Cough", "text": "One."}\n{"_id": "y", "title": 3}\nnot json\n'
    )
    report = ingest([file], tmp_path / "ix", fake_embedder)
    assert (report.added, report.rejected) == (1, 2)
    rows = [json.loads(r) for r in (tmp_path / "ix" / "rejects.jsonl").read_text().splitlines()]
    assert [r["record"] for r in rows] == [1, 2]
    assert all(r["reason"] for r in rows)


def test_nothing_readable_is_an_error(tmp_path, fake_embedder):
    file = tmp_path / "a.jsonl"
    file.write_text('{"_id": "y", "title": 3, "text": 4}\n')
    with pytest.raises(CorpusError, match=r"none of the 1 records.*rejects\.jsonl"):
        ingest([file], tmp_path / "ix", fake_embedder)
    with pytest.raises(IndexNotFound):
        IndexReader.open(tmp_path / "ix")


def test_another_embedder_is_refused(tmp_path, fake_embedder):
    file = pubmed_file(tmp_path / "a.xml", pubmed_record(1, "Cough."))
    ingest([file], tmp_path / "ix", fake_embedder)
    with pytest.raises(IndexMismatch, match="made with the embedder fake"):
        ingest([file], tmp_path / "ix", FakeEmbedder(weights="other"))


def test_one_writer_at_a_time(tmp_path, fake_embedder):
    file = pubmed_file(tmp_path / "a.xml", pubmed_record(1, "Cough."))
    with (
        generations.writer_lock(tmp_path / "ix"),
        pytest.raises(IndexLocked, match="another process is writing"),
    ):
        ingest([file], tmp_path / "ix", fake_embedder)
    assert ingest([file], tmp_path / "ix", fake_embedder).added == 1


def test_a_reader_keeps_its_generation(tmp_path, fake_embedder):
    ingest(
        [pubmed_file(tmp_path / "1.xml", pubmed_record(1, "Old cough."))],
        tmp_path / "ix",
        fake_embedder,
    )
    reader = IndexReader.open(tmp_path / "ix")
    for n in range(3):
        newer = pubmed_record(1, f"New cough {n}.", revised=f"2021-01-0{n + 1}")
        ingest([pubmed_file(tmp_path / f"{n}.xml", newer)], tmp_path / "ix", fake_embedder)
    assert reader.article("pmid:1").title == "Old cough."
    found = reader.lexical.search("cough", 10, Filter())
    assert [a.title for _, a in reader.passages(found.ids.tolist())] == ["Old cough."]
    assert article(tmp_path / "ix", "pmid:1").title == "New cough 2."
    assert sum(p.name.startswith("gen-") for p in (tmp_path / "ix").iterdir()) == generations.KEPT


@pytest.mark.parametrize("size", [None, 0, 100])
def test_lost_vectors_are_computed_again_never_zero(tmp_path, fake_embedder, size):
    rows = [pubmed_record(i, f"Cough {i}.") for i in range(1, 5)]
    ingest([pubmed_file(tmp_path / "a.xml", *rows)], tmp_path / "ix", fake_embedder)
    file = tmp_path / "ix" / "store" / "vectors.f16"
    if size is None:
        file.unlink()
    else:
        with file.open("r+b") as handle:
            handle.truncate(size)
    more = pubmed_file(tmp_path / "b.xml", pubmed_record(9, "Fever."))
    ingest([more], tmp_path / "ix", fake_embedder)
    reader = IndexReader.open(tmp_path / "ix")
    norms = np.linalg.norm(reader.vectors.astype(np.float32), axis=1)
    np.testing.assert_allclose(norms, 1.0, atol=1e-2)
    assert reader.dense.count == 5


def test_vectors_are_never_written_past_a_gap(tmp_path):
    file = VectorFile(tmp_path / "v.f16", 4)
    with pytest.raises(IndexDamaged, match="too short"):
        file.write(3, np.ones((1, 4), dtype=np.float32))
    with pytest.raises(IndexDamaged, match="too short"):
        file.open(3)


def test_a_dense_search_works_after_the_generation_was_swept(tmp_path, fake_embedder):
    ingest(
        [pubmed_file(tmp_path / "1.xml", pubmed_record(1, "Old cough."))],
        tmp_path / "ix",
        fake_embedder,
    )
    retriever = Retriever.open(tmp_path / "ix", embedder=fake_embedder)
    for n in range(3):
        newer = pubmed_record(1, f"New cough {n}.", revised=f"2021-01-0{n + 1}")
        ingest([pubmed_file(tmp_path / f"{n}.xml", newer)], tmp_path / "ix", fake_embedder)
    assert [h.article.title for h in retriever.search("cough")] == ["Old cough."]


def test_embedded_but_unpublished_passages_keep_their_dense_score(tmp_path, fake_embedder):
    rows = [pubmed_record(i, f"Cough {i}.") for i in range(1, 4)]
    file = pubmed_file(tmp_path / "a.xml", *rows)
    ingest([file], tmp_path / "ix", fake_embedder, embed_seconds=0)
    store = Store(tmp_path / "ix" / "store" / "articles.sqlite", writable=True)
    vectors = VectorFile(tmp_path / "ix" / "store" / "vectors.f16", 64)
    embedding = Embedding(store, vectors, LocalEngine(fake_embedder), Silent(), Stopwatch())
    embedding.start()
    assert embedding.finish() == 3
    store.close()
    retriever = Retriever.open(tmp_path / "ix", embedder=fake_embedder)
    hits = retriever.search("cough")
    assert len(hits) == 3
    assert all(h.scores.dense is not None for h in hits)


def test_a_read_only_copy_never_ignores_the_wal(tmp_path, fake_embedder, monkeypatch):
    file = pubmed_file(tmp_path / "a.xml", pubmed_record(1, "Cough."))
    ingest([file], tmp_path / "ix", fake_embedder)
    missing = tmp_path / "none" / "articles.sqlite"
    missing.parent.mkdir()
    with pytest.raises(IndexDamaged, match="cannot be read"):
        Store(missing)
    assert not missing.exists()
    (tmp_path / "none" / "articles.sqlite-wal").write_bytes(b"x" * 64)
    with pytest.raises(IndexDamaged, match="-wal"):
        Store(missing)


def test_a_wrong_format_does_not_lose_the_file(tmp_path, fake_embedder):
    other = beir_file(tmp_path / "o.jsonl", [{"_id": "o", "title": "Lung", "text": "Zero."}])
    ingest([other], tmp_path / "ix", fake_embedder)
    file = beir_file(tmp_path / "a.jsonl", [{"_id": "x", "title": "Cough", "text": "One."}])
    wrong = ingest([file], tmp_path / "ix", fake_embedder, format_name="medline")
    assert (wrong.added, wrong.rejected) == (0, 1)
    right = ingest([file], tmp_path / "ix", fake_embedder)
    assert (right.added, right.rejected) == (1, 0)
    assert ids(tmp_path / "ix") == ["id:o", "id:x"]
    assert not (tmp_path / "ix" / "rejects.jsonl").exists()


def test_a_first_ingest_with_the_wrong_format_can_be_repeated(tmp_path, fake_embedder):
    file = beir_file(tmp_path / "a.jsonl", [{"_id": "x", "title": "Cough", "text": "One."}])
    with pytest.raises(CorpusError, match="none of the 1 records"):
        ingest([file], tmp_path / "ix", fake_embedder, format_name="medline")
    assert ingest([file], tmp_path / "ix", fake_embedder).added == 1


def test_a_correction_taken_back_is_taken_back(tmp_path, fake_embedder):
    file = tmp_path / "a.jsonl"
    for n, text in enumerate(("One.", "Two.", "One.", "One.")):
        beir_file(file, [{"_id": "x", "title": "Cough", "text": text}])
        os.utime(file, (1_000_000 - min(n, 2),) * 2)  # as a copy with its old date has it
        report = ingest([file], tmp_path / "ix", fake_embedder)
        assert article(tmp_path / "ix", "id:x").sections[0].text == text
    assert report.files_unchanged == 1


def cut(file):
    with file.open("r+b") as handle:
        handle.truncate(file.stat().st_size // 2)


DAMAGE = {
    "dense": lambda ix: cut(ix / "gen-000001" / "dense.faiss"),
    "manifest": lambda ix: (ix / "gen-000001" / "manifest.json").unlink(),
    "words": lambda ix: (ix / "gen-000001" / "lexical" / "meta.json").write_text("{"),
    "pointer": lambda ix: (ix / "CURRENT").write_text("nonsense"),
    "no pointer": lambda ix: (ix / "CURRENT").unlink(),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_what_is_derived_is_rebuilt_without_embedding_again(tmp_path, fake_embedder, kind):
    rows = [pubmed_record(1, "Cough."), pubmed_record(2, "Fever.")]
    file = pubmed_file(tmp_path / "a.xml", *rows)
    ingest([file], tmp_path / "ix", fake_embedder)
    embedded = fake_embedder.texts_embedded
    DAMAGE[kind](tmp_path / "ix")
    with pytest.raises(LiteratureIndexError):
        IndexReader.open(tmp_path / "ix")
    assert index_embedder(tmp_path / "ix") == "fake"
    assert ingest([file], tmp_path / "ix", fake_embedder).generation == 2
    assert fake_embedder.texts_embedded == embedded
    assert ids(tmp_path / "ix") == ["pmid:1", "pmid:2"]
    assert IndexReader.open(tmp_path / "ix").dense.count == 2


def test_a_lost_store_is_never_mixed_with_what_an_older_one_made(tmp_path, fake_embedder):
    many = pubmed_file(tmp_path / "a.xml", *[pubmed_record(i, f"Cough {i}.") for i in range(1, 9)])
    ingest([many], tmp_path / "ix", fake_embedder)
    shutil.rmtree(tmp_path / "ix" / "store")
    with pytest.raises(IndexDamaged):
        IndexReader.open(tmp_path / "ix")
    few = pubmed_file(tmp_path / "b.xml", pubmed_record(99, "Fever."))
    ingest([few], tmp_path / "ix", fake_embedder)
    assert ids(tmp_path / "ix") == ["pmid:99"]


def test_a_folder_whose_first_file_gave_nothing_takes_another_embedder(tmp_path, fake_embedder):
    bad = tmp_path / "a.jsonl"
    bad.write_text('{"_id": "y", "title": 3, "text": 4}\n')
    with pytest.raises(CorpusError):
        ingest([bad], tmp_path / "ix", fake_embedder)
    file = pubmed_file(tmp_path / "a.xml", pubmed_record(1, "Cough."))
    assert ingest([file], tmp_path / "ix", FakeEmbedder(weights="other")).added == 1


class Notes(Silent):
    def __init__(self):
        self.said = []

    def note(self, text):
        self.said.append(text)


def test_a_cut_file_is_said_to_be_cut(tmp_path, fake_embedder):
    whole = "".join(pubmed_record(i, f"Cough {i}.", "x y z " * 40) for i in range(1, 60))
    packed = gzip.compress(f"<PubmedArticleSet>{whole}</PubmedArticleSet>".encode(), 1)
    file = tmp_path / "a.xml.gz"
    file.write_bytes(packed[: int(len(packed) * 0.7)])
    notes = Notes()
    report = ingest([file], tmp_path / "ix", fake_embedder, progress=notes)
    assert 0 < report.added < 59
    assert (report.rejected, report.files_cut) == (1, 1)
    assert any(
        "a.xml.gz is cut off" in text and "get the file again" in text for text in notes.said
    )


def test_a_folder_is_read_in_spite_of_a_file_that_is_no_literature(tmp_path, fake_embedder):
    folder = tmp_path / "dump"
    folder.mkdir()
    pubmed_file(folder / "a.xml", pubmed_record(1, "Cough."))
    (folder / "picture.xml").write_bytes(bytes(range(256)) * 10)
    notes = Notes()
    assert ingest([folder], tmp_path / "ix", fake_embedder, progress=notes).added == 1
    assert any("picture.xml" in text for text in notes.said)
    with pytest.raises(UnknownFormat):
        ingest([folder / "picture.xml"], tmp_path / "ix", fake_embedder)
    (folder / "a.xml").unlink()
    with pytest.raises(UnknownFormat, match=r"picture\.xml"):
        ingest([folder], tmp_path / "ix", fake_embedder)
