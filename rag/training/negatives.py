"""Hard negatives: passages that the current embedder finds for a question and that are wrong.

The passages of the pairs, and of an index where one is given, are searched by their vectors. A
passage that is nearly as close to the question as its own one may be right without anyone having
marked it, so such are passed over (positive-aware mining: Moreira et al., "NV-Retriever",
arXiv:2407.15831, 2024).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from rag.models.embedder import Embedder
from rag.progress import Progress
from rag.training.sources import require_literature
from rag.training.text_pairs import TextPair

CLOSEST = 0.95
"""A negative's cosine is below this share of the positive's."""
DEPTH = 50
"""Passages looked at for a question."""
CHOICE = 8
"""One of so many of the best that are left is drawn: the very best are the most doubtful."""
_BLOCK = 256


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that was found: its text, its article's name, its cosine to the question."""

    text: str
    article: str
    cosine: float


Search = Callable[[Sequence[str]], list[list[Found]]]


def mine(
    pairs: Sequence[TextPair],
    embedder: Embedder,
    progress: Progress,
    index: Path | None = None,
    seed: int = 0,
    barred: Callable[[str], bool] = lambda _: False,
    known: Iterable[TextPair] = (),
) -> list[str | None]:
    """Return a hard negative for each pair, ``None`` where all that is near may be right.

    Args:
        pairs: what is trained on; their passages are what is searched.
        embedder: the model as it is before training.
        progress: told of stages.
        index: passages of this index are searched too; it must be the embedder's.
        seed: of the draws.
        barred: says of a passage of the index whether nothing may be trained on it.
        known: pairs that were read and are not trained on: what they say is right is no negative,
            though the article stands in the pool with another question.

    Raises:
        IndexMismatch: the index was made with another embedder.
        UsageError: it is one of clinical notes.
    """
    rng = random.Random(seed)
    queries = list(dict.fromkeys(p.query for p in pairs))
    passages = {p.passage: p.article for p in pairs}
    # first what may be refused: an index of another embedder
    further = [_in_index(index, embedder, queries)] if index is not None else []
    progress.start("embedding passages", len(passages), "passages")
    texts = list(passages)
    rows = []
    for at in range(0, len(texts), _BLOCK):
        rows.append(embedder.embed_documents(texts[at : at + _BLOCK]))
        progress.advance(len(rows[-1]))
    progress.finish()
    vectors = np.concatenate(rows)
    asked = embedder.embed_queries(queries)
    searches = [_in_pool(texts, list(passages.values()), vectors, asked), *further]
    found = [[one for hits in each for one in hits] for each in zip(*searches, strict=True)]
    place = {text: i for i, text in enumerate(texts)}
    row_of = {query: i for i, query in enumerate(queries)}
    own: dict[str, set[str]] = {}
    for pair in (*pairs, *known):
        own.setdefault(pair.query, set()).add(pair.article)
    out: list[str | None] = []
    for pair in pairs:
        at = row_of[pair.query]
        limit = CLOSEST * float(asked[at] @ vectors[place[pair.passage]])
        left = [f for f in found[at] if f.cosine < limit and f.article not in own[pair.query]]
        left.sort(key=lambda f: (-f.cosine, f.text))
        # the pairs' own passages were looked at before
        free = (f.text for f in left if f.text in place or not barred(f.text))
        best = list(islice(free, CHOICE))
        out.append(rng.choice(best) if best else None)
    return out


def _in_pool(
    texts: Sequence[str], articles: Sequence[str], vectors: np.ndarray, asked: np.ndarray
) -> list[list[Found]]:
    import faiss

    pool = faiss.IndexFlatIP(vectors.shape[1])
    pool.add(vectors)
    cosines, rows = pool.search(asked, min(DEPTH, len(texts)))
    return [
        [Found(texts[i], articles[i], float(c)) for i, c in zip(row, near, strict=True)]
        for row, near in zip(rows, cosines, strict=True)
    ]


def _in_index(index: Path, embedder: Embedder, queries: Sequence[str]) -> list[list[Found]]:
    from rag.retrieval import Retriever

    out: list[list[Found]] = []
    with closing(Retriever.open(index, embedder=embedder)) as retriever:
        require_literature(retriever.reader)
        for at in range(0, len(queries), _BLOCK):
            for hits in retriever.search_many(queries[at : at + _BLOCK], DEPTH, mode="dense"):
                out.append(
                    [
                        Found(h.passage.text, h.article.id, h.scores.dense)
                        for h in hits
                        if h.scores.dense is not None
                    ]
                )
    return out
