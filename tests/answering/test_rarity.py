"""How rare a word is: counted in a large index, topped up in a small one."""

import math

import pytest

from rag.answering.rarity import LEAST_PASSAGES, inverse_frequency, rareness, rarities
from rag.claims.lexicon import content_terms, coverage

QUESTION = "What is the target of imatinib?"


def test_the_formula_by_hand():
    # log(1 + (10 - 2 + 0.5) / (2 + 0.5)) = log(4.4)
    assert inverse_frequency(2, 10) == pytest.approx(math.log(4.4))
    assert inverse_frequency(12, 10) == pytest.approx(math.log(1 + 0.5 / 12.5))


def test_in_a_small_index_a_common_word_is_not_the_rarest():
    held = {"target": 0, "imatinib": 1}
    found = rarities(QUESTION, (), held.__getitem__, 12)
    # 988 passages are added, of which 3 % hold "target": 29.64 of 1000
    assert found["target"] == pytest.approx(math.log(1 + (1000 - 29.64 + 0.5) / (29.64 + 0.5)))
    assert found["imatinib"] == pytest.approx(math.log(1 + 999.5 / 1.5))
    assert coverage(found, frozenset({"imatinib"}), found) == pytest.approx(0.650, abs=0.001)


@pytest.mark.parametrize("passages", [LEAST_PASSAGES, 50_000])
def test_a_large_index_is_counted_as_it_is(passages):
    held = {"target": 0, "imatinib": 1}
    found = rarities(QUESTION, (), held.__getitem__, passages)
    assert found["target"] == inverse_frequency(0, passages)
    assert found["target"] > found["imatinib"] == inverse_frequency(1, passages)


def test_without_an_index_the_passages_at_hand_are_counted():
    texts = [content_terms("Imatinib inhibits a kinase."), content_terms("Honey and cough.")]
    found = rarities(QUESTION, texts)
    assert found["imatinib"] == pytest.approx(math.log(1 + 999.5 / 1.5))
    assert found["imatinib"] > found["target"]


def test_the_forms_of_one_stem_count_by_the_most_frequent():
    held = {"kinase": 7, "kinases": 3}
    found = rarities("kinase or kinases", (), held.__getitem__, 2000)
    assert found == {next(iter(content_terms("kinase"))): inverse_frequency(7, 2000)}


def test_rareness_falls_from_one_and_asks_the_index_once():
    asked = []

    def holders(word):
        asked.append(word)
        return {"gene": 2000, "nemo7": 0}[word]

    rare = rareness(holders, 8000)
    assert rare("nemo7") == 1.0
    assert rare("gene") == pytest.approx(math.log(8001 / 2000.5) / math.log(8001))
    assert rare("gene") < rare("nemo7")
    assert asked == ["nemo7", "gene"]
    # a small index is taken to have LEAST_PASSAGES
    assert rareness(lambda word: 0, 12)("x") == min(
        1.0, math.log((LEAST_PASSAGES + 1) / 0.5) / math.log(8001)
    )
