from __future__ import annotations

import gzip
import time
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.corpus import bibtex, bibtex_split
from rag.corpus.latex_text import latex_text
from rag.corpus.streams import Stream
from rag.types import Article, Author, Reject, Section

FULL = r"""
Scopus
EXPORT DATE: 1 Jan

% a comment
@string{jir = "J. Inv. " # {Res}}
@comment{jabref-meta: grouping; {}}
@preamble{"\newcommand{x}"}
@ARTICLE{Doe2021,
  title = {{An invented {DNA} trial of 50\% {\textless} 3}},
  author = {Doe, Jane Q. and van Roe, Jr., Richard and Ludwig van Roe and {The WHO Group}
            and M{\"u}ller, K. and Smith JA and others},
  journal = jir # " X", shortjournal = {JIR},
  year = 2021, month = jun, pages = {1--9}, volume = 3, number = "4",
  doi = {10.1000/AB\_c}, pmcid = {PMC77}, language = {English},
  abstract = {BACKGROUND: Of 5, "some" @ {CLEF}.
     RESULTS: We found 50% of R\&D, $p<0.05$.},
  keywords = {a; b, c}, note = {PMID: 31234567}, type = {Review},
  title = {a second title},
}
"""


@pytest.fixture
def read(write):
    def _read(text, skip=0):
        with Stream(write("x.bib", text)) as stream:
            return list(bibtex.read(stream, "x.bib", skip))

    return _read


def test_every_field_of_a_full_record(read):
    assert bibtex.sniff(FULL.encode())
    (a,) = read(FULL)
    assert (a.id, a.doi, a.pmcid) == ("pmid:31234567", "10.1000/AB_c", "PMC77")
    assert a.title == "An invented DNA trial of 50% < 3"
    assert a.sections == (
        Section('Of 5, "some" @ CLEF.', "BACKGROUND"),
        Section("We found 50% of R&D, p<0.05.", "RESULTS"),
    )
    assert a.authors == (
        Author("Doe", "Jane Q.", "JQ"),
        Author("van Roe Jr.", "Richard", "R"),
        Author("van Roe", "Ludwig", "L"),
        Author(collective="The WHO Group"),
        Author("Müller", "K.", "K"),
        Author("Smith", "", "JA"),
    )
    assert (a.journal, a.journal_abbreviation) == ("J. Inv. Res X", "JIR")
    assert (a.year, a.publication_date) == (2021, "2021 Jun")
    assert (a.volume, a.issue, a.pages) == ("3", "4", "1-9")
    assert (a.keywords, a.language) == (("a", "b", "c"), "eng")
    assert a.publication_types == ("Review",)


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ('@article(a, title = "With ) a {"}quote{"}", year = 2011)', ['With ) a "quote"']),
        ("@article{a, title={A}} @book{b, title={B}}\n@misc{c,title=C}", ["A", "B", "C"]),
        ("\ufeff@inproceedings{a,\r\n title={A\r\n b},\r\n}\r\n", ["A b"]),
        ("@article{a,\n title={A},\n@comment{x}\n}\n@misc{b, title={B}}", [None, "B"]),
        ("@article{a, title={open,\n@misc{b, title={B}}", [None, "B"]),
        ("@article{a, title={A} year=2000}\n@misc{b, title={B}}", [None, "B"]),
        ("@article{a, year=2000}", [None]),
        ("@article{a, title={A}, author={}", [None]),
        ("@string(x={A})\n@misc{b, title=x}", ["A"]),
        ("@comment{ @misc{b, title={B}} }", []),
        ("@online{a, title={T}, subtitle={S}}", ["T: S"]),
    ],
)
def test_entries(read, text, titles):
    found = [None if isinstance(r, Reject) else r.title for r in read(text)]
    assert found[: len(titles)] == titles


@pytest.mark.parametrize(
    ("fields", "id"),
    [
        ("pmid={0031234567}", "pmid:31234567"),
        ("pubmed_id={31234567}", "pmid:31234567"),
        ("eprint={31234567}, eprinttype={pubmed}", "pmid:31234567"),
        ("eprint={2101.00001}, eprinttype={arxiv}, doi={10.1000/a}", "doi:10.1000/a"),
        ("url={https://pubmed.ncbi.nlm.nih.gov/31234567/}", "pmid:31234567"),
        ("note={see PMID: 31234567}, doi={https://doi.org/10.1000/A}", "doi:10.1000/a"),
        ("url={https://doi.org/10.1000/a\\_b}", "doi:10.1000/a_b"),
    ],
)
def test_identity(read, fields, id):
    (a,) = read("@article{k, title={T}, " + fields + "}")
    assert a.id == id


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("50% of R&D cost $5 and $10", "50% of R&D cost $5 and $10"),
        (r"p {\textless} 0.05, $\alpha$-helix, H$_2$O, 10$^{-3}$", "p < 0.05, α-helix, H2O, 10-3"),
        (r"\'{e}\`a{\"o}\c{c}\v{S}\ss{} \'{\i}", "éàöçŠß í"),
        (r"\emph{x}\textsuperscript{2} \% \& \_ \{y\}", "x2 % & _ {y}"),
        (r"\cite{a} C:\xyz", r"\cite a C:\xyz"),
        ("a -- b --- c ``q'' Fig.~3 ~50", "a – b — c “q” Fig. 3 ~50"),
        ("{{a} b}", "a b"),
        (r"\textmu{}g 37\textdegree{}C $\pm$ 1", "µg 37°C ± 1"),
    ],
)
def test_latex(value, text):
    assert latex_text(value) == text


