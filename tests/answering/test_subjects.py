"""Look-alike findings are about different things, and then contradict nothing."""

import pytest
from answering_doubles import article, hits

from rag.answering.draft import DraftSentence
from rag.answering.subjects import is_finding_against, same_subject
from rag.answering.verify import verify
from rag.models.verifier import Judgement
from rag.types import Evidence

SAME = [
    (
        "Zinc lozenges shortened the common cold.",
        "Zinc lozenges did not shorten the common cold.",
    ),
    (
        "Statins increase the risk of new-onset diabetes mellitus.",
        "Statin therapy was not associated with an increased risk of diabetes.",
    ),
    (
        "Aspirin lowers the risk of stroke in women.",
        "Aspirin had no effect on the risk of stroke in women.",
    ),
    (
        "Honey reduced night cough in children.",
        "In this randomised trial, honey did not reduce night cough in children.",
    ),
    (
        "Metformin 500 mg daily reduced weight in adults.",
        "Metformin 500 mg daily increased weight in adults.",
    ),
]
LOOK_ALIKES = [
    (  # population
        "Honey reduced night cough in children.",
        "Honey did not reduce night cough in adults.",
    ),
    ("Aspirin lowers the risk of stroke in women.", "Aspirin did not lower stroke risk in men."),
    (
        "Iron improved fatigue in women.",
        "Iron did not improve fatigue in pregnant women.",
    ),
    (
        "Curcumin reduced tumour growth in patients.",
        "Curcumin did not reduce tumour growth in mice.",
    ),
    (
        "Insulin lowered mortality in patients with diabetes.",
        "Insulin did not lower mortality in patients with sepsis.",
    ),
    (
        "Steroids reduced mortality in children.",
        "Steroids did not reduce mortality in preterm infants.",
    ),
    (  # dose
        "Metformin 500 mg daily reduced weight in adults.",
        "Metformin 250 mg daily did not reduce weight in adults.",
    ),
    (
        "Vitamin C 1 g shortened colds.",
        "Vitamin C 200 mg did not shorten colds.",
    ),
    (  # time
        "Survival improved at 12 months with the drug.",
        "Survival did not improve at 3 months with the drug.",
    ),
    (  # outcome
        "Zinc reduced the duration of the common cold.",
        "Zinc did not reduce the severity of the common cold.",
    ),
    (
        "Statins reduced stroke in adults.",
        "Statins did not reduce cancer in adults.",
    ),
    (  # agent
        "Zinc lozenges shortened the common cold.",
        "Echinacea lozenges did not shorten the common cold.",
    ),
    (
        "Zinc acetate shortened the common cold.",
        "Zinc gluconate did not shorten the common cold.",
    ),
]


@pytest.mark.parametrize(("claim", "quote"), SAME)
def test_the_same_subject_in_other_words(claim, quote):
    assert same_subject(claim, quote)
    assert same_subject(quote, claim)


@pytest.mark.parametrize(("claim", "quote"), LOOK_ALIKES)
def test_a_word_that_matters_makes_another_subject(claim, quote):
    assert not same_subject(claim, quote)
    assert not same_subject(quote, claim)


def test_the_population_may_stand_in_the_title():
    claim, quote = "Zinc shortened colds.", "Zinc did not shorten colds."
    assert same_subject(claim, quote, "Zinc in children", "Zinc in children with colds")
    assert not same_subject(claim, quote, "Zinc in children", "Zinc in nursing homes")
    assert not same_subject(claim, quote, "Zinc for colds", "A study in mice")


@pytest.mark.parametrize(
    "quote",
    [
        "Does zinc not shorten colds?",
        "It is unclear whether zinc shortens colds.",
        "We aimed to test whether zinc does not shorten colds.",
        "Zinc may not shorten colds.",
        "It was long believed that zinc does not shorten colds.",
    ],
)
def test_what_is_asked_or_doubted_is_no_finding(quote):
    assert not is_finding_against(quote)


@pytest.mark.parametrize(
    ("quote", "finds"),
    [
        ("We randomised 210 adults with a cold to zinc lozenges or placebo.", False),
        ("Adults with a cold were randomly assigned to zinc lozenges or placebo.", False),
        ("We treated adults with zinc, which shortened colds by increasing saliva.", True),
        ("We measured no effect of zinc on colds.", True),
    ],
)
def test_what_was_done_is_no_finding(quote, finds):
    assert is_finding_against(quote) is finds


class Opposing:
    """A verifier that takes every pair for a contradiction, but a sentence and itself."""

    identity, threshold = "opposing", 0.5

    def judge(self, pairs):
        return [
            Judgement("supports", 1.0, 0.0) if a == b else Judgement("contradicts", 0.0, 1.0)
            for a, b in pairs
        ]

    def close(self):
        pass


def conflicts(claim, quote, verifier=None):
    pieces = tuple(
        Evidence(n, h) for n, h in enumerate(hits(article(1, claim), article(2, quote)), start=1)
    )
    return verify([DraftSentence(claim, (1,))], pieces, verifier=verifier).conflicts


@pytest.mark.parametrize(("claim", "quote"), LOOK_ALIKES)
def test_look_alikes_are_no_conflict_whatever_a_verifier_says(claim, quote):
    assert conflicts(claim, quote) == ()
    assert conflicts(claim, quote, Opposing()) == ()


@pytest.mark.parametrize(("claim", "quote"), SAME)
def test_the_opposite_of_the_same_is_a_conflict(claim, quote):
    (found,) = conflicts(claim, quote, Opposing())
    assert (found.citation.quote, found.citation.verdict) == (quote, "contradicts")


def test_another_figure_is_no_opposite():
    claim = "Honey reduced night cough in 45% of children."
    assert conflicts(claim, "Honey reduced night cough in 30% of children.", Opposing()) == ()
