"""What of a description is searched for: the patient's findings of now, in their words."""

import pytest

from rag.clinical.case import Case, with_fever
from rag.clinical.findings import find_findings
from rag.clinical.things import of_things
from rag.clinical.who import Who


def case(text, *, whole=True):
    return Case(text, of_things(text, find_findings(text)), Who(), whole)


@pytest.mark.parametrize(
    ("text", "searched"),
    [
        ("No fever, had pneumonia as a child, my father has gout, I have a cough.",
         "I have a cough"),
        ("I had a rash two years ago, now my knee hurts.", "now my knee hurts"),
        ("My mother has diabetes. My knee hurts and I get a rash.",
         "My knee hurts and I get a rash"),
        ("My throat burns when swallowing without fever", "My throat burns when swallowing"),
        ("I had pneumonia as a child and now have a cough", "and now have a cough"),
        ("Fever, cough and muscle pain.", "Fever, cough and muscle pain."),
        ("No fever, no cough.", ""),
    ],
)  # fmt: skip
def test_what_is_not_so_is_not_searched_for(text, searched):
    assert case(text).query == searched


def test_a_record_is_searched_by_the_names_of_its_findings():
    text = "Cough and vomiting. Denies headache. Father has gout."
    assert case(text, whole=False).query == "Cough; Vomiting"
    assert case(text, whole=False).query_without("Cough") == "Vomiting"


def test_a_finding_is_left_out_wherever_it_is_named():
    text = "Cough at night and vomiting after the cough, no fever."
    assert case(text).query_without("Cough") == "at night and vomiting after the"
    assert [f.name for f in case(text).without("Cough").present] == ["Vomiting"]


@pytest.mark.parametrize(
    ("text", "present"),
    [
        ("My laptop has a cough and feels hot.", []),
        ("My dog is vomiting.", []),
        ("The stock market fell and the bank feels pain.", []),
        ("My dog has ticks and I have a rash.", ["Rash"]),
        ("I fell off my bike, my wrist hurts.", ["Fall", "Wrist pain"]),
        ("I ate fish and was vomiting.", ["Vomiting"]),
    ],
)
def test_things_and_animals_are_no_patients(text, present):
    assert [f.name for f in case(text).present] == present


def test_a_raised_temperature_is_a_fever():
    text = "A baby of 6 weeks with a temperature of 38.5 and a cough."
    told = Case(text, with_fever(find_findings(text)), Who())
    assert {f.name: f.text for f in told.present} == {
        "Fever": "temperature of 38.5",
        "Cough": "cough",
    }
    assert told.query.endswith("; Fever")
    assert "38.5" not in told.query_without("Fever")
    assert told.query_without("Fever").count("Fever") == 0


@pytest.mark.parametrize(
    "text", ["Cough, temperature 36.9.", "Cough. Last week her temperature was 39 on Monday."]
)
def test_a_temperature_that_is_not_raised_now_is_none(text):
    found = with_fever(find_findings(text))
    assert [f.name for f in Case(text, found, Who()).present if f.name == "Fever"] == []


def test_a_fever_that_is_named_is_not_named_again():
    text = "Fever of 39.5 C and cough"
    assert Case(text, with_fever(find_findings(text)), Who()).query == text
