"""What every generator must do, whatever runs it; a new one gets a row in ``RUNTIMES``."""

from __future__ import annotations

import importlib.util
import threading
import time
from contextlib import contextmanager

import pytest
from server_of_a_model import serve_model
from tiny_models import CHAIN, chain_model, gguf_file, language_model

from rag.errors import ModelError
from rag.models.generator import Message, load_generator

ASK = [
    Message("system", "Cite the trial."),
    Message("user", "Is aspirin a risk to the heart?"),
]


@contextmanager
def transformers(folder, chain):
    made = load_generator(str((chain_model if chain else language_model)(folder)), "cpu")
    yield made
    made.close()


@contextmanager
def gguf(folder, chain):
    made = load_generator(str(gguf_file(folder / "tiny.gguf", chain=chain)), "cpu")
    yield made
    made.close()


@contextmanager
def server(folder, chain):
    with transformers(folder, chain) as behind, serve_model(behind) as url:
        made = load_generator(f"openai:tiny@{url}")
        yield made
        made.close()


NEEDS = {gguf: ("gguf", "xllamacpp")}
RUNTIMES = [
    pytest.param(
        runtime,
        id=runtime.__name__,
        marks=[
            pytest.mark.skipif(
                importlib.util.find_spec(package) is None, reason=f"{package} is not installed"
            )
            for package in NEEDS.get(runtime, ())
        ],
    )
    for runtime in (transformers, gguf, server)
]


@pytest.fixture(scope="module", params=RUNTIMES)
def runtime(request):
    return request.param


@pytest.fixture(scope="module")
def endless(runtime, tmp_path_factory):
    """A model with random weights, which goes on to the limit."""
    with runtime(tmp_path_factory.mktemp("endless"), False) as made:
        yield made


@pytest.fixture(scope="module")
def ending(runtime, tmp_path_factory):
    """A model that writes CHAIN and ends."""
    with runtime(tmp_path_factory.mktemp("ending"), True) as made:
        yield made


def test_pieces_join_to_the_same_text_twice(endless):
    pieces = list(endless.stream(ASK, 24))
    text = "".join(pieces)
    assert text
    assert all(pieces)
    assert endless.stream(ASK, 24).text() == text


def test_other_messages_give_another_text(endless):
    other = [Message("user", "fever fever fever")]
    assert endless.stream(ASK, 24).text() != endless.stream(other, 24).text()


def test_the_limit_is_kept_and_told(endless):
    for limit in (1, 7, 24):
        stream = endless.stream(ASK, limit)
        stream.text()
        assert stream.finish == "length"
        assert stream.usage.completion_tokens == limit


def test_the_end_of_a_text_is_told(ending):
    stream = ending.stream(ASK, 60)
    assert stream.text() == CHAIN
    assert stream.finish == "stop"
    assert 0 < stream.usage.completion_tokens < 60


def test_characters_split_over_tokens_come_whole(ending):
    # each of é, β, — and µ is written as two or three tokens
    pieces = list(ending.stream(ASK, 60))
    assert "".join(pieces) == CHAIN
    assert all("�" not in piece for piece in pieces)


@pytest.mark.parametrize("stop", ["—3", "β", "2—3µ", CHAIN])
def test_stop_strings_across_pieces_end_the_text(ending, stop):
    stream = ending.stream(ASK, 60, stop=["nowhere", stop])
    assert stream.text() == CHAIN[: CHAIN.index(stop)]
    assert stream.finish == "stop"


def test_cancelled_stream_stops_soon_and_frees_the_model(endless):
    short = endless.stream(ASK, 4).text()
    room = endless.context_tokens - 60
    stream = endless.stream(ASK, room)
    next(stream)
    stream.cancel()
    assert list(stream) == []
    assert stream.finish == "cancelled"
    assert stream.usage is None or stream.usage.completion_tokens < room
    assert endless.stream(ASK, 4).text() == short


def test_another_thread_may_cancel(endless):
    stream = endless.stream(ASK, endless.context_tokens - 60)
    began, read = threading.Event(), []

    def reading():
        for piece in stream:
            read.append(piece)
            began.set()

    reader = threading.Thread(target=reading)
    reader.start()
    assert began.wait(20)
    stream.cancel()
    reader.join(20)
    assert not reader.is_alive()
    assert stream.finish == "cancelled"


def test_closed_and_dropped_streams_leave_no_thread(endless):
    endless.stream(ASK, 4).text()
    before = _working()
    for _ in range(3):
        with endless.stream(ASK, 100) as stream:
            next(stream)
        assert stream.finish == "cancelled"
        dropped = endless.stream(ASK, 100)
        next(dropped)
        del dropped
    until = time.monotonic() + 10
    while _working() > before and time.monotonic() < until:
        time.sleep(0.02)
    assert _working() <= before


def test_streams_one_after_another_and_at_once(endless, ending):
    first = endless.stream(ASK, 12).text()
    assert endless.stream(ASK, 12).text() == first
    one, other = endless.stream(ASK, 12), endless.stream(ASK, 12)
    assert next(one) + one.text() == first
    assert other.text() == first
    assert ending.stream(ASK, 60).text() == CHAIN


def test_tokens_are_counted(endless):
    assert endless.count_tokens("") == 0
    assert 0 < endless.count_tokens("fever") < endless.count_tokens("fever and cough, 1 2 3")


def test_usage_agrees_with_what_is_counted(endless, runtime):
    def used(text):
        stream = endless.stream([Message("user", text)], 2)
        stream.text()
        return stream.usage.prompt_tokens

    more = " fever and cough" * 6
    counted = endless.count_tokens("cough" + more) - endless.count_tokens("cough")
    if runtime is server:  # it estimates, and rather too much
        assert used("cough" + more) - used("cough") <= counted
    else:
        assert used("cough" + more) - used("cough") == counted
    assert used("cough") > 0


def test_prompt_without_room_is_refused_and_the_next_one_is_not(endless):
    text = endless.stream(ASK, 6).text()
    for messages, limit in (
        (ASK, endless.context_tokens),
        ([Message("user", "fever " * 3000)], 5),
    ):
        with pytest.raises(ModelError, match="fewer passages") as refused:
            endless.stream(messages, limit).text()
        assert "\n" not in str(refused.value)
    with pytest.raises(ModelError, match="at least 1"):
        endless.stream(ASK, 0).text()
    assert endless.stream(ASK, 6).text() == text


def test_close_twice_and_no_stream_behind_it(runtime, tmp_path):
    with runtime(tmp_path, True) as made:
        assert made.stream(ASK, 60).text() == CHAIN
        unread = made.stream(ASK, 60)
        made.close()
        made.close()
        for late in (unread.text, lambda: made.stream(ASK, 60).text()):
            with pytest.raises(ModelError, match="closed; load it again") as refused:
                late()
            assert "\n" not in str(refused.value)


def test_identity(endless, runtime):
    assert endless.identity.runtime == {gguf: "xllamacpp", server: "openai"}.get(
        runtime, "transformers"
    )
    assert endless.identity.name
    assert len(endless.identity.weights_sha256) == (0 if runtime is server else 64)


def _working() -> int:
    return sum(t.name.startswith("medlit-generate") for t in threading.enumerate())
