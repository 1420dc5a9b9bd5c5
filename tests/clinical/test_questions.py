"""What a clinician would ask of the literature, and would not."""

import pytest

from rag.clinical import read_record
from rag.clinical.people import is_pregnant
from rag.clinical.questions import group_of


def asked(text):
    return read_record(text).questions


def test_the_matter_goes_before_the_diseases_that_one_lives_with():
    text = (
        "HPI: 62F with T2DM and HTN, fever and flank pain.\n\nMEDICATIONS: metformin 500 mg BID\n\n"
        "ASSESSMENT: Likely pyelonephritis."
    )
    assert asked(text) == (
        "Which conditions present with fever and flank pain?",
        "How is pyelonephritis diagnosed?",
        "What is the treatment of pyelonephritis?",
        "How is pyelonephritis treated in patients with type 2 diabetes mellitus?",
    )


@pytest.mark.parametrize(
    ("text", "question"),
    [
        # what values tell is asked first
        ("HPI: 70M, weak. K 7.1.", "What is the treatment of severe hyperkalemia in older adults?"),
        ("HPI: 24F T1DM, vomiting. pH 7.1, ketones 5.0, glucose 28 mmol/L.",
         "What is the treatment of diabetic ketoacidosis?"),
        # the drug that may be the cause of a result
        ("HPI: 50M. MEDS: lisinopril 10 mg daily. LABS: K 5.9",
         "Can lisinopril cause hyperkalemia?"),
        ("IMPRESSION: Acute pancreatitis. PMH: type 2 diabetes.",
         "How is pancreatitis treated in patients with type 2 diabetes mellitus?"),
        ("DIAGNOSIS: acute on chronic heart failure. Also gout.",
         "What is the treatment of congestive heart failure?"),
        ("HPI: 28F, 30 weeks pregnant. IMPRESSION: pyelonephritis.",
         "What is the treatment of pyelonephritis in pregnancy?"),
        ("HPI: 5 year old boy. IMPRESSION: croup.", "What is the treatment of croup in children?"),
    ],
)  # fmt: skip
def test_what_is_asked(text, question):
    assert question in asked(text)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("IMPRESSION: Acute pancreatitis. Hypertension.", "hypertension"),
        ("IMPRESSION: preeclampsia at 36+4 weeks. Gestational hypertension before.", "pregnancy"),
        ("A/P: Septic shock. AKI, likely ATN.", "acute kidney injury diagnosed"),
        ("Dx: NSCLC, PD-L1 60%.", "Parkinson"),
        ("ICU progress note, HD 4. Septic shock.", "hemodialysis"),
        ("IMPRESSION: septic shock. BP 80/40, RR 28, T 39, HR 130.", "treatment of sepsis"),
        ("HPI: abd pain, epigastric pain, vomiting.", "abdominal pain"),
        ("HPI: 40F with asthma. IMPRESSION: migraine.", "women"),
        ("HPI: 40F on metformin. IMPRESSION: migraine.", "metformin"),
        ("IMPRESSION: iron deficiency anemia. Anemia for a year.", "patients with"),
        ("HPI: Insomnia, sleep onset insomnia, fatigue.", "sleep onset"),
        ("HPI: 35F Amelia Jones, tearful, headache, nausea.", "amelia"),
        ("62M. Two episodes of hematemesis. IMPRESSION: GI bleed.", "treatment of hematemesis"),
    ],
)  # fmt: skip
def test_what_is_not_asked(text, word):
    assert asked(text)
    assert all(word.lower() not in question.lower() for question in asked(text)), asked(text)


def test_a_note_without_a_matter_asks_nothing():
    assert asked("Pt denies pain. K 3.4 repleted with 40 mEq KCl. Plan: transfer to floor.") == ()


@pytest.mark.parametrize(
    ("text", "age", "sex", "so"),
    [
        ("G2P1 at 30 weeks, headache", 29, "female", True),
        ("36+4 weeks by LMP", 29, "female", True),
        ("28 weeks pregnant", None, "", True),
        ("Ex 34-weeker, born at 34+2", 1.5, "female", False),
        ("Prior pregnancy: SVD at 38+1 weeks", 30, "female", False),
        ("not pregnant", 30, "female", False),
        ("wife is 20 weeks pregnant", 33, "male", False),
        ("38+2 weeks", 70, "female", False),
    ],
)
def test_pregnancy_of_now(text, age, sex, so):
    assert is_pregnant(text, age, sex) is so


def test_groups():
    ages = (None, 0.5, 6, 15, 40, 65)
    assert [group_of(age) for age in ages] == [
        "", " in infants", " in children", " in adolescents", "", " in older adults",
    ]  # fmt: skip
    assert group_of(30, is_pregnant=True) == " in pregnancy"
