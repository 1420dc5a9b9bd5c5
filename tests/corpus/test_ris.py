from __future__ import annotations

import gzip
import time
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.corpus import ris
from rag.corpus.citation_fields import author, publication_types
from rag.corpus.labelled import labelled_sections
from rag.corpus.language_names import language_codes
from rag.corpus.streams import Stream
from rag.types import Article, Author, Reject, Section

FULL = """
1.
TY  - JOUR
ID  - 12
T1  - An invented trial of <i>nothing</i> &amp; more
A1  - Doe, Jane Q., Jr
A1  - Roe RB
AU  - The Fiction Study Group
Y1  - 2021//
DA  - 2021/06/07/Summer
N2  - Background: Nothing was known
      at all. Material and methods: We asked. Results: We found 12%. Note: no label.
JF  - Journal of Invented Results
JO  - J Inv Res
VL  - 12
IS  - 4
SP  - 5
EP  - 9
KW  - *air
leaf
KW  - one; two
LA  - English
M3  - randomized controlled trial
DO  - https://doi.org/10.1234/ABC.5
AN  - 31234567
DB  - Ovid MEDLINE(R)
C2  - PMC77
UR  - https://example.org/a;b
UK  - unknown
ER  -
NL  - Elsewhere

Link to nothing
2.
TY  - JOUR
TI  - Second
ER  -
"""


@pytest.fixture
def read(write):
    def _read(text, skip=0, compress=False):
        with Stream(write("x.ris", text, compress)) as stream:
            return list(ris.read(stream, "x.ris", skip))

    return _read


def test_every_field_of_a_full_record(read):
    a, second = read(FULL)
    assert (a.id, a.doi, a.pmcid) == ("pmid:31234567", "10.1234/ABC.5", "PMC77")
    assert a.title == "An invented trial of nothing & more"
    assert a.sections == (
        Section("Nothing was known at all.", "Background"),
        Section("We asked.", "Material and methods"),
        Section("We found 12%. Note: no label.", "Results"),
    )
    assert a.authors == (
        Author(collective="The Fiction Study Group"),
        Author("Doe Jr", "Jane Q.", "JQ"),
        Author("Roe", "", "RB"),
    )
    assert (a.journal, a.journal_abbreviation) == ("Journal of Invented Results", "J Inv Res")
    assert (a.year, a.publication_date) == (2021, "2021 06 07 Summer")
    assert (a.volume, a.issue, a.pages) == ("12", "4", "5-9")
    assert a.keywords == ("air", "leaf", "one", "two")
    assert (a.language, a.publication_types) == ("eng", ("Randomized Controlled Trial",))
    assert (a.source.record, second.source.record, second.title) == (0, 1, "Second")


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("TY  - JOUR\nTI  - A\nTY  - JOUR\nTI  - B\n", ["A", "B"]),  # no ER at all
        ("TY  - JOUR\r\nTI  - A\r\nER  - \r\n\r\nTY  -\r\nTI  -B\r\nER  -", ["A", "B"]),
        ("\ufeffTY  - JOUR\nTI\t- A\nER  -\n\ufeffTY  - JOUR\nTI \t- B\nER  -\n", ["A", "B"]),
        ("TY - JOUR\nTI - A\nER - \nTY - JOUR\nTI - B\nER -\n", ["A", "B"]),
        ("Provider: Nobody\nContent:text/plain\n\nTY  - JOUR\nTI  - A\nER  - \n", ["A"]),
        ("TY  - JOUR\nTI  - A\nER  - \n\nAU  - Doe, J\nTI  - B\nER  - \n", ["A", "B"]),
        ("TY  - JOUR\nTI  - A\nsecond line\n\n  third\nER  - \n", ["A second line third"]),
        ("TY  - JOUR\nTI  - Imaging,\nT2 - weighted\nER  - \n", ["Imaging, T2 - weighted"]),
        ("TY  - BOOK\nBT  - A book\nER  - \n", ["A book"]),
        ("TY  - JOUR\nST  - Short\nER  - \n", ["Short"]),
    ],
)
def test_dialects(read, text, titles):
    assert ris.sniff(text.encode())
    assert [r.title for r in read(text)] == titles


def test_latin_1_control_characters_and_repeated_abstracts(read):
    (a,) = read(
        "TY  - JOUR\nTI  - Caf\xe9 \x07x\nAB  - One.\nN2  - One.\nAB  - Two.\n".encode("latin-1")
    )
    assert a.title == "Café x"
    assert [s.text for s in a.sections] == ["One.", "Two."]


def pmid_of(read, *fields):
    (a,) = read("TY  - JOUR\nTI  - T\n" + "".join(f"{f}\n" for f in fields) + "ER  - \n")
    return a.pmid


