"""How passages are ranked: the few numbers, and why they are what they are.

The defaults were not fitted to any one set. Each was tried over a wide range on five sets of
different kinds (abstracts for topics, for questions and for claims, reviews' searches, lay
questions), and stands in the middle of the range where all of them gain
(docs/decisions/0018-ranking.md has the figures, and what was tried and left out).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ranking:
    """The numbers of a ranking; ``PLAIN`` has those of an ordinary hybrid search.

    Attributes:
        dense_weight: share of the dense route in the fused score, 0 to 1.
        delta: what a passage gains for holding a word at all, in units of the word's idf, so
            that a long passage with all the words beats a short one that repeats a few: BM25+
            (Lv and Zhai, "Lower-Bounding Term Frequency Normalization", CIKM 2011). 0 is BM25,
            which is what searches where words search alone: beside the vectors a word's
            presence is what they do not know, alone its frequency tells more.
        centred: scale cosines from that of a passage taken at random, instead of from the
            least of the candidates, which depends on how many there are and on the filter.
        feedback: share of the likeness to the first hits in the final score (the dense form of
            pseudo-relevance feedback: Rocchio with one round, on the candidates alone).
        reading: search by the words of the question that say what it is about, and by other
            names and spellings of them (``rag.retrieval.forms``), instead of by all its words.
    """

    dense_weight: float = 0.6
    delta: float = 2.0
    centred: bool = True
    feedback: float = 0.1
    reading: bool = True


DEFAULT = Ranking()
PLAIN = Ranking(dense_weight=0.5, delta=0.0, centred=False, feedback=0.0, reading=False)
"""BM25 and cosines, each scaled by its minimum and maximum, with equal weights: what medlit's
ranking is measured against."""
