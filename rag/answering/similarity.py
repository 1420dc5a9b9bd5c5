"""Likeness of texts: cosines of an embedder, remembered for one answer, or shared words.

One :class:`Similarity` lives as long as one answer, so that a sentence which the composer
and the verifier both look at is embedded once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from rag.claims.lexicon import content_terms, jaccard

Vectors = npt.NDArray[np.float32]


class Embedder(Protocol):
    """What this room asks of an embedder: (n, d) float32 rows of length 1."""

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Embed texts of the literature."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed questions."""
        ...


class Similarity:
    """Similarity of texts, by cosine where there is an embedder, else by shared stems."""

    def __init__(self, embedder: Embedder | None = None) -> None:
        self._embedder = embedder
        self._documents: dict[str, Vectors] = {}
        self._queries: dict[str, Vectors] = {}

    @property
    def dense(self) -> bool:
        """True where cosines are those of an embedder."""
        return self._embedder is not None

    def prime(self, texts: Sequence[str]) -> None:
        """Embed all texts not seen yet in one call."""
        if self._embedder is None:
            return
        new = [t for t in dict.fromkeys(texts) if t not in self._documents]
        if new:
            for text, row in zip(new, self._embedder.embed_documents(new), strict=True):
                self._documents[text] = row

    def between(self, a: str, b: str) -> float:
        """Return the likeness of two texts of the literature, in [-1, 1] or [0, 1]."""
        if self._embedder is None:
            return jaccard(content_terms(a), content_terms(b))
        self.prime((a, b))
        return float(self._documents[a] @ self._documents[b])

    def to_question(self, question: str, text: str) -> float:
        """Return the likeness of a question and a text."""
        if self._embedder is None:
            return jaccard(content_terms(question), content_terms(text))
        if question not in self._queries:
            self._queries[question] = self._embedder.embed_queries([question])[0]
        self.prime((text,))
        return float(self._queries[question] @ self._documents[text])