@pytest.mark.parametrize(
    ("fields", "pmid"),
    [
        (["AN  - 31234567"], ""),  # whose number is not said
        (["AN  - 31234567", "DP  - NLM"], "31234567"),
        (["AN  - 31234567", "DB  - PubMed", "ID  - 12"], "31234567"),
        (["ID  - 12", "DB  - PubMed"], ""),  # a place in EndNote's library
        (["ID  - 31234567", "DB  - Ovid MEDLINE(R)"], "31234567"),
        (["AN  - 2214991469", "DB  - MEDLINE"], ""),  # too long for a PMID
        (["AN  - 31234567", "DB  - MEDLINE", "DP  - ProQuest"], ""),
        (["AN  - 31234567", "DB  - Embase", "DB  - Medline"], ""),
        (["C5  - 31234567", "DB  - Embase", "DB  - Medline"], "31234567"),
        (["C2  - 31234567", "DB  - Scopus"], "31234567"),
        (["C2  - 31234567", "DB  - Elsewhere"], ""),
        (["AN  - MEDLINE:31234567"], "31234567"),
        (["C1  - PMID: 31234567"], "31234567"),
        (["N1  - PMID: 31234567"], "31234567"),
        (["N1  - Comment on: PMID: 31234567"], ""),
        (["UR  - https://pubmed.ncbi.nlm.nih.gov/31234567/"], "31234567"),
        (["L2  - http://www.ncbi.nlm.nih.gov/pubmed/31234567"], "31234567"),
        (["UR  - https://pubmed.ncbi.nlm.nih.gov/1/", "L2  - pubmed.ncbi.nlm.nih.gov/2"], ""),
    ],
)
def test_a_number_is_a_pmid_only_where_that_is_certain(read, fields, pmid):
    assert pmid_of(read, *fields) == pmid


@pytest.mark.parametrize(
    ("fields", "doi"),
    [
        ("DO  - doi: 10.1000/A.b", "10.1000/A.b"),
        ("DO  - http://dx.doi.org/10.1000/a\nDO  - 10.1000/b", "10.1000/a"),
        ("L2  - https://doi.org/10.1000%2Fa", "10.1000/a"),
        ("UR  - https://doi.org/10.1000/a\nL2  - https://doi.org/10.1000/b", ""),
        ("N1  - J Inv. 2020;1:2. doi: 10.1000/a.", "10.1000/a"),
        ("N1  - References: doi: 10.1000/a", ""),
        ("DO  - none", ""),
    ],
)
def test_dois(read, fields, doi):
    (a,) = read(f"TY  - JOUR\nTI  - T\n{fields}\nER  - \n")
    assert a.doi == doi


def test_notes_of_pubmeds_endnote_export_hold_the_types(read):
    text = "TY  - JOUR\nTI  - T\nN1  - 1179-1926\nDoe, Jane\nJournal Article\nReview\nX\n"
    (a,) = read(text + "DP  - NLM\n")
    assert a.publication_types == ("Journal Article", "Review")
    (a,) = read(text)
    assert a.publication_types == ()  # someone's own notes


@pytest.mark.parametrize(
    ("title", "status"),
    [
        ("RETRACTED: A trial", "retracted"),
        ("Retracted article: A trial", "retracted"),
        ("[Retracted] A trial", "retracted"),
        ("RETRACTED ARTICLE. A trial", "retracted"),
        ("Retraction: A trial", "notice"),
        ("Retraction notice to A trial", "notice"),
        ("Retraction Note: A trial", "notice"),
        ("Retraction to “A trial”", "notice"),
        ("Retraction of: A trial", "notice"),
        ("Retraction of the lung in surgery", "current"),
        ("Retracted publications in medicine", "current"),
    ],
)
def test_titles_that_tell_of_a_retraction(read, title, status):
    (a,) = read(f"TY  - JOUR\nTI  - {title}\nER  - \n")
    assert a.status == status
    assert a.title == title


def test_types_and_languages_and_names():
    assert publication_types(["article", "Review ", "Book review"], "") == (
        "Journal Article",
        "Review",
    )
    assert language_codes("English; French") == "eng,fre"
    assert language_codes("en-US") == "eng"
    assert language_codes("eng, Klingon") == "eng,Klingon"
    assert language_codes("") == ""
    assert author("World Health Organization,") == Author(collective="World Health Organization")
    assert author("Doe, III, John") == Author("Doe III", "John", "J")
    assert author("van Roe R.-B.") == Author("van Roe", "", "R-B")
    assert author("John Doe") == Author("Doe", "John", "J")
    assert author("et al.") is None


def test_a_record_without_title_and_text_is_a_reject(read):
    a, b, c = read("TY  - JOUR\nTI  - A\nER  - \nTY  - JOUR\nPY  - 1999\nER  - \nTY  -\nAB  - B\n")
    assert isinstance(b, Reject)
    assert b.reason == "record has neither title nor text"
    assert "PY - 1999" in b.excerpt
    assert (a.title, c.sections[0].text) == ("A", "B")


