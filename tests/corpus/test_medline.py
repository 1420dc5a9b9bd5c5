from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.corpus import read
from rag.corpus.medline_fields import RELATIONS, abstract_sections
from rag.types import Author, MeshHeading, MeshQualifier, Reject, Relation

FULL = """
PMID- 900001
OWN - NLM
LR  - 20220309
VI  - 12
IP  - 4
DP  - 2021 Jun 07
TI  - An invented trial of nothing in
      particular.
PG  - 5-9
LID - S1234(21)1 [pii]
LID - 10.1234/ABC.5 [doi]
AB  - BACKGROUND: Nothing was known (see DNA: it is not a label). AIM AND
      SCOPE: To know more. RESULTS: We found 12%. CONCLUSION: Nothing.
OAB - Preguntamos.
OABL- spa
OAB - Publisher: Abstract available from the publisher.
OABL- fre
CI  - (c) 2021 Nobody.
FAU - Doe, Jane Q Jr
AU  - Doe JQ Jr
AD  - Nowhere
FAU - Van Roe, Richard
AU  - Van Roe R
CN  - The Fiction Group
AU  - Solo S
LA  - eng
LA  - spa
PT  - Journal Article
PT  - Randomized Controlled Trial
TT  - Un ensayo inventado.
TA  - J Inv Res
JT  - Journal of Invented Results
MH  - Leaves/growth/*metabolism
MH  - *Light
RF  - 12
OT  - *air
OT  - leaf
PMC - PMC77
EIN - J Inv Res. 2022;1:1. PMID: 900002
CIN - Elsewhere. 2022
ECI - Third. 2023 Jan;1(1):2. [PMID 900003]
SO  - J Inv Res. 2021 Jun 07;12(4):5-9.
"""


def test_every_field_of_a_full_record(write):
    (a,) = read(write("one.nbib", FULL))
    assert (a.id, a.revised, a.version) == ("pmid:900001", "2022-03-09", 1)
    assert a.title == "An invented trial of nothing in particular."
    assert [(s.label, s.text, s.language) for s in a.sections] == [
        ("BACKGROUND", "Nothing was known (see DNA: it is not a label).", ""),
        ("AIM AND SCOPE", "To know more.", ""),
        ("RESULTS", "We found 12%.", ""),
        ("CONCLUSION", "Nothing.", ""),
        ("", "Preguntamos.", "spa"),
    ]
    assert (a.journal, a.journal_abbreviation) == ("Journal of Invented Results", "J Inv Res")
    assert (a.year, a.publication_date) == (2021, "2021 Jun 07")
    assert (a.volume, a.issue, a.pages) == ("12", "4", "5-9")
    assert a.authors == (
        Author("Doe Jr", "Jane Q", "JQ"),
        Author("Van Roe", "Richard", "R"),
        Author(collective="The Fiction Group"),
        Author("Solo", "", "S"),
    )
    assert (a.doi, a.pmcid, a.language) == ("10.1234/ABC.5", "PMC77", "eng,spa")
    assert a.mesh == (
        MeshHeading(
            "Leaves", "", False, (MeshQualifier("growth"), MeshQualifier("metabolism", True))
        ),
        MeshHeading("Light", "", True),
    )
    assert a.publication_types == ("Journal Article", "Randomized Controlled Trial")
    assert (a.keywords, a.copyright) == (("air", "leaf"), "(c) 2021 Nobody.")
    assert a.vernacular_title == "Un ensayo inventado."
    assert a.relations == (
        Relation("ErratumIn", "pmid:900002", "J Inv Res. 2022;1:1."),
        Relation("CommentIn", "", "Elsewhere. 2022"),
        Relation("ExpressionOfConcernIn", "pmid:900003", "Third. 2023 Jan;1(1):2."),
    )
    assert a.status == "concern"


def test_carriage_returns_bom_blank_lines_and_latin_1(write):
    text = "\r\n\r\nPMID- 1\r\nTI  - Café au\r\n      lait.\r\nPMID- 2\r\nTI  - B.\r\n\r\n\r\n"
    path = write("l.txt", b"\xef\xbb\xbf" + text.encode("latin-1"))
    assert [(r.id, r.title) for r in read(path)] == [("pmid:1", "Café au lait."), ("pmid:2", "B.")]


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        ("PMID- x12\nTI  - T\n", "PMID 'x12' is not a number"),
        ("PMID- 5\nDP  - 1999\n", "neither title nor text"),
        ("no field here\nat all\n", "no MEDLINE field"),
    ],
)
def test_a_bad_record_is_a_reject_and_reading_goes_on(write, block, reason):
    first, reject, second = read(
        write("b.txt", f"PMID- 1\nTI  - A.\n\n{block}\nPMID- 2\nTI  - B.\n")
    )
    assert (first.id, second.id, second.source.record) == ("pmid:1", "pmid:2", 2)
    assert isinstance(reject, Reject)
    assert reason in reject.reason


