"""Why a passage was found: its terms, and the words that moved its cosine.

The weight of a word is how far the cosine of query and passage falls when the word is left out
of the passage (leave-one-out attribution; Li, Monroe and Jurafsky, "Understanding Neural
Networks through Representation Erasure", arXiv 1612.08220). It is computed for every embedder
by embedding the shortened texts, so each weight shown is a measured one. In a long passage only
the ``NOMINATED`` words whose own vectors are nearest the query are left out
(docs/decisions/0014-explaining-a-hit.md has what that misses).

This module does not explain a reranker's score, nor why a passage was not found.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypedDict

import numpy as np

from rag.index.passages import embed_text
from rag.retrieval.forms import form
from rag.text import sentences
from rag.types import Hit, Query, StageScores

if TYPE_CHECKING:
    from rag.models.embedder import Embedder
    from rag.retrieval.retriever import Retriever

NOMINATED = 24
"""Words of a passage that are left out one by one; all, where it has no more."""

_TOKEN = re.compile(r"[^\W_]+")  # what the analyser of the word index calls a word
_WORD = re.compile(r"\w+(?:[-'’]\w+|[.,]\d+)*")  # what a reader does: COVID-19, patient's, 2.5


@dataclass(frozen=True, slots=True)
class MatchedTerm:
    """A stem of the query, or of another name that it is searched by, that the passage holds.

    A title that is indexed with the passage counts as part of it.

    ``spans`` are half-open offsets of the words in ``Passage.text``; none where only the title
    of the article has it.
    """

    stem: str
    spans: tuple[tuple[int, int], ...]
    in_title: bool


@dataclass(frozen=True, slots=True)
class Pull:
    """How far the cosine falls when ``passage.text[start:end]`` is left out; below 0 it rises."""

    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a passage was found.

    ``missing`` are stems of the query that neither passage nor title has. The rest is about the
    dense route, and empty where that did not return the passage: ``cosine`` as computed here,
    ``words`` and ``sentences`` with the largest fall first, ``title`` the fall without the
    title that the model read before the passage. ``complete`` says that every word was left out
    in turn, and not only the ``NOMINATED``.
    """

    passage_id: int
    scores: StageScores
    terms: tuple[MatchedTerm, ...]
    missing: tuple[str, ...]
    cosine: float | None = None
    words: tuple[Pull, ...] = ()
    sentences: tuple[Pull, ...] = ()
    title: float | None = None
    complete: bool = True


def explain(retriever: Retriever, query: str, hits: Sequence[Hit]) -> list[Explanation]:
    """Explain hits of ``retriever.search(query)``, in their order.

    Embeds up to ``NOMINATED`` + 20 shortened texts and the single words of each hit that has a
    dense score: about a second a hit on two cores. The model is not loaded where none has one.

    Raises:
        UsageError: the query is empty, or the index was closed.
    """
    retriever.reader.require_open()
    dense = [i for i, hit in enumerate(hits) if hit.scores.dense is not None]
    # by the forms that the search had; where no hit has a dense score the dense form has no use
    reads_chinese = retriever.reads_chinese if dense else lambda: True
    made = form(Query(query), reads_chinese, retriever.ranking.reading)
    stems = list(dict.fromkeys(retriever.reader.lexical.terms(made.lexical)))
    added = " ".join(part.text for part in made.added)
    others = [s for s in dict.fromkeys(retriever.reader.lexical.terms(added)) if s not in stems]
    by_words = [_by_words(retriever, stems, others, hit) for hit in hits]
    if dense:
        embedder = retriever.embedder
        vector = embedder.embed_queries([made.dense])[0]
        pulled = _pulls(embedder, vector, [hits[i] for i in dense])
        for i, found in zip(dense, pulled, strict=True):
            by_words[i] = replace(by_words[i], **found)
    return by_words


def _by_words(
    retriever: Retriever, stems: Sequence[str], others: Sequence[str], hit: Hit
) -> Explanation:
    terms = _terms(retriever, [*stems, *others], hit)
    held = {term.stem for term in terms}
    missing = tuple(stem for stem in stems if stem not in held)
    return Explanation(hit.passage.id, hit.scores, terms, missing)


