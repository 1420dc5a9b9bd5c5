import json

import pytest

from rag.errors import EvaluationError
from rag.evaluation.pairs import Pair, read_pairs, verdict_of
from rag.evaluation.support import measure_support, write_scores
from rag.models.verifier import Judgement
from tests.evaluation.answer_doubles import TableVerifier, write_lines

PAIRS = [
    Pair("a", "x", "supports", "1", {"topic": "t"}),
    Pair("b", "x", "supports"),
    Pair("c", "x", "contradicts"),
    Pair("d", "x", "unclear"),
]
VERDICTS = {("a", "x"): "supports", ("c", "x"): "supports", ("d", "x"): "unclear"}


@pytest.mark.parametrize(
    ("label", "verdict"),
    [
        ("SUPPORT", "supports"),
        ("Supports", "supports"),
        ("SUPPORTED", "supports"),
        ("entailment", "supports"),
        ("true", "supports"),
        (True, "supports"),
        ("CONTRADICT", "contradicts"),
        ("Refutes", "contradicts"),
        ("contradiction", "contradicts"),
        (False, "contradicts"),
        ("NEI", "unclear"),
        ("NOT_ENOUGH_INFO", "unclear"),
        ("not enough info", "unclear"),
        ("Neutral", "unclear"),
        ("unverified", "unclear"),
        ("half true", None),
        (3, None),
        (None, None),
    ],
    ids=str,
)
def test_labels_of_the_field(label, verdict):
    assert verdict_of(label) == verdict


def test_reading(tmp_path):
    rows = [
        {"id": 7, "claim": " c ", "evidence": ["One.", "Two."], "label": "NEI", "topic": 3},
        {"claim": "d", "evidence": "e", "label": "REFUTES"},
    ]
    one, two = read_pairs(write_lines(tmp_path / "p.jsonl", rows))
    assert one == Pair("c", "One. Two.", "unclear", "7", {"topic": 3})
    assert two == Pair("d", "e", "contradicts")
    assert read_pairs(tmp_path / "p.jsonl", 1) == [one]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"evidence": "e", "label": "NEI"}, "line 2 has no text in 'claim'"),
        ({"claim": "c", "label": "NEI"}, "line 2 has no text in 'evidence'"),
        ({"claim": "c", "evidence": [], "label": "NEI"}, "line 2 has no text in 'evidence'"),
        ({"claim": "c", "evidence": [1], "label": "NEI"}, "no text or list of texts in 'evidence'"),
        ({"claim": "c", "evidence": "e", "label": "often"}, "line 2 has the label 'often'"),
        ({"claim": "c", "evidence": "e"}, "line 2 has the label None"),
    ],
)
def test_a_bad_row_is_named(tmp_path, row, said):
    good = {"claim": "c", "evidence": "e", "label": "NEI"}
    with pytest.raises(EvaluationError, match=said):
        read_pairs(write_lines(tmp_path / "p", [good, row]), limit=1)


def test_figures_by_hand():
    verifier = TableVerifier(VERDICTS)
    measured = measure_support(PAIRS, verifier)
    flat = measured.flat()
    # said: supports, unclear, supports, unclear
    assert (flat["n"], flat["accuracy"]) == (4, 0.5)
    assert (flat["precision_supports"], flat["recall_supports"]) == (0.5, 0.5)
    assert flat["said_supports"] == 2
    assert (flat["f1_supports"], flat["f1_contradicts"]) == (0.5, 0.0)
    assert flat["f1_unclear"] == pytest.approx(2 / 3)
    assert flat["macro_f1"] == pytest.approx((0.5 + 0 + 2 / 3) / 3)
    assert flat["confusion_contradicts_supports"] == 1
    assert sum(v for k, v in flat.items() if k.startswith("confusion_")) == 4
    assert (flat["verifier"], flat["threshold"], flat["majority"]) == ("table-1", 0.5, 0.5)


class Unsure(TableVerifier):
    """Finds everything likelier supported than not, and is never sure enough to say so."""

    def judge(self, pairs):
        return [Judgement("unclear", 0.6, 0.1) for _ in pairs]


def test_the_likeliest_label_and_the_verdict_are_told_apart():
    flat = measure_support(PAIRS, Unsure()).flat()
    # all four said to be supported: two rightly, so precision .5, recall 1, F1 2/3
    assert flat["f1_supports"] == pytest.approx(2 / 3)
    assert flat["macro_f1"] == pytest.approx(2 / 9)
    assert (flat["said_supports"], flat["precision"], flat["recall"]) == (0, 0.0, 0.0)
    # all four said to be unclear: one rightly
    assert flat["macro_f1_at_threshold"] == pytest.approx(2 * 0.25 / 1.25 / 3)


def test_many_pairs_come_in_batches_and_in_order():
    pairs = [Pair(str(n), "x", "supports") for n in range(150)]
    verifier = TableVerifier({("149", "x"): "supports"})
    measured = measure_support(pairs, verifier)
    assert [len(call) for call in verifier.calls] == [64, 64, 22]
    assert [j.verdict for j in measured.judgements].index("supports") == 149


def test_a_verifier_that_loses_a_pair_is_found_out():
    class Short(TableVerifier):
        def judge(self, pairs):
            return super().judge(pairs)[1:]

    with pytest.raises(EvaluationError, match="3 judgements for 4 pairs"):
        measure_support(PAIRS, Short())
    with pytest.raises(EvaluationError, match="no pair"):
        measure_support([], TableVerifier())


def test_scores_hold_a_row_a_pair(tmp_path):
    measured = measure_support(PAIRS, TableVerifier(VERDICTS))
    write_scores(tmp_path / "s", PAIRS, measured.judgements)
    rows = [json.loads(line) for line in (tmp_path / "s").read_text().splitlines()]
    assert len(rows) == 4
    assert rows[0] == {
        "id": "1",
        "claim": "a",
        "evidence": "x",
        "label": "supports",
        "verdict": "supports",
        "supports": 0.9,
        "contradicts": 0.04,
        "unclear": 0.06,
        "topic": "t",
    }
    assert "id" not in rows[1]
    # what was written can be judged again
    assert read_pairs(tmp_path / "s")[2].label == "contradicts"
