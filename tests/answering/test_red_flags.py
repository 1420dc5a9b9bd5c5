import pytest

from rag.answering.redflags import RED_FLAGS, red_flags

FIRES = [
    ("I have chest pain and I am short of breath", "heart attack"),
    ("crushing chest pain and sweating", "heart attack"),
    ("My father's face is drooping and his speech is slurred", "stroke"),
    ("I was stung by a bee and my throat is swelling, I can't breathe", "anaphylaxis"),
    ("My son has a fever and a stiff neck", "meningitis"),
    ("A patient with fever, confusion and mottled skin", "sepsis"),
    ("I want to kill myself", "suicid"),
    ("I am 20 weeks pregnant and bleeding", "pregnancy"),
    ("My 6-week-old baby has a fever", "under 3 months"),
    ("I suddenly got the worst headache of my life", "headache"),
    ("I am coughing up blood", "blood"),
    ("I can't breathe", "breathlessness"),
    ("My wife collapsed and is not responding", "woken"),
    ("My daughter is having a seizure", "seizure"),
    ("I have no fever but I have chest pain and sweating", "heart attack"),
]
SILENT = [
    "What is the incidence of stroke in diabetics?",
    "Does aspirin reduce chest pain and breathlessness in angina?",
    "suicide prevention in adolescents",
    "treatment of status epilepticus in children",
    "I feel that I have a fever and cough.",
    "I have a cough but no chest pain or shortness of breath",
    "The patient denies chest pain, sweating and breathlessness",
    "My baby is 8 months old and has a fever",
    "I have a headache without neck stiffness and without fever",
    "",
]


@pytest.mark.parametrize(("text", "word"), FIRES)
def test_fires(text, word):
    assert any(word in notice for notice in red_flags(text)), text


@pytest.mark.parametrize("text", SILENT)
def test_stays_silent(text):
    assert red_flags(text) == ()


def test_every_entry_names_its_source():
    for flag in RED_FLAGS:
        assert flag.url.startswith("https://")
        assert flag.source
        assert flag.notice.endswith((".", ")."))
