"""Examples for a generator: a question, numbered passages, and the cited answer that is wanted.

A passage is what an article's gold snippets say together. Each sentence of an expert's ideal
answer is given the number of the passage that holds most of its words; one that no passage holds
well, or with a number that the passage lacks, is left out. What the model is to write is then the
passage's own sentence (``Shape.quotes``): a paraphrase is what verification drops most, and what
a small model gets wrong. Passages of other questions stand between the right ones, in a random
order. For some questions only such passages are shown, and the answer wanted is the refusal.

Literature gives examples too: of an article whose title is a question, the conclusion answers.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.answering.prompt import (
    REFUSAL_LINE,
    SENTENCES,
    block,
    neutralise,
    system_prompt,
    user_prompt,
)
from rag.claims.lexicon import content_terms, coverage
from rag.claims.numbers import missing_numbers
from rag.evaluation.questions import Question
from rag.models.generator import Message
from rag.text import sentences
from rag.training.text_pairs import TextPair

LEAST_HELD = 0.6
"""Least share of a sentence's content stems in the snippet that it cites."""
LEAST_QUOTED = 0.5
"""Least share of those stems in the one sentence that stands for it."""
LIKE_AN_ANSWER = 0.5
"""A distractor that holds this share of a sentence of the ideal answer might answer after all."""
MOST_SENTENCES = SENTENCES["clinician", "medium"]


@dataclass(frozen=True, slots=True)
class Source:
    """A question with its right passages and the sentences of an ideal answer.

    ``names`` are the articles of its passages, which are no distractors for it.
    """

    id: str
    question: str
    passages: tuple[str, ...]
    ideal: tuple[str, ...]
    names: frozenset[str]
    kind: str


@dataclass(frozen=True, slots=True)
class Example:
    """A prompt as medlit writes it, and what should follow.

    ``gold`` are the numbers of the passages that are right; empty where the answer is a refusal.
    """

    id: str
    kind: str
    messages: tuple[Message, ...]
    answer: str
    ideal: str
    gold: frozenset[int]

    @property
    def refuses(self) -> bool:
        """True where the passages do not answer."""
        return not self.gold


@dataclass(frozen=True, slots=True)
class Shape:
    """How examples are made.

    Attributes:
        passages: numbered passages of a prompt.
        words: most words of a passage.
        refusals: share of the questions that are shown only passages of others.
        style: the reader that the prompt names.
        quotes: the answer is made of the passages' sentences, not of the expert's.
    """

    passages: int = 4
    words: int = 90
    refusals: float = 0.05
    style: Literal["clinician", "lay"] = "clinician"
    quotes: bool = True


def bioasq_sources(questions: Iterable[Question]) -> list[Source]:
    """Return BioASQ's questions that have an ideal answer and snippets."""
    out = []
    for question in questions:
        if not question.ideal:
            continue
        by_article: dict[str, dict[str, None]] = defaultdict(dict)
        for snippet in question.snippets:
            by_article[snippet.pmid][" ".join(snippet.text.split())] = None
        texts = dict.fromkeys(" ".join(parts) for parts in by_article.values())
        names = frozenset(f"pmid:{pmid}" for pmid in by_article)
        if texts:
            ideal = _split(question.ideal[0])
            out.append(
                Source(f"bioasq:{question.id}", question.text, tuple(texts), ideal, names, "bioasq")
            )
    return out


def title_sources(pairs: Iterable[TextPair], conclusions: Mapping[str, str]) -> list[Source]:
    """Return articles whose title asks a question that their conclusion answers.

    Args:
        pairs: title → abstract, as ``sources.read_pairs`` gives them.
        conclusions: article → the text of its conclusions.
    """
    return [
        Source(
            p.article,
            p.query,
            (conclusions[p.article],),
            _split(conclusions[p.article])[:2],
            frozenset({p.article}),
            "literature",
        )
        for p in pairs
        if p.source == "literature" and p.query.endswith("?") and p.article in conclusions
    ]


def as_pairs(source: Source) -> list[TextPair]:
    """Return a source as pairs, in which form leaks are looked for."""
    texts = (*source.passages, " ".join(source.ideal))
    return [TextPair(source.question, t, source.kind, source.id, source.id) for t in texts]


