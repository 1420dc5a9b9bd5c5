"""How much of a text another one holds, by runs of words: for near-duplicates and for leaks.

Texts are compared as lower-case words, five in a row at a time (shingles; Broder, "On the
resemblance and containment of documents", SEQUENCES 1997). Runs are kept as 32-bit sums, so a
chance meeting of two different runs is possible and rare. Paraphrases are not found.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from typing import NamedTuple

SHINGLE = 5
"""Words in a row."""
LEAST_RUNS = 8
"""A text with fewer runs is too short for a share of them to mean much."""
_LEAST_SAMPLED = 2
"""Runs of a sample that a text must have to be compared by them."""
_MOST_OWNERS = 200
"""A run in more texts than this is a phrase of the trade and tells nothing."""
_WORD = re.compile(r"[^\W_]+")


def normal(text: str) -> str:
    """Return a text's words in lower case with one space between: what equality means here."""
    return " ".join(_WORD.findall(text.lower()))


def runs(text: str) -> frozenset[int]:
    """Return the sums of a text's runs of five words; of a shorter text, of the whole."""
    words = _WORD.findall(text.lower())
    if not words:
        return frozenset()
    last = max(1, len(words) - SHINGLE + 1)
    return frozenset(zlib.crc32(" ".join(words[i : i + SHINGLE]).encode()) for i in range(last))


class _Size(NamedTuple):
    """Runs of a text that are kept, how many of them are in the sample, and whether that is all."""

    kept: int
    sampled: int
    whole: bool


class Overlaps:
    """Texts that were added, and the one of them that shares most with another text.

    With ``sample`` above 1 only about one run in so many is kept, of long texts alone: enough to
    know a near-duplicate by, for a fraction of the memory. A short text and a long one are compared
    by the runs of the sample too, which are few of the short one: there the share is rough.
    """

    def __init__(self, sample: int = 1) -> None:
        self._sample = sample
        self._owners: dict[int, list[int]] = {}
        self._sizes: list[_Size] = []
        self._whole: set[str] = set()

    def add(self, text: str) -> None:
        """Take a text in."""
        self._whole.add(normal(text))
        kept = self._kept(text)
        for run in kept:
            owners = self._owners.setdefault(run, [])
            if len(owners) <= _MOST_OWNERS:
                owners.append(len(self._sizes))
        self._sizes.append(self._size(kept))

    def holds(self, text: str) -> bool:
        """Return whether a text of the same words was added."""
        return normal(text) in self._whole

    def nearest(self, text: str, least: int = LEAST_RUNS) -> float:
        """Return the greatest share of runs that a text and an added one have in common.

        The share is of the shorter of the two, so that a part of a text is as near to it as the
        whole; both must have ``least`` runs or more, else they share nothing.

        Returns:
            The share, 0 to 1.
        """
        found = self._kept(text)
        if len(found) < least:
            return 0.0
        own = self._size(found)
        shared, sampled = Counter[int](), Counter[int]()
        for run in found:
            owners = self._owners.get(run, ())
            if len(owners) <= _MOST_OWNERS:
                shared.update(owners)
                if run % self._sample == 0:
                    sampled.update(owners)
        return max(
            (
                _share(n, sampled[owner], own, self._sizes[owner])
                for owner, n in shared.items()
                if self._sizes[owner].kept >= least
            ),
            default=0.0,
        )

    def _size(self, kept: frozenset[int]) -> _Size:
        sampled = sum(run % self._sample == 0 for run in kept)
        return _Size(len(kept), sampled, sampled < len(kept) or self._sample == 1)

    def _kept(self, text: str) -> frozenset[int]:
        found = runs(text)
        if self._sample == 1 or len(found) < LEAST_RUNS * self._sample:
            return found
        return frozenset(run for run in found if run % self._sample == 0)


def _share(shared: int, sampled: int, one: _Size, other: _Size) -> float:
    """Return the share of the shorter text: of all runs where both have them, else of a sample."""
    if one.whole and other.whole:
        return shared / min(one.kept, other.kept)
    least = min(one.sampled, other.sampled)
    return sampled / least if least >= _LEAST_SAMPLED else 0.0
