from __future__ import annotations

import csv
import gzip
import io
import time
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.corpus import detect, table, table_rows
from rag.corpus.streams import Stream
from rag.corpus.table import _at_commas
from rag.errors import UnknownFormat
from rag.types import Article, Author, Reject, Section


@pytest.fixture
def read(write):
    def _read(text, skip=0):
        with Stream(write("x.csv", text)) as stream:
            return list(table.read(stream, "x.csv", skip))

    return _read


def rows(*values, delimiter=","):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(values)
    return out.getvalue()


def test_pubmeds_own_table(read):
    text = rows(
        ["PMID", "Title", "Authors", "Citation", "First Author", "Journal/Book",
         "Publication Year", "Create Date", "PMCID", "NIHMS ID", "DOI"],
        ["31234567", "Invented.", "Doe JQ, van Roe R, Solo S.",
         "J Inv Res. 2021 Jun 7;12(4):5-9. doi: 10.1/x. Epub 2021.", "Doe JQ", "J Inv Res", "2021",
         "2021/06/08", "PMC77", "", "10.1234/ABC.5"],
    )  # fmt: skip
    assert table.sniff(text.encode())
    (a,) = read("\ufeff" + text)
    assert (a.id, a.title, a.doi, a.pmcid) == (
        "pmid:31234567",
        "Invented.",
        "10.1234/ABC.5",
        "PMC77",
    )
    assert [x.name for x in a.authors] == ["Doe JQ", "van Roe R", "Solo S"]
    assert (a.journal, a.year, a.publication_date) == ("J Inv Res", 2021, "2021 Jun 7")
    assert (a.volume, a.issue, a.pages) == ("12", "4", "5-9")


def test_embase(read):
    text = rows(
        ["Title", "Author Names", "Source", "Abstract", "Publication Type", "keywords",
         "Medline PMID"],
        ["A", "Doe J.-Q., Roe R.", "Med. (United States) (2014) 3:3 Suppl. 1 (152-160). Date of "
         "Publication: 25 Aug 2014", "Aim: a. Results: b.", "Article", "x (a, b), y",
         "31234567.0"],
        ["B", "Doe J.", "Cancer (2004) 102 (253-258).", "", "Retracted", "", "nan"],
    )  # fmt: skip
    a, b = read(text)
    assert (a.id, a.journal, a.year) == ("pmid:31234567", "Med. (United States)", 2014)
    assert (a.volume, a.pages) == ("3", "152-160")
    assert [x.name for x in a.authors] == ["Doe J-Q", "Roe R"]
    assert [s.label for s in a.sections] == ["Aim", "Results"]
    assert (a.keywords, a.publication_types) == (("x (a, b)", "y"), ("Journal Article",))
    assert (b.journal, b.volume, b.issue, b.pages) == ("Cancer", "102", "", "253-258")
    assert b.status == "retracted"


def test_scopus(read):
    (a,) = read(rows(
        ["Authors", "Author full names", "Title", "Year", "Source title", "Volume", "Issue",
         "Art. No.", "Page start", "Page end", "DOI", "Link", "Abstract", "Author Keywords",
         "Language of Original Document", "Document Type", "PubMed ID", "EID"],
        ["Doe J.; Roe R.", "Doe, Jane (57211234567); Roe, Richard (57211234568)", "T", "2020", "J",
         "1", "2", "", "3", "5", "", "", "Text.", "a; b", "English; French", "Review", "",
         "2-s2.0-1"],
    ))  # fmt: skip
    assert a.id == "id:2-s2.0-1"
    assert a.authors == (Author("Doe", "Jane", "J"), Author("Roe", "Richard", "R"))
    assert (a.journal, a.pages, a.keywords) == ("J", "3-5", ("a", "b"))
    assert (a.language, a.publication_types) == ("eng,fre", ("Review",))


def test_web_of_science_writes_quotation_marks_as_they_are(read):
    text = "\ufeffPT\tAU\tTI\tSO\tID\tDT\tAB\tPY\tVL\tBP\tEP\tDI\tUT\tPM\r\n"
    text += 'J\tDoe, J; Roe, R\t"Open\tJ INV\tPLUS\tArticle\tText\t2020\t1\t3\t5\t'
    text += "10.1000/a\tWOS:1\t12\r\n"
    text += "J\tDoe, J\tB\tJ INV\t\tLetter\t\t2020\r\n"
    assert table.sniff(text.encode())
    a, b = read(text)
    assert (a.id, a.title, a.pages) == ("pmid:12", '"Open', "3-5")
    assert (len(a.authors), a.keywords, a.doi) == (2, (), "10.1000/a")
    assert (b.title, b.publication_types) == ("B", ("Letter",))


