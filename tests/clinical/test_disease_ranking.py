import math

import pytest

from rag.clinical.diseases import Names
from rag.clinical.ranking import COMMON, EVIDENCE, HALF, PRIOR, TEXT, TITLE, rank_diseases
from rag.types import Article, Hit, Passage, Section, StageScores


def hit(rank, title, text):
    article = Article(f"id:{rank}", title, sections=(Section(text),))
    passage = Passage(rank, article.id, "", text, len(title) + 1, len(title) + 1 + len(text))
    return Hit(passage, article, 1 / rank, rank, StageScores())


def test_the_formula_by_hand():
    hits = [hit(1, "What is (are) Gout ?", "Pain."), hit(2, "A long title of no disease.", "Gout.")]
    (found,) = rank_diseases(hits, Names(), lambda _: 0.01)
    first, second = 1.0, 1.0 / (1.0 + 1 / HALF)
    weight = first * TITLE + second * TEXT
    rate = (weight + PRIOR * 0.01) / (first + second + PRIOR)
    odds = math.log(rate / (1 - rate)) - math.log(0.01 / 0.99)
    assert (found.disease.name, len(found.hits)) == ("gout", 2)
    assert found.weight == pytest.approx(weight)
    assert found.log_odds == pytest.approx(odds)
    assert found.score == pytest.approx(odds + EVIDENCE * math.log1p(weight) + COMMON)


def test_a_name_that_stands_everywhere_says_less():
    hits = [hit(1, "What is (are) Gout ?", "x"), hit(2, "What is (are) Asthma ?", "x")]
    rates = {"gout": 0.4, "asthma": 0.001}
    found = rank_diseases(hits, Names(), lambda d: rates[d.name])
    assert [s.disease.name for s in found] == ["asthma", "gout"]
