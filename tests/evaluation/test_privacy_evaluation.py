"""What is found of identifiers: hand-worked notes, and the same sums by brute force."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import EvaluationError
from rag.evaluation.notes import Labelled, Note
from rag.evaluation.privacy import COVERED, FoundSpan, judge_note, judge_notes
from rag.evaluation.privacy_figures import PrivacyMeasured, write_scores

TEXT = "Mrs. Ann Roe (44) came on 3 May 2019 to Elm Clinic, Oslo. Call 555 0100 now."


def span(words, *kinds, text=TEXT):
    start = text.index(words)
    return Labelled(start, start + len(words), kinds)


def found(words, kind, text=TEXT):
    start = text.index(words)
    return FoundSpan(start, start + len(words), kind, "r")


NOTE = Note(
    "1",
    "k",
    TEXT,
    (
        span("Ann Roe", "name"),
        span("44"),  # neutral
        span("3 May 2019", "date"),
        span("Elm Clinic", "facility"),
        span("Oslo", "address", "facility"),
        span("555 0100", "phone", "fax"),
    ),
    frozenset({"name", "date", "facility", "address", "phone", "fax"}),
)
FOUND = [
    found("Mrs. Ann Roe", "name"),  # covers it and more
    found("44", "age"),  # neutral
    found("May", "name"),  # touches the date, is another kind
    found("Oslo.", "facility"),  # exact but for the stop; a right kind
    found("555 0100", "record"),  # exact, another kind
    found("Call", "name"),  # wrong
    found("now", "profession"),  # of a kind that is not labelled
]


def test_a_note_by_hand():
    judged = judge_note(NOTE, FOUND)
    rows = [(j.outcome, j.typed, j.exact_typed, j.characters, j.left) for j in judged.identifiers]
    assert rows == [
        ("covered", True, False, 6, 0),
        ("overlap", False, False, 8, 5),  # "3" and "2019" stay
        ("missed", False, False, 9, 9),
        ("exact", True, True, 4, 0),
        ("exact", False, False, 7, 0),
    ]
    claims = [(c.span.start, c.overlaps, c.exact, c.typed, c.exact_typed) for c in judged.claims]
    assert claims == [
        (TEXT.index("Mrs."), True, False, True, False),
        (TEXT.index("May"), True, False, False, False),
        (TEXT.index("Oslo"), True, True, True, True),
        (TEXT.index("555"), True, True, False, False),
        (TEXT.index("Call"), False, False, False, False),
    ]
    assert (judged.neutral, judged.unjudged, judged.left) == (1, 1, 14)


def test_figures_by_hand():
    other = Note("2", "k", "Bo slept.", (Labelled(0, 2, ("name",)),))
    clean = Note("3", "k", "Nothing.", ())
    answers = {TEXT: FOUND, "Bo slept.": [FoundSpan(0, 2, "name")], "Nothing.": []}
    judged, seconds = judge_notes([NOTE, other, clean], answers.__getitem__)
    measured = PrivacyMeasured(tuple(judged), 2.0)
    assert 0 <= seconds < 5
    flat = measured.flat()
    expected = {
        "n": 3,
        "spans": 6,
        "found": 6,
        "precision": 5 / 6,
        "recall": 5 / 6,
        "f1": 5 / 6,
        "recall_covered": 4 / 6,
        "precision_exact": 3 / 6,
        "recall_exact": 3 / 6,
        "f1_exact": 3 / 6,
        "precision_typed": 3 / 6,
        "recall_typed": 3 / 6,
        "precision_exact_typed": 2 / 6,
        "recall_exact_typed": 2 / 6,
        "characters": 36,
        "characters_left": 14,
        "left": 14 / 36,
        "notes_with_identifiers": 2,
        "notes_none_left": 1 / 2,
        "neutral": 1,
        "unjudged": 1,
        "spans_name": 2,
        "recall_name": 1.0,
        "recall_exact_name": 1 / 2,
        "found_name": 4,
        "precision_name": 3 / 4,
        "recall_facility": 0.0,
        "spans_address": 1,
        "recall_typed_address": 1.0,
        "precision_address": None,
        "spans_record": 0,
        "recall_record": None,
        "precision_record": 1.0,
        "notes_per_second": 1.5,
        "seconds": 2.0,
    }
    assert {key: flat[key] for key in expected} == pytest.approx(expected)


def test_a_share_of_nothing_is_none():
    judged, _ = judge_notes([Note("1", "k", "Nothing.", ())], lambda text: [])
    flat = PrivacyMeasured(tuple(judged), 0.0).flat()
    assert flat["recall"] is flat["precision"] is flat["f1"] is flat["notes_none_left"] is None
    missed, _ = judge_notes([NOTE], lambda text: [found("Call", "name")])
    assert PrivacyMeasured(tuple(missed), 1.0).overlap.f1 == 0.0


@pytest.mark.parametrize(("start", "end"), [(3, 3), (-1, 2), (0, 999)])
def test_a_span_outside_its_text_is_an_error(start, end):
    with pytest.raises(EvaluationError, match="mend the offsets"):
        judge_note(NOTE, [FoundSpan(start, end, "name")])


def test_scores_hold_no_text_and_are_for_the_owner_alone(tmp_path):
    path = tmp_path / "s.jsonl"
    path.write_text("older")
    path.chmod(0o644)
    write_scores(path, [judge_note(NOTE, FOUND)])
    assert path.stat().st_mode & 0o777 == 0o600
    (row,) = map(json.loads, path.read_text().splitlines())
    assert [s["outcome"] for s in row["spans"]] == [
        "covered",
        "overlap",
        "missed",
        "exact",
        "exact",
    ]
    call = TEXT.index("Call")
    assert row["wrong"] == [{"start": call, "end": call + 4, "kind": "name", "rule": "r"}]
    assert "Roe" not in path.read_text()


LENGTH = 24
PLACES = st.tuples(st.integers(0, LENGTH - 1), st.integers(1, 6)).map(
    lambda p: (p[0], min(LENGTH, p[0] + p[1]))
)
KIND = st.sampled_from(["name", "date", "phone"])
LABELS = st.lists(st.tuples(PLACES, st.sampled_from([(), ("name",), ("date", "name")])), max_size=5)
CLAIMS = st.lists(st.tuples(PLACES, KIND), max_size=6)


def characters(text, start, end):
    every = set(range(start, end))
    return {i for i in every if text[i].isalnum()} or every


@given(st.text("ab1 -.", min_size=LENGTH, max_size=LENGTH), LABELS, CLAIMS)
def test_against_brute_force(text, labels, claims):
    note = Note(
        "1", "k", text, tuple(Labelled(*p, k) for p, k in labels), frozenset({"name", "date"})
    )
    judged = judge_note(note, [FoundSpan(*p, k) for p, k in claims])

    at = [(characters(text, *p), k) for p, k in claims]
    ends = [(min(c), max(c)) for c, _ in at]
    gold = [(characters(text, *p), ks, set(range(*p))) for p, ks in labels if ks]
    for one, (c, kinds, _) in zip(judged.identifiers, gold, strict=True):
        raw = set().union(*(set(range(*p)) for p, _ in claims))
        hit = c & raw
        assert one.left == len(c - raw)
        assert (one.outcome == "missed") == (not hit or not at)
        exact = [k for (_, k), e in zip(at, ends, strict=True) if e == (min(c), max(c))]
        assert (one.outcome == "exact") == bool(exact)
        if not exact and hit:
            assert (one.outcome == "covered") == (len(hit) >= COVERED * len(c))
        assert one.typed == any(c & set(range(*p)) for p, k in claims if k in kinds)
        assert one.exact_typed == any(k in kinds for k in exact)
    counted = neutral = unjudged = right = 0
    for c, kind in at:
        if any(c & raw for _, _, raw in gold):
            counted += 1
            right += 1
        elif any(c & set(range(*p)) for p, ks in labels if not ks):
            neutral += 1
        elif kind == "phone":
            unjudged += 1
        else:
            counted += 1
    assert (len(judged.claims), judged.neutral, judged.unjudged) == (counted, neutral, unjudged)
    assert sum(c.overlaps for c in judged.claims) == right
