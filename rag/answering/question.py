"""What a question is about: its content terms, and whether it describes someone's symptoms."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.claims.lexicon import STOP, content_terms, tokens

_PERSON = re.compile(
    r"\b(?:i|i'm|i've|my|me|we|patient|child|son|daughter|mother|father|wife|husband|baby|he|she)\b"
)
_ASKS = re.compile(
    r"\?|^\W*(?:what|which|how|why|when|where|who|does|do|is|are|can|could|should|has|have|was|were"
    r"|did|will|list|name|describe|explain|define)\b"
)
SIGNS = re.compile(
    r"\b(?:fever\w*|cough\w*|pain\w*|ache\w*|\w+ache|nausea|vomit\w*|rash\w*|itch\w*|dizz\w*|tired\w*"
    r"|fatigue\w*|breath\w*|swell\w*|swollen|sore|bleed\w*|diarrh\w*|numb\w*|weak\w*|chills?|sweat\w*"
    r"|wheez\w*|dyspn\w*|palpitation\w*|hurts?|seizure\w*|jaundice|constipat\w*|insomnia|runny)\b"
)
"""Words for signs of illness, in lower case."""
_ASIDE = """
day week month year hour ago today yesterday last morning night since past lately recently
really bad quite patient old think get also severe mild experience experiencing suffer
suffering start started been feel present complain complaining notice noticed days weeks
months years hours
"""
_NOT_SIGNS = frozenset(_ASIDE.split())


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the composers and the abstention rule see it.

    ``focus`` is the text to embed, ``terms`` the stems of its content words.
    """

    text: str
    focus: str
    terms: frozenset[str]
    describes_symptoms: bool


def read_question(text: str) -> Question:
    """Read a question. "I have a fever" is a description: its focus is what presents so."""
    plain = " ".join(text.split())
    lower = plain.lower().replace("’", "'")
    terms = content_terms(plain)
    signs = bool(SIGNS.search(lower))
    asks = bool(_ASKS.search(lower))
    person = bool(_PERSON.search(lower))
    describes = signs and (not asks and (person or len(lower.split()) <= 12))
    if not describes:
        return Question(plain, plain, terms, False)
    words = [t for t in tokens(plain) if t not in STOP and t not in _NOT_SIGNS and t.isalpha()]
    kept = content_terms(" ".join(words)) or terms
    focus = f"Conditions in which patients present with {' and '.join(words)}"
    return Question(plain, focus if words else plain, kept, True)
