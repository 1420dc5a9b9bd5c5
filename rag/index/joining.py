"""Which records are about the same article: PMID, then DOI or PMC id, then title and year.

``partition`` never joins where two candidates are equally good, and a number that unrelated
titles bear (the DOI of a supplement, the running numbers of two tables) joins only what is
alike. ``place`` says which records of one source are held beside each other, and which takes
another's place.
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
from rag.corpus.status import without_mark
from rag.index.merging import Contribution
from rag.types import Article

CROWD = 8
"""Articles of one title and year, or of one number, beyond which it singles out nobody."""
_NUMBERED = ("doi:", "id:PMC")
_LOOSE = (*_NUMBERED, "hash:")
_SHARED = ("doi:", "id:", "note:")
_LIKENESS = 0.5


def title_key(article: Article) -> str:
    """Return the normalised title and year, or nothing where they do not single out an article."""
    if not is_telling(article.title):
        return ""
    return f"{_title(article)}|{article.year or ''}"


def keys(article: Article) -> list[str]:
    """Return the keys by which other records of the same article may be found."""
    if not _joinable(article.id):
        return [article.id] if article.id.startswith(_SHARED) else []
    title = title_key(article)
    return [*_numbers(article), *([f"title:{title}"] if title else [])]


def identified(article: Article) -> Article:
    """Give an article without PMID and DOI an id that tells it from others: its PMC id, or a hash.

    Beside title and year stands the first author, or where nobody is named the text: people
    who have nothing to do with each other may write under one title. A title that is not
    telling needs all that is known.
    """
    if not article.id.startswith("hash:"):
        return article
    if article.pmcid:
        return replace(article, id=f"id:{article.pmcid}")
    first = article.authors[0] if article.authors else None
    parts: list[object] = [_title(article), article.year]
    if not title_key(article):
        parts += [article.journal, article.volume, article.issue, article.pages]
        parts += [*sorted(_surnames([article])), _text(article)]
    elif first is not None:
        parts.append(first.last or first.collective)
    elif not _text(article):
        return article
    else:
        parts.append(_text(article))
    said = "|".join(_plain(str(part or "")) for part in parts)
    return replace(article, id=f"hash:{_digest(said, 16)}")


def unit_of(article: Article) -> str:
    """Return the id, and where unrelated records may bear it too, what tells this one from them."""
    own = article.id
    if not own.startswith(_SHARED) or own.startswith("id:PMC"):
        return own
    if own.startswith("note:"):
        return f"{own}#{_digest(article.subject, 8)}"
    text = "" if own.startswith("doi:") else _text(article)
    return f"{own}#{_digest(f'{_title(article)}|{text}', 8)}"


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


def partition(
    contributions: Iterable[Contribution], crowded: Set[str] = frozenset()
) -> dict[str, list[Contribution]]:
    """Group contributions by the article they are about (see the module's text).

    Args:
        contributions: all that any key connects, but for crowded ones.
        crowded: keys that are known to be borne by a crowd, most of which is not given.

    Returns:
        Article id → its contributions, the one that speaks first first; sorted by id.
    """
    contributions = list(contributions)
    if len(contributions) == 1 and contributions[0].article.id.startswith("pmid:"):
        return {contributions[0].article.id: contributions}  # nearly every record of PubMed
    families: dict[str, dict[str, list[Contribution]]] = {}
    for c in contributions:
        families.setdefault(c.article.id, {}).setdefault(unit_of(c.article), []).append(c)
    units = {own: _clusters(own, family, own in crowded) for own, family in families.items()}
    groups = {
        name: list(cluster)
        for own, clusters in units.items()
        if not own.startswith(_LOOSE)
        for name, cluster in clusters.items()
    }
    pmids = [name for name in groups if name.startswith("pmid:")]
    borne = Counter(number for name in pmids for number in _numbers_of(groups[name]))
    for own in sorted(own for own in units if own.startswith("doi:")):
        many = own in crowded or borne[own] + len(families[own]) > CROWD
        for name, cluster in _clusters(own, families[own], many).items():
            numbers = _numbers_of(cluster) - crowded
            anchors = [g for g in pmids if not many and numbers & _numbers_of(groups[g])]
            anchors = [g for g in anchors if _related(groups[g], cluster)]
            if len(anchors) > 1:  # PubMed gives some DOIs to two records: the title decides
                anchors = [g for g in anchors if _titles(groups[g]) & _titles(cluster)]
            groups.setdefault(anchors[0] if len(anchors) == 1 else name, []).extend(cluster)
    # what has a PMC id alone may follow what has a DOI
    hosts = [name for name in groups if name.startswith(("pmid:", "doi:"))]
    for own in sorted(own for own in units if own.startswith("id:PMC")):
        anchors = [g for g in hosts if own in _numbers_of(groups[g]) - crowded]
        groups.setdefault(anchors[0] if len(anchors) == 1 else own, []).extend(units[own][own])
    hashes = [units[own][own] for own in sorted(units) if own.startswith("hash:")]
    _join_by_title(groups, hashes, {key.removeprefix("title:") for key in crowded})
    return {
        own: sorted(groups[own], key=lambda c: c.precedence, reverse=True) for own in sorted(groups)
    }


def _clusters(
    own: str, family: dict[str, list[Contribution]], crowded: bool
) -> dict[str, list[Contribution]]:
    """Join the units of one id that are alike; the id is that of all, or of each with its mark."""
    if crowded and own.startswith(_SHARED):
        return family
    if len(family) == 1:
        return {own: next(iter(family.values()))}
    if len(family) > CROWD or own.startswith("note:"):
        return family
    clusters: list[dict[str, list[Contribution]]] = []
    for name in sorted(family):
        near = [c for c in clusters if any(_related(unit, family[name]) for unit in c.values())]
        clusters = [c for c in clusters if c not in near]
        clusters.append({name: family[name]} | {n: u for c in near for n, u in c.items()})
    merged = {
        own if len(clusters) == 1 else min(cluster): [c for unit in cluster.values() for c in unit]
        for cluster in clusters
    }
    return dict(sorted(merged.items()))


def _related(a: Sequence[Contribution], b: Sequence[Contribution]) -> bool:
    """True unless titles, or texts under a source's own number, are of different things."""
    titles = [
        [_plain(t) for c in group for t in (_title(c.article), c.article.vernacular_title) if t]
        for group in (a, b)
    ]
    if all(titles) and not any(_like(x, y) for x in titles[0] for y in titles[1]):
        return False
    return a[0].article.id.startswith(("pmid:", "doi:")) or _texts_agree(a, b)


def _texts_agree(a: Sequence[Contribution], b: Sequence[Contribution]) -> bool:
    texts = [[t for c in group if (t := _text(c.article))] for group in (a, b)]
    return not all(texts) or any(_like(x, y) for x in texts[0] for y in texts[1])


def _like(a: str, b: str) -> bool:
    """Half of the longer words of one are in the other, which may be cut short."""
    one, two = ({word for word in text.split() if len(word) > 3} for text in (a, b))
    return len(one & two) >= _LIKENESS * min(len(one), len(two)) if one and two else a == b


def _join_by_title(
    groups: dict[str, list[Contribution]], hashes: list[list[Contribution]], crowded: Set[str]
) -> None:
    """Join what PMID and DOI leave apart, where it is certain which articles are meant."""
    bearers = Counter(key for unit in (*groups.values(), *hashes) for key in _titles(unit))
    alike = _Alike(crowded | {key for key, count in bearers.items() if count > CROWD})
    # a DOI that PubMed does not state; only where it is one to one
    alone = sorted(own for own in groups if own.startswith(_NUMBERED))
    open_ = [g for g in groups if g.startswith("pmid:") and not _dois(groups[g])]
    wanted = {own: [g for g in open_ if alike(groups[g], groups[own])] for own in alone}
    for own, anchors in wanted.items():
        if len(anchors) == 1 and sum(anchors[0] in other for other in wanted.values()) == 1:
            groups[anchors[0]].extend(groups.pop(own))
    # a record without authors joins later, and only where one article alone can be meant
    for clusters in _by_people(hashes, alike):
        fits = [[g for g in groups if _joinable(g) and alike(groups[g], c)] for c in clusters]
        for cluster, near in zip(clusters, fits, strict=True):
            own = near[0] if len(near) == 1 else min(c.article.id for c in cluster)
            groups.setdefault(own, []).extend(cluster)


def _by_people(
    units: Iterable[list[Contribution]], alike: _Alike
) -> list[list[list[Contribution]]]:
    """Join units that are alike: the signed ones, those with a text, those with neither."""
    stages: list[list[list[Contribution]]] = [[], [], []]
    for unit in units:
        signed = bool(_surnames(c.article for c in unit))
        stage = 0 if signed else 1 if any(_text(c.article) for c in unit) else 2
        near = [cluster for cluster in stages[stage] if alike(cluster, unit)]
        stages[stage] = [cluster for cluster in stages[stage] if cluster not in near]
        stages[stage].append([c for cluster in (*near, unit) for c in cluster])
    return stages


def _joinable(own: str) -> bool:
    """A source's own id (``id:``, ``nct:``, ``note:``) says that the record is its own."""
    return own.startswith(("pmid:", *_LOOSE))


def same_kind(a: Contribution, b: Contribution) -> bool:
    """True where of two records of one article only one is to be held."""
    if a.origin.format != b.origin.format:
        return False
    if READERS[a.origin.format].dated:
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
    """Same telling title and year, no two DOIs or PMC ids, not by wholly different people.

    Where nobody is named the texts must not be of different things.
    """

    crowded: Set[str]

    def __call__(self, a: Sequence[Contribution], b: Sequence[Contribution]) -> bool:
        if not (_titles(a) & _titles(b)) - self.crowded:
            return False
        numbers = Counter(number[:3] for number in _numbers_of(a) | _numbers_of(b))
        if any(count > 1 for count in numbers.values()):
            return False
        names = [_surnames(c.article for c in group) for group in (a, b)]
        return bool(names[0] & names[1]) if all(names) else _texts_agree(a, b)


def _surnames(articles: Iterable[Article]) -> set[str]:
    return {
        word
        for article in articles
        for author in article.authors
        for word in _plain(author.last).split()
        if len(word) > 1
    }


def _title(article: Article) -> str:
    return _plain(without_mark(article.title))


def _text(article: Article) -> str:
    """The beginning of the text, normalised."""
    said = " ".join(section.text for section in (*article.sections, *article.body)[:20])
    return plain_words(said[:2000])


def _digest(text: str, letters: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:letters]


_plain = lru_cache(maxsize=4096)(plain_words)  # a title is asked for again as it finds its place
