"""A linear-chain conditional random field that marks names, addresses and facilities.

The weights are medlit's own (``weights/README.md``). Scores of a token are sums of the weights of
its features (``tagger_features``); the best sequence is found by Viterbi's recursion over all
segments at once, in numpy. Time is linear in the length of the text. This module knows no rules:
those are in ``names_rules``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING
from zlib import crc32

from rag.privacy import tagger_features as tf
from rag.privacy.vocabulary import fold

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

LABELS = ("O", "B-name", "I-name", "B-address", "I-address", "B-facility", "I-facility")
BLOCK = 20_000
"""Tokens worked on at a time, so that a long text needs no more memory than a short one."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """A stretch ``text[start:end]`` and its kind: name, address or facility."""

    start: int
    end: int
    kind: str


def feature_hash(name: str) -> int:
    """Return the 32-bit number that a feature is stored under (CRC-32 of its UTF-8 bytes)."""
    return crc32(name.encode("utf-8", "surrogatepass"))


class Tagger:
    """The weights, and caches of what distinct words add. Safe to use again for any text."""

    def __init__(self, keys: list[int], values: Floats, moves: Floats) -> None:
        import numpy as np

        self._row = {key: i for i, key in enumerate(keys)}
        self._values = np.vstack([values, np.zeros((1, len(LABELS)), np.float32)])
        self._moves = moves
        self._words: dict[tuple[str, str], tuple[str, str, Floats]] = {}
        self._pairs: dict[str, int] = {}
        self._off = np.stack(
            [self._sum([f"{step}off"]) for step in range(-tf.REACH, tf.REACH + 1)]
        )
        self._bias = self._sum(["b"])

    @classmethod
    @lru_cache(maxsize=1)
    def shipped(cls) -> Tagger:
        """Load the weights beside this module, once."""
        import numpy as np
        from safetensors.numpy import load_file

        with as_file(files("rag.privacy") / "weights" / "tagger.safetensors") as path:
            arrays = load_file(str(path))
        return cls(arrays["keys"].tolist(), arrays["values"].astype(np.float32), arrays["moves"])

    def tag(self, text: str) -> list[Tagged]:
        """Return the stretches found in ``text``, sorted and apart from each other."""
        parts = tf.tokens(text)
        if not parts:
            return []
        modes = tf.modes(parts)
        found: list[Tagged] = []
        pieces = tf.segments(parts)
        first = 0
        for i, (_, end) in enumerate(pieces):
            if end - pieces[first][0] >= BLOCK or i + 1 == len(pieces):
                block = pieces[first : i + 1]
                found.extend(self._block(parts, modes, block))
                first = i + 1
        return found

    def _block(
        self, parts: list[tf.Token], modes: list[str], pieces: list[tuple[int, int]]
    ) -> list[Tagged]:
        base = pieces[0][0]
        scores = self._scores(parts, modes, pieces)
        labels = self._viterbi(scores, [(a - base, b - base) for a, b in pieces])
        found: list[Tagged] = []
        for a, b in pieces:
            i = a
            while i < b:
                kind = LABELS[labels[i - base]][2:]
                j = i + 1
                while j < b and LABELS[labels[j - base]] == f"I-{kind}":
                    j += 1
                if kind:
                    found.append(Tagged(parts[i].start, parts[j - 1].end, kind))
                i = j
        return found

    def _sum(self, names: list[str] | tuple[str, ...]) -> Floats:
        rows = [self._row.get(feature_hash(name), -1) for name in names]
        total: Floats = self._values[rows].sum(axis=0)
        return total

    def _word(self, word: str, mode: str) -> tuple[str, str, Floats]:
        """Class and cue of a word, and what it adds to the tokens at each step: [7 + 1, labels]."""
        known = self._words.get((word, mode))
        if known is None:
            import numpy as np

            flags = tf.lexicon().get(fold(word), "")
            kind, attributes = tf.word_attributes(word, mode, flags)
            steps = [
                self._sum([f"{step}{name}" for name in attributes])
                for step in range(-tf.REACH, tf.REACH + 1)
            ]
            steps[tf.REACH] = steps[tf.REACH] + self._sum(tf.own_attributes(word, mode))
            known = kind, tf.cue(word, flags), np.stack(steps)
            if len(self._words) > 100_000:
                self._words.clear()
            self._words[word, mode] = known
        return known

    def _pair(self, name: str) -> int:
        row = self._pairs.get(name)
        if row is None:
            row = self._row.get(feature_hash(name), -1)
            if len(self._pairs) > 200_000:
                self._pairs.clear()
            self._pairs[name] = row
        return row

    def _scores(
        self, parts: list[tf.Token], modes: list[str], pieces: list[tuple[int, int]]
    ) -> Floats:
        """Scores of every token of the segments: [tokens, labels]."""
        import numpy as np

        out = np.empty((pieces[-1][1] - pieces[0][0], len(LABELS)), np.float32)
        base, reach = pieces[0][0], tf.REACH
        for a, b in pieces:
            size = b - a
            seen = [self._word(parts[i].text, modes[i]) for i in range(a, b)]
            kinds, cues = [s[0] for s in seen], [s[1] for s in seen]
            adds = np.stack([s[2] for s in seen])  # [size, 7, labels]
            rows = [
                [self._pair(name) for name in tf.pair_attributes(kinds, cues, i)]
                for i in range(size)
            ]
            score = self._values[rows].sum(axis=1) + self._bias
            for step in range(-reach, reach + 1):
                lo, hi = max(0, -step), min(size, size - step)
                if lo < hi:
                    score[lo:hi] += adds[lo + step : hi + step, step + reach]
                score[: min(lo, size)] += self._off[step + reach]
                score[max(hi, 0) :] += self._off[step + reach] if step > 0 else 0
            out[a - base : b - base] = score
        return out

    def _viterbi(self, scores: Floats, pieces: list[tuple[int, int]]) -> list[int]:
        """Return the best label of each token, the segments side by side in one batch."""
        import numpy as np

        sizes = np.array([b - a for a, b in pieces])
        longest, n = int(sizes.max()), len(pieces)
        grid = np.zeros((n, longest, len(LABELS)), np.float32)
        for k, (a, b) in enumerate(pieces):
            grid[k, : b - a] = scores[a:b]
        best = grid[:, 0].copy()
        back = np.zeros((n, longest, len(LABELS)), np.int8)
        last = np.where((sizes == 1)[:, None], best, 0)
        for t in range(1, longest):
            paths = best[:, :, None] + self._moves  # [segments, from, to]
            back[:, t] = paths.argmax(axis=1)
            best = paths.max(axis=1) + grid[:, t]
            last = np.where((sizes == t + 1)[:, None], best, last)
        labels: list[int] = []
        here = last.argmax(axis=1)
        path = np.zeros((n, longest), np.int8)
        every = np.arange(n)
        for t in range(longest - 1, -1, -1):
            inside = t < sizes
            path[:, t] = np.where(inside, here, 0)
            if t:
                here = np.where(inside, back[every, t, here], here)
        for k, size in enumerate(sizes.tolist()):
            labels.extend(path[k, :size].tolist())
        return labels
