"""Yes or no: what do the sentences of the evidence say to a question's proposition?

A sentence speaks for the proposition or against it: against where it negates what the
question asserts (``rag.claims.polarity``), states the opposite direction, or reports that
nothing was found ("no effect", "ineffective", "failed to"). Sentences are weighed by their
score for the question, by the design of their study and by its year. This module does not
understand a sentence that says no without any of these words ("an antibody to IL-6" for
"is it an antibody to TNF?"); such a question stays unclear.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.answering.fitness import has_verb
from rag.claims.aims import is_aim
from rag.claims.guards import doubtful
from rag.claims.lexicon import content_terms, coverage
from rag.claims.polarity import agreement
from rag.evidence import level_of
from rag.text import spaced
from rag.types import Article

LEVEL_WEIGHTS: Mapping[int, float] = {1: 1.5, 2: 1.3, 3: 1.0, 4: 0.7, 5: 0.9, 6: 1.0}
"""Weight of an evidence level, set by hand: a review of trials counts half as much again as a
cohort, and one whose design is not stated as much as that."""
HALF_LIFE = 20.0
"""Years after which a study counts half, from the latest of the evidence. Set by hand."""

_NOTHING_FOUND = re.compile(
    r"\b(?:no (?:\w+ ){0,3}?(?:difference|effect|association|evidence|benefit|impact|correlation"
    r"|improvement|change|role|relationship|link|increase|decrease|reduction|advantage|efficacy)s?"
    r"|not (?:\w+ ){0,2}?(?:effective|efficacious|associated|improve\w*|reduce\w*|increase\w*"
    r"|affect\w*"
    r"|related|recommended|support\w*|significant\w*|observed|found|required|necessary|involved"
    r"|differ\w*|alter\w*|change\w*|prevent\w*|beneficial|show\w*|demonstrat\w*|confirm\w*|detect\w*)"
    r"|ineffective\w*|inefficacious|fail(?:s|ed|ure)? (?:to|of)|lack(?:s|ed|ing)? (?:of )?(?:\w+ )?"
    r"(?:efficacy|effect|benefit|evidence|association)|unlikely|unrelated|unaffected|unchanged"
    r"|does not|do not|did not|cannot|is not|are not|was not|were not|has not|have not|neither"
    r"|avoid(?:ed|ing)?|contraindicated|unsafe|harmful|discontinued|withdrawn|disappointing"
    r"|negative (?:results?|trial)|without"
    r"|insufficient|limited evidence|inconclusive|contrary to|myth|no longer)\b",
    re.IGNORECASE,
)


_SAFE = r"safe|toler|harm|adverse|toxic|contraindicat|avoid|side effect|unsafe"
_ADVISED = r"recommend|advis|guideline|indicat|contraindicat|avoid|first-line|approv|licen|authori"
_WORKS = r"effect|effic|ineffect|benefi|improv|superior|useful|respon|reduc|help"
_CAUSES = r"caus|induc|lead|led|result|trigger|risk|due|associat|link|relat|contribut|predispos"
_LESS = r"prevent|protect|reduc|low|decreas|prophyla|fewer|less|inhibit|suppress|attenuat"
_MORE = r"increas|rais|elevat|higher|risk|more|great|enhanc|promot|activat|stimulat|induc"
_OFTEN = r"common|frequent|prevalen|often|usual|most|majority|predominan"
_SELDOM = r"rare|uncommon|infrequent|seldom|unusual"
_PREDICATES = tuple(
    (re.compile(rf"\b(?:{asked})", re.IGNORECASE), re.compile(rf"\b(?:{said})", re.IGNORECASE))
    for asked, said in (
        (r"safe|harmful|toxic|contraindicated|dangerous", _SAFE),
        (r"recommended|advised|indicated|approved|licensed", _ADVISED),
        (r"effective|efficacious|beneficial|useful|work\b|works\b|help\b", _WORKS),
        (r"caus|associated|linked|related|lead\b|risk factor", _CAUSES),
        (r"prevent|protect|reduce|lower|decrease|inhibit|suppress", _LESS),
        (r"increase|raise|enhance|promote|activate|stimulate|induce", _MORE),
        # of a thing that is asked after as common, not of "the common cold"
        (r"(?:common|frequent|prevalent)(?:\s+(?:in|among|than|with|after)\b|\W*$)", _OFTEN),
        (r"(?:rare|uncommon|infrequent)(?:\s+(?:in|among|than|with|after)\b|\W*$)", _SELDOM),
    )
)
"""What a question may assert, and the words of which a sentence that settles it holds one."""
_ADJECTIVE = re.compile(
    r"\b(?!patient)[a-z]{3,}(?:ic|al|ent|ant|ive|ible|able|ful|ous|ed|ing|ary)\b"
)
_PREFIXES = ("un", "in", "im", "ir", "non", "non-")
_PERMITS = re.compile(r"^\W*(?:can|may|should|could)\b.{0,80}\bbe\b", re.IGNORECASE)
_PERMISSION = re.compile(rf"\b(?:{_SAFE}|{_ADVISED}|{_WORKS})", re.IGNORECASE)
_BEFORE = re.compile(
    r"^\W*(?:BACKGROUND|INTRODUCTION|CONTEXT|OBJECTIVES?|AIMS?|PURPOSE|(?:MATERIALS? AND )?METHODS?"
    r"|STUDY DESIGN|DESIGN|HYPOTHESIS)\b"
)
"""A heading that was run into its first sentence: what follows was known or done, not found."""
_NEGATED = re.compile(r"\b(?:not(?! only)|never|no longer|cannot)\b|n['’]t\b", re.IGNORECASE)
_ONLY_STUDIED = re.compile(
    r"\b(?:has|have|had|was|were|is|are|being) (?:been |being )?(?:\w+ly )?(?:tested|studied"
    r"|investigated|evaluated|examined|assessed|explored|considered|debated|discussed|reviewed)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Voice:
    """One sentence as evidence for or against a proposition.

    ``covered`` is the share of the question's words, weighted by rarity, that it holds;
    ``negated`` is the share of shared words under another negation; ``opposite`` is 1 where
    the direction differs, ``nothing`` where only one of the two reports that nothing was found;
    ``weight`` is above 0. ``judged`` is the verifier's chance that the sentence supports the
    question as it stands, less that it contradicts it; 0 without a verifier.
    """

    covered: float
    negated: float
    opposite: float
    nothing: float
    weight: float
    judged: float = 0.0

    @property
    def against(self) -> bool:
        """True where the sentence speaks against the proposition."""
        return self.negated > 0.5 or self.opposite > 0 or self.nothing > 0


@dataclass(frozen=True, slots=True)
class YesNoModel:
    """Weights of a logistic model of "yes" over the voices' weighted means.

    ``covered`` weighs the greatest share of the question's words in one sentence: what no sentence
    says is more often false. Fitted by ``benchmarks/composer.py`` on the 289 yes/no questions of
    BioASQ 7B and 8B of which something was found (65 % are "yes"): five-fold accuracy .74, macro-F1
    .65.
    """

    bias: float = 0.0
    covered: float = 1.4
    negated: float = -1.6
    opposite: float = -2.4
    nothing: float = -1.2
    judged: float = 1.0


MODEL = YesNoModel()


def bare(question: str) -> str:
    """Return the words of a yes/no question in their order, without its question mark.

    Nothing is moved: ``rag.evaluation.qa_evidence`` makes a statement of a question.
    """
    return re.sub(r",?\s*yes or\s+no\b", "", spaced(question)).rstrip(" ?.")


def voice(
    question: str,
    sentence: str,
    *,
    score: float = 1.0,
    article: Article | None = None,
    latest: int | None = None,
    rarity: Mapping[str, float] | None = None,
    judged: float = 0.0,
) -> Voice:
    """Return how a sentence bears on a question.

    Args:
        question: a yes/no question.
        sentence: of the evidence.
        score: its relevance, above 0.
        article: where it stands; its design and year weigh it.
        latest: year of the newest article of the evidence.
        rarity: stem → inverse document frequency.
        judged: see ``Voice``.
    """
    asserted = bare(question)
    found = agreement(asserted, sentence)
    terms, theirs = content_terms(asserted), content_terms(sentence)
    denies = bool(_NOTHING_FOUND.search(sentence)) != bool(_NOTHING_FOUND.search(asserted))
    weight = score
    if article is not None:
        weight *= LEVEL_WEIGHTS[level_of(article)]
        if article.year is not None and latest is not None:
            weight *= 0.5 ** (max(0, latest - article.year) / HALF_LIFE)
    if is_aim(sentence) or _BEFORE.match(sentence):
        weight *= 0.25  # says what was asked, not what was found
    return Voice(
        covered=coverage(terms, theirs, dict(rarity) if rarity else None),
        negated=found.negation_conflict,
        opposite=float(found.direction < 0 or found.swapped),
        nothing=float(denies),
        weight=weight,
        judged=judged,
    )


def settles(question: str, sentence: str) -> bool:
    """True where a sentence says something of what a yes/no question asserts, without doubt.

    It must hold a word for the question's predicate: that aspirin causes a syndrome in children
    does not say that it is not safe, in words, and is no answer to whether it is safe. A title
    without a verb, background and what was only studied settle nothing.
    """
    if not has_verb(sentence) or _BEFORE.match(sentence) or _only_studied(sentence):
        return False
    if is_aim(sentence) or doubtful(bare(question), sentence) or says_contrary(question, sentence):
        return False
    if _PERMITS.search(question) and not _PERMISSION.search(sentence):
        return False
    return all(said.search(sentence) for asked, said in _PREDICATES if asked.search(question))


def _only_studied(sentence: str) -> bool:
    """True where something was studied and no other verb says what was found."""
    return bool(_ONLY_STUDIED.search(sentence)) and not has_verb(_ONLY_STUDIED.sub("", sentence))


def is_negated(question: str) -> bool:
    """True for "Is zinc not effective?", to which a bare yes or no can be read both ways."""
    return bool(_NEGATED.search(bare(question)))


def says_contrary(question: str, sentence: str) -> bool:
    """True where a sentence holds an adjective of a question only with a negating prefix.

    "An atypical antipsychotic" for "is it a typical antipsychotic?".
    """
    asked = bare(question).lower()
    held = set(re.findall(r"[a-z-]+", sentence.lower()))
    for adjective in _ADJECTIVE.findall(asked):
        prefixes = _PREFIXES if not adjective.endswith(("ic", "al")) else (*_PREFIXES, "a")
        if adjective not in held and any(p + adjective in held for p in prefixes):
            return True
    return False


def chance_of_yes(voices: Sequence[Voice], model: YesNoModel = MODEL) -> float:
    """Return the modelled chance that the answer is yes; 0.5 without any voice."""
    if not voices:
        return 0.5
    total = sum(v.weight for v in voices)
    negated = sum(v.weight * v.negated for v in voices) / total
    opposite = sum(v.weight * v.opposite for v in voices) / total
    nothing = sum(v.weight * v.nothing for v in voices) / total
    judged = sum(v.weight * v.judged for v in voices) / total
    odds = (
        model.bias
        + model.covered * max(v.covered for v in voices)
        + model.negated * negated
        + model.opposite * opposite
        + model.nothing * nothing
        + model.judged * judged
    )
    return 1.0 / (1.0 + math.exp(-odds))
