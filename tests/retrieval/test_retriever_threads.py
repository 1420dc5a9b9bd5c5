"""One retriever, many threads and tasks: the results of one thread; and a clear end."""

from __future__ import annotations

import asyncio
import itertools
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from literature import FILTERS, build, questions

from rag.errors import UsageError
from rag.retrieval import Retriever
from rag.types import Filter
from tests.support import FakeEmbedder

THREADS = 8


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    return build(tmp_path_factory.mktemp("threads"))


@pytest.fixture(autouse=True)
def eager_switches():
    """Let threads take turns a thousand times as often, so that races have their chance."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(5e-6)
    yield
    sys.setswitchinterval(before)


def seen(hits):
    return [(h.rank, h.article.id, h.passage.id, h.score, h.scores) for h in hits]


def test_eight_threads_find_what_one_finds(index):
    jobs = list(itertools.product(questions(6), FILTERS, ("hybrid", "dense", "lexical")))
    with Retriever.open(index, embedder=FakeEmbedder()) as alone:
        expected = [seen(alone.search(q, 7, f, mode=m)) for q, f, m in jobs]
    assert sum(map(len, expected)) > 5 * len(jobs)
    assert len({str(e) for e in expected}) > len(jobs) // 2  # other jobs, other results

    # a fresh one: what it makes on first use is made by several threads at a time
    with Retriever.open(index, embedder=FakeEmbedder()) as shared:
        start = threading.Barrier(THREADS)

        def all_of_them(first):
            start.wait(timeout=60)
            turned = [*range(first, len(jobs)), *range(first)]
            found = {}
            for at in turned:
                q, f, m = jobs[at]
                found[at] = seen(shared.search(q, 7, f, mode=m))
            return [found[at] for at in range(len(jobs))]

        with ThreadPoolExecutor(THREADS) as pool:
            for found in pool.map(all_of_them, [i * len(jobs) // THREADS for i in range(THREADS)]):
                assert found == expected


def test_the_model_is_loaded_once_by_threads(index, monkeypatch):
    loaded = []

    def slowly(spec, device):
        loaded.append(spec)
        time.sleep(0.05)
        return FakeEmbedder()

    monkeypatch.setattr("rag.retrieval.retriever.load_embedder", slowly)
    with Retriever.open(index) as retriever, ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(lambda _: retriever.search("fever cough", 3), range(THREADS)))
        assert loaded == ["fake"]
        assert all(seen(f) == seen(found[0]) for f in found)


def test_a_search_after_close_says_so(index):
    with Retriever.open(index, embedder=FakeEmbedder()) as retriever:
        assert retriever.search("fever")
    for mode in ("hybrid", "dense", "lexical"):
        with pytest.raises(UsageError, match=r"was closed; open it again"):
            retriever.search("fever", mode=mode)
    with pytest.raises(UsageError, match="was closed"):
        retriever.search_many(["fever"])
    with pytest.raises(UsageError, match="was closed"):
        asyncio.run(retriever.asearch("fever"))
    retriever.close()  # twice is no error


def test_closing_while_others_search(index):
    retriever = Retriever.open(index, embedder=FakeEmbedder())
    with Retriever.open(index, embedder=FakeEmbedder()) as alone:
        expected = {(q, f): seen(alone.search(q, 5, f)) for q in questions(6) for f in FILTERS}
    begun = threading.Semaphore(0)

    def until_closed(_):
        done = 0
        for q, f in itertools.cycle(expected):
            try:
                found = seen(retriever.search(q, 5, f))
            except UsageError as error:
                return done, str(error)
            assert found == expected[q, f]
            done += 1
            begun.release()
        return done, "never refused"

    with ThreadPoolExecutor(THREADS) as pool:
        waiting = [pool.submit(until_closed, i) for i in range(THREADS)]
        for _ in range(3 * THREADS):
            assert begun.acquire(timeout=60)
        retriever.close()
        ended = [w.result(timeout=60) for w in waiting]
    assert sum(done for done, _ in ended) >= 3 * THREADS
    assert all("was closed" in said for _, said in ended)


def test_async_finds_the_same_and_leaves_the_loop_free(index):
    class Slow(FakeEmbedder):
        def embed_queries(self, texts):
            time.sleep(0.2)
            return super().embed_queries(texts)

    async def both(retriever):
        ticks = 0

        async def tick():
            nonlocal ticks
            while True:
                await asyncio.sleep(0.01)
                ticks += 1

        ticking = asyncio.create_task(tick())
        one, many = await asyncio.gather(
            retriever.asearch("fever cough", 4, Filter(year_from=2005)),
            retriever.asearch_many((q for q in questions(5)), 3, mode="dense"),
        )
        ticking.cancel()
        return one, many, ticks

    with Retriever.open(index, embedder=Slow()) as retriever:
        one, many, ticks = asyncio.run(both(retriever))
        assert seen(one) == seen(retriever.search("fever cough", 4, Filter(year_from=2005)))
        expected = retriever.search_many(questions(5), 3, mode="dense")
        assert [seen(hits) for hits in many] == [seen(hits) for hits in expected]
    assert ticks >= 5


@pytest.mark.model
def test_threads_and_the_real_model(built):
    asked = ["pertussis in adults", "weight loss with metformin", "sudden fever", "magnets"] * 4
    with Retriever.open(built / "ix") as retriever:
        expected = [retriever.search(q, 3) for q in asked]
    with Retriever.open(built / "ix") as retriever, ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(lambda q: retriever.search(q, 3), asked))
    for a, b in zip(found, expected, strict=True):
        assert [h.passage.id for h in a] == [h.passage.id for h in b]
        assert [h.scores.dense for h in a] == pytest.approx([h.scores.dense for h in b], abs=1e-3)
