from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.corpus import europepmc
from rag.corpus.europepmc import abstract_sections, plain_text
from rag.types import Article, Author, MeshHeading, MeshQualifier, Reject, Relation
from tests.corpus.readers import check_sound, mutated, mutations, records, slowly

CORE = {
    "id": "900001",
    "source": "MED",
    "pmid": "900001",
    "pmcid": "PMC77",
    "doi": "10.1234/ABC.5",
    "title": "Uptake of CO<sub>2</sub> &amp; light.",
    "authorString": "Roe JQ, The Group.",
    "authorList": {
        "author": [
            {"fullName": "Roe JQ", "firstName": "Jane Q", "lastName": "Roe", "initials": "JQ"},
            {"collectiveName": "The Group"},
        ]
    },
    "journalInfo": {
        "issue": "4",
        "volume": "12",
        "dateOfPublication": "2021 Jun",
        "yearOfPublication": 2021,
        "journal": {"title": "Journal of Invented Results", "medlineAbbreviation": "J Inv Res"},
    },
    "pubYear": "2021",
    "pageInfo": "5-9",
    "abstractText": "Before. <h4>Background</h4>p &lt; 0.05 in <i>Leaf</i>.<h4>Aims: </h4>See.",
    "language": "eng",
    "pubTypeList": {"pubType": ["research-article", "Journal Article", "Review"]},
    "meshHeadingList": {
        "meshHeading": [
            {
                "majorTopic_YN": "N",
                "descriptorName": "Leaves",
                "meshQualifierList": {
                    "meshQualifier": [{"qualifierName": "growth", "majorTopic_YN": "Y"}]
                },
            }
        ]
    },
    "keywordList": {"keyword": ["air", "leaf", "air"]},
    "commentCorrectionList": {
        "commentCorrection": [
            {"id": "900002", "source": "MED", "reference": "J. 2022", "type": "Erratum in"},
            {"id": "900003", "source": "MED", "type": "Retraction in"},
            {"id": "PPR5", "source": "PPR", "type": "Preprint in"},
            {"id": "900004", "source": "MED", "type": "Cites"},
        ]
    },
    "license": "cc by",
    "dateOfRevision": "2022-03-09",
}

LITE = {
    "id": "PPR9",
    "source": "PPR",
    "doi": "10.1101/2020.01.01",
    "title": "An early text",
    "authorString": "Roe J, Poe A.",
    "pubYear": "2020",
    "pubType": "preprint; review",
    "firstPublicationDate": "2020-01-02",
}


def answer(*results):
    return {"version": "6", "hitCount": len(results), "resultList": {"result": list(results)}}


def small(n):
    return {"id": str(n), "source": "MED", "title": f"Title {n}", "pubYear": "2020"}


def one(write, result):
    (a,) = check_sound(europepmc, write("e.json", json.dumps(answer(result))))
    return a


def test_every_field_of_a_core_result(write):
    a = one(write, CORE)
    assert isinstance(a, Article)
    assert (a.id, a.doi, a.pmcid) == ("pmid:900001", "10.1234/ABC.5", "PMC77")
    assert a.title == "Uptake of CO2 & light."
    assert [(s.label, s.text) for s in a.sections] == [
        ("", "Before."),
        ("Background", "p < 0.05 in Leaf."),
        ("Aims", "See."),
    ]
    assert (a.journal, a.journal_abbreviation) == ("Journal of Invented Results", "J Inv Res")
    assert (a.year, a.publication_date, a.revised) == (2021, "2021 Jun", "2022-03-09")
    assert (a.volume, a.issue, a.pages, a.language) == ("12", "4", "5-9", "eng")
    assert a.authors == (Author("Roe", "Jane Q", "JQ"), Author(collective="The Group"))
    assert a.publication_types == ("Journal Article", "Review")
    assert a.mesh == (MeshHeading("Leaves", "", False, (MeshQualifier("growth", True),)),)
    assert (a.keywords, a.copyright) == (("air", "leaf"), "cc by")
    assert a.relations == (
        Relation("ErratumIn", "pmid:900002", "J. 2022"),
        Relation("RetractionIn", "pmid:900003"),
        Relation("UpdateOf", "", "PPR5"),
    )
    assert a.status == "retracted"


def test_a_lite_result_and_a_preprint(write):
    a = one(write, LITE)
    assert (a.id, a.year, a.publication_date) == ("doi:10.1101/2020.01.01", 2020, "2020-01-02")
    assert a.authors == (Author("Roe", "", "J"), Author("Poe", "", "A"))
    assert [t.casefold() for t in a.publication_types] == ["preprint", "review"]
    assert one(write, LITE | {"doi": None}).id == "id:PPR9"
    core = LITE | {
        "pubTypeList": {"pubType": ["Preprint"]},
        "commentCorrectionList": {
            "commentCorrection": [{"id": "5", "source": "MED", "type": "Preprint of"}]
        },
    }
    a = one(write, core)
    assert (a.publication_types, a.relations) == (("Preprint",), (Relation("UpdateIn", "pmid:5"),))


