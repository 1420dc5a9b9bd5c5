import pytest

from rag.answering.phrases import breaks, phrases, words


def cut(sentence):
    found = words(sentence)
    return [sentence[found[a].start : found[b].end] for a, b in phrases(found, sentence)]


def test_words_carry_no_punctuation_and_know_their_brackets():
    found = words("Zinc (Zn2+), c.12A>T and 1,000 units.")
    assert [(w.text, w.depth) for w in found] == [
        ("Zinc", 0), ("Zn2+", 1), ("c.12A>T", 0), ("and", 0), ("1,000", 0), ("units", 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Gout is treated by febuxostat.", ["Gout", "febuxostat"]),
        ("It leads to loss of hair.", ["loss of hair", "loss", "hair"]),
        ("Rarely, ankylosing spondylitis occurs.", ["ankylosing spondylitis"]),
        ("There was renal scarring, and fever.", ["renal scarring", "fever"]),
        ("Zinc quickly lowered iron.", ["Zinc", "iron"]),
    ],
    ids=["verbs", "of", "begins-with-participle", "ends-with-participle", "adverb"],
)
def test_a_sentence_is_cut_into_phrases(sentence, expected):
    assert cut(sentence) == expected


def test_verbs_break_and_nouns_in_ing_do_not():
    assert breaks("lowered")
    assert breaks("Mainly")
    assert not breaks("imaging")
    assert not breaks("CRISPR")
