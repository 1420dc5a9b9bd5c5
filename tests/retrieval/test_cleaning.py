"""What of a question or a message is searched by words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.index.lexical import analyser
from rag.retrieval.cleaning import COURTESIES, FILLERS, age_group, clean, core


@pytest.mark.parametrize(
    ("asked", "searched"),
    [
        ("What is (are) Psoriasis ?", "Psoriasis"),
        (
            "Which genes are associated with Alzheimer disease?",
            "genes associated with Alzheimer disease?",
        ),
        ("I feel that I have a fever and cough.", "a fever and cough."),
        ("pertussis in adults", "pertussis in adults"),
        # durations of treatment and ages stay where nobody speaks of themselves
        ("patients treated for 3 months", "patients treated for 3 months"),
        ("women over 65 years old", "women over 65 years old"),
        ("CAN I TAKE ASPIRIN", "TAKE ASPIRIN"),
    ],
)
def test_words_of_asking_go(asked, searched):
    assert clean(asked) == searched


@pytest.mark.parametrize(
    "asked",
    [
        "type I collagen",
        "phase I and II trials",
        "WHO guidelines",
        "IT band syndrome",
        "no fever without cough",
        "doctor patient communication",
        "generalized worry",
        "HI titers after vaccination",
        "with regards to statins in CKD",
        "good morning cortisol",
        "dear enemy effect",
    ],
)
def test_what_names_something_stays(asked):
    assert clean(asked) == asked
    assert core(asked) == asked


@pytest.mark.parametrize("asked", ["who?", "hi", "What should I do?", "???", "I am"])
def test_a_query_is_never_emptied(asked):
    assert clean(asked) == asked


MESSAGE = (
    "Hello doctor, I am a 45 year old woman and for three weeks I have had a dry cough. "
    "I'm so worried! I took ibuprofen. Does it need antibiotics? Thank you in advance, Maria"
)


def test_a_message_keeps_age_group_sex_symptom_drug_and_question():
    words = clean(MESSAGE)
    assert words == "a adult woman and a dry cough. took ibuprofen. antibiotics?"


def test_the_core_of_a_message_is_its_own_sentences():
    assert core(MESSAGE) == (
        "I am a 45 year old woman and for three weeks I have had a dry cough. "
        "I took ibuprofen. Does it need antibiotics?"
    )


@pytest.mark.parametrize(
    ("message", "searched"),
    [
        ("I am writing because of my chest pain and fever.", "because of chest pain and fever."),
        ("Thank you for any advice on my migraine.", "migraine."),
        ("Hi, I hope someone can help me with my psoriasis.", "psoriasis."),
        ("Sorry for the long post, my back hurts. Thanks so much, Tom", "back hurts."),
        ("I don't know what to do about my migraine.", "migraine."),
        ("Should I see a doctor for chest pain?", "for chest pain?"),
    ],
)
def test_a_courtesy_never_takes_the_complaint_with_it(message, searched):
    assert clean(message) == searched


def test_a_curly_apostrophe_is_an_apostrophe():
    assert clean("I’ve been having night sweats") == clean("I've been having night sweats")
    assert clean("I’ve been having night sweats") == "night sweats"


def test_ages():
    groups = {0: "infant", 1: "child", 12: "child", 13: "adolescent", 17: "adolescent"}
    groups |= {18: "adult", 64: "adult", 65: "elderly", 101: "elderly"}
    assert {years: age_group(years) for years in groups} == groups


def test_no_denial_and_no_sex_is_a_filler():
    assert not FILLERS & {"no", "not", "without", "never", "woman", "man", "female", "pain"}


@given(st.text(max_size=60))
def test_any_text_comes_back_with_words_of_its_own(text):
    cleaned = clean(text)
    assert bool(cleaned.strip()) == bool(text.strip())
    groups = {stem for n in (0, 5, 15, 30, 70) for stem in analyser().analyze(age_group(n))}
    before = set(analyser().analyze(text.replace("’", "'")))
    assert set(analyser().analyze(cleaned)) <= before | groups


@pytest.mark.parametrize("text", ["thank " * 3000, "i have " * 3000, "hi doctor " * 3000])
def test_long_repetition_takes_no_time_to_speak_of(text):
    assert len(clean(text)) <= len(text)  # a pattern that backtracks would meet the time limit


def test_courtesies_are_patterns_without_a_group_that_is_kept():
    assert all(re.compile(p).groups == 0 for p in COURTESIES)
