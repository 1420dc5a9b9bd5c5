"""Pairs derived from unlabelled literature: what a title claims, its abstract's sentences bear out.

For an article whose title is a whole sentence, the sentence of its abstract that shares most
words with it supports the title, and contradicts the title turned round; its aims and methods say
nothing of it. For any sentence of results, its rewording is supported, its direction, negation,
number or sides of comparison changed is contradicted, and its neighbour says nothing of it. A
change made on both sides alike is supported again, so that the changed words alone tell nothing.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from rag.claims.aims import is_aim
from rag.claims.lexicon import content_terms, coverage
from rag.claims.polarity import agreement
from rag.text import sentences
from rag.training.pairs import Pair
from rag.training.perturb import OPPOSITES, deny, renumber, reverse, reword, swap_sides
from rag.types import Article, Verdict

_STATES = re.compile(
    r"\b(?:is|are|was|were|does|do|did|has|have|can|may|increases?|reduces?|decreases?|improves?"
    r"|prevents?|causes?|induces?|promotes?|inhibits?|suppresse?s?|enhances?|activates?|affects?"
    r"|regulates?|predicts?|contributes?|protects?|requires?|influences?|alters?|confers?"
    r"|attenuates?|mediates?|lowers?|accelerates?|impairs?|stimulates?|blocks?|interacts?|correlates?"
    r"|differs?|depends?|triggers?|facilitates?|controls?|provides?|reveals?|ameliorates?|drives?)\b"
)
_RESULT = re.compile(
    r"\b(?:significant\w*|increase\w*|decrease\w*|reduc\w+|higher|lower|improv\w+|associat\w+|risk"
    r"|compared|than|effect\w*|showed|was|were|correlat\w+)\b",
    re.IGNORECASE,
)
LEAST_TITLE = 0.45
"""Least share of a title's content stems in the sentence that is taken to bear it out."""
MOST_UNCLEAR = 0.8
"""A sentence that holds more of a claim's stems than this is not taken to say nothing of it."""


