"""Accuracy, precision, recall and F1 of labels that were said against those of the gold.

The conventions are those of scikit-learn's ``precision_recall_fscore_support`` with ``labels``
given and ``zero_division=0``: precision of a label never said, recall of a label that never
occurs in the gold, and F1 where both are 0, are 0; macro-F1 is the plain mean over all the
given labels, so that a label which neither occurs nor is said counts 0. What is said but is
none of the labels (an abstention, an unreadable reply) is wrong, and no label of its own.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """Precision, recall and F1 of one label; ``gold`` and ``said`` count how often it is each."""

    label: str
    precision: float
    recall: float
    f1: float
    gold: int
    said: int


@dataclass(frozen=True, slots=True)
class Classified:
    """Figures over all rows.

    Attributes:
        n: rows.
        accuracy: share of rows where the said label is the gold one; 0 where there is no row.
        macro_f1: mean of F1 over the labels.
        labels: figures a label, in the order given.
        confusion: (gold, said) → rows.
        majority: share of the most frequent gold label: what always saying it would reach.
    """

    n: int
    accuracy: float
    macro_f1: float
    labels: tuple[LabelFigures, ...]
    confusion: Mapping[tuple[str, str], int]
    majority: float

    def of(self, label: str) -> LabelFigures:
        """Return the figures of one label.

        Raises:
            KeyError: it is none of those measured.
        """
        for one in self.labels:
            if one.label == label:
                return one
        raise KeyError(label)


def classify(gold: Sequence[str], said: Sequence[str], labels: Sequence[str]) -> Classified:
    """Compare two columns of labels of equal length.

    Raises:
        ValueError: the columns differ in length, or a gold label is none of ``labels``.
    """
    if strange := set(gold) - set(labels):
        raise ValueError(f"gold labels outside {list(labels)}: {sorted(strange)}")
    confusion = Counter(zip(gold, said, strict=True))
    figures = tuple(_figures(label, gold, said, confusion[label, label]) for label in labels)
    right = sum(confusion[label, label] for label in labels)
    return Classified(
        n=len(gold),
        accuracy=ratio(right, len(gold)),
        macro_f1=ratio(math.fsum(f.f1 for f in figures), len(figures)),
        labels=figures,
        confusion=dict(confusion),
        majority=ratio(max(Counter(gold).values(), default=0), len(gold)),
    )


def _figures(label: str, gold: Sequence[str], said: Sequence[str], right: int) -> LabelFigures:
    in_gold, in_said = list(gold).count(label), list(said).count(label)
    precision, recall = ratio(right, in_said), ratio(right, in_gold)
    # the harmonic mean of precision and recall in counts
    f1 = ratio(2 * right, in_gold + in_said)
    return LabelFigures(label, precision, recall, f1, in_gold, in_said)


def ratio(part: float, whole: float) -> float:
    """Return ``part / whole``, and 0 where ``whole`` is 0."""
    return part / whole if whole else 0.0
