"""What holds for every format: detection, resuming, progress, breaks, hostile files."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
import time
import tracemalloc
from itertools import islice

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.corpus import FORMATS, corpus_files, detect, read
from rag.corpus.registry import READERS
from rag.corpus.streams import Stream, lines
from rag.errors import CorpusError, MedlitError, UnknownFormat
from rag.types import Article, Reject
from tests.corpus.makers import MAKERS, MANY, article_id, article_set, pubmed, simple_article


def test_every_format_has_a_row_here():
    assert set(MAKERS) == set(FORMATS)
    assert tuple(READERS) == FORMATS


@pytest.mark.parametrize("name", MANY)
@pytest.mark.parametrize("compress", [False, True])
def test_read_detects_yields_in_order_and_skips(write, name, compress):
    path = write("misleading.pdf.csv", MAKERS[name](7), compress)
    assert detect(path) == name
    records = list(read(path))
    assert [r.id for r in records] == [article_id(name, n) for n in range(1, 8)]
    assert [r.source.record for r in records] == list(range(7))
    assert {r.source.file for r in records} == {"misleading.pdf.csv"}
    for skip in (0, 1, 6, 7, 99):
        assert list(read(path, format=name, skip=skip)) == records[skip:]


@pytest.mark.parametrize("name", MANY)
def test_a_cut_gzip_lets_what_came_before_through(write, name):
    whole = MAKERS[name](3000)
    packed = gzip.compress(whole, compresslevel=1)
    path = write("cut.gz", packed[: len(packed) * 2 // 3])
    *articles, last = read(path)
    assert len(articles) > 500
    assert all(isinstance(a, Article) for a in articles)
    assert articles == list(read(write("cut.gz", gzip.compress(whole))))[: len(articles)]
    assert isinstance(last, Reject)
    assert last.reason == f"gzip stream ends early after {len(articles)} records"
    assert last.source.record == len(articles)


@pytest.mark.parametrize("name", MANY)
def test_a_corrupted_gzip_is_told_of(write, name):
    packed = bytearray(gzip.compress(MAKERS[name](3000), compresslevel=1))
    packed[-6] ^= 0xFF  # the checksum
    *articles, last = read(write("bad.gz", bytes(packed)))
    assert len(articles) in (2999, 3000)  # the last line may count as cut
    assert re.fullmatch(r"gzip stream is damaged \(.+\) after \d+ records", last.reason)


@pytest.mark.parametrize("name", MANY)
def test_joined_and_padded_gzip_members_are_one_stream(write, name):
    data = MAKERS[name](4)
    packed = gzip.compress(data[:50]) + gzip.compress(data[50:]) + b"\0" * 512
    assert len(list(read(write("joined.gz", packed)))) == 4
    *_, last = read(write("followed.gz", packed + b"more"))
    assert last.reason.startswith("gzip stream is followed by other bytes")


@pytest.mark.parametrize("name", MANY)
def test_progress_reaches_the_size_of_the_file_on_disk(write, name):
    path = write("p.gz", MAKERS[name](5000), compress=True)
    seen = []
    list(read(path, progress=seen.append))
    assert seen == sorted(seen)
    assert seen[-1] == path.stat().st_size


@pytest.mark.parametrize("end", [b"</PubmedArticleSet>", b"</Article>"])
def test_xml_that_is_cut_is_told_of(write, end):
    data = pubmed(5)
    *articles, last = read(write("cut.xml", data[: data.rfind(end)]))
    assert isinstance(last, Reject)
    assert last.reason in (
        "file ends before its closing tag after 5 records",
        "file ends inside a record after 4 records",
    )
    assert f"after {len(articles)} records" in last.reason


def test_a_member_that_inflates_without_end_stays_small(write):
    packed = gzip.compress(b"<PubmedArticleSet>" + b" " * (64 << 20) + b"</PubmedArticleSet>")
    path = write("bomb.gz", packed)
    tracemalloc.start()
    try:
        assert list(read(path)) == []
        assert tracemalloc.get_traced_memory()[1] < 32 << 20
    finally:
        tracemalloc.stop()


def test_entities_are_never_expanded(write):
    bomb = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    secret = write("secret.txt", "a secret line")
    prolog = (
        f'<?xml version="1.0"?><!DOCTYPE PubmedArticleSet [<!ENTITY l0 "lol">{bomb}'
        f'<!ENTITY x SYSTEM "{secret.as_uri()}">'
        '<!ENTITY % p SYSTEM "http://203.0.113.1/x.dtd"> %p;]><PubmedArticleSet>'
    )
    text = (
        prolog
        + simple_article(1, "&l11;")
        + simple_article(2, "&x;")
        + f"<PubmedArticle at='&l11;'>{simple_article(3)[15:]}"
        + simple_article(4)
        + "</PubmedArticleSet>"
    )
    started = time.monotonic()
    records = list(read(write("bomb.xml", text)))
    assert time.monotonic() - started < 5
    assert [type(r).__name__ for r in records] == ["Reject"] * 3 + ["Article"]
    assert "a secret line" not in repr(records)


def test_deep_nesting_is_a_reject(write):
    deep = "<i>" * 5000 + "x" + "</i>" * 5000
    records = list(read(write("deep.xml", article_set(simple_article(1, deep), simple_article(2)))))
    assert [type(r).__name__ for r in records] == ["Reject", "Article"]


def test_a_record_without_end_does_not_fill_memory(write, monkeypatch):
    monkeypatch.setattr("rag.corpus.pubmed_split.LIMIT", 1 << 20)
    endless = "<PubmedArticle>" + "x" * (3 << 20)
    path = write("endless.xml", article_set(simple_article(1), endless, simple_article(2)))
    first, reject, second = read(path)
    assert (first.id, second.id) == ("pmid:1", "pmid:2")
    assert "has no" in reject.reason or "longer than" in reject.reason


def test_lines_bounds_what_it_holds(write):
    path = write("l", b"ab\n" + b"x" * (3 << 20) + b"\n\nlast")
    with Stream(path) as stream:
        assert list(lines(stream, limit=1000)) == [b"ab", None, b"", b"last"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (gzip.compress(b"", mtime=0), "is empty"),
        (b"\x1f\x8b garbage", "no usable gzip"),
        (b"\x1f\x8b", "no usable gzip"),
        (b"PK\x03\x04\0\0\0\0", "binary file"),
        ("<PubmedArticleSet>".encode("utf-16-le"), "UTF-16"),  # without its mark
        (b"<html><body>an article</body></html>", "in no known format"),
        (b"a,b,c\n1,2,3\n", "--format pubmed|medline|"),
        (b"plain words in a file with another name", "in no known format"),
        (b'{"title": "only", "content": "under another key"}\n', "in no known format"),
    ],
)
def test_unknown_content_is_one_clear_line(write, content, message):
    path = write("what.xml", content)
    with pytest.raises(UnknownFormat) as caught:
        read(path)
    assert message in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


WIDE = {
    "pubmed": pubmed(1).decode(),
    "ris": "TY  - JOUR\nAN  - 1\nTI  - Café – “one”\nER  - \n",
    "bibtex": "@article{a, title = {Café – “one”}, year = 2001}\n",
    "endnote": "%0 Journal Article\n%T Café – “one”\n\n",
    "beir": '{"_id": "a", "title": "Café – “one”", "text": "b"}\n',
    "jats": '<?xml version="1.0" encoding="UTF-16"?><article><front><article-meta><title-group>'
    "<article-title>Café – “one”</article-title></title-group></article-meta></front></article>",
}


@pytest.mark.parametrize("name", WIDE)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_utf_16_with_its_mark_reads_like_utf_8(write, name, encoding, pack):
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    plain = list(read(write("f.xml", WIDE[name].encode())))
    path = write("f.xml", pack((mark + WIDE[name]).encode(encoding)))
    assert detect(path) == name
    assert list(read(path)) == plain
    assert isinstance(plain[0], Article)


@pytest.mark.parametrize("name", ["ris", "bibtex", "endnote"])
def test_windows_1252_keeps_its_dashes_and_quotation_marks(write, name):
    (article,) = read(write("f", WIDE[name].encode("cp1252")))
    assert article.title == "Café – “one”"
    last = WIDE[name].rstrip("\n").encode("cp1252") + b" \xe9"  # ends like a cut UTF-8 character
    assert all(isinstance(r, Article | Reject) for r in read(write("g", last)))


def test_wrong_format_missing_file_and_folder(write, tmp_path):
    path = write("f.xml", pubmed(1))
    with pytest.raises(UnknownFormat, match="--format takes pubmed, medline, jats"):
        read(path, format="word")
    for wrong in (tmp_path / "absent", tmp_path):
        with pytest.raises(CorpusError, match="cannot read"):
            read(wrong)
    text = pubmed(1).replace(b"utf-8", b"klingon")
    with pytest.raises(CorpusError, match="convert the file to UTF-8"):
        list(read(write("k.xml", text)))


def test_corpus_files_newest_first(tmp_path):
    for name in (
        "sub/pubmed21n0002.xml.gz",
        "pubmed21n0001.xml.gz",
        "pubmed21n0003.xml.gz",
        "pubmed21n0003.xml.gz.md5",
        "README.txt",
        ".hidden",
        ".cache/pubmed21n0009.xml.gz",
        "x.rejects.jsonl",
        "rejects.jsonl",
        "pubmed21n0004.xml.gz.part",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    names = [p.name for p in corpus_files([tmp_path])]
    assert names == [f"pubmed21n000{n}.xml.gz" for n in (3, 2, 1)]
    named = [tmp_path / "README.txt", tmp_path / "pubmed21n0001.xml.gz", tmp_path]
    assert [p.name[:13] for p in corpus_files(named)] == [
        "README.txt",
        "pubmed21n0001",
        "pubmed21n0003",
        "pubmed21n0002",
    ]


def test_corpus_files_says_what_is_missing(tmp_path):
    with pytest.raises(CorpusError, match="does not exist"):
        corpus_files([tmp_path / "absent"])
    with pytest.raises(CorpusError, match="holds no literature files"):
        corpus_files([tmp_path])
    assert corpus_files([]) == []


MUTATION = st.tuples(
    st.floats(0, 1, exclude_max=True),
    st.sampled_from(["cut", "drop", "insert", "flip", "repeat"]),
    st.one_of(
        st.binary(max_size=12),
        st.sampled_from(
            [
                b"<",
                b"<!--",
                b"-->",
                b"&",
                b"]]>",
                b"</PubmedArticle>",
                b"<PubmedArticle>",
                b"\n\n",
                b"<DeleteCitation><PMID>",
                b"PMID- ",
                b"{",
                b'"',
                b"\\ud800",
                b"\xe2\x80\xa8",
                b"\0",
            ]
        ),
    ),
)


@pytest.mark.parametrize("name", FORMATS)
@settings(
    max_examples=120,
    deadline=5000,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(mutations=st.lists(MUTATION, min_size=1, max_size=5), compress=st.booleans())
def test_mutated_bytes_never_raise_anything_but_medlit_errors(write, name, mutations, compress):
    data = MAKERS[name](4)
    data = gzip.compress(data) if compress else data
    for where, kind, extra in mutations:
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
    path = write("m.txt" if name == "text" else "m", data)
    for format_name in (None, name):
        try:
            records = list(islice(read(path, format=format_name), 1000))
        except MedlitError:
            continue  # the one kind of error that is allowed
        assert len(records) < 1000
        assert [r.source.record for r in records] == list(range(len(records)))
        assert list(read(path, format=format_name, skip=2)) == records[2:]
        for record in records:
            if isinstance(record, Article):
                assert record.text
                parts = (*record.sections, *record.body)
                for text in (record.title, *(part.text for part in parts)):
                    assert len(text.splitlines()) <= 1
                    text.encode("utf-8")
            elif isinstance(record, Reject):
                assert record.reason
                assert "\n" not in record.reason + record.excerpt


@settings(max_examples=200, deadline=5000)
@given(st.binary(max_size=300))
def test_sniffing_takes_any_bytes(head):
    for reader in READERS.values():
        assert reader.sniff(head) in (True, False)


@settings(
    max_examples=60, deadline=5000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(size=st.integers(1, 200))
def test_records_are_the_same_whatever_the_chunks(write, size):
    path = write("c.xml", pubmed(3) + b"<!-- a > b -->" + b"junk" + pubmed(2))
    expected = list(read(path))

    class Slow(Stream):
        def _next(self, _size):
            return super()._next(size)

    with Slow(path) as stream:
        assert list(READERS["pubmed"].read(stream, "c.xml", 0)) == expected


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="peak memory is read from /proc")
@pytest.mark.parametrize("name", ["pubmed", "jats", "beir", "europepmc"])
def test_a_record_of_countless_elements_is_refused_in_little_memory(write, name):
    start, end = {
        "pubmed": (
            "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article>"
            "<ArticleTitle>T",
            "</ArticleTitle></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>",
        ),
        "jats": (
            "<article><front><article-meta><title-group><article-title>T",
            "</article-title></title-group></article-meta></front></article>",
        ),
        "beir": ('{"_id": "1", "title": "T", "a": [', "{}]}\n"),
        "europepmc": ('{"resultList": {"result": [{"id": "1", "title": "T", "a": [', "{}]}]}}"),
    }[name]
    part = "<b/>" if start.startswith("<") else "{},"
    path = write("bomb", gzip.compress((start + part * 2_000_000 + end).encode()))
    code = (
        "import re, sys; from pathlib import Path; from rag.corpus import read;"
        "print([r.reason for r in read(Path(sys.argv[1]))]);"
        "print(re.search(r'VmHWM:\\s*(\\d+)', Path('/proc/self/status').read_text())[1])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    reasons, peak = done.stdout.splitlines()
    assert "more than 1,000,000" in reasons
    assert int(peak) < 250_000  # KiB; a tree of them would take 300 MB
