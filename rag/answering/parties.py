"""Who a yes/no question is about: "Is dorynib safe in pregnancy?" is about dorynib and pregnancy.

What an article says of another drug, or of the same drug in other people, is no answer, however
many words they share. By rule, over the form of the question: a question of another form has no
parties, and nothing is refused for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from rag.answering.kinds import answer_kind
from rag.answering.yesno import bare
from rag.claims.foreign import foreign
from rag.claims.lexicon import tokens
from rag.types import Evidence

_STATE = (
    r"safe|harmful|dangerous|toxic|recommended|contraindicated|indicated|advised|effective"
    r"|efficacious|useful|beneficial|tolerated"
)
_DOES = (
    r"prevent|reduce|lower|decrease|increase|raise|cause|induce|improve|worsen|treat|heal|cure"
    r"|shorten|prolong|relieve|alleviate|help|protect|affect|lead|work|delay|slow"
)
_IS = re.compile(
    rf"^(?:is|are|was|were|can|should|may|could|has|have)\s+(?!there\b)(?P<subject>.{{2,60}}?)\s+"
    rf"(?:be\s+|been\s+|being\s+)?(?:an?\s+)?(?:\w+ly\s+)?(?P<state>{_STATE}|associated|linked"
    r"|approved|licensed|used|given|taken"
    r"|risk factors?)\b(?P<rest>.*)$",
    re.IGNORECASE,
)
_DO = re.compile(
    rf"^(?:do|does|did|can|could|will|would)\s+(?P<subject>.{{2,60}}?)\s+(?:{_DOES})\b",
    re.IGNORECASE,
)
_IN = re.compile(
    r"\b(?:in|during|while|against|for|of)\s+(?P<whom>(?!(?:the )?treatment\b).+)$", re.IGNORECASE
)
_AIM = re.compile(r"\s*\b(?:prophylaxis|prevention|relapses?|recurrence|attacks)\b")
"""What a remedy of one disease shares with that of another."""
_ALIKE = 0.85
"""Likeness of two spellings of one word: "istadefylline", "istradefylline"."""


def parties(question: str) -> tuple[str, ...]:
    """Return the words for the subject of a yes/no question, and those for whom or what it is.

    The second only of a state ("safe", "effective", "recommended"), where the question tells.
    """
    asked = bare(question)
    if found := _IS.match(asked):
        whom = _IN.search(found["rest"]) if re.fullmatch(_STATE, found["state"].lower()) else None
        named = _AIM.sub("", whom["whom"]).strip() if whom else ""
        return (found["subject"], *([named] if named else []))
    found = _DO.match(asked)
    return (found["subject"],) if found else ()


def lacks_party(question: str, text: str) -> bool:
    """True where a text names nothing of one of the parties of a yes/no question.

    Words of relation and of study design name no one; a word that is spelt a little
    differently, begins alike or is abbreviated counts as named.

    Args:
        question: as asked.
        text: title and words of an article or a passage.
    """
    for party in parties(question):
        named = foreign(party, "")
        missing = foreign(party, text)
        if named and len(missing) == len(named) and not any(_misspelt(w, text) for w in missing):
            return True
    return False


def lacking(question: str, evidence: Iterable[Evidence]) -> frozenset[int]:
    """Return the numbers of the evidence that a yes/no question can't be answered from."""
    if answer_kind(question) != "yesno":
        return frozenset()
    return frozenset(
        e.n
        for e in evidence
        if lacks_party(question, f"{e.hit.article.title}\n{e.hit.passage.text}")
    )


def _misspelt(word: str, text: str) -> bool:
    """True where a text holds a word of nearly the same spelling."""
    return len(word) > 5 and any(
        abs(len(word) - len(other)) <= 2 and SequenceMatcher(None, word, other).ratio() >= _ALIKE
        for other in set(tokens(text))
    )
