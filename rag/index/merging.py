"""One article out of what several sources say of it, whatever the order they arrived in.

A *contribution* is one record as one source gives it. ``partition`` says which contributions
are about the same article: by PMID, then by DOI, then by normalised title and year, and never
where two candidates are equally good. ``merged`` makes the article: the newest record of the
best source speaks first, and what it leaves empty the others fill in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rag.corpus.registry import READERS
from rag.corpus.status import status_of
from rag.index.codec import content_hash
from rag.text import fold
from rag.types import Article, Relation, Status

_RANK = {name: -place for place, name in enumerate(READERS)}
_DISTINCT_WORDS, _DISTINCT_LETTERS = 5, 30
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
    number (``pubmed21n1298`` → 2101298, 0 for other names), or for undated formats the time
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


def title_key(article: Article) -> str:
    """Return the normalised title and year, or nothing where they do not single out an article.

    "Editorial" or "Reply" of a year is the title of many.
    """
    words = _plain(article.title).split()
    if len(words) < _DISTINCT_WORDS or sum(map(len, words)) < _DISTINCT_LETTERS:
        return ""
    return f"{' '.join(words)}|{article.year or ''}"


def keys(article: Article) -> list[str]:
    """Return the keys by which other records of the same article may be found."""
    if not _joinable(article.id):
        return []
    title = title_key(article)
    doi = [f"doi:{article.doi.lower()}"] if article.doi else []
    return doi + ([f"title:{title}"] if title else [])


def identified(article: Article) -> Article:
    """Give an article without PMID and DOI an id that tells it from others.

    Beside title and year stands the first author: people who have nothing to do with each
    other may write under one title. A title that is not telling needs all that is known.
    """
    if not article.id.startswith("hash:"):
        return article
    first = article.authors[0] if article.authors else None
    if title_key(article):
        if first is None:
            return article
        parts = [article.title, article.year, first.last or first.collective]
    else:
        parts = [article.title or article.text, article.year, article.journal, article.volume]
        parts += [article.issue, article.pages, *sorted(_surnames([article]))]
    said = "|".join(_plain(str(part or "")) for part in parts)
    return replace(article, id=f"hash:{hashlib.sha256(said.encode()).hexdigest()[:16]}")


def place(
    held: Sequence[Contribution], new: Contribution
) -> tuple[list[Contribution], Contribution | None]:
    """Put a contribution among those of its article.

    Returns:
        The contributions that are to be held now, and the one that ``new`` took the place of
        or that kept it out (``None`` where there was none of its kind).
    """
    own = [c for c in held if c.article.id == new.article.id and same_kind(c, new)]
    rest = [c for c in held if c not in own]
    if not own:
        return [*held, new], None
    rival = max(own, key=lambda c: c.precedence)
    corrected = bool(new.origin.place) and all(
        c.origin.place == new.origin.place and c.origin.content != new.origin.content for c in own
    )
    if corrected or new.precedence > rival.precedence:
        return [*rest, new], rival
    return list(held), rival


def partition(contributions: Iterable[Contribution]) -> list[list[Contribution]]:
    """Group contributions by the article they are about (see the module's text).

    Within a group they are sorted, the one that speaks first first; groups are sorted by id.
    """
    units: dict[str, list[Contribution]] = {}
    for contribution in contributions:
        units.setdefault(contribution.article.id, []).append(contribution)
    groups = {own: list(unit) for own, unit in units.items() if not own.startswith(_LOOSE)}
    dois = {own: unit for own, unit in units.items() if own.startswith("doi:")}
    for own, unit in sorted(dois.items()):
        anchors = [g for g in units if g.startswith("pmid:") and own in _dois(units[g])]
        if len(anchors) > 1:  # PubMed gives some DOIs to two records: the title decides
            anchors = [g for g in anchors if _titles(units[g]) & _titles(unit)]
        groups.setdefault(anchors[0] if len(anchors) == 1 else own, []).extend(unit)
    # a DOI that PubMed does not state, by the title; only where it is one to one
    alone = [own for own in sorted(dois) if own in groups]
    open_ = [g for g in groups if g.startswith("pmid:") and not _dois(groups[g])]
    wanted = {own: [g for g in open_ if _alike(groups[g], groups[own])] for own in alone}
    for own, anchors in wanted.items():
        if len(anchors) == 1 and sum(anchors[0] in other for other in wanted.values()) == 1:
            groups[anchors[0]].extend(groups.pop(own))
    hashes = [units[own] for own in sorted(units) if own.startswith("hash:")]
    named, unnamed = _by_people(hashes)
    # a record without authors joins last, and only where one article alone can be meant
    for clusters in (named, unnamed):
        fits = [[g for g in groups if _joinable(g) and _alike(groups[g], c)] for c in clusters]
        for cluster, near in zip(clusters, fits, strict=True):
            own = near[0] if len(near) == 1 else min(c.article.id for c in cluster)
            groups.setdefault(own, []).extend(cluster)
    return [sorted(groups[own], key=lambda c: c.precedence, reverse=True) for own in sorted(groups)]


def _by_people(
    units: Iterable[list[Contribution]],
) -> tuple[list[list[Contribution]], list[list[Contribution]]]:
    """Join units that are alike, from author to author; those without authors stand apart."""
    named: list[list[Contribution]] = []
    unnamed: list[list[Contribution]] = []
    for unit in units:
        if not _surnames(c.article for c in unit):
            unnamed.append(unit)
            continue
        near = [cluster for cluster in named if _alike(cluster, unit)]
        named = [cluster for cluster in named if cluster not in near]
        named.append([c for cluster in (*near, unit) for c in cluster])
    return named, unnamed


def merged(group: Sequence[Contribution]) -> Article:
    """Return the article of a group that ``partition`` made.

    A field that the first contribution leaves empty comes from the next that has it;
    publication types and relations are those of all; retracted by one is retracted.
    """
    articles = [c.article for c in group]
    first = articles[0]
    if len(articles) == 1:
        return first
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
        id=min((a.id for a in articles), key=_id_order),
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


_LOOSE = ("doi:", "hash:")


def _id_order(own: str) -> tuple[int, str]:
    order = {"pmid": 0, "doi": 1}
    return order.get(own.partition(":")[0], 2), own


def _joinable(own: str) -> bool:
    """A source's own id (``id:``, ``nct:``, ``note:``) says that the record is its own."""
    return own.startswith(("pmid:", *_LOOSE))


def same_kind(a: Contribution, b: Contribution) -> bool:
    """True where of two records of one article only one is to be held."""
    if a.origin.format != b.origin.format:
        return False
    if READERS[a.origin.format].dated or not _joinable(a.article.id):
        return True
    # exports of several databases differ in what they leave out: each is held
    same_file = a.origin.place == b.origin.place
    return same_file and (
        a.origin.content != b.origin.content or a.origin.record == b.origin.record
    )


def _dois(group: Sequence[Contribution]) -> set[str]:
    return {f"doi:{c.article.doi.lower()}" for c in group if c.article.doi}


def _titles(group: Sequence[Contribution]) -> set[str]:
    return {key for c in group if (key := title_key(c.article))}


def _alike(a: Sequence[Contribution], b: Sequence[Contribution]) -> bool:
    """Same telling title and year, no two DOIs, and not by wholly different people."""
    if not _titles(a) & _titles(b) or len(_dois(a) | _dois(b)) > 1:
        return False
    names = [_surnames([c.article for c in group]) for group in (a, b)]
    return not all(names) or bool(names[0] & names[1])


def _surnames(articles: Iterable[Article]) -> set[str]:
    return {
        word
        for article in articles
        for author in article.authors
        for word in _plain(author.last).split()
        if len(word) > 1
    }


def _link(relation: Relation) -> tuple[str, str]:
    return relation.kind, relation.target or relation.citation


@lru_cache(maxsize=4096)  # a title is asked for again while its article is placed
def _plain(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in fold(text)).split())
