"""What every stream of text does, whatever writes it."""

from __future__ import annotations

import pytest

from rag.errors import ModelError
from rag.models.generator import Stream, Usage, Writing


def writer(pieces, *, finish="stop", log=None, fails=False):
    def write(writing: Writing):
        try:
            for n, piece in enumerate(pieces, start=1):
                writing.usage = Usage(7, n)
                yield piece
            if fails:
                raise ModelError("the model failed: lightning")
            writing.finish = finish
        finally:
            if log is not None:
                log.append("freed")

    return write


def test_pieces_usage_and_finish():
    stream = Stream(writer(["a", "b"], finish="length"))
    assert stream.finish is None
    assert stream.usage is None
    assert list(stream) == ["a", "b"]
    assert stream.finish == "length"
    assert stream.usage == Usage(7, 2)
    assert list(stream) == []


def test_stop_string_frees_the_writer_and_counts_what_was_written():
    log = []
    stream = Stream(writer(["a", "bc", "d", "e"], finish="length", log=log), stop=["cd"])
    assert stream.text() == "ab"
    assert stream.finish == "stop"
    assert stream.usage == Usage(7, 3)
    assert log == ["freed"]


def test_cancelled_stream_gives_no_further_piece():
    log = []
    stream = Stream(writer("abc", log=log))
    assert next(stream) == "a"
    stream.cancel()
    assert list(stream) == []
    assert stream.finish == "cancelled"
    assert log == ["freed"]


def ahead(pieces, finish):
    """A runtime that has written all before the first piece is read."""

    def write(writing: Writing):
        writing.finish = finish
        yield from pieces

    return write


@pytest.mark.parametrize("finish", ["stop", "length"])
def test_the_end_of_a_runtime_that_is_ahead_is_not_that_of_a_cut_text(finish):
    stream = Stream(ahead("abc", finish))
    assert next(stream) == "a"
    stream.cancel()
    assert list(stream) == []
    assert stream.finish == "cancelled"
    stream = Stream(ahead("abc", finish), stop=["b"])
    assert stream.text() == "a"
    assert stream.finish == "stop"
    stream = Stream(ahead("abc", finish), stop=["cd"])
    assert stream.text() == "abc"
    assert stream.finish == finish


@pytest.mark.parametrize("read", [0, 1])
def test_closed_stream_is_cancelled(read):
    log = []
    with Stream(writer("abc", log=log)) as stream:
        for _ in range(read):
            next(stream)
    assert stream.finish == "cancelled"
    assert list(stream) == []
    assert log == ["freed"] * read


def test_close_after_the_end_changes_nothing():
    stream = Stream(writer("ab"))
    stream.text()
    stream.close()
    assert stream.finish == "stop"


def test_failed_stream_has_no_finish():
    log = []
    stream = Stream(writer("ab", log=log, fails=True))
    with pytest.raises(ModelError, match="lightning"):
        stream.text()
    stream.close()
    assert stream.finish is None
    assert log == ["freed"]


def test_a_plain_iterator_will_do():
    stream = Stream(lambda _: iter(["a", "b"]))
    assert stream.text() == "ab"
    assert stream.finish == "stop"
    assert stream.usage is None


def test_dropped_stream_frees_the_writer():
    log = []
    stream = Stream(writer("ab", log=log))
    next(stream)
    del stream
    assert log == ["freed"]
