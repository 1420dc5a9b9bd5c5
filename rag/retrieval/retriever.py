"""The retriever: what runs the stages over one opened index."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from rag.errors import ModelError, UsageError
from rag.filtering import exploded
from rag.index.manifest import require_same_embedder
from rag.index.passages import embed_text
from rag.index.reader import IndexReader
from rag.index.values import UnknownValue
from rag.mesh_tree import MeshTree
from rag.models.embedder import Embedder, load_embedder
from rag.models.reranker import Reranker, load_reranker
from rag.offline import enforce, is_offline
from rag.retrieval.boost import boosted
from rag.retrieval.candidates import gather, one_an_article, ranked
from rag.retrieval.forms import form
from rag.retrieval.fusion import Scores
from rag.retrieval.ranking import DEFAULT, Ranking
from rag.retrieval.translate import CHINESE
from rag.types import Filter, Hit, Mode, Query, StageScores

DEPTH = 1000
"""Passages a route, at first."""
RERANK_DEPTH = 50


class Retriever:
    """Searches one generation of an index. Safe for several threads.

    Use it in a ``with`` block, or call ``close``. What an index gets later is seen by those
    who open it later.
    """

    def __init__(
        self,
        reader: IndexReader,
        embedder: Embedder | None = None,
        reranker: Reranker | None = None,
        device: str = "auto",
        mesh_tree: MeshTree | None = None,
        ranking: Ranking = DEFAULT,
    ) -> None:
        self.reader = reader
        self.ranking = ranking
        self.mesh_tree = mesh_tree
        self._device = device
        self._lock = threading.Lock()
        self._embedder = embedder
        self._reranker = reranker
        if embedder is not None:
            require_same_embedder(reader.manifest.embedder, embedder.identity, reader.directory)

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        embedder: Embedder | str | None = None,
        reranker: Reranker | str | None = None,
        device: str = "auto",
        mesh_tree: MeshTree | str | Path | None = None,
        ranking: Ranking = DEFAULT,
    ) -> Retriever:
        """Open an index for searching.

        Args:
            path: the index folder.
            embedder: by default the one that made the index, loaded on the first query.
            reranker: a cross-encoder (name, folder or hub id) for the top hits, or ``None``.
            device: ``auto``, ``cpu``, ``cuda`` or ``mps``.
            mesh_tree: NLM's ``mtreesYYYY.bin``, by which a heading in a filter finds all below
                it; without one a heading is taken alone.
            ranking: the numbers of the ranking; ``rag.retrieval.PLAIN`` for an ordinary hybrid.

        Raises:
            IndexNotFound: there is no index.
            ConfigError: ``mesh_tree`` cannot be read.
            IndexMismatch: ``embedder`` is not the one that made the index.
            ModelError: a model cannot be had.
        """
        if is_offline():  # MEDLIT_OFFLINE binds code that imports the library too
            enforce()
        if isinstance(mesh_tree, (str, Path)):
            mesh_tree = MeshTree.read(mesh_tree)
        reader = IndexReader.open(path)
        if isinstance(embedder, str):
            embedder = load_embedder(embedder, device)
        if isinstance(reranker, str):
            reranker = load_reranker(reranker, device)
        return cls(reader, embedder, reranker, device, mesh_tree, ranking)

    def close(self) -> None:
        """Close the index and let go of the models that were loaded for it.

        A search of another thread ends first, or raises ``UsageError`` as every later one does.
        """
        self.reader.close()
        with self._lock:  # not their close(): a thread may be inside of them
            self._embedder = self._reranker = None

    def __enter__(self) -> Retriever:
        self.reader.require_open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def embedder(self) -> Embedder:
        """The query embedder, loaded on first use and compared with the index's."""
        with self._lock:
            if self._embedder is None:
                self.reader.require_open()
                stored = self.reader.manifest.embedder
                loaded = load_embedder(stored.spec, self._device)
                require_same_embedder(stored, loaded.identity, self.reader.directory)
                self._embedder = loaded
            return self._embedder

    def search(
        self,
        query: str,
        k: int = 10,
        filters: Filter | None = None,
        *,
        mode: Mode = "hybrid",
        evidence_boost: float = 0.0,
    ) -> list[Hit]:
        """Return up to ``k`` hits, best first, at most one an article.

        Args:
            query: a question or keywords.
            k: how many articles.
            filters: which articles may be found; by default all but the retracted.
            mode: ``hybrid``, ``dense`` or ``lexical``.
            evidence_boost: how much stronger study designs are preferred among the
                candidates, 0 not at all; see ``rag.retrieval.boost``.

        Raises:
            UsageError: the query is empty, ``k`` is not positive, the mode is unknown, a filter
                has a heading with a qualifier, the query is in Chinese and holds no term that
                is known, or the index was closed.
        """
        kept = Filter() if filters is None else filters
        return self.run(Query(query, k, mode, kept, evidence_boost=evidence_boost))

    def unknown_values(self, filters: Filter) -> tuple[UnknownValue, ...]:
        """Return the names of a filter that no article bears, with the closest that are held."""
        return self.reader.unknown_values(filters, self.mesh_tree)

    def search_many(
        self,
        queries: Iterable[str],
        k: int = 10,
        filters: Filter | None = None,
        *,
        mode: Mode = "hybrid",
        evidence_boost: float = 0.0,
    ) -> list[list[Hit]]:
        """Return the hits of each query, in their order; the queries are embedded together.

        Raises:
            UsageError: see ``search``; nothing is searched where one query is refused.
        """
        self.reader.require_open()
        if isinstance(queries, str):
            raise UsageError("search_many takes several queries; give a list, or use search")
        kept = Filter() if filters is None else filters
        made = [
            form(
                Query(q, k, mode, kept, evidence_boost=evidence_boost),
                self.reads_chinese,
                self.ranking.reading,
            )
            for q in queries
        ]
        if not made:
            return []
        vectors: Sequence[np.ndarray | None] = [None] * len(made)
        if mode != "lexical":
            vectors = list(self.embedder.embed_queries([q.dense for q in made]))
        return [self._run(q, v) for q, v in zip(made, vectors, strict=True)]

    async def asearch(
        self,
        query: str,
        k: int = 10,
        filters: Filter | None = None,
        *,
        mode: Mode = "hybrid",
        evidence_boost: float = 0.0,
    ) -> list[Hit]:
        """Do what ``search`` does, in a thread, so that the event loop goes on.

        A task that is cancelled stops waiting; its search ends unheard.
        """
        return await asyncio.to_thread(
            self.search, query, k, filters, mode=mode, evidence_boost=evidence_boost
        )

    async def asearch_many(
        self,
        queries: Iterable[str],
        k: int = 10,
        filters: Filter | None = None,
        *,
        mode: Mode = "hybrid",
        evidence_boost: float = 0.0,
    ) -> list[list[Hit]]:
        """Do what ``search_many`` does, in a thread; see ``asearch``."""
        asked = list(queries)  # a generator belongs to the thread of its caller
        return await asyncio.to_thread(
            self.search_many, asked, k, filters, mode=mode, evidence_boost=evidence_boost
        )

    def run(self, query: Query) -> list[Hit]:
        """Search for a ``Query``; see ``search``."""
        self.reader.require_open()
        query = form(query, self.reads_chinese, self.ranking.reading)
        vector = None
        if query.mode != "lexical":
            vector = self.embedder.embed_queries([query.dense])[0]
        return self._run(query, vector)

    def reads_chinese(self) -> bool:
        """Return whether the index's embedder does; loads it."""
        return self.embedder.reads(CHINESE)

    def _run(self, query: Query, vector: np.ndarray | None) -> list[Hit]:
        filters = exploded(query.filters, self.mesh_tree)
        reranker = self._reranker  # close() may take it away meanwhile
        wanted = max(query.k, RERANK_DEPTH) if reranker else query.k
        depth, scores, final, order = DEPTH, Scores(), Scores(), list[int]()
        while True:
            found = gather(
                self.reader, query, filters, vector, depth, self.ranking, self._embed_documents
            )
            # what a deeper search adds stands below what is ranked already: how many articles
            # are asked for must not move the first of them
            scores = ranked(self.reader, found, query.mode, self.ranking) | scores
            final = self._boosted(scores, query.evidence_boost) | final
            added = sorted(final.keys() - set(order), key=lambda pid: (-final[pid], pid))
            if order:
                last = final[order[-1]]
                final |= {pid: min(final[pid], last) for pid in added}
            order += added
            chosen = one_an_article(self.reader, order, wanted)
            # articles of many passages may fill the depth before there are k of them
            if len(chosen) >= query.k or not found.more:
                break
            depth *= 4
        hits = [
            Hit(
                passage=passage,
                article=article,
                score=final[passage.id],
                rank=rank,
                scores=StageScores(
                    dense=found.dense.get(passage.id),
                    lexical=found.lexical.get(passage.id),
                    fused=scores[passage.id] if query.mode == "hybrid" else None,
                ),
            )
            for rank, (passage, article) in enumerate(self.reader.passages(chosen), start=1)
        ]
        if reranker is not None:
            hits = self._rerank(reranker, query.read_as or query.text, hits, query.evidence_boost)
        return [replace(hit, rank=i) for i, hit in enumerate(hits[: query.k], start=1)]

    def _embed_documents(self, texts: Sequence[str]) -> np.ndarray:
        return self.embedder.embed_documents(texts)

    def _boosted(self, scores: Scores, boost: float) -> Scores:
        levels = self.reader.evidence_levels(scores) if boost else {}
        return boosted(scores, levels, boost)

    def _rerank(self, reranker: Reranker, text: str, hits: list[Hit], boost: float) -> list[Hit]:
        scores = reranker.score(
            text, [embed_text(h.article.title, h.passage.text, h.passage.start) for h in hits]
        )
        if len(scores) != len(hits) or not np.isfinite(scores).all():
            raise ModelError(
                f"the reranker gave {len(scores)} scores for {len(hits)} passages, or some that "
                "are no numbers; use another"
            )
        final = self._boosted(
            {h.passage.id: float(s) for h, s in zip(hits, scores, strict=True)}, boost
        )
        scored = [
            replace(hit, score=final[hit.passage.id], scores=replace(hit.scores, rerank=float(s)))
            for hit, s in zip(hits, scores, strict=True)
        ]
        return sorted(scored, key=lambda h: (-h.score, h.passage.id))