def test_zotero_asreview_and_plain_tables(read):
    (z,) = read(rows(
        ["Key", "Item Type", "Publication Year", "Author", "Title", "Publication Title", "DOI",
         "Abstract Note", "Extra", "Date", "Pages"],
        ["ABCD1234", "journalArticle", "2021", "Doe, Jane; Roe, R.", "T", "J", "",
         "Text.", "PMID: 31234567 PMCID: PMC9", "2021-06-07", "1-2"],
    ))  # fmt: skip
    assert (z.id, z.pmcid, z.publication_date) == ("pmid:31234567", "PMC9", "2021 06 07")
    assert z.publication_types == ("Journal Article",)
    (a,) = read(
        rows(["record_id", "title", "abstract", "doi", "label_included"], ["0", "T", "x", "", "1"])
    )
    assert a.id.startswith("hash:")  # a number of the row says nothing outside its file
    (p,) = read('id,text\nd7,"One.\nTwo."\n')
    assert (p.id, p.title, p.sections) == ("id:d7", "", (Section("One."), Section("Two.")))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_encodings_and_delimiters(read, encoding, delimiter):
    text = rows(["Title", "Abstract", "Year"], ["Café, é;\t", "a\nb", "1999"], delimiter=delimiter)
    data = text.encode(encoding)
    data = b"\xff\xfe" + data if encoding == "utf-16-le" else data
    (a,) = read(data)
    assert (a.title, a.sections[0].text, a.year) == ("Café, é;", "a b", 1999)


def test_utf_16_without_its_mark_is_refused(write):
    text = rows(["Title", "Abstract", "Year"], ["Cough", "It went.", "1999"])
    with pytest.raises(UnknownFormat, match="UTF-16 without its mark"):
        detect(write("t.csv", text.encode("utf-16-le")))


def test_the_line_for_excel_names_the_delimiter(read):
    assert [a.title for a in read("sep=;\nTitle;DOI\nA, b;\n")] == ["A, b"]


NOTEEVENTS = b"ROW_ID,SUBJECT_ID,HADM_ID,CHARTDATE,CHARTTIME,STORETIME,CATEGORY,CGID,ISERROR,TEXT\n"


@pytest.mark.parametrize(
    "head",
    [
        b"",
        NOTEEVENTS,
        NOTEEVENTS.replace(b"ROW_ID", b"ID"),
        b"note_id,subject_id,hadm_id,note_type,text\n",
        b"a,b,c\n1,2,3\n",
        b"title\nA\n",
        b"title,price\nA,1\n",
        b"id,name\n",
        b"The title of this text, its abstract and its year\n",
        b'{"title": "x", "abstract": "y"}\n',
        b"<title>,doi\n",
        b"TY  - JOUR\n",
    ],
)
def test_sniff_refuses_other_tables(head):
    assert not table.sniff(head)


def test_bad_rows_are_rejects_and_reading_goes_on(read):
    text = "pmid,title,abstract,year\n1,A,x,1999\n2,B\n3\n4,C,x,1999,more\n"
    text += "5,D,x,1999,,\n\n,,,\nx,E\n6,F\n"
    found = [r.title if isinstance(r, Article) else r.reason for r in read(text)]
    assert found == [
        "A",
        "B",
        "row has 1 cells and the header 4",
        "row has 5 cells and the header 4",
        "D",
        "PMID 'x' is not a number",
        "F",
    ]


@pytest.mark.parametrize(
    "bad", ['2,"open,x,1999', '2,B,"open,1999', '2,B,x,"', '2,"B\nb,x,1999', '2,"""B,x,1999']
)
def test_a_quotation_mark_that_is_not_closed_costs_one_row(read, bad):
    good = "".join(f'{n},"T{n}, t","x\ny",1999\n' for n in range(10, 15))
    records = read("pmid,title,abstract,year\n1,A,x,1999\n" + bad + "\n" + good)
    assert [r.id for r in records if isinstance(r, Article)] == [
        "pmid:1",
        *(f"pmid:{n}" for n in range(10, 15)),
    ]
    assert any(isinstance(r, Reject) for r in records)
    last = read("pmid,title,abstract,year\n" + good + bad)
    assert [r.id for r in last[:5]] == [f"pmid:{n}" for n in range(10, 15)]
    assert isinstance(last[5], Reject)


CELL = st.text(st.sampled_from("ab ,;\t\"\n\r'é|.:()[]{}\x00\ud800"), max_size=12)


