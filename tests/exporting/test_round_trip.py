"""What is exported is what our own readers read back, whatever the values are."""

from __future__ import annotations

import string
from dataclasses import replace

import pytest
from export_makers import HONEY, MAGNETS, abstention, answer, as_json, cited
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.corpus import bibtex, ris
from rag.corpus.citation_fields import is_empty, plain
from rag.corpus.identity import article_id
from rag.corpus.status import status_of, type_in_title
from rag.corpus.streams import Stream
from rag.exporting import read_documents, render
from rag.types import Article, Author, Relation, Statement

READERS = {"ris": ris, "bibtex": bibtex}
SAME = ["id", "title", "journal", "year", "volume", "issue", "doi", "pmcid", "language"]
SAME += ["publication_types", "keywords", "status"]

NASTY = [
    "A {brace} and }one{ more",
    "50% of R&D #1 costs $5_000 ~ x^2 \\ y",
    r"\textbf{not LaTeX} and \& \{ \alpha $x_1$ \\",
    'The "quoted" and ``TeX\'\' and \'single\' ones',
    "é ü ß ł Ø å ğ Ž: Ångström naïve",
    "β-blockers, α₁-antitrypsin and μg",
    "发热和咳嗽的中医治疗",
    "P<0.05, p > 0.1 and <b>bold</b> <i>italics</i> &lt;tag&gt; &amp; a&b;",
    "mml:math CO2 <sub>2</sub> <inf>3</inf>",
    "Range 1--5 and---dash – and — true",
    "Is it over?",
    "Stop it now!",
    "[Fever and cough: an article in German]",
    "A title\nwith a line break\r\nand\ttab",
    "ER  - TY  - JOUR, @article{x, title = {y}}",
    "TI  - twice",
    "long " * 400 + "title",
    "Ends in a backslash \\",
    "| pipes | and `ticks` *stars* __lines__",
    "{", "}", "%", "a,b;c=d",
]  # fmt: skip


def back(article, name, folder, **facts):
    """The article after JSON, export and our own reader."""
    made = answer(article, **facts)
    text = render(read_documents(as_json(made), "a.json").documents, name)
    file = folder / f"a.{name}"
    file.write_text(text, encoding="utf-8")
    with Stream(file) as stream:
        found = list(READERS[name].read(stream, file.name))
    assert len(found) == 1, text
    assert isinstance(found[0], Article), (found, text)
    return found[0]


def as_stated(article):
    """The article with the text of its fields on one line, as every reader keeps it."""
    values = {
        name: " ".join(getattr(article, name).split())
        for name in ("title", "journal", "volume", "issue", "pages")
    }
    return replace(article, **values)


