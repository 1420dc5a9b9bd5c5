"""Questions from MeSH headings, by hand."""

from __future__ import annotations

from collections import Counter

import pytest

from rag.training.headings import heading_questions, spoken
from rag.training.sources import read_pairs
from rag.types import Article, MeshHeading, MeshQualifier, Section
from tests.support import pubmed_file, pubmed_record

HUMANS = MeshHeading("Humans")


def heading(descriptor, *qualifiers, major=True):
    return MeshHeading(descriptor, qualifiers=tuple(MeshQualifier(q, major) for q in qualifiers))


def article(*mesh):
    return Article(
        id="pmid:1", title="On something.", sections=(Section("", "Some text."),), mesh=mesh
    )


@pytest.mark.parametrize(
    ("descriptor", "said"),
    [
        ("Diabetes Mellitus, Type 2", "type 2 diabetes mellitus"),
        ("Anemia, Sickle Cell", "sickle cell anemia"),
        ("Leukemia, Myeloid, Acute", "acute myeloid leukemia"),
        ("Inappropriate ADH Syndrome", "inappropriate ADH syndrome"),
        ("HIV Infections", "HIV infections"),
        ("COVID-19", "COVID-19"),
        ("Carcinoma, Non-Small-Cell Lung", "non-small-cell lung carcinoma"),
        ("Lymphoma, T-Cell", "T-cell lymphoma"),
    ],
)
def test_a_descriptor_is_said_as_people_say_it(descriptor, said):
    assert spoken(descriptor) == said


def test_a_main_subheading_is_asked_for():
    (asked,) = heading_questions(article(HUMANS, heading("Zygomycosis", "drug therapy")))
    assert "zygomycosis" in asked
    assert any(word in asked.lower() for word in ("treat", "done"))
    (other,) = heading_questions(article(HUMANS, heading("Zygomycosis", "etiology")))
    assert "cause" in other or "get" in other


@pytest.mark.parametrize("subheading", ["surgery", "diagnostic imaging", "psychology"])
def test_organs_and_people_are_no_diseases(subheading):
    for of_none in ("Chin", "Heart Valves", "Nurses"):
        assert heading_questions(article(HUMANS, heading(of_none, subheading))) == []
    for disease in ("Kidney Neoplasms", "Asthma"):  # by its form, by the list
        assert len(heading_questions(article(HUMANS, heading(disease, subheading)))) == 1


def test_the_question_is_one_for_all_articles_on_it():
    one = heading_questions(article(HUMANS, heading("Zygomycosis", "therapy")))
    other = heading_questions(
        article(heading("Zygomycosis", "therapy"), HUMANS, heading("Skin", major=False))
    )
    assert one == other


@pytest.mark.parametrize("other", ["drug therapy", "surgery", "radiotherapy", "diet therapy"])
def test_treatments_of_a_disease_answer_one_question(other):
    one = heading_questions(article(HUMANS, heading("Breast Neoplasms", "therapy")))
    assert heading_questions(article(HUMANS, heading("Breast Neoplasms", other))) == one
    both = heading("Breast Neoplasms", "therapy", other, "etiology")
    assert len(heading_questions(article(HUMANS, both))) == 2


def test_an_everyday_name_stands_for_some_things():
    found = Counter()
    for descriptor in ("Myocardial Infarction", "Breast Neoplasms", "Hypertension"):
        for subheading in ("therapy", "etiology", "diagnosis", "complications", "epidemiology"):
            (asked,) = heading_questions(article(HUMANS, heading(descriptor, subheading)))
            found["medical" if descriptor.lower() in asked else "everyday"] += 1
    assert found["everyday"] > found["medical"] > 0


@pytest.mark.parametrize(
    "mesh",
    [
        (heading("Zygomycosis", "therapy"),),  # not on people
        (HUMANS, heading("Zygomycosis", "therapy", major=False)),
        (HUMANS, heading("Zygomycosis")),
        (HUMANS, heading("Zygomycosis", "metabolism")),
        (HUMANS, heading("Zygomycosis", "therapy", "etiology", "diagnosis")),  # on everything
    ],
)
def test_others_ask_nothing(mesh):
    assert heading_questions(article(*mesh)) == []


def test_literature_gives_them_beside_its_titles(tmp_path):
    mesh = (
        "<MeshHeadingList><MeshHeading><DescriptorName UI='D006801'>Humans</DescriptorName>"
        "</MeshHeading><MeshHeading><DescriptorName UI='D020096'>Zygomycosis</DescriptorName>"
        "<QualifierName UI='Q000188' MajorTopicYN='Y'>drug therapy</QualifierName></MeshHeading>"
        "</MeshHeadingList>"
    )
    text = "Amphotericin cured nine of twelve patients."
    file = pubmed_file(tmp_path / "a.xml", pubmed_record(7, "Twelve cases.", text, extra=mesh))
    title, asked = read_pairs(file)
    assert (title.query, title.source) == ("Twelve cases.", "literature")
    assert (asked.passage, asked.source, asked.article) == (text, "headings", "pmid:7")
    assert "zygomycosis" in asked.query
