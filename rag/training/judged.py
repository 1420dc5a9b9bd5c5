"""A verifier of one's own on the pairs held out, beside those that need no training."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rag.answering.judges import judge_named
from rag.evaluation.pairs import read_pairs
from rag.evaluation.support import measure_support
from rag.models.verifier import DEFAULT_VERIFIER, RULES, Verifier
from rag.models.verifier_cross import load_cross_encoder
from rag.models.verifier_features import WEIGHTS as FEATURES
from rag.models.verifier_features import load_features
from rag.progress import Progress

BEFORE, AFTER, COUNTED = "before", "after", "features"
"""In the figures: the verifier that medlit ships, the one just made, and its second one."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A verifier on the held-out pairs of one set, as ``medlit eval support`` has it.

    Attributes:
        set: the name of the set.
        verifier: ``rules``, ``features``, ``before`` or ``after``.
        pairs: held out.
        accuracy, macro_f1: of the likeliest labels.
        precision, recall: of the verdict ``supports`` at the threshold.
        said: how often it is given.
    """

    set: str
    verifier: str
    pairs: int
    accuracy: float
    macro_f1: float
    precision: float
    recall: float
    said: int


def measure_judged(
    out: Path, files: Mapping[str, Path], device: str, progress: Progress
) -> tuple[Judged, ...]:
    """Return the figures of four verifiers on each set.

    Args:
        out: folder of the trained one.
        files: the name of a set → its pairs, a JSON line each; one or more of them.
        device: see ``rag.models.device.choose``.
        progress: told of the judging.

    Raises:
        ModelError: a verifier cannot be loaded.
    """
    opened: dict[str, Callable[[], Verifier]] = {
        RULES: lambda: judge_named(RULES, device),
        COUNTED: lambda: load_features(device, out / FEATURES.name),
        BEFORE: lambda: judge_named(DEFAULT_VERIFIER, device),
        AFTER: lambda: load_cross_encoder(device, out),
    }
    sets = {name: read_pairs(file) for name, file in files.items()}
    found = {}
    for verifier, load in opened.items():
        judge = load()
        try:
            for name, pairs in sets.items():
                measured = measure_support(pairs, judge, progress)
                supports = measured.figures.of("supports")
                found[name, verifier] = Judged(
                    name,
                    verifier,
                    len(pairs),
                    measured.likeliest.accuracy,
                    measured.likeliest.macro_f1,
                    supports.precision,
                    supports.recall,
                    supports.said,
                )
        finally:
            judge.close()
    return tuple(found[name, verifier] for name in sets for verifier in opened)