def check(article, name, folder, **facts):
    got, want = back(article, name, folder, **facts), as_stated(article)
    for field in SAME:
        assert getattr(got, field) == getattr(want, field), field
    pages = want.pages.replace("–", "-").replace("--", "-") if name == "bibtex" else want.pages
    assert got.pages == pages
    assert [a.name for a in got.authors] == [a.name for a in want.authors]
    for mine, theirs in zip(got.authors, want.authors, strict=True):
        if theirs.fore:
            assert mine == theirs
    return got


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("title", NASTY, ids=range(len(NASTY)))
def test_titles(tmp_path, name, title):
    check(replace(HONEY, title=title, journal=f"J {title[:60]}"), name, tmp_path)


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    "author",
    [
        Author("van der Berg", "Jan Pieter", "JP"),
        Author("de la Cruz", "María", "M"),
        Author("al-Test", "Omar", "O"),
        Author("O'Neil", "Anne-Marie", "AM"),
        Author("Test-Example", "A", "A"),
        Author("Test Jr", "John A", "JA"),
        Author("Test 3rd", "John", "J"),
        Author("Ærøskøbing", "Øyvind", "Ø"),
        Author("Łukasz", "Żółć", "Ż"),
        Author("王", "小明", "小"),
        Author("Test", "", "JA"),
        Author("Test Jr", "", "JA"),
        Author("Plato", "", ""),
        Author("Abu Test", "", ""),
        Author(collective="World Test Organization"),
        Author(collective="Alpha and Beta Study Group"),
        Author(collective="R&D Team #1, 50% off"),
        Author(collective="Group A, on behalf of the Test Investigators"),
        Author(collective="TEST-1"),
    ],
    ids=lambda a: a.name,
)
def test_authors(tmp_path, name, author):
    others = (Author("First", "Anna", "A"), author, Author("Last", "Zoe", "Z"))
    check(replace(HONEY, authors=others), name, tmp_path)


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    "facts",
    [
        {"authors": ()},
        {"authors": tuple(Author(f"Test{i}", f"Anna {c}", f"A{c}")
                          for i in range(12) for c in string.ascii_uppercase)},
        {"year": None, "publication_date": ""},
        {"journal": "", "journal_abbreviation": ""},
        {"volume": "", "issue": "", "pages": ""},
        {"issue": ""},
        {"pages": "e12-e15"},
        {"pages": "123"},
        {"pages": "e0123456"},
        {"pages": "12--15"},
        {"pages": "12–15"},
        {"pages": "5-5"},
        {"pages": "1-3; discussion 4-5"},
        {"pages": "1-3, 7-9"},
        {"doi": "10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-2"},
        {"doi": "10.1000/a_b%20c#d~e"},
        {"doi": ""},
        {"pmcid": ""},
        {"language": "eng,fre"},
        {"language": ""},
        {"keywords": ("type 2 diabetes", "R&D 50%")},
        {"publication_types": ()},
        {"publication_types": ("Clinical Trial, Phase III", "Research Support, N.I.H., Extramural",
                               "Research Support, U.S. Gov't, P.H.S.",
                               "Observational Study, Veterinary")},
        {"id": "doi:10.1000/only_doi", "doi": "10.1000/ONLY_doi"},
        {"id": "nct:NCT01234567", "doi": "", "pmcid": "", "journal": "ClinicalTrials.gov"},
        {"id": article_id("", "", HONEY.title, 2021), "doi": "", "pmcid": ""},
    ],
    ids=lambda f: ",".join(f"{k}" for k in f),
)  # fmt: skip
def test_fields(tmp_path, name, facts):
    check(replace(HONEY, **facts), name, tmp_path)


@pytest.mark.parametrize("name", READERS)
def test_what_stands_against_an_article_stays(tmp_path, name):
    got = check(MAGNETS, name, tmp_path)
    assert (got.status, got.doi) == ("retracted", "")
    assert [(r.kind, r.target) for r in got.relations] == [
        ("RetractionIn", "pmid:103"),
        ("ErratumIn", ""),
    ]
    assert got.relations[1].citation.startswith("J Invent Results. 2015;3:9")
    concern = replace(HONEY, status="concern", relations=(Relation("ExpressionOfConcernIn"),))
    assert check(concern, name, tmp_path).relations[0].kind == "ExpressionOfConcernIn"
    notice = replace(HONEY, status="notice", relations=(Relation("RetractionOf", "pmid:5"),))
    assert check(notice, name, tmp_path).relations == (Relation("RetractionOf", "pmid:5"),)


@pytest.mark.parametrize("name", READERS)
def test_a_notice_under_the_title_of_what_it_retracts_stays_a_notice(tmp_path, name):
    types = ("Retraction of Publication",)
    title = "Retracted: Magnets cure cough."
    check(replace(HONEY, title=title, publication_types=types, status="notice"), name, tmp_path)


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("status", ["retracted", "notice", "concern"])
def test_a_status_without_type_and_link_is_stated(tmp_path, name, status):
    got = back(replace(HONEY, status=status), name, tmp_path)
    assert got.status == status
    assert got.publication_types[:2] == HONEY.publication_types


@pytest.mark.parametrize("name", READERS)
def test_ids_in_a_quote_are_not_taken_for_the_article_s(tmp_path, name):
    bare = replace(HONEY, id=article_id("", "", HONEY.title, 2021), doi="", pmcid="")
    quote = "See doi:10.1000/other, PMID: 99 and https://pubmed.ncbi.nlm.nih.gov/98/ PMC12."
    statement = Statement("PMID: 97 doi:10.1/x", (cited(bare, 1, quote),))
    check(bare, name, tmp_path, statements=(statement,), question="PMID: 96")


