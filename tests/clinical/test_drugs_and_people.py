import pytest

from rag.clinical import find_findings
from rag.clinical.drugs import is_stem
from rag.clinical.people import read_age, read_sex


@pytest.mark.parametrize(
    ("text", "name", "dosage"),
    [
        ("Lisinopril 20 mg PO daily", "lisinopril", ("20 mg", "PO", "daily")),
        ("morphine 2 mg IV q4h prn", "morphine", ("2 mg", "IV", "q4h prn")),
        (
            "Tylenol 2 tablets by mouth every 6 hours",
            "acetaminophen",
            ("2 tablets", "by mouth", "every 6 hours"),
        ),
        (
            "Aspirin 81 mg Tablet Sig: One (1) Tablet PO DAILY (Daily).",
            "aspirin",
            ("81 mg", "PO", "DAILY Daily"),
        ),
        ("cream: triamcinolone 0.1% twice a day", "triamcinolone", ("0.1%", "", "twice a day")),
        ("20 units glargine. Weight 80 kg", "insulin glargine", None),
    ],
)  # fmt: skip
def test_dosage(text, name, dosage):
    found = next(f for f in find_findings(text) if f.kind == "drug")
    told = found.dosage
    assert found.name == name
    assert dosage == (told and (told.dose, told.route, told.frequency))


def test_a_dose_belongs_to_the_drug_before_it():
    found = find_findings("metformin 500 mg BID, lisinopril, aspirin 81 mg")
    assert [f.dosage and f.dosage.dose for f in found] == ["500 mg", None, "81 mg"]


def test_stems_tell_drugs_and_spare_other_words():
    assert [w for w in ("zofenopril", "belimumab", "rosuvastatin", "cholesterol", "heparin",
                        "april", "concept", "somatostatin") if is_stem(w)] == [
        "zofenopril", "belimumab", "rosuvastatin"]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["Allergies: penicillin", "She is allergic to penicillin.", "penicillin allergy"]
)
def test_an_allergy_is_no_drug_that_is_taken(text):
    (found,) = find_findings(text)
    assert (found.kind, found.name, found.holds) == ("diagnosis", "Allergy to penicillin", True)


def test_no_known_allergies():
    (found,) = find_findings("NKDA")
    assert (found.name, found.negated) == ("Drug allergy", True)


@pytest.mark.parametrize(
    ("text", "age", "sex"),
    [
        ("67 yo M with cough", 67, "male"),
        ("67yoM", 67, "male"),
        ("A 54-year-old woman", 54, "female"),
        ("31F with headache", 31, "female"),
        ("75 M w/ ESRD", 75, "male"),
        ("Temp 102 F, 38.2 C", None, ""),
        ("[**Age over 90 **] year old F", 90, "female"),
        ("6 month old girl", 0.5, "female"),
        ("3 weeks old baby boy", 3 / 52.18, "male"),
        ("Father died at age 70. The patient, aged 45, works.", 45, ""),
        ("Symptoms for 3 years. He had surgery 10 years ago.", None, "male"),
        ("Sex: F. Her husband is a tall man.", None, "female"),
        ("My son has a fever", None, "male"),
        ("Found by his wife.", None, "male"),
    ],
)
def test_age_and_sex(text, age, sex):
    read = read_age(text)
    assert read == (None if age is None else pytest.approx(age, abs=1e-3))
    assert read_sex(text) == sex
