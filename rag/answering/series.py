"""Which phrases of a sentence are items of one enumeration: "A, B (b) and C", "(i) A, (ii) B"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rag.answering.phrases import Run, Word

_SERIAL = re.compile(
    r"^\s*(?:[,;/]|[,;]?\s*(?:and/or|and|or|as well as|plus|&|\+)(?=\s))"
    r"\s*(?:(?:the|a|an|also|both|either|possibly|to a lesser extent|more recently|then)\s+)*"
    r"(?:\(?(?:[ivx]{1,4}|\d|[a-h])\)\s*)?\s*$",
    re.IGNORECASE,
)
_LINK = re.compile(r"\b(?:and|or|and/or|as well as|plus|&|\+)\b|[&+]")


def series(runs: Sequence[Run], found: Sequence[Word], sentence: str) -> list[int]:
    """Return, for each phrase, the number of its enumeration, or -1.

    An enumeration is three phrases with commas between them, or two with "and" or "or"; what
    stands in brackets behind a phrase does not part it from the next. All parts of an item count.

    Args:
        runs: first and last word of each phrase.
        found: the words of the sentence.
        sentence: itself.
    """
    out = [-1] * len(runs)
    number = 0
    for depth in {found[first].depth for first, _ in runs}:
        for chain in _chains([r for r in runs if found[r[0]].depth == depth], found, sentence):
            for i, (first, last) in enumerate(runs):
                if any(a <= first and last <= b for a, b in chain):
                    out[i] = number
            number += 1
    return out


def _chains(runs: Sequence[Run], found: Sequence[Word], sentence: str) -> list[list[Run]]:
    """Return the enumerations among phrases of one depth of brackets."""
    items: list[Run] = []
    for first, last in sorted(runs):
        if items and first <= items[-1][1]:  # a part of the item before, or "of" links the two
            items[-1] = (items[-1][0], max(last, items[-1][1]))
        else:
            items.append((first, last))
    out: list[list[Run]] = []
    chain, linked = items[:1], False
    for before, item in pairwise(items):
        gap = _outside(sentence[found[before[1]].end : found[item[0]].start])
        if _SERIAL.match(gap):
            chain.append(item)
            linked = linked or bool(_LINK.search(gap))
            continue
        if len(chain) >= 3 or linked:
            out.append(chain)
        chain, linked = [item], False
    if len(chain) >= 3 or linked:
        out.append(chain)
    return out


def _outside(gap: str) -> str:
    """Return what stands between two phrases, without what is in brackets."""
    return re.sub(r"\s*[(\[](?![ivx\d]{1,4}\))[^()\[\]]*[)\]]", "", gap)
