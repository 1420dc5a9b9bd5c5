"""How well a verifier tells support, contradiction and neither apart."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.errors import EvaluationError
from rag.evaluation.classification import Classified, classify
from rag.evaluation.pairs import LABELS, Pair
from rag.models.verifier import Judgement, Verifier
from rag.progress import Progress, Silent

_BATCH = 64


@dataclass(frozen=True, slots=True)
class SupportMeasured:
    """A verifier on labelled pairs.

    Attributes:
        judgements: one a pair, in order.
        likeliest: the likeliest labels against the given ones, over all three of them.
        figures: the same of the verdicts, which say ``supports`` and ``contradicts`` only at
            the verifier's thresholds.
        verifier: its identity.
        threshold: least probability at which it says ``supports``.
        seconds: wall clock of the judging alone; the first batch may load the model.
    """

    judgements: tuple[Judgement, ...]
    likeliest: Classified
    figures: Classified
    verifier: str
    threshold: float
    seconds: float

    @property
    def pairs_per_second(self) -> float:
        """Pairs by seconds."""
        return len(self.judgements) / self.seconds if self.seconds else 0.0

    def flat(self) -> dict[str, str | int | float]:
        """Return the object of ``eval support --json``.

        ``accuracy``, ``macro_f1``, ``f1_LABEL`` and ``confusion_GOLD_SAID`` (a count of pairs)
        are of the likeliest labels; ``precision_supports`` and ``recall_supports`` (also as
        ``precision`` and ``recall``) and ``macro_f1_at_threshold`` of the verdicts in use.
        """
        supports = self.figures.of("supports")
        flat: dict[str, str | int | float] = {
            "n": self.figures.n,
            "accuracy": self.likeliest.accuracy,
            "macro_f1": self.likeliest.macro_f1,
            "macro_f1_at_threshold": self.figures.macro_f1,
            "precision": supports.precision,
            "recall": supports.recall,
            "precision_supports": supports.precision,
            "recall_supports": supports.recall,
            "said_supports": supports.said,
            "threshold": self.threshold,
            "majority": self.figures.majority,
        }
        flat |= {f"f1_{one.label}": one.f1 for one in self.likeliest.labels}
        flat |= {
            f"confusion_{gold}_{said}": self.likeliest.confusion.get((gold, said), 0)
            for gold in LABELS
            for said in LABELS
        }
        return flat | {
            "verifier": self.verifier,
            "seconds": round(self.seconds, 3),
            "pairs_per_second": round(self.pairs_per_second, 2),
        }


def measure_support(
    pairs: Sequence[Pair], verifier: Verifier, progress: Progress | None = None
) -> SupportMeasured:
    """Judge every pair and compare the verdicts with the labels.

    Raises:
        EvaluationError: there is no pair, or the verifier gave another number of judgements.
        ModelError: the verifier failed.
    """
    if not pairs:
        raise EvaluationError("there is no pair to judge; give some")
    progress = progress or Silent()
    judgements: list[Judgement] = []
    progress.start("judging", len(pairs), "pairs")
    started = time.perf_counter()
    for at in range(0, len(pairs), _BATCH):
        batch = pairs[at : at + _BATCH]
        judgements += verifier.judge([(p.claim, p.evidence) for p in batch])
        progress.advance(len(batch))
    seconds = time.perf_counter() - started
    progress.finish()
    if len(judgements) != len(pairs):
        raise EvaluationError(
            f"{verifier.identity} gave {len(judgements)} judgements for {len(pairs)} pairs"
        )
    gold = [p.label for p in pairs]
    likeliest = classify(gold, [j.likeliest for j in judgements], LABELS)
    figures = classify(gold, [j.verdict for j in judgements], LABELS)
    return SupportMeasured(
        tuple(judgements), likeliest, figures, verifier.identity, verifier.threshold, seconds
    )


def write_scores(path: Path, pairs: Sequence[Pair], judgements: Sequence[Judgement]) -> None:
    """Write a JSON line a pair: its own fields, the verdict and the three probabilities.

    Raises:
        OSError: the file cannot be written.
    """
    with path.open("w", encoding="utf-8") as handle:
        for pair, judged in zip(pairs, judgements, strict=True):
            unclear = max(0.0, 1.0 - judged.supports - judged.contradicts)
            row = (
                ({"id": pair.id} if pair.id else {})
                | {"claim": pair.claim, "evidence": pair.evidence, "label": pair.label}
                | {"verdict": judged.verdict, "supports": round(judged.supports, 6)}
                | {"contradicts": round(judged.contradicts, 6), "unclear": round(unclear, 6)}
                | ({"reason": judged.reason} if judged.reason else {})
            )
            row |= {key: value for key, value in pair.extra.items() if key not in row}
            handle.write(json.dumps(row, ensure_ascii=False) + "\n")
