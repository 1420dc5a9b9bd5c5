import time

import pytest

from rag.answering.merging import abbreviations, name_key, own_abbreviations


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("GDF-15", "GDF15"),
        ("statins", "statin"),
        ("TNF-α", "TNF alpha"),
        ("Behçet's disease", "Behcet disease"),
        ("Anaemia", "anemia"),
    ],
)
def test_wordings_of_one_name_have_one_key(one, other):
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(("one", "other"), [("IL-1", "IL-10"), ("type 1", "type 2")])
def test_names_that_differ_in_a_number_stay_apart(one, other):
    assert name_key(one) != name_key(other)


def test_abbreviations_are_read_with_their_long_forms():
    sentence = "Fin fever syndrome (FFS), due to nemo kinases (NKs), is mild (n = 4)."
    assert abbreviations(sentence) == {"FFS": "Fin fever syndrome", "NKs": "nemo kinases"}


@pytest.mark.parametrize(
    ("sentence", "question", "own"),
    [
        ("Huntington's disease (HD) is due to HTT.", "What causes Huntington's disease?", {"HD"}),
        ("HD is due to HTT.", "What causes Huntington's disease?", {"HD"}),
        ("Dihydroorotate dehydrogenase (DHODH) acts.", "What does dihydroorotate dehydrogenase do?",
         {"DHODH"}),
        ("It is due to huntingtin (HTT).", "What causes Huntington's disease?", set()),
        ("Plague (n=4) was seen.", "What is plague?", set()),
    ],
    ids=["brackets", "initials", "inside-words", "another-word", "no-abbreviation"],
)  # fmt: skip
def test_abbreviations_of_the_question_are_known(sentence, question, own):
    assert own_abbreviations(sentence, question) == own


def test_abbreviations_of_a_very_long_line_are_read_in_a_moment():
    started = time.perf_counter()
    assert abbreviations("fin fever(FF) " * 4000)["FF"] == "fin fever"
    assert time.perf_counter() - started < 3  # was half a minute
