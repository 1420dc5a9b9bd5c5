import pytest

from rag.clinical import find_findings
from rag.clinical.ranges import judge, judge_pressure, read_ranges, unit_of


def results(text):
    return [
        (f.name, f.measured.text, f.measured.value, f.measured.abnormal)
        for f in find_findings(text)
        if f.measured is not None
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "WBC-12.3* Na-138",
            [("White blood cells", "12.3*", 12.3, "high"), ("Sodium", "138", 138, "normal")],
        ),
        ("K 5.9 (H)", [("Potassium", "5.9 (H)", 5.9, "high")]),
        ("potassium was low at 2.9", [("Potassium", "2.9", 2.9, "low")]),
        ("cTropnT-<0.01", [("Troponin", "<0.01", 0.01, "normal")]),
        ("Platelets 92,000 /uL", [("Platelets", "92,000 /uL", 92000, "low")]),
        ("haemoglobin 88 g/L", [("Hemoglobin", "88 g/L", 88, "low")]),
        ("sodium 134 mmol/L [130-140]", [("Sodium", "134 mmol/L", 134, "normal")]),
        ("troponin negative", [("Troponin", "negative", None, "normal")]),
        ("elevated lactate", [("Lactate", "elevated", None, "high")]),
        ("Urine protein 3+", [("Urine protein", "3+", None, "high")]),
        ("T 101.2 F", [("Temperature", "101.2 F", 101.2, "high")]),
        ("temp 36.4", [("Temperature", "36.4", 36.4, "normal")]),
        ("fever to 39.5 C", [("Temperature", "39.5 C", 39.5, "high")]),
        ("92% on room air", [("Oxygen saturation", "92%", 92, "low")]),
        ("blood pressure was 180 over 100", [("Blood pressure", "180/100", 180, "high")]),
        ("home readings 118/70", [("Blood pressure", "118/70", 118, "normal")]),
        ("EF 25%", [("Ejection fraction", "25%", 25, "low")]),
        ("T12 vertebra, T 12, seen on 12/14, K wire, PT consult", []),
    ],
)  # fmt: skip
def test_results(text, expected):
    assert results(text) == expected


def test_a_result_is_not_denied_by_its_sentence():
    found = find_findings("No fever, T 37.0, HR 80.")
    assert [(f.name, f.negated) for f in found] == [
        ("Fever", True),
        ("Temperature", False),
        ("Heart rate", False),
    ]


def test_a_star_gives_the_nearer_bound_where_the_value_is_in_the_range():
    assert results("Na-144*")[0][3] == "high"


def test_ranges_of_sex_and_age():
    ranges = read_ranges("m 13.5-17.5 g/dL; f 12.0-16.0 g/dL; m 135-175 g/L")
    assert judge("Hemoglobin", 12.5, "g/dL", ranges, 40, "male") == "low"
    assert judge("Hemoglobin", 12.5, "g/dL", ranges, 40, "female") == "normal"
    assert judge("Hemoglobin", 12.5, "", ranges, 40, "") == "normal"  # either could be
    assert judge("Hemoglobin", 12.5, "g/dL", ranges, 4, "male") == ""
    assert judge("Hemoglobin", 120, "", ranges, 40, "male") == "low"
    assert judge("Heart rate", 140, "", (), 1, "") == ""
    assert judge("Temperature", 39, "C", (), 1, "") == "high"
    assert [judge_pressure(*p, None) for p in ((139, 89), (140, 80), (120, 90), (89, 60))] == [
        "normal", "high", "high", "low",
    ]  # fmt: skip
    assert unit_of("µg/dL") == unit_of("mcg/dL")
    with pytest.raises(ValueError):
        read_ranges("about five")
