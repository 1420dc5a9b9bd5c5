"""Questions from MeSH headings: what indexers found an article to be about, asked as people ask.

An article with the heading "Diabetes Mellitus, Type 2" and the main subheading "drug therapy"
answers "How is type 2 diabetes mellitus treated?". Titles and experts' questions seldom speak so,
and an embedder that learns from them alone unlearns it. One thing in one respect has one
question, so that articles that answer alike are never each other's hard negatives; for two in
three it is named as people name it where ``rag.claims.lay_terms`` has such a name.

A subheading's meaning is NLM's (https://www.nlm.nih.gov/mesh/subhierarchy.html).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import lru_cache

from rag.claims.lay_terms import entries
from rag.clinical.diseases import is_disease_name, key, listed
from rag.types import Article, MeshHeading

MOST_QUESTIONS = 2
"""Of one article: with many main subheadings none tells what it is about."""
OF_PEOPLE = "Humans"
"""The heading of articles on people: people do not ask for the diseases of rats."""

_TREATED = (
    "How is {x} treated?",
    "What can be done about {x}?",
    "treatment of {x}",
    "Which treatment helps with {x}?",
    "What is the best treatment for {x}?",
)
_CAUSED = (
    "What causes {x}?",
    "Why do people get {x}?",
    "causes of {x}",
    "How does one get {x}?",
)
_USED = (
    "What is {x} used for?",
    "When is {x} given?",
    "Does {x} work?",
    "What does {x} help with?",
)
_HARMED = (
    "What are the side effects of {x}?",
    "Is {x} safe?",
    "side effects of {x}",
    "Can {x} be harmful?",
)
_FOUND = (
    "How is {x} diagnosed?",
    "How do I know if I have {x}?",
    "What are the signs of {x}?",
    "tests for {x}",
)
_FORMS = {
    "drug therapy": _TREATED,
    "therapy": _TREATED,
    "surgery": _TREATED,
    "radiotherapy": _TREATED,
    "diet therapy": _TREATED,
    "rehabilitation": _TREATED,
    "etiology": _CAUSED,
    "chemically induced": _CAUSED,
    "diagnosis": _FOUND,
    "diagnostic imaging": _FOUND,
    "complications": (
        "What can {x} lead to?",
        "complications of {x}",
        "What problems does {x} cause?",
    ),
    "epidemiology": ("How common is {x}?", "Who gets {x}?", "How many people have {x}?"),
    "mortality": ("Is {x} deadly?", "How long do people live with {x}?"),
    "prevention & control": (
        "How can {x} be prevented?",
        "How do I protect myself from {x}?",
        "prevention of {x}",
    ),
    "transmission": ("Is {x} contagious?", "How does {x} spread?"),
    "psychology": ("How do people cope with {x}?", "What does {x} do to the mind?"),
    "therapeutic use": _USED,
    "adverse effects": _HARMED,
    "poisoning": _HARMED,
    "toxicity": _HARMED,
}
"""Subheading → forms of its question; those that ask for one thing have one tuple."""
_OF_MORE = frozenset(("surgery", "diagnostic imaging", "psychology"))
"""Subheadings that organs and groups of people have too: nobody asks how a chin is diagnosed."""


def heading_questions(article: Article) -> list[str]:
    """Return what an article on people answers by its main headings; none if these are many."""
    if all(heading.descriptor != OF_PEOPLE for heading in article.mesh):
        return []
    found = dict.fromkeys(
        _question(heading, qualifier.name)
        for heading in article.mesh
        for qualifier in heading.qualifiers
        if qualifier.major and qualifier.name in _FORMS
        if qualifier.name not in _OF_MORE or _is_disease(heading.descriptor)
    )
    return list(found) if len(found) <= MOST_QUESTIONS else []


def _question(heading: MeshHeading, qualifier: str) -> str:
    """Return the question of a heading in one respect: the same for every article.

    What drugs do and what surgery does answers the same question: drawn alike, neither article is
    taken for a wrong answer to the other's.
    """
    forms = _FORMS[qualifier]
    drawn = _draws(f"{heading.descriptor}/{forms[0]}")
    thing = spoken(heading.descriptor)
    if next(drawn) % 3:
        thing = _everyday().get(thing.lower(), thing)
    return forms[next(drawn) % len(forms)].format(x=thing)


def _is_disease(descriptor: str) -> bool:
    return is_disease_name(spoken(descriptor)) or key(descriptor) in listed()


def spoken(descriptor: str) -> str:
    """Return a descriptor as it is said: "Anemia, Sickle Cell" is "sickle cell anemia".

    Words that are no abbreviation are written small.
    """
    words = " ".join(reversed(descriptor.split(", "))).split()
    return " ".join(
        w.lower() if len(w) == 1 else "-".join(map(_small, w.split("-"))) for w in words
    )


def _small(word: str) -> str:
    return word.lower() if word[1:].islower() else word


@lru_cache(maxsize=1)
def _everyday() -> dict[str, str]:
    """Return name in the literature → the first everyday name, of groups where that is a noun.

    Symptoms are not among them: nobody asks what causes sad, or short of breath.
    """
    return {
        name.lower(): one.lay[0]
        for one in entries()
        if one.group in ("diseases", "brands")
        for name in one.medical
    }


def _draws(text: str) -> Iterator[int]:
    """Yield numbers that depend on a text alone."""
    yield from hashlib.sha256(text.encode()).digest()
