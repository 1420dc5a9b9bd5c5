"""What the verifier learns from, and its training.

Claims that share evidence stay together: a quarter of these groups is held out, an eighth settles
the regression and its thresholds, the rest is learnt from, beside derived pairs (``derive``).
Yes/no questions come from BioASQ 7B and 8B only. ``thresholds`` settles, ``verifier_run`` is the
whole run.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rag.models.device import Device
from rag.models.fetch import LocalModel
from rag.models.verifier_cross import CHANGES
from rag.progress import Progress
from rag.training.curve import draw_losses
from rag.training.derive import sentence_pairs, title_pairs, turned
from rag.training.embedder import Trained
from rag.training.leaks import SAME_PASSAGE
from rag.training.network import Network, Stage
from rag.training.overlap import Overlaps
from rag.training.pairs import (
    Pair,
    bioasq_yesno,
    evidence_inference,
    healthver,
    part,
    scifact,
    scifact_more,
)
from rag.training.runs import CHECKPOINTS, begin, fingerprint, trained
from rag.training.sources import articles_in
from rag.training.stages import train_stages

LABELLED = ("scifact", "healthver", "evidence-inference", "bioasq")
"""Folders of the labelled sets."""
SALT = "medlit-1"
TEST, SETTLE = 0.25, 0.37
"""Groups below the first share are held out, below the second settle thresholds."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Pairs by what they are for.

    ``leaked`` counts those that were left out of both stages, since a held-out one says it.
    """

    first: tuple[Pair, ...]
    second: tuple[Pair, ...]
    settle: dict[str, tuple[Pair, ...]]
    test: dict[str, tuple[Pair, ...]]
    leaked: int = 0


def collect(data: Path, literature: Path, seed: int = 7) -> Parts:
    """Read the labelled sets, derive pairs from the literature, and part them.

    Raises:
        CorpusError: the literature cannot be read, or holds clinical notes.
        EvaluationError: a line of a labelled set is damaged.
    """
    rng = random.Random(seed)
    articles = [
        one
        for one in articles_in(literature)
        if one.status == "current" and one.sections and one.language in ("", "eng")
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

    first = (*titles, *some(results, 2600), *some(effects, 2200), *learn, *other,
             *some(near, 500), *some(asked, 800))  # fmt: skip
    second = (*learn, *other, *_kept(claims, "learn"), *some(near, 900), *some(effects, 900),
              *some(titles, 1600), *some(results, 500), *some(asked, 700))  # fmt: skip
    test = {n: tuple(_kept(p, "test")) for n, p in sets.items()}
    leaks = _leaks((*first, *second), [p for pairs in test.values() for p in pairs])
    return Parts(
        first=tuple(p for p in first if p not in leaks),
        second=tuple(p for p in second if p not in leaks),
        settle={n: tuple(_kept(p, "settle")) for n, p in sets.items()},
        test=test,
        leaked=len(leaks),
    )


def _leaks(pairs: Sequence[Pair], held_out: Sequence[Pair]) -> set[Pair]:
    """Return the pairs of which a held-out one has the claim, or nearly the evidence.

    Those of the sets that are parted themselves are not looked at: there the groups part them.
    """
    parted = {p.source for p in held_out}
    claims, texts = Overlaps(), Overlaps()
    for claim in {p.claim for p in held_out}:
        claims.add(claim)
    for text in {p.evidence for p in held_out}:
        texts.add(text)
    others = {p for p in pairs if p.source.partition("-")[0] not in parted}
    near = {
        text
        for text in {p.evidence for p in others}
        if texts.holds(text) or texts.nearest(text) >= SAME_PASSAGE
    }
    return {p for p in others if p.evidence in near or claims.holds(p.claim)}


def _kept(pairs: Sequence[Pair], wanted: str) -> list[Pair]:
    """Return the pairs of one part: ``learn``, ``settle`` or ``test``."""

    def of(pair: Pair) -> str:
        place = part(pair.group, SALT)
        return "test" if place < TEST else "settle" if place < SETTLE else "learn"

    return [p for p in pairs if of(p) == wanted]


def known_pairs(parts: Parts) -> list[Pair]:
    """Return the labelled pairs that the features are fitted to."""
    apart = [p for pairs in parts.settle.values() for p in pairs]
    return [p for p in parts.first if p.source in ("scifact", "healthver")] + apart


def train(parts: Parts, base: LocalModel, out: Path, progress: Progress, device: Device) -> Trained:
    """Train the network and write what it changed of its base, and the loss curve.

    An interrupted run goes on from its last checkpoint when it is asked for again, until
    ``runs.finish`` closes it.

    Raises:
        ModelError: the base cannot be loaded.
        UsageError: ``out`` holds something else.
    """
    from safetensors.torch import save_file

    stages = (Stage(parts.first, 1, 1.2e-4, seed=0), Stage(parts.second, 2, 6e-5, seed=1))
    plan = [(len(s.pairs), s.epochs, s.rate, s.seed) for s in stages]
    texts = (
        f"{p.claim}\0{p.evidence}\0{p.label}\0{p.weight}" for stage in stages for p in stage.pairs
    )
    # a checkpoint holds where the random numbers of its device stand: it is of no use elsewhere
    asked = {"stages": plan, "device": device.kind}
    begun = begin(out, fingerprint(asked, base, texts))
    if begun.done is not None:
        progress.note("this run is trained already; what is left is to settle and to measure it")
        return Trained(**begun.done)
    if begun.last is not None:
        progress.note(f"going on from {begun.last.name}")
    network = Network(base.path, device)
    done = train_stages(network, stages, out / CHECKPOINTS, begun.last, progress)
    save_file(network.changed(), out / CHANGES.name)
    draw_losses(done.losses, out / "loss.png", f"verifier on {base.spec}: cross-entropy")
    made = Trained(
        done.losses, done.steps, done.first, done.seconds, f"{device.torch_name}, float32"
    )
    trained(out, asdict(made))
    return made
