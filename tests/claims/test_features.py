"""Features worked out by hand on short pairs."""

from __future__ import annotations

import math

import pytest

from rag.claims.features import (
    COSINES,
    RULES,
    best_sentence,
    cosine_features,
    one_side_negated,
    read_pair,
    rule_features,
)


def features_of(claim: str, evidence: str) -> dict[str, float]:
    values = rule_features(claim, evidence, read_pair(claim, evidence))
    return dict(zip(RULES, values, strict=True))


def test_the_sentence_meant_is_the_one_that_shares_most():
    text = "Sixty adults took part. Zinc shortened colds in adults. No harm was seen."
    assert best_sentence("Zinc shortens colds.", text) == "Zinc shortened colds in adults."


def test_coverage_and_lengths_by_hand():
    found = features_of("Zinc shortens colds.", "Zinc shortened colds in adults.")
    # zinc, shorten, cold: all of three; of four stems in both texts three are shared
    assert found["coverage"] == 1.0
    assert found["jaccard"] == pytest.approx(3 / 4)
    assert found["claim length"] == pytest.approx(math.log(4))
    assert found["evidence length"] == pytest.approx(math.log(6))


@pytest.mark.parametrize(
    ("claim", "evidence", "name", "value"),
    [
        ("Zinc lowers risk.", "Zinc did not lower risk.", "one side negated", 1.0),
        ("Zinc lowers risk.", "Zinc lowers risk.", "one side negated", 0.0),
        ("Zinc increases risk.", "Zinc decreases risk.", "opposite direction", 1.0),
        ("Zinc increases risk.", "Zinc changes risk.", "direction missing", 1.0),
        ("Zinc increases risk.", "Zinc increased risk.", "direction agrees", 1.0),
        ("20 mg and 5 mg zinc help.", "Zinc at 20 mg helps.", "numbers missing", 0.5),
        ("Zinc helps.", "Zinc at 20 mg helps.", "numbers", 0.0),
        ("CYP2D6 rises.", "CYP3A4 rises.", "names missing", 1.0),
        ("Zinc helps.", "Zinc may help.", "doubt", 1.0),
        ("Zinc helps.", "We investigated whether zinc helps.", "aim", 1.0),
        ("Zinc helps.", "Does zinc help?", "question", 1.0),
        ("Zinc helps healing.", "Zinc helps healing in rats.", "other species or order", 1.0),
    ],
    ids=lambda v: str(v)[:24].replace(" ", "-") if isinstance(v, str) else str(v),
)
def test_one_feature(claim, evidence, name, value):
    assert features_of(claim, evidence)[name] == value


def test_products():
    found = features_of("Zinc increases risk.", "Zinc decreases risk.")
    assert found["coverage x opposite"] == found["coverage of best sentence"]
    reading = read_pair("Zinc lowers risk.", "Zinc did not lower risk.")
    values = dict(
        zip(COSINES, cosine_features("Zinc lowers risk.", reading, 0.8, 0.9), strict=True)
    )
    assert values == {
        "cosine": 0.8,
        "cosine of best sentence": 0.9,
        "cosine squared": pytest.approx(0.64),
        "cosine x one side negated": 0.8,
    }


def test_what_is_held_and_what_is_not():
    reading = read_pair("Zinc 20 mg shortens colds.", "Zinc shortened colds by two days.")
    assert reading.matched == ("zinc", "shortens", "colds")
    assert reading.missing == ("20 mg",)


def test_negation_on_one_side():
    assert one_side_negated("It did not help.", "It helped.")
    assert not one_side_negated("It did not help.", "It has no effect.")


@pytest.mark.parametrize(
    "text", ["", " ", "?", "12", "…\n"], ids=["empty", "blank", "mark", "number", "line"]
)
def test_empty_and_odd_texts_have_features(text):
    for claim, evidence in ((text, "Zinc helps."), ("Zinc helps.", text), (text, text)):
        values = rule_features(claim, evidence, read_pair(claim, evidence))
        assert len(values) == len(RULES)
        assert all(math.isfinite(v) for v in values)
