"""Follow-ups, each with the full question that a reader takes it for."""

import pytest

from rag.conversation import Turn, resolve
from rag.conversation_words import agree, read_topic

COUGH = "Does azithromycin shorten pertussis?"
FLU = "What are the symptoms of influenza?"
SAFE = "Is metformin safe in adults?"
SEPSIS = "How is sepsis treated?"
SIGNS = "I feel that I have a fever and cough."
PNEUMONIA = "What is the treatment of community-acquired pneumonia in children?"
STATINS = "Do statins reduce mortality in people with diabetes?"
BONES = "Can vitamin D prevent fractures in older women?"
EPILEPSY = "Which drugs are used to treat epilepsy?"
LUPUS = "What is lupus?"

FOLLOW_UPS = [
    (COUGH, "and in children?", "Does azithromycin shorten pertussis in children?"),
    (COUGH, "in the elderly", "Does azithromycin shorten pertussis in the elderly?"),
    (COUGH, "what about side effects?", "What are the side effects of azithromycin?"),
    (COUGH, "what are its side effects?", "What are the side effects of azithromycin?"),
    (COUGH, "is it safe in pregnancy?", "Is azithromycin safe in pregnancy?"),
    (COUGH, "why?", "Why does azithromycin shorten pertussis?"),
    (COUGH, "Why not?", "Why doesn't azithromycin shorten pertussis?"),
    (COUGH, "What about erythromycin?", "Does erythromycin shorten pertussis?"),
    (COUGH, "Does erythromycin?", "Does erythromycin shorten pertussis?"),
    (COUGH, "what about croup?", "Does azithromycin shorten croup?"),
    (COUGH, "at what dose?", "At what dose does azithromycin shorten pertussis?"),
    (COUGH, "dosage?", "What is the dosage of azithromycin for pertussis?"),
    (COUGH, "does it work?", "Does azithromycin work for pertussis?"),
    (COUGH, "how long does it last?", "How long does pertussis last?"),
    (COUGH, "this drug causes what?", "Azithromycin causes what?"),
    (COUGH, "than placebo?", "Does azithromycin shorten pertussis compared with placebo?"),
    (COUGH, "tell me more", "What is known about azithromycin and pertussis?"),
    (COUGH, "are there any contraindications?", "Are there any contraindications of azithromycin?"),
    (FLU, "how is it treated?", "How is influenza treated?"),
    (FLU, "is there a vaccine?", "Is there a vaccine for influenza?"),
    (FLU, "and pertussis?", "What are the symptoms of pertussis?"),
    (FLU, "how long do they last?", "How long do the symptoms of influenza last?"),
    (FLU, "why?", "Why are these the symptoms of influenza?"),
    (FLU, "side effects?", "What are the side effects of the treatment of influenza?"),
    (SAFE, "and in children?", "Is metformin safe in children?"),
    (SAFE, "pregnant women?", "Is metformin safe in pregnant women?"),
    (SAFE, "what about insulin?", "Is insulin safe in adults?"),
    (SAFE, "does it cause weight gain?", "Does metformin cause weight gain in adults?"),
    (SAFE, "what if the patient is pregnant?", "Is metformin safe in patients who are pregnant?"),
    (SEPSIS, "why?", "Why is sepsis treated?"),
    (SEPSIS, "prognosis?", "What is the prognosis of sepsis?"),
    (SEPSIS, "and how long?", "How is sepsis treated, and how long?"),
    (SIGNS, "what should I take?", "What should I take for fever and cough?"),
    (SIGNS, "and in children?", "What causes fever and cough in children?"),
    (SIGNS, "is it dangerous?", "Are fever and cough dangerous?"),
    (PNEUMONIA, "is it fatal?", "Is community-acquired pneumonia fatal in children?"),
    (
        PNEUMONIA,
        "which antibiotics are used?",
        "Which antibiotics are used for community-acquired pneumonia in children?",
    ),
    (STATINS, "are they safe?", "Are statins safe in people with diabetes?"),
    (STATINS, "what about ezetimibe?", "Does ezetimibe reduce mortality in people with diabetes?"),
    (STATINS, "and in women?", "Do statins reduce mortality in women?"),
    (
        STATINS,
        "what about myalgia?",
        "What is known about statins and myalgia in people with diabetes?",
    ),
    (BONES, "and men?", "Can vitamin D prevent fractures in men?"),
    (BONES, "What about falls?", "Can vitamin D prevent falls in older women?"),
    (EPILEPSY, "And migraine?", "Which drugs are used to treat migraine?"),
    (
        EPILEPSY,
        "are they safe in pregnancy?",
        "Are the drugs used to treat epilepsy safe in pregnancy?",
    ),
    (LUPUS, "Can it be inherited?", "Can lupus be inherited?"),
    (LUPUS, "what are the early signs?", "What are the early signs of lupus?"),
]
ALONE = [
    "Does ibuprofen reduce fever in children?",
    "And is ibuprofen safe in children?",
    "Is it true that zinc shortens colds?",
    "is it safe to take ibuprofen in pregnancy?",
    "What is asthma?",
    "hypertension treatment",
    "asthma in children",
    "My son has a rash and fever",
    "For patients with sepsis, does early antibiotic treatment reduce mortality?",
    "Does aspirin prevent stroke and is it safe?",
    "What is the evidence that exercise helps depression?",
    "百日咳的症状是什么？",
]


