"""The three steps for the verifier in one: preprocess, train, evaluate; and the card of it.

OUT/verifier.safetensors, verifier.json, features.json      what medlit ships of a verifier
OUT/held-out/SET.jsonl                                      pairs of which nothing was learnt
OUT/loss.png, figures.json, README.md
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rag.errors import UsageError
from rag.models.device import choose
from rag.models.fetch import LocalModel, resolve
from rag.models.verifier_cross import BASE, CHANGES
from rag.progress import Progress
from rag.training.card import CardFacts, write_card
from rag.training.embedder import Trained
from rag.training.judged import AFTER, BEFORE, COUNTED, Judged, measure_judged
from rag.training.pairs import Pair
from rag.training.runs import RUN, finish, require_extra, require_free
from rag.training.thresholds import LEAST_SAID, Settled, require_enough, settle_thresholds
from rag.training.verifier import LABELLED, Parts, collect, known_pairs, train

HELD_OUT = "held-out"
_SETS = {"title": "literature", "sentence": "literature"}
"""The first word of a pair's source → the data it is from, where that is another word."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """How the network came about: what a later ``--settle`` keeps.

    Attributes:
        command: that trained it.
        line: steps, seconds and device.
        stages: a line on the pairs of each.
        data: set → pairs of it that were learnt from, each counted once.
    """

    command: str
    line: str
    stages: tuple[str, ...]
    data: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class VerifierRun:
    """What was made.

    Attributes:
        out: its folder.
        learnt: how the network came about; ``None`` where it was kept and nothing tells of it.
        trained: what the training did; ``None`` where the network was kept.
        notes: on the pairs that are held out and settled on.
        settled: where each verdict begins, of both verifiers.
        figures: on the held-out pairs.
    """

    out: Path
    learnt: Learnt | None
    trained: Trained | None
    notes: tuple[str, ...]
    settled: tuple[Settled, ...]
    figures: tuple[Judged, ...]


def run_verifier(
    data: Path,
    literature: Path,
    out: Path,
    progress: Progress,
    *,
    settle: bool = False,
    device: str = "auto",
    command: str = "medlit train verifier",
) -> VerifierRun:
    """Preprocess, train, settle the thresholds, evaluate; write weights, card and loss curve.

    Args:
        data: folder of the labelled sets.
        literature: a file of articles to derive pairs from.
        out: folder of the result.
        progress: told of stages and notes.
        settle: keep the network that lies in ``out``, refit the rest.
        device: see ``rag.models.device.choose``; the network is trained in fp32 on all.
        command: how the run was asked for, for the card.

    Raises:
        ModelError: the extra ``train`` is not installed, or the device or the base is not here.
        UsageError: a labelled set, the literature or the network to keep is not there, too few
            pairs are left, or ``out`` holds something else (see ``runs.begin``).
        CorpusError: the literature cannot be read, or holds clinical notes.
    """
    require_extra()
    _require_out(out, settle)
    _require_data(data, literature)
    place, base = choose(device), resolve(BASE)
    progress.start("reading and deriving pairs", None, "pairs")
    parts = collect(data, literature)
    progress.finish()
    require_enough(parts)
    stages, notes = _stages(parts), _notes(parts)
    for line in notes if settle else (*stages, *notes):
        progress.note(line)
    trained, learnt = None, _known(out)
    if not settle:
        trained = train(parts, base, out, progress, place)
        sets = Counter(_set_of(p) for p in {*parts.first, *parts.second})
        learnt = Learnt(command, trained.line(), stages, dict(sorted(sets.items())))
    settled = settle_thresholds(parts, out, device)
    for one in settled:
        progress.note(one.line())
    files = _write_held_out(parts, out / HELD_OUT)
    figures = measure_judged(out, files, device, progress)
    made = VerifierRun(out, learnt, trained, notes, settled, figures)
    _write(made, base, command, progress)
    finish(out)
    return made


def _require_out(out: Path, settle: bool) -> None:
    if not settle:
        require_free(out)
        return
    if not (out / CHANGES.name).is_file():
        raise UsageError(f"{out} holds no {CHANGES.name}; --settle needs one, train it first")
    if (out / RUN).is_file():
        raise UsageError(
            f"{out} holds a run that is not finished; run its command again, without --settle"
        )


def _require_data(data: Path, literature: Path) -> None:
    lacking = [name for name in LABELLED if not (data / name).is_dir()]
    if lacking:
        raise UsageError(
            f"{data} has no folder {', '.join(lacking)}; --data takes a folder with the labelled "
            f"sets {', '.join(LABELLED)}"
        )
    if not literature.is_file():
        raise UsageError(f"{literature} is no file; --literature takes a file of articles")


def _stages(parts: Parts) -> tuple[str, ...]:
    return f"first stage: {_counts(parts.first)}", f"second stage: {_counts(parts.second)}"


def _notes(parts: Parts) -> tuple[str, ...]:
    held = ", ".join(f"{len(pairs):,} pairs of {name}" for name, pairs in parts.test.items())
    return (
        f"held out: {held}; claims that share evidence are never parted",
        f"leak check: {parts.leaked:,} pairs of the literature and of other sets are left out, "
        "since a held-out pair has their claim (hash) or evidence (hash, runs of 5 words)",
        f"thresholds are settled on {len(parts.settle['scifact']):,} pairs of scifact set apart, "
        f"the features fitted to {len(known_pairs(parts)):,} pairs of the labelled sets",
    )


def _counts(pairs: Sequence[Pair]) -> str:
    sources = sorted(Counter(p.source for p in pairs).items())
    return f"{len(pairs):,} pairs ({', '.join(f'{n:,} {name}' for name, n in sources)})"


def _set_of(pair: Pair) -> str:
    first = pair.source.partition("-")[0]
    return _SETS.get(first, first)


def _write_held_out(parts: Parts, folder: Path) -> dict[str, Path]:
    """Write the held-out pairs, and return the files of those sets that have any."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for name, pairs in parts.test.items():
        rows = [{"claim": p.claim, "evidence": p.evidence, "label": p.label} for p in pairs]
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
        if pairs:
            files[name] = folder / f"{name}.jsonl"
    return files


