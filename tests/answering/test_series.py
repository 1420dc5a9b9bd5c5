import pytest

from rag.answering.phrases import phrases, words
from rag.answering.series import series


def items(sentence):
    """Items of each enumeration, whole phrases only."""
    found = words(sentence)
    runs = phrases(found, sentence)
    out = {}
    for (first, last), number in zip(runs, series(runs, found, sentence), strict=True):
        if number >= 0:
            out.setdefault(number, []).append(sentence[found[first].start : found[last].end])
    return list(out.values())


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Use zinc, iron and copper.", [["zinc", "iron", "copper"]]),
        ("Use zinc (Zn), iron (Fe) and copper.", [["zinc", "iron", "copper"]]),
        ("Signs are (i) fever, (ii) rash and (iii) cough.", [["fever", "rash", "cough"]]),
        ("Use zinc or iron.", [["zinc", "iron"]]),
        ("Metals (zinc, iron, copper) rust.", [["zinc", "iron", "copper"]]),
        ("In Rome, zinc is used.", []),
        ("Zinc lowers iron.", []),
    ],
    ids=["commas", "brackets", "numbered", "two", "in-brackets", "a-comma", "none"],
)
def test_items_of_one_enumeration_are_found(sentence, expected):
    assert items(sentence) == expected


def test_two_enumerations_stay_apart():
    assert items("Zinc and iron lower fever and cough.") == [["Zinc", "iron"], ["fever", "cough"]]
