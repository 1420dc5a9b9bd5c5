"""What is changed in a sentence, and that nothing is changed where no rule fits."""

from __future__ import annotations

import random

import pytest

from rag.training.perturb import OPPOSITES, deny, renumber, reverse, reword, swap_sides


def rng() -> random.Random:
    return random.Random(0)


@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        ("Zinc reduces the risk.", "Zinc increases the risk."),
        ("Higher doses were used.", "Lower doses were used."),
        ("Zinc was given.", None),
    ],
    ids=["verb", "capital", "none"],
)
def test_a_direction_turned_round(sentence, wanted):
    assert reverse(sentence, rng()) == wanted


@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        ("Zinc reduces the risk.", "Zinc does not reduce the risk."),
        ("Zinc reduced the risk.", "Zinc did not reduce the risk."),
        ("Zinc does not reduce the risk.", "Zinc reduces the risk."),
        ("Zinc did not reduce the risk.", "Zinc reduced the risk."),
        ("Zinc is effective.", "Zinc is not effective."),
        ("Zinc is not effective.", "Zinc is effective."),
        ("Zinc had no effect.", "Zinc had a effect."),
        ("Zinc for colds.", None),
    ],
    ids=["third", "past", "does-not", "did-not", "is", "is-not", "no", "none"],
)
def test_a_negation_added_or_removed(sentence, wanted):
    assert deny(sentence, rng()) == wanted


def test_denying_twice_gives_the_sentence_back():
    for sentence in ("Zinc reduces the risk.", "Zinc reduced the risk.", "Zinc is effective."):
        once = deny(sentence, rng())
        assert once is not None
        assert deny(once, rng()) == sentence


def test_a_number_changed_is_another_number():
    for seed in range(50):
        changed = renumber("Risk fell by 12 % in 340 adults.", random.Random(seed))
        assert changed is not None
        mine = {w for w in changed.split() if w.isdigit()}
        assert len(mine & {"12", "340"}) == 1
    assert renumber("Risk fell in IL-6 users.", rng()) is None


def test_sides_exchanged():
    assert swap_sides("Zinc was better than placebo.") == "Placebo was better than zinc."
    assert swap_sides("Zinc was good.") is None


def test_rewording_drops_the_frame_and_asides():
    said = "In conclusion, we found that zinc shortened colds (P = .01) in adults."
    for seed in range(20):
        new = reword(said, random.Random(seed))
        assert new is None or "zinc" in new.lower()
        assert new is None or "conclusion" not in new.lower()
    assert reword("Zinc helps.", rng()) is None


def test_opposites_lead_away():
    assert all(word != other for word, other in OPPOSITES.items())
