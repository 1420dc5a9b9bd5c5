"""Choose among fixed answers by evidence alone, without a language model.

*Yes, no, maybe*: what ``ask`` answers directly, "mixed" being maybe. Where it says nothing, the
question is turned into a proposition and judged against every sentence s of the evidence:

    d = max_s supports(s) − max_s contradicts(s);  d ≥ 0.1: yes,  d ≤ −0.1: no,  else maybe

and where maybe is no option, yes for d > 0 and no for d < 0.

*Options*: each is put into the question as a statement. With c(x, p) the share of the content
words of x that passage p holds (an option's words that the question has too do not count),

    score = max_p c(option, p) · c(question, p) + max_s (supports(s) − contradicts(s))

where s are the three sentences that hold most of the statement's words. The best score wins, the
first of equal ones; nothing is chosen where no option has a score above 0. The numbers were set
by hand on no set. This is a baseline: it reads no vignette, and computes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.claims.lexicon import content_terms, coverage
from rag.evaluation.exact import direct_of
from rag.evaluation.qa_sets import Option, QaQuestion
from rag.models.verifier import Verifier
from rag.text import sentences
from rag.types import Answer, Article, Hit, Passage, Section, StageScores

MARGIN = 0.1
READ = 8
"""Passages whose sentences are judged."""
JUDGED = 3
"""Sentences that each option is judged by."""

_LEAD = re.compile(
    r"^(?P<verb>is|are|was|were|do|does|did|can|could|should|will|would|has|have|had|may|might)\s+"
    r"(?P<rest>.+)$",
    re.IGNORECASE,
)
_WHICH = re.compile(
    r"^(?:which|what)(?: one)?(?: of (?:the following|these|the)(?: [\w-]+){0,3}?)? "
    r"(?P<rest>(?:is|are|was|were|would|will|should|can|may|does|has|have|best|most)\b.*)$",
    re.IGNORECASE,
)
_BLANK = re.compile(r"_{2,}|\.{4,}")


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen (empty: nothing), what was written, and how the choice came about."""

    letter: str
    reply: str = ""
    how: str = ""


def proposition(question: str) -> str:
    """Turn a yes/no question into what it asks about: "Does X help?" into "X help".

    Words are only moved or left out, none is inflected: it is for verifiers, not for readers.
    """
    text = question.strip().rstrip(" ?.")
    before, _, after = text.rpartition(": ")
    if before and _LEAD.match(after) and len(content_terms(after)) > 1:
        text = after
    found = _LEAD.match(text)
    if found is None:
        return text
    rest = found["rest"]
    if rest.lower().startswith("there "):
        return f"There {found['verb'].lower()} {rest[6:]}"
    return rest[:1].upper() + rest[1:]


def statement(question: str, option: str) -> str:
    """Put an option into a question: into its blank, for its "which", or behind it."""
    spans = sentences(question)
    last = question[spans[-1][0] : spans[-1][1]] if spans else question
    last, option = last.strip().rstrip(" ?:."), option.strip().rstrip(" .")
    if _BLANK.search(last):
        return _BLANK.sub(lambda _: option, last, count=1)
    found = _WHICH.match(last)
    return f"{option} {found['rest']}" if found else f"{last} {option}"


def hits_of(question: QaQuestion) -> list[Hit]:
    """Make hits of the contexts that a set gives: one article, a passage a context."""
    kept = [c for c in question.contexts if c.strip()]
    own = question.id if question.id.startswith("pmid:") else f"id:{question.id}"
    article = Article(id=own, title="", sections=tuple(Section(text=c) for c in kept))
    hits = []
    for rank, place in enumerate(article.section_places(), start=1):
        text = article.text[place.words : place.end]
        passage = Passage(rank, own, "", text, place.words, place.end)
        hits.append(Hit(passage, article, 1.0 / rank, rank, StageScores()))
    return hits


@dataclass(frozen=True, slots=True)
class EvidenceChooser:
    """Chooses by the formulas of this module.

    ``ask`` answers a question as the command ``ask`` does, from the same evidence.
    """

    ask: Callable[[QaQuestion], Answer]
    verifier: Verifier

    @property
    def identity(self) -> str:
        """What chose, for the record."""
        return f"evidence by {self.verifier.identity}"

    def choose(self, question: QaQuestion, evidence: Sequence[Hit]) -> Choice:
        """Choose an option.

        Raises:
            MedlitError: what asking or judging raises.
        """
        return (
            self._decide(question, evidence) if question.decides else self._pick(question, evidence)
        )

    def _decide(self, question: QaQuestion, evidence: Sequence[Hit]) -> Choice:
        letters = {o.letter for o in question.options}
        direct = direct_of(self.ask(question)).yesno
        asked = "maybe" if direct == "mixed" else direct
        if asked in letters:
            return Choice(asked, direct, "ask")
        said = [s for h in evidence[:READ] for s in _sentences(h)]
        if not said:
            return Choice("", "", "no evidence")
        judged = self.verifier.judge([(proposition(question.text), s) for s in said])
        d = max(j.supports for j in judged) - max(j.contradicts for j in judged)
        least = MARGIN if "maybe" in letters else 0.0
        letter = "yes" if d > 0 and d >= least else "no" if d < 0 and -d >= least else "maybe"
        return Choice(letter if letter in letters else "", f"{d:+.3f}", "verifier")

    def _pick(self, question: QaQuestion, evidence: Sequence[Hit]) -> Choice:
        scores = [self._score(question, option, evidence) for option in question.options]
        best = max(scores, default=0.0)
        shown = " ".join(
            f"{o.letter}={s:.3f}" for o, s in zip(question.options, scores, strict=True)
        )
        if best <= 0.0:
            return Choice("", shown, "no evidence")
        return Choice(question.options[scores.index(best)].letter, shown, "evidence")

    def _score(self, question: QaQuestion, option: Option, evidence: Sequence[Hit]) -> float:
        asked = content_terms(question.text)
        own = (content_terms(option.text) - asked) or content_terms(option.text)
        texts = [(content_terms(h.passage.text), h) for h in evidence]
        held = max((coverage(own, t) * coverage(asked, t) for t, _ in texts), default=0.0)
        claim = statement(question.text, option.text)
        terms = content_terms(claim)
        said = [s for h in evidence[:READ] for s in _sentences(h)]
        said.sort(key=lambda s: -coverage(terms, content_terms(s)))
        judged = self.verifier.judge([(claim, s) for s in said[:JUDGED]]) if said else []
        return held + max((j.supports - j.contradicts for j in judged), default=0.0)


def _sentences(hit: Hit) -> list[str]:
    text = hit.passage.text
    return [text[start:end] for start, end in sentences(text)]
