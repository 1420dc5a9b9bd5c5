import pytest

from rag.answering.draft import read_marker, split_draft


@pytest.mark.parametrize(
    ("marker", "numbers"),
    [
        ("[1]", (1,)),
        ("[1, 2]", (1, 2)),
        ("[1-3]", (1, 2, 3)),
        ("[1–3]", (1, 2, 3)),
        ("[2; 4]", (2, 4)),
        ("[1 and 2]", (1, 2)),
        ("[1, 1]", (1,)),
        ("[3-1]", ()),
        ("[1-900]", ()),
    ],
)
def test_markers_are_read(marker, numbers):
    assert read_marker(marker) == numbers


def pairs(text):
    return [(s.text, s.markers) for s in split_draft(text)]


def test_markers_before_and_after_the_full_stop():
    assert pairs("Rest helps [1]. Tea helps.[2] Sleep helps. [3]") == [
        ("Rest helps.", (1,)),
        ("Tea helps.", (2,)),
        ("Sleep helps.", (3,)),
    ]


def test_adjacent_and_joined_markers():
    assert pairs("Rest helps [1][2]. Tea helps [1, 3]. Sleep helps [2-4].") == [
        ("Rest helps.", (1, 2)),
        ("Tea helps.", (1, 3)),
        ("Sleep helps.", (2, 3, 4)),
    ]


def test_markers_that_lead_their_sentences():
    assert pairs("[1] Rest helps. [2] Tea helps.") == [("Rest helps.", (1,)), ("Tea helps.", (2,))]


def test_marker_in_the_middle_and_lines_with_bullets():
    text = (
        "Aspirin [1] lowers fever in adults.\n- **Paracetamol** does too [2].\n2. Rest helps [3]."
    )
    assert pairs(text) == [
        ("Aspirin lowers fever in adults.", (1,)),
        ("Paracetamol does too.", (2,)),
        ("Rest helps.", (3,)),
    ]


def test_abbreviations_do_not_break_and_invented_pmids_go():
    text = "Dose was 2.5 mg vs. 5 mg, e.g. at night [1]. It worked (PMID: 12345678) [2]."
    assert pairs(text) == [
        ("Dose was 2.5 mg vs. 5 mg, e.g. at night.", (1,)),
        ("It worked.", (2,)),
    ]


def test_nothing_comes_of_nothing():
    assert split_draft("") == ()
    assert split_draft(" [1] . \n [2]") == ()
