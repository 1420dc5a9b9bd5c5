"""An optional preference for stronger study designs, on top of any scores."""

from __future__ import annotations

import math
from collections.abc import Mapping

from rag.errors import UsageError
from rag.evidence import UNKNOWN


def boosted(
    scores: Mapping[int, float], levels: Mapping[int, int], boost: float
) -> dict[int, float]:
    """Return scores raised by evidence level: s + boost · |s| · (6 - level) / 5.

    ``boost`` is the share of its own score that level 1 gains; level 2 gains four fifths of
    that, and so on to level 6 (design not stated), which gains nothing. With 0.1, a
    meta-analysis of score 0.60 ranks like an article of unstated design with 0.66: it passes
    what is about as relevant, and nothing that is much more so. The measure does not depend on
    the other candidates, nor on the scale of the scores: fused scores, cosines, BM25 and
    logits, negative ones too, are only ever raised. Cosines lie close together, so the same
    boost moves more in dense search than in hybrid search.

    Args:
        scores: key (a passage) → score.
        levels: key → evidence level, 1 to 6; a key that it lacks has level 6.
        boost: 0 or more; 0 returns the scores as they are.

    Raises:
        UsageError: ``boost`` is negative or not finite.
    """
    if not isinstance(boost, (int, float)) or not (math.isfinite(boost) and boost >= 0):
        raise UsageError(f"the evidence boost must be 0 or more (0.1 is mild), not {boost!r}")
    if boost == 0:
        return dict(scores)
    steps = UNKNOWN - 1
    return {
        key: score + boost * abs(score) * (UNKNOWN - levels.get(key, UNKNOWN)) / steps
        for key, score in scores.items()
    }
