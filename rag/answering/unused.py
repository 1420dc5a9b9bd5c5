"""What was found and is not cited, and why: the other half of an explanation.

The reasons are told from what the answer says, not from a composer's thoughts: a composer that
knows better hands them over (:class:`rag.answering.draft.Composed`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.answering.draft import DraftSentence
from rag.answering.fitness import is_finding
from rag.answering.parties import lacking
from rag.answering.question import Question
from rag.answering.spans import spans
from rag.answering.verify import Verified
from rag.claims.lexicon import content_terms, jaccard
from rag.types import Article, Evidence, Hit, Unused

SAID_ALREADY = 0.6
"""Jaccard of content stems from which on a sentence says what a statement says."""

HOSTILE = "left out whole, as it holds instructions to software or hidden characters"
STUFFED = "left out whole, as it repeats the question over and over"

OTHERS = "does not name whom or what the question asks about"


def unused(
    asked: Question,
    evidence: Sequence[Evidence],
    drafted: Sequence[DraftSentence],
    verified: Verified,
    told: Mapping[int, str] | None = None,
) -> tuple[Unused, ...]:
    """Return the evidence that no statement and no conflict cites, with a reason each.

    ``told`` holds the composer's own reasons by evidence number.
    """
    cited = {c.n for s in verified.statements for c in s.citations}
    cited |= {c.citation.n for c in verified.conflicts}
    dropped = {d.text: d.reason for d in verified.dropped}
    others = lacking(asked.text, evidence)
    out = []
    for piece in evidence:
        if piece.n in cited:
            continue
        mine = (d.text for d in drafted if piece.n in d.markers)
        reason = (told or {}).get(piece.n, "")
        if not reason and (lost := next((dropped[t] for t in mine if t in dropped), "")):
            reason = f"what was drafted from it was not said: {lost}"
        reason = reason or _reason(asked, piece, verified, piece.n in others)
        out.append(listed(piece.hit.article, reason, piece.n))
    return tuple(out)


def _reason(asked: Question, piece: Evidence, verified: Verified, other: bool) -> str:
    found = [s.text for s in spans(piece) if is_finding(s.text)]
    if not found:
        return "no sentence of it states a finding that stands by itself"
    near = [t for t in found if content_terms(t) & asked.terms]
    if not near:
        return "no finding of it shares a word with the question"
    if other:
        return OTHERS
    if not verified.statements:
        return "nothing was written from it"
    said = [content_terms(s.text) for s in verified.statements]
    if any(jaccard(content_terms(t), s) >= SAID_ALREADY for t in near for s in said):
        return "says again what another article is cited for"
    return "its findings fitted the question less than those said, or the answer was long enough"


def not_chosen(hits: Sequence[Hit], evidence: Sequence[Evidence]) -> tuple[Unused, ...]:
    """Return the articles that were found but not chosen as evidence, in order of rank."""
    seen = {e.hit.article.id for e in evidence}
    out: list[Unused] = []
    for hit in sorted(hits, key=lambda h: h.rank):
        article = hit.article
        if article.id in seen:
            continue
        seen.add(article.id)
        notice = article.status == "notice"
        reason = (
            "a notice of retraction: it has no finding of its own"
            if notice
            else "ranked behind the evidence, or like an article that was chosen"
        )
        out.append(listed(article, reason))
    return tuple(out)


def listed(article: Article, reason: str, n: int = 0) -> Unused:
    """Return an article with the reason why it is not cited."""
    return Unused(article.id, article.title, article.year, reason, n)
