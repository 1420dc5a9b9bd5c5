"""Whose a finding is: the patient's, a relative's, or another person's.

A relative who only tells ("mother reports fever") or brings the patient is no one whose finding
it is. In a message about someone ("my daughter has a cough") that person is the patient.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.clinical.units import Unit
from rag.types.clinical import Experiencer

_BLOOD = (
    r"mother|father|mom|mum|dad|mommy|daddy|brother|sister|siblings?|sons?|daughters?|(?:half-)?brothers?|sisters?"
    r"|grandmother|grandfather|grandparents?|grandma|grandpa|aunts?|uncles?|cousins?|nieces?|nephews?|parents?"
    r"|twin|(?:maternal|paternal)\s(?:\w+)|relatives?|family(?:\smembers?)?|children|child|kids?|baby"
)
_OTHERS = (
    r"wife|husband|spouse|partner|girlfriend|boyfriend|roommates?|room-mate|coworkers?|co-workers?|colleagues?"
    r"|classmates?|friends?|neighbou?rs?|sick contacts?|donor|kids at school|household members?"
)
_PERSON = re.compile(rf"\b(?:(?P<blood>{_BLOOD})|(?P<other>{_OTHERS}))\b", re.IGNORECASE)
_HISTORY = re.compile(
    r"\b(?:family\s(?:history|hx)|fam\s?hx|fhx?|runs? in (?:the|my|his|her) family)\b",
    re.IGNORECASE,
)
_WITH = re.compile(
    r"\b(?:by|with|per|from|to|told|according to|accompanied|and|tell)\s+(?:(?:his|her|the|their|my|both|an?|older|younger)\s+)*$",
    re.IGNORECASE,
)
_TELLS = re.compile(
    r"(?:'s)?\s+(?:(?:also|and \w+)\s+)?(?:reports?|reported|states?|stated|says?|said|notes?|noted|notice[sd]?|denie[sd]|thinks?|thought|believes?"
    r"|found|called|calling|calls|phoned|rang|brought|gave|gives|(?:is|was|are|were)\s(?:concerned|worried|present|told|at bedside|unable)|tells|told|describes?"
    r"|has been (?:using|giving)|have been (?:using|giving)|wants|asks?|asked|requests?|saw|reassured|advised|instructed)\b",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r";|\b(?:patient|pt|but (?:he|she|i)|and (?:he|she|i|patient)|he (?:has|is|was|had)|she (?:has|is|was|had)|"
    r"i (?:have|am|had|take|feel|get)|i've|i'm)\b",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    rf"^[\w\s,'/-]{{0,25}}?\s*(?:\bin\s+(?:(?:his|her|the|my|their|a|an|older|younger)\s+)*|[(–-]\s*)(?P<who>{_BLOOD})\b",
    re.IGNORECASE,
)
_PROXY = re.compile(
    r"\b(?:my|our)\s+(?:\w+(?:[\s-]+\w+){0,4}?[\s-]+)??(?P<who>son|daughter|baby|child|toddler|kid|boy|girl|infant|wife|husband|mother|mom|mum"
    r"|father|dad|partner|grandmother|grandfather|brother|sister|newborn)\s+"
    r"(?:\w+\s+)?(?:has|have|had|is|keeps?|woke|started|complains?|can't|cannot|won't|was|got|suddenly|feels|seems)\b",
    re.IGNORECASE,
)
_FIRST = re.compile(
    r"\b(?:i\s+(?:have|had|am|feel|felt|take|get|keep|can't|cannot|was|do|don't|also|started|woke)|i've|i'm"
    r"|my\s+(?:own|head|chest|stomach|back|throat|legs?|arms?|eyes?|skin|doctor))\b",
    re.IGNORECASE,
)


_SCORE = re.compile(r"(?:'s)?[\s-]?(?:[ABC]\b|Pugh|Turcotte)")
"""Behind Child: the score of a liver."""
_ELDERS = frozenset(
    ("mother", "mom", "mum", "father", "dad", "grandmother", "grandfather", "brother", "sister")
)
_WIDE = frozenset(("child", "children", "kid", "kids", "baby", "family", "parents", "parent"))
"""Words that name the patient, or whoever brings one, as often as a relative."""
_OPENING = 120
"""Characters within which a message says whom it is about."""


@dataclass(frozen=True, slots=True)
class Whose:
    """Who the patient of a text is: a relative of its writer (``proxy``), or empty."""

    proxy: str = ""


def patient_of(text: str) -> Whose:
    """Return who a text is about, where its writer writes for someone else."""
    match = _PROXY.search(text)
    if match is None or _FIRST.search(text) or match.start() > _OPENING:
        return Whose()
    who = match["who"].lower()
    # "my mother had seizures" tells of the family, "my baby had a seizure" of the patient
    if who in _ELDERS and match[0].lower().endswith((" had", " was", " got")):
        return Whose()
    return Whose(who)


def whose_at(whose: Whose, unit: Unit, start: int, end: int) -> tuple[Experiencer, str]:
    """Return whose the finding at ``text[start:end]`` is, and the word for a relative."""
    before = unit.flat[unit.start : start]
    after = unit.flat[end : unit.end]
    heading = unit.part.section.heading
    found: tuple[Experiencer, str] = (Experiencer.PATIENT, "")
    told = list(_HISTORY.finditer(before))
    if told and not _ENDS.search(before, told[-1].end()):
        found = (Experiencer.FAMILY, "")
    for match in _PERSON.finditer(before):
        word = match[0].lower()
        if word == whose.proxy or _WITH.search(before[: match.start()]):
            continue
        if _TELLS.match(before[match.end() :]) or _ENDS.search(before, match.end()):
            continue
        if word == "child" and _SCORE.match(before, match.end()):
            continue
        mine = before[: match.start()].lower().endswith(("my ", "our "))
        if word in _WIDE and not told and not mine:
            continue
        found = (Experiencer.FAMILY if match["blood"] else Experiencer.OTHER, word)
    behind = _BEHIND.match(after)
    if behind is not None and _SCORE.match(after, behind.end()):
        behind = None
    if behind is not None and behind["who"].lower() != whose.proxy:
        found = (Experiencer.FAMILY, behind["who"].lower())
    if (
        re.search(r"\bmother|maternal\b", heading, re.IGNORECASE)
        and found[0] is Experiencer.PATIENT
    ):
        found = (Experiencer.OTHER, "mother")
    return found