def after(last, line):
    return resolve(line, Turn(last, last))


@pytest.mark.parametrize(
    ("last", "line", "full"), FOLLOW_UPS, ids=[f"{n:02d}" for n in range(len(FOLLOW_UPS))]
)
def test_a_follow_up_is_read_as_a_full_question(last, line, full):
    turn = after(last, line)
    assert turn.question == full
    assert turn.resolved
    assert turn.asked == line


@pytest.mark.parametrize("last", [COUGH, FLU, SIGNS, BONES], ids=["drug", "flu", "signs", "bones"])
@pytest.mark.parametrize("line", ALONE, ids=[f"{n:02d}" for n in range(len(ALONE))])
def test_a_question_that_stands_alone_is_left_alone(last, line):
    turn = after(last, line)
    assert turn.question == line
    assert not turn.resolved


@pytest.mark.parametrize("line", ["why?", "and in children?", "is it safe?", "side effects?"])
def test_at_the_beginning_there_is_nothing_to_carry_over(line):
    assert resolve(line).question == line


def test_the_subject_goes_along_a_whole_conversation():
    turn = None
    understood = []
    for line in (
        "Is metformin safe?",
        "in renal failure?",
        "and in pregnancy?",  # takes the place of renal failure
        "what about insulin?",
        "side effects?",
        "Is zinc good against the common cold?",  # another subject
        "how long should it be taken?",
    ):
        turn = resolve(line, turn)
        understood.append(turn.question)
    assert understood == [
        "Is metformin safe?",
        "Is metformin safe in renal failure?",
        "Is metformin safe in pregnancy?",
        "Is insulin safe in pregnancy?",
        "What are the side effects of insulin in pregnancy?",
        "Is zinc good against the common cold?",
        "How long should zinc be taken?",
    ]


@pytest.mark.parametrize("line", ["", "?", "...", "and", "it", "\x00", "a" * 20_000, "why " * 5000])
def test_no_line_breaks_it(line):
    assert isinstance(after(COUGH, line).question, str)


def test_what_is_understood_is_understood_again_as_it_is():
    """A full question stands alone, whatever was asked before."""
    kept = [full for _, _, full in FOLLOW_UPS if after(COUGH, full).question == full]
    # "Why are these the symptoms …" has a pronoun of its own
    assert len(kept) >= len(FOLLOW_UPS) - 2


def test_topic():
    topic = read_topic("Is metformin effective for weight loss in type 2 diabetes?")
    assert topic.names == ("metformin", "weight loss", "type 2 diabetes")
    assert (topic.agent, topic.condition) == ("metformin", "type 2 diabetes")
    assert read_topic(BONES).population == "in older women"
    assert read_topic(FLU).many == "the symptoms of influenza"
    assert read_topic("how and why?").names == ()


@pytest.mark.parametrize(
    ("head", "was", "now", "fitted"),
    [
        ("how do ", True, False, "how does "),
        ("Is ", False, True, "Are "),
        ("Can ", True, False, "Can "),
        ("Do ", True, True, "Do "),
    ],
)
def test_the_verb_fits_the_name(head, was, now, fitted):
    assert agree(head, was, now) == fitted