def test_sniff_refuses_other_formats():
    for text in (
        b"PMID- 1\nTI  - T\n",
        b"<TY  - >\nTY  - JOUR\nTI  - A\n",
        b"TY  - JOUR\nno tag\n",
        b"%0 Journal Article\n",
        b"a,b\n" * 40 + b"TY  - JOUR\nTI  - A\n",
        b"",
    ):
        assert not ris.sniff(text)
    assert ris.sniff(b"1.\nTY  - JOUR\nID  - 1\n")


LABELS = st.sampled_from(
    ["Introduction:", "Material and methods:", "Results:", "AIMS:", "METHODS:", "We", "saw", "it.",
     "(95% CI)", "Note:", "Background", "conclusion:", "p:"]
)  # fmt: skip


@settings(deadline=5000)
@given(st.lists(LABELS, max_size=25))
def test_no_character_of_an_abstract_is_lost(words):
    text = " ".join(words)
    sections = labelled_sections(text)
    assert " ".join(f"{s.label}: {s.text}" if s.label else s.text for s in sections) == text
    assert all(s.text for s in sections)


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("Aim: a. Material and methods: b.", ["Aim", "Material and methods"]),
        ("We ask. Methods: b. Results: c", ["", "Methods", "Results"]),
        ("Results: one alone.", [""]),
        ("The results: a. Our methods: b.", [""]),
        ("No abstract available.", []),
        ("BACKGROUND: a. RESULTS: b.", ["BACKGROUND", "RESULTS"]),
    ],
)  # fmt: skip
def test_labels_in_mixed_case(text, labels):
    assert [s.label for s in labelled_sections(text)] == labels


TAGS = st.sampled_from(["TI", "AB", "AU", "PY", "KW", "XX", "DO", "TY", "ER", "N1"])
LINE = st.one_of(
    st.tuples(TAGS, st.text(max_size=30)).map(lambda t: f"{t[0]}  - {t[1]}".encode()),
    st.binary(max_size=30),
)


@settings(
    max_examples=100, deadline=5000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(LINE, max_size=40), st.integers(0, 6), st.booleans())
def test_no_bytes_raise_and_skipping_is_cutting(read, rows, skip, compress):
    data = b"TY  - JOUR\nTI  - T\n" + b"\n".join(rows)
    records = read(data, 0, compress)
    assert read(data, skip, compress) == records[skip:]
    for place, record in enumerate(records):
        assert record.source.record == place
        assert isinstance(record, Article | Reject)
        if isinstance(record, Article):
            assert record.text
            record.text.encode("utf-8")
            assert len(record.title.splitlines()) <= 1
            assert all(len(s.text.splitlines()) == 1 for s in record.sections)


@pytest.mark.parametrize(
    "data",
    [
        b"TY  - JOUR\nTI  - T\nAB  - " + b"Methods: " * (1 << 19) + b"\n",
        b"TY  - JOUR\nTI  - " + b"A" * (12 << 20) + b"\n",
        b"TY  - JOUR\nTI  - T\n" + b"AU  - A, B\n" * 60_000,
        b"TY  - JOUR\nTI  - T\nAB  - " + b"\xff" * (4 << 20) + b"\n",
        b"TY  - JOUR\nTI  - T\nUR  - " + b"doi.org/10.1000" * (1 << 18) + b"\n",
        b"TY  - JOUR\n" * 60_000,
    ],
    ids=["labels", "line", "authors", "latin", "links", "starts"],
)
def test_hostile_files_take_bounded_time(read, data):
    started = time.monotonic()
    records = read(data)
    assert time.monotonic() - started < 20
    assert records


def test_a_record_without_end_does_not_fill_memory(read, monkeypatch):
    monkeypatch.setattr(ris, "LIMIT", 1 << 20)
    data = b"TY  - JOUR\nTI  - A\n" + b"N1  - x\n" * 200_000 + b"TY  - JOUR\nTI  - B\nER  - \n"
    tracemalloc.start()
    try:
        reject, second = read(data)
        assert tracemalloc.get_traced_memory()[1] < 24 << 20
    finally:
        tracemalloc.stop()
    assert "record is longer than 1 MiB" in reject.reason
    assert second.title == "B"


