"""Paired tests on numbers worked by hand."""

import itertools
import math

import numpy as np
import pytest

from rag.errors import EvaluationError
from rag.evaluation.measures import KEYS, Measured
from rag.evaluation.significance import compare


def measured(*values):
    queries = tuple(f"q{i}" for i in range(len(values)))
    return Measured(queries, {key: tuple(map(float, values)) for key in KEYS})


def test_three_queries_by_hand():
    # differences 1, 2, 3: mean 2, standard deviation 1, t = 2 / (1/√3) = √12 with 2 degrees of
    # freedom, whose distribution function is 1/2 + t / (2 √(2 + t²))
    found = compare(measured(2, 4, 6), measured(1, 2, 3))
    assert [c.measure for c in found] == list(KEYS)
    c = found[0]
    assert (c.n, c.mean, c.against, c.difference) == (3, 4.0, 2.0, 2.0)
    assert c.p_t == pytest.approx(1 - math.sqrt(12) / math.sqrt(14), abs=1e-12)
    # of 8 exchanges two give |mean| of 2: none, and all
    assert c.p_permutation == 0.25
    # resampled means lie on thirds between 1 and 3; 2.5 % of 27 is less than one resample
    assert (c.low, c.high) == (1.0, 3.0)
    assert compare(measured(1, 2, 3), measured(2, 4, 6))[0].difference == -2.0


def test_the_randomisation_test_counts_all_exchanges():
    random = np.random.default_rng(3)
    a, b = random.random(10), random.random(10)
    d = a - b
    sums = [abs(float(np.dot(d, s))) for s in itertools.product((1, -1), repeat=10)]
    expected = np.mean([s >= abs(d.sum()) - 1e-12 for s in sums])
    # queries that do not differ change nothing, and leave the count exact
    same = [0.5] * 40
    found = compare(measured(*a, *same), measured(*b, *same))[0]
    assert found.p_permutation == pytest.approx(expected, abs=1e-12)
    assert found.n == 50


def test_many_queries_are_resampled_the_same_twice():
    random = np.random.default_rng(5)
    a = random.random(200)
    b = np.clip(a + random.normal(0.03, 0.2, 200), 0, 1)
    one, two = compare(measured(*b), measured(*a))[0], compare(measured(*b), measured(*a))[0]
    assert one == two
    assert one.p_permutation == pytest.approx(one.p_t, abs=0.02)
    # the normal interval, which a mean of 200 is close to
    half = 1.96 * np.std(b - a, ddof=1) / math.sqrt(200)
    assert one.low == pytest.approx(one.difference - half, abs=0.1 * half)
    assert one.high == pytest.approx(one.difference + half, abs=0.1 * half)


def test_runs_without_spread():
    same = compare(measured(1, 2), measured(1, 2))[0]
    assert (same.difference, same.low, same.high) == (0.0, 0.0, 0.0)
    assert (same.p_t, same.p_permutation) == (1.0, 1.0)
    shifted = compare(measured(2, 3), measured(1, 2))[0]
    assert (shifted.low, shifted.high, shifted.p_t, shifted.p_permutation) == (1.0, 1.0, 0.0, 0.5)


def test_what_cannot_be_compared():
    with pytest.raises(EvaluationError, match="two queries or more"):
        compare(measured(1), measured(2))
    with pytest.raises(EvaluationError, match="different queries"):
        compare(measured(1, 2), measured(1, 2, 3))


def test_runs_that_differ_on_one_query():
    # 1 and -1 are as far from 0: both exchanges give as large a difference
    c = compare(measured(1, 2, 4), measured(1, 2, 3))[0]
    assert (c.difference, c.p_permutation) == (pytest.approx(1 / 3), 1.0)