def _terms(retriever: Retriever, stems: Sequence[str], hit: Hit) -> tuple[MatchedTerm, ...]:
    analyse = retriever.reader.lexical.terms
    spans: dict[str, list[tuple[int, int]]] = {}
    for match in _TOKEN.finditer(hit.passage.text):
        for stem in analyse(match[0]):
            spans.setdefault(stem, []).append(match.span())
    title = set(analyse(hit.article.title))
    if hit.passage.start == 0:  # the index of words has it there too
        title |= set(analyse(hit.article.vernacular_title))
    return tuple(
        MatchedTerm(stem, tuple(spans.get(stem, ())), stem in title)
        for stem in stems
        if stem in spans or stem in title
    )


class _Pulled(TypedDict):
    """The fields of an ``Explanation`` that leaving out fills in."""

    cosine: float
    words: tuple[Pull, ...]
    sentences: tuple[Pull, ...]
    title: float | None
    complete: bool


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is left out of one passage, and the texts without it."""

    words: list[tuple[int, int]]
    sentences: list[tuple[int, int]]
    complete: bool
    texts: list[str]
    has_title: bool


def _pulls(embedder: Embedder, vector: np.ndarray, hits: Sequence[Hit]) -> list[_Pulled]:
    """Leave words, sentences and the title out of each passage: all texts in one call."""
    words = _nominated(embedder, vector, hits)
    plans = [_plan(hit, chosen) for hit, chosen in zip(hits, words, strict=True)]
    texts = [text for plan in plans for text in plan.texts]
    cosines = (embedder.embed_documents(texts) @ vector).astype(float)
    out, at = [], 0
    for plan in plans:
        own = cosines[at : at + len(plan.texts)]
        at += len(plan.texts)
        falls = (own[0] - own[1:]).tolist()
        n = len(plan.words)
        out.append(
            _Pulled(
                cosine=float(own[0]),
                words=_largest_first(plan.words, falls[:n]),
                sentences=_largest_first(plan.sentences, falls[n : n + len(plan.sentences)]),
                title=falls[-1] if plan.has_title else None,
                complete=plan.complete,
            )
        )
    return out


def _nominated(
    embedder: Embedder, vector: np.ndarray, hits: Sequence[Hit]
) -> list[tuple[list[tuple[int, int]], bool]]:
    """Return the words to leave out of each passage, in its order, and whether those are all."""
    words = [[m.span() for m in _WORD.finditer(hit.passage.text)] for hit in hits]
    long = {i for i, spans in enumerate(words) if len(spans) > NOMINATED}
    shown = sorted({hits[i].passage.text[a:b].lower() for i in long for a, b in words[i]})
    if shown:
        near = dict(zip(shown, (embedder.embed_documents(shown) @ vector).tolist(), strict=True))
    out = []
    for i, (hit, spans) in enumerate(zip(hits, words, strict=True)):
        if i not in long:
            out.append((spans, True))
            continue
        text = hit.passage.text
        best = sorted(spans, key=lambda s: (-near[text[s[0] : s[1]].lower()], s))
        out.append((sorted(best[:NOMINATED]), False))
    return out


def _plan(hit: Hit, words: tuple[list[tuple[int, int]], bool]) -> _Plan:
    text, title = hit.passage.text, hit.article.title
    start = hit.passage.start
    spans, complete = words
    parts = sentences(text)
    parts = parts if len(parts) > 1 else []  # without its only sentence nothing is left
    texts = [text, *(_without(text, *span) for span in (*spans, *parts))]
    texts = [embed_text(title, t, start) for t in texts]
    has_title = texts[0] != text
    if has_title:
        texts.append(text)
    return _Plan(spans, parts, complete, texts, has_title)


def _without(text: str, start: int, end: int) -> str:
    before, after = text[:start], text[end:]
    # one blank is left where there were two
    return before + after[1:] if before[-1:].isspace() and after[:1] == " " else before + after


def _largest_first(spans: Sequence[tuple[int, int]], falls: Sequence[float]) -> tuple[Pull, ...]:
    made = [Pull(a, b, fall) for (a, b), fall in zip(spans, falls, strict=True)]
    return tuple(sorted(made, key=lambda p: (-p.weight, p.start)))
