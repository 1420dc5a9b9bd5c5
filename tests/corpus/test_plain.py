from __future__ import annotations

import codecs
import gzip

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.corpus import detect, plain
from rag.types import Article, Reject
from tests.corpus.readers import check_sound, records


def one(path):
    (record,) = check_sound(plain, path)
    return record


def test_title_and_paragraphs(write):
    a = one(write("leaflet.txt", "\n\nOn coughing\n\nFirst line\nsecond line.\n \n\nNext.\n"))
    assert isinstance(a, Article)
    assert a.title == "On coughing"
    assert [s.text for s in a.sections] == ["First line second line.", "Next."]
    assert a.id == "id:leaflet"
    assert (a.year, a.revised, a.language, a.publication_types) == (None, "", "", ())


@pytest.mark.parametrize(
    ("name", "text", "title", "sections"),
    [
        ("only.txt", "One line.", "only", ["One line."]),
        ("only.txt.gz", "One line.", "only", ["One line."]),
        ("long.md", "w" * 301 + "\nmore", "long", ["w" * 301 + " more"]),
        ("head.md", "# Coughing\n\n## When\n\nAlways.", "Coughing", ["## When", "Always."]),
        ("mac.text", "Title\r\rOne\rtwo", "Title", ["One two"]),
        ("win.txt", "Title\r\n\r\nOne\r\n\r\nTwo", "Title", ["One", "Two"]),
        ("sep.txt", "Title\n\nOne\u2028two\x0cthree", "Title", ["One two three"]),
        ("name", "x\n\ny", "x", ["y"]),
    ],
)
def test_shapes(write, name, text, title, sections):
    a = one(write(name, text.encode()))
    assert (a.title, [s.text for s in a.sections]) == (title, sections)


@pytest.mark.parametrize(
    "data",
    [
        "Überschrift\n\nCafé".encode(),
        codecs.BOM_UTF8 + "Überschrift\n\nCafé".encode(),
        "Überschrift\n\nCafé".encode("utf-16"),
        codecs.BOM_UTF16_BE + "Überschrift\n\nCafé".encode("utf-16-be"),
        "Überschrift\n\nCafé".encode("latin-1"),
    ],
)
def test_encodings(write, data):
    path = write("e.txt", data)
    assert detect(path) == "text"
    a = one(path)
    assert (a.title, a.sections[0].text) == ("Überschrift", "Café")


def test_two_files_with_one_title_are_two_articles(write):
    ids = {one(write(name, "Note\n\nText")).id for name in ("a.txt", "b.txt")}
    assert len(ids) == 2


def test_nothing_too_much_and_broken(write, monkeypatch):
    assert one(write("e.txt", " \n\n")).reason == "no text"
    packed = gzip.compress(b"Title\n\n" + bytes(range(32, 127)) * 50)
    last = one(write("c.txt.gz", packed[:-20]))
    assert (last.cut, last.reason) == (True, "gzip stream ends early after 0 records")
    monkeypatch.setattr(plain, "LIMIT", 1 << 20)
    last = one(write("l.txt", "word " * (1 << 19)))
    assert isinstance(last, Reject)
    assert "longer than 1 MiB" in last.reason
    assert records(plain, write("l.txt", "word"), skip=1) == []


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"   \n",
        b'{"a": 1}',
        b'[{"a": 1}]',
        b"<p>x</p>",
        b"\xef\xbb\xbf<?xml?>",
        b"PK\x03\x04\0\0",
        b"%PDF-1.4\n" + bytes(range(1, 32)) * 9,
        "text".encode("utf-16-le"),
    ],
)
def test_what_is_no_plain_text(head):
    assert not plain.sniff(head)


def test_a_head_may_end_inside_a_character():
    assert plain.sniff("naïve café".encode()[:-1])


@settings(
    max_examples=150, deadline=5000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.one_of(st.binary(max_size=300), st.text(max_size=200).map(str.encode)))
def test_any_bytes_never_raise(write, data):
    assert plain.sniff(data) in (True, False)
    one(write("any.txt", data))


@settings(
    max_examples=150, deadline=5000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(alphabet="ab #\n\t.é", min_size=1, max_size=80).filter(str.strip))
def test_no_word_is_lost(write, text):
    a = one(write("stem.txt", text))
    words = " ".join(a.text.split())
    for word in text.split():
        assert word.strip("#") in words
