r"""Train the verifier that medlit ships; a part is held out, to be measured by `eval support`.

    medlit train verifier --data ../shared/data \
        --literature corpora/starter/pubmed21n1298.xml.gz --out rag/models/weights

Claims that share evidence stay together: a quarter of these groups is held out, an eighth settles
the regression and its thresholds, the rest is learnt from, beside derived pairs (``derive``).
Yes/no questions come from BioASQ 7B and 8B only.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.claims.features import COSINES, RULES, read_pair
from rag.claims.vetoes import veto
from rag.corpus import read
from rag.errors import UsageError
from rag.models.verifier_cross import LOGITS
from rag.models.verifier_features import LABELS, feature_rows
from rag.training.derive import sentence_pairs, title_pairs, turned
from rag.training.network import Network
from rag.training.pairs import (
    Pair,
    bioasq_yesno,
    evidence_inference,
    healthver,
    part,
    scifact,
    scifact_more,
)
from rag.types import Article

LABELLED = ("scifact", "healthver", "evidence-inference", "bioasq")
"""Folders of the labelled sets."""
SALT = "medlit-1"
TEST, SETTLE = 0.25, 0.37
"""Groups below the first share are held out, below the second settle thresholds."""
PRECISIONS = (0.93, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6)
"""Wanted of ``supports`` and ``contradicts`` where the thresholds are settled: the first of these
that any threshold reaches."""
LEAST_SAID = 5
"""Predictions that such a precision must be reached on: the parts set apart hold no more."""
NEVER = 1.01
"""A threshold that no probability reaches."""
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Parts:
    """Pairs by what they are for."""

    first: tuple[Pair, ...]
    second: tuple[Pair, ...]
    settle: dict[str, tuple[Pair, ...]]
    test: dict[str, tuple[Pair, ...]]


def collect(data: Path, literature: Path, seed: int = 7) -> Parts:
    """Read the labelled sets, derive pairs from the literature, and part them."""
    rng = random.Random(seed)
    articles = [
        r
        for r in read(literature)
        if isinstance(r, Article)
        and r.status == "current"
        and r.sections
        and r.language in ("", "eng")
    ]
    titles = title_pairs(articles, rng)
    results = [
        p
        for p in sentence_pairs(rng.sample(articles, min(3200, len(articles))), rng)
        if p.claim != p.evidence or rng.random() < 0.2
    ]
    claims = scifact(data / "scifact")
    near = _kept(scifact_more(data / "scifact", rng), "learn")
    health = healthver(data / "healthver" / "dev.jsonl.gz")
    effects = evidence_inference(data / "evidence-inference" / "prompts.jsonl.gz", rng)
    asked = bioasq_yesno(data / "bioasq" / "questions.jsonl.gz", ("7B", "8B"), 5, rng)
    sets = {"scifact": claims, "healthver": health}
    learn = [*_kept(claims, "learn"), *_kept(health, "learn")]
    other = turned(learn, rng)

    def some(pairs: Sequence[Pair], most: int) -> list[Pair]:
        return rng.sample(list(pairs), min(most, len(pairs)))

    return Parts(
        first=(*titles, *some(results, 2600), *some(effects, 2200), *learn, *other,
               *some(near, 500), *some(asked, 800)),
        second=(*learn, *other, *_kept(claims, "learn"), *some(near, 900), *some(effects, 900),
                *some(titles, 1600), *some(results, 500), *some(asked, 700)),
        settle={n: tuple(_kept(p, "settle")) for n, p in sets.items()},
        test={n: tuple(_kept(p, "test")) for n, p in sets.items()},
    )  # fmt: skip


def _kept(pairs: Sequence[Pair], wanted: str) -> list[Pair]:
    """Return the pairs of one part: ``learn``, ``settle`` or ``test``."""

    def of(pair: Pair) -> str:
        place = part(pair.group, SALT)
        return "test" if place < TEST else "settle" if place < SETTLE else "learn"

    return [p for p in pairs if of(p) == wanted]


def regression(
    name: str, names: Sequence[str], inputs: Floats, pairs: Sequence[Pair], strength: float
) -> dict[str, Any]:
    """Fit a multinomial regression and return it in the form that ``read_regression`` reads.

    Its thresholds are of probabilities that five folds give to one another; a group is in one.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict

    mean, scale = inputs.mean(axis=0), np.maximum(inputs.std(axis=0), 1e-6)
    scaled = (inputs - mean) / scale
    wanted = np.array([LABELS.index(p.label) for p in pairs])
    model = LogisticRegression(C=strength, max_iter=5000, class_weight="balanced")
    folds = StratifiedGroupKFold(5, shuffle=True, random_state=0)
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


