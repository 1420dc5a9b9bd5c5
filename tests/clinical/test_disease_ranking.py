import math

import pytest

from rag.clinical.diseases import Names
from rag.clinical.ranking import HALF, PRIOR, TEXT, TITLE, rank_diseases
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
    # gout: 54 million people, 7.5 in the table; 4 is what a disease outside the list gets
    prior = 0.6 * math.log(10) * (7.5 - 4.0)
    assert found.score == pytest.approx(0.5 * odds + 4.0 * math.log1p(weight) + prior)


def test_a_name_that_stands_everywhere_says_less():
    hits = [hit(1, "What is (are) Gout ?", "x"), hit(2, "What is (are) Asthma ?", "x")]
    rates = {"gout": 0.4, "asthma": 0.001}
    found = rank_diseases(hits, Names(), lambda d: rates[d.name])
    assert [s.disease.name for s in found] == ["asthma", "gout"]


def test_the_common_is_commoner_than_the_rare():
    hits = [hit(1, "What is (are) Yellow Fever ?", "x"), hit(2, "What is (are) Influenza ?", "x")]
    found = rank_diseases(hits, Names(), lambda _: 0.001)
    assert [s.disease.name for s in found] == ["influenza", "yellow fever"]
    assert found[1].weight > found[0].weight