def _write(made: VerifierRun, base: LocalModel, command: str, progress: Progress) -> None:
    out, learnt, trained = made.out, made.learnt, made.trained
    text = {
        "figures": [asdict(one) for one in made.figures],
        "settled": [asdict(one) for one in made.settled],
        "seconds": trained.seconds if trained else 0.0,
        "learnt": asdict(learnt) if learnt else None,
    }
    (out / "figures.json").write_text(json.dumps(text, indent=1) + "\n", encoding="utf-8")
    card = out / "README.md"
    if learnt is None and card.is_file():
        progress.note(f"{card} was written for a network of which no figures.json tells: it stays")
        return
    run = [learnt.line if learnt else "how the network was trained is not recorded here"]
    if trained is None:
        run.append(
            f"the network was kept, and the rest fitted anew, by `{command}`: pairs are held out "
            "only where its data are those of the training"
        )
    table = [["held-out pairs", "verifier", "pairs", "accuracy", "macro-F1",
              "precision of supports", "recall", "said"]]  # fmt: skip
    table += [
        [f.set, f.verifier, f"{f.pairs:,}", *(f"{value:.3f}" for value in
         (f.accuracy, f.macro_f1, f.precision, f.recall)), f"{f.said:,}"]
        for f in made.figures
    ]  # fmt: skip
    facts = CardFacts(
        title=f"{base.spec}, trained to judge whether a text bears out a claim",
        base=base.spec,
        base_licence=base.card.licence if base.card else "licence: look at the base",
        command=learnt.command if learnt else command,
        data=learnt.data if learnt else {},
        checks=[*(learnt.stages if learnt else ()), *made.notes],
        run=[*run, *(one.line() for one in made.settled)],
        table=table,
        limits=_LIMITS,
    )
    write_card(card, facts)


_LIMITS = (
    "It judges whether two texts agree, never whether a claim is true; English only.",
    f"In the figures, {AFTER} is this network, {COUNTED} the regression beside it, {BEFORE} the "
    "verifier that medlit ships. That one may have learnt pairs which are held out here, unless "
    "the data are those that it was made from: they are parted alike each time.",
    f"A precision may rest on as few as {LEAST_SAID} pairs, and is that of the set it was settled "
    "on; measure yours (`medlit eval support`).",
    f"`{HELD_OUT}/` holds texts of the data: leave it out where you pass the model on.",
)


def _known(out: Path) -> Learnt | None:
    """Return what an earlier run told of the network, if any did."""
    try:
        told = json.loads((out / "figures.json").read_text(encoding="utf-8"))["learnt"]
        return Learnt(**told | {"stages": tuple(told["stages"])})
    except (OSError, ValueError, LookupError, TypeError):
        return None
