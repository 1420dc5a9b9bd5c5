import pytest

from rag.answering.wanted import Wanted, clashes, fits, wanted


@pytest.mark.parametrize(
    ("question", "kind", "count"),
    [
        ("Which gene is mutated in fin fever?", "gene", 0),
        ("Which two drugs are in the pill?", "drug", 2),
        ("List 3 diseases that zinc causes.", "disease", 3),
        ("Dorynib is used for which disease?", "disease", 0),
        ("What does dorynib inhibit?", "gene", 0),
        ("What is zinc?", "", 0),
        ("Where is NEMO7 expressed?", "cell", 0),
        ("When was dorynib approved?", "year", 0),
        ("Which tool aligns reads?", "tool", 0),
        ("Name 4 side effects of dorynib", "disease", 4),
        ("What is the most common type 2 marker?", "gene", 0),
        ("List two risk factors for fin fever.", "", 2),
        ("Which transcription factor binds NEMO7?", "gene", 0),
    ],
)
def test_type_and_number_are_read(question, kind, count):
    found = wanted(question)
    assert (found.kind, found.count) == (kind, count)


def test_the_noun_is_kept_as_a_stem():
    assert wanted("Which fish genes cause fever?").nouns == frozenset({"fish", "gene"})
    assert wanted("") == Wanted()


@pytest.mark.parametrize(
    ("phrase", "kind", "expected"),
    [
        ("NEMO7", "gene", True),
        ("nemo kinase", "gene", True),
        ("dorynib", "drug", True),
        ("pancreatitis", "disease", True),
        ("Dory doryi", "organism", True),
        ("FishAlign", "tool", True),
        ("zinc", "gene", False),
        ("NEMO7", "", False),
    ],
)
def test_forms_fit_types(phrase, kind, expected):
    assert fits(phrase, kind) is expected


def test_a_form_of_another_type_clashes():
    assert clashes("pancreatitis", "drug")
    assert not clashes("pancreatitis", "disease")
    assert not clashes("pancreatitis", "")
