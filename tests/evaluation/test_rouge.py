from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evaluation.rouge import rouge, su4


def test_su4_of_the_paper():
    # section 5: "police killed the gunman" and its four candidates; with the four single words
    ideal = ["police", "killed", "the", "gunman"]
    # six pairs and four words; "police kill the gunman" shares three pairs and three words
    assert su4(["police", "kill", "the", "gunman"], ideal).f1 == pytest.approx(6 / 10)
    # "the gunman kill police" shares one pair (the gunman) and three words
    assert su4(["the", "gunman", "kill", "police"], ideal).f1 == pytest.approx(4 / 10)
    # "the gunman police killed" shares two pairs and four words
    assert su4(["the", "gunman", "police", "killed"], ideal).f1 == pytest.approx(6 / 10)


def test_su4_skips_four_words_and_no_more():
    # five words between the two: no pair of them; 7 words, pairs of distance 1 to 5: 6+5+4+3+2
    line = ["a", "1", "2", "3", "4", "5", "b"]
    assert su4(["a", "b"], line).recall == 2 / (7 + 20)
    line = ["a", "1", "2", "3", "4", "b"]
    assert su4(["a", "b"], line).recall == 3 / (6 + 15)
    assert su4(["a", "b"], line).precision == 1.0
    assert su4(["b", "a"], line).precision == 2 / 3


def test_repeats_count_as_often_as_both_have_them():
    # "a a a": 3 words, 3 pairs; "a a": 2 words, 1 pair
    found = su4(["a"] * 3, ["a"] * 2)
    assert (found.recall, found.precision) == (1.0, 3 / 6)
    assert su4([], ["a"]).f1 == su4(["a"], []).f1 == su4([], []).f1 == 0.0


WORDS = st.lists(st.sampled_from("abc"), max_size=12)


@given(WORDS, WORDS)
def test_su4_as_counted_over_all_pairs(said, ideal):
    def units(words):
        places = [p for p in combinations(range(len(words)), 2) if p[1] - p[0] - 1 <= 4]
        return Counter([words[i] + words[j] for i, j in places] + words)

    a, b = units(said), units(ideal)
    shared = sum(min(a[u], b[u]) for u in a)
    found = su4(said, ideal)
    assert found.recall == (shared / b.total() if b else 0)
    assert found.precision == (shared / a.total() if a else 0)


def test_rouge_2_by_hand():
    found = rouge("The cat sat, on the mat!", ["the cat on the mat"]).two
    # of 5 pairs said and 4 ideal ones "the cat", "on the", "the mat" are shared
    assert (found.recall, found.precision) == (3 / 4, 3 / 5)
    assert found.f1 == pytest.approx(6 / 9)


def test_the_best_of_several_ideal_answers_counts_with_its_own_recall():
    one = "fever and cough"
    long = "fever and cough and rash in many children of that age"
    found = rouge("fever and cough", [long, one])
    assert (found.two.f1, found.two.recall, found.su4.f1) == (1.0, 1.0, 1.0)
    # against the long one alone 2 of its 10 pairs of neighbours
    assert rouge(one, [long]).two.recall == 2 / 10


def test_no_ideal_answer_is_refused():
    with pytest.raises(ValueError, match="no ideal text"):
        rouge("a", [])


def test_texts_without_words():
    found = rouge("", ["fever"])
    assert (found.two.f1, found.su4.f1) == (0.0, 0.0)
    assert rouge("…", ["Ω"]).su4.f1 == 0.0
