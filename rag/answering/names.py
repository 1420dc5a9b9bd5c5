"""The names that the sentences of the evidence hold, each with all places where it stands.

Phrases (``rag.answering.mentions``) that are one name are merged (``rag.answering.merging``). What
says nothing but the question's own words, or their abbreviations, is no name.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rag.answering.amounts import AMOUNT
from rag.answering.mentions import Mention, mentions, numbers_asked
from rag.answering.merging import abbreviations, name_key, own_abbreviations
from rag.answering.phrases import Word, words
from rag.answering.wanted import Type, Wanted, fits
from rag.claims.lexicon import content_terms
from rag.text import fold

NEAR = 6.0
"""Words after which nearness to a word of the question has fallen to 1/e."""
SHORT: frozenset[Type] = frozenset({"gene", "tool", "variant"})
"""Types whose abbreviations are their names."""
COMMON_NAME = 0.7
"""Words of less rarity than this share of the rarest are no names: "inhibit", "disease"."""


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence to draw from.

    Attributes:
        text: the sentence.
        chance: that its article answers, see ``rag.answering.relevance``.
        article: number of its article.
        heads: whether it is a title, or may be one.
    """

    text: str
    chance: float
    article: int
    heads: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A mention in source number ``source``, and where the question's words stand to it."""

    source: int
    mention: Mention
    near: float
    covered: float
    after: float
    verb: float
    colon: bool


@dataclass(slots=True)
class Name:
    """A name, its mentions, and what each wording of it weighs."""

    key: str
    told: list[Told] = field(default_factory=list)
    wordings: dict[str, float] = field(default_factory=dict)

    def text(self, kind: Type) -> str:
        """Return the wording that weighs most; of what is no gene or tool, one spelt out."""
        spelt = [t for t in self.wordings if name_key(t) == self.key]
        some = spelt if spelt and kind not in SHORT else list(self.wordings)
        same: dict[str, float] = {}
        for text in some:
            same[fold(text)] = same.get(fold(text), 0.0) + self.wordings[text]
        return max(some, key=lambda t: (same[fold(t)], self.wordings[t], -len(t), t))


def collect(
    question: str, sources: Sequence[Source], rarity: Mapping[str, float], want: Wanted
) -> list[Name]:
    """Return the names that the sources hold, merged, in the order they are met."""
    asked = content_terms(question)
    heaviest = max((rarity.get(t, 0.0) for t in asked), default=0.0) or 1.0
    weights = {t: rarity.get(t, heaviest) for t in asked}
    aliases: dict[str, str] = {}
    own: set[str] = set()
    for source in sources:
        own |= {name_key(a) for a in own_abbreviations(source.text, question)}
        for short, long in abbreviations(source.text).items():
            aliases.setdefault(name_key(short), name_key(long))
    said = _run_together(question)
    names: dict[str, Name] = {}
    for number, source in enumerate(sources):
        found = words(source.text)
        many = AMOUNT.search(question.lower())
        of_it = numbers_asked(source.text, question) if many else mentions(source.text, asked)
        for mention in of_it:
            key = name_key(mention.text)
            if (not many and not _is_new(mention.text, key, asked, said, want)) or key in own:
                continue
            key = aliases.get(key, key)
            # "FishAlign: aligning …" names its subject in a title; "Limitation: …" in an abstract
            # is a label, and "dorynib: 12 of 30 improved" a row of a table
            colon = source.heads and mention.first == 0
            colon = colon and source.text[mention.end : mention.end + 1] == ":"
            told = _told(number, mention, found, weights, colon)
            name = names.setdefault(key, Name(key))
            name.told.append(told)
            weight = source.chance * (0.1 + told.near) * (1.0 if mention.whole else 0.8)
            name.wordings[mention.text] = name.wordings.get(mention.text, 0.0) + weight
    # a part of a phrase is a name only where some sentence has it by itself
    return [n for n in names.values() if any(t.mention.own for t in n.told)]


def _is_new(text: str, key: str, asked: frozenset[str], said: frozenset[str], want: Wanted) -> bool:
    """True where a phrase says anything but the question's own words."""
    terms = content_terms(text)
    if not any(c.isalpha() for c in text):
        return want.kind in ("year", "chromosome") and fits(text, want.kind)
    return bool(key) and bool(terms) and not terms <= asked and key.replace(" ", "") not in said


def _run_together(question: str) -> frozenset[str]:
    """Return the question's words, and those in a row as one: "GDF 15" for "GDF15"."""
    own = name_key(question).split()
    return frozenset("".join(own[i:j]) for i in range(len(own)) for j in range(i + 1, i + 8))


def _told(
    number: int, mention: Mention, found: Sequence[Word], weights: Mapping[str, float], colon: bool
) -> Told:
    """Return a mention with the places of the question's words around it."""
    places: dict[str, list[int]] = {}
    for place, word in enumerate(found):
        if not mention.first <= place <= mention.last:
            for term in content_terms(word.text) & weights.keys():
                places.setdefault(term, []).append(place)
    total = sum(weights.values()) or 1.0
    names = COMMON_NAME * max(weights.values(), default=0.0)
    others = sum(w for w in weights.values() if w < names) or 1.0
    near = covered = after = verb = 0.0
    for term, held in places.items():
        away = min(max(mention.first - p, p - mention.last) for p in held)
        close = math.exp(-(away - 1) / NEAR)
        weight = weights[term]
        near += weight * close
        verb += weight * close if weight < names else 0.0
        covered += weight
        after += weight if held[0] < mention.first else 0.0
    return Told(number, mention, near / total, covered / total, after / total, verb / others, colon)
