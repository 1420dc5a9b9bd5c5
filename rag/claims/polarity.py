"""Negation and direction: does a quote say the same as a claim, or the opposite?

Negation is scoped by clause, in the manner of NegEx (Chapman et al., J Biomed Inform 2001,
doi:10.1006/jbin.2001.1029): "not", "never", "fail" act on their whole clause, "no",
"without", "absence of" on what follows. Directions (more, less, better, worse) are signs;
a negated direction is the other sign of neither. These are word rules: they see no
paraphrase that uses none of the words below.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rag.claims.lexicon import content_terms, normalise

_CLAUSE = re.compile(
    r"[;:.!?]\s|,\s+(?:but|and|while|whereas|although|though|which|who|yet)\b"
    r"|\b(?:but|however|whereas|while|although|though|except|despite)\b",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    r"\b(?:not(?!\s+only)|never|cannot|neither|nor|fail(?:s|ed|ing|ure)?(?=\s+to\b)|unable|unlikely"
    r"|(?:is|are|was|were|do|does|did|ca|could|would|should|has|have)n['’]?t|hardly|rarely)\b",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\b(?:no(?!\s+doubt)|none|without|absence|absent|lack(?:s|ed|ing)?|free\s+(?:of|from)"
    r"|negative\s+for|insufficient|nothing|little|devoid)\b",
    re.IGNORECASE,
)
_NONE = re.compile(
    r"\b(?:unchanged|unaffected|unaltered|ineffective|nonsignificant|non-significant|unrelated"
    r"|no (?:\w+ )?(?:difference|change|effect|association|evidence|benefit|impact|correlation))\b",
    re.IGNORECASE,
)
_PLACE = (
    r"(?!\s+(?:back|extremit|limb|leg|abdom|respirat|urinary|gastro|tract|lobe|airway|than\s*\d))"
)
_MORE = re.compile(
    rf"\b(?:increas\w*|higher|ris(?:e|es|en|ing)|rose|elevat\w*|greater{_PLACE}|upregulat\w*"
    rf"|up-regulat\w*|enhanc\w*|more(?!\s+(?:than\s*(?:\d|an?\b|one|half)|research))|rais(?:e|es|ed|ing)|longer"
    r"|faster|overexpress\w*|activat(?:e|es|ed|ing|ion)|stimulat\w*|promot\w*|induc(?:e|es|ed|ing|tion)"
    r"|exacerbat\w*|aggravat\w*|high(?=\s+(?:levels?|rates?|risk|concentrations?|incidence|prevalence)))\b",
    re.IGNORECASE,
)
_LESS = re.compile(
    rf"\b(?:decreas\w*|lower(?:s|ed|ing)?{_PLACE}|reduc\w*|declin\w*|fewer|less(?!\s+than\s*\d)"
    r"|diminish\w*|downregulat\w*|down-regulat\w*|attenuat\w*|inhibit(?!or)\w*|suppress\w*|drop(?:s|ped)?"
    r"|fell|fall(?:s|en|ing)?|shorter|slower|smaller|prevent\w*|abolish\w*|alleviat\w*|block(?:s|ed|ing)?"
    r"|low(?=\s+(?:levels?|rates?|risk|concentrations?|incidence|prevalence)))\b",
    re.IGNORECASE,
)
_BETTER = re.compile(
    r"\b(?:improv\w*|benefi\w*|effective(?:ly|ness)?|superior\w*|better|protect\w*|safe|safely"
    r"|efficac\w*|favou?rable)\b",
    re.IGNORECASE,
)
_WORSE = re.compile(
    r"\b(?:worse\w*|harm\w*|ineffective\w*|inferior\w*|deteriorat\w*|detriment\w*|unsafe|impair\w*"
    r"|adverse(?:ly)?|unfavou?rable|poorer)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")
_AXES = (("amount", _MORE, _LESS), ("value", _BETTER, _WORSE))
_THAN = re.compile(r"\b(?:than|compared (?:with|to)|versus|vs\.?|relative to|over)\b", re.I)


@dataclass(frozen=True, slots=True)
class Direction:
    """A word such as "lower": its axis, sign (0 where denied), and the stems around it."""

    axis: str
    sign: int
    around: frozenset[str]


@dataclass(frozen=True, slots=True)
class Clause:
    """Content stems of a clause, those in the scope of a negation, and its directions."""

    terms: frozenset[str]
    negated: frozenset[str]
    directions: tuple[Direction, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two texts agree: share of shared stems with the other negation, and directions.

    ``direction`` is 1 where every direction of the claim is in the quote, -1 where the
    quote says the opposite, 0 where it says nothing of it.
    """

    negation_conflict: float
    direction: int
    swapped: bool


