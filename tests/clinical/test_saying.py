"""Whether a sentence says that a disease has a finding."""

import pytest

from rag.clinical.diseases import Names
from rag.clinical.saying import finding_terms, places_of, read_sentence, says, says_unnamed


def said(sentence, disease, finding):
    names = Names()
    reading = read_sentence(sentence, names)
    found = places_of(finding_terms(finding), reading)
    return says(reading, names.of(disease), found)


@pytest.mark.parametrize(
    ("sentence", "disease", "finding"),
    [
        ("Pneumonia causes a cough.", "pneumonia", "cough"),
        ("Symptoms of flu or pneumonia include a sore throat.", "pneumonia", "sore throat"),
        ("Symptoms of a cold or the flu include a sore throat.", "common cold", "sore throat"),
        ("A cough is common in children with acute pneumonia.", "pneumonia", "cough"),
        ("Some get asthma (including wheezing) and hay fever.", "asthma", "wheezing"),
        ("Influenza causes fever, pneumonia and sepsis.", "influenza", "fever"),
        ("Lupus can lead to pneumonia, which causes a cough.", "pneumonia", "cough"),
    ],
)
def test_plainly_said(sentence, disease, finding):
    assert said(sentence, disease, finding)


@pytest.mark.parametrize(
    ("sentence", "disease", "finding"),
    [
        ("Lupus causes fever and problems with pneumonia.", "pneumonia", "fever"),
        ("It can cause confusion, depression and memory loss.", "depression", "memory loss"),
        ("The stenosis leads to chest pain and heart failure.", "heart failure", "chest pain"),
        ("Influenza causes pneumonia and a cough.", "pneumonia", "cough"),
        ("Lupus can lead to pneumonia, which causes a cough.", "lupus", "cough"),
        ("A cough has many causes.", "pneumonia", "cough"),
        ("A cough in the absence of pneumonia is noted.", "pneumonia", "cough"),
        ("Asthma complications: the first pneumonia symptom is a cough.", "asthma", "cough"),
        ("Pneumonia causes a whooping cough.", "pneumonia", "headache"),
    ],
)
def test_named_beside_it_only(sentence, disease, finding):
    assert not said(sentence, disease, finding)


def test_what_somebody_has_in_an_article_on_something_else():
    names = Names()
    reading = read_sentence("Some have strokes and experience confusion.", names)
    found = places_of(finding_terms("confusion"), reading)
    stroke = names.of("stroke")
    assert says(reading, stroke, found)
    assert not says(reading, stroke, found, foreign=True)


def test_words_of_a_finding_stand_near_each_other():
    names = Names()
    wanted = finding_terms("Chest pain")
    near = read_sentence("There is pain or discomfort in the chest.", names)
    far = read_sentence("Pain in the upper abdomen, the area between chest and hips.", names)
    assert [(s.first, s.last) for s in places_of(wanted, near)] == [(2, 8)]
    assert places_of(wanted, far) == []
    face = read_sentence("Weakness of the face, arm or leg, mostly on one side, is sudden.", names)
    assert len(places_of(finding_terms("weakness of one side of the face"), face)) == 1


def test_words_inside_a_name_are_no_finding():
    reading = read_sentence("Whooping cough brings vomiting.", Names())
    assert places_of(finding_terms("cough"), reading) == []


@pytest.mark.parametrize(
    ("sentence", "is_said"),
    [
        ("Other signs may include vomiting.", True),
        ("Vomiting may occur.", True),
        ("Call a doctor after any vomiting.", False),
        ("Too much salt makes for vomiting.", False),
    ],
)
def test_a_sentence_without_a_name(sentence, is_said):
    reading = read_sentence(sentence, Names())
    assert says_unnamed(reading, places_of(finding_terms("vomiting"), reading)) is is_said
