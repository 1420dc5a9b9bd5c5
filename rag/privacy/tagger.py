"""A linear-chain conditional random field that marks names, addresses and facilities.

The weights are medlit's own (``weights/README.md``). Scores of a token are sums of the weights of
its features (``tagger_features``); the best sequence is found by Viterbi's recursion over all
segments at once, in numpy. Time is linear in the length of the text. This module knows no rules:
those are in ``names_rules``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from rag.privacy import tagger_features as tf
from rag.privacy.vocabulary import fold

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

LABELS = ("O", "B-name", "I-name", "B-address", "I-address", "B-facility", "I-facility")
LENIENCE = 1.5
"""Taken from the score of "nothing here": an identifier missed is worse than a word too many.
Settled on templates of the training part that a model of its own had not seen."""
BLOCK = 20_000
"""Tokens worked on at a time, so that a long text needs no more memory than a short one."""


CACHED = 100_000
"""Distinct words, and pairs of each sort, that are remembered."""
STEPS = range(-tf.REACH, tf.REACH + 1)


@dataclass(frozen=True, slots=True)
class Tagged:
    """A stretch ``text[start:end]`` and its kind: name, address or facility."""

    start: int
    end: int
    kind: str


def feature_hash(name: str) -> int:
    """Return the 32-bit number that a feature is stored under (CRC-32 of its UTF-8 bytes)."""
    return crc32(name.encode("utf-8", "surrogatepass"))


class _Rows(dict[tuple[str, str], tuple[int, ...]]):
    """Pair of neighbours → rows of the weights of the features made of it, filled as met."""

    def __init__(self, row: Mapping[int, int], prefixes: tuple[str, ...]) -> None:
        super().__init__()
        self._row, self._prefixes = row, prefixes

    def __missing__(self, pair: tuple[str, str]) -> tuple[int, ...]:
        if len(self) > CACHED:
            self.clear()
        a, b = pair
        found = tuple(self._row.get(feature_hash(f"{p}={a}|{b}"), -1) for p in self._prefixes)
        self[pair] = found
        return found


class _Word(NamedTuple):
    """A distinct word: its class and cue, and where in the table what it adds to others is."""

    kind: str
    cue: str
    at: int


class Tagger:
    """The weights, and caches of what distinct words add. Safe to use again for any text."""

    def __init__(self, keys: list[int], values: Floats, moves: Floats) -> None:
        import numpy as np

        self._row = {key: i for i, key in enumerate(keys)}
        self._values = np.vstack([values, np.zeros((1, len(LABELS)), np.float32)])
        self._moves = moves
        self._words: dict[tuple[str, str], _Word] = {}
        self._kinds = _Rows(self._row, ("p-", "p+"))
        self._around = _Rows(self._row, ("q",))
        self._before = _Rows(self._row, ("v",))
        off = np.stack([self._sum([f"{step}off"]) for step in STEPS])
        # what words add, by number: [words, steps, labels]; the first is "beyond the segment"
        self._adds = np.zeros((1024, *off.shape), np.float32)
        self._adds[0] = off
        self._bias = self._sum(["b"])
        self._bias[0] -= LENIENCE

    @classmethod
    @lru_cache(maxsize=1)
    def shipped(cls) -> Tagger:
        """Load the weights beside this module, once."""
        import numpy as np
        from safetensors.numpy import load_file

        with as_file(files("rag.privacy") / "weights" / "tagger.safetensors") as path:
            arrays = load_file(str(path))
        return cls(arrays["keys"].tolist(), arrays["values"].astype(np.float32), arrays["moves"])

    def tag(
        self, text: str, parts: list[tf.Token] | None = None, modes: list[str] | None = None
    ) -> list[Tagged]:
        """Return the stretches found in ``text``, sorted and apart from each other.

        ``parts`` and ``modes`` may be given where they are known (``tokens``, ``modes``).
        """
        parts = tf.tokens(text) if parts is None else parts
        if not parts:
            return []
        modes = tf.modes(parts) if modes is None else modes
        found: list[Tagged] = []
        pieces = tf.segments(parts)
        first = 0
        for i, (_, end) in enumerate(pieces):
            if end - pieces[first][0] >= BLOCK or i + 1 == len(pieces):
                found.extend(self._block(parts, modes, pieces[first : i + 1]))
                first = i + 1
        return found

    def _block(
        self, parts: list[tf.Token], modes: list[str], pieces: list[tuple[int, int]]
    ) -> list[Tagged]:
        scores = self._scores(parts, modes, pieces)
        base = pieces[0][0]
        labels = [LABELS[k] for k in self._viterbi(scores, [b - a for a, b in pieces])]
        found: list[Tagged] = []
        for a, b in pieces:
            i = a
            while i < b:
                kind = labels[i - base][2:]
                j = i + 1
                while kind and j < b and labels[j - base] == f"I-{kind}":
                    j += 1
                if kind:
                    found.append(Tagged(parts[i].start, parts[j - 1].end, kind))
                i = j
        return found

    def _sum(self, names: list[str] | tuple[str, ...]) -> Floats:
        rows = [self._row.get(feature_hash(name), -1) for name in names]
        total: Floats = self._values[rows].sum(axis=0)
        return total

    def _word(self, word: str, mode: str) -> _Word:
        """Look at a word that was not met before."""
        import numpy as np

        flags = tf.lexicon().get(fold(word), "")
        kind, attributes = tf.word_attributes(word, mode, flags)
        rows = [
            [self._row.get(feature_hash(f"{step}{name}"), -1) for name in attributes]
            for step in STEPS
        ]
        adds = self._values[rows].sum(axis=1)
        adds[tf.REACH] += self._sum(tf.own_attributes(word, mode))
        at = len(self._words) + 1
        if at == len(self._adds):
            self._adds = np.concatenate([self._adds, np.zeros_like(self._adds)])
        self._adds[at] = adds
        known = self._words[word, mode] = _Word(kind, tf.cue(word, flags), at)
        return known

    def _scores(
        self, parts: list[tf.Token], modes: list[str], pieces: list[tuple[int, int]]
    ) -> Floats:
        """Scores of every token of the segments: [tokens, labels].

        The segments lie in one row with three blanks between them, the last of which open the
        next segment and the first of which closes the one before.
        """
        import numpy as np

        if len(self._words) > CACHED:
            self._words.clear()
        kinds, cues, numbers = ["^", "^"], ["^", "^"], [0, 0]
        inside: list[int] = []
        known = self._words
        for a, b in pieces:
            inside.extend(range(len(kinds), len(kinds) + b - a))
            for part, mode in zip(parts[a:b], modes[a:b], strict=True):
                word = known.get((part.text, mode)) or self._word(part.text, mode)
                kinds.append(word.kind)
                cues.append(word.cue)
                numbers.append(word.at)
            kinds += ("$", "^", "^")
            cues += ("$", "^", "^")
            numbers += (0, 0, 0)
        beside = np.array(list(map(self._kinds.__getitem__, pairwise(kinds))))  # [size - 1, 2]
        around = np.array(list(map(self._around.__getitem__, zip(cues, cues[2:], strict=False))))
        before = np.array(list(map(self._before.__getitem__, pairwise(cues))))
        at = np.array(inside)
        values = self._values
        score = values[beside[at - 1, 0]] + values[beside[at, 1]] + self._bias
        score += values[around[at - 1, 0]] + values[before[at - 2, 0]]
        # the first segment has two blanks before it: a third is read from the end
        words = np.array([*numbers, 0])
        for step in STEPS:
            score += self._adds[words[(at + step) % len(words)], step + tf.REACH]
        out: Floats = score
        return out

    def _viterbi(self, scores: Floats, sizes: list[int]) -> list[int]:
        """Return the best label of each token, the segments side by side in one batch.

        The longest segment comes first, so that the ``going[t]`` segments that have a token at
        step t are the first ones, and no step is spent on what ended before.
        """
        import numpy as np

        lengths = np.array(sizes)
        order = np.argsort(-lengths, kind="stable")
        starts = (np.cumsum(lengths) - lengths)[order]
        longest = int(lengths.max())
        going = np.searchsorted(-lengths[order], -np.arange(longest + 1))
        best = scores[starts].T  # [labels, segments]
        last = np.empty_like(best)
        back = []
        for t in range(1, longest):
            last[:, going[t] : going[t - 1]] = best[:, going[t] :]
            paths = best[:, None, : going[t]] + self._moves[:, :, None]  # [from, to, segments]
            back.append(paths.argmax(axis=0))
            best = paths.max(axis=0) + scores[starts[: going[t]] + t].T
        last[:, : best.shape[1]] = best
        final = last.argmax(axis=0)
        labels = np.empty(len(scores), np.int64)
        here = final[:0]
        for t in range(longest - 1, -1, -1):
            if t + 1 < longest:
                here = back[t][here, np.arange(len(here))]
            here = np.concatenate([here, final[len(here) : going[t]]])
            labels[starts[: going[t]] + t] = here
        found: list[int] = labels.tolist()
        return found
