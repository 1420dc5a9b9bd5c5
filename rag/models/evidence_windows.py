"""Evidence that does not fit a model's window, cut into runs of whole sentences that do."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.text import sentences


def windows(text: str, budget: int, count_tokens: Callable[[str], int]) -> list[str]:
    """Return runs of adjacent sentences of at most ``budget`` tokens, each as long as it may be.

    A run begins with the last sentence of the one before it, so that no two neighbours are
    parted everywhere. A sentence longer than the budget is a run by itself; the model cuts it.
    """
    if count_tokens(text) <= budget:
        return [text]
    bounds = sentences(text) or [(0, len(text))]
    sizes = [count_tokens(text[a:b]) for a, b in bounds]
    runs: list[tuple[int, int]] = []
    first = 0
    while first < len(bounds):
        last, size = first, sizes[first]
        while last + 1 < len(bounds) and size + sizes[last + 1] <= budget:
            last += 1
            size += sizes[last]
        runs.append((first, last))
        if last + 1 == len(bounds):
            break
        overlaps = last > first and sizes[last] + sizes[last + 1] <= budget
        first = last if overlaps else last + 1
    return [text[bounds[a][0] : bounds[b][1]] for a, b in runs]


def decisive(odds: Sequence[tuple[float, float]]) -> int:
    """Return the place of the part that says most: the greatest of supports or contradicts."""
    return max(range(len(odds)), key=lambda i: (max(odds[i]), -i))
