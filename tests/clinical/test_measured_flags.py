"""Emergencies that the measured values of a record tell, with its words and without."""

import pytest

from rag.answering.redflags import RED_FLAGS
from rag.clinical import find_findings, read_record
from tests.clinical.measured_lines import measured_lines

SICK = "HPI: Rigors, suspected pneumonia, confused.\n\nVITALS\nT 39.2, HR 128, RR 26, BP 84/50\n\n"


def raised(text):
    notices = read_record(text).notices
    return [f.name for f in RED_FLAGS if any(n.startswith(f.notice) for n in notices)]


@pytest.mark.parametrize("line", measured_lines("dev"), ids=lambda line: line.text[:50])
def test_a_line_that_the_rules_were_made_with(line):
    assert line.is_right, line.raised


@pytest.mark.parametrize(
    ("half", "emergencies", "others", "found", "alarms"),
    [("held", 30, 30, 28, 1), ("late", 20, 17, 15, 2)],
)
def test_lines_that_only_count(half, emergencies, others, found, alarms):
    """Which lines are missed is not shown: whoever reads them would mend those."""
    held = measured_lines(half)
    right = [line.is_right for line in held if line.expected]
    quiet = [line.is_right for line in held if not line.expected]
    assert (len(right), len(quiet)) == (emergencies, others)
    assert sum(right) >= found
    assert len(quiet) - sum(quiet) <= alarms


def test_every_measured_emergency_has_a_line():
    named = {n for half in ("dev", "held") for line in measured_lines(half) for n in line.expected}
    assert {f.name for f in RED_FLAGS if any(w.limits for w in f.ways)} <= named


def test_values_and_complaints_of_different_sections_join():
    assert raised(SICK) == ["sepsis", "shock", "early warning score"]


@pytest.mark.parametrize(
    "text",
    [
        SICK.replace("VITALS", "PAST MEDICAL HISTORY"),
        SICK.replace("VITALS", "FAMILY HISTORY"),
        SICK.replace("VITALS", "RETURN PRECAUTIONS"),
    ],
)
def test_values_of_sections_that_tell_nothing_of_now_join_nothing(text):
    assert "shock" not in raised(text)
    assert "early warning score" not in raised(text)


def test_the_last_value_of_now_counts():
    later = "EXAM: T 37.0, HR 80, RR 16, BP 124/76."
    assert raised(f"VITALS: T 39.4, HR 132, RR 30, BP 80/44.\n\n{later}") == []
    assert "early warning score" in raised(f"{later}\n\nVITALS: T 39.4, HR 132, RR 30, BP 80/44.")


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("K 7.1", ["high potassium"]),
        ("K 7.1 yesterday.", ["high potassium"]),  # no other is told
        ("K 7.1 yesterday, K 4.0 today.", []),
        ("K 7.1 last year.", []),
        ("Baseline K 7.1.", []),
        ("K 7.1 -> 4.4", []),
        ("K 4.4 -> 7.1", ["high potassium"]),
        ("K 7.1 on admission, 4.2 after dialysis.", []),
        ("K 7.1 (haemolysed)", []),
        ("Call if K > 6.5. K 4.1.", []),
        ("Discharged home. On admission K 7.1.", []),
    ],
)
def test_when_a_value_counts(text, flags):
    assert raised(f"58M with kidney disease. {text}") == flags


def test_a_value_of_long_ago_is_past():
    found = find_findings("Creatinine 1.9 today, baseline creatinine 0.9, K 5.0 last year.")
    assert [f.time.value for f in found if f.measured] == ["present", "past", "past"]


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        # limits of adults are none of a child's, and a child's own count
        ("3 year old girl. HR 135, RR 36, BP 88/50.", []),
        ("3 year old girl with pneumonia. HR 142.", ["sepsis"]),
        ("3 year old girl with pneumonia. HR 138, RR 38.", []),
        ("Infant with pneumonia. HR 170, RR 66.", []),  # no age, no limit
        ("Newborn, 2 days old. Glucose 2.7 mmol/L, K 6.8.", []),
        ("3 year old girl, SpO2 91%.", []),
        ("3 year old girl, SpO2 89%.", ["low oxygen"]),
    ],
)
def test_children(text, flags):
    assert raised(text) == flags
