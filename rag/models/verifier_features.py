"""The verifier by features: a regression over what ``rag.claims`` counts and two cosines.

Its weights are a JSON file, so that each can be read: ``rag/models/weights/features.json``, made
by ``medlit train verifier``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag.claims.features import COSINES, RULES, Reading, cosine_features, read_pair, rule_features
from rag.claims.vetoes import veto
from rag.errors import ModelError
from rag.models.embedder import Embedder, load_embedder
from rag.models.verifier import Judgement
from rag.types import Verdict

Floats = npt.NDArray[np.float64]
WEIGHTS = Path(__file__).parent / "weights" / "features.json"
FEW_WORDS = 0.3
"""Below this share of a claim's words in the evidence a reason says so."""
LABELS: tuple[Verdict, ...] = ("supports", "contradicts", "unclear")


@dataclass(frozen=True, slots=True)
class Regression:
    """Multinomial logistic regression over scaled inputs: softmax(W·(x - mean)/scale + b).

    ``names`` says what each of the k inputs is; ``coefficients`` is (3, k) in the order of
    ``LABELS``. A verdict ``supports`` needs ``threshold``, ``contradicts`` needs ``against``.
    """

    name: str
    names: tuple[str, ...]
    mean: Floats
    scale: Floats
    coefficients: Floats
    intercept: Floats
    threshold: float
    against: float

    def probabilities(self, inputs: Floats) -> Floats:
        """Return (n, 3) probabilities of (n, k) inputs."""
        logits = ((inputs - self.mean) / self.scale) @ self.coefficients.T + self.intercept
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        result: Floats = powers / powers.sum(axis=1, keepdims=True)
        return result

    def verdict(self, supports: float, contradicts: float) -> Verdict:
        """Return the verdict on a pair of probabilities."""
        if supports >= self.threshold and supports > contradicts:
            return "supports"
        if contradicts >= self.against and contradicts > supports:
            return "contradicts"
        return "unclear"


def read_regression(path: Path, names: Sequence[str]) -> Regression:
    """Read weights and check that they are for the inputs ``names``.

    Raises:
        ModelError: the file is unreadable, or was fitted to other inputs.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        made = Regression(
            name=str(data["name"]),
            names=tuple(data["names"]),
            mean=np.array(data["mean"], dtype=np.float64),
            scale=np.array(data["scale"], dtype=np.float64),
            coefficients=np.array(data["coefficients"], dtype=np.float64),
            intercept=np.array(data["intercept"], dtype=np.float64),
            threshold=float(data["threshold"]),
            against=float(data["against"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"{path} cannot be read ({error}); install medlit or train it again"
        ) from error
    if made.names != tuple(names) or made.coefficients.shape != (3, len(names)):
        raise ModelError(f"{path} was fitted to other features; install medlit or train it again")
    return made


class FeatureVerifier:
    """Judges by counted features and by cosines of one embedder, the one it was fitted with."""

    def __init__(self, embedder: Embedder, weights: Regression) -> None:
        """Use ``weights`` over ``RULES`` and ``COSINES``."""
        self._embedder = embedder
        self._weights = weights
        self.identity = weights.name
        self.threshold = weights.threshold

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        """Judge pairs (see ``Verifier``)."""
        readings = [read_pair(claim, evidence) for claim, evidence in pairs]
        inputs = feature_rows(pairs, readings, self._embedder)
        return judgements(self._weights, inputs, pairs, readings)

    def close(self) -> None:
        """Let go of the embedder."""
        self._embedder.close()


def feature_rows(
    pairs: Sequence[tuple[str, str]], readings: Sequence[Reading], embedder: Embedder
) -> Floats:
    """Return the features of pairs, (n, len(RULES) + len(COSINES))."""
    texts = list(
        dict.fromkeys(
            text
            for (claim, evidence), reading in zip(pairs, readings, strict=True)
            for text in (claim, evidence, reading.sentence)
        )
    )
    vectors = dict(zip(texts, embedder.embed_documents(texts), strict=True)) if texts else {}
    rows = [
        rule_features(claim, evidence, reading)
        + cosine_features(
            claim,
            reading,
            float(vectors[claim] @ vectors[evidence]),
            float(vectors[claim] @ vectors[reading.sentence]),
        )
        for (claim, evidence), reading in zip(pairs, readings, strict=True)
    ]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(RULES) + len(COSINES))


def judgements(
    weights: Regression,
    inputs: Floats,
    pairs: Sequence[tuple[str, str]],
    readings: Sequence[Reading],
) -> list[Judgement]:
    """Return the judgement of each pair from its row of inputs, with what its reading saw."""
    rows = weights.probabilities(inputs).tolist()
    return [
        judged(weights.verdict(supports, contradicts), supports, contradicts, *pair, reading)
        for (supports, contradicts, _), pair, reading in zip(rows, pairs, readings, strict=True)
    ]


def judged(
    verdict: Verdict,
    supports: float,
    contradicts: float,
    claim: str,
    evidence: str,
    reading: Reading,
) -> Judgement:
    """Return a judgement; a support that ``rag.claims.vetoes`` forbids becomes unclear."""
    against = veto(claim, evidence, reading)
    if verdict == "supports" and against:
        verdict = "unclear"
    if verdict == "supports":
        reason = "judged as supported"
    elif verdict == "contradicts":
        reason = "judged as contradicted"
    elif against:
        reason = against
    elif reading.overlap < FEW_WORDS:
        reason = "too few words of the statement occur in the passage"
    else:
        reason = "not judged as supported surely enough"
    return Judgement(
        verdict=verdict,
        supports=round(supports, 6),
        contradicts=round(contradicts, 6),
        reason=reason,
        matched=reading.matched,
        missing=reading.missing,
    )


def load_features(device: str = "auto", file: Path = WEIGHTS) -> FeatureVerifier:
    """Load weights, the shipped ones or another ``file``, and the embedder they were fitted with.

    Raises:
        ModelError: something of it is not here.
    """
    weights = read_regression(file, (*RULES, *COSINES))
    return FeatureVerifier(load_embedder("minilm", device), weights)
