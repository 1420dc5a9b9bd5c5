"""Pairs of a question and the passage that it should find: the form, and how they are made clean.

Every step says what it left out, so that a run can print how much of its data was used.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.training.overlap import Overlaps, normal
from rag.training.pairs import part

NEAR_DUPLICATE = 0.8
"""Share of runs of words from which two passages are taken for one."""
SHORTEST = 3
"""Words that a question or a passage must have."""
_SAMPLE = 4


@dataclass(frozen=True, slots=True)
class TextPair:
    """A question (or title, claim, section) and a passage that belongs to it.

    Attributes:
        query: what is asked.
        passage: what should be found.
        source: the form that it was read from, for the counts and the card.
        group: what must not be parted: pairs of one question or of one article.
        article: the article of the passage, ``pmid:…`` where it is known, else a name of its own.
    """

    query: str
    passage: str
    source: str
    group: str
    article: str


def own_name(text: str) -> str:
    """Return a name for a text that has none: a hash of its words."""
    return f"text:{hashlib.sha256(normal(text).encode()).hexdigest()[:16]}"


def usable(pairs: Iterable[TextPair]) -> list[TextPair]:
    """Return the pairs whose two sides hold enough words and are not the same text."""
    return [
        p
        for p in pairs
        if len(p.query.split()) >= SHORTEST
        and len(p.passage.split()) >= SHORTEST
        and normal(p.query) != normal(p.passage)
    ]


def without_duplicates(pairs: Sequence[TextPair]) -> list[TextPair]:
    """Return pairs without those whose passage stands, nearly word for word, in an earlier one.

    Near-duplicates teach nothing new, and in one batch each would count as a wrong answer to the
    other's question. So of an article's two pairs, title → abstract and section → section, the
    one that comes first stays, and of parts of an abstract that are marked twice the first.
    """
    seen = Overlaps(_SAMPLE)
    out = []
    for pair in pairs:
        if seen.holds(pair.passage) or seen.nearest(pair.passage) >= NEAR_DUPLICATE:
            continue
        seen.add(pair.passage)
        out.append(pair)
    return out


def at_most(pairs: Sequence[TextPair], each: int) -> list[TextPair]:
    """Return at most ``each`` pairs of one question, the first ones."""
    counts: Counter[str] = Counter()
    out = []
    for pair in pairs:
        counts[pair.query] += 1
        if counts[pair.query] <= each:
            out.append(pair)
    return out


def spread_over_sources(pairs: Sequence[TextPair], limit: int | None) -> list[TextPair]:
    """Return ``limit`` pairs, as evenly over the sources as they allow; order within is kept.

    A field with millions of titles would otherwise drown the few real questions. Titles and
    sections of literature are one source here, questions from its headings another.
    """
    if limit is None or len(pairs) <= limit:
        return list(pairs)
    by_source: dict[str, list[int]] = {}
    for i, pair in enumerate(pairs):
        family = "literature" if pair.source == "sections" else pair.source
        by_source.setdefault(family, []).append(i)
    chosen: set[int] = set()
    left = limit
    # the smallest source first: what it does not need goes to the others
    waiting = sorted(by_source.values(), key=len)
    for number, rows in enumerate(waiting):
        share = min(len(rows), left // (len(waiting) - number))
        step = len(rows) / share if share else 0.0
        chosen.update(rows[int(i * step)] for i in range(share))
        left -= share
    return [pair for i, pair in enumerate(pairs) if i in chosen]


def set_apart(
    pairs: Sequence[TextPair], share: float, salt: str = "medlit-apart"
) -> tuple[list[TextPair], list[TextPair]]:
    """Part pairs into (to train on, to measure with); a group is never divided.

    The part depends on the group's name, so the same data is parted alike every time. A group
    whose question is asked in one that is trained on (a claim with evidence of two articles) is
    trained on too.
    """
    apart = {p.group for p in pairs if part(p.group, salt) < share}
    while True:
        asked = {normal(p.query) for p in pairs if p.group not in apart}
        known = {p.group for p in pairs if p.group in apart and normal(p.query) in asked}
        if not known:
            break
        apart -= known
    learn = [p for p in pairs if p.group not in apart]
    return learn, [p for p in pairs if p.group in apart]
