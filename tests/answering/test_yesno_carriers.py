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


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (
            "Does dorynib change the weight of fish that eat plankton?",
            "Dorynib and the weight of fish that eat plankton: a randomised crossover trial.",
        ),
        (
            "Does lomanib inhibit the FIN kinase?",
            "Dorynib is an inhibitor of the FIN kinase approved in lomanib-resistant fish.",
        ),
        (
            "Is dorynib effective against fin fever?",
            "BACKGROUND An effect of dorynib against fin fever is known.",
        ),
        (
            "Is dorynib effective against fin fever?",
            "The effectiveness of dorynib against fin fever has been extensively tested.",
        ),
        ("Is dorynib not effective in fin fever?", "Dorynib is effective in fin fever."),
        (
            "Is dorynib an antibody to FD-L1?",
            "Antibodies to FD-1 (dorynib and lomanib) and to FD-L1 (tefanib) are approved.",
        ),
        (
            "Is dorynib used in FIN2 negative fin fever?",
            "Dorynib, an antibody to FIN2, is used in FIN2-overexpressing fin fever.",
        ),
        (
            "Is dorynib an antibody to FD-L1?",
            "Lomanib (FD-L1 antibody), dorynib (FD-1 antibody) and tefanib were approved.",
        ),
        (
            "Is dorynib a monoclonal antibody?",
            "Dorynib, given twice a year, has advantages over monoclonal antibodies.",
        ),
        ("Is dorynib effective in severe fin fever?", "Dorynib is effective in mild fin fever."),
    ],
    ids=[
        "title",
        "resistant",
        "background",
        "tested",
        "negated-question",
        "look-alike",
        "negative",
        "of-another",
        "over",
        "severe",
    ],
)
def test_no_answer_rests_on_what_states_nothing(question, text):
    assert said(question, text) == ""


def test_a_look_alike_further_away_is_no_hindrance():
    text = "Dorynib is an antibody to FD-L1, and lomanib is an antibody to FD-1."
    assert said("Is dorynib an antibody to FD-L1?", text) == "yes"


def test_a_state_may_be_put_in_other_words():
    text = "Dorynib, an antibody to FIN2, is used in FIN2-overexpressing fin fever."
    assert said("Is dorynib used in FIN2 positive fin fever?", text) == "yes"


def two(first: dict, second: dict) -> str:
    yes = article(1, "Dorynib lozenges shortened fin fever in dories.", title="One.", **first)
    no = article(2, "Dorynib lozenges did not shorten fin fever in dories.", title="Two.", **second)
    return answer("Do dorynib lozenges shorten fin fever?", hits(yes, no), Parts()).direct


TRIAL = {"publication_types": ("Randomized Controlled Trial",), "year": 2012}
POOLED = {"publication_types": ("Meta-Analysis",), "year": 2021}
CASE = {"publication_types": ("Case Reports",), "year": 2004}


def test_a_yes_that_an_equal_or_stronger_study_denies_is_mixed():
    assert two(TRIAL, POOLED) == "mixed"
    assert two({"year": 2020}, {"year": 2001}) == "mixed"


def test_an_article_is_not_set_against_itself():
    both = "Dorynib shortened fin fever. Dorynib did not shorten fin fever of plaice."
    done = answer("Does dorynib shorten fin fever?", hits(article(1, both)), Parts())
    assert done.direct != "mixed"


def test_a_yes_is_said_against_a_weaker_design():
    assert two(TRIAL, CASE) == "yes"


def test_a_title_without_a_verb_is_no_statement():
    title = "Dorynib in fish with fin fever (DORY): a randomised, placebo-controlled trial."
    found = hits(article(1, "Dorynib shortened fin fever in dories.", title=title))
    done = answer("Is dorynib effective in fin fever?", found, Parts())
    assert [s.text for s in done.statements] == ["Dorynib shortened fin fever in dories."]
