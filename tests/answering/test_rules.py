import pytest

from rag.answering.rules import assess
from rag.claims.numbers import Number, missing_numbers, numbers

AGREES = [
    ("Honey reduces night cough in children.", "Honey reduced night cough in young children."),
    ("Fever fell by 5 percent.", "Fever fell by 5% in all groups."),
    ("The trial had 1000 patients.", "The trial had 1,000 patients."),
    ("Three patients with malaria died.", "In all 3 patients with malaria died."),
    ("Zinc did not shorten colds.", "Zinc did not shorten colds in adults."),
    ("Higher salt intake raises blood pressure.", "A higher salt intake raises blood pressure."),
]
CONTRADICTS = [
    ("Zinc shortens colds in adults.", "Zinc does not shorten colds in adults."),
    ("Zinc does not shorten colds in adults.", "Zinc shortens colds in adults."),
    ("Statins increase the risk of stroke.", "Statins decrease the risk of stroke."),
    ("Coffee is associated with gout.", "Coffee is not associated with gout."),
    (
        "Eating whole fruit increases the risk of diabetes.",
        "Greater eating of whole fruit goes with a lower risk of diabetes.",
    ),
    (
        "Ibuprofen was better than paracetamol.",
        "Paracetamol was better than ibuprofen.",
    ),
]
UNCLEAR = [
    ("Fever fell by 15%.", "Fever fell by 5%."),
    ("The dose was 5 mg of lisinopril.", "The dose was 5 g of lisinopril."),
    ("Honey reduces cough.", "We investigated whether honey reduces cough."),
    ("Honey reduces cough.", "Does honey reduce cough?"),
    ("Honey reduces cough.", "Honey is associated with cough."),
    ("CYP2D6 metabolises the drug codeine.", "CYP3A4 metabolises the drug codeine."),
    ("Honey reduces cough.", "Measles vaccines protect for decades."),
    ("", "Honey reduces cough."),
]


@pytest.mark.parametrize(("claim", "quote"), AGREES)
def test_supports(claim, quote):
    assert assess(claim, quote).verdict == "supports"


@pytest.mark.parametrize(("claim", "quote"), CONTRADICTS)
def test_contradicts(claim, quote):
    assert assess(claim, quote).verdict == "contradicts"


@pytest.mark.parametrize(("claim", "quote"), UNCLEAR)
def test_unclear(claim, quote):
    assert assess(claim, quote).verdict == "unclear"


def test_negation_stays_in_its_clause():
    claim = "Honey reduced cough in children."
    quote = "Honey reduced cough in children, but it did not change sleep."
    assert assess(claim, quote).verdict == "supports"
    assert assess("Honey changed sleep.", quote).verdict != "supports"


def test_numbers_have_one_form():
    assert numbers(".05") == numbers("0.05") == [Number("0.05")]
    assert numbers("5 per cent") == numbers("5%") == [Number("5", "%")]
    assert numbers("12,500 g") == [Number("12500", "g")]
    assert numbers("10 to 20 mg") == [Number("10", "mg"), Number("20", "mg")]
    assert numbers("a 4-week course") == [Number("4", "week")]
    assert numbers("seven days") == [Number("7", "day")]


def test_digits_in_names_and_a_bare_one_are_no_numbers():
    assert numbers("IL-6, CYP2D6 and COVID-19 in one of the groups") == []


def test_bounds_must_not_be_opposite():
    assert missing_numbers("p < 0.05", "p > 0.05") == (Number("0.05", "", "<"),)
    assert missing_numbers("p < 0.05", "P<.05") == ()
    assert missing_numbers("P<0.05", "P>0.05") == (Number("0.05", "", "<"),)
    assert missing_numbers("CD4<200", "CD4>200") == (Number("200", "", "<"),)
    assert missing_numbers("IL-6 rose (n=25)", "IL-8 rose (n = 25)") == ()
    assert missing_numbers("10⁹/L", "10⁹/L") == ()
    assert missing_numbers("150 × 10⁹/L", "150 × 10³/L") == (Number("10^⁹"),)
    assert missing_numbers("109 cells", "10⁹ cells") == (Number("109"),)


def test_going_together_is_no_cause():
    quote = "Red meat intake was associated with gastric cancer in adults."
    found = assess("Red meat intake causes gastric cancer in adults.", quote)
    assert (found.verdict, "go together" in found.reason) == ("unclear", True)
    assert assess(
        "Red meat intake was associated with gastric cancer in adults.", quote
    ).verdict == ("supports")
