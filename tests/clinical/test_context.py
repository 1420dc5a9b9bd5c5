"""What is said of a finding: negation, uncertainty, time, whose; sentences worked by hand."""

import pytest

from rag.clinical import find_findings


def said(text):
    out = []
    for f in find_findings(text):
        marks = [f.text.lower()]
        marks += ["no"] * f.negated + ["maybe"] * f.uncertain
        marks += [f.time.value] * (f.time != "present")
        marks += [f.relative or f.experiencer.value] * (f.experiencer != "patient")
        out.append(" ".join(marks))
    return out


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # negation, its scope and its end
        ("No fever or cough.", ["fever no", "cough no"]),
        ("Without chest pain but with dyspnea.", ["chest pain no", "dyspnea"]),
        ("Denies fever, chills, or rash but reports fatigue.",
         ["fever no", "chills no", "rash no", "fatigue"]),
        ("No cough; positive for wheezing.", ["cough no", "wheezing"]),
        ("Pneumonia was ruled out.", ["pneumonia no"]),
        ("He was ruled out for MI.", ["mi no"]),
        ("The CT showed gallstones and PE was ruled out.", ["ct", "gallstones", "pe no"]),
        ("Fever: no. Cough: yes. Rash: none.", ["fever no", "cough", "rash no"]),
        ("Nausea yes, vomiting no.", ["nausea", "vomiting no"]),
        ("ROS: (+) nausea (-) vomiting (+) diarrhea", ["nausea", "vomiting no", "diarrhea"]),
        ("Neither fever nor chills.", ["fever no", "chills no"]),
        (
            "Afebrile, anicteric, abdomen nontender.",
            ["afebrile no", "anicteric no", "nontender no"],
        ),
        ("MRI could not be performed.", ["mri no"]),
        # what only looks like negation
        ("Not only fever but also cough.", ["fever", "cough"]),
        ("No change in back pain.", ["back pain"]),
        ("The headache is not relieved by ibuprofen.", ["headache", "ibuprofen"]),
        # uncertainty
        ("Possible pneumonia.", ["pneumonia maybe"]),
        ("Pneumonia cannot be excluded.", ["pneumonia maybe"]),
        ("?appendicitis", ["appendicitis maybe"]),
        ("Gout vs septic arthritis.", ["gout maybe", "septic arthritis maybe"]),
        ("I might have the flu.", ["the flu maybe"]),
        ("Rule out sepsis.", ["sepsis maybe conditional"]),
        # time
        ("History of stroke.", ["stroke past"]),
        ("No history of stroke.", ["stroke no past"]),
        ("h/o asthma, now with wheezing", ["asthma past", "wheezing"]),
        ("Appendectomy in 1998.", ["appendectomy past"]),
        ("The rash has resolved.", ["rash past"]),
        ("3 day history of cough.", ["cough"]),
        ("PMH: gout, COPD. CC: cough", ["gout past", "copd past", "cough"]),
        ("Return if fever or vomiting.", ["fever conditional", "vomiting conditional"]),
        ("Ibuprofen as needed for pain.", ["ibuprofen", "pain conditional"]),
        ("Call us if you have any of the following:\n- fever\n- chest pain\n\nCough today.",
         ["fever conditional", "chest pain conditional", "cough conditional"]),
        ("Vaccinated against influenza.", ["influenza conditional"]),
        # whose
        ("Her mother has diabetes and she has gout.", ["diabetes mother", "gout"]),
        ("Breast cancer in her sister.", ["breast cancer sister"]),
        ("FH: CAD in father, asthma.", ["cad father", "asthma father"]),
        ("No family history of breast cancer.", ["breast cancer no family"]),
        ("Mother reports fever.", ["fever"]),
        ("Brought in by his wife for confusion.", ["confusion"]),
        ("My husband had influenza and I have a cough.", ["influenza husband", "cough"]),
        ("My daughter has a cough.", ["cough"]),
        ("My mother had seizures.", ["seizures mother"]),
        ("My kid has strep throat and I have a cough.", ["strep throat kid", "cough"]),
    ],
)  # fmt: skip
def test_context(text, expected):
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "lasting"),
    [
        ("Fever and cough for 3 days.", ["for 3 days", "for 3 days"]),
        ("2 week history of headache.", ["2 week"]),
        ("Cough x 5 days, no fever.", ["x 5 days", ""]),
        ("Rash since Monday; nausea.", ["since Monday", ""]),
        ("Take ibuprofen for 3 days. Fever.", ["", ""]),
    ],
)
def test_duration(text, lasting):
    assert [f.duration for f in find_findings(text)] == lasting


def test_a_line_that_the_width_broke_is_read_on():
    text = (
        "HISTORY OF PRESENT ILLNESS: The patient came in today and denies chest pain, dyspnea or\n"
        "palpitations. He has a long standing productive cough."
    )
    found = {f.name: f.negated for f in find_findings(text)}
    assert found == {"Chest pain": True, "Dyspnea": True, "Palpitations": True, "Cough": False}
