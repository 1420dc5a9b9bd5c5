"""Verify a draft: every sentence gets the verbatim span that supports it, or is dropped.

A sentence that is itself a whole sentence of the evidence is its own quote (score 1). Any
other is judged by a verifier against the sentences of the passages it cites that share its
words, and fewer of the others; then against two adjacent sentences; then clause by clause.
Contradicting spans of other articles are kept beside the statement as conflicts. All pairs
of a step are judged in one call.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rag.answering.citing import Match, against, minimal
from rag.answering.draft import DraftSentence
from rag.answering.hostile import unsayable
from rag.answering.rules import RulesVerifier, matches
from rag.answering.sayable import REFUSAL, parts_of, why_not, without_preamble
from rag.answering.similarity import Similarity
from rag.answering.spans import Span, join, spans
from rag.claims.lexicon import content_terms, coverage
from rag.models.verifier import Judgement, Verifier
from rag.text import spaced
from rag.types import Citation, Conflict, Dropped, Evidence, Statement, Verdict

__all__ = ["REFUSAL", "REPEATED", "Checker", "Verified", "verify"]

MOST_IN_CITED = 8
"""Sentences of a passage that the draft cites, judged for one statement; of its pairs half."""
MOST_IN_OTHERS = 3
"""The same of a passage that it does not cite."""
LEAST_OVERLAP = 0.2
"""Least share of a statement's content stems in a span that is judged at all."""
LEAST_IN_OTHERS = 0.4
"""The same of a passage that a draft does not cite, where it cites another."""
CORROBORATES = 0.6
"""Where a citation that the draft did not name must lie between threshold and 1, beside one
that it did."""
VERBATIM = "word for word in the passage"
REPEATED = "says again what was said"
TOO_FAR = "too few words of the statement occur in the passage"


