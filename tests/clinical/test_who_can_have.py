"""Sex and pregnancy of a patient against the diseases that only some can have."""

import pytest

from rag.clinical.diseases import Names, listed
from rag.clinical.findings import find_findings
from rag.clinical.people import read_age, read_sex
from rag.clinical.who import OF_ONE_SEX, OF_THE_PREGNANT, read_who
from rag.types import Article


def who(text):
    return read_who(text, find_findings(text), read_age(text), read_sex(text))


def disease(name):
    return Names().of(name)


@pytest.mark.parametrize(
    ("text", "pregnant"),
    [
        ("I am 32 weeks pregnant with a headache.", True),
        ("34 weeks' gestation with swelling", True),
        ("I gave birth last week and have a headache.", True),
        ("I gave birth 12 years ago and have a headache.", None),
        ("I'm not pregnant, I have a headache.", False),
        ("A 40 year old man with a headache.", False),
        ("A 72 year old woman with a headache.", False),
        ("My sister is pregnant. I have a headache.", None),
        ("I have a headache; my sister gave birth last week.", None),
        ("Headache.", None),
    ],
)
def test_who_is_pregnant(text, pregnant):
    assert who(text).pregnant is pregnant


@pytest.mark.parametrize(
    ("text", "name", "can"),
    [
        ("A man with a headache", "preeclampsia", False),
        ("I'm not pregnant, I have a headache.", "preeclampsia", False),
        ("I have a headache.", "preeclampsia", True),
        ("A woman with belly pain", "testicular torsion", False),
        ("A man with belly pain", "ovarian torsion", False),
        ("A man with belly pain", "breast cancer", True),
        ("A woman with belly pain", "appendicitis", True),
    ],
)
def test_who_can_have_a_disease(text, name, can):
    assert who(text).can_have(disease(name)) is can


def test_the_prior_of_those_who_can():
    pregnant, man = who("Pregnant with a headache"), who("A man with a headache")
    assert pregnant.commoner(disease("preeclampsia")) == OF_THE_PREGNANT
    assert pregnant.commoner(disease("migraine")) == 0.0
    assert man.commoner(disease("prostatitis")) == OF_ONE_SEX
    assert who("I have a headache").commoner(disease("preeclampsia")) == 0.0


def test_marks_of_the_list():
    only = {d.name: d.only for d in listed().values()}
    assert set(only.values()) == {"", "p", "f", "m"}
    assert (only["eclampsia"], only["ovarian cancer"], only["prostatitis"]) == ("p", "f", "m")


def test_a_disease_of_pregnancy_is_known_by_its_name():
    names = Names()
    names.learn(
        Article(f"id:{i}", f"What are the symptoms of {name} ?")
        for i, name in enumerate(("Acute fatty liver of pregnancy", "Marfan syndrome"))
    )
    assert names.of("Acute fatty liver of pregnancy").only == "p"
    assert names.of("Marfan syndrome").only == ""
