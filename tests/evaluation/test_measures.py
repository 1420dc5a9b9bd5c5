"""Measures on numbers worked by hand, and against a plain reading of their definitions."""

import math
import sys

import numpy as np
import pytest

from rag.errors import EvaluationError
from rag.evaluation.measures import KEYS, measure
from rag.evaluation.runs import Run, read_run, write_run


def ranked(*documents):
    return [(d, float(len(documents) - i)) for i, d in enumerate(documents)]


def test_worked_by_hand():
    judgements = {"q1": {"a": 2, "b": 1, "x": 0, "gone": 1}, "q2": {"c": 1}, "q3": {"d": 1}}
    run = Run.of({"q1": ranked("x", "a", "y", "b"), "q2": ranked("c"), "unjudged": ranked("a")})
    found = measure(run, judgements)
    assert found.queries == ("q1", "q2", "q3")
    dcg = 2 / math.log2(3) + 1 / math.log2(5)
    ideal = 2 + 1 / math.log2(3) + 1 / math.log2(4)
    for key, first in {
        "ndcg@10": dcg / ideal,
        "recall@100": 2 / 3,
        "mrr": 1 / 2,
        "map": (1 / 2 + 2 / 4) / 3,
        "p@10": 2 / 10,
    }.items():
        second = 0.1 if key == "p@10" else 1.0
        assert found.values[key] == pytest.approx((first, second, 0.0), abs=1e-9), key
        assert found.mean(key) == pytest.approx((first + second) / 3, abs=1e-9)
    assert list(found.means()) == list(KEYS)


def plain(documents, judged):
    """The definitions, word for word."""
    grades = [max(0, judged.get(d, 0)) for d in documents]
    best = sorted((max(0, g) for g in judged.values()), reverse=True)
    total = sum(g > 0 for g in best)
    if not total:
        return dict.fromkeys(KEYS, 0.0)
    gain = [sum(g / math.log2(i + 2) for i, g in enumerate(row[:10])) for row in (grades, best)]
    ranks = [i for i, g in enumerate(grades, start=1) if g > 0]
    return {
        "ndcg@10": gain[0] / gain[1],
        "recall@100": sum(g > 0 for g in grades[:100]) / total,
        "mrr": 1 / ranks[0] if ranks else 0.0,
        "map": sum(n / rank for n, rank in enumerate(ranks, start=1)) / total,
        "p@10": sum(g > 0 for g in grades[:10]) / 10,
    }


def test_against_the_definitions_with_ties_negative_grades_and_nothing_found(tmp_path):
    random = np.random.default_rng(7)
    names = [f"d{i}" for i in range(300)]
    judgements, found = {}, {}
    for q in range(60):
        judged = random.choice(names, 40, replace=False)
        judgements[f"q{q}"] = {str(d): int(random.integers(-1, 4)) for d in judged}
        some = random.choice(names, 150 if q % 9 else 0, replace=False)
        # few different scores, some closer than single precision tells
        found[f"q{q}"] = [(str(d), random.integers(30) / 7 + random.random() * 1e-9) for d in some]
    judgements["q1"] = dict.fromkeys(judgements["q1"], 0)
    run = Run.of(found)
    measured = measure(run, judgements)
    for at, (query, judged) in enumerate(judgements.items()):
        expected = plain([row.document for row in run.found[query]], judged)
        for key in KEYS:
            assert measured.values[key][at] == pytest.approx(expected[key], abs=1e-6), (query, key)
    write_run(run, tmp_path / "r.trec")
    assert measure(read_run(tmp_path / "r.trec"), judgements) == measured


def test_a_run_that_found_nothing_is_worth_nothing():
    found = measure(Run.of({}), {"q": {"a": 1}})
    assert found.means() == dict.fromkeys(KEYS, 0.0)
    with pytest.raises(EvaluationError, match="no query is judged"):
        measure(Run.of({}), {})


@pytest.mark.parametrize("name", ["ir_measures", "pytrec_eval", "scipy.stats"])
def test_without_the_extra_one_line_says_what_to_install(monkeypatch, name):
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(EvaluationError, match=rf"needs {name}: pip install 'medlit\[eval\]'"):
        measure(Run.of({}), {"q": {"a": 1}})


@pytest.mark.parametrize("own", ["\ud800", "d\0"])
def test_an_id_that_the_c_code_cannot_take_is_refused(own):
    # the first ended the process with a fault, the second was taken for "d"
    with pytest.raises(EvaluationError, match="is no text"):
        measure(Run.of({"q": [(own, 1.0)]}), {"q": {"d": 1}})
