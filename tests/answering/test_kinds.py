import pytest

from rag.answering.kinds import answer_kind

CASES = {
    "yesno": [
        "Does honey reduce night cough in children?",
        "Is zinc effective for the common cold?",
        "In adults with asthma, does yoga improve lung function?",
        "Can garlic lower blood pressure?",
        "Zinc shortens a cold, yes or no?",
        "Are statins safe in pregnancy?",
        "Has a vaccine against cytomegalovirus been approved?",
    ],
    "factoid": [
        "Which gene is mutated in cystic fibrosis?",
        "How many chromosomes has a human cell?",
        "What is the target of imatinib?",
        "What does HDL stand for?",
        "When was penicillin discovered?",
        "Which virus causes measles?",
        "What is another name for vitamin C?",
    ],
    "list": [
        "List drugs for gout.",
        "Name three symptoms of measles.",
        "Which genes are mutated in long QT syndrome?",
        "What are the symptoms of scurvy?",
        "What are the side effects of metformin?",
        "Please list the stages of sleep.",
    ],
    "summary": [
        "What is the role of insulin in the liver?",
        "How does aspirin thin the blood?",
        "Describe the life cycle of malaria.",
        "Why do children get more ear infections?",
        "What is scurvy?",
        "What is known about sleep and weight?",
        "I have a fever and a cough.",
        "aspirin stroke prevention",
        "",
        "???",
    ],
}


@pytest.mark.parametrize(
    ("kind", "question"),
    [(kind, question) for kind, asked in CASES.items() for question in asked],
    ids=lambda value: value[:40] or "empty",
)
def test_the_form_of_a_question_tells_its_kind(kind, question):
    assert answer_kind(question) == kind


def test_case_space_and_courtesy_do_not_matter():
    asked = "which gene is mutated in cystic fibrosis"
    for said in (asked.upper() + "?", f"  {asked} ", f"Please, {asked}?"):
        assert answer_kind(said) == "factoid"
