"""What of a description is searched for: the patient's findings of now, in their words."""

import pytest

from rag.clinical.case import Case
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
