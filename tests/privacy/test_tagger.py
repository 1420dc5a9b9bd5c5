from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.privacy import tagger_features as tf
from rag.privacy.tagger import LABELS, LENIENCE, Tagger, feature_hash


def small(weights, moves=None):
    keys = sorted(feature_hash(name) for name in weights)
    by_key = {feature_hash(name): row for name, row in weights.items()}
    values = np.array([by_key[k] for k in keys], np.float32)
    moves = np.zeros((7, 7), np.float32) if moves is None else moves
    return Tagger(keys, values, moves)


def row(**scores):
    names = {label.replace("-", "_"): i for i, label in enumerate(LABELS)}
    out = np.zeros(7, np.float32)
    for name, score in scores.items():
        out[names[name]] = score
    return out


@settings(max_examples=60, deadline=None)
@given(sizes=st.lists(st.integers(1, 4), min_size=1, max_size=4), seed=st.integers(0, 2**32 - 1))
def test_viterbi_finds_the_best_of_all_sequences(sizes, seed):
    rng = np.random.default_rng(seed)
    moves = rng.normal(size=(7, 7)).astype(np.float32)
    scores = rng.normal(size=(sum(sizes), 7)).astype(np.float32)
    labels = small({"b": row()}, moves)._viterbi(scores, sizes)
    at = 0
    for size in sizes:
        part = scores[at : at + size]

        def total(path, part=part):
            return sum(part[i, k] for i, k in enumerate(path)) + sum(
                moves[a, b] for a, b in pairwise(path)
            )

        best = max(total(path) for path in product(range(7), repeat=size))
        assert total(labels[at : at + size]) == pytest.approx(best, abs=1e-4)
        at += size


def by_definition(tagger, text):
    """Scores of each token, summed feature by feature as training names them."""
    parts, modes, listed = tf.tokens(text), tf.modes(tf.tokens(text)), tf.lexicon()
    out = []
    for a, b in tf.segments(parts):
        flags = [listed.get(tf.fold(t.text), "") for t in parts[a:b]]
        seen = [
            tf.word_attributes(t.text, m, f)
            for t, m, f in zip(parts[a:b], modes[a:b], flags, strict=True)
        ]
        cues = [tf.cue(t.text, f) for t, f in zip(parts[a:b], flags, strict=True)]
        for i in range(b - a):
            names = ["b", *tf.own_attributes(parts[a + i].text, modes[a + i])]
            names += tf.pair_attributes([k for k, _ in seen], cues, i)
            for step in range(-tf.REACH, tf.REACH + 1):
                if 0 <= i + step < b - a:
                    names += [f"{step}{name}" for name in seen[i + step][1]]
                else:
                    names.append(f"{step}off")
            out.append(tagger._sum(names) - LENIENCE * np.eye(7, dtype=np.float32)[0])
    return np.stack(out)


NOTES = (
    "Mr. Roe",
    "x",
    "Seen by Dr. A. Example at Sample Clinic.\n\nPATIENT NAME: ROE, JANE\nlives at 12 Test Lane",
    "mom says fever\n" * 40 + "Jane Roe\n\n\nEnd. " * 30,
)


@pytest.mark.parametrize("text", NOTES, ids=["two words", "one letter", "note", "long"])
def test_scores_are_the_sums_that_training_means(text):
    tagger = Tagger.shipped()
    parts = tf.tokens(text)
    got = tagger._scores(parts, tf.modes(parts), tf.segments(parts))
    np.testing.assert_allclose(got, by_definition(tagger, text), atol=1e-3)


def test_a_weight_marks_the_word_that_it_is_for():
    tagger = small({"b": row(O=5.0), "0s=Xx": row(B_name=4.0), "-1w=in": row(B_address=9.0)})
    text = "saw Jane in Testburg"
    found = [(text[t.start : t.end], t.kind) for t in tagger.tag(text)]
    assert found == [("Jane", "name"), ("Testburg", "address")]


def test_segments_cover_all_tokens_once_and_none_is_too_long():
    for text in (*NOTES, "word " * 2000, "A. " * 500, "\n\n" * 5):
        parts = tf.tokens(text)
        cuts = tf.segments(parts)
        assert [i for a, b in cuts for i in range(a, b)] == list(range(len(parts)))
        assert max((b - a for a, b in cuts), default=0) <= tf.LONGEST


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_tokens_hold_every_visible_character(text):
    kept = "".join(t.text for t in tf.tokens(text))
    assert "".join(kept.split()) == "".join(text.split())
    assert len(tf.modes(tf.tokens(text))) == len(tf.tokens(text))


@pytest.mark.parametrize(
    ("word", "form"),
    [("A", "X"), ("ROE", "XX"), ("Roe", "Xx"), ("roe", "x"), ("a", "x1"), ("McRoe", "xX"),
     ("1234", "d4"), ("12345678", "d6"), ("\n", "nl"), ("\n \n", "nl2"), (",", ",")],
    ids=["initial", "capitals", "capital", "small", "letter", "mixed", "number", "long number",
         "line", "blank line", "mark"],
)  # fmt: skip
def test_shapes(word, form):
    assert tf.shape(word) == form


def test_the_lexicon_knows_a_word_that_is_also_a_name():
    listed = tf.lexicon()
    assert set("f") <= set(listed["rose"])
    assert set(listed["rose"]) & set("wW")
    assert "e" in listed["parkinson"]
    assert "t" in listed["dr"]
