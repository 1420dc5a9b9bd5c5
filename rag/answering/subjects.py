"""Are two findings about the same thing? Only then can one contradict the other.

Look-alike sentences differ in one word that matters: another population, dose, time, drug or
outcome. The rules here are strict, because a false conflict accuses a true statement: where
each side names something that the other does not, they are about different things.
"""

from __future__ import annotations

import re
from typing import Any

from rag.claims.aims import is_aim
from rag.claims.lexicon import content_terms
from rag.claims.numbers import numbers
from rag.claims.polarity import clauses

LEAST_SHARED = 0.5
"""Least share of the statement's content stems in a quote that contradicts it."""

_GROUPS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(rf"\b(?:{words})\b", re.IGNORECASE))
    for name, words in (
        ("infant", r"neonat\w+|newborns?|infan(?:ts?|cy)|pre-?term|premature|bab(?:y|ies)"),
        ("child", r"child(?:ren|hood)?|p(?:a)?ediatric\w*|kids?|boys?|girls?|school-?age\w*"),
        ("adolescent", r"adolescen\w+|teen\w*|youths?"),
        ("adult", r"adults?|middle-aged"),
        ("old", r"elderly|older|geriatric|aged (?:6[05]|7\d|8\d)\b.{0,12}|nursing homes?|seniors?"),
    )
)
_SEXES = (
    ("women", re.compile(r"\b(?:wom[ae]n|females?|girls?|mothers?|\w*menopaus\w+)\b", re.I)),
    ("men", re.compile(r"\b(?:m[ae]n|males?|boys?|fathers?)\b", re.I)),
)
_APART = (
    re.compile(r"\b(?:pregnan\w+|gestation\w*|lactat\w+|breast-?fe\w+)\b", re.I),
    re.compile(r"\b(?:neonat\w+|newborns?|pre-?term)\b", re.I),
    re.compile(
        r"\b(?:rats?|mice|mouse|murine|rodents?|rabbits?|dogs?|pigs?|porcine|sheep|monkeys?|zebrafish"
        r"|drosophila|hamsters?|guinea pigs?|animals?)\b",
        re.I,
    ),
    re.compile(r"\b(?:in vitro|ex vivo|in silico|cell lines?|cultured|cells)\b", re.I),
)
"""Subjects that both must name or neither."""
_DOSES = frozenset({"mg", "µg", "ng", "g", "ml", "l", "dl", "mmol"})
_TIMES = frozenset({"year", "month", "week", "day", "hour", "minute"})
_NO_FINDING = re.compile(
    r"\b(?:whether|unclear|unknown|uncertain\w*|controvers\w+|inconclusive|debated?|conflicting"
    r"|may|might|could|remains? to be|(?:previously|long|once|commonly) (?:thought|believed|held)"
    r"|hypothesi[sz]\w*|in contrast to|unlike|contrary to)\b",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\b(?:we|authors|investigators)\s+(?:\w+\s){0,2}?(?:randomi[sz]ed|assigned|allocated|treated|gave"
    r"|pooled|included|followed|studied|measured|analy[sz]ed|recorded|asked)\b"
    r"|\b(?:was|were)\s+(?:\w+\s){0,2}?(?:randomi[sz]ed|assigned|allocated|divided|enrolled|recruited)\b",
    re.IGNORECASE,
)
# words by which two sentences on the same thing may differ: study talk, directions, groups of
# people (compared above by class), none that names an agent, a disease or an outcome
_GENERIC = content_terms(
    """
    effect effects affect affects difference differences different change changes changed alter
    altered influence significant significantly significance association associated associate
    associations evidence result results trial trials study studies patient patients participant
    participants subject subjects people persons person individuals individual group groups placebo
    compared comparison control controls controlled treatment treatments therapy treated treat
    receive received receiving given increase increases increased decrease decreases decreased
    reduce reduces reduced reduction improve improves improved improvement lower lowers lowered
    higher raise raised elevated risk risks rate rates incidence frequency occurrence level levels
    number show shows showed shown find finding findings found demonstrate demonstrated suggest
    suggests conclude concluded conclusion observe observed report reported effective efficacy
    effectiveness ineffective effectively benefit benefits beneficial safe safety better worse
    superior inferior similar same random randomised randomized randomly blind double-blind
    meta-analysis review systematic analysis analyses data clinical outcome outcomes primary overall
    confidence interval ci hazard odds ratio relative value versus vs administration administered
    administer use supplement supplements supplementation intake oral daily dose doses prevent
    prevents prevented prevention protect protects protective shorten shortens shortened prolong
    cause causes caused lead leads led induce induces induced promote promotes statistical
    statistically considerable considerably marked markedly slightly substantially major minor
    human humans adult adults elderly older child children infant infants women men woman man boys
    girls adolescents addition however contrast conversely likely unlikely new onset current
    experience experienced develop developed development correlate correlated correlates
    correlation correlations positive positively negative negatively inverse inversely directly
    relationship related link linked prior year years month months week weeks day days time times
    adjusted adjust estimate estimates estimated measure measured measures cohort cohorts population
    populations cumulative hr rr or sd respectively strong strongly presence present evaluate
    evaluated support supports follow-up prospective retrospective observational inhibit inhibits
    inhibited enhance enhances enhanced impede impedes suppress suppresses attenuate attenuates
    """
)


def is_finding_against(quote: str) -> bool:
    """True where a quote states something that was found.

    What is asked, doubted or once believed does not, nor what was done: "We randomised 210 adults
    with a cold to zinc or placebo" finds nothing, whatever a verifier makes of it.
    """
    if quote.rstrip().endswith("?") or is_aim(quote) or _NO_FINDING.search(quote):
        return False
    return not _DONE.search(quote) or any(c.directions or c.negated for c in clauses(quote))


def same_subject(claim: str, quote: str, about: str = "", quote_about: str = "") -> bool:
    """True where two findings are about the same population, dose, time, agent and outcome.

    Args:
        claim: the statement.
        quote: the sentence that may contradict it.
        about: more of where the statement comes from, such as the title of its article.
        quote_about: the same of the quote.
    """
    mine, theirs = content_terms(claim), content_terms(quote)
    own, others = mine - theirs - _GENERIC, theirs - mine - _GENERIC
    if own and others:
        return False
    ours, whose = f"{claim} {about}", f"{quote} {quote_about}"
    if _disjoint(_named(ours, _GROUPS), _named(whose, _GROUPS)):
        return False
    if _disjoint(_named(ours, _SEXES), _named(whose, _SEXES)):
        return False
    if any(bool(p.search(ours)) != bool(p.search(whose)) for p in _APART):
        return False
    return not any(
        _disjoint(_measured(claim, units), _measured(quote, units)) for units in (_DOSES, _TIMES)
    )


def _named(text: str, groups: tuple[tuple[str, re.Pattern[str]], ...]) -> frozenset[str]:
    return frozenset(name for name, pattern in groups if pattern.search(text))


def _measured(text: str, units: frozenset[str]) -> frozenset[tuple[str, str]]:
    return frozenset((n.value, n.unit) for n in numbers(text) if n.unit.partition("/")[0] in units)


def _disjoint(a: frozenset[Any], b: frozenset[Any]) -> bool:
    """True where both name something and nothing in common."""
    return bool(a and b and not a & b)