@dataclass(frozen=True, slots=True)
class Verified:
    """The statements that hold, what was dropped, what contradicts; ``n`` is the draft's."""

    statements: tuple[Statement, ...]
    dropped: tuple[Dropped, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


def extended(verified: Verified, more: Verified) -> Verified:
    """Return both as one, the statements of ``more`` last; what it dropped is not told."""
    behind = len(verified.statements)
    moved = (replace(c, statement=c.statement + behind) for c in more.conflicts)
    return replace(
        verified,
        statements=(*verified.statements, *more.statements),
        conflicts=(*verified.conflicts, *moved),
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """A claim of the draft: its text, what it cites, why it can't be said (or "")."""

    sentence: DraftSentence
    text: str
    reason: str
    cited: tuple[int, ...]


class Checker:
    """Checks sentences against one set of evidence."""

    def __init__(self, evidence: Sequence[Evidence], verifier: Verifier) -> None:
        self._evidence = {e.n: e for e in evidence}
        self._verifier = verifier
        self._judged: dict[tuple[str, str], Judgement] = {}
        # an order to the reader's software states nothing, so it can support nothing
        self._singles = {e.n: tuple(s for s in spans(e) if not unsayable(s.text)) for e in evidence}
        self._pairs = {
            e.n: tuple(
                both
                for a, b in zip(self._singles[e.n], self._singles[e.n][1:], strict=False)
                if a.kind != "title" and not a.text.endswith("?") and (both := join(a, b, e))
            )
            for e in evidence
        }
        self._known = "\n".join(e.hit.passage.text for e in evidence)

    def verify(self, sentences: Iterable[DraftSentence]) -> Verified:
        """Return the statements of a draft that its evidence carries, in its order."""
        asked = [self._ask(s) for s in sentences]
        claims = [(a.text, a.cited) for a in asked if not a.reason]
        self._judge_all(claims)
        parts = {text: parts_of(text) for text, cited in claims if not self._support(text, cited)}
        self._judge_all(
            [(part, cited) for text, cited in claims for part in parts.get(text, ())],
        )
        dropped: list[Dropped] = []
        kept: list[tuple[_Asked, list[Match]]] = []
        said: set[str] = set()
        for a in asked:
            reason = a.reason or (REPEATED if spaced(a.text) in said else "")
            matches: list[Match] = []
            if not reason:
                matches = self._support(a.text, a.cited)
                matches = matches or self._together(parts.get(a.text, ()), a.cited)
                reason = "" if matches else self._why_unsupported(a)
            if not matches:
                dropped.append(Dropped(a.sentence.text, reason))
                continue
            said.add(spaced(a.text))
            kept.append((a, matches))
        statements = tuple(
            Statement(a.text, tuple(self._cite(m, "supports") for m in found), a.sentence.lead)
            for a, found in kept
        )
        return Verified(statements, tuple(dropped), self._conflicts(statements))

    def _ask(self, sentence: DraftSentence) -> _Asked:
        text = without_preamble(sentence.text)
        cited = tuple(n for n in dict.fromkeys(sentence.markers) if n in self._evidence)
        verbatim = any(self._verbatim(text, n) for n in self._evidence)
        reason = why_not(text, text if verbatim else self._known)
        return _Asked(sentence, text, reason, cited)

    def _judge_all(self, claims: Sequence[tuple[str, tuple[int, ...]]]) -> None:
        """Judge claims: sentences in one call, then pairs where no sentence supports."""
        self._judge(
            (text, s.text)
            for text, cited in claims
            for n in self._evidence
            for s in self._shortlist(text, n, cited, self._singles)
        )
        self._judge(
            (text, s.text)
            for text, cited in claims
            for n in self._evidence
            if not self._supporting(text, self._shortlist(text, n, cited, self._singles))
            for s in self._shortlist(text, n, cited, self._pairs)
        )

    def _judge(self, pairs: Iterable[tuple[str, str]]) -> None:
        new = [p for p in dict.fromkeys(pairs) if p not in self._judged]
        if new:
            self._judged.update(zip(new, self._verifier.judge(new), strict=True))

    def _shortlist(
        self, text: str, n: int, cited: tuple[int, ...], of: dict[int, tuple[Span, ...]]
    ) -> list[Span]:
        """Return the spans of passage ``n`` worth judging: those that share most words."""
        if self._verbatim(text, n):
            return []
        most = MOST_IN_CITED if n in cited else MOST_IN_OTHERS
        most = most if of is self._singles else (most + 1) // 2
        terms = content_terms(text)
        shares = [(coverage(terms, content_terms(s.text)), s) for s in of[n]]
        least = LEAST_IN_OTHERS if cited and n not in cited else LEAST_OVERLAP
        near = [(share, s) for share, s in shares if share >= least]
        near.sort(key=lambda pair: (-pair[0], pair[1].start))
        return [s for _, s in near[:most]]

    def _verbatim(self, text: str, n: int) -> Span | None:
        wanted = spaced(text)
        whole = (s for of in (self._singles, self._pairs) for s in of[n])
        return next((s for s in whole if spaced(s.text) == wanted), None)

    def _supporting(self, text: str, some: Iterable[Span]) -> list[Match]:
        found = [Match(s, j) for s in some if (j := self._judged.get((text, s.text)))]
        return [m for m in found if m.found.verdict == "supports"]

    def _best(self, text: str, n: int, cited: tuple[int, ...]) -> Match | None:
        """Return the span of passage ``n`` that supports a claim best.

        Two sentences are quoted only where neither alone supports.
        """
        if span := self._verbatim(text, n):
            held, _ = matches(text, text)
            return Match(span, Judgement("supports", 1.0, 0.0, VERBATIM, held))
        for of in (self._singles, self._pairs):
            if found := self._supporting(text, self._shortlist(text, n, cited, of)):
                return max(found, key=lambda m: (m.found.supports, -m.span.start))
        return None

    def _support(self, text: str, cited: tuple[int, ...]) -> list[Match]:
        """Return the matches that carry a claim, best first."""
        found = [m for n in cited if (m := self._best(text, n, cited))]
        least = self._verifier.threshold
        if found:
            least += CORROBORATES * (1 - least)
        for n in self._evidence:
            if n not in cited and (m := self._best(text, n, cited)) and m.found.supports >= least:
                found.append(m)
        return minimal(text, found, self._evidence)

    def _together(self, parts: Sequence[str], cited: tuple[int, ...]) -> list[Match]:
        """Return one match a clause where every clause has one, else nothing."""
        out: dict[Span, Match] = {}
        for part in parts:
            found = [m for n in cited or self._evidence if (m := self._best(part, n, cited))]
            if not found:
                return []
            best = max(found, key=lambda m: (m.found.supports, -m.span.n))
            if same := out.get(best.span):  # one quote that carries two clauses is cited once
                part = f"{same.part} {part}"
            out[best.span] = Match(best.span, best.found, part)
        return list(out.values())

    def _why_unsupported(self, asked: _Asked) -> str:
        near = [
            (judged.supports, len(judged.matched), judged.reason)
            for n in asked.cited
            for s in self._shortlist(asked.text, n, asked.cited, self._singles)
            if (judged := self._judged.get((asked.text, s.text)))
        ]
        if near:
            return max(near)[2] or "no sentence of the passages supports it"
        if asked.cited:
            return TOO_FAR
        return "cites no passage of the evidence, and none supports it"

    def _conflicts(self, statements: Sequence[Statement]) -> tuple[Conflict, ...]:
        wanted = [against(s, self._singles, self._evidence) for s in statements]
        self._judge(
            (statement.text, span.text)
            for statement, near in zip(statements, wanted, strict=True)
            for span in near
        )
        out: list[Conflict] = []
        for i, (statement, near) in enumerate(zip(statements, wanted, strict=True)):
            best: dict[str, Match] = {}
            for span in near:
                match = Match(span, self._judged[statement.text, span.text])
                article = self._evidence[span.n].hit.article.id
                if match.opposes(statement.text) and (
                    article not in best or match.found.contradicts > best[article].found.contradicts
                ):
                    best[article] = match
            ranked = sorted(best.values(), key=lambda m: (-m.found.contradicts, m.span.n))
            out.extend(Conflict(i, self._cite(m, "contradicts")) for m in ranked)
        return tuple(out)

    def _cite(self, match: Match, verdict: Verdict) -> Citation:
        span, hit = match.span, self._evidence[match.span.n].hit
        found = match.found
        score = found.contradicts if verdict == "contradicts" else found.supports
        return Citation(
            n=span.n,
            article_id=hit.article.id,
            passage_id=hit.passage.id,
            quote=span.text,
            start=span.start,
            end=span.end,
            verdict=verdict,
            score=round(score, 4),
            reason=found.reason,
            matched=found.matched,
            missing=found.missing,
            part=match.part,
        )


def verify(
    sentences: Iterable[DraftSentence],
    evidence: Sequence[Evidence],
    similarity: Similarity | None = None,
    verifier: Verifier | None = None,
) -> Verified:
    """Verify the sentences of a draft against the evidence it was written from.

    Without a ``verifier`` the rules judge, with ``similarity`` if there is one.
    """
    return Checker(evidence, verifier or RulesVerifier(similarity)).verify(sentences)
