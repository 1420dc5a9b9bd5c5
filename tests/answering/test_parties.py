"""A yes/no question is answered only from what names the one that it asks about."""

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
        ("Does zinc prevent fin fever?", ("zinc",)),
        ("Is salt a risk factor for fin fever?", ("salt",)),
        ("Is dorynib safe?", ("dorynib",)),
        ("Are there drugs approved for fin fever?", ()),
        ("Which drug prevents fin fever?", ()),
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
    ],
    ids=["both", "other-people", "other-drug", "misspelt", "abbreviated", "names-no-one"],
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