def train(parts: Parts, weights: Path) -> None:
    """Train the network and write what it changed of its base."""
    from safetensors.torch import save_file

    from rag.models.fetch import resolve

    stages = (("first", parts.first), ("second", parts.second))
    for name, pairs in stages:
        sources = dict(sorted(Counter(p.source for p in pairs).items()))
        _say(f"{name}: {len(pairs)} pairs, {sources}")
    network = Network(resolve("minilm").path)
    network.fit(parts.first, epochs=1, rate=1.2e-4, seed=0, note=_say)
    network.fit(parts.second, epochs=2, rate=6e-5, seed=1, note=_say)
    save_file(network.changed(), weights)


def settle_thresholds(parts: Parts, out: Path) -> None:
    """Settle the thresholds of both verifiers, on what the shipped network says."""
    from rag.models.embedder import load_embedder
    from rag.models.verifier_cross import open_encoder

    # SciFact's evidence is sentences of abstracts, as an index has; the part of HealthVer set
    # apart is seven groups of claims from web pages, too few and too unlike it for a threshold
    abstracts = parts.settle["scifact"]
    texts = [(p.claim, p.evidence) for p in abstracts]
    logits = open_encoder("auto", out / "verifier.safetensors").logits(texts)
    _write(out / "verifier.json", softmax("cross-encoder-2", logits, abstracts))
    apart = [p for pairs in parts.settle.values() for p in pairs]
    known = [p for p in parts.first if p.source in ("scifact", "healthver")] + apart
    rows = feature_rows(
        [(p.claim, p.evidence) for p in known],
        [read_pair(p.claim, p.evidence) for p in known],
        load_embedder("minilm"),
    )
    _write(out / "features.json", regression("features-2", (*RULES, *COSINES), rows, known, 0.05))


def run_verifier(
    data: Path, literature: Path, out: Path, held_out: Path | None = None, *, settle: bool = False
) -> None:
    """Collect, train, settle, write.

    Args:
        data: folder of the labelled sets.
        literature: a file of articles to derive pairs from.
        out: where the weights go.
        held_out: the pairs held out are written to this folder.
        settle: keep the network that lies in ``out``, refit the rest.

    Raises:
        UsageError: a labelled set, the literature or the network to keep is not there.
        CorpusError: the literature cannot be read.
    """
    lacking = [name for name in LABELLED if not (data / name).is_dir()]
    if lacking:
        raise UsageError(
            f"{data} has no folder {', '.join(lacking)}; --data takes a folder with the labelled "
            f"sets {', '.join(LABELLED)}"
        )
    if not literature.is_file():
        raise UsageError(f"{literature} is no file; --literature takes a file of articles")
    if settle and not (out / "verifier.safetensors").is_file():
        raise UsageError(f"{out} holds no verifier.safetensors; --settle needs one, train it first")
    parts = collect(data, literature)
    out.mkdir(parents=True, exist_ok=True)
    if held_out:
        held_out.mkdir(parents=True, exist_ok=True)
        for name, pairs in parts.test.items():
            rows = [{"claim": p.claim, "evidence": p.evidence, "label": p.label} for p in pairs]
            text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            (held_out / f"{name}.jsonl").write_text(text, encoding="utf-8")
    if not settle:
        train(parts, out / "verifier.safetensors")
    settle_thresholds(parts, out)


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
