"""Many threads with one generator: batches, and each thread's own text."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from rag.errors import ModelError, OutOfMemory
from rag.models.gathering import Gathering
from rag.models.generator import GeneratorIdentity, Message, Usage, Written


class Batches:
    """Answers each conversation with its last message, and keeps what came together."""

    at_once = 4
    context_tokens = 100
    identity = GeneratorIdentity("tiny", "tiny", "", "", "transformers")

    def __init__(self, seconds=0.0):
        self.seen = []
        self.seconds = seconds
        self.closed = False

    def count_tokens(self, text):
        return len(text.split())

    def generate_many(self, conversations, max_tokens, stop=()):
        time.sleep(self.seconds)
        self.seen.append((len(conversations), max_tokens, tuple(stop)))
        texts = [messages[-1].content for messages in conversations]
        if "break" in texts:
            raise RuntimeError("lightning")
        return [
            OutOfMemory("too long") if text == "long" else Written(text, Usage(3, 5), "length")
            for text in texts
        ]

    def close(self):
        self.closed = True


@pytest.fixture
def batches():
    return Batches()


@pytest.fixture
def gathering(batches):
    made = Gathering(batches, patience=0.2)
    yield made
    made.close()


def ask(gathering, text, limit=9, stop=()):
    stream = gathering.stream([Message("user", text)], limit, stop)
    return stream.text(), stream.finish, stream.usage


def test_what_many_threads_ask_comes_in_full_batches(gathering, batches):
    texts = [f"question {n}" for n in range(12)]
    with ThreadPoolExecutor(12) as pool:
        made = list(pool.map(lambda text: ask(gathering, text), texts))
    assert made == [(text, "length", Usage(3, 5)) for text in texts]
    assert sum(size for size, *_ in batches.seen) == 12
    assert len(batches.seen) == 3
    assert gathering.threads == 8


def test_one_alone_does_not_wait_for_a_full_batch(gathering, batches):
    assert ask(gathering, "alone")[0] == "alone"
    assert batches.seen == [(1, 9, ())]


def test_other_limits_and_stops_are_other_batches(gathering, batches):
    with ThreadPoolExecutor(3) as pool:
        asked = [("a", 9, ()), ("b", 8, ()), ("c", 9, ("x",))]
        assert [one[0] for one in pool.map(lambda a: ask(gathering, *a), asked)] == ["a", "b", "c"]
    assert sorted(batches.seen) == [(1, 8, ()), (1, 9, ()), (1, 9, ("x",))]


def test_one_failure_is_that_of_its_thread(gathering):
    with ThreadPoolExecutor(2) as pool:
        failing = pool.submit(ask, gathering, "long")
        other = pool.submit(ask, gathering, "short")
        with pytest.raises(OutOfMemory, match="too long"):
            failing.result()
        assert other.result()[0] == "short"


def test_a_batch_that_breaks_reaches_all_and_stops_nobody(gathering):
    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(ask, gathering, "break"), pool.submit(ask, gathering, "x")]:
            with pytest.raises(RuntimeError, match="lightning"):
                future.result()
    assert ask(gathering, "next")[0] == "next"


def test_a_cancelled_question_is_not_written():
    batches = Batches(seconds=0.3)
    gathering = Gathering(batches, patience=0.01)
    first = threading.Thread(target=ask, args=(gathering, "first"))
    first.start()
    time.sleep(0.1)  # the first is being written, and the next one waits
    stream = gathering.stream([Message("user", "second")], 9)
    threading.Timer(0.05, stream.cancel).start()
    assert stream.text() == ""
    assert stream.finish == "cancelled"
    first.join()
    gathering.close()
    assert batches.seen == [(1, 9, ())]


def test_closing_fails_what_waits_and_closes_the_generator():
    batches = Batches(seconds=0.3)
    gathering = Gathering(batches, patience=0.01)
    with ThreadPoolExecutor(2) as pool:
        running = pool.submit(ask, gathering, "first")
        time.sleep(0.1)
        waiting = pool.submit(ask, gathering, "second")
        time.sleep(0.05)
        gathering.close()
        assert running.result()[0] == "first"
        with pytest.raises(ModelError, match="closed"):
            waiting.result()
    assert batches.closed
    with pytest.raises(ModelError, match="closed"):
        ask(gathering, "third")


def test_a_batch_that_lost_a_text_fails_and_nobody_waits(gathering, batches, monkeypatch):
    monkeypatch.setattr(batches, "generate_many", lambda *asked: [])
    with pytest.raises(ModelError, match="lost a text"):
        ask(gathering, "one")
    monkeypatch.undo()
    assert ask(gathering, "two")[0] == "two"
