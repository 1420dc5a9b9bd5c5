"""A name is no answer where all that names it denies it."""

from __future__ import annotations

import pytest
from answering_doubles import article, hits

from rag.answering.denial import denied, denies
from rag.answering.engine import Parts, answer


@pytest.mark.parametrize(
    ("name", "sentence", "is_denied"),
    [
        ("Lomanib", "Lomanib, dorynib and tefanib were without effect in fin fever.", True),
        ("tefanib", "Lomanib, dorynib and tefanib were without effect in fin fever.", True),
        ("FINX2", "Mutations in FINX1, but not in FINX2, cause fin fever.", True),
        ("FINX1", "Mutations in FINX1, but not in FINX2, cause fin fever.", False),
        ("lomanib", "In dories that do not respond to dorynib, lomanib is used.", False),
        ("Lomanib", "Lomanib is used in dories that do not respond to dorynib.", False),
        ("dorynib", "Lomanib is used in dories that do not respond to dorynib.", True),
        ("lomanib", "Dories without fins were cured by lomanib.", False),
        ("lomanib", "Dories that failed dorynib were treated with lomanib.", False),
        ("Dorynib", "Dorynib failed to cure fin fever.", True),
        ("Dorynib", "Dorynib must be avoided in fin fever.", True),
        ("Dorynib", "Dorynib is not only cheap but cures fin fever.", False),
        ("dorynib", "Lomanib is used when dorynib is contraindicated.", True),
        ("Lomanib", "Lomanib is used when dorynib is contraindicated.", False),
        ("FIN", "Mutations in FINX1 were not found.", False),
    ],
)
def test_a_clause_denies_what_it_names(name, sentence, is_denied):
    assert denied(name, sentence) is is_denied


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Which drugs must be avoided in fin fever?", True),
        ("Which genes are not mutated in fin fever?", True),
        ("Which drugs treat fin fever?", False),
    ],
)
def test_a_question_may_ask_for_what_is_denied(question, asks):
    assert denies(question) is asks


TREATED = (
    "Drugs used in fin fever are captonib, losanib and spironib. "
    "Predninib, cyclonib and ritunib were without effect in fin fever."
)


def test_what_had_no_effect_is_no_item_of_a_list():
    found = hits(article(1, TREATED, title="Treatment of fin fever."))
    done = answer("Which drugs are used to treat fin fever?", found, Parts())
    assert done.direct
    assert {"captonib", "losanib", "spironib"} >= set(done.direct.split("; "))
    assert not {"Predninib", "cyclonib", "ritunib"} & {c.text for c in done.candidates}


def test_what_is_asked_as_denied_is_a_candidate():
    found = hits(article(1, TREATED, title="Treatment of fin fever."))
    done = answer("Which drugs were without effect in fin fever?", found, Parts())
    assert {"Predninib", "cyclonib", "ritunib"} & {c.text for c in done.candidates}
