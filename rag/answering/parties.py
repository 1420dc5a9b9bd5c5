"""Who a question is about: "Is dorynib safe in pregnancy?" is about dorynib and pregnancy.

What an article says of another drug, or of the same drug in other people, is no answer, however
many words they share: not to yes or no, and not to "When was dorynib approved?" or "What are the
symptoms of fin fever?" either. By rule, over the form of the question: a question of another form
has no parties, and nothing is refused for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from rag.answering.yesno import bare
from rag.claims.foreign import foreign
from rag.claims.lexicon import tokens
from rag.retrieval.lay import expansion
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
    rf"^(?:do|does|did|can|could|will|would)\s+(?P<subject>.{{2,60}}?)\s+(?:{_DOES})\b"
    r"(?P<rest>.*)$",
    re.IGNORECASE,
)
_HAPPENED = (
    r"approved|licensed|authori[sz]ed|introduced|discovered|described|invented|isolated|identified"
    r"|withdrawn|developed|synthesi[sz]ed|sequenced|launched|marketed|founded|established|performed"
    r"|published|reported|eradicated"
)
WHEN = re.compile(
    r"^(?:when|(?:in )?(?:what|which) (?:year|month|decade))\s+(?:was|were)\s+(?P<subject>.{2,60}?)"
    rf"\s+(?:\w+ly\s+|first\s+)?(?:{_HAPPENED})\b",
    re.IGNORECASE,
)
"""Asks at which time in the past something happened."""
_NAMES_ONE = re.compile(r"^(?:what|which|who|list|name|give|mention|enumerate)\b", re.IGNORECASE)
_WHO = re.compile(
    r"\b(?:of|for|in|by|against|with|to|causes?|treats?|cures?|prevents?|inhibits?|targets?"
    r"|encodes?|transmits?)\s+(?P<whom>(?:(?!\b(?:of|for|in|by|against|with|to|that|which|who|during"
    r"|after|is|are|was|were|have|has|and|or|when|using|through|as|on|at|from|than)\b)[^,;:()?])+)",
    re.IGNORECASE,
)
_ASKING = frozenset(("action", "mode", "inheritance", "encoded", "coded", "approved", "licensed"))
"""Words by which something is asked of a party: no text is about "action"."""
_AUTHORITY = re.compile(r"^(?:the )?(?:fda|ema|who|nice|us|usa|uk|eu|europe|united \w+)$", re.I)
"""Who approves or where: an article on anything may name them."""
_IN = re.compile(
    r"\b(?:in|during|while|against|for|of)\s+(?P<whom>(?!(?:the )?treatment\b).+)$", re.IGNORECASE
)
_PARTS = re.compile(
    r"\b(?:in|with|for|of|to|by|against|from|after|before|during|when|while)\b", re.I
)
_AIM = re.compile(r"\s*\b(?:prophylaxis|prevention|relapses?|recurrence|attacks)\b")
"""What a remedy of one disease shares with that of another."""
_ALIKE = 0.85
"""Likeness of two spellings of one word: "istadefylline", "istradefylline"."""


def parties(question: str) -> tuple[str, ...]:
    """Return the words for whom or what a question is about; an answer names each of them.

    Of a yes/no question the subject and the object ("Does zinc prevent fin fever?"), or for whom
    a state ("safe", "effective") holds. Of one that asks when something happened, to what. Of
    one that asks for a name or items, the first that has a name of its own: "What are the
    symptoms of fin fever?" is about fin fever.
    """
    asked = bare(question)
    if found := _IS.match(asked):
        whom = _IN.search(found["rest"]) if re.fullmatch(_STATE, found["state"].lower()) else None
        named = _AIM.sub("", whom["whom"]).strip() if whom else ""
        return (found["subject"], *([named] if named else []))
    if found := _DO.match(asked):
        parts = [p.strip() for p in _PARTS.split(found["rest"]) if p.strip()]
        with_name = [p for p in parts[:2] if _names_in(p)]  # not "the risk" of fin fever
        return (found["subject"], *with_name[:1])
    if found := WHEN.match(asked):
        return (found["subject"],)
    if _NAMES_ONE.match(asked):
        named_ones = [m["whom"].strip() for m in _WHO.finditer(asked)]
        with_name = [w for w in named_ones if _names_in(w) and not _AUTHORITY.match(w)]
        return tuple(with_name[:1])
    return ()


def _names_in(party: str) -> tuple[str, ...]:
    """Return the words by which a text names a party: not those of relation or of asking."""
    return tuple(w for w in foreign(party, "") if w not in _ASKING)


def lacks_party(question: str, text: str) -> bool:
    """True where a text names nothing of one of the parties of a question.

    Words of relation and of study design name no one; a word that is spelt a little
    differently, begins alike or is abbreviated counts as named, and so does what the literature
    calls a thing that the question calls as people do ("shingles").

    Args:
        question: as asked.
        text: title and words of an article or a passage.
    """
    for party in parties(question):
        named = _names_in(party)
        missing = [w for w in foreign(party, text) if w in named]
        if not named or len(missing) < len(named) or any(_misspelt(w, text) for w in missing):
            continue
        if not any(_named(added.text, text) for added in expansion(party)):
            return True
    return False


def _named(name: str, text: str) -> bool:
    return bool(foreign(name, "")) and not foreign(name, text)


def lacking(question: str, evidence: Iterable[Evidence]) -> frozenset[int]:
    """Return the numbers of the evidence that a question can't be answered from."""
    if not parties(question):
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
