"""Scores on hand-worked values, units, and what of a text is a value of now."""

import math

import pytest

from rag.answering.redflags import RED_FLAGS, Measurements, Value, flags_in, red_flags, value_of
from rag.answering.redflags.entry import measured
from rag.answering.redflags.numbers import read_values, without_superseded
from rag.answering.redflags.person import age_in
from rag.answering.redflags.scores import (
    Person,
    news2,
    qsofa,
    sepsis_criteria,
    shock_signs,
    with_scores,
)
from rag.answering.redflags.values import current
from rag.answering.redflags.when import When, is_limit, is_spoilt, when_of

ADULT = Person(age=60)
SET = {"Respiratory rate": 16, "Oxygen saturation": 97, "Systolic": 120, "Heart rate": 70}


def names(text, **beside):
    return [flag.name for flag in flags_in(text, **beside)]


@pytest.mark.parametrize(
    ("rate", "oxygen", "systolic", "pulse", "heat", "person", "points"),
    [
        # 2 + 2 + 2 + 2 + 1, air, alert
        (22, 93, 95, 115, 38.5, ADULT, 9),
        # nothing but the oxygen that is given
        (18, 97, 125, 88, 36.8, Person(age=60, on_oxygen=True), 2),
        # scale 2: 2 + 1 (94 % on oxygen) + 1 + 1 + 0, oxygen 2, confused 3
        (24, 94, 108, 104, 37.2, Person(60, is_altered=True, on_oxygen=True, retains=True), 10),
        # scale 2 on air: 90 % is no reason; 0 + 0 + 0 + 1 + 0
        (18, 90, 130, 92, 36.5, Person(age=60, retains=True), 1),
        # low: 3 + 3 + 3 + 3 + 3
        (8, 91, 90, 40, 35.0, ADULT, 15),
        # high: 3 + 0 + 3 + 3 + 2
        (25, 96, 220, 131, 39.1, ADULT, 11),
        # the steps next to these: 1 + 2 + 2 + 1 + 1
        (9, 92, 91, 41, 35.1, ADULT, 7),
        # 2 + 1 + 0 + 2 + 1
        (24, 94, 219, 130, 39.0, ADULT, 6),
        # 0 + 0 + 1 + 0 + 0
        (12, 96, 110, 51, 36.1, ADULT, 1),
        (20, 96, 111, 90, 38.0, ADULT, 0),
    ],
)
def test_news2(rate, oxygen, systolic, pulse, heat, person, points):
    values = {
        "Respiratory rate": rate, "Oxygen saturation": oxygen, "Systolic": systolic,
        "Heart rate": pulse, "Temperature": heat,
    }  # fmt: skip
    assert sum(news2(values, person)) == points


def test_news2_is_for_adults_with_a_set_of_measurements():
    assert news2(SET, ADULT) == (0, 0, 0, 0, 0, 0)
    assert news2(SET, Person(age=15)) == ()
    assert news2(SET, Person(age=math.nan)) == ()
    assert news2(SET, Person(age=30, is_pregnant=True)) == ()
    assert news2({"Systolic": 80, "Heart rate": 140}, ADULT) == ()


def test_a_stated_score_goes_before_the_sum():
    told = {name: Value(name, number) for name, number in SET.items()}
    assert with_scores(told, ADULT)["NEWS2"].number == 0
    told["NEWS2"] = Value("NEWS2", 6)
    assert with_scores(told, ADULT)["NEWS2"].number == 6


def test_qsofa_sepsis_and_shock():
    low = {"Respiratory rate": 22, "Systolic": 100, "Heart rate": 91}
    assert [qsofa(low, p) for p in (ADULT, Person(60, is_altered=True), Person(9))] == [2, 3, 0]
    assert sepsis_criteria(low, ADULT) == 0
    assert sepsis_criteria({"Respiratory rate": 25, "Systolic": 90, "Heart rate": 131}, ADULT) == 3
    assert shock_signs(low, ADULT) == 0  # 100 is not below 100
    assert shock_signs({**low, "Systolic": 99}, Person(60, is_cold=True)) == 3


