"""Yes or no, from what the statements of an answer carry.

Which way the evidence leans is a modelled chance (``rag.answering.yesno``); it is said only where
a statement of the answer carries it, and never where another of no weaker design denies it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from rag.answering.extractive import Candidate, Extractive
from rag.answering.phrases import words
from rag.answering.yesno import (
    Voice,
    bare,
    chance_of_yes,
    is_negated,
    says_contrary,
    settles,
    voice,
)
from rag.claims.foreign import foreign
from rag.claims.lexicon import content_terms
from rag.claims.numbers import missing_numbers
from rag.evidence import level_of
from rag.models.verifier import Verifier
from rag.types import Article, Evidence, Statement

WEIGHED = 8
"""Sentences of the evidence that a yes or no is weighed over."""
LEAST_CHANCE = 0.5
"""Least chance of such a sentence beside the best one."""
YES, NO = 0.5, 0.47
"""From this chance of yes on it is yes; below ``NO`` it is no; between, mixed."""
CARRIES = 0.5
"""Least share of the question's words in a statement that carries a yes or no."""
_CODE = re.compile(r"^(?=.*[A-Za-z])(?=.*\d)[\w-]{2,12}$")
_ALIKE = 0.6
"""Likeness of two codes that may be taken for one another: "PD-1", "PD-L1"; "CD19", "CD20"."""
_IS_A = re.compile(
    r"^(?:is|are|was|were)\s+(?P<whom>.{2,60}?)\s+an?\s+"
    r"(?P<what>(?:(?!\b(?:of|for|in|against|with|to|that|which|by|from|on)\b).)+)",
    re.IGNORECASE,
)
_CONTRASTS = re.compile(
    r"^(?:over|than|versus|vs|while|whereas|others?|unlike|instead|but|not|compared|with|plus"
    r"|combination|alternative|rather|without)$",
    re.IGNORECASE,
)
_UNCHANGED = (
    "mild moderate severe acute chronic early late primary secondary active inactive normal"
    " abnormal alone refractory relapsed advanced metastatic localized unilateral bilateral"
)
_STATES: Mapping[str, str] = {
    "positive": r"positiv|overexpress|amplifi|\+",
    "negative": r"\bnegativ",
    "resistant": r"\bresist|\brefractory",
    "sensitive": r"\bsensitiv|\bsuscept",
    **{word: rf"\b{word}" for word in _UNCHANGED.split()},
}
"""A word of state in a question → what a sentence that carries an answer must hold of it. To the
verifier's rules these are words of degree, which a paraphrase may change."""
_OTHER_THAN = re.compile(
    r"\b[\w-]+[-‐–](?:resistant|refractory|intolerant|unresponsive|na[iï]ve|free|sparing|independent)\b",
    re.IGNORECASE,
)
"""A word for what is told apart from its first part: "imatinib-resistant" says nothing of what
imatinib does."""


def voices(
    question: str,
    scored: Sequence[Candidate],
    evidence: Sequence[Evidence],
    composer: Extractive,
    verifier: Verifier | None = None,
) -> list[Voice]:
    """Return what the best sentences of the evidence say to a yes/no question."""
    articles = {e.n: e.hit.article for e in evidence}
    years = [a.year for a in articles.values() if a.year is not None]
    heard = [c for i, c in enumerate(scored[:WEIGHED]) if i == 0 or c.chance >= LEAST_CHANCE]
    judged = [0.0] * len(heard)
    if verifier is not None and heard:
        asked = bare(question)
        found = verifier.judge([(asked, c.span.text) for c in heard])
        judged = [j.supports - j.contradicts for j in found]
    return [
        voice(
            question,
            c.span.text,
            score=c.chance / (1 + 0.3 * i),
            article=articles[c.span.n],
            latest=max(years, default=None),
            rarity=composer.rarity,
            judged=judged[i],
        )
        for i, c in enumerate(heard)
    ]


def decide(
    question: str,
    statements: Sequence[Statement],
    heard: Sequence[Voice],
    verifier: Verifier | None = None,
    articles: Mapping[int, Article] | None = None,
) -> tuple[str, tuple[int, ...]]:
    """Return "yes", "no", "mixed" or "" (unclear) and the statements that carry it.

    A statement carries an answer only where it settles the question (``yesno.settles``), names
    every drug, disease, group and number that the question names, and the verifier does not say
    the other of it: that honey does not shorten a cough says nothing of paracetamol. Where a
    statement denies what another carries, and its article (of ``articles``, by number) is of no
    weaker design, neither is said alone. A question with a negation gets no bare yes or no.
    """
    if is_negated(question):
        return "", ()
    chance = chance_of_yes(heard)
    said = [voice(question, s.text) for s in statements]
    order = sorted(range(len(said)), key=lambda i: (-said[i].covered, i))
    held = [
        i
        for i in order
        if said[i].covered >= CARRIES
        and settles(question, statements[i].text)
        and names_all(question, statements[i].text)
    ]
    verdicts = dict.fromkeys(held, "unclear")
    if verifier is not None and held:
        asked = bare(question)
        found = verifier.judge([(asked, statements[i].text) for i in held])
        verdicts = {i: str(j.verdict) for i, j in zip(held, found, strict=True)}
    against = tuple(i for i in held if said[i].against and verdicts[i] != "supports")
    favour = tuple(i for i in held if not said[i].against and verdicts[i] != "contradicts")
    if chance >= YES and any(says_contrary(question, s.text) for s in statements):
        return "", ()  # what some carry to the letter, another denies
    if chance >= YES:
        denied = [
            i
            for i in against
            if said[i].negated > 0.5 or said[i].opposite or verdicts[i] == "contradicts"
        ]
        return _alone("yes", favour, denied, statements, articles)
    if chance < NO:
        affirmed = [i for i in favour if verdicts[i] == "supports"]
        return _alone("no", against, affirmed, statements, articles)
    if favour and against:
        return "mixed", (favour[0], against[0])
    return "", ()


