"""The emergencies of a record: what is present and the patient's, section by section."""

import pytest

from rag.clinical import read_record


def notices(text):
    return " ".join(read_record(text).notices)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("HPI: 58M w/ CP radiating to L arm, diaphoretic.", "heart attack"),
        ("CC: weakness\nHPI: Woke with R hemiparesis and aphasia.", "stroke"),
        ("HPI: Coffee-ground emesis x2, melena.", "bleeding inside"),
        ("PSYCH: SI with plan.", "suicide"),
        ("HPI: Unwell since Monday. Was found unresponsive at home.", "cannot be woken"),
        # the drug stands in a section that raises nothing by itself
        ("HPI: Fell, hit her head.\n\nMEDICATIONS: apixaban 5 mg BID", "head injury"),
        ("HPI: T 38.6 and chills.\n\nPAST MEDICAL HISTORY: AML, on chemotherapy", "chemotherapy"),
        ("HPI: G2P1 at 30 weeks.\n\nEXAM: Vaginal bleeding.", "pregnancy"),
        # lines of a list without full stops are apart
        ("HPI:\n- no fever\n- chest pain with sweating\n- no cough", "heart attack"),
    ],
)
def test_an_emergency_is_told_first(text, word):
    assert word in notices(text)


@pytest.mark.parametrize(
    "text",
    [
        "HPI: Denies CP, SOB, diaphoresis. No melena.",
        "PAST MEDICAL HISTORY: STEMI 2012, CVA 2015, DKA",
        "FAMILY HISTORY: Father with stroke and aphasia. Mother had seizures.",
        "DISCHARGE INSTRUCTIONS: Call 911 for chest pain with sweating or facial droop.",
        "HPI: Cough.\n\nPLAN: Return if chest pain with shortness of breath.",
        "HPI: Fell, hit her head, well since.\n\nALLERGIES: warfarin\n\nHx: no anticoagulants",
        # signs of two sections are none together
        "HPI: Fever.\n\nSKIN: Small wound, no infection.",
        "HPI: His wife had a stroke with aphasia and hemiparesis.",
        "",
    ],
)
def test_nothing_is_raised(text):
    assert notices(text) == ""


def test_order_is_the_table_s_and_each_notice_stands_once():
    text = (
        "HPI: T 39.5, confused, BP 70/40.\n\nEXAM: Crushing chest pain, clammy. T 39.5, confused."
    )
    found = read_record(text).notices
    assert ["heart attack" in found[0], "sepsis" in found[1]] == [True, True]
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    "text",
    [
        "HPI: Well.\nPatient Instructions: Stroke signs: face droop, slurred speech: call 911!",
        "HPI: Well.\n\nRETURN PRECAUTIONS\nChest pain with sweating.",
        "Educated on signs of bleeding: black stools, vomiting blood.",
        "ROS: Negative for chest pain, sweating, facial asymmetry, seizures and suicidal ideas.",
        "Anticoagulation clinic: warfarin for AF. No falls, no head injury.",
        "Prenatal visit 28w2d: +FM, no VB, no HA/visual changes/RUQ pain. BP 110/68.",
    ],
)
def test_visits_of_the_well_raise_nothing(text):
    assert notices(text) == ""


def test_who_calls_is_not_who_is_ill():
    read = read_record("Mom calling re 8 wk old with fever to 38.6, vomiting.")
    assert {f.experiencer.value for f in read.findings} == {"patient"}
    assert "under 3 months" in read.notices[0]
