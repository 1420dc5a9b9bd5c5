"""What a verifier is: it says whether a text of the literature supports a claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rag.types import Verdict


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict on one (claim, evidence) pair and why it was reached.

    ``supports`` and ``contradicts`` are probabilities in [0, 1]; what is left is ``unclear``.
    ``verdict`` is ``supports`` only at the verifier's threshold or above it. ``matched`` are
    words and numbers of the claim that the evidence holds, ``missing`` those that it lacks.
    """

    verdict: Verdict
    supports: float
    contradicts: float
    reason: str = ""
    matched: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class Verifier(Protocol):
    """Judges claims against sentences or passages."""

    @property
    def identity(self) -> str:
        """Name and version for the provenance."""
        ...

    @property
    def threshold(self) -> float:
        """Least ``Judgement.supports`` of a verdict ``supports``."""
        ...

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        """Judge (claim, evidence) pairs in one call; one judgement a pair, in order.

        Each is judged by itself: what else is in the call changes nothing.
        """
        ...

    def close(self) -> None:
        """Let go of models."""
        ...
