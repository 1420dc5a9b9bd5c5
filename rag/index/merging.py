"""One article out of what several sources say of it, whatever the order they arrived in.

A *contribution* is one record as one source gives it; ``joining.partition`` says which are
about the same article. ``merged`` makes the article: the newest record of the best source
speaks first, and what it leaves empty the others fill in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rag.corpus.registry import READERS
from rag.corpus.status import status_of
from rag.index.codec import content_hash
from rag.text import fold
from rag.types import Article, Relation, Status

_RANK = {name: -place for place, name in enumerate(READERS)}
_SEVERITY: tuple[Status, ...] = ("current", "concern", "notice", "retracted")
_FILLED = (
    "title", "sections", "body", "journal", "journal_abbreviation", "journal_id", "issn", "year",
    "publication_date", "volume", "issue", "pages", "authors", "doi", "pmcid", "mesh",
    "substances", "language", "keywords", "copyright", "vernacular_title", "subject", "encounter",
)  # fmt: skip
_INVERSE = {
    "RetractionOf": "RetractionIn",
    "PartialRetractionOf": "PartialRetractionIn",
    "RetractedandRepublishedFrom": "RetractedandRepublishedIn",
    "CorrectedandRepublishedFrom": "CorrectedandRepublishedIn",
    "ExpressionOfConcernFor": "ExpressionOfConcernIn",
    "ErratumFor": "ErratumIn",
    "UpdateOf": "UpdateIn",
}
"""What a notice says of another article, and what that article then says of the notice."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a contribution comes from.

    ``place`` stands for the file's path and ``content`` for its bytes (both empty for dated
    formats, whose records say themselves which is newer). ``asof`` orders files: PubMed's own
    number (``pubmed21n1298`` → 2101298, 0 for other names), or for other formats the time
    (ns) at which the file was written.
    """

    format: str
    asof: int = 0
    place: str = ""
    content: str = ""
    record: int = 0

    def pack(self) -> str:
        """Return the origin as one string."""
        return f"{self.format}|{self.asof}|{self.place}|{self.content}|{self.record}"

    @classmethod
    def unpack(cls, text: str) -> Origin:
        """Read what ``pack`` wrote."""
        name, asof, place, content, record = text.split("|")
        return cls(name, int(asof), place, content, int(record))


@dataclass(frozen=True, slots=True)
class Contribution:
    """A record of one source with its origin."""

    article: Article
    origin: Origin

    @property
    def precedence(self) -> tuple[bool, int, str, int, int, int, bytes, tuple[str, int]]:
        """Sorts the contribution that speaks first to the end; equal only for equal records."""
        a, o = self.article, self.origin
        dated = READERS[o.format].dated
        read = (a.source.file, a.source.record) if a.source else ("", 0)
        return (
            dated, a.version, a.revised, _RANK[o.format], o.asof, o.record, content_hash(a), read
        )  # fmt: skip


def merged(own: str, group: Sequence[Contribution]) -> Article:
    """Return the article ``own`` of a group that ``partition`` made.

    A field that the first contribution leaves empty comes from the next that has it;
    publication types and relations are those of all; retracted by one is retracted.
    """
    articles = [c.article for c in group]
    first = articles[0]
    if len(articles) == 1:
        return first if first.id == own else replace(first, id=own)
    filled = {
        name: next((v for a in articles if (v := getattr(a, name))), getattr(first, name))
        for name in _FILLED
    }
    types = {fold(t): t for a in reversed(articles) for t in a.publication_types}
    ordered = dict.fromkeys(fold(t) for a in articles for t in a.publication_types)
    links = {_link(r): r for a in reversed(articles) for r in a.relations}
    kinds = dict.fromkeys(_link(r) for a in articles for r in a.relations)
    return replace(
        first,
        **filled,
        id=own,
        publication_types=tuple(types[t] for t in ordered),
        relations=tuple(links[k] for k in kinds),
        status=max((a.status for a in articles), key=_SEVERITY.index),
    )


def noticed(article: Article, notices: Iterable[tuple[str, str]]) -> Article:
    """Return the article with what notices (kind, id of the notice) say of it."""
    stated = {(r.kind, r.target) for r in article.relations}
    others = {(_INVERSE[kind], notice) for kind, notice in notices if notice != article.id}
    new = sorted(others - stated)
    if not new:
        return article
    relations = (*article.relations, *(Relation(kind, notice) for kind, notice in new))
    status = max(article.status, status_of((), relations), key=_SEVERITY.index)
    return replace(article, relations=relations, status=status)


def notices_of(article: Article) -> list[tuple[str, str]]:
    """Return (target, kind) of what an article says as a notice about others."""
    return sorted(
        {(r.target, r.kind) for r in article.relations if r.target and r.kind in _INVERSE}
    )


def _link(relation: Relation) -> tuple[str, str]:
    return relation.kind, relation.target or relation.citation