@settings(
    max_examples=100, deadline=5000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(CELL, min_size=1, max_size=8), st.sampled_from(",;\t"))
def test_the_text_of_an_abstract_is_kept(read, cells, delimiter):
    text = rows(["title", "abstract"], *(["T", c] for c in cells), delimiter=delimiter)
    records = read(text.encode("utf-8", "replace"))
    assert len(records) == len(cells)
    for cell, record in zip(cells, records, strict=True):
        expected = " ".join(cell.replace("\ud800", "?").replace("\x00", " ").split())
        assert " ".join(s.text for s in record.sections) == expected


@settings(
    max_examples=150, deadline=5000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.one_of(st.binary(max_size=15), st.sampled_from([b'"', b",", b"\n", b'\n1,"'])),
        max_size=30,
    ),
    st.integers(0, 5),
)  # fmt: skip
def test_no_bytes_raise_and_skipping_is_cutting(read, pieces, skip):
    data = b"pmid,title,abstract\n1,T,x\n" + b"".join(pieces)
    records = read(data)
    assert read(data, skip) == records[skip:]
    for place, record in enumerate(records):
        assert record.source.record == place
        assert isinstance(record, Article | Reject)
        if isinstance(record, Article):
            assert record.text
            record.text.encode("utf-8")
            assert len(record.title.splitlines()) <= 1


HEADER = b"title,abstract\n"


@pytest.mark.parametrize(
    "data",
    [
        HEADER + b'"' + b"x,y\n" * 20_000,
        HEADER + b'a"b,"c\n' * 10_000,
        HEADER + b"T," + b"x" * (8 << 20),
        HEADER + b'"' * (4 << 20),
        HEADER + b"," * (1 << 20),
        HEADER + b"T,Results: " * 100_000,
        b"," * (1 << 20),
        HEADER + b'T,"' + b"x\n" * 30_000,
    ],
    ids=["open", "twice", "line", "marks", "cells", "one", "header", "column"],
)
def test_hostile_files_take_bounded_time(read, data):
    started = time.monotonic()
    table.sniff(data[: 1 << 16])
    read(data)
    assert time.monotonic() - started < 20


def test_an_open_quotation_mark_does_not_fill_memory(read, monkeypatch):
    monkeypatch.setattr(table_rows, "ROW", 1 << 16)
    data = b'title,abstract\nT,"' + b"x" * 200 + b"\n" * 2 + b'y,"z' * 10 + b"\n" * 100_000
    tracemalloc.start()
    try:
        records = read(data)
        assert tracemalloc.get_traced_memory()[1] < 24 << 20
    finally:
        tracemalloc.stop()
    assert any("not closed" in r.reason for r in records if isinstance(r, Reject))


def test_a_line_that_is_too_long_is_a_reject(read, monkeypatch):
    monkeypatch.setattr(table_rows, "lines", lambda _: iter([b"title,doi", b"A,", None, b"B,"]))
    a, reject, b = read("title,doi\n")
    assert (a.title, b.title) == ("A", "B")
    assert "line is longer than 64 MiB" in reject.reason


def test_a_cut_gzip_drops_the_row_it_cuts(read):
    whole = b"pmid,title,abstract\n" + b"".join(
        b'%d,T%d,"x\ny%d"\n' % (n, n, n) for n in range(1, 3000)
    )
    packed = gzip.compress(whole, 1)
    *articles, last = read(packed[: len(packed) // 2])
    assert len(articles) > 300
    assert articles == read(whole)[: len(articles)]
    assert last.cut


@pytest.mark.shared
def test_golden_facts_of_embases_table(formats):
    with Stream(formats / "asreview_embase.csv") as stream:
        assert table.sniff(stream.peek())
        records = list(table.read(stream, "asreview_embase.csv"))
    assert len(records) == 6
    first, last = records[0], records[-1]
    assert (first.id, first.year) == ("doi:10.4103/2303-9027.138783", 2014)
    assert first.title.startswith("Duplication cysts")
    assert (first.volume, first.issue, first.pages) == ("3", "3", "152-160")
    assert (last.id, last.year) == ("doi:10.1089/cren.2017.0016", 2017)
    assert [len(a.authors) for a in records] == [2, 7, 12, 2, 2, 4]


def test_a_list_without_end_is_parted_in_one_pass():
    started = time.monotonic()
    assert len(_at_commas("A.B, " * 400_000)) == 400_001
    assert time.monotonic() - started < 5
    assert _at_commas("a (b, c), d,e (f") == ["a (b, c)", "d", "e (f"]
    assert _at_commas("") == [""]
