"""What the two routes find for a query, and what is known of it before articles are looked at."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from rag.errors import IndexDamaged
from rag.index.passages import embed_text
from rag.index.reader import IndexReader
from rag.retrieval.fusion import Scores, fuse, with_feedback
from rag.retrieval.ranking import Ranking
from rag.types import Filter, Mode, Query

KNOWN = 200
"""Lexical candidates whose cosine is looked up where the dense route did not return them."""
LATE = 16
"""Lexical candidates without a stored vector that are embedded while searching, so that an
index whose embedding is not finished still ranks them by both routes."""

Embed = Callable[[Sequence[str]], np.ndarray]


@dataclass(frozen=True, slots=True)
class Candidates:
    """The scores of each route, and whether a deeper search could bring more.

    ``dense`` has cosines beyond those that the route returned; ``lowest`` is the least of these.
    """

    dense: Scores
    lexical: Scores
    vector: np.ndarray | None
    lowest: float
    more: bool


def gather(
    reader: IndexReader,
    query: Query,
    filters: Filter,
    vector: np.ndarray | None,
    depth: int,
    ranking: Ranking,
    embed: Embed,
) -> Candidates:
    """Search by the routes of the query's mode.

    Args:
        reader: the index.
        query: with its lexical form and what is added to it.
        filters: with headings exploded.
        vector: of the query, (d,); ``None`` in lexical mode.
        depth: passages a route.
        ranking: how words are weighted.
        embed: embeds documents that have no vector yet.
    """
    lexical: Scores = {}
    dense: Scores = {}
    lowest, more = math.inf, False
    if query.mode != "dense":
        delta = ranking.delta if query.mode == "hybrid" else 0.0
        found = reader.lexical.search(query.lexical, depth, filters, delta, query.added)
        lexical = dict(zip(found.ids.tolist(), found.scores.tolist(), strict=True))
        more = len(lexical) == depth
    if vector is not None:
        allowed, excluded = reader.selection(filters)
        near = reader.dense.search(vector, depth, allowed, excluded)
        dense = dict(zip(near.ids.tolist(), near.scores.tolist(), strict=True))
        lowest = min(dense.values(), default=lowest)
        more = more or len(dense) == depth
        dense |= _beside(reader, lexical, dense, vector, embed)
    return Candidates(dense, lexical, vector, lowest, more)


def ranked(reader: IndexReader, found: Candidates, mode: Mode, ranking: Ranking) -> Scores:
    """Return the score that each candidate is ranked by."""
    if mode == "dense":
        return found.dense
    if mode == "lexical" or found.vector is None:
        return found.lexical
    floor = None
    mean = reader.mean_vector if ranking.centred else None
    if mean is not None:
        # where nearly all passages are returned, some of them lie below chance
        floor = min(float(mean @ found.vector), found.lowest)
    fused = fuse(found.dense, found.lexical, ranking.dense_weight, floor)
    complete = reader.manifest.counts.embedded == reader.manifest.counts.passages
    if not ranking.feedback or not complete or mean is None:
        return fused
    return with_feedback(fused, reader.vectors, ranking.feedback)


def one_an_article(reader: IndexReader, order: Iterable[int], k: int) -> list[int]:
    """Return the first ``k`` passages of distinct articles.

    Raises:
        IndexDamaged: the store lacks a passage that a derived index names.
    """
    passages = list(order)
    chosen: list[int] = []
    seen: set[int] = set()
    step = min(max(64, 2 * k), 5000)  # SQLite bounds the values of one query
    for at in range(0, len(passages), step):
        part = passages[at : at + step]
        rows = reader.rows_of(part)
        for pid in part:
            row = rows.get(pid)
            if row is None:
                raise IndexDamaged(
                    f"{reader.directory} lacks passage {pid} that its word or vector "
                    "index names; ingest the literature again"
                )
            if row not in seen:
                seen.add(row)
                chosen.append(pid)
                if len(chosen) == k:
                    return chosen
    return chosen


def _beside(
    reader: IndexReader, lexical: Scores, dense: Scores, vector: np.ndarray, embed: Embed
) -> Scores:
    """Return cosines of the best lexical candidates that the dense route did not return.

    Where the vectors are not complete these are all that have one, perhaps by an ingest that
    has not published, and a few that are embedded now.
    """
    counts = reader.manifest.counts
    complete = counts.embedded == counts.passages
    if complete and reader.mean_vector is None:  # the vectors are damaged; a flat index has its own
        return {}
    wanted = KNOWN if complete else len(lexical)
    best = heapq.nsmallest(wanted, lexical, key=lambda pid: (-lexical[pid], pid))
    outside = [pid for pid in best if pid not in dense]
    rows = len(reader.vectors) if outside else 0
    stored = [pid for pid in outside if pid < rows]
    known = np.asarray(reader.vectors[stored], dtype=np.float32) @ vector if stored else []
    scores = {pid: float(cosine) for pid, cosine in zip(stored, known, strict=True)}
    missing = [pid for pid in outside if pid >= rows][:LATE]
    if not missing:
        return scores
    texts = [
        embed_text(article.title, passage.text, passage.start)
        for passage, article in reader.passages(missing)
    ]
    return scores | dict(zip(missing, (embed(texts) @ vector).tolist(), strict=True))
