"""The three steps for an embedder in one: preprocess, train, evaluate; and the card of it."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from rag.errors import UsageError
from rag.evaluation import EvaluationSet
from rag.models.device import choose
from rag.models.embedder import Embedder, open_embedder
from rag.models.fetch import LocalModel, resolve
from rag.progress import Progress
from rag.training.apart import APART, Figure, apart_ndcg, set_figures
from rag.training.card import CardFacts, write_card
from rag.training.embedder import (
    EmbedderSettings,
    Trained,
    sizes_for,
    train_embedder,
    trainable_layout,
)
from rag.training.leaks import SAME_PASSAGE, HeldOut
from rag.training.negatives import mine
from rag.training.overlap import Overlaps
from rag.training.runs import finish, require_extra, require_free
from rag.training.sources import read_pairs
from rag.training.text_pairs import (
    TextPair,
    at_most,
    set_apart,
    spread_over_sources,
    usable,
    without_duplicates,
)

LEAST_PAIRS = 16
"""Fewer pairs are no batch."""


@dataclass(frozen=True, slots=True)
class EmbedderData:
    """Which data, and how much of it.

    Attributes:
        paths: see ``sources.read_pairs``.
        batches: of BioASQ's questions.
        split: of sets in BEIR's layout, the one to train on.
        index: whose passages are searched for hard negatives too.
        limit: most pairs, spread over the sources.
        each: most passages of one question.
        apart: share of the pairs that is set apart to measure with.
    """

    paths: tuple[Path, ...]
    batches: tuple[str, ...] = ()
    split: str = "train"
    index: Path | None = None
    limit: int | None = None
    each: int = 5
    apart: float = 0.05


@dataclass(frozen=True, slots=True)
class Prepared:
    """Pairs to train on and to measure with, and a line on every step that chose them.

    ``known`` are all pairs that may be trained on, those that were not chosen included.
    """

    learn: tuple[TextPair, ...]
    measure: tuple[TextPair, ...]
    notes: tuple[str, ...]
    known: tuple[TextPair, ...]


@dataclass(frozen=True, slots=True)
class EmbedderRun:
    """What was made: the model's folder, what was learnt from, the figures."""

    out: Path
    prepared: Prepared
    trained: Trained
    figures: tuple[Figure, ...]


def prepare(data: EmbedderData, held_out: HeldOut, seed: int, progress: Progress) -> Prepared:
    """Read pairs and clean them; every step is noted.

    Raises:
        UsageError: data is in no known form, or too little is left.
        CorpusError: a file cannot be read.
        EvaluationError: a row is damaged.
    """
    notes: list[str] = []

    def note(text: str) -> None:
        notes.append(text)
        progress.note(text)

    pairs: list[TextPair] = []
    for path in data.paths:
        found = usable(read_pairs(path, data.batches, data.split))
        kinds = Counter(p.source for p in found)
        note(f"{path.name}: {len(found):,} pairs ({_counts(kinds)})")
        pairs += found
    pairs, report = held_out.without_leaks(pairs)
    note(report.line())
    random.Random(seed).shuffle(pairs)
    some = spread_over_sources(at_most(pairs, data.each), data.limit)
    kept = without_duplicates(some)
    note(
        f"of {len(pairs):,} pairs {len(some):,} are taken (at most {data.each} a question"
        f"{f', {data.limit:,} in all' if data.limit else ''}), {len(some) - len(kept):,} "
        "near-duplicates left out"
    )
    learn, measure = set_apart(kept, data.apart)
    note(f"{len(learn):,} pairs to train on, {len(measure):,} set apart")
    if len(learn) < LEAST_PAIRS:
        more = "raise --limit" if data.limit and len(pairs) > data.limit else "give more --data"
        raise UsageError(
            f"{len(learn)} pairs are left to train on; {more} (at least {LEAST_PAIRS} are needed)"
        )
    return Prepared(tuple(learn), tuple(measure), tuple(notes), tuple(pairs))


