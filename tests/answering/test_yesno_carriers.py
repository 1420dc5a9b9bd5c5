"""Yes and no are said only where a statement settles the question."""

from __future__ import annotations

import pytest
from answering_doubles import article, hits

from rag.answering.engine import Parts, answer


def said(question: str, text: str) -> str:
    return answer(question, hits(article(1, text, title="Findings.")), Parts()).direct


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (
            "Is aspirin safe in children with fever?",
            "Aspirin causes Reye syndrome in children with fever.",
        ),
        (
            "Is aspirin recommended for children with fever?",
            "Aspirin reached high levels in children with fever.",
        ),
        (
            "Can ibuprofen be taken in the third trimester of pregnancy?",
            "Ibuprofen taken in the third trimester of pregnancy closes the ductus arteriosus.",
        ),
        (
            "Does vitamin C prevent the common cold?",
            "Whether vitamin C prevents the common cold has been debated for seventy years.",
        ),
        (
            "Does vitamin C prevent the common cold?",
            "Vitamin C was first isolated in 1928 and has often been taken for the common cold.",
        ),
        ("Does zinc prevent the common cold?", "Zinc may prevent the common cold in adults."),
    ],
    ids=["safe", "recommended", "taken", "debated", "history", "may"],
)
def test_what_does_not_settle_it_is_no_yes(question, text):
    assert said(question, text) == ""


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        (
            "Is aspirin recommended for children with fever?",
            "Aspirin should be avoided in children with fever because of Reye syndrome.",
            "no",
        ),
        (
            "Is zinc effective for the common cold?",
            "Zinc is effective for the common cold in adults.",
            "yes",
        ),
        (
            "Does vitamin C prevent the common cold?",
            "Vitamin C prevented the common cold in runners.",
            "yes",
        ),
        (
            "Is zinc effective for the common cold?",
            "Zinc was not effective for the common cold.",
            "no",
        ),
    ],
    ids=["avoided", "effective", "prevented", "not"],
)
def test_what_settles_it_is_said(question, text, answer):
    assert said(question, text) == answer


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        ("Is fin fever common?", "Fin fever was seen in 7.7 % of all fish.", ""),
        ("Is fin fever common in dories?", "Fin fever is common in dories.", "yes"),
        ("Is fin fever rare?", "Fin fever is a frequent disease of fish.", ""),
        ("Is dorynib a typical antipsychotic?", "Dorynib is an atypical antipsychotic.", ""),
        ("Is dorynib an atypical antipsychotic?", "Dorynib is an atypical antipsychotic.", "yes"),
    ],
    ids=["number", "common", "rare", "prefix", "same-prefix"],
)
def test_how_common_and_of_what_sort_must_be_said(question, text, answer):
    assert said(question, text) == answer
