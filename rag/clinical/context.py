"""Context of a finding: denied, uncertain, past or conditional, and whose it is.

The algorithm is ConText's (Harkema et al., J Biomed Inform 2009;42:839-851), which extends NegEx
(Chapman et al., J Biomed Inform 2001;34:301-310): a trigger holds for the findings after it up
to a word that ends its scope or the end of the sentence; a trigger behind a finding holds for
that finding and those listed with it; some phrases only look like triggers. Added here: entries
of a list stand under the sentence before them, and headings say what is past or the family's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.clinical.relatives import Whose, whose_at
from rag.clinical.sections import Role
from rag.clinical.units import Unit
from rag.clinical.vocabulary import read_list
from rag.clinical.words import Names, Token, tokens
from rag.types.clinical import Experiencer, FindingTime

CATEGORIES = ("negated", "uncertain", "past", "conditional")
_ALWAYS = (
    r";|:|\bbut\b|\bhowever\b|\balthough\b|\bthough\b|\bexcept(?: for)?\b|\baside from\b|\bapart from\b"
    r"|\bbesides\b|\bother than\b|\byet\b|\bnevertheless\b|\bwhich\b|\bstill\b"
)
_VERBS = (
    r"|\b(?:he|she|i|they|we|pt|patient|who|it)\s+(?:has|have|had|is|was|does|did|do|reports?|also|takes|feels?)\b"
    r"|\b(?:i've|i'm|he's|she's)\b"
    r"|\b(?:reports?|reported|endorses?|complains?|complaining|admits?|presents?|presented|presenting|developed"
    r"|develops|showed|shows|reveal(?:s|ed)|demonstrate[sd]?|found|noted to have|positive for|significant for"
    r"|remarkable for|p/w|c/o|started|received|given|continues? to have|plan is|plan to|will start|now with|now has|has had|currently)\b"
)
_CAUSES = r"|\b(?:due to|secondary to|because(?: of)?|attributed to|caused by|from|on|after|following|despite)\b"
_JOINED = (
    r"|,\s*with\b|\band with\b|\band (?:has|had|is|was|he|she|i)\b|(?<!\w)\(?\+\)?(?=\s?[A-Za-z])"
)
_ENDS = {
    "negated": re.compile(
        _ALWAYS.replace(r";|:|", ";|")
        + r"|\bvs\b|\bversus\b"
        + _VERBS
        + _CAUSES
        + _JOINED
        + r"|:\s",
        re.IGNORECASE,
    ),
    "uncertain": re.compile(_ALWAYS + _VERBS + _CAUSES + _JOINED + r"|\bwith\b", re.IGNORECASE),
    "past": re.compile(
        _ALWAYS + _VERBS + r"|\bwith\b|\bon\b|\badmitted\b|\bcomes?\b|\bcame\b|\bhere\b|\bnow\b"
        r"|\btoday\b|\breferred\b|\bseen\b|\bundergo\w*\b|\bwho\b|\bp/w\b|\bc/o\b|\bw/|\bwas\b|\bunderwent\b|\bbecause\b|\bdue to\b|\bsecondary to\b",
        re.IGNORECASE,
    ),
    "conditional": re.compile(r";|\bthen\b", re.IGNORECASE),
}
"""What ends a scope. The sources' lists, with the verbs by which notes begin a new statement."""
_LISTED = re.compile(
    r"\s*(?:(?:,|/|and|or|nor|\band/or\b|&|any|the|a|of|his|her|left|right|bilateral|other|acute|vs\.?)\s*)*",
    re.IGNORECASE,
)
_NOTHING_FOLLOWS = re.compile(r"\s*(?:[.;,)]|$)")
_ANSWERED = re.compile(
    r"\s*(?:[:–-]\s*(?:no|none|absent|denie[ds]|negative|neg)\b(?!\s+\w)|\(-\)(?!\s*\w)|\s(?:no|absent)(?=\s*(?:[.,;]|$)))",
    re.IGNORECASE,
)
"""A finding with the answer behind it, as in a form: "Fever: no"."""
_EITHER = re.compile(r"\s*(?:(?:,|/|or|nor|any|the|a|other|acute)\s*)*", re.IGNORECASE)
_PLUS_MINUS = re.compile(r"(?:\(-\)|(?<![\w-])-(?=[A-Za-z]))\s*$")
_QUERY_BEFORE = re.compile(r"\?\s?$")
_PAST_BEFORE = re.compile(r"(?<!the )\bpast\s+$", re.IGNORECASE)
_RUN = re.compile(r"[,/]|\b(?:and|or|nor)\b|\b\w+['’]?\w*\b")
_MOST_DENIED, _MOST_NEEDED = 8, 3
"""Words without a comma or an "or" that "no" and "prn" reach over: some notes have no stops."""
_DATED = re.compile(
    r"^[^.;]{0,30}?\b(?:in|since|of)?\s*\(?(?:(?:19|20)\d\d|\d+ (?:years?|months?|yrs?) (?:ago|prior)|(?:at )?age \d{1,2})\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Context:
    """What the surroundings say of a finding."""

    negated: bool = False
    uncertain: bool = False
    time: FindingTime = FindingTime.PRESENT
    experiencer: Experiencer = Experiencer.PATIENT
    relative: str = ""


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where a category holds: characters ``start`` to ``end``.

    A ``backward`` one holds for what stands before ``start``; a ``singular`` one ("was ruled
    out") for one thing, or for several that "or" joins.
    """

    category: str
    start: int
    end: int
    backward: bool = False
    singular: bool = False


@lru_cache(maxsize=1)
def _triggers() -> dict[str, tuple[Names[str], Names[str]]]:
    """Return for each category its forward and backward triggers; each holds the direction."""
    made = {c: (Names[str](), Names[str]()) for c in CATEGORIES}
    lines = [(line.group, *line.cells) for line in read_list("context")]
    for group, phrase, direction in lines:
        ahead, behind = made[group]
        if direction != "b":
            ahead.add(phrase, direction)
        else:
            behind.add(phrase, direction)
    for group, phrase, direction in lines:  # "negative for" looks forward, "negative" back
        if direction != "b":
            made[group][1].add(phrase, "p")
    return made


class UnitContext:
    """The triggers of one sentence, read once for all of its findings."""

    def __init__(
        self,
        unit: Unit,
        spans: Sequence[tuple[int, int]],
        whose: Whose,
        results: Sequence[tuple[int, int]] = (),
    ) -> None:
        self.unit = unit
        self.spans = sorted(spans)
        self.whose = whose
        # the words of a result ("GBS neg") deny that alone
        told = [s for s in _scopes(unit, unit.words, unit.end) if not _within(s, results)]
        self.scopes = [*told, *self._lead()]

    def _lead(self) -> list[_Scope]:
        """Scopes that the sentence above a list has over this entry of it."""
        unit = self.unit
        found = []
        for category, (ahead, _) in _triggers().items():
            above = [unit.lead] if category != "past" else []
            if category == "conditional":  # "Call if you have any of these:" may be a heading
                above.append(unit.part.section.heading)
            if any(t.value != "p" for words in above for t in ahead.find(tokens(words))):
                found.append(_Scope(category, unit.start, unit.end))
        return found

    def of(self, start: int, end: int) -> Context:
        """Return the context of the finding at ``text[start:end]``."""
        held = {c for c in CATEGORIES if self._holds(c, start, end)}
        unit = self.unit
        before, after = unit.flat[unit.start : start], unit.flat[end : unit.end]
        if _PLUS_MINUS.search(before) and re.search(r"(?<!\w)\+\s?[A-Za-z]|\(-\)", unit.text):
            held.add("negated")
        asked = after.startswith("?") and start - unit.words[0].start < 2
        if _ANSWERED.match(after):
            held.add("negated")
        if _QUERY_BEFORE.search(before) or asked:
            held.add("uncertain")
        if _DATED.match(after) and not re.match(r"\s*(?:for|x)\b", after):
            held.add("past")
        if _PAST_BEFORE.search(before):
            held.add("past")
        experiencer, relative = whose_at(self.whose, unit, start, end)
        if unit.role is Role.FAMILY and experiencer is Experiencer.PATIENT:
            experiencer = Experiencer.FAMILY
        if unit.role in (Role.PAST, Role.ALLERGIES) and experiencer is Experiencer.PATIENT:
            held.add("past")
        time = FindingTime.PRESENT
        if "conditional" in held:
            time = FindingTime.CONDITIONAL
        elif "past" in held:
            time = FindingTime.PAST
        return Context("negated" in held, "uncertain" in held, time, experiencer, relative)

    def _holds(self, category: str, start: int, end: int) -> bool:
        return any(
            s.category == category
            and (self._reaches_back(s, start, end) if s.backward else s.start <= start < s.end)
            for s in self.scopes
        )

    def _reaches_back(self, scope: _Scope, start: int, end: int) -> bool:
        """True where a trigger behind a finding holds for it: next to it, or through a list."""
        if end > scope.start:
            return False
        at = end
        for other_start, other_end in self.spans:
            if other_start < end or other_end > scope.start:
                continue
            listed = _EITHER if scope.singular else _LISTED
            if listed.fullmatch(self.unit.flat[at:other_start]) is None:
                return False
            at = other_end
        gap = self.unit.flat[at : scope.start]
        # "tender, Murphy's negative", "stridor when upset, none at rest": of another thing
        if "," in gap and gap.strip(" ,"):
            return False
        return len(gap.split()) <= 4 and not _ENDS["negated"].search(gap.replace(":", " "))


def _run_end(text: str, start: int, end: int, most: int) -> int:
    """Return where more than ``most`` words follow each other, or the end."""
    run = 0
    for match in _RUN.finditer(text, start, end):
        run = 0 if match[0] in (",", "/", "and", "or", "nor") else run + 1
        if run > most:
            return match.start()
    return end


def _within(scope: _Scope, results: Sequence[tuple[int, int]]) -> bool:
    return scope.backward and any(start <= scope.start < end for start, end in results)


def _is_apposed(text: str, start: int, after: int, end: int) -> bool:
    """True for a word that belongs to what follows: "AKI, likely ATN" is sure of the first."""
    behind = text[:start].rstrip()[-1:] in (",", "-", "–")
    return behind and _NOTHING_FOLLOWS.match(text, after, end) is None


def _scopes(unit: Unit, words: Sequence[Token], end: int) -> list[_Scope]:
    found: list[_Scope] = []
    for category, (ahead, behind) in _triggers().items():
        for trigger in ahead.find(words):
            start = words[trigger.last - 1].end
            if trigger.value == "p" or _NOTHING_FOLLOWS.match(unit.flat, start, end):
                continue
            stop = _ENDS[category].search(unit.flat, start, end)
            stops = [stop.start()] if stop else []
            if category == "negated":
                stops.append(_run_end(unit.flat, start, end, _MOST_DENIED))
            elif words[trigger.first].normal == "prn":
                stops.append(_run_end(unit.flat, start, end, _MOST_NEEDED))
            if trigger.value == "n" and (comma := unit.flat.find(",", start, end)) >= 0:
                stops.append(comma)
            found.append(_Scope(category, start, min([*stops, end])))
        for trigger in behind.find(words):
            if trigger.value != "p":
                start = words[trigger.first].start
                ahead_of = words[trigger.last - 1].end
                if category == "uncertain" and _is_apposed(unit.flat, start, ahead_of, end):
                    continue
                one = words[trigger.first].normal in ("was", "wa", "is", "has", "ha")
                found.append(_Scope(category, start, end, backward=True, singular=one))
    return found