def title_pairs(articles: Iterable[Article], rng: random.Random) -> list[Pair]:
    """Return pairs of titles that state something with sentences of abstracts."""
    out: list[Pair] = []
    said_by: dict[str, list[tuple[str, frozenset[str], str]]] = defaultdict(list)
    claims: list[tuple[str, str]] = []
    for article in articles:
        claim = _claim(article.title)
        texts = _abstract(article)
        if claim is None or len(texts) < 4:
            continue
        terms = content_terms(claim)
        if len(terms) < 3:
            continue
        shares = [coverage(terms, content_terms(t)) for t in texts]
        late = [i for i in range(len(texts) // 2, len(texts)) if not is_aim(texts[i])]
        best = max(late, key=lambda i: shares[i], default=-1)
        if best < 0 or shares[best] < LEAST_TITLE:
            continue
        agrees = agreement(claim, texts[best])
        if agrees.negation_conflict >= 0.34 or agrees.direction < 0:
            continue  # the rules doubt it: no sure example
        group = article.id
        out.extend(_both_ways(claim, texts[best], "title", group, rng))
        for i in rng.sample(range(len(texts)), min(4, len(texts))):
            if (
                i == best
                or shares[i] > MOST_UNCLEAR
                or not (is_aim(texts[i]) or i < len(texts) // 3)
            ):
                continue
            turned = rng.choice(
                (claim, claim, reverse(claim, rng) or claim, deny(claim, rng) or claim)
            )
            out.append(Pair(turned, texts[i], "unclear", "title-neighbour", group, 0.7))
            break
        claims.append((claim, group))
        rare = sorted(terms, key=lambda t: (-len(t), t))[:3]
        for term in rare:
            said_by[term].append((texts[best], content_terms(texts[best]), group))
    out.extend(_strangers(claims, said_by, rng))
    return out


def _strangers(
    claims: Sequence[tuple[str, str]],
    said_by: dict[str, list[tuple[str, frozenset[str], str]]],
    rng: random.Random,
) -> list[Pair]:
    """Pair claims with findings of other articles that share a telling word, and not all."""
    out = []
    for claim, group in claims:
        terms = content_terms(claim)
        near = [
            (coverage(terms, theirs), text)
            for term in sorted(terms, key=lambda t: (-len(t), t))[:3]
            for text, theirs, other in said_by[term][:200]
            if other != group
        ]
        near = [one for one in near if 0.15 <= one[0] <= 0.6]
        if near:
            # the nearest is often too hard to be sure of; one of the nearest five is drawn
            near.sort(key=lambda one: (-one[0], one[1]))
            text = rng.choice(near[:5])[1]
            out.append(Pair(claim, text, "unclear", "title-stranger", group, 0.7))
    return out


def turned(pairs: Iterable[Pair], rng: random.Random) -> list[Pair]:
    """Return labelled pairs with the claim denied or turned round, and the other label.

    What an evidence supports it contradicts when denied. The reverse holds less surely, so a
    contradicted claim that is turned counts as supported only where one of the rules for
    directions or negations changed it, and weighs less.
    """
    out = []
    for pair in pairs:
        if pair.label == "unclear":
            continue
        changed = [c for c in (reverse(pair.claim, rng), deny(pair.claim, rng)) if c]
        if changed:
            supported = pair.label == "supports"
            label: Verdict = "contradicts" if supported else "supports"
            out.append(
                Pair(
                    rng.choice(changed),
                    pair.evidence,
                    label,
                    f"{pair.source}-turned",
                    pair.group,
                    0.7 if supported else 0.4,
                )
            )
    return out


def sentence_pairs(articles: Iterable[Article], rng: random.Random) -> list[Pair]:
    """Return pairs made of one sentence of results of each article."""
    out: list[Pair] = []
    for article in articles:
        texts = _abstract(article)
        found = [
            i
            for i in range(1, len(texts))
            if 9 <= len(texts[i].split()) <= 45
            and _RESULT.search(texts[i])
            and not is_aim(texts[i])
        ]
        if not found:
            continue
        i = rng.choice(found)
        out.extend(
            _both_ways(reword(texts[i], rng) or texts[i], texts[i], "sentence", article.id, rng)
        )
        changed = renumber(reword(texts[i], rng) or texts[i], rng)
        if changed and rng.random() < 0.6:
            out.append(Pair(changed, texts[i], "contradicts", "sentence-number", article.id, 0.7))
        swapped = swap_sides(texts[i])
        if swapped:
            out.append(Pair(swapped, texts[i], "contradicts", "sentence-sides", article.id, 0.7))
        other = texts[i - 1] if i + 1 == len(texts) or rng.random() < 0.5 else texts[i + 1]
        if coverage(content_terms(texts[i]), content_terms(other)) <= MOST_UNCLEAR:
            out.append(Pair(texts[i], other, "unclear", "sentence-neighbour", article.id, 0.7))
    return out


def _both_ways(claim: str, text: str, source: str, group: str, rng: random.Random) -> list[Pair]:
    out = [Pair(claim, text, "supports", source, group, 0.7)]
    turned = reverse(claim, rng)
    denied = deny(claim, rng)
    against = [c for c in (turned, denied) if c]
    if against:
        label: Verdict = "contradicts"
        out.append(Pair(rng.choice(against), text, label, f"{source}-against", group, 0.7))
    words = {w for w in re.findall(r"[a-z-]+", claim.lower()) if w in OPPOSITES}
    if len(words) == 1 and len(re.findall(rf"\b{next(iter(words))}\b", text.lower())) == 1:
        word = next(iter(words))
        both = _one_word(claim, word), _one_word(text, word)
        out.append(Pair(*both, "supports", f"{source}-both", group, 0.7))
        out.append(Pair(claim, both[1], "contradicts", f"{source}-evidence", group, 0.7))
    return out


def _one_word(text: str, word: str) -> str:
    return re.sub(
        rf"\b{word}\b",
        lambda m: OPPOSITES[word].capitalize() if m.group()[0].isupper() else OPPOSITES[word],
        text,
        count=1,
        flags=re.IGNORECASE,
    )


def _claim(title: str) -> str | None:
    """Return a title that states something as a sentence, else ``None``."""
    text = title.strip().rstrip(".")
    words = text.split()
    if not 6 <= len(words) <= 24 or text.endswith("?") or text.startswith("["):
        return None
    if ":" in text or not _STATES.search(" ".join(words[1:])) or is_aim(text):
        return None
    if re.match(
        r"(?:how|why|what|when|which|does|do|is|are|can|should|effects? of|role of)\b", text, re.I
    ):
        return None
    return f"{text}."


def _abstract(article: Article) -> list[str]:
    texts = [section.text[a:b] for section in article.sections for a, b in sentences(section.text)]
    return [t for t in texts if 5 <= len(t.split()) <= 60]
