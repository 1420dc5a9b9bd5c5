"""Verify a draft: every sentence gets the verbatim span that supports it, or is dropped.

A sentence that is itself a whole sentence of the evidence is its own quote (score 1). Any
other is compared, by :mod:`rag.answering.rules`, with each sentence and each two adjacent
sentences of the passages it cites; then, where those do not support it, of the others.
Contradicting spans of other articles are kept beside the statement as conflicts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rag.answering.draft import MARKER, DraftSentence
from rag.answering.fitness import is_instruction
from rag.answering.rules import Assessment, assess
from rag.answering.similarity import Similarity
from rag.answering.spans import Span, join, spans
from rag.claims.aims import is_aim
from rag.claims.lexicon import content_terms
from rag.types import Citation, Conflict, Dropped, Evidence, Statement, Verdict

Judge = Callable[[str, str, Similarity], Assessment]
"""(claim, quote, similarity) → verdict; :func:`rag.answering.rules.assess` by default."""

MOST_CITATIONS = 3
CLOSE_TO_BEST = 0.15
"""A further citation must come this near to the best one, else it adds nothing."""
CORROBORATES = 0.85
"""Least score of a citation that the draft did not name, beside one that it did."""
LEAST_TERMS = 2
"""A sentence with fewer content words claims nothing that could be checked."""

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


@dataclass(frozen=True, slots=True)
class Verified:
    """The statements that hold, what was dropped, what contradicts; ``n`` is the draft's."""

    statements: tuple[Statement, ...]
    dropped: tuple[Dropped, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class _Match:
    """A span and what it says of a claim."""

    span: Span
    found: Assessment


class Verifier:
    """Checks sentences against one set of evidence."""

    def __init__(
        self, evidence: Sequence[Evidence], similarity: Similarity, judge: Judge = assess
    ) -> None:
        self._evidence = {e.n: e for e in evidence}
        self._similarity = similarity
        self._judge = judge
        # an order to the reader's software states nothing, so it can support nothing
        self._singles = {
            e.n: tuple(s for s in spans(e) if not is_instruction(s.text)) for e in evidence
        }
        self._pairs = {
            e.n: tuple(
                both
                for a, b in zip(self._singles[e.n], self._singles[e.n][1:], strict=False)
                if a.kind != "title" and (both := join(a, b, e))
            )
            for e in evidence
        }

    def verify(self, sentences: Iterable[DraftSentence]) -> Verified:
        """Return the statements of a draft that its evidence carries, in its order."""
        statements: list[Statement] = []
        dropped: list[Dropped] = []
        conflicts: list[Conflict] = []
        said: set[str] = set()
        for sentence in sentences:
            text = _PREAMBLE.sub("", sentence.text).strip()
            text = text[:1].upper() + text[1:] if text != sentence.text else text
            reason = self._unsayable(text, said)
            matches: list[_Match] = []
            if not reason:
                matches, reason = self._support(text, sentence.markers)
            if not matches:
                dropped.append(Dropped(sentence.text, reason))
                continue
            said.add(_key(text))
            citations = tuple(self._cite(m, "supports") for m in matches)
            against = self._against(text, {c.article_id for c in citations})
            if against:
                conflicts.append(Conflict(len(statements), self._cite(against, "contradicts")))
            statements.append(Statement(text, citations, sentence.lead))
        return Verified(tuple(statements), tuple(dropped), tuple(conflicts))

    def _unsayable(self, text: str, said: set[str]) -> str:
        if len(content_terms(text)) < LEAST_TERMS:
            return "claims nothing that could be checked"
        if _key(text) in said:
            return "says again what was said"
        if text.rstrip().endswith("?"):
            return "a question, not a statement"
        if MARKER.search(text):
            return "carries an imitation of a citation marker"
        if is_instruction(text):
            return "reads as an instruction, not as a finding"
        if REFUSAL.search(text):
            return "says that the evidence does not answer"
        if _TALK.search(text):
            return "talk of the writer, not of the literature"
        return ""

    def _support(self, text: str, markers: Sequence[int]) -> tuple[list[_Match], str]:
        """Return the matches that carry a sentence (best first), or the reason for none."""
        cited = [n for n in dict.fromkeys(markers) if n in self._evidence]
        others = [n for n in self._evidence if n not in cited]
        supports: list[_Match] = []
        reason = "" if cited else "cites no passage of the evidence, and none supports it"
        for n in cited:
            best = self._best(text, n)
            if best and best.found.verdict == "supports":
                supports.append(best)
            elif best and not reason:
                reason = best.found.reason
        named = bool(supports)
        for n in others:
            best = self._best(text, n)
            least = CORROBORATES if named else 0.0
            if best and best.found.verdict == "supports" and best.found.score >= least:
                supports.append(best)
        return self._minimal(supports), reason or "no sentence of the passages supports it"

    def _minimal(self, matches: Sequence[_Match]) -> list[_Match]:
        """Keep the best citation, and others only where they add an article about as good."""
        ranked = sorted(matches, key=lambda m: (-m.found.score, m.span.n))
        kept: list[_Match] = []
        articles: set[str] = set()
        for match in ranked[:]:
            article = self._evidence[match.span.n].hit.article.id
            near = not kept or match.found.score >= kept[0].found.score - CLOSE_TO_BEST
            if article not in articles and near and len(kept) < MOST_CITATIONS:
                kept.append(match)
                articles.add(article)
        return kept

    def _best(self, text: str, n: int) -> _Match | None:
        """Return the span of passage ``n`` that says most of a sentence: support first.

        Two sentences are quoted only where neither alone supports.
        """
        for groups in (self._singles[n], self._pairs[n]):
            for span in groups:
                if _key(span.text) == _key(text):
                    return _Match(span, Assessment("supports", 1.0, "verbatim"))
        for groups in (self._singles[n], self._pairs[n]):
            found = [_Match(s, self._assess(text, s)) for s in groups]
            supports = [m for m in found if m.found.verdict == "supports"]
            if supports:
                return max(supports, key=lambda m: (m.found.score, -m.span.start))
        singles = [_Match(s, self._assess(text, s)) for s in self._singles[n]]
        return max(singles, key=lambda m: (m.found.score, -m.span.start), default=None)

    def _assess(self, text: str, span: Span) -> Assessment:
        return self._judge(text, span.text, self._similarity)

    def _against(self, text: str, articles: set[str]) -> _Match | None:
        """Return the strongest contradiction in an article that the statement does not cite."""
        if is_aim(text):
            return None
        found = [
            match
            for n, piece in self._evidence.items()
            if piece.hit.article.id not in articles
            for span in self._singles[n]
            if (match := _Match(span, self._assess(text, span))).found.verdict == "contradicts"
        ]
        return max(found, key=lambda m: (m.found.score, -m.span.n, -m.span.start), default=None)

    def _cite(self, match: _Match, verdict: Verdict) -> Citation:
        span, hit = match.span, self._evidence[match.span.n].hit
        return Citation(
            n=span.n,
            article_id=hit.article.id,
            passage_id=hit.passage.id,
            quote=span.text,
            start=span.start,
            end=span.end,
            verdict=verdict,
            score=round(match.found.score, 4),
        )


def _key(text: str) -> str:
    """Compare sentences without regard to white space."""
    return " ".join(text.split())


def verify(
    sentences: Iterable[DraftSentence],
    evidence: Sequence[Evidence],
    similarity: Similarity | None = None,
    judge: Judge = assess,
) -> Verified:
    """Verify the sentences of a draft against the evidence it was written from."""
    return Verifier(evidence, similarity or Similarity(), judge).verify(sentences)
