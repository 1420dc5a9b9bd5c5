"""Which sentences are said to link a disease with a finding, a test, an age or a sex."""

from dataclasses import replace

import pytest

from rag.clinical.diseases import Names, listed
from rag.clinical.findings import find_findings
from rag.clinical.links import Sentences, Split
from rag.types import Article, Hit, Passage, Section, StageScores

ROWS = (
    ("What are the symptoms of Lung Cancer ?",
     "Common signs of lung cancer include a cough that gets worse and problems with pneumonia. "
     "A chest x ray is used to diagnose lung cancer and may show pneumonia."),
    ("Respiratory complaints in general practice", "A cough is common in pneumonia."),
    ("What are the symptoms of Pneumonia ?",
     "Pneumonia rarely causes a cough in the first hours. "
     "A barking noise at night is typical of pneumonia. "
     "Patients with pneumonia have a cough with phlegm. "
     "Pneumonia is diagnosed by a chest x ray. "
     "Older women and men with pneumonia may be confused. "
     "Pneumonia is more common in boys."),
    ("What are the tests of Pneumonia ?",
     "The test can easily be adapted to diagnose pneumonia with other primers. "
     "We developed an antibody test to detect pneumonia."),
    ("What are the treatments for Pneumonia ?",
     "Acetaminophen relieves the fever of the first days. Every fever should be checked. "
     "The first sign is a cough."),
    ("Pneumonia and stroke in nursing homes", "Symptoms include a severe headache."),
    ("What are the symptoms of Pneumonia ?", "Vomiting troubles many patients at night."),
    ("What to do for Pneumonia ?", "Vomiting troubles many patients at night."),
    ("What are the symptoms of Pneumonia ?",
     "Pneumonia may come with chills in the absence of a fever. "
     "Pneumonia causes cough without any headache."),
)  # fmt: skip


def sentences(*rows: int) -> Sentences:
    hits = []
    for n in rows:
        title, text = ROWS[n]
        article = Article(f"id:{n}", title, sections=(Section(text),))
        passage = Passage(n, article.id, "", text, len(title) + 1, len(title) + 1 + len(text))
        hits.append(Hit(passage, article, 1.0, n + 1, StageScores()))
    names = Names()
    names.learn(h.article for h in hits)
    return Sentences(listed()[("pneumonia",)], hits, Split(names))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ((0, 1, 2), "Patients with pneumonia have a cough with phlegm."),
        ((0, 1), "A cough is common in pneumonia."),
    ],
)  # fmt: skip
def test_an_article_about_the_disease_goes_before_one_about_another(rows, said):
    place = sentences(*rows).linking(find_findings("cough")[0])
    assert place is not None
    assert place.text == said


def test_the_finding_of_another_disease_is_no_link():
    assert sentences(0).linking(find_findings("cough")[0]) is None


def test_how_a_finding_is_relieved_is_no_link():
    assert sentences(4).linking(find_findings("fever")[0]) is None
    place = sentences(4).linking(find_findings("cough")[0])
    assert place is not None
    assert place.text == "The first sign is a cough."


def test_what_an_article_on_symptoms_lists_is_a_link():
    finding = find_findings("vomiting")[0]
    assert sentences(6).linking(finding).text == "Vomiting troubles many patients at night."
    assert sentences(7).linking(finding) is None


@pytest.mark.parametrize(
    ("words", "is_linked"),
    [("fever", False), ("headache", False), ("chills", True), ("cough", True)],
)
def test_what_a_disease_is_said_to_come_without_is_no_link(words, is_linked):
    assert (sentences(8).linking(find_findings(words)[0]) is not None) is is_linked


def test_an_article_on_two_diseases_must_name_the_one():
    assert sentences(5).linking(find_findings("headache")[0]) is None


def test_the_own_words_of_a_finding_go_before_synonyms():
    finding = replace(find_findings("cough")[0], synonyms=("barking",))
    place = sentences(2).linking(finding)
    assert place is not None
    assert place.text == "Patients with pneumonia have a cough with phlegm."


def test_how_another_disease_is_found_is_no_test_for_this_one():
    told = [p.text for p in sentences(0, 2).testing()]
    assert told == ["Pneumonia is diagnosed by a chest x ray."]


def test_how_a_test_is_made_is_nothing_to_ask_for():
    assert sentences(3).testing() == []


@pytest.mark.parametrize(
    ("age", "sex", "said"),
    [
        (3, "male", ["Pneumonia is more common in boys."]),
        (40, "female", []),
        (70, "male", ["Older women and men with pneumonia may be confused."]),
    ],
)
def test_words_on_other_ages_do_not_fit(age, sex, said):
    assert [p.text for p in sentences(2).fitting(age, sex)] == said