@pytest.mark.parametrize(
    ("age", "rate", "pulse", "count"),
    [
        (0.9, 59, 159, 0), (0.9, 60, 160, 2), (2, 50, 149, 1), (4, 40, 140, 2), (5, 28, 129, 0),
        (5, 29, 130, 2), (7, 27, 120, 2), (11, 25, 114, 1),
        (13, 24, 130, 0), (13, 25, 131, 2), (4, 30, 59, 1),
    ],
)  # fmt: skip
def test_sepsis_criteria_of_children(age, rate, pulse, count):
    values = {"Respiratory rate": rate, "Heart rate": pulse}
    assert sepsis_criteria(values, Person(age)) == count


@pytest.mark.parametrize(
    ("name", "number", "unit", "same"),
    [
        ("Temperature", 101.3, "F", 38.5),
        ("Temperature", 101.3, "", 38.5),
        ("Temperature", 38.5, "°C", 38.5),
        ("Glucose", 54, "mg/dL", 3.0),
        ("Glucose", 2.9, "", 2.9),
        ("Glucose", 180, "", 9.99),
        ("Glucose", 25, "", None),  # dangerous in one unit, harmless in none
        ("Glucose", 25, "mmol/L", 25),
        ("Hemoglobin", 6.9, "g/dL", 69),
        ("Hemoglobin", 69, "", 69),
        ("Hemoglobin", 4.3, "mmol/L", 69.27),
        ("Platelets", 9000, "/uL", 9),
        ("Absolute neutrophil count", 400, "", 0.4),
        ("pO2", 55, "mmHg", 7.33),
        ("pCO2", 9.5, "kPa", 9.5),
        ("Calcium", 14.4, "mg/dL", 3.59),
        ("Lactate", 36, "mg/dL", 4.0),
        ("Troponin", 0.4, "ng/mL", 10),
        ("Potassium", 6.5, "kg", None),
        ("Weight", 70, "kg", None),
    ],
)
def test_units(name, number, unit, same):
    value = value_of(name, number, unit)
    assert (round(value.number, 2) if value else None) == same


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("t 39.2, hr 128, rr 26, bp 84/50, spo2 88% ra",
         {"Temperature": 39.2, "Heart rate": 128, "Respiratory rate": 26, "Systolic": 84,
          "Diastolic": 50, "Oxygen saturation": 88}),
        ("my temperature is 103 f and my pulse is about 120",
         {"Temperature": 39.4, "Heart rate": 120}),
        ("blood pressure was 84 over 50", {"Systolic": 84, "Diastolic": 50}),
        ("sbp 80s, hr 120s", {"Systolic": 80, "Heart rate": 120}),
        ("28 breaths per minute, 130 bpm", {"Respiratory rate": 28, "Heart rate": 130}),
        ("lactate 4.1 -> 1.6", {"Lactate": 1.6}),
        ("temp 39,4", {"Temperature": 39.4}),
        ("gcs 13, news2 score 8", {"Glasgow coma scale": 13, "NEWS2": 8}),
        ("urine ketones 3+", {"Ketones in urine": 3}),
        ("urine glucose 1000", {}),
        ("t 12 vertebra, vitamin k 10 mg, p < 0.05, news at 10", {}),
        ("ca 19-9 37, ca 125 40, p38 mapk, ki67 k7 cells, t30, hypoxia (11% oxygen)", {}),
        ("t38.9 hr128 bp84/50",
         {"Temperature": 38.9, "Heart rate": 128, "Systolic": 84, "Diastolic": 50}),
        ("pulse ox 91", {"Oxygen saturation": 91}),
        ("hold if sbp < 90 or hr < 55", {}),
    ],
)  # fmt: skip
def test_values_in_plain_words(text, expected):
    found = {read.value.name: round(read.value.number, 1) for read in read_values(text)}
    assert found == expected


@pytest.mark.parametrize(
    ("text", "word", "when"),
    [
        ("yesterday T 39.5 and HR 120", "HR 120", When.EARLIER),
        ("yesterday T 39.5, today T 37.0", "T 37.0", When.NOW),
        ("K 6.9 last month", "K 6.9", When.LONG_AGO),
        ("Yesterday was bad. T 39.5", "T 39.5", When.NOW),
        ("SpO2 84% on usual oxygen", "SpO2 84%", When.NOW),
        ("baseline SpO2 84%", "SpO2 84%", When.LONG_AGO),
        ("2 weeks ago SpO2 84%, HR 120", "HR 120", When.LONG_AGO),
        ("chemo 2 weeks ago, temp 38.5", "temp 38.5", When.NOW),
        ("pneumonia 2 weeks ago with SpO2 84%", "SpO2 84%", When.LONG_AGO),
        ("son born 5 weeks ago temp 38.6", "temp 38.6", When.NOW),
        ("on arrival BP 84/50, HR 128", "HR 128", When.EARLIER),
    ],
)
def test_when_a_value_was_so(text, word, when):
    at = text.index(word)
    assert when_of(text, at, at + len(word)) is when


