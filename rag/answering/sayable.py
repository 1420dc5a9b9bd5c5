"""What of a draft may be said at all, before any evidence is looked at.

Refusals, talk of the writer, questions, orders to software, imitated markers and identifiers
are no statements of the literature. What is left is judged by :mod:`rag.answering.verify`.
"""

from __future__ import annotations

import re

from rag.answering.draft import MARKER, NOT_A_DATE
from rag.answering.hostile import unsayable
from rag.claims.lexicon import content_terms

LEAST_TERMS = 2
"""A sentence with fewer content words claims nothing that could be checked."""
LEAST_PART_TERMS = 3
"""The same for a clause that is checked by itself."""

REFUSAL = re.compile(
    r"\b(?:(?:can ?not|can['’]t|could not|unable to) (?:\w+ )?(?:answer|be answered|determine)"
    r"|(?:do|does|did) not (?:\w+ )?(?:contain|provide|answer|address|mention|include)\b.{0,60}"
    r"\b(?:question|answer|information)"
    r"|no (?:relevant )?(?:information|answer)\b.{0,60}\b(?:passages?|evidence|provided|context)"
    r"|not enough (?:information|evidence)|insufficient (?:information|evidence) to answer"
    r"|i (?:do not|don['’]t) know)\b",
    re.IGNORECASE,
)
_TALK = re.compile(
    r"^(?:(?:based on|according to) the (?:\w+ )?(?:passages?|evidence|sources?|context)\W*$"
    r"|(?:sure|certainly|of course|here (?:is|are))\b|as an ai\b|i am an? )"
    r"|\b(?:consult|see|speak (?:to|with)|talk to) (?:a|your) (?:doctor|physician|healthcare)",
    re.IGNORECASE,
)
_PREAMBLE = re.compile(
    r"^(?:based on|according to|as (?:stated|described|shown) in) (?:the )?(?:\w+ )?"
    r"(?:passages?|evidence|sources?|context|texts?)(?: \d+)?,\s*",
    re.IGNORECASE,
)
_NAMED = re.compile(
    rf"\b{NOT_A_DATE}([A-Z][\w'’-]+)(?: et al\b|,? and (?:colleagues|co-?workers)"
    r"|(?: (?:and|&) [A-Z][\w'’-]+)? \((?:19|20)\d\d[a-z]?\))"
    rf"|\({NOT_A_DATE}([A-Z][\w'’-]+)(?: (?:and|&) [A-Z][\w'’-]+)?,? (?:19|20)\d\d[a-z]?\)"
)
"""An author by name: "Smith et al.", "Smith and Jones (2019)", "(Smith, 2019)"."""
_BORDER = re.compile(r"\s*;\s+(?:and\s+)?|,\s+(?:and|but|while|whereas)\s+", re.IGNORECASE)
_SHARED_CONDITION = re.compile(
    r"^(?:in|among|for|after|before|with|without|if|when|during|at|on|under|compared|unlike|by"
    r"|neither|either|both|not|although|while|because|since|of)\b|\brespectively\b",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|do|does|did|can|may|might|will|would|should|must|cannot"
    r"|\w{3,}ed|(?:reduce|increase|cause|improve|prevent|lower|raise|shorten|inhibit|remain|occur"
    r"|show|lead|decrease|relieve|treat|help|work|protect|predict|affect|require)s?|led|rose|fell"
    r"|found|grew|gave)\b",
    re.IGNORECASE,
)
_NO_SUBJECT = re.compile(
    r"^(?:it|they|this|these|that|those|he|she|its|their|both|none|neither|some|others?|also|then"
    r"|which|who|so|only|not|no)\b|^\w+ly\b",
    re.IGNORECASE,
)


def without_preamble(text: str) -> str:
    """Return a sentence without "According to the passages, "."""
    rest = _PREAMBLE.sub("", text).strip()
    return rest if rest == text else rest[:1].upper() + rest[1:]


def why_not(text: str, known: str = "") -> str:
    """Return why a sentence states nothing that may be said, or an empty string.

    ``known`` is the text of all passages: an author whom none of them names is made up.
    """
    if len(content_terms(text)) < LEAST_TERMS:
        return "claims nothing that could be checked"
    if text.rstrip(" .").endswith("?"):
        return "a question, not a statement"
    if MARKER.search(text):
        return "carries an imitation of a citation marker"
    if reason := unsayable(text):
        return reason
    if REFUSAL.search(text):
        return "says that the evidence does not answer"
    if _TALK.search(text):
        return "talk of the writer, not of the literature"
    for match in _NAMED.finditer(text):
        name = match[1] or match[2]
        if not re.search(rf"\b{re.escape(name)}\b", known):
            return f"rests on an author whom no passage names: {name}"
    return ""


def parts_of(text: str) -> tuple[str, ...]:
    """Return the clauses that each state a fact of their own, or nothing where it is one fact.

    A clause needs a subject of its own ("…, and reduced pain" has none), and the statement
    no condition that all its clauses share ("In children, …").
    """
    if _SHARED_CONDITION.search(text):
        return ()
    clauses = [c.strip(" ,;.") for c in _BORDER.split(text)]
    if len(clauses) < 2 or not all(map(_stands, clauses)):
        return ()
    return tuple(f"{c[:1].upper()}{c[1:]}." for c in clauses)


def _stands(clause: str) -> bool:
    if len(content_terms(clause)) < LEAST_PART_TERMS or _NO_SUBJECT.search(clause):
        return False
    verb = _VERB.search(clause)
    return bool(verb and content_terms(clause[: verb.start()]))
