"""What takes a support back, and what does not."""

from __future__ import annotations

import pytest

from rag.claims.features import read_pair
from rag.claims.vetoes import veto

_VETOED = "number unit name sides direction doubt species all of-every time rate dose"


@pytest.mark.parametrize(
    ("claim", "evidence", "said"),
    [
        ("Risk fell by 12%.", "The risk fell by 21%.", "numbers"),
        ("5000 units were given.", "5000 mg were given.", "numbers"),
        ("CYP2D6 metabolises codeine.", "CYP3A4 metabolises codeine.", "names"),
        ("Zinc is better than honey.", "Honey is better than zinc.", "the other way round"),
        ("Zinc increases risk.", "Zinc decreased risk.", "opposite direction"),
        ("Zinc shortens colds.", "Zinc may shorten colds.", "doubt"),
        ("Zinc shortens colds.", "Zinc shortened colds in mice.", "animals"),
        ("Zinc shortens all colds.", "Zinc shortened colds.", "wider"),
        ("Zinc is a cure of every cold.", "Zinc is a cure of a cold.", "wider"),
        ("Zinc is given before meals.", "Zinc is given after meals.", "passage after"),
        ("Zinc is taken weekly.", "Zinc is taken daily.", "passage daily"),
        ("Low-dose zinc helps.", "High-dose zinc helps.", "passage high-dose"),
    ],
    ids=[
        "number",
        "unit",
        "name",
        "sides",
        "direction",
        "doubt",
        "species",
        "all",
        "of-every",
        "time",
        "rate",
        "dose",
    ],
)
def test_vetoed(claim, evidence, said):
    assert said in veto(claim, evidence, read_pair(claim, evidence))


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Risk fell by 12%.", "The risk fell by 12 percent in 340 adults."),
        ("CYP2D6 metabolises codeine.", "Codeine is metabolised by CYP2D6."),
        ("Zinc is better than honey.", "Zinc was better than honey for colds."),
        ("Zinc may shorten colds.", "Zinc may shorten colds."),
        ("In mice zinc shortens colds.", "Zinc shortened colds in mice."),
        ("Zinc shortens every cold.", "Zinc shortened all colds."),
        ("Half of all colds were shorter.", "Half of the colds were shorter."),
        ("Zinc is given after meals.", "Zinc is given before or after meals."),
    ],
    ids=["number", "name", "sides", "doubt", "species", "all", "of-all", "time"],
)
def test_not_vetoed(claim, evidence):
    assert veto(claim, evidence, read_pair(claim, evidence)) == ""
