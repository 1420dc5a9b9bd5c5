import pytest
from answering_doubles import article

from rag.answering.yesno import MODEL, Voice, bare, chance_of_yes, voice

ASKED = "Does honey reduce night cough in children?"


def test_a_proposition_is_the_question_without_its_mark():
    assert bare("Is  zinc a metal ?") == "Is zinc a metal"
    assert bare("Zinc is a metal, yes or no?") == "Zinc is a metal"


@pytest.mark.parametrize(
    ("sentence", "against"),
    [
        ("Honey reduced night cough in children.", False),
        ("Honey did not reduce night cough in children.", True),
        ("Honey had no effect on night cough in children.", True),
        ("Honey increased night cough in children.", True),
        ("Honey was ineffective for night cough in children.", True),
    ],
)
def test_a_sentence_speaks_for_or_against(sentence, against):
    assert voice(ASKED, sentence).against is against


def test_a_negative_question_agrees_with_a_negative_sentence():
    asked = "Is it true that honey does not reduce night cough?"
    assert not voice(asked, "Honey does not reduce night cough.").against


def test_stronger_and_later_studies_count_more():
    text = "Honey reduced night cough in children."
    trial = article(1, text, year=2020, publication_types=("Randomized Controlled Trial",))
    case = article(2, text, year=2020, publication_types=("Case Reports",))
    old = article(3, text, year=2000, publication_types=("Randomized Controlled Trial",))
    weights = [voice(ASKED, text, article=a, latest=2020).weight for a in (trial, case, old)]
    assert weights == pytest.approx([1.3, 0.7, 0.65])  # twenty years halve


def test_the_chance_is_that_of_the_logistic_model():
    for_it = Voice(covered=1.0, negated=0.0, opposite=0.0, nothing=0.0, weight=3.0)
    against = Voice(covered=0.5, negated=1.0, opposite=0.0, nothing=1.0, weight=1.0)
    odds = MODEL.bias + MODEL.covered + 0.25 * (MODEL.negated + MODEL.nothing)
    assert chance_of_yes([for_it, against]) == pytest.approx(1 / (1 + 2.718281828459**-odds))
    assert chance_of_yes([]) == 0.5
    assert chance_of_yes([against]) < 0.5 < chance_of_yes([for_it])
