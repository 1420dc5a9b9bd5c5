"""A sentence answers only where it speaks of what is asked of a thing."""

import pytest
from answering_doubles import article, hits

from rag.answering.aspects import asks_when, speaks_of_aspect
from rag.answering.engine import Parts, answer


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("When was dorynib approved?", True),
        ("In what year was gill rot first described?", True),
        ("When is dorynib indicated?", False),
        ("Was dorynib approved?", False),
    ],
)
def test_a_time_in_the_past_is_asked_for(question, asks):
    assert asks_when(question) is asks


WHEN = "When was dorynib approved?"
SYMPTOMS = "What are the symptoms of gill rot?"
HARMS = "What are the side effects of dorynib?"
RISKS = "List risk factors for gill rot."
DRUGS = "Which drugs are used for gill rot?"


@pytest.mark.parametrize(
    ("question", "sentence", "speaks"),
    [
        (WHEN, "It was approved in 2017.", True),
        (WHEN, "It was known in the 1960s.", True),
        (WHEN, "It was described in the nineteenth century.", True),
        (WHEN, "It was approved for 30 dories.", False),
        (WHEN, "A dose of 2500 mg was given.", False),
        (SYMPTOMS, "Gill rot presents with pale gills.", True),
        (SYMPTOMS, "Cough was frequent in gill rot.", True),
        (SYMPTOMS, "Gill rot (pale gills, slow fins, and loss of scales) is rare.", True),
        (SYMPTOMS, "Gill rot was studied in six towns.", False),
        (HARMS, "Dorynib led to nausea.", True),
        (HARMS, "Dorynib has excellent effects on scales.", False),
        (RISKS, "Dories of great age have it more often.", True),
        (RISKS, "Gill rot was studied in six towns.", False),
        (DRUGS, "Gill rot was treated by dorynib.", True),
        (DRUGS, "Gill rot is an old illness of a remote pond.", False),
        ("What is gill rot?", "Gill rot is an old illness.", True),
        ("Does dorynib cause nausea?", "Dorynib is old.", True),
    ],
)
def test_a_sentence_speaks_of_what_is_asked(question, sentence, speaks):
    assert speaks_of_aspect(question, sentence) is speaks


@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        ("Dorynib was approved for fin fever in 2011 by the agency.", "answered", "2011"),
        ("Dorynib was approved for fin fever by the agency of it.", "insufficient_evidence", ""),
        ("Nemostatin was approved for fin fever in 2011 by it.", "insufficient_evidence", ""),
    ],
    ids=["told", "no-time", "other-drug"],
)
def test_when_is_answered_by_a_time_and_of_the_one_that_is_asked_about(text, status, said):
    found = hits(article(1, text, title="Approval for fin fever."))
    made = answer(WHEN, found, Parts())
    assert made.status == status
    assert said in (made.statements[0].text if made.statements else "")
