from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.corpus import endnote
from rag.corpus.streams import Stream
from rag.types import Article, Author, Reject, Section

FULL = """\ufeff%0 Journal Article
%A Doe, Jane
%A Roe, R.
%T An invented trial
%B Elsewhere
%J J Inv Res
%D 2021
%8 Jun 7
%V 12
%N 4
%P 5-9
%@ 1234-5678
%G eng
%M 31234567
%W NLM
%9 Review
%R 10.1234/abc.5
%2 PMC77
%K air
leaf
%X BACKGROUND: Nothing was known,
20% at most.

% is no tag. RESULTS: We found more.
%U https://example.org

%0 Journal Article
%T Second
%A \u5f20\u4e09; \u674e\u56db;
"""


@pytest.fixture
def read(write):
    def _read(text, skip=0):
        with Stream(write("x.enw", text)) as stream:
            return list(endnote.read(stream, "x.enw", skip))

    return _read


def test_every_field_of_a_full_record(read):
    a, second = read(FULL)
    assert endnote.sniff(FULL.encode())
    assert (a.id, a.doi, a.pmcid) == ("pmid:31234567", "10.1234/abc.5", "PMC77")
    assert (a.title, a.journal, a.year) == ("An invented trial", "J Inv Res", 2021)
    assert (a.volume, a.issue, a.pages) == ("12", "4", "5-9")
    assert (a.publication_date, a.language) == ("2021 Jun 7", "eng")
    assert a.authors == (Author("Doe", "Jane", "J"), Author("Roe", "R.", "R"))
    assert (a.keywords, a.publication_types) == (("air", "leaf"), ("Review",))
    assert a.sections == (
        Section("Nothing was known, 20% at most. % is no tag.", "BACKGROUND"),
        Section("We found more.", "RESULTS"),
    )
    assert second.title == "Second"
    assert [x.last for x in second.authors] == ["\u5f20\u4e09", "\u674e\u56db"]


def test_records_without_a_type_are_parted_by_blank_lines(read):
    text = "%A Doe, J\n%T One\n\n\n%A Roe, R\n%T Two\n%X text\n\ngoes on\n"
    assert endnote.sniff(text.encode())
    one, two = read(text)
    assert (one.title, two.title, two.sections) == ("One", "Two", (Section("text goes on"),))


def test_a_record_without_title_and_text_is_a_reject(read):
    first, reject, last = read("%0 Book\n%T A\n\n%0 Book\n%D 1999\n\n%0 Book\n%T B\n")
    assert isinstance(reject, Reject)
    assert (first.title, last.title) == ("A", "B")


@pytest.mark.parametrize(
    "head", [b"", b"% a comment\n%T x", b"%PDF-1.4\n%abc\n", b"%T\n", b"TY  - JOUR\n", b"%X x\ny\n"]
)
def test_sniff_refuses_other_formats(head):
    assert not endnote.sniff(head)


LINE = st.one_of(
    st.tuples(st.sampled_from("0TAXDJKR9"), st.text(max_size=20)).map(
        lambda t: f"%{t[0]} {t[1]}".encode()
    ),
    st.binary(max_size=20),
)


@settings(
    max_examples=80, deadline=5000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(LINE, max_size=30), st.integers(0, 5), st.booleans())
def test_no_bytes_raise_and_skipping_is_cutting(read, rows, skip, typed):
    data = (b"%0 Book\n%T x\n" if typed else b"%T x\n%A y\n") + b"\n".join(rows)
    records = read(data)
    assert read(data, skip) == records[skip:]
    for place, record in enumerate(records):
        assert record.source.record == place
        assert isinstance(record, Article | Reject)
        if isinstance(record, Article):
            record.text.encode("utf-8")
            assert record.text


@given(st.lists(st.sampled_from(["We", "saw", "5%", "it.", "Aim:", "%", "a;b"]), min_size=1))
@settings(
    max_examples=50, deadline=5000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_text_of_an_abstract_is_kept(read, words):
    (a,) = read("%0 Book\n%T x\n%X " + " ".join(words) + "\n")
    assert " ".join(f"{s.label}: {s.text}" if s.label else s.text for s in a.sections) == " ".join(
        words
    )


@pytest.mark.parametrize(
    "data",
    [b"%0 Book\n%T " + b"x" * (8 << 20), b"%0 Book\n%T x\n" * 20_000, b"%T x\n\n" * 20_000],
    ids=["line", "typed", "plain"],
)
def test_hostile_files_take_bounded_time(read, data):
    started = time.monotonic()
    assert read(data)
    assert time.monotonic() - started < 20


def test_a_record_without_end_is_bounded(read, monkeypatch):
    monkeypatch.setattr(endnote, "LIMIT", 1 << 20)
    data = b"%0 Book\n%T A\n%X x\n" + b"y\n" * 100_000 + b"%0 Book\n%T B\n"
    reject, second = read(data)
    assert "record is longer than 1 MiB" in reject.reason
    assert second.title == "B"
