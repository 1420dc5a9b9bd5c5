"""How much a contradiction weighs beside what it contradicts, and the words that say so.

A contradiction that is later than the best citation of its statement, or of a stronger study
design, is told in the answer itself, in a sentence made by rule. Design is read from
:mod:`rag.evidence`: it says how a study was made, not how well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.answering.order import study_kind
from rag.evidence import UNKNOWN, level_of
from rag.types import Article, Conflict, Evidence, Statement, Style

WEAKEST_DESIGN = 3
"""From this level on a stated design is stronger than one that is not stated."""
_STATES = frozenset({"review", "letter", "opinion article", "guideline", "article"})
"""Kinds that state rather than find."""


def weigh(
    conflicts: Sequence[Conflict],
    statements: Sequence[Statement],
    evidence: Sequence[Evidence],
    style: Style = "clinician",
) -> tuple[Conflict, ...]:
    """Return the conflicts with level, year and comparison, the weightiest first a statement.

    The best citation of a statement is the one of the strongest design, then the latest.
    A year that is not known is neither later nor earlier.
    """
    articles = {e.n: e.hit.article for e in evidence}
    out: list[Conflict] = []
    for conflict in conflicts:
        article = articles[conflict.citation.n]
        cited = [articles[c.n] for c in statements[conflict.statement].citations]
        best = min(cited, key=lambda a: (level_of(a), -(a.year or 0)))
        later = bool(article.year and best.year and article.year > best.year)
        stronger = _stronger(level_of(article), level_of(best))
        weighed = replace(
            conflict,
            evidence_level=level_of(article),
            year=article.year,
            stronger=stronger,
            later=later,
        )
        said = _said(weighed, article, best, style) if later or stronger else ""
        out.append(replace(weighed, said=said))

    def weight(c: Conflict) -> tuple[int, bool, bool, int, int]:
        return (c.statement, not c.stronger, not c.later, c.evidence_level or UNKNOWN, c.citation.n)

    return tuple(sorted(out, key=weight))


def _stronger(level: int, than: int) -> bool:
    if than == UNKNOWN:
        return level <= WEAKEST_DESIGN
    return level < than


def _said(conflict: Conflict, article: Article, best: Article, style: Style) -> str:
    """Return "A later randomised trial (2021) found the opposite: “…”"."""
    kind = study_kind(article, style)
    when = "later " if conflict.later else ""
    first = when or kind
    determiner = "An" if first[0] in "aeiou" else "A"
    notes = [str(article.year)] if article.year else []
    if conflict.stronger:
        notes.append("a stronger design")
    elif level_of(article) > level_of(best):
        notes.append("a weaker design" if level_of(article) != UNKNOWN else "design not stated")
    if article.status == "concern":
        notes.append("under an expression of concern")
    noted = f" ({', '.join(notes)})" if notes else ""
    says = "states" if kind in _STATES else "found"
    quote = conflict.citation.quote
    return f"{determiner} {when}{kind}{noted} {says} the opposite: “{quote}”"
