import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.clinical.words import Names, normal, tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Oedema", "edema"), ("tumours", "tumor"), ("haemoglobin", "hemoglobin"),
        ("rashes", "rash"),
        ("allergies", "allergy"), ("Crohn’s", "crohn"), ("sulphate", "sulfate"),
        ("Sjögren's", "sjogren"),
        ("catheterised", "catheterized"),
    ],
)  # fmt: skip
def test_spellings_share_a_form(one, other):
    assert normal(one) == normal(other)


def test_words_that_only_look_plural_stay():
    assert [normal(w) for w in ("diagnosis", "mucus", "abscess", "his")] == [
        "diagnosis", "mucus", "abscess", "his",
    ]  # fmt: skip


def test_the_longest_name_is_found_however_its_words_are_joined():
    names = Names[str]()
    names.add("chest pain", "pain")
    names.add("chest", "chest")
    names.add("PE", "embolism", exact=True)
    text = "Chest-pain, chest; PE but no pe."
    found = [(n.value, n.first, n.last) for n in names.find(tokens(text))]
    assert found == [("pain", 0, 2), ("chest", 3, 4), ("embolism", 5, 6)]
    assert names.get("chest  pains") == "pain"
    assert names.get("pain") is None


def test_the_first_of_two_values_stays():
    names = Names[int]()
    names.add("fever", 1)
    names.add("fevers", 2)
    assert names.get("fever") == 1


@given(st.text(max_size=80))
def test_tokens_are_the_text_at_their_offsets(text):
    for token in tokens(text):
        assert text[token.start : token.end] == token.text
