"""Emergencies in the words of frightened people, and their denials."""

import pytest

from rag.answering.redflags import red_flags


@pytest.mark.parametrize(
    "text",
    [
        "My baby isn't breathing.",
        "My father stopped breathing and is blue.",
        "I took 30 paracetamol tablets.",
        "She has swallowed a whole bottle of pills.",
        "I can't stop the bleeding from my leg.",
        "My nose is bleeding and it won't stop.",
    ],
)
def test_an_emergency_is_named(text):
    assert red_flags(text)


@pytest.mark.parametrize(
    "text",
    [
        "I took 2 paracetamol tablets for my headache.",
        "The bleeding has stopped and I feel well.",
        "Does tranexamic acid stop bleeding in trauma?",
        "What is the antidote for paracetamol overdose?",
    ],
)
def test_no_emergency_is_made_up(text):
    assert red_flags(text) == ()
