"""Which records are about the same article: PMID, then DOI or PMC id, then title and year.

``partition`` never joins where two candidates are equally good. ``place`` says which records
of one source are held beside each other, and which takes another's place.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from rag.corpus.identity import is_telling, plain_words
from rag.corpus.registry import READERS
from rag.index.merging import Contribution
from rag.types import Article

CROWD = 8
"""Articles of one title and year beyond which the title is taken to single out nobody."""
_NUMBERED = ("doi:", "id:PMC")
_LOOSE = (*_NUMBERED, "hash:")


def title_key(article: Article) -> str:
    """Return the normalised title and year, or nothing where they do not single out an article."""
    if not is_telling(article.title):
        return ""
    return f"{_plain(article.title)}|{article.year or ''}"


def keys(article: Article) -> list[str]:
    """Return the keys by which other records of the same article may be found."""
    if not _joinable(article.id):
        return []
    title = title_key(article)
    return [*_numbers(article), *([f"title:{title}"] if title else [])]


def identified(article: Article) -> Article:
    """Give an article without PMID and DOI an id that tells it from others: its PMC id, or a hash.

    Beside title and year stands the first author: people who have nothing to do with each
    other may write under one title. A title that is not telling needs all that is known.
    """
    if not article.id.startswith("hash:"):
        return article
    if article.pmcid:
        return replace(article, id=f"id:{article.pmcid}")
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
    for own, unit in sorted(units.items()):  # DOIs first: what has a PMC id alone may follow one
        if not own.startswith(_NUMBERED):
            continue
        named = _numbers_of(unit)
        known = units if own.startswith("doi:") else groups
        kinds = ("pmid:",) if own.startswith("doi:") else ("pmid:", "doi:")
        anchors = [g for g in known if g.startswith(kinds) and named & _numbers_of(known[g])]
        if len(anchors) > 1:  # PubMed gives some DOIs to two records: the title decides
            anchors = [g for g in anchors if _titles(known[g]) & _titles(unit)]
        groups.setdefault(anchors[0] if len(anchors) == 1 else own, []).extend(unit)
    _join_by_title(groups, [units[own] for own in sorted(units) if own.startswith("hash:")])
    return [sorted(groups[own], key=lambda c: c.precedence, reverse=True) for own in sorted(groups)]


def _join_by_title(groups: dict[str, list[Contribution]], hashes: list[list[Contribution]]) -> None:
    """Join what PMID and DOI leave apart, where it is certain which articles are meant."""
    bearers = Counter(key for unit in (*groups.values(), *hashes) for key in _titles(unit))
    alike = _Alike({key for key, count in bearers.items() if count > CROWD})
    # a DOI that PubMed does not state; only where it is one to one
    alone = sorted(own for own in groups if own.startswith(_NUMBERED))
    open_ = [g for g in groups if g.startswith("pmid:") and not _dois(groups[g])]
    wanted = {own: [g for g in open_ if alike(groups[g], groups[own])] for own in alone}
    for own, anchors in wanted.items():
        if len(anchors) == 1 and sum(anchors[0] in other for other in wanted.values()) == 1:
            groups[anchors[0]].extend(groups.pop(own))
    # a record without authors joins last, and only where one article alone can be meant
    for clusters in _by_people(hashes, alike):
        fits = [[g for g in groups if _joinable(g) and alike(groups[g], c)] for c in clusters]
        for cluster, near in zip(clusters, fits, strict=True):
            own = near[0] if len(near) == 1 else min(c.article.id for c in cluster)
            groups.setdefault(own, []).extend(cluster)


def _by_people(
    units: Iterable[list[Contribution]], alike: _Alike
) -> tuple[list[list[Contribution]], list[list[Contribution]]]:
    """Join units that are alike, from author to author; those without authors stand apart."""
    named: list[list[Contribution]] = []
    unnamed: list[list[Contribution]] = []
    for unit in units:
        if not _surnames(c.article for c in unit):
            unnamed.append(unit)
            continue
        near = [cluster for cluster in named if alike(cluster, unit)]
        named = [cluster for cluster in named if cluster not in near]
        named.append([c for cluster in (*near, unit) for c in cluster])
    return named, unnamed


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


def _numbers(article: Article) -> list[str]:
    """Return the numbers other than the PMID by which an article is known everywhere."""
    doi = [f"doi:{article.doi.lower()}"] if article.doi else []
    return [*doi, *([f"id:{article.pmcid}"] if article.pmcid else [])]


def _numbers_of(group: Sequence[Contribution]) -> set[str]:
    return {number for c in group for number in _numbers(c.article)}


def _dois(group: Sequence[Contribution]) -> set[str]:
    return {number for number in _numbers_of(group) if number.startswith("doi:")}


def _titles(group: Sequence[Contribution]) -> set[str]:
    return {key for c in group if (key := title_key(c.article))}


class _Alike(NamedTuple):
    """Same telling title and year, no two DOIs or PMC ids, not by wholly different people."""

    crowded: Set[str]

    def __call__(self, a: Sequence[Contribution], b: Sequence[Contribution]) -> bool:
        if not (_titles(a) & _titles(b)) - self.crowded:
            return False
        numbers = Counter(number[:3] for number in _numbers_of(a) | _numbers_of(b))
        if any(count > 1 for count in numbers.values()):
            return False
        names = [_surnames(c.article for c in group) for group in (a, b)]
        return not all(names) or bool(names[0] & names[1])


def _surnames(articles: Iterable[Article]) -> set[str]:
    return {
        word
        for article in articles
        for author in article.authors
        for word in _plain(author.last).split()
        if len(word) > 1
    }


_plain = lru_cache(maxsize=4096)(plain_words)  # a title is asked for again as it finds its place