def test_limits_and_spoilt_samples_are_no_results():
    text = "call for HR > 130, temp > 38.5, SpO2 < 90%"
    assert is_limit(text, text.index("SpO2"), text.index("90"))
    assert not is_limit("HR 130", 0, 3)
    assert is_spoilt("K 7.1 (haemolysed)", 0, 5)
    assert not is_spoilt("K 7.1. Haemolysed sample last week", 0, 5)


def test_of_several_values_the_last_of_now_counts():
    early, now = Value("Lactate", 4.0, when=When.EARLIER), Value("Lactate", 1.0)
    assert current((now, early))["Lactate"] is now
    assert current((early,))["Lactate"] is early
    assert current((early,), is_over=True) == {}
    assert current((now, Value("Lactate", 2.0)))["Lactate"].number == 2.0
    assert current((Value("Lactate", 4.0, when=When.LONG_AGO),)) == {}
    heat = (Value("Temperature", 38.6, when=When.EARLIER), Value("Temperature", 37.0))
    assert {name: v.number for name, v in current(heat).items()} == {
        "Temperature": 37.0,
        "Highest temperature": 38.6,
    }
    plain = without_superseded("on arrival bp 84/50, now bp 120/70")
    assert ("84/50" in plain, "120/70" in plain) == (False, True)


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("6 weeks old", 6 / 52.18), ("71f from home", 71), ("he is 70 and ill", 70),
        ("three months old", 0.25),
        ("my potassium is 6.8", None), ("t 38, 90 m away", 90), ("spo2 is 88, hr 90", None),
    ],
)  # fmt: skip
def test_age(text, age):
    found = age_in(text)
    assert found == (pytest.approx(age) if age is not None else None)


@pytest.mark.parametrize(
    ("number", "bound", "flags"),
    [
        (6.5, "", ["high potassium"]), (6.4, "", []), (6.5, ">", ["high potassium"]),
        (6.5, "<", []), (2.5, "", []), (2.4, "", ["low potassium"]),
        (2.5, "<", ["low potassium"]), (9.0, "<", []),
    ],
)  # fmt: skip
def test_limits(number, bound, flags):
    beside = Measurements((Value("Potassium", number, bound),))
    assert names("The patient is well.", measured=beside) == flags


def test_a_limit_that_is_none_is_refused():
    with pytest.raises(ValueError, match="Potassium over 6"):
        measured("Potassium over 6")


def test_every_measure_that_is_limited_can_be_read():
    limited = {
        limit.name for f in RED_FLAGS for w in f.ways for group in w.limits for limit in group
    }
    scored = {
        "Highest temperature",
        "NEWS2",
        "NEWS2 single",
        "qSOFA",
        "Sepsis criteria",
        "Shock signs",
        "Low oxygen",
    }
    sizes = (7.0, 40.0, 100.0)
    unread = {n for n in limited - scored if all(value_of(n, size) is None for size in sizes)}
    assert unread == set()


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("My temperature is 39.5, I'm shivering, breathing fast and confused.", ["sepsis"]),
        ("My oxygen is 86%.", ["low oxygen"]),
        ("I have no fever but my heart rate is 190 and I nearly fainted.", ["dangerous heartbeat"]),
        ("No cough, potassium 7.0.", ["high potassium"]),
        ("Does a potassium of 7.0 cause arrhythmia?", []),
        ("Last year my potassium was 7.0.", []),
        ("My father had a potassium of 7.0 and died.", []),
        ("If his potassium goes above 6.5, what then?", []),
    ],
)
def test_questions(text, flags):
    assert names(text) == flags


def test_a_denial_ends_at_a_measured_value():
    assert any("shock" in notice for notice in red_flags("no fever, BP 82/40, confused"))
    assert red_flags("no fever, BP 122/80, no confusion") == ()