def test_identity_and_date_without_pmid(write):
    text = "TI  - Some Title!\nDEP - 20060110\nSTAT- MEDLINE\n\nTI  - B.\nAID - 10.1000/Q [doi]\n"
    hashed, by_doi = read(write("i.txt", text), format="medline")
    assert hashed.id == "hash:" + hashlib.sha256(b"some title|2006").hexdigest()[:16]
    assert (hashed.publication_date, hashed.year) == ("2006 01 10", 2006)
    assert by_doi.id == "doi:10.1000/q"


@pytest.mark.parametrize("code", sorted(RELATIONS))
def test_links_carry_pubmeds_names(write, code):
    text = f"PMID- 1\nTI  - T\n{code:<4}- J Inv. 2000;1:2. PMID: 77\n"
    (a,) = read(write("r.txt", text))
    assert a.relations == (Relation(RELATIONS[code], "pmid:77", "J Inv. 2000;1:2."),)
    status = {"RIN": "retracted", "RRI": "retracted", "ROF": "notice", "ECI": "concern"}
    assert a.status == status.get(code, "current")


@pytest.mark.parametrize(
    "text",
    [
        "Nothing to split here.",
        "RESULTS: one label alone is no structure.",
        "We asked. METHODS: a label later. RESULTS: another.",
        "Background: mixed case. Results: stays whole.",
    ],
)
def test_what_is_not_clearly_structured_stays_whole(text):
    assert [(s.label, s.text) for s in abstract_sections(text)] == [("", text)]


_WORDS = st.sampled_from(
    ["BACKGROUND:", "RESULTS:", "METHODS AND AIMS:", "DNA:", "We", "saw", "it.", "(95% CI)", "1.5."]
)


@given(st.lists(_WORDS, max_size=25))
def test_no_character_of_an_abstract_is_lost(words):
    text = " ".join(words)
    sections = abstract_sections(text)
    assert " ".join(f"{s.label}: {s.text}" if s.label else s.text for s in sections) == text
    assert all(s.text for s in sections)


GOLDEN = [  # file, place, count, id, start of the title's sha256, labels
    ("biopython_pubmed_result1.txt", 0, 1, "pmid:12230038", "c7aa82311502", [""]),
    (
        "biopython_pubmed_result2.txt",
        0,
        4,
        "pmid:16403221",
        "cd4dd0397c95",
        ["BACKGROUND", "RESULTS", "CONCLUSION"],
    ),
    ("biopython_pubmed_result2.txt", 3, 4, "pmid:14630660", "9dd12e6e7c45", [""]),
]


@pytest.mark.shared
def test_golden_facts_of_real_exports(formats):
    for name, place, count, article_id, title, labels in GOLDEN:
        records = list(read(formats / name))
        assert len(records) == count
        article = records[place]
        assert article.id == article_id
        assert hashlib.sha256(article.title.encode()).hexdigest()[:12] == title
        assert [s.label for s in article.sections] == labels


def test_substances_and_journal_numbers(write):
    path = write(
        "s.nbib",
        "PMID- 7\nTI  - Pain.\nIS  - 1471-2105 (Electronic)\nJID - 100965194\n"
        "RN  - 0 (Analgesics (weak))\nRN  - 76I7G6D29C (Morphine)\n",
    )
    (a,) = read(path)
    assert (a.issn, a.journal_id) == ("1471-2105", "100965194")
    assert [(s.number, s.name) for s in a.substances] == [
        ("0", "Analgesics (weak)"),
        ("76I7G6D29C", "Morphine"),
    ]


def test_a_blank_line_inside_a_record_does_not_tear_it(write):
    text = "PMID- 111\nTI  - One\n\nAB  - Its abstract.\nAU  - Roe J\n\n\nPMID- 112\nTI  - Two\n"
    one, two = read(write("a.txt", text.encode()))
    assert (one.id, one.sections[0].text, one.authors[0].last) == (
        "pmid:111",
        "Its abstract.",
        "Roe",
    )
    assert (two.id, two.sections) == ("pmid:112", ())
    # records without a PMID are parted by blank lines
    text = "OWN - NLM\nTI  - One\n\nTI  - Two\nAB  - Its.\n\nAB  - Of neither.\n"
    assert [r.title for r in read(write("b.txt", text.encode()))] == ["One", "Two", ""]
