"""Claims that share a quote's words and say something else are not supported."""

import pytest

from rag.answering.rules import assess
from rag.claims.guards import same_order
from rag.claims.numbers import Number, numbers

WRONG = [
    (
        "Mortality was 10% with aspirin and 20% with placebo.",
        "Mortality was 20% with aspirin and 10% with placebo.",
    ),
    (
        "Mortality was 10% with aspirin and 20% with placebo.",
        "Mortality was 10% with placebo and 20% with aspirin.",
    ),
    ("Aspirin reduces stroke in patients.", "Aspirin may reduce stroke in patients."),
    ("Aspirin reduces stroke in patients.", "Aspirin reduces stroke in rats."),
    ("The temperature fell to 5 °C in winter.", "The temperature fell to -5 °C in winter."),
    (
        "Warfarin is safe in pregnancy.",
        "Whether warfarin is safe in pregnancy is unknown.",
    ),
    ("Patients received 50 mg daily.", "Patients received 50 mg/kg daily."),
    ("Patients received 50 mg daily.", "Patients received 50 mg per kg daily."),
    ("Azithromycin causes hepatitis.", "Hepatitis causes azithromycin clearance changes."),
]
RIGHT = [
    (
        "Mortality was 10% with aspirin and 20% with placebo.",
        "After one year mortality was 10% with aspirin and 20% with placebo.",
    ),
    ("Aspirin may reduce stroke.", "Aspirin may reduce stroke in patients."),
    ("Aspirin reduced stroke in rats.", "Aspirin reduced stroke in rats with hypertension."),
    ("Patients received 50 mg/kg daily.", "Patients received 50 mg per kg daily."),
    ("Azithromycin causes hepatitis.", "Azithromycin causes hepatitis in adults."),
    ("Fever is a symptom of influenza.", "Fever is a common symptom of influenza."),
]


@pytest.mark.parametrize(("claim", "quote"), WRONG)
def test_another_meaning_in_the_same_words(claim, quote):
    assert assess(claim, quote).verdict != "supports"


@pytest.mark.parametrize(("claim", "quote"), RIGHT)
def test_the_same_meaning(claim, quote):
    assessment = assess(claim, quote)
    assert assessment.verdict == "supports", assessment.reason


def test_order_by_hand():
    # stems a b c against c a b: the longest common subsequence is a b, two of three
    assert same_order("lung heart liver", "liver lung heart") == pytest.approx(2 / 3)
    assert same_order("lung heart", "lung and heart") == 1.0
    assert same_order("lung", "heart") == 1.0


def test_signs_and_compound_units():
    assert numbers("-5 °C") == [Number("-5", "°c")]
    assert numbers("50 mg/kg/day") == [Number("50", "mg/kg/day")]
    assert numbers("50 mg per kg") == [Number("50", "mg/kg")]
    assert numbers("7 mmol/l") == [Number("7", "mmol/l")]
    assert numbers("10-20 mg") == [Number("10", "mg"), Number("20", "mg")]