def test_lines_lists_and_pages(write):
    for text in (
        json.dumps(small(1)) + "\n" + json.dumps(small(2)) + "\n",
        json.dumps([small(1), small(2)]),
        json.dumps(answer(small(1))) + "\n" + json.dumps(answer(small(2))) + "\n",
        json.dumps(answer(small(1), small(2)), indent=2),
    ):
        found = check_sound(europepmc, write("l.json", text))
        assert [r.id for r in found] == ["pmid:1", "pmid:2"]
    assert records(europepmc, write("none.json", json.dumps(answer()))) == []


@pytest.mark.parametrize(
    ("markup", "sections"),
    [
        ("", []),
        ("Plain.", [("", "Plain.")]),
        ("<h4>A</h4><h4>B</h4>text", [("", "A"), ("B", "text")]),
        ("<h4>Only</h4>", [("", "Only")]),
        ("<H4 class='x'>A <i>b</i></H4>text", [("A b", "text")]),
        ("<p>One.</p><p>Two.</p>", [("", "One. Two.")]),
        ("<h4>Open", [("", "Open")]),
        ("a <b and c> d, p<0.05, x < y", [("", "a <b and c> d, p<0.05, x < y")]),
        ("H<sub>2</sub>O &#x3b1; &amp;lt;", [("", "H2O α &lt;")]),
    ],
)
def test_abstracts(markup, sections):
    assert [(s.label, s.text) for s in abstract_sections(markup)] == sections


@settings(max_examples=200)
@given(st.text(alphabet="ab <>&;/h4pi\n", max_size=80))
def test_abstracts_of_any_kind(markup):
    for section in abstract_sections(markup):
        assert section.text
    assert "\n" not in plain_text(markup)


@given(st.lists(st.tuples(st.text("abc .", min_size=1), st.text("xyz .", min_size=1)), max_size=5))
def test_no_word_of_an_abstract_is_lost(parts):
    markup = "".join(f"<h4>{label}</h4><p>{words}</p>" for label, words in parts)
    said = "".join(s.label + s.text for s in abstract_sections(markup))
    assert said.replace(" ", "") == "".join(a + b for a, b in parts).replace(" ", "")


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ('{"id": "1"}', "neither title nor text"),
        ('{"title": 5, "abstractText": []}', "neither title nor text"),
        ('{"title": nil}', "not JSON"),
        ("[1]", "not a JSON object"),
        ('{"title":' + "[" * 100_000 + "]" * 100_000 + "}", "nested too deep"),
    ],
)
def test_a_bad_result_is_a_reject_and_reading_goes_on(write, bad, reason):
    rows = [json.dumps(small(1)), bad, json.dumps(small(2))]
    text = '{"resultList": {"result": [' + ", ".join(rows) + "]}}"
    first, reject, second = check_sound(europepmc, write("b.json", text))
    assert (first.id, second.id) == ("pmid:1", "pmid:2")
    assert isinstance(reject, Reject)
    assert reason in reject.reason


def test_fields_of_the_wrong_kind_are_absent(write):
    for key in CORE:
        if key in ("title", "abstractText"):
            continue
        for value in (None, 5, "x", [], {}, [None], {"author": 3}):
            assert isinstance(one(write, CORE | {key: value}), Article)


@settings(
    max_examples=120, deadline=5000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    changes=mutations([b"{", b"}", b'"', b"[", b"]", b"null", b"<h4>", b"\\ud800", b"\n", b"\0"])
)
def test_mutated_bytes_never_raise(write, changes):
    data = json.dumps(answer(small(1), CORE, LITE)).encode()
    check_sound(europepmc, write("m", mutated(data, changes)))


@pytest.mark.parametrize("size", [1, 13, 900])
def test_records_are_the_same_whatever_the_chunks(write, size):
    path = write("c.json", json.dumps(answer(CORE, LITE), indent=1))
    assert slowly(europepmc, path, size) == records(europepmc, path)


def test_sniff():
    assert europepmc.sniff(json.dumps(answer(CORE)).encode())
    assert europepmc.sniff(json.dumps(LITE).encode())
    for other in (b"", b"{}", b'{"_id": "1", "title": "t", "text": "x"}', b"<resultList>"):
        assert not europepmc.sniff(other)
