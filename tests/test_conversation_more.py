"""Follow-ups that keep the last question whole, or change one phrase of it."""

import pytest

from rag.conversation import Turn, resolve
from rag.conversation_more import asks_of_it, replaced

COUGH = "Does azithromycin shorten pertussis?"
YOGA = "Does exercise help children with asthma sleep?"
TEST = "What is the sensitivity of D-dimer for thrombosis?"


@pytest.mark.parametrize(
    ("last", "line", "full"),
    [
        (COUGH, "when does it?", "When does azithromycin shorten pertussis?"),
        (COUGH, "until what age?", "Until what age does azithromycin shorten pertussis?"),
        (COUGH, "which strains?", "Does azithromycin shorten pertussis, and which strains?"),
        (COUGH, "one dose or two?", "Does azithromycin shorten pertussis, one dose or two?"),
        (COUGH, "better than rest?", "Does azithromycin shorten pertussis, better than rest?"),
        (COUGH, "any trials?", "Are there any trials on azithromycin and pertussis?"),
        (
            COUGH,
            "does erythromycin do it faster?",
            "Does erythromycin shorten pertussis faster?",
        ),
        (
            COUGH,
            "what if they were vaccinated?",
            "Does azithromycin shorten pertussis if they were vaccinated?",
        ),
        (COUGH, "is the effect lasting?", "Is the effect of azithromycin on pertussis lasting?"),
        (COUGH, "even in infants?", "Does azithromycin shorten pertussis in infants?"),
        (COUGH, "I mean in infants?", "Does azithromycin shorten pertussis in infants?"),
        (YOGA, "adults?", "Does exercise help adults with asthma sleep?"),
        (TEST, "and its specificity?", "What is the specificity of D-dimer for thrombosis?"),
        (TEST, "has it improved?", "Has the sensitivity of D-dimer for thrombosis improved?"),
        (
            "What are the causes of anaemia?",
            "and those of jaundice?",
            "What are the causes of jaundice?",
        ),
        (
            "Which drugs interact with clarithromycin?",
            "does simvastatin?",
            "Does simvastatin interact with clarithromycin?",
        ),
        ("How is shingles diagnosed?", "treated?", "How is shingles treated?"),
        (
            "Is survival better with surgery?",
            "without surgery?",
            "Is survival better without surgery?",
        ),
        (
            "Is aspirin advised over 60?",
            "for people under 60?",
            "Is aspirin advised for people under 60?",
        ),
        (
            "Is tamoxifen effective in men with breast cancer?",
            "same question for letrozole",
            "Is letrozole effective in men with breast cancer?",
        ),
        (
            "I have a fever and cough.",
            "and now a rash",
            "I have a fever and cough, and now a rash.",
        ),
    ],
)
def test_it_is_read_as_a_full_question(last, line, full):
    assert resolve(line, Turn(last, last)).question == full


@pytest.mark.parametrize(
    "line",
    [
        "When was azithromycin approved?",
        "As of 2020, is erythromycin a first choice?",
        "Is erythromycin a macrolide?",
        "Which drugs shorten croup?",
        "Does it matter whether insulin is injected into the thigh?",
        "Is honey or syrup better for croup?",
        "What about what patients with croup should drink after a visit to the hospital?",
    ],
)
def test_a_question_of_its_own_is_left_alone(line):
    assert resolve(line, Turn(COUGH, COUGH)).question == line


def test_the_phrase_that_a_new_circumstance_replaces():
    assert replaced("Is it used before surgery", "after surgery") == "Is it used"
    assert replaced("Is it used for stroke", "for migraine") == "Is it used"
    assert replaced("Is it used in stroke", "for five days") == "Is it used in stroke"
    assert replaced("Is it used with food", "in migraine") == "Is it used with food"


def test_what_asks_of_the_pronoun_behind_it():
    assert asks_of_it("how long before surgery should ")
    assert not asks_of_it("Does aspirin prevent stroke and is ")
