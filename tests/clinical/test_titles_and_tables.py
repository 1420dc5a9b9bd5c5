"""Titles in the styles that notes have them in, tables of results, and what only looks alike."""

import pytest

from rag.clinical import find_findings, read_record


def headings(text):
    return [(s.heading, text[s.start : s.end]) for s in read_record(text).sections]


def results(text):
    found = [(f.name, f.text, f.measured.abnormal) for f in find_findings(text) if f.measured]
    for finding in find_findings(text):
        assert text[finding.start : finding.end] == finding.text
    return found


@pytest.mark.parametrize(
    "title",
    ["FAMILY HISTORY", "Family History", "FAMILY HISTORY:", "## Family history",
     "**Family history**", "**Family history:**", "# Family History", "  FAMILY HISTORY  "],
)  # fmt: skip
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_title_says_whose_a_finding_is(title, end):
    text = end.join(["HPI", "Cough.", "", title, "Seizures, gout", "", "PLAN", "Rest."])
    found = {f.text: f.experiencer.value for f in find_findings(text)}
    assert found == {"Cough": "patient", "Seizures": "family", "gout": "family"}
    assert "".join(part for _, part in headings(text)) == text


def test_a_list_of_problems_is_no_row_of_titles():
    text = "PAST MEDICAL HISTORY\nPE\nFH\n# CHF\n# Gout: on colchicine\n"
    assert [h for h, _ in headings(text)] == ["PAST MEDICAL HISTORY"]
    found = find_findings(text)
    assert {f.time.value for f in found if f.kind.value == "diagnosis"} == {"past"}


def test_text_behind_a_title_of_markdown_is_its_section_s():
    text = "**Allergies** - penicillin\n**Exam**: no rash"
    assert [h for h, _ in headings(text)] == ["Allergies", "Exam"]
    assert [f.name for f in find_findings(text)] == ["Allergy to penicillin", "Rash"]


@pytest.mark.parametrize(
    "table",
    [
        "DATE\tWBC\tNA\tK\n3/1\t12.3 (H)\t128 (L)\t5.0\n",
        "DATE   WBC        Na        K\n3/1    12.3 (H)   128 (L)   5.0\n",
        "| Date | WBC | Na | K |\r\n|---|---|---|---|\r\n| 3/1 | 12.3 (H) | 128 (L) | 5.0 |\r\n",
    ],
)
def test_a_table_of_results(table):
    expected = [
        ("White blood cells", "12.3 (H)", "high"),
        ("Sodium", "128 (L)", "low"),
        ("Potassium", "5.0", "normal"),
    ]
    assert results(table) == expected
    assert results(f"LABS:\n{table}\nCough 3 4 5\n") == expected


def test_a_table_ends_where_its_rows_do():
    assert results("WBC\tNa\n12.3\t128\nseen by\tDr. No\n7\t8\n") == [
        ("White blood cells", "12.3", "high"),
        ("Sodium", "128", "low"),
    ]
    assert results("I saw 3  friends\n4  5\n") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sodium\t128\tL\t135-145", [("Sodium", "Sodium\t128\tL", "low")]),
        ("Hold metoprolol if HR < 55. Goal INR 2-3.", []),
        ("cTropnT-0.03*", [("Troponin", "cTropnT-0.03*", "high")]),
        ("Presented with Na 118.", [("Sodium", "Na 118", "low")]),
    ],
)
def test_results_and_thresholds(text, expected):
    assert results(text) == expected


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Admission Date: [**2151-7-16**]  Discharge Date: [**2151-8-4**]", []),
        ("Stable for discharge home. Discharge instructions given.", []),
        ("Purulent discharge from the wound.", ["Purulent drainage"]),
        ("Wound with yellow discharge.", ["Purulent drainage"]),
    ],
)
def test_who_is_discharged_is_no_pus(text, names):
    assert [f.name for f in find_findings(text)] == names


def test_a_denial_ends_at_a_stop_behind_a_slash():
    found = {f.name: f.negated for f in find_findings("GI: NO N/V. LARGE MELENA STOOL X2.")}
    assert found == {"Nausea and vomiting": True, "Melena": False}


