"""The preference for stronger designs, by hand."""

import math

import pytest

from rag.errors import UsageError
from rag.retrieval.boost import boosted


def test_by_hand():
    # 0.6 + 0.1 * 0.6 * 5/5; 0.5 + 0.1 * 0.5 * 3/5; -0.2 + 0.1 * 0.2 * 4/5; level 6 and unknown: 0
    scores = {1: 0.6, 2: 0.5, 3: -0.2, 4: 0.65, 5: 0.3}
    found = boosted(scores, {1: 1, 2: 3, 3: 2, 4: 6}, 0.1)
    assert found == pytest.approx({1: 0.66, 2: 0.53, 3: -0.184, 4: 0.65, 5: 0.3})
    assert max(scores, key=scores.get) == 4
    assert max(found, key=found.get) == 1


def test_nothing_changes_without_a_boost_and_nothing_given_is_changed():
    scores = {1: 0.5, 2: 0.4}
    assert boosted(scores, {1: 6, 2: 1}, 0.0) == scores
    boosted(scores, {2: 1}, 1.0)
    assert scores == {1: 0.5, 2: 0.4}
    assert boosted({}, {}, 0.5) == {}


@pytest.mark.parametrize("boost", [-0.1, math.nan, math.inf])
def test_what_is_no_boost(boost):
    with pytest.raises(UsageError, match="evidence boost"):
        boosted({1: 0.5}, {1: 1}, boost)
