"""Each limit of measured emergencies: met at it or just beyond, and not just before."""

import pytest

from rag.answering.redflags import RED_FLAGS, Measurements, Value, flags_in

ILL = "The patient has pneumonia."
WELL = "The patient is here."
CHEST = "The patient has chest pain."
CONFUSED = "The patient is confused."
BLEEDS = "The patient has a nosebleed."
DIABETIC = "The patient has diabetes."
PREGNANT = "The patient is 34 weeks pregnant."
BORN = "The patient gave birth last week."
CHEMO = "The patient has chemotherapy."
COPD = "The patient has COPD."

# flag, words, other values, measure, number that raises it, number that does not
LIMITS = [
    ("sepsis", ILL, {}, "Respiratory rate", 25, 24),
    ("sepsis", ILL, {}, "Heart rate", 131, 130),
    ("sepsis", ILL, {}, "Systolic", 90, 91),
    ("sepsis", ILL, {}, "Lactate", 2.1, 2.0),
    ("sepsis", ILL, {"Respiratory rate": 22}, "Systolic", 100, 101),
    ("sepsis", ILL, {"Systolic": 100}, "Respiratory rate", 22, 21),
    ("sepsis", ILL, {}, "NEWS2", 5, 4),
    ("sepsis", WELL, {"Heart rate": 131}, "Temperature", 38.0, 37.9),
    ("sepsis", WELL, {"Heart rate": 131}, "Temperature", 35.9, 36.0),
    ("sepsis", WELL, {"Temperature": 38.0}, "Lactate", 2.1, 2.0),
    ("sepsis", BORN, {"Heart rate": 91}, "Temperature", 38.1, 38.0),
    ("sepsis", BORN, {"Temperature": 38.1}, "Heart rate", 91, 90),
    ("sepsis", BORN, {"Temperature": 38.1}, "Respiratory rate", 21, 20),
    ("neutropenic fever", CHEMO, {}, "Temperature", 38.0, 37.9),
    ("neutropenic fever", WELL, {"Temperature": 38.0}, "Absolute neutrophil count", 0.5, 0.6),
    ("neutropenic fever", ILL, {}, "Absolute neutrophil count", 0.5, 0.6),
    ("heart attack", CHEST, {}, "Troponin", 1.1, 1.0),
    ("ketoacidosis", DIABETIC, {}, "Ketones", 3.0, 2.9),
    ("ketoacidosis", WELL, {"Glucose": 11.1}, "Ketones", 3.0, 2.9),
    ("ketoacidosis", WELL, {"Ketones": 3.0}, "Glucose", 11.1, 11.0),
    ("ketoacidosis", DIABETIC, {"pH": 7.29}, "Glucose", 11.1, 11.0),
    ("ketoacidosis", DIABETIC, {"Glucose": 12}, "pH", 7.29, 7.3),
    ("ketoacidosis", DIABETIC, {"Glucose": 12}, "Bicarbonate", 14.9, 15),
    ("ketoacidosis", DIABETIC, {"pH": 7.29}, "Ketones in urine", 2, 1),
    ("pre-eclampsia", f"{PREGNANT} She has a headache.", {}, "Systolic", 140, 139),
    ("pre-eclampsia", f"{PREGNANT} She has a headache.", {}, "Diastolic", 90, 89),
    ("pre-eclampsia", PREGNANT, {}, "Systolic", 160, 159),
    ("pre-eclampsia", PREGNANT, {}, "Diastolic", 110, 109),
    ("pre-eclampsia", BORN, {}, "Systolic", 160, 159),
    ("shock", WELL, {"Heart rate": 91, "Respiratory rate": 21}, "Systolic", 99, 100),
    ("shock", WELL, {"Heart rate": 91}, "Systolic", 89, 90),
    ("shock", WELL, {"Systolic": 89}, "Heart rate", 91, 90),
    ("shock", WELL, {"Systolic": 89}, "Respiratory rate", 21, 20),
    ("shock", WELL, {"Systolic": 89}, "Capillary refill", 3, 2),
    ("shock", BLEEDS, {}, "Systolic", 89, 90),
    ("low oxygen", WELL, {}, "Oxygen saturation", 91, 92),
    ("low oxygen", COPD, {}, "Oxygen saturation", 87, 88),
    ("low oxygen", WELL, {}, "pO2", 7.9, 8.0),
    ("low oxygen", WELL, {"pCO2": 6.6}, "pH", 7.34, 7.35),
    ("low oxygen", WELL, {"pH": 7.34}, "pCO2", 6.6, 6.5),
    ("early warning score", WELL, {}, "NEWS2", 5, 4),
    ("early warning score", WELL, {"Heart rate": 80, "Systolic": 120}, "Respiratory rate", 25, 24),
    ("dangerous heartbeat", CHEST, {}, "Heart rate", 150, 149),
    ("dangerous heartbeat", CHEST, {}, "Heart rate", 39, 40),
    ("low blood sugar", WELL, {}, "Glucose", 2.9, 3.0),
    ("very high blood sugar", WELL, {}, "Glucose", 30, 29.9),
    ("high potassium", WELL, {}, "Potassium", 6.5, 6.4),
    ("high potassium", "The patient has peaked T waves.", {}, "Potassium", 6.0, 5.9),
    ("low potassium", WELL, {}, "Potassium", 2.4, 2.5),
    ("low sodium", CONFUSED, {}, "Sodium", 124, 125),
    ("high calcium", WELL, {}, "Calcium", 3.51, 3.5),
    ("high calcium", CONFUSED, {}, "Calcium", 3.01, 3.0),
    ("hypertensive emergency", CHEST, {}, "Systolic", 180, 179),
    ("hypertensive emergency", CHEST, {}, "Diastolic", 120, 119),
    ("hypothermia", WELL, {}, "Temperature", 34.9, 35.0),
    ("severe anaemia", WELL, {}, "Hemoglobin", 69, 70),
    ("severe anaemia", CHEST, {}, "Hemoglobin", 79, 80),
    ("low platelets", WELL, {}, "Platelets", 9, 10),
    ("low platelets", BLEEDS, {}, "Platelets", 29, 30),
    ("high INR", WELL, {}, "INR", 8.1, 8.0),
    ("high INR", BLEEDS, {}, "INR", 5.1, 5.0),
    ("lithium poisoning", WELL, {}, "Lithium level", 2.1, 2.0),
    ("lithium poisoning", "The patient has ataxia.", {}, "Lithium level", 1.6, 1.5),
]


