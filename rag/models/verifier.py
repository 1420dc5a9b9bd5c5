"""What a verifier is: it says whether a text of the literature supports a claim.

``load_verifier`` knows three kinds: ``cross-encoder`` (medlit's own, the default, or one trained
as it was), ``features`` (a regression over counted features and cosines), and any model for
natural language inference from a folder or a hub. None of them knows whether a claim is true.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rag.types import Verdict

DEFAULT_VERIFIER = "cross-encoder"
RULES = "rules"
"""The name of the verifier without a model, which lives with the answering."""
VERIFIERS = (DEFAULT_VERIFIER, "features", RULES)
"""Those that come with medlit."""


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

    @property
    def unclear(self) -> float:
        """Probability that the evidence says nothing of the claim, in [0, 1]."""
        return max(0.0, 1.0 - self.supports - self.contradicts)

    @property
    def likeliest(self) -> Verdict:
        """The label of the greatest probability, whatever the thresholds."""
        labels: tuple[Verdict, ...] = ("supports", "contradicts", "unclear")
        odds = (self.supports, self.contradicts, self.unclear)
        return labels[odds.index(max(odds))]


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

        Each is judged by itself: what else is in the call changes nothing beyond the rounding
        of the floating type. Evidence longer than the model's window is judged in parts, and
        the part that decides most counts.
        """
        ...

    def close(self) -> None:
        """Let go of models."""
        ...


def load_verifier(spec: str | None = None, device: str = "auto") -> Verifier:
    """Load a verifier.

    Args:
        spec: ``cross-encoder``, ``features``, a folder that ``medlit train verifier`` made, a
            folder or a Hugging Face id of a model for natural language inference; ``None`` is
            the default.
        device: ``auto``, ``cpu``, ``mps``, ``cuda`` or ``cuda:N``.

    Raises:
        ModelError: it is not here, has no labels of entailment, or cannot be loaded.
    """
    spec = (spec or DEFAULT_VERIFIER).strip()
    if spec == "features":
        from rag.models.verifier_features import load_features

        return load_features(device)
    from rag.models.verifier_cross import CHANGES, load_cross_encoder

    if spec == DEFAULT_VERIFIER:
        return load_cross_encoder(device)
    folder = Path(spec).expanduser()
    if (folder / CHANGES.name).is_file():
        return load_cross_encoder(device, folder)
    from rag.models.verifier_nli import load_nli

    return load_nli(spec, device)