def test_sniff_refuses_other_formats():
    for text in (b"", b"@", b"@prefix a: <b> .", b"TY  - JOUR\nTI  - A\n", b"mail@article{x,"):
        assert not bibtex.sniff(text)
    assert not bibtex.sniff(b"<p>\n@article{a,\n")
    assert bibtex.sniff(b"@STRING{a = {b}}\n")


WORDS = st.sampled_from(
    ["We", "saw", "50%", "R&D", "$5", "it.", "a_b", "#1", "x^2", "(n=3)", "~4", "Aim:", "c\\d", "ü"]
)


@settings(
    max_examples=80, deadline=5000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(WORDS.filter(lambda w: w != "c\\d"), min_size=1, max_size=20))
def test_the_text_of_an_abstract_is_kept(read, words):
    (a,) = read("@article{a, title={t}, abstract={" + " ".join(words) + "}}")
    kept = " ".join(f"{s.label}: {s.text}" if s.label else s.text for s in a.sections)
    assert kept == " ".join(words)


TOKEN = st.one_of(
    st.sampled_from(
        [b"@article{a,", b"@misc(b,", b"title={", b'author="', b"}", b"{", b")", b'"', b",", b"=",
         b"\n@", b"\n@string{x=", b"#", b"x", b"\\", b"\\'", b"$", b" and ", b"@comment{",
         b"year=2000,"]
    ),
    st.binary(max_size=12),
)  # fmt: skip


@settings(
    max_examples=200, deadline=5000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(TOKEN, max_size=30), st.integers(0, 5))
def test_no_bytes_raise_and_skipping_is_cutting(read, rows, skip):
    data = b"@article{k, title={T}, author={A B}}\n" + b"".join(rows)
    records = read(data)
    assert read(data, skip) == records[skip:]
    for place, record in enumerate(records):
        assert record.source.record == place
        assert isinstance(record, Article | Reject)
        if isinstance(record, Article):
            assert record.text
            record.text.encode("utf-8")
            assert len(record.title.splitlines()) <= 1


@pytest.mark.parametrize(
    "data",
    [
        b"@article{" + b"{" * (10 << 20),
        b"@article{a,title={" + b"{" * 100_000 + b"x" + b"}" * 100_000 + b"}}",
        b"@article{a,\n title={x\n" * 20_000,
        b"@article{a,title={" + b"\\'{" * 100_000 + b"}" * 100_000 + b"}}",
        b"@article{a,title={" + b"$a\\" * 200_000 + b"}}",
        b'@article{a,title="' + b'"#"' * 100_000 + b'"}',
        b"@article{a,title={t},author={" + b"A and " * 200_000 + b"}}",
        b"@string{s={xxxx}}" + b"@string{s=s#s}" * 60 + b"@misc{a,title=" + b"s#" * 9999 + b"s}",
        b"@article{a," + b"\n " * 100_000 + b"@x {" * 10_000 + b"}" * 10_001,
        b"@article(a," + b'")' * 200_000,
    ],
    ids=["open", "deep", "unclosed", "accents", "math", "joins", "names", "bomb", "ats", "round"],
)  # fmt: skip
def test_hostile_files_take_bounded_time(read, data):
    started = time.monotonic()
    records = read(data)
    assert time.monotonic() - started < 20
    assert records


def test_an_entry_that_is_too_long_is_a_reject_and_memory_is_bounded(read, monkeypatch):
    monkeypatch.setattr(bibtex_split, "ENTRY", 1 << 16)
    data = b"@article{a,title={" + b"x\n" * 100_000 + b"}}\n@misc{b,title={B}}"
    tracemalloc.start()
    try:
        reject, second = read(data)
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()
    assert "entry is longer than" in reject.reason
    assert second.title == "B"


def test_a_cut_gzip_drops_the_entry_it_cuts(read):
    whole = b"".join(b"@misc{k%d,\n title={T%d}\n}\n" % (n, n) for n in range(3000))
    packed = gzip.compress(whole, 1)
    *articles, last = read(packed[: len(packed) // 2])
    assert len(articles) > 300
    assert articles == read(whole)[: len(articles)]
    assert last.cut


def test_what_cannot_be_read_is_not_written_to_the_terminal(read, capfd):
    (reject,) = read("@article{a b c, =}")
    assert isinstance(reject, Reject)
    assert capfd.readouterr() == ("", "")