def test_a_cut_gzip_drops_the_record_it_cuts(read, write):
    whole = b"".join(b"TY  - JOUR\nTI  - T%d\nAB  - x%d\nER  - \n" % (n, n) for n in range(3000))
    packed = gzip.compress(whole, 1)
    *articles, last = read(packed[: len(packed) // 2])
    assert len(articles) > 500
    assert articles == read(whole)[: len(articles)]
    assert last.cut
    assert last.reason == f"gzip stream ends early after {len(articles)} records"


GOLDEN = [  # file, records, articles, place, id, title begins, year
    ("_baseline.ris", 100, 100, 0, "pmid:22752652", "The Value of Radiologic", 2012),
    ("_baseline.ris", 100, 100, 9, "pmid:33333165", "Poor compliance of clin", 2020),
    ("_baseline.ris", 100, 100, -1, "doi:10.1016/j.jvir.2013.12.293", "The effect of", 2014),
    ("baseline_zotero.ris", 100, 100, 0, "doi:10.1038/s42256-020-00287-7", "An open", 2021),
    ("baseline_zotero.ris", 100, 100, 9, "doi:10.1016/j.edurev.2020.100352", "Teacher", 2020),
    ("baseline_zotero.ris", 100, 100, -1, "pmid:29267302", "Efficacy and safety of", 2017),
    ("baseline_empty_values.ris", 4, 4, 0, "hash:17d59b9746b2d424", "Title of", None),
    ("baseline_reference_types.ris", 61, 0, None, "", "", None),
    ("baseline_tag-notes.ris", 12, 1, 0, "hash:095df20e7694566b", "Only title", None),
    ("baseline_tag-notes_labels.ris", 32, 32, -1, "hash:140491f76124f4e4", "Record", None),
    ("baseline_tag-notes_zotero.ris", 4, 4, 0, "hash:e729e4e1811a6337", "Zotero:", None),
    ("baseline_tag_and_field_definitions.ris", 1, 1, 0, "hash:c6767f56cc487bd5", "Title", None),
    ("baseline_tag_and_field_definitions_lists.ris", 1, 0, None, "", "", None),
    ("embase.ris", 6, 6, 0, "doi:10.4103/2303-9027.138783", "Duplication cysts", 2014),
    ("embase.ris", 6, 6, 1, "pmid:15368318", "Endoscopic ultrasound", 2004),
    ("embase.ris", 6, 6, -1, "doi:10.1089/cren.2017.0016", "Completely Isolated", 2017),
    ("ovid_psycinfo.ris", 6, 6, 0, "doi:10.1002/cpp.2398", "The influence of", 2019),
    ("ovid_psycinfo.ris", 6, 6, -1, "doi:10.1007/s10880-019-09649-9", "Psychological", 2019),
    ("proquest.ris", 6, 6, 0, "doi:10.1002/jts.22387", "Predictors of", 2019),
    ("proquest.ris", 6, 6, -1, "doi:10.1080/00273171.2017.1412293", "Bayesian", 2018),
    ("pubmed_endnote.txt", 6, 6, 0, "pmid:21553931", "Boswellia serrata", 2011),
    ("pubmed_endnote.txt", 6, 6, -1, "pmid:28482341", "Indigo Naturalis", 2017),
    ("pubmed_zotero.ris", 6, 6, 0, "doi:10.5114/pg.2018.81081", "The importance", 2019),
    ("pubmed_zotero.ris", 6, 6, -1, "doi:10.1097/md.0000000000016231", "Efficacy", 2019),
    ("scopus.ris", 6, 6, 0, "doi:10.1016/j.psyneuen.2019.104501", "Stress and", 2020),
    ("scopus.ris", 6, 6, -1, "pmid:31175206", "Role of brain imaging", 2019),
]  # fmt: skip


@pytest.mark.shared
@pytest.mark.parametrize(("name", "count", "articles", "place", "id", "title", "year"), GOLDEN)
def test_golden_facts_of_real_exports(formats, name, count, articles, place, id, title, year):
    with Stream(formats / f"asreview_{name}") as stream:
        assert ris.sniff(stream.peek())
        records = list(ris.read(stream, name))
    assert (len(records), sum(isinstance(r, Article) for r in records)) == (count, articles)
    if place is not None:
        assert (records[place].id, records[place].year) == (id, year)
        assert records[place].title.startswith(title)


@pytest.mark.shared
def test_more_golden_facts_of_real_exports(formats):
    def records(name):
        with Stream(formats / f"asreview_{name}") as stream:
            return list(ris.read(stream, name))

    first = records("pubmed_endnote.txt")[0]
    assert (first.publication_types, first.language) == (("Journal Article", "Review"), "eng")
    assert (first.publication_date, first.pages, first.volume) == ("2011 Jun", "349-69", "50")
    assert len(first.authors) == 3
    zotero = records("pubmed_zotero.ris")[0]
    assert [s.label for s in zotero.sections] == [
        "Introduction",
        "Aim",
        "Material and methods",
        "Results",
        "Conclusions",
    ]
    scopus = records("scopus.ris")
    assert sum(bool(a.pmid) for a in scopus) == 5
    assert records("ovid_psycinfo.ris")[0].pages == ""
    assert records("baseline_zotero.ris")[-1].pages == "e0188810"
