"""How many follow-ups of two lists are read right: as many as the documentation says."""

import pytest

from benchmarks.followups import FILES, held, rows


@pytest.mark.parametrize(
    ("file", "follow", "alone"), [(FILES[0], 54, 8), (FILES[1], 34, 6)], ids=["dev", "held-out"]
)
def test_as_many_as_were_measured(file, follow, alone):
    found = list(rows(file))
    assert len(found) > 40
    assert sum(r.right for r in found if r.follows) >= follow
    assert sum(r.right for r in found if not r.follows) >= alone


def test_words_are_held_where_a_word_begins_so():
    assert held("statin", "Do statins help?")
    assert not held("thyroidism", "hyperthyroidism")
    assert held("how often", "How often?")
