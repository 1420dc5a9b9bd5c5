import pytest

from rag.answering.amounts import amounts, is_amount_asked

SENTENCE = (
    "In 2019, 40 mg of atorvastatin given to 312 patients for 12 weeks lowered LDL cholesterol by "
    "48% (95% CI 41 to 55%, p < 0.001)."
)


def said(sentence, question):
    return [sentence[start:end] for start, end in amounts(sentence, question)]


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ("By how much does atorvastatin lower LDL cholesterol?", ["48%"]),
        ("How long was atorvastatin given?", ["12 weeks"]),
        ("How many patients were in the trial of atorvastatin?", ["312 patients", "312"]),
        ("Which percentage is LDL cholesterol lowered by?", ["48%"]),
        ("How much is the usual dose of atorvastatin?", ["40 mg"]),
    ],
)
def test_numbers_are_of_the_kind_that_is_asked_for(question, numbers):
    assert said(SENTENCE, question) == numbers


def test_an_interval_or_a_probability_is_no_amount():
    sentence = "Pain fell by 2.1 points (95% CI 1.4 to 2.8; P=0.03)."
    found = said(sentence, "How much does pain fall?")
    assert "2.1" in found[0]
    assert not any(text.startswith(("95", "0.03")) for text in found)


def test_a_noun_of_the_question_stands_behind_its_number():
    sentence = "The genome of 12 strains has 4 chromosomes."
    at = sentence.index("4 ")
    question = "How many chromosomes does the genome have?"
    assert is_amount_asked(question, sentence, at, at + 1)
    other = sentence.index("12")
    assert not is_amount_asked("How many centromeres does it have?", sentence, other, other + 2)
