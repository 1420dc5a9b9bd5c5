"""Passages are embedded while files are still read, in blocks, up to a failure or a deadline."""

import threading

import numpy as np
import pytest

from rag.index.builder import ingest
from rag.index.embedding import BLOCK, Embedding
from rag.index.reader import IndexReader
from rag.index.store import Store
from rag.models.engine import LocalEngine
from rag.progress import Silent
from tests.support import FakeEmbedder, pubmed_file, pubmed_record

COUNT = 1300


class Recorder:
    """An engine that notes the blocks it is given, and embeds as the local one does."""

    def __init__(self, embedder, fail_after=None):
        self.blocks = []
        self.embedded = threading.Event()
        self.closed = False
        self._embedder = embedder
        self._fail_after = fail_after

    def embed(self, blocks):
        try:
            for block in blocks:
                if self._fail_after == len(self.blocks):
                    raise MemoryError("the device is full")
                self.blocks.append(list(block))
                self.embedded.set()
                yield self._embedder.embed_documents(block)
        finally:
            self.closed = True


def many(path, count=COUNT):
    rows = [pubmed_record(i, f"Cough {i}.", f"Case {i} rose.") for i in range(1, count + 1)]
    return pubmed_file(path, *rows)


def vectors(index):
    reader = IndexReader.open(index)
    try:
        return np.array(reader.vectors)
    finally:
        reader.close()


def test_blocks_are_whole_and_in_order(tmp_path, fake_embedder):
    engine = Recorder(fake_embedder)
    report = ingest([many(tmp_path / "a.xml")], tmp_path / "ix", fake_embedder, engine=engine)
    assert report.embedded == COUNT
    assert [len(b) for b in engine.blocks] == [BLOCK] * (COUNT // BLOCK) + [COUNT % BLOCK]
    assert engine.blocks[0][0].startswith("Cough 1.")
    assert engine.blocks[-1][-1].startswith(f"Cough {COUNT}.")
    flat = [text for block in engine.blocks for text in block]
    expected = fake_embedder.embed_documents(flat).astype(np.float16)
    np.testing.assert_array_equal(vectors(tmp_path / "ix"), expected)
    assert engine.closed


def test_embedding_begins_while_records_are_still_read(tmp_path):
    class Waiting(FakeEmbedder):
        batches = 0

        def token_spans(self, texts):
            self.batches += 1
            if self.batches == 3:  # the last batch of the file waits for the first block
                assert engine.embedded.wait(60)
            return super().token_spans(texts)

    embedder = Waiting()
    engine = Recorder(embedder)
    report = ingest([many(tmp_path / "a.xml")], tmp_path / "ix", embedder, engine=engine)
    assert embedder.batches == 3
    assert (report.added, report.embedded) == (COUNT, COUNT)


def test_passages_that_arrive_with_the_end_are_not_missed(tmp_path, fake_embedder, monkeypatch):
    ended = threading.Event()
    tell = Embedding._tell

    def tell_and_say(self, **what):
        tell(self, **what)
        ended.set()

    class Late(Store):
        looked = False

        def next_passage_id(self):
            count = super().next_passage_id()
            if not Late.looked:  # what it saw is old by the time it is used
                Late.looked = True
                assert ended.wait(60)
            return count

    monkeypatch.setattr(Embedding, "_tell", tell_and_say)
    monkeypatch.setattr("rag.index.embedding.Store", Late)
    report = ingest([many(tmp_path / "a.xml", 300)], tmp_path / "ix", fake_embedder)
    assert (report.embedded, report.pending) == (300, 0)


class Told(Silent):
    def __init__(self):
        self.started = []

    def start(self, stage, total, unit):
        self.started.append((stage, total))


def test_what_is_left_is_told_when_all_is_read(tmp_path, fake_embedder):
    told = Told()
    ingest([many(tmp_path / "a.xml")], tmp_path / "ix", fake_embedder, progress=told)
    totals = [total for stage, total in told.started if stage == "embedding"]
    assert totals[-1] is not None
    assert 0 < totals[-1] <= COUNT
    assert totals[:-1] in ([], [None])  # no number before it is known
    told.started.clear()
    ingest([many(tmp_path / "b.xml", 3)], tmp_path / "ix", fake_embedder, progress=told)
    assert [total for stage, total in told.started if stage == "embedding"] == []


def test_a_failing_engine_ends_the_ingest_and_keeps_what_is_done(tmp_path, fake_embedder):
    file = many(tmp_path / "a.xml")
    with pytest.raises(MemoryError, match="the device is full"):
        ingest([file], tmp_path / "ix", fake_embedder, engine=Recorder(fake_embedder, 3))
    engine = Recorder(fake_embedder)
    report = ingest([file], tmp_path / "ix", fake_embedder, engine=engine)
    assert report.embedded == COUNT - 3 * BLOCK
    assert engine.blocks[0][0].startswith(f"Cough {3 * BLOCK + 1}.")
    assert vectors(tmp_path / "ix").any(axis=1).all()


def test_a_file_that_cannot_be_read_keeps_the_vectors_that_are_made(tmp_path, fake_embedder):
    class Broken(FakeEmbedder):
        batches = 0

        def token_spans(self, texts):
            self.batches += 1
            if self.batches == 3:
                assert engine.embedded.wait(60)
                raise KeyboardInterrupt
            return super().token_spans(texts)

    engine = Recorder(fake_embedder)
    with pytest.raises(KeyboardInterrupt):
        ingest([many(tmp_path / "a.xml")], tmp_path / "ix", Broken(), engine=engine)
    assert engine.closed
    report = ingest([tmp_path / "a.xml"], tmp_path / "ix", fake_embedder)
    assert 0 < report.embedded < COUNT
    assert vectors(tmp_path / "ix").any(axis=1).all()


def test_the_deadline_stops_between_blocks(tmp_path):
    class Slow(FakeEmbedder):
        def embed_documents(self, texts):
            threading.Event().wait(0.4)
            return super().embed_documents(texts)

    embedder = Slow()
    report = ingest([many(tmp_path / "a.xml")], tmp_path / "ix", embedder, embed_seconds=0.1)
    assert 0 < report.embedded < COUNT
    assert report.embedded % BLOCK == 0
    assert report.pending == COUNT - report.embedded


def test_the_local_engine_keeps_the_order_and_takes_blocks_as_it_goes(fake_embedder):
    taken = []

    def blocks():
        for i in range(9):
            taken.append(i)
            yield [f"cough {i}", f"fever {i}"]

    results = LocalEngine(fake_embedder).embed(blocks())
    first = next(results)
    assert len(taken) <= 3
    np.testing.assert_array_equal(first, fake_embedder.embed_documents(["cough 0", "fever 0"]))
    rest = list(results)
    assert len(rest) == 8
    np.testing.assert_array_equal(rest[-1], fake_embedder.embed_documents(["cough 8", "fever 8"]))
