"""Is an answer true to the index? Checked against the stored articles, not the answer's own.

Of a sound system all three counts are 0. They say nothing of whether a quote carries its
statement: that is :mod:`rag.evaluation.statements`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rag.types import Answer, Article, Citation

Lookup = Callable[[str], Article | None]
"""Article id → the article as the index's store holds it, or ``None``."""


@dataclass(frozen=True, slots=True)
class Fidelity:
    """Counts over one answer or several.

    Attributes:
        statements: how many were made.
        ids_outside: ids among citations, conflicts and references that the index lacks, each
            once an answer.
        statements_without_quote: statements none of whose citations is verbatim.
        quotes_not_verbatim: citations (conflicts too) whose quote is empty or is not the
            stored article's text from ``start`` to ``end``.
    """

    statements: int = 0
    ids_outside: int = 0
    statements_without_quote: int = 0
    quotes_not_verbatim: int = 0

    def __add__(self, other: Fidelity) -> Fidelity:
        return Fidelity(
            self.statements + other.statements,
            self.ids_outside + other.ids_outside,
            self.statements_without_quote + other.statements_without_quote,
            self.quotes_not_verbatim + other.quotes_not_verbatim,
        )


def check_fidelity(answer: Answer, article: Lookup) -> Fidelity:
    """Look up everything that an answer cites."""
    cited = [c for s in answer.statements for c in s.citations]
    against = [c.citation for c in answer.conflicts]
    ids = {c.article_id for c in (*cited, *against)} | {r.article.id for r in answer.references}
    stored = {own: article(own) for own in ids}

    def verbatim(citation: Citation) -> bool:
        found = stored[citation.article_id]
        if found is None or not citation.quote.strip():
            return False
        return found.text[citation.start : citation.end] == citation.quote

    return Fidelity(
        statements=len(answer.statements),
        ids_outside=sum(found is None for found in stored.values()),
        statements_without_quote=sum(
            not any(verbatim(c) for c in s.citations) for s in answer.statements
        ),
        quotes_not_verbatim=sum(not verbatim(c) for c in (*cited, *against)),
    )


def total(each: Iterable[Fidelity]) -> Fidelity:
    """Return the sums over answers."""
    return sum(each, Fidelity())
