"""A name that was found once is found again; an eponym of the same letters stays."""

from __future__ import annotations

import pytest

from rag.privacy.detect import find_identifiers


def found(text):
    return [i.text for i in find_identifiers(text)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Mr. Testerly came. Testerly tested negative.", ["Testerly", "Testerly"]),
        ("Mrs. Baker has a cough. Baker went home.", ["Baker", "Baker"]),
        ("Dr. Samplewicz left. A Samplewicz scale was read.", ["Samplewicz", "Samplewicz"]),
        ("Mr. May rests. May be moved.", ["May"]),
        ("Mr. Young rests. Young man, well built.", ["Young"]),
    ],
    ids=["verb", "trade", "thing", "may", "young"],
)
def test_a_name_again(text, names):
    assert found(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "Mr. Parkinson has Parkinson's disease.",
        "Mr. Wilson fell. Wilson's sign negative, Wilson disease excluded.",
        "Dr. Foley placed a Foley catheter. Foley in place.",
        "Mrs. Baker rests. Baker's cyst on the left.",
    ],
    ids=["parkinson", "wilson", "foley", "baker"],
)
def test_an_eponym_stays_in_the_note_of_its_namesake(text):
    assert len(found(text)) == 1
