"""Is a name denied where it stands? "Prednisone was without effect" names no treatment.

By rule, clause by clause: a clause with a negated verb denies what it names, one that says that a
thing failed, did nothing or must be avoided denies what stands before those words, and "but not"
or "without" what follows at once. What is negated of other people ("in those who do not respond
to methotrexate") denies nothing of the main clause. A denial by other words is not seen.
"""

from __future__ import annotations

import re
from itertools import pairwise

_NOT = re.compile(
    r"\b(?:is|are|was|were|be|been|do|does|did|has|have|had|can|could|may|might|should|would|will|must)"
    r"\s+(?:not(?!\s+only)|never)\b|n['’]t\b|\b(?:cannot|neither|nor)\b",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"\bwithout (?:any |an? )?(?:\w+ )?(?:effect|benefit|response|improvement|success|activity)s?\b"
    r"|\b(?:ineffective|useless|contraindicated|fail(?:s|ed)? to"
    r"|(?:is|are|was|were|be) (?:best )?avoided|no (?:\w+ )?(?:effect|benefit|role|efficacy))\b",
    re.IGNORECASE,
)
_AT_ONCE = re.compile(
    r"\b(?:not|without|except|other than)\s+(?:(?:for|in|with|by|of|the|an?|any)\s+)*$",
    re.IGNORECASE,
)
_INTRODUCES = re.compile(
    r"^(?:in|for|among|if|when|where|although|though|while|whereas|after|unlike|because|since|as)\b"
    r"[^,]*,",
    re.IGNORECASE,
)
_PART = re.compile(
    r"[;:]\s|\b(?:but|however|whereas|while|although|though|except|unlike|who|which|that|when"
    r"|where|if|because|since)\b",
    re.IGNORECASE,
)
_ASKS_FOR_DENIED = re.compile(r"\b(?:not|never|avoid\w*|without|no)\b", re.IGNORECASE)


def denies(text: str) -> bool:
    """True where a text denies something, or asks for what is denied, avoided or fails."""
    return any(p.search(text) for p in (_NOT, _FAILED, _ASKS_FOR_DENIED))


def denied(name: str, sentence: str) -> bool:
    """True where a sentence denies something of a name wherever it holds it.

    Args:
        name: a phrase that stands in the sentence word for word.
        sentence: of the evidence.
    """
    places = [m.start() for m in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", sentence)]
    return bool(places) and all(_denied_at(at, sentence) for at in places)


def _denied_at(at: int, sentence: str) -> bool:
    if _AT_ONCE.search(sentence[:at]):
        return True
    bounds = {0, len(sentence), *(m.start() for m in _PART.finditer(sentence))}
    if opening := _INTRODUCES.match(sentence):
        bounds.add(opening.end())
    start, end = next((a, b) for a, b in pairwise(sorted(bounds)) if a <= at < b)
    return bool(_NOT.search(sentence, start, end) or _FAILED.search(sentence, at, end))
