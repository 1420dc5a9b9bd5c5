"""Likeness of texts: cosines of an embedder, remembered for one answer, or shared words.

One :class:`Similarity` lives as long as one answer, so that a sentence which the composer
and the verifier both look at is embedded once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from rag.claims.lexicon import content_terms, jaccard

Vectors = npt.NDArray[np.float32]

BACKGROUND = (
    "The kidneys of the older rats weighed more than those of the young ones.",
    "Nurses were asked about their shifts in a postal survey of twelve hospitals.",
    "The enzyme was crystallised and its structure solved at high resolution.",
    "Patients stayed in hospital for a median of six days after the operation.",
    "Children who slept longer had better marks at school.",
    "Expression of the gene was highest in liver and lowest in muscle.",
    "Fractures of the wrist healed within eight weeks in a plaster cast.",
    "The vaccine was given in two doses four weeks apart.",
    "Mutations of the receptor were found in a third of the tumours.",
    "Blood pressure fell by five points in both groups of the trial.",
    "Water from the wells held more fluoride than the limit allows.",
    "The questionnaire was translated and tested in three countries.",
    "Bacteria grew on the catheters within two days of insertion.",
    "Visual acuity improved after surgery of the cataract.",
    "Pregnant women were offered iron at each visit.",
    "Neurons of the cortex fired less when the animal was at rest.",
)
"""Sentences of many fields that have nothing to do with a given question: what an embedder's
cosines look like where there is no likeness."""


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
        self._chance: dict[str, float] = {}

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

    def matrix(self, texts: Sequence[str]) -> Vectors:
        """Return the cosines of all pairs of texts, (n, n); only with an embedder."""
        self.prime(texts)
        rows = np.stack([self._documents[t] for t in texts])
        return rows @ rows.T

    def to_question(self, question: str, text: str) -> float:
        """Return the likeness of a question and a text."""
        if self._embedder is None:
            return jaccard(content_terms(question), content_terms(text))
        if question not in self._queries:
            self._queries[question] = self._embedder.embed_queries([question])[0]
        self.prime((text,))
        return float(self._queries[question] @ self._documents[text])

    def above_chance(self, question: str, cosine: float) -> float:
        """Return (cosine - chance) / (1 - chance): 0 for an unrelated text, 1 for the same.

        Chance is the mean cosine of the question with ``BACKGROUND``. Embedders whose cosines
        differ by an added constant (as where all texts share a direction) agree on the result,
        so that a threshold on it carries over from one to another.
        """
        if self._embedder is None:
            return cosine
        if question not in self._chance:
            self._documents |= _background(self._embedder)
            cosines = [self.to_question(question, text) for text in BACKGROUND]
            self._chance[question] = float(np.mean(cosines))
        chance = self._chance[question]
        return (cosine - chance) / max(1.0 - chance, 1e-6)


_known: WeakKeyDictionary[Embedder, dict[str, Vectors]] = WeakKeyDictionary()


def _background(embedder: Embedder) -> dict[str, Vectors]:
    """Return text → vector of ``BACKGROUND``, embedded once an embedder."""
    try:
        if embedder not in _known:
            rows = embedder.embed_documents(BACKGROUND)
            _known[embedder] = dict(zip(BACKGROUND, rows, strict=True))
        return _known[embedder]
    except TypeError:  # one that cannot be weakly referred to or hashed
        return dict(zip(BACKGROUND, embedder.embed_documents(BACKGROUND), strict=True))