def test_a_daughter_who_calls_is_not_the_patient():
    assert read_record("NURSING NOTE: DAUGHTER CALLED. PATIENT SLEEPING.").sex == ""
    assert read_record("My daughter has a cough.").sex == "female"


@pytest.mark.parametrize(
    ("text", "often"),
    [("amoxicillin 500 mg tds", "tds"), ("metformin 1 g BD", "BD"), ("paracetamol 1g qds", "qds")],
)
def test_frequencies_as_the_british_write_them(text, often):
    assert [f.dosage.frequency for f in find_findings(text)] == [often]


def test_advice_on_what_may_come_is_no_finding_of_now():
    text = "Safety netted re chest pain with sweating."
    assert {f.time.value for f in find_findings(text)} == {"conditional"}
    assert read_record(text).notices == ()


def test_a_side_is_no_mark():
    assert results("Hgb 13.0 L leg swollen") == [("Hemoglobin", "Hgb 13.0", "normal")]
    assert results("K 3.6 L, Na 140")[0] == ("Potassium", "K 3.6 L", "low")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Name: DOE, JANE. Jane DOE was seen.", []),
        ("DOE for a week.", ["Exertional dyspnea"]),
        ("Type 2 diabetes mellitus (HCC), hypertension (CMS/HCC)",
         ["Type 2 diabetes mellitus", "Hypertension"]),
        ("HCC in the liver.", ["Hepatocellular carcinoma"]),
        ("AF soft and flat. AF with RVR.", ["Atrial fibrillation"]),
        ("Mild vascular congestion.", []),
        ("Nose: congestion.", ["Nasal congestion"]),
    ],
)  # fmt: skip
def test_words_that_mean_something_else(text, expected):
    assert [f.name for f in find_findings(text)] == expected


def test_a_result_denies_itself_alone():
    found = {f.text: f.negated for f in find_findings("Birth hx: SVD, GBS neg, rash.")}
    assert found == {"SVD": False, "GBS neg": False, "rash": False}


def test_a_denial_without_stops_does_not_reach_the_end():
    text = (
        "no fever uses albuterol inhaler prn lungs with scattered wheezes no respiratory distress "
        "she feels well otherwise and sleeps well at night plan is prednisone 40 mg daily"
    )
    found = {f.name: (f.negated, f.time.value) for f in find_findings(text)}
    assert found["Fever"] == (True, "present")
    assert found["Wheezing"] == (False, "present")
    assert found["Respiratory distress"] == (True, "present")
    assert found["prednisone"] == (False, "present")


def test_what_a_drug_is_for_is_no_finding_of_now():
    text = "MEDICATIONS: nitroglycerin 0.4 mg SL for chest pain; metoprolol for hypertension"
    found = {f.name: f.time.value for f in find_findings(text)}
    assert (found["Chest pain"], found["Hypertension"]) == ("conditional", "present")


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("6 wk M, fever. Has a 3 yo sib with a cold.", 6 / 52.18),
        ("My 6 month old daughter coughs.", 0.5),
        ("4 mo F with rash", 4 / 12),
    ],
)
def test_ages_of_infants_and_of_their_siblings(text, years):
    assert read_record(text).age == pytest.approx(years)


def test_titles_of_an_intensive_care_note():
    text = "ALL: sulfa\n\nFH: noncontributory\n\nMEDS (home): nadolol 20 mg daily"
    found = [(f.name, f.experiencer.value) for f in find_findings(text)]
    assert found == [("Allergy to sulfa", "patient"), ("nadolol", "patient")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Quit EtOH 2 y ago.", []),
        ("Transfuse Hgb>7.", []),
        ("EtOH 212.", [("Ethanol level", "EtOH 212", "high")]),
        ("on levophed 12, SpO2 98%", [("Oxygen saturation", "SpO2 98%", "normal")]),
    ],
)
def test_numbers_that_are_no_results(text, expected):
    assert results(text) == expected
    assert all(f.dosage is None or "%" not in f.dosage.dose for f in find_findings(text))


def test_the_score_of_a_liver_is_no_child():
    found = find_findings("72M with EtOH cirrhosis (Child C, MELD 28), HCV. Child with gout.")
    assert {f.experiencer.value for f in found} == {"patient"}
