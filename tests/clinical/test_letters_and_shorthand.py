"""What notes of several kinds misled the reader with."""

import pytest

from rag.clinical import find_findings, read_record
from rag.clinical.sections import parts_of
from rag.commands.record_output import _said
from rag.types.clinical import Finding, FindingKind, Measured

LETTER = """Dear Dr Patel,

Re: Mrs Joan Smith, 58

Six months of right upper quadrant pain.

PMH: hypothyroidism, depression.
DH: levothyroxine 100 mcg od.

O/E: BP 142/88, mild RUQ tenderness, Murphy's negative.

Bloods: Hb 109, bilirubin 14.

I wonder about biliary colic.
"""


def test_a_letter_s_past_ends_with_its_paragraph():
    read = read_record(LETTER)
    times = {f.name: f.time.value for f in read.findings}
    assert (times["Hypothyroidism"], times["Hemoglobin"], times["Blood pressure"]) == (
        "past",
        "present",
        "present",
    )
    assert times["levothyroxine"] == "present"
    assert read.age == 58
    headings = [section.heading for section in read.sections]
    assert [h for h in headings if h] == ["PMH", "DH", "O/E", "Bloods"]


def test_a_denial_behind_a_comma_is_of_another_thing():
    found = {f.name: f.negated for f in find_findings("Mild RUQ tenderness, Murphy's negative.")}
    assert found["Right upper quadrant tenderness"] is False
    assert all(f.negated for f in find_findings("Fever, chills: negative."))
    (stridor,) = find_findings("Stridor when upset, none at rest.")
    assert not stridor.negated


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Norepinephrine off. HD 4.", []),
        ("HD on Mondays", ["Hemodialysis"]),
        ("NSCLC, PD-L1 60%", ["Lung cancer"]),
        ("PD on levodopa", ["Parkinson's disease"]),
        ("Amelia and Alexia came.", []),
        ("John Graves came.", []),
        ("Known Graves disease.", ["Graves' disease"]),
    ],
)
def test_markers_and_days(text, found):
    kinds = (FindingKind.DIAGNOSIS, FindingKind.PROCEDURE)
    assert [f.name for f in find_findings(text) if f.kind in kinds] == found


@pytest.mark.parametrize(
    ("text", "name", "value", "abnormal"),
    [
        ("Lactate 5.8 -> 3.1 -> 1.7", "Lactate", 1.7, "normal"),
        ("Potassium 2.2 on admission, 3.9 after replacement", "Potassium", 3.9, "normal"),
        ("Troponin 0.05 flat x3", "Troponin", 0.05, "high"),
        ("Ca 1.88", "Calcium", 1.88, "low"),
        ("BGL 14.8", "Glucose", 14.8, "high"),
        ("GCS 13", "Glasgow coma scale", 13, "low"),
        ("bilirubin 14", "Bilirubin", 14, ""),  # much in one unit, normal in the other
        ("bilirubin 14 mg/dL", "Bilirubin", 14, "high"),
        ("bilirubin 14.2", "Bilirubin", 14.2, "high"),
        ("bilirubin 2.4", "Bilirubin", 2.4, "high"),
        ("INR check: 9.8", "INR", 9.8, "high"),
    ],
)
def test_results(text, name, value, abnormal):
    (one,) = [f for f in find_findings(text) if f.measured]
    assert (one.name, one.measured.value, one.measured.abnormal) == (name, value, abnormal)
    assert one.measured.unit in ("", "mg/dL")


@pytest.mark.parametrize(
    "text",
    ["If BP >160/110, give labetalol.", "Hold if SBP < 90 or HR < 55.", "Goal INR 2.5."],
)
def test_thresholds_are_no_results(text):
    assert [f.name for f in find_findings(text) if f.measured] == []


def test_what_is_past_by_the_word_before_or_an_age_behind():
    text = "Past suicide attempt by overdose age 22. Denies SI."
    assert [f.time.value for f in find_findings(text)][:2] == ["past", "past"]
    assert read_record(text).notices == ()
    assert read_record("Maternal uncle completed suicide.").notices == ()
    over = [f.time.value for f in find_findings("For the past fever chart see below.")]
    assert over == ["present"]


def test_an_alternative_is_not_denied():
    found = {f.name: f for f in find_findings("No preeclampsia vs gestational hypertension.")}
    assert (found["Preeclampsia"].negated, found["Hypertension"].negated) == (True, False)


@pytest.mark.parametrize(
    ("measured", "said"),
    [
        (Measured("positive", None, "", "high"), "positive"),
        (Measured("normal", None, "", "normal"), "normal"),
        (Measured("5.9", 5.9, "", "high"), "5.9 high"),
    ],
)
def test_a_word_says_by_itself_what_a_result_is(measured, said):
    finding = Finding(FindingKind.LAB, "Urine nitrite", "x", 0, 1, measured=measured)
    assert list(_said(finding)) == [said]


def test_vital_signs_in_a_row_without_names():
    row = "VS: 97.9 88/50 112 24 91%RA"
    found = [(f.name, f.text, f.measured.abnormal) for f in find_findings(row)]
    assert found == [
        ("Temperature", "97.9", "normal"),
        ("Blood pressure", "88/50", "low"),
        ("Heart rate", "112", "high"),
        ("Respiratory rate", "24", "high"),
        ("Oxygen saturation", "91%", "low"),
    ]
    assert find_findings("Version 97.9 of 12/14 pages 88") == ()


SOAP = """S: 67yo F c/o SOB.
PMH: HTN.
Allergies: penicillin
O: HR 112, BP 92/58, RR 26, SpO2 88% RA. Bibasilar crackles.
A: Pneumonia.
P: Antibiotics.
"""


@pytest.mark.parametrize(
    "text", [SOAP, " ".join(SOAP.replace("penicillin", "penicillin.").split())]
)
def test_letters_begin_sections(text):
    read = read_record(text)
    times = {f.name: f.time.value for f in read.findings}
    assert (times["Hypertension"], times["Crackles"]) == ("past", "present")
    assert "Chills" not in times
    assert any("oxygen" in notice for notice in read.notices)
    assert "What is the treatment of pneumonia in older adults?" in read.questions


def test_a_letter_alone_begins_none():
    assert [s.heading for s in read_record("O: cross-matched.\nP: 88\nT: 37.1").sections] == [""]


def test_an_o_among_other_headings_begins_what_is_seen_now():
    note = "HPI: short of breath since today.\nPMH: asthma.\nO: SpO2 88%, HR 118.\n"
    times = {f.name: f.time.value for f in read_record(note).findings}
    assert times["Asthma"] == "past"
    assert times["Oxygen saturation"] == "present"
    assert len(parts_of("Known allergy to latex.\nO: negative blood group\n")) == 1