@lru_cache(maxsize=4096)
def clauses(text: str) -> tuple[Clause, ...]:
    """Split a text into clauses with the scope of negation and the directions of each."""
    plain = normalise(text)
    out: list[Clause] = []
    at = 0
    for bound in [*(m.start() for m in _CLAUSE.finditer(plain) if m.start()), len(plain)]:
        part, at = plain[at:bound], bound
        terms = content_terms(part)
        if not terms:
            continue
        negated: frozenset[str] = frozenset()
        if len(_WHOLE.findall(part)) % 2:
            negated = terms
        elif cue := _AFTER.search(part):
            negated = content_terms(part[cue.end() :])
        elif _NONE.search(part):
            negated = terms
        directions: list[Direction] = []
        for axis, up, down in _AXES:
            for sign, pattern in ((1, up), (-1, down)):
                for m in pattern.finditer(part):
                    # a direction that is denied is neither: 0 agrees with no sign
                    cancelled = bool(negated) and (
                        bool(_WHOLE.search(part))
                        or bool(_NONE.search(part))
                        or bool(_AFTER.search(part, 0, m.start()))
                    )
                    directions.append(Direction(axis, 0 if cancelled else sign, _around(part, m)))
        out.append(Clause(terms, negated, tuple(directions)))
    return tuple(out)


def agreement(claim: str, quote: str) -> Agreement:
    """Compare negation, direction and the sides of a comparison of two texts."""
    mine, theirs = clauses(claim), clauses(quote)
    return Agreement(
        _negation_conflict(mine, theirs), _direction(mine, theirs), _swap(claim, quote)
    )


def _negation_conflict(mine: tuple[Clause, ...], theirs: tuple[Clause, ...]) -> float:
    shared = clash = 0
    for clause in mine:
        for term in clause.terms:
            places = [c for c in theirs if term in c.terms]
            if not places:
                continue
            shared += 1
            denied = term in clause.negated
            # of several clauses that name the term, the one that shares most is meant
            nearest = max(places, key=lambda c: len(c.terms & clause.terms))
            clash += denied != (term in nearest.negated)
    return clash / shared if shared else 0.0


def _direction(mine: tuple[Clause, ...], theirs: tuple[Clause, ...]) -> int:
    verdict = 1
    for clause in mine:
        if not clause.directions:
            continue
        ranked = sorted(theirs, key=lambda c: -len(c.terms & clause.terms))
        for mine_said in clause.directions:
            near = [d for d in ranked[0].directions if d.axis == mine_said.axis] if ranked else []
            if near:
                # "greater intake … lower risk": the one that stands at the same words is meant
                most = max(len(d.around & mine_said.around) for d in near)
                meant = {d.sign for d in near if len(d.around & mine_said.around) == most}
                if mine_said.sign in meant:
                    continue
                if most:
                    return -1
            far = {d.sign for c in ranked[1:] for d in c.directions if d.axis == mine_said.axis}
            if mine_said.sign not in far:
                verdict = 0
    return verdict


def _around(part: str, match: re.Match[str]) -> frozenset[str]:
    """Return the stems of up to two content words before a match and three after it."""
    before = [t for t in _WORD.findall(part[: match.start()]) if content_terms(t)][-2:]
    after = [t for t in _WORD.findall(part[match.end() :]) if content_terms(t)][:3]
    return content_terms(" ".join([*before, *after]))


def _swap(claim: str, quote: str) -> bool:
    """True where "A … than B" stands against "B … than A"."""
    sides = []
    for text in (claim, quote):
        plain = normalise(text)
        found = _THAN.search(plain)
        if found is None:
            return False
        left, right = content_terms(plain[: found.start()]), content_terms(plain[found.end() :])
        sides.append((left - right, right - left))
    (left, right), (their_left, their_right) = sides
    return bool(left & their_right and right & their_left) and not (
        left & their_left and right & their_right
    )