def _alone(
    said: str,
    carriers: tuple[int, ...],
    others: Sequence[int],
    statements: Sequence[Statement],
    articles: Mapping[int, Article] | None,
) -> tuple[str, tuple[int, ...]]:
    """Return an answer and its carriers, or "mixed" where others of no weaker design deny it."""
    if not carriers:
        return "", ()

    def level(some: Sequence[int]) -> int:
        cited = [c.n for i in some for c in statements[i].citations]
        return min((level_of(articles[n]) for n in cited if articles and n in articles), default=0)

    own = {c.article_id for i in carriers for c in statements[i].citations}
    others = [i for i in others if not any(c.article_id in own for c in statements[i].citations)]
    if others and level(others) <= level(carriers):
        return "mixed", (carriers[0], others[0])
    return said, carriers


def nearer_to_another(question: str, sentence: str) -> bool:
    """True where a sentence puts a look-alike of what is asked about nearer to whom it is asked of.

    "Antibodies to PD-1 (nivolumab) and PD-L1 (durvalumab)" holds all words of "Is nivolumab a PD-L1
    antibody?" and says that it is none. Nearness is in words; look-alikes are codes with a digit
    that begin with the same letter and are spelt nearly the same.
    """
    asked, found = words(bare(question)), words(sentence)
    codes = {w.text for w in asked if _CODE.match(w.text)}
    others = [w.text.lower() for w in asked if foreign(w.text, "") and w.text not in codes]
    anchors = [i for i, w in enumerate(found) if w.text.lower() in others[:1]]
    for code in codes:
        own = [i for i, w in enumerate(found) if w.text.lower() == code.lower()]
        rivals = [i for i, w in enumerate(found) if _look_alike(w.text, code)]
        if anchors and own and rivals and _away(rivals, anchors) < _away(own, anchors):
            return True
    return False


def apart(question: str, sentence: str) -> bool:
    """True where a sentence names whom "Is X a Y?" asks of and a Y, and sets one against the other.

    "Inclisiran has advantages over monoclonal antibodies" does not say that it is one. Told by
    the words between both, where each pair of them has one of contrast or company.
    """
    asked = _IS_A.match(bare(question))
    if asked is None:
        return False
    whom = content_terms(asked["whom"])
    found = words(sentence)
    named = [t for w in words(asked["what"]) if (t := content_terms(w.text))]
    head = named[-1] if named else frozenset[str]()
    of_whom = [i for i, w in enumerate(found) if content_terms(w.text) & whom]
    of_what = [i for i, w in enumerate(found) if content_terms(w.text) & head]
    between = (found[min(i, j) + 1 : max(i, j)] for i in of_whom for j in of_what if i != j)
    pairs = [any(_CONTRASTS.match(w.text) for w in gap) for gap in between]
    return bool(pairs) and all(pairs)


def _look_alike(word: str, code: str) -> bool:
    a, b = word.lower(), code.lower()
    alike = bool(_CODE.match(word)) and a != b and a[0] == b[0]
    return alike and SequenceMatcher(None, a, b).ratio() >= _ALIKE


def _away(places: Sequence[int], anchors: Sequence[int]) -> int:
    return min(abs(p - a) for p in places for a in anchors)


def _same_states(asked: str, sentence: str) -> bool:
    """True where a sentence holds the states that are asked of: "negative", "severe"."""
    return all(
        re.search(said, sentence, re.IGNORECASE)
        for word, said in _STATES.items()
        if re.search(rf"\b{word}\b", asked, re.IGNORECASE)
    )


def names_all(question: str, sentence: str) -> bool:
    """True where a sentence holds what a yes/no question names: its words and its numbers."""
    asked = bare(question)
    if nearer_to_another(question, sentence) or apart(question, sentence):
        return False
    if not _same_states(asked, sentence):
        return False
    held = _OTHER_THAN.sub(lambda m: m[0] if m[0].lower() in asked.lower() else " ", sentence)
    return not foreign(asked, held) and not missing_numbers(asked, held)
