"""A question is answered only from what names the one that it asks about."""

import pytest
from answering_doubles import article, hits

from rag.answering.engine import NOTHING_SAID, Parts, answer
from rag.answering.parties import lacks_party, parties
from rag.answering.unused import OTHERS


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Is dorynib safe in pregnancy?", ("dorynib", "pregnancy")),
        ("Is dorynib effective for fin fever?", ("dorynib", "fin fever")),
        ("Should zinc be used during pregnancy?", ("zinc",)),
        ("Is dorynib effective in fin fever prophylaxis?", ("dorynib", "fin fever")),
        ("Does zinc prevent fin fever?", ("zinc", "fin fever")),
        ("Does zinc reduce the risk of gill rot in old dories?", ("zinc", "gill rot")),
        ("When was dorynib first approved by the FDA?", ("dorynib",)),
        ("In which year was the fin virus discovered?", ("the fin virus",)),
        ("When is dorynib given?", ()),
        ("What are the symptoms of Blarney syndrome in dories?", ("Blarney syndrome",)),
        ("Which gene is mutated in Blarney syndrome?", ("Blarney syndrome",)),
        ("Which enzyme is inhibited by dorynib?", ("dorynib",)),
        ("Which drugs are approved for fin fever by the FDA?", ("fin fever",)),
        ("What causes gill rot?", ("gill rot",)),
        ("What is the main symptom?", ()),
        ("Is salt a risk factor for fin fever?", ("salt",)),
        ("Is dorynib safe?", ("dorynib",)),
        ("Are there drugs approved for fin fever?", ()),
        ("Which drug prevents fin fever?", ("fin fever",)),
        ("", ()),
    ],
)
def test_parties_are_read_from_the_question(question, named):
    assert parties(question) == named


@pytest.mark.parametrize(
    ("question", "text", "lacks"),
    [
        ("Is dorynib safe in pregnancy?", "Dorynib was safe in pregnant dories.", False),
        ("Is dorynib safe in pregnancy?", "Dorynib was safe in old dories.", True),
        ("Is dorynib safe in pregnancy?", "Nemostatin was safe in pregnancy.", True),
        ("Is dorryinib safe in adults?", "Dorynib was safe in adults.", False),
        ("Is deep vein thrombosis treated by zinc?", "DVT is treated by zinc.", False),
        ("Is the treatment safe?", "Nothing was said of it.", False),
        ("Does zinc prevent fin fever?", "Zinc prevented gill rot.", True),
        ("When was dorynib approved?", "Nemostatin was approved in 2011.", True),
        ("What are the symptoms of Blarney syndrome?", "Rash is a symptom of fin fever.", True),
        ("What are the signs of shingles?", "Herpes zoster causes a painful rash.", False),
    ],
    ids=[
        "both",
        "other-people",
        "other-drug",
        "misspelt",
        "abbreviated",
        "names-no-one",
        "other-object",
        "other-approval",
        "other-syndrome",
        "lay-name",
    ],
)
def test_a_text_lacks_a_party_where_it_names_nothing_of_it(question, text, lacks):
    assert lacks_party(question, text) is lacks


@pytest.mark.parametrize(
    ("drug", "status"), [("dorynib", "answered"), ("nemostatin", "insufficient_evidence")]
)
def test_what_is_said_of_another_drug_is_no_answer(drug, status):
    text = f"Treatment with {drug} was effective in fin fever prophylaxis in all dories."
    found = hits(article(1, text, title="Fin fever prophylaxis."))
    made = answer("Is dorynib effective in fin fever prophylaxis?", found, Parts())
    assert made.status == status
    if status == "insufficient_evidence":
        assert made.sufficiency.reason == NOTHING_SAID
        assert [u.reason for u in made.unused] == [OTHERS]


@pytest.mark.parametrize(
    ("syndrome", "status"), [("Blarney", "answered"), ("Kinsale", "insufficient_evidence")]
)
def test_symptoms_of_another_syndrome_are_no_answer(syndrome, status):
    text = f"The symptoms of {syndrome} syndrome are rash and long talks in most patients."
    found = hits(article(1, text, title=f"Symptoms of {syndrome} syndrome."))
    made = answer("What are the symptoms of Blarney syndrome?", found, Parts())
    assert made.status == status
