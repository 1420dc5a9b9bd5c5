"""Which of the spans that support or contradict a statement are shown beside it.

Supports: the best, and others only where they add an article that carries as much. Conflicts:
few, and only spans about the same thing (:mod:`rag.answering.subjects`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.answering.draft import MARKER
from rag.answering.spans import Span
from rag.answering.subjects import LEAST_SHARED, is_finding_against, same_subject
from rag.claims.aims import is_aim
from rag.claims.lexicon import content_terms, coverage
from rag.claims.numbers import missing_numbers
from rag.claims.polarity import agreement
from rag.models.verifier import Judgement
from rag.text import spaced
from rag.types import Evidence, Statement

MOST_CITATIONS = 3
CLOSE_TO_BEST = 0.15
"""A further citation must come this near to the best one, else it adds nothing."""
LEAST_OF_CLAIM = 0.7
"""Least share of a statement's content stems in a further citation that says less than another."""
MOST_AGAINST = 12
"""Pairs judged for conflict, one statement."""
SURE = 0.9
"""Probability of a contradiction that no rule of negation or direction confirms."""
OPPOSITE_NEGATION = 0.5
"""Share of shared stems under another negation above which a negation is the opposite."""


@dataclass(frozen=True, slots=True)
class Match:
    """A span, what it says of a claim, and the clause of the statement that it is for."""

    span: Span
    found: Judgement
    part: str = ""

    def opposes(self, claim: str) -> bool:
        """True where the span states the opposite finding, not only another figure."""
        if self.found.verdict != "contradicts":
            return False
        agrees = agreement(claim, self.span.text)
        if agrees.negation_conflict > OPPOSITE_NEGATION or agrees.direction < 0 or agrees.swapped:
            return True
        return self.found.contradicts >= SURE and not missing_numbers(claim, self.span.text)


def minimal(claim: str, matches: Sequence[Match], evidence: Mapping[int, Evidence]) -> list[Match]:
    """Return the best match first, then those that add an article which says as much."""
    ranked = sorted(matches, key=lambda m: (-m.found.supports, m.span.n))
    near = [m for m in ranked if m.found.supports >= ranked[0].found.supports - CLOSE_TO_BEST]
    full = [m for m in near if not any(_says_less(claim, m.span.text, o.span.text) for o in near)]
    kept: list[Match] = []
    articles: set[str] = set()
    for match in full or near:
        article = evidence[match.span.n].hit.article.id
        if len(kept) == MOST_CITATIONS or article in articles:
            continue
        kept.append(match)
        articles.add(article)
    return kept


def _says_less(claim: str, quote: str, other: str) -> bool:
    """True where ``quote`` says only part of what ``other`` says of the claim."""
    if missing_numbers(claim, quote) and not missing_numbers(claim, other):
        return True
    terms = content_terms(claim)
    mine, theirs = terms & content_terms(quote), terms & content_terms(other)
    inside = spaced(quote) in spaced(other)
    return mine < theirs and (inside or len(mine) < LEAST_OF_CLAIM * len(terms))


def against(
    statement: Statement,
    spans: Mapping[int, Sequence[Span]],
    evidence: Mapping[int, Evidence],
) -> list[Span]:
    """Return the spans that may contradict a statement: of other articles, about the same thing.

    Retracted articles and notices contradict nothing.
    """
    if is_aim(statement.text):
        return []
    cited = {c.article_id for c in statement.citations}
    about = " ".join(evidence[c.n].hit.article.title for c in statement.citations)
    terms = content_terms(statement.text)
    found: list[tuple[float, Span]] = []
    for n, piece in evidence.items():
        article = piece.hit.article
        if article.id in cited or article.status in {"retracted", "notice"}:
            continue
        if coverage(terms, content_terms(piece.hit.passage.text)) < LEAST_SHARED:
            continue  # no sentence of it can share enough
        for span in spans[n]:
            share = coverage(terms, content_terms(span.text))
            if (
                share >= LEAST_SHARED
                and not MARKER.search(span.text)  # its [3] would stand in the answer
                and is_finding_against(span.text)
                and same_subject(statement.text, span.text, about, article.title)
            ):
                found.append((share, span))
    found.sort(key=lambda pair: (-pair[0], pair[1].n, pair[1].start))
    return [span for _, span in found[:MOST_AGAINST]]
