"""Everyday names and those of the literature."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from rag.claims.lay_terms import entries
from rag.index.lexical import analyser
from rag.retrieval.forms import form
from rag.retrieval.lay import LAY_WEIGHT, expansion
from rag.types import Added, Query


def names(text):
    return {part.text for part in expansion(text)}


@pytest.mark.parametrize(
    ("said", "literature"),
    [
        ("What helps against high blood pressure?", {"hypertension", "hypertensive"}),
        ("my father had two heart attacks", {"myocardial infarction"}),
        ("pain in my stomach", {"abdominal pain"}),
        ("I can’t sleep", {"insomnia"}),
        ("is Lipitor safe", {"atorvastatin"}),
        ("uti in men", {"urinary tract infection"}),
    ],
)
def test_everyday_names_bring_those_of_the_literature(said, literature):
    assert names(said) == literature


def test_the_longest_name_is_taken_and_nothing_within_it():
    assert "cardiac" in names("my heart")
    assert "cardiac" not in names("heart attack")
    assert names("no appetite") == {"anorexia"}
    assert names("a good appetite") == set()


@pytest.mark.parametrize(
    ("said", "literature"),
    [
        ("no fever", set()),
        ("without any high fever", set()),
        ("no cough but fever", {"pyrexia", "febrile"}),
        ("no cough, chills or rash today; later a fever", {"pyrexia", "febrile"}),
    ],
)
def test_what_is_denied_brings_nothing(said, literature):
    assert names(said) & {"pyrexia", "febrile"} == literature


def test_everything_added_weighs_less_than_the_words_themselves():
    added = expansion("fever, oedema and a heart attack")
    assert added
    assert all(0 < part.weight < 1 for part in added)
    assert len({part.text for part in added}) == len(added)


def test_each_name_stands_once_and_adds_a_word_that_the_index_knows():
    analyse = analyser().analyze
    assert len(entries()) > 300
    lay = Counter(name for entry in entries() for name in entry.lay)
    assert [name for name, times in lay.items() if times > 1] == []
    for entry in entries():
        assert entry.lay
        assert entry.group
        for name in (*entry.lay, *entry.medical):
            assert re.fullmatch(r"[a-z0-9' -]+", name), name
        for name in entry.lay:
            new = {s for other in entry.medical for s in analyse(other)} - set(analyse(name))
            assert new, name


def test_forms_of_a_lay_question():
    made = form(Query("What is a heart attack?"))
    assert made.lexical == "a heart attack?"
    assert made.dense == "What is a heart attack?"
    assert made.added == (Added("myocardial infarction", LAY_WEIGHT),)


def test_names_are_looked_up_in_what_a_courtesy_leaves():
    assert names("I am worried at night") == {"anxiety"}
    assert form(Query("Hi doc. I am so worried. Wheezing.")).added == tuple(
        Added(name, LAY_WEIGHT) for name in ("bronchial asthma", "bronchospasm")
    )


def test_a_given_form_is_searched_as_it_is():
    made = form(Query("heart attack", lexical="what is pyrexia"))
    assert (made.lexical, made.added) == ("what is pyrexia", ())


def test_the_english_of_a_chinese_question_is_looked_up_too():
    made = form(Query("我发烧咳嗽"))
    assert made.lexical == "fever cough"
    assert {part.text for part in made.added} == {"pyrexia", "febrile"}
