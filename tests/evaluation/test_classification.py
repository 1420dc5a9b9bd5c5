import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import precision_recall_fscore_support

from rag.evaluation.classification import classify

LABELS = ("supports", "contradicts", "unclear")


def test_hand_worked():
    gold = ["supports"] * 3 + ["contradicts"] * 2 + ["unclear"]
    said = ["supports", "supports", "unclear", "supports", "contradicts", "unclear"]
    found = classify(gold, said, LABELS)
    assert (found.n, found.accuracy, found.majority) == (6, 4 / 6, 0.5)
    # supports: 2 of 3 said right, 2 of 3 found; contradicts: 1 of 1, 1 of 2; unclear 1 of 2, 1 of 1
    assert [o.precision for o in found.labels] == [2 / 3, 1.0, 0.5]
    assert [o.recall for o in found.labels] == [2 / 3, 0.5, 1.0]
    assert [o.f1 for o in found.labels] == pytest.approx([2 / 3, 2 / 3, 2 / 3])
    assert found.macro_f1 == pytest.approx(2 / 3)
    assert found.confusion["contradicts", "supports"] == 1
    assert found.of("unclear").said == 2
    with pytest.raises(KeyError):
        found.of("maybe")


def test_a_label_that_never_occurs_counts_0():
    found = classify(["supports"], ["supports"], LABELS)
    assert found.accuracy == 1.0
    assert found.macro_f1 == pytest.approx(1 / 3)


def test_silence_is_wrong_and_no_label():
    found = classify(["supports", "unclear"], ["", "unclear"], LABELS)
    assert found.accuracy == 0.5
    assert found.of("supports").recall == 0.0
    assert found.of("unclear").precision == 1.0


def test_nothing_and_strange_gold():
    assert classify([], [], LABELS).accuracy == 0.0
    with pytest.raises(ValueError, match="maybe"):
        classify(["maybe"], ["maybe"], LABELS)


LABEL = st.sampled_from(LABELS)


@given(st.lists(st.tuples(LABEL, LABEL), min_size=1, max_size=40))
def test_as_scikit_learn(rows):
    gold, said = zip(*rows, strict=True)
    found = classify(gold, said, LABELS)
    rates = precision_recall_fscore_support(gold, said, labels=LABELS, zero_division=0)
    assert [o.precision for o in found.labels] == pytest.approx(list(rates[0]))
    assert [o.recall for o in found.labels] == pytest.approx(list(rates[1]))
    assert [o.f1 for o in found.labels] == pytest.approx(list(rates[2]))
    assert found.macro_f1 == pytest.approx(rates[2].mean())
