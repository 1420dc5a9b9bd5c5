"""What a question asks to be named: the names of the evidence, weighed and ranked.

Each name (``rag.answering.names``) gets the chance that it is an answer from a logistic model over
its ``Signs``: how near it stands to the question's words and in how many articles, its form, how
rare it is. Of the items of a list, those that share all words with a better one are left out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass

from rag.answering.names import Name, Source, collect
from rag.answering.wanted import Wanted, clashes, fits, wanted
from rag.claims.lexicon import STOP, content_terms, normalise
from rag.types import AnswerKind

MOST = 40
"""Names that are ranked at most."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for a name; also the weights of a model over it.

    Chances of sentences weigh all that is said of nearness; words of the question weigh by rarity.

    Attributes:
        best: the best chance times nearness.
        near: nearness of the question's words, 1 where all stand beside it.
        covered: share of the question's words in a sentence that names it.
        after: share of the question's words that a sentence has before it.
        chance: the best chance of a sentence that names it.
        articles: log of how many name it.
        share: share of the articles that do.
        fit: 1 where it has the form of the type that is asked for.
        clash: 1 where it has the form of another type.
        plain: 1 for a single word in lower case.
        rare: mean rarity of its words in the index, over that of a word in one passage.
        rarest: the greatest.
        asked: share of its words that are the question's.
        length: in words.
        whole: share of its mentions where it is no part of a longer phrase.
        series: share of its mentions in enumerations.
        of: 1 for "loss of function" and its like.
        lead: 1 where the best sentence names it.
        unfit: 1 where a type is asked for whose form it has not.
        noun: 1 where it holds the noun that is asked for.
        colon: 1 where a title is headed by it: "FishAlign: aligning …".
        often: log of its mentions.
        verb: nearness of the question's words that are no names.
    """

    best: float = 0.0
    near: float = 0.0
    covered: float = 0.0
    after: float = 0.0
    chance: float = 0.0
    articles: float = 0.0
    share: float = 0.0
    fit: float = 0.0
    clash: float = 0.0
    plain: float = 0.0
    rare: float = 0.0
    rarest: float = 0.0
    asked: float = 0.0
    length: float = 0.0
    whole: float = 0.0
    series: float = 0.0
    of: float = 0.0
    lead: float = 0.0
    unfit: float = 0.0
    noun: float = 0.0
    colon: float = 0.0
    often: float = 0.0
    verb: float = 0.0


MODELS: Mapping[AnswerKind, tuple[Signs, float]] = {
    "factoid": (
        Signs(
            best=1.04, near=0.46, covered=0.97, after=-0.53, chance=1.25, articles=0.55, share=0.82,
            fit=1.07, unfit=-0.82, clash=-0.08, plain=-0.83, rare=1.37, rarest=1.44, asked=-2.63,
            length=-0.07, whole=0.44, series=-1.09, of=-1.04, lead=0.82, noun=1.34, colon=4.03,
            often=0.49, verb=1.82,
        ),
        -8.96,
    ),
    "list": (
        Signs(
            best=-1.65, near=1.35, covered=0.30, after=0.48, chance=1.83, articles=-0.13,
            share=5.22, fit=1.29, unfit=-0.44, clash=-1.55, plain=-0.98, rare=3.11, rarest=1.03,
            asked=-2.69, length=-0.31, whole=1.41, series=1.30, of=-1.02, lead=0.45, noun=0.87,
            colon=5.13, often=0.03, verb=1.22,
        ),
        -10.01,
    ),
}  # fmt: skip
"""Weights and bias for each kind: fitted by ``benchmarks/names.py`` on BioASQ 7B."""


def signs(
    name: Name,
    sources: Sequence[Source],
    want: Wanted,
    asked: frozenset[str],
    rareness: Callable[[str], float],
) -> Signs:
    """Return what speaks for a name.

    Args:
        name: with its mentions.
        sources: best first.
        want: what the question wants named.
        asked: stems of the question.
        rareness: of a word in the index, from 0 to about 1.
    """
    weighed = [(t, sources[t.source].chance) for t in name.told]
    by_article: dict[int, float] = {}
    for told, chance in weighed:
        article = sources[told.source].article
        by_article[article] = max(by_article.get(article, 0.0), chance * told.near)
    count = len(weighed)
    text = name.text(want.kind)
    terms = content_terms(text)
    own = [w for w in re.findall(r"[^\W_]+", normalise(text)) if w not in STOP]
    rare = [rareness(w) for w in own] or [0.0]
    return Signs(
        best=max(by_article.values()),
        near=max(t.near for t, _ in weighed),
        covered=max(c * t.covered for t, c in weighed),
        after=max(c * t.after for t, c in weighed),
        chance=max(c for _, c in weighed),
        articles=math.log(len(by_article)),
        share=len(by_article) / len({s.article for s in sources}),
        fit=float(any(fits(t, want.kind) for t in name.wordings)),
        clash=float(clashes(text, want.kind)),
        plain=float(" " not in text and text.islower()),
        rare=sum(rare) / len(rare),
        rarest=max(rare),
        asked=len(terms & asked) / len(terms) if terms else 0.0,
        length=float(len(text.split())),
        whole=sum(t.mention.whole for t, _ in weighed) / count,
        series=sum(t.mention.series >= 0 for t, _ in weighed) / count,
        of=float(" of " in text),
        lead=float(any(t.source == 0 for t, _ in weighed)),
        unfit=float(bool(want.kind) and not any(fits(t, want.kind) for t in name.wordings)),
        noun=float(bool(terms & want.nouns)),
        colon=max(c * t.colon for t, c in weighed),
        often=math.log(count),
        verb=max(c * t.verb for t, c in weighed),
    )


def chance(found: Signs, model: Signs, bias: float) -> float:
    """Return the modelled chance that a name is an answer."""
    odds = bias + sum(w * v for w, v in zip(astuple(model), astuple(found), strict=True))
    return 1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, odds))))


@dataclass(frozen=True, slots=True)
class Found:
    """A name, its chance, and its mentions.

    ``text`` is the wording that is shown; ``sources`` are numbers of the sentences that hold it
    word for word, best first.
    """

    text: str
    chance: float
    sources: tuple[int, ...]


def find_names(
    question: str,
    kind: AnswerKind,
    sources: Sequence[Source],
    rarity: Mapping[str, float],
    rareness: Callable[[str], float],
) -> tuple[Found, ...]:
    """Return the names that could answer, best first.

    Args:
        question: as asked.
        kind: ``factoid`` or ``list``.
        sources: sentences of the evidence, best first.
        rarity: stem of the question → inverse document frequency.
        rareness: of any word in the index, from 0 to 1.
    """
    want = wanted(question)
    asked = content_terms(question)
    model, bias = MODELS[kind]
    ranked = []
    for name in collect(question, sources, rarity, want):
        likely = chance(signs(name, sources, want, asked, rareness), model, bias)
        ranked.append((likely, name))
    ranked.sort(key=lambda r: (-r[0], r[1].told[0].source, r[1].key))
    kept: list[tuple[frozenset[str], Found]] = []
    for likely, name in ranked:
        terms = frozenset(name.key.split())
        if kind == "list" and any(terms <= other or other <= terms for other, _ in kept):
            continue
        text = name.text(want.kind)
        held = [t.source for t in name.told if t.mention.text == text]
        kept.append((terms, Found(text, likely, tuple(dict.fromkeys(held)))))
        if len(kept) == MOST:
            break
    return tuple(found for _, found in kept)
