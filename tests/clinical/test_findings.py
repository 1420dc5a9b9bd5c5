import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.clinical.findings import find_findings
from rag.types import Experiencer, FindingTime


def told(text):
    return [(f.name, f.negated) for f in find_findings(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I feel that I have a fever and cough.", [("Fever", False), ("Cough", False)]),
        ("I have a cough but no fever.", [("Cough", False), ("Fever", True)]),
        (
            "Denies chest pain, nausea or vomiting.",
            [("Chest pain", True), ("Nausea", True), ("Vomiting", True)],
        ),
        ("No fever. Coughing up blood.", [("Fever", True), ("Hemoptysis", False)]),
        ("Fever was ruled out.", [("Fever", True)]),
        ("Headache: none.", [("Headache", True)]),
        ("Not only fever but also chills.", [("Fever", False), ("Chills", False)]),
        ("My head hurts and I've been throwing up.", [("Headache", False), ("Vomiting", False)]),
        ("It burns. Feverfew tea.", []),
    ],
)
def test_names_and_negation(text, expected):
    assert told(text) == expected


def test_whose_and_when():
    (mother,) = find_findings("My mother had seizures.")
    assert (mother.experiencer, mother.relative, mother.holds) == (
        Experiencer.FAMILY,
        "mother",
        False,
    )
    (child,) = find_findings("My son has a rash.")
    assert child.holds
    (past,) = find_findings("History of syncope.")
    assert past.time is FindingTime.PAST
    (condition,) = find_findings("Return for fever.")
    assert (condition.time, condition.holds) == (FindingTime.CONDITIONAL, False)
    (possible,) = find_findings("Possible jaundice.")
    assert possible.uncertain


def test_duration_is_as_written():
    (found,) = find_findings("He has had a cough for three weeks.")
    assert found.duration == "for three weeks"


@given(st.text(max_size=200), st.sampled_from(["fever", "no cough", "my mother had a rash"]))
def test_offsets_hold_in_any_text(noise, words):
    text = f"{noise} {words}. {noise}"
    for found in find_findings(text):
        assert text[found.start : found.end] == found.text