def run_embedder(
    data: EmbedderData,
    base: str,
    out: Path,
    settings: EmbedderSettings,
    progress: Progress,
    *,
    sets: Sequence[EvaluationSet] = (),
    measure: bool = True,
    device: str = "auto",
    command: str = "medlit train embedder",
) -> EmbedderRun:
    """Preprocess, train, evaluate, and write model, card, figures and loss curve.

    Args:
        data: what to learn from.
        base: catalog name, folder or Hugging Face id of the model to begin with.
        out: folder of the result.
        settings: of the training.
        progress: told of stages and notes.
        sets: held-out sets, of which nothing is trained on.
        measure: measure with them, before and after; the pairs set apart are always used.
        device: see ``rag.models.device.choose``.
        command: how the run was asked for, for the card.

    Raises:
        ModelError: the extra ``train`` is not installed, or the base is no embedder.
        UsageError: see ``prepare`` and ``runs.begin``.
    """
    require_extra()
    require_free(out)
    model = resolve(base)
    # what cannot be trained is refused before the data is read
    before = open_embedder(model, device)
    trainable_layout(model)
    held_out = HeldOut(sets)
    prepared = prepare(data, held_out, settings.seed, progress)
    measured = sets if measure else ()
    barred = _Barred(held_out, prepared.measure)
    hard = mine(prepared.learn, before, progress, data.index, settings.seed, barred, prepared.known)
    missing = sum(n is None for n in hard)
    mined = f"hard negatives: {len(hard) - missing:,} found, {missing:,} pairs have none"
    if data.index is not None:
        mined += (
            f"; {len(barred.found):,} passages of {data.index} are in a held-out set or set apart, "
            "and were passed over"
        )
    progress.note(mined)
    first = _measure(before, prepared, measured, progress)
    before.close()
    trained = train_embedder(model, prepared.learn, hard, out, settings, progress, device)
    after = open_embedder(resolve(str(out)), device)
    last = _measure(after, prepared, measured, progress)
    after.close()
    counts = {one.name: len(one.queries) for one in sets}
    counts[APART] = len({p.query for p in prepared.measure})
    figures = tuple(
        Figure(name, mode, counts[name], first[name, mode], last[name, mode])
        for name, mode in first
    )
    made = EmbedderRun(out, prepared, trained, figures)
    batch, at_once = sizes_for(choose(device), settings)
    sizes = replace(settings, batch=min(batch, len(prepared.learn)), at_once=at_once)
    _write(made, model, sizes, command, mined)
    finish(out)
    return made


class _Barred:
    """Says which passages of an index are measured with, and keeps them."""

    def __init__(self, held_out: HeldOut, measure: Sequence[TextPair]) -> None:
        self.found: set[str] = set()
        self._held_out = held_out
        self._apart = Overlaps()
        for pair in measure:
            self._apart.add(pair.passage)

    def __call__(self, passage: str) -> bool:
        held = self._held_out.holds(passage) or self._apart.holds(passage)
        if held or self._apart.nearest(passage) >= SAME_PASSAGE:
            self.found.add(passage)
        return passage in self.found


def _measure(
    embedder: Embedder, prepared: Prepared, sets: Sequence[EvaluationSet], progress: Progress
) -> dict[tuple[str, str], float]:
    found: dict[tuple[str, str], float] = {}
    if prepared.measure:
        others = [p.passage for p in prepared.learn]
        found[APART, "dense"] = apart_ndcg(embedder, prepared.measure, others)
    return found | (set_figures(sets, embedder, progress) if sets else {})


def _write(
    made: EmbedderRun, base: LocalModel, settings: EmbedderSettings, command: str, mined: str
) -> None:
    learnt = Counter(p.source for p in made.prepared.learn)
    rows = [["set", "mode", "questions", "nDCG@10 before", "after", "change"]]
    rows += [
        [f.set, f.mode, f"{f.queries:,}", f"{f.before:.4f}", f"{f.after:.4f}", f"{f.change:+.4f}"]
        for f in made.figures
    ]
    licence = base.card.licence if base.card else "licence: look at the base"
    facts = CardFacts(
        title=f"{base.spec}, trained on a field of its own",
        base=base.spec,
        base_licence=licence,
        command=command,
        data=learnt,
        checks=[*made.prepared.notes, mined],
        run=[
            made.trained.line(),
            ", ".join(f"{k} {v}" for k, v in asdict(settings).items()),
        ],
        table=rows,
        limits=[
            "What is not like the data may be found less well than by the base; measure it "
            "(`medlit eval retrieval`).",
            "An index made with the base must be made anew for this model.",
        ],
    )
    write_card(made.out / "README.md", facts)
    figures = [asdict(f) for f in made.figures]
    text = json.dumps({"figures": figures, "seconds": made.trained.seconds}, indent=1)
    (made.out / "figures.json").write_text(text + "\n", encoding="utf-8")


def _counts(kinds: Counter[str]) -> str:
    return ", ".join(f"{n:,} {name}" for name, n in sorted(kinds.items())) or "none"
