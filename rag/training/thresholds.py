"""Where the verdicts of a verifier begin: probabilities, and the thresholds that are precise.

The network's own probabilities are used; those of the counted features are a regression's.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.claims.features import COSINES, RULES, read_pair
from rag.claims.vetoes import veto
from rag.errors import UsageError
from rag.models.verifier_cross import CHANGES, LOGITS, WEIGHTS
from rag.models.verifier_features import LABELS, feature_rows
from rag.models.verifier_features import WEIGHTS as FEATURES
from rag.training.pairs import Pair
from rag.training.verifier import Parts, known_pairs
from rag.types import Verdict

PRECISIONS = (0.93, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6)
"""Wanted of ``supports`` and ``contradicts`` where the thresholds are settled: the first of these
that any threshold reaches."""
LEAST_SAID = 5
"""Predictions that such a precision must be reached on: the parts set apart hold no more."""
TRUSTED = 0.9
"""A verdict whose threshold reached less is warned of."""
FOLDS = 5
NEVER = 1.01
"""A threshold that no probability reaches."""
Floats = npt.NDArray[np.float64]
_VERDICTS: tuple[tuple[Verdict, str, str], ...] = (
    ("supports", "threshold", "precision"),
    ("contradicts", "against", "precision_against"),
)


@dataclass(frozen=True, slots=True)
class Settled:
    """Where a verdict of a verifier begins.

    Attributes:
        verifier: ``cross-encoder`` or ``features``.
        verdict: ``supports`` or ``contradicts``.
        threshold: least probability of it.
        precision: that of ``PRECISIONS`` which it reached where it was settled; 0 where none.
    """

    verifier: str
    verdict: Verdict
    threshold: float
    precision: float

    def line(self) -> str:
        """Say it in one line, which is a warning where the precision is below ``TRUSTED``."""
        name = f"{self.verifier}: {self.verdict}"
        if self.precision == 0:
            return (
                f"warning: {name} reached no precision of {PRECISIONS[-1]:.2f} on {LEAST_SAID} "
                "pairs, so this verdict is never given"
            )
        said = f"of {self.precision:.2f} where it was settled, from {self.threshold:.4f} on"
        if self.precision < TRUSTED:
            return f"warning: {name} reached only a precision {said}; {TRUSTED:.2f} is wanted"
        return f"{name} reached a precision {said}"


def require_enough(parts: Parts) -> None:
    """Refuse pairs of which nothing can be learnt or settled.

    Raises:
        UsageError: a label is too rare in a stage, or pairs to settle thresholds on are.
    """
    uses = {
        "to learn in the first stage": parts.first,
        "to learn in the second stage": parts.second,
        "to fit the features to": known_pairs(parts),
    }
    for use, pairs in uses.items():
        counts = Counter(p.label for p in pairs)
        few = [f"{counts[label]} {label}" for label in LABELS if counts[label] < FOLDS]
        if few or len({p.group for p in pairs}) < FOLDS:
            raise UsageError(
                f"too few pairs {use} ({', '.join(few) or 'all share evidence'}; at least {FOLDS} "
                "of each label are needed); give the whole labelled sets as --data"
            )
    least = len(parts.settle["scifact"])
    if least < LEAST_SAID:
        raise UsageError(
            f"{least} pairs of SciFact are left to settle thresholds on, of at least "
            f"{LEAST_SAID}; give the whole set as --data"
        )


def regression(
    name: str, names: Sequence[str], inputs: Floats, pairs: Sequence[Pair], strength: float
) -> dict[str, Any]:
    """Fit a multinomial regression and return it in the form that ``read_regression`` reads.

    Its thresholds are of probabilities that five folds give to one another; a group is in one.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict

    # a feature that never varies gets a scale that survives the rounding
    mean, scale = inputs.mean(axis=0), np.maximum(inputs.std(axis=0), 1e-5)
    scaled = (inputs - mean) / scale
    wanted = np.array([LABELS.index(p.label) for p in pairs])
    model = LogisticRegression(C=strength, max_iter=5000, class_weight="balanced")
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0)
    groups = [p.group for p in pairs]
    odds = cross_val_predict(model, scaled, wanted, groups=groups, cv=folds, method="predict_proba")
    model.fit(scaled, wanted)
    return {
        "name": name,
        "names": list(names),
        "mean": _rounded(mean),
        "scale": _rounded(scale),
        "coefficients": [_rounded(row) for row in model.coef_],
        "intercept": _rounded(model.intercept_),
    } | thresholds(odds, pairs)


def softmax(name: str, logits: Floats, pairs: Sequence[Pair]) -> dict[str, Any]:
    """Return the network's own probabilities in the same form, with thresholds from ``pairs``."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return {
        "name": name,
        "names": list(LOGITS),
        "mean": [0.0] * 3,
        "scale": [1.0] * 3,
        "coefficients": np.eye(3).tolist(),
        "intercept": [0.0] * 3,
    } | thresholds(powers / powers.sum(axis=1, keepdims=True), pairs)


def thresholds(odds: Floats, pairs: Sequence[Pair]) -> dict[str, float]:
    """Return the thresholds of both verdicts and the precision that each reached on ``pairs``."""
    wanted = np.array([LABELS.index(p.label) for p in pairs])
    free = np.array([not veto(p.claim, p.evidence, read_pair(p.claim, p.evidence)) for p in pairs])
    supports, precision = precise_from(odds[free, 0], wanted[free] == 0)
    against, other = precise_from(odds[:, 1], wanted == 1)
    return {
        "threshold": supports,
        "precision": precision,
        "against": against,
        "precision_against": other,
    }


def precise_from(odds: Floats, right: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Return the least threshold that reaches the first precision that any does, and that.

    Where none reaches any on ``LEAST_SAID`` predictions or more, the verdict is never given.
    """
    order = np.argsort(-odds, kind="stable")
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    for precision in PRECISIONS:
        enough = [i for i in range(LEAST_SAID - 1, len(order)) if share[i] >= precision]
        if enough:
            return round(float(odds[order[max(enough)]]), 4), precision
    return NEVER, 0.0


def _rounded(values: Floats) -> list[float]:
    return [round(float(v), 5) for v in values]


def settle_thresholds(parts: Parts, out: Path, device: str = "auto") -> tuple[Settled, ...]:
    """Settle the thresholds of both verifiers on what the network in ``out`` says; write them.

    Raises:
        ModelError: the network or its base cannot be loaded.
    """
    from rag.models.embedder import load_embedder
    from rag.models.verifier_cross import open_encoder

    # SciFact's evidence is sentences of abstracts, as an index has; the part of HealthVer set
    # apart is seven groups of claims from web pages, too few and too unlike it for a threshold
    abstracts = parts.settle["scifact"]
    texts = [(p.claim, p.evidence) for p in abstracts]
    logits = open_encoder(device, out / CHANGES.name).logits(texts)
    cross = softmax("cross-encoder-2", logits, abstracts)
    known = known_pairs(parts)
    rows = feature_rows(
        [(p.claim, p.evidence) for p in known],
        [read_pair(p.claim, p.evidence) for p in known],
        load_embedder("minilm", device),
    )
    features = regression("features-2", (*RULES, *COSINES), rows, known, 0.05)
    _write(out / WEIGHTS.name, cross)
    _write(out / FEATURES.name, features)
    return tuple(
        Settled(name, verdict, fitted[threshold], fitted[precision])
        for name, fitted in (("cross-encoder", cross), ("features", features))
        for verdict, threshold, precision in _VERDICTS
    )


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")
