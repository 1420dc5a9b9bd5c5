"""Words of a claim that its evidence does not hold."""

import pytest

from rag.claims.features import read_pair
from rag.claims.foreign import foreign
from rag.claims.vetoes import veto

IMATINIB = "Imatinib targets the BCR-ABL tyrosine kinase."


@pytest.mark.parametrize(
    ("claim", "evidence", "strange"),
    [
        ("Dasatinib targets the BCR-ABL tyrosine kinase.", IMATINIB, ("dasatinib",)),
        ("Imatinib targets BCR-ABL and EGFR.", IMATINIB, ("egfr",)),
        ("Honey reduces cough in adults.", "Honey reduces cough in children.", ("adults",)),
        ("Zinc lowers blood lead in pregnancy.", "Zinc lowers blood lead.", ("pregnancy",)),
        ("Measles is caused by a bacterium.", "Measles is caused by a virus.", ("bacterium",)),
    ],
    ids=["drug", "item", "group", "setting", "agent"],
)
def test_another_drug_item_or_group_is_foreign_and_vetoed(claim, evidence, strange):
    assert foreign(claim, evidence) == strange
    assert "words are not in the passage" in veto(claim, evidence, read_pair(claim, evidence))


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Imatinib inhibits the BCR-ABL tyrosine kinase.", IMATINIB),
        ("Patients had less fever.", "Fever was reduced."),
        ("Diabetic patients lost weight.", "Weight was lost in diabetes."),
        ("Myocardial infarction was rarer.", "The rate of MI was lower; MI was rarer."),
        ("MI was rarer.", "Myocardial infarction was rarer."),
        ("Kidney damage was rare.", "Renal damage was rare."),
    ],
    ids=["verb", "relation", "form", "abbreviated", "spelt-out", "synonym"],
)
def test_other_words_for_the_same_are_not(claim, evidence):
    assert foreign(claim, evidence) == ()


def test_going_together_is_not_causing():
    seen = "Metformin was associated with lactic acidosis."
    claim = "Metformin causes lactic acidosis."
    assert "causes the other" in veto(claim, seen, read_pair(claim, seen))
    assert not veto(seen, seen, read_pair(seen, seen))