def make_examples(sources: Sequence[Source], shape: Shape, seed: int) -> list[Example]:
    """Make one example of each source of which any sentence is borne out; in their order."""
    rng = random.Random(seed)
    others = _Others(sources)
    out = []
    for at, source in enumerate(sources):
        aligned = align(source.ideal, [_cut(p, shape.words) for p in source.passages])
        if not aligned:
            continue
        if rng.random() < shape.refusals:
            shown = others.near(at, shape.passages, rng)
            answer, gold = REFUSAL_LINE, frozenset[int]()
        else:
            right = list(dict.fromkeys(p for _, p in aligned))[: shape.passages]
            aligned = [one for one in aligned if one[1] in right]
            if shape.quotes:
                aligned = quoted(aligned)
            if not aligned:
                continue
            aligned = aligned[:MOST_SENTENCES]
            right = list(dict.fromkeys(p for _, p in aligned))
            wrong = others.near(at, shape.passages - len(right), rng)
            shown = [*right, *wrong]
            rng.shuffle(shown)
            number = {text: n for n, text in enumerate(shown, start=1)}
            answer = " ".join(_cited(s, number[p]) for s, p in aligned)
            gold = frozenset(number[p] for p in right)
        if not shown:
            continue
        blocks = [block(n, neutralise(_cut(p, shape.words))) for n, p in enumerate(shown, 1)]
        messages = (
            Message("system", system_prompt(shape.style)),
            Message("user", user_prompt(source.question, blocks)),
        )
        ideal = " ".join(source.ideal)
        out.append(Example(source.id, source.kind, messages, answer, ideal, gold))
    return out


def align(ideal: Sequence[str], passages: Sequence[str]) -> list[tuple[str, str]]:
    """Return (sentence, the passage that bears it out) for the sentences that any does."""
    terms = [content_terms(p) for p in passages]
    out = []
    for sentence in ideal:
        wanted = content_terms(sentence)
        if not wanted or not passages:
            continue
        shares = [coverage(wanted, found) for found in terms]
        best = max(range(len(passages)), key=lambda i: (shares[i], -i))
        if shares[best] >= LEAST_HELD and not missing_numbers(sentence, passages[best]):
            out.append((sentence, passages[best]))
    return out


def quoted(aligned: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the sentence of each passage that says what the aligned sentence says, once each.

    It is the one with the highest F1 of content stems, and holds at least half of those that
    were wanted; where the words are spread over several sentences none is taken.
    """
    out: dict[tuple[str, str], None] = {}
    for sentence, passage in aligned:
        wanted = content_terms(sentence)
        best, best_f1 = "", 0.0
        for candidate in _split(passage):
            found = content_terms(candidate)
            common = len(wanted & found)
            if not common or common < LEAST_QUOTED * len(wanted):
                continue
            f1 = 2 * common / (len(wanted) + len(found))
            if f1 > best_f1:
                best, best_f1 = candidate, f1
        if best:
            out[best, passage] = None
    return list(out)


class _Others:
    """Passages of other questions: the near ones share telling words with a question."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
        self._by_term: dict[str, list[int]] = defaultdict(list)
        for i, source in enumerate(sources):
            for term in content_terms(" ".join((source.question, *source.passages[:3]))):
                self._by_term[term].append(i)

    def near(self, at: int, count: int, rng: random.Random) -> list[str]:
        """Return passages of other sources, half of them near, none like the answer."""
        own = self._sources[at]
        shared: Counter[int] = Counter()
        for term in content_terms(own.question):
            owners = self._by_term[term]
            for i in owners:
                shared[i] += 1 / len(owners)  # type: ignore[assignment]
        close = [i for i, _ in sorted(shared.items(), key=lambda x: (-x[1], x[0]))[:20]]
        wanted = [terms for s in own.ideal if (terms := content_terms(s))]
        out: list[str] = []
        for tried in range(20 * count):
            if len(out) == count:
                break
            row = (
                rng.choice(close) if close and tried % 2 == 0 else rng.randrange(len(self._sources))
            )
            other = self._sources[row]
            if row == at or other.names & own.names:
                continue
            text = rng.choice(other.passages)
            found = content_terms(text)
            if text not in out and all(coverage(w, found) < LIKE_AN_ANSWER for w in wanted):
                out.append(text)
        return out


def _split(text: str) -> tuple[str, ...]:
    whole = " ".join(text.split())
    return tuple(whole[a:b] for a, b in sentences(whole))


def _cut(text: str, words: int) -> str:
    """Cut a passage after the last sentence that fits; after a word where none does."""
    if len(text.split()) <= words:
        return text
    kept = ""
    for _, end in sentences(text):
        if len(text[:end].split()) > words:
            break
        kept = text[:end]
    return kept or " ".join(text.split()[:words])


def _cited(sentence: str, number: int) -> str:
    """Put a marker before the full stop: "… by half [2]."."""
    bare = sentence.rstrip()
    end = bare[-1] if bare[-1:] in ".!?" else "."
    return f"{bare.rstrip('.!?')} [{number}]{end}"
