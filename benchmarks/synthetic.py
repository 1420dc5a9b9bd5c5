"""Vectors with the statistics of real ones, as many as wanted.

Real unit vectors (of an index that medlit made) are the trunk of a tree. From each of them
grow branches, from these others, about ``BRANCH`` from each, until there are enough:

    child = √(1-v)·parent + √v·g        g Gaussian with the covariance of the real vectors

so that mean and principal components stay the real ones at every level, subjects are unequal
in size, and doubling the number brings neighbours nearer, as it does in real literature.
The one parameter, v, is fitted: a tree on a sixteenth of the real vectors, grown to their number,
shall have neighbours (1st, 10th, 100th of queries outside the set) as near as the real ones.

This is a model. ``benchmarks/large.py fidelity`` shows where it differs from real vectors.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

BRANCH = 4
AT = (1, 10, 100)


@dataclass(frozen=True, slots=True)
class Model:
    """What is drawn from: real vectors, the root of their covariance, the share v."""

    trunk: np.ndarray  # (m, d) float32, mean taken off
    mean: np.ndarray  # (d,)
    root: np.ndarray  # (d, d): root @ root.T is the covariance
    share: float

    def blocks(self, count: int, seed: int) -> Iterator[np.ndarray]:
        """Yield ``count`` unit vectors, float32, a block a real vector; the same twice."""
        sizes = np.random.default_rng(seed).dirichlet(np.full(len(self.trunk), 2.0))
        ends = np.round(np.cumsum(sizes) * count).astype(int)
        for i, (end, begin) in enumerate(zip(ends, [0, *ends[:-1]], strict=True)):
            if end > begin:
                yield self._grown(self.trunk[i], end - begin, np.random.default_rng((seed, i)))

    def draw(self, count: int, seed: int) -> np.ndarray:
        """Return ``count`` unit vectors in random order."""
        out = np.concatenate(list(self.blocks(count, seed)))
        return out[np.random.default_rng(seed).permutation(len(out))]

    def _grown(self, start: np.ndarray, count: int, random: np.random.Generator) -> np.ndarray:
        level = start[None, :]
        while True:
            size = min(BRANCH * len(level), count)
            weights = random.dirichlet(np.full(len(level), 2.0))
            level = level[random.choice(len(level), size, p=weights)]
            own = random.standard_normal((size, len(start)), dtype=np.float32) @ self.root.T
            level = np.sqrt(1 - self.share) * level + np.sqrt(self.share) * own
            if size == count:
                out = (level + self.mean).astype(np.float32)
                return out / np.linalg.norm(out, axis=1, keepdims=True)


def model_of(real: np.ndarray, share: float, trunk: int | None = None) -> Model:
    """Return the model of real unit vectors (m, d) that grows from ``trunk`` of them."""
    real = np.asarray(real, dtype=np.float32)
    mean = real.mean(axis=0)
    seeds = real - mean
    values, axes = np.linalg.eigh(np.cov(seeds, rowvar=False))
    root = (axes * np.sqrt(np.maximum(values, 0))).astype(np.float32)
    return Model(seeds[:trunk], mean, root, share)


def neighbours(vectors: np.ndarray, queries: np.ndarray) -> list[float]:
    """Return the mean cosine of the ``AT``-th nearest vectors of queries outside the set."""
    scores = -np.sort(-(queries @ vectors.T), axis=1)
    return [round(float(scores[:, i - 1].mean()), 3) for i in AT]


def fit(real: np.ndarray, held: np.ndarray) -> Model:
    """Return the model whose neighbours are as near as the real set's.

    Args:
        real: (m, d) the real vectors, in random order.
        held: (q, d) real vectors outside of them, as queries.
    """
    wanted = neighbours(real, held)
    off = {}
    for share in np.arange(0.05, 0.65, 0.05):
        model = model_of(real, float(share), len(real) // 16)
        made = model.draw(len(real) + len(held), seed=11)
        off[float(share)] = np.abs(
            np.subtract(neighbours(made[len(held) :], made[: len(held)]), wanted)
        ).sum()
    return model_of(real, min(off, key=off.__getitem__))


def stored(directory: Path) -> np.ndarray:
    """Return the vectors of an index that medlit made, float32, in random order."""
    from rag.index.reader import IndexReader

    reader = IndexReader.open(directory)
    try:
        vectors = np.asarray(reader.vectors, dtype=np.float32)
    finally:
        reader.close()
    lengths = np.linalg.norm(vectors, axis=1)
    vectors = vectors[lengths > 0.5] / lengths[lengths > 0.5, None]
    return vectors[np.random.default_rng(0).permutation(len(vectors))]