@pytest.mark.parametrize("name", READERS)
def test_a_note_of_a_patient_keeps_its_words_and_gets_another_id(tmp_path, name):
    note = Article(
        id="note:7", title="Nursing: Report", publication_date="2120-01-02", subject="10"
    )
    got = back(note, name, tmp_path)
    assert (got.title, got.id[:5], got.year) == ("Nursing: Report", "hash:", None)


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    "known",
    [
        replace(HONEY, title=""),
        Article(id="pmid:7", title=""),
        Article(id="doi:10.1000/x", title="", doi="10.1000/x"),
    ],
    ids=["full", "pmid alone", "doi alone"],
)
def test_an_article_without_a_title_comes_back(tmp_path, name, known):
    got = back(known, name, tmp_path)
    assert got.title == "[Not Available]."
    for field in ("id", "year", "doi", "journal"):
        assert getattr(got, field) == getattr(known, field), field
    assert [a.name for a in got.authors] == [a.name for a in known.authors]


@pytest.mark.parametrize("name", READERS)
def test_several_answers_make_one_record_an_article(tmp_path, name):
    lines = [as_json(answer(HONEY, MAGNETS)), as_json(abstention(MAGNETS, HONEY))]
    text = render(read_documents("\n".join(lines), "a.jsonl").documents, name)
    (tmp_path / "x").write_text(text, encoding="utf-8")
    with Stream(tmp_path / "x") as stream:
        found = list(READERS[name].read(stream, "x"))
    assert [a.id for a in found] == ["pmid:101", "pmid:102"]
    assert text.count("among the closest articles; the index does not answer “Who won?”") == 2


words = st.text(
    st.one_of(
        st.sampled_from(list("{}%&#_~^\\$\"'`<>|-—–=,;:@*/+()[]. éüßłØαβ文aBc1 \n\t")),
        st.characters(exclude_categories=["Cs", "Co", "Cc", "Cf", "Zl", "Zp"]),
    ),
    max_size=60,
)
LETTERS = string.ascii_letters + "éüßłØ-'"


def sound(text):
    """Neither empty nor a word for nothing, and no mark of a retraction."""
    line = " ".join(text.split())
    return (
        bool(line) and not is_empty(line) and not is_empty(plain(line)) and not type_in_title(line)
    )


texts = words.filter(sound)
short = st.text(string.ascii_letters + string.digits + "()-. {}%&_", max_size=12).filter(
    lambda t: not t.strip() or sound(t)
)
surnames = st.text(LETTERS, min_size=2, max_size=12).filter(
    lambda n: (
        n[0].isalpha() and n[-1].isalpha() and n.lower() not in ("and", "others", "jr", "sr", "ii")
    )
)
people = st.builds(
    lambda last, fore: Author(last, fore, fore[0].upper()),
    surnames,
    st.text(string.ascii_letters, min_size=2, max_size=9).filter(
        lambda n: n.lower() not in ("and", "others", "jr", "sr", "ii", "iii", "iv")
    ),
)
articles = st.builds(
    Article,
    id=st.integers(1, 99_999_999).map(lambda n: f"pmid:{n}"),
    title=texts,
    journal=texts,
    year=st.none() | st.integers(1900, 2030),
    volume=short,
    issue=short,
    pages=st.from_regex(r"\A[A-Z]?[1-9][0-9]{0,4}(-[1-9][0-9]{0,4})?\Z"),
    authors=st.lists(people, max_size=5, unique=True).map(tuple),
    doi=st.from_regex(r"\A(10\.[0-9]{4}/[a-z0-9()_;:<%#&-]{1,20}[a-z0-9])?\Z"),
    language=st.sampled_from(["", "eng", "ger", "eng,chi"]),
    publication_types=st.sampled_from(
        [
            (),
            ("Journal Article",),
            ("Review", "Retracted Publication"),
            ("Retraction of Publication",),
        ]
    ),
).map(lambda a: replace(a, status=status_of(a.publication_types, ())))


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=60, deadline=None)
@given(article=articles, quote=texts)
def test_any_article_comes_back(tmp_path_factory, name, article, quote):
    folder = tmp_path_factory.getbasetemp()
    statement = Statement("Said.", (cited(article, 1, quote),))
    check(article, name, folder, statements=(statement,))