def raised(text, values, age=50.0):
    told = tuple(Value(name, number) for name, number in values.items())
    return {flag.name for flag in flags_in(text, measured=Measurements(told, age))}


@pytest.mark.parametrize(("flag", "words", "beside", "name", "met", "unmet"), LIMITS)
def test_a_limit(flag, words, beside, name, met, unmet):
    assert flag in raised(words, {**beside, name: met})
    assert flag not in raised(words, {**beside, name: unmet})


@pytest.mark.parametrize(
    ("age", "flags"), [(0.24, {"fever in a young infant"}), (0.26, set()), (30.0, set())]
)
def test_the_age_of_an_infant(age, flags):
    assert raised(WELL, {"Temperature": 38.0}, age) == flags
    assert raised(WELL, {"Temperature": 37.9}, age) == set()


@pytest.mark.parametrize(
    ("values", "adult", "child"),
    [
        ({"Heart rate": 131, "Respiratory rate": 25, "Systolic": 88}, True, False),
        ({"Potassium": 6.8}, True, False),
        ({"Hemoglobin": 65}, True, False),
        ({"Glucose": 2.5}, True, True),
        ({"Oxygen saturation": 91}, True, False),
        ({"Oxygen saturation": 89}, True, True),
    ],
)
def test_limits_of_adults_are_none_of_a_child_of_eight(values, adult, child):
    assert bool(raised(WELL, values)) is adult
    assert bool(raised(WELL, values, 8.0)) is child


def test_every_measured_emergency_has_a_limit_here():
    named = {flag for flag, *_ in LIMITS} | {"fever in a young infant"}
    assert named == {f.name for f in RED_FLAGS if any(way.limits for way in f.ways)}
