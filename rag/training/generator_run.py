"""The three steps for a generator in one: preprocess, train, evaluate; and the card of it."""

from __future__ import annotations

import importlib.util
import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import cast

from rag.errors import EvaluationError, ModelError, UsageError
from rag.evaluation import EvaluationSet
from rag.models.causal import require_writer
from rag.models.device import choose
from rag.models.fetch import LocalModel, resolve
from rag.models.generator import Generator, load_generator
from rag.progress import Progress
from rag.training.answer_sources import read_sources
from rag.training.answers import Example, Shape, Source, as_pairs, make_examples
from rag.training.card import CardFacts, write_card
from rag.training.encoding import fitting
from rag.training.generator import GeneratorSettings, Tuned, sizes_for, train_generator
from rag.training.leaks import HeldOut
from rag.training.pairs import part
from rag.training.runs import finish, require_extra, require_free
from rag.training.written import Written, answer_loss, measure_written

LEAST_EXAMPLES = 8


@dataclass(frozen=True, slots=True)
class GeneratorData:
    """Which data, and how much of it.

    Attributes:
        paths: BioASQ's questions, literature, or an index.
        batches: of BioASQ's questions.
        limit: most examples.
        shape: how a prompt is made.
        apart: share of the questions that is set apart to measure with.
        written: most examples that are written before and after.
    """

    paths: tuple[Path, ...]
    batches: tuple[str, ...] = ()
    limit: int | None = None
    shape: Shape = field(default_factory=Shape)
    apart: float = 0.05
    written: int = 12


@dataclass(frozen=True, slots=True)
class GeneratorRun:
    """What was made: the folder, the examples learnt, the run, the figures before and after."""

    out: Path
    notes: tuple[str, ...]
    learnt: tuple[Example, ...]
    tuned: Tuned
    before: Written | None
    after: Written | None


def prepare_examples(
    data: GeneratorData, sets: Sequence[EvaluationSet], seed: int, progress: Progress
) -> tuple[list[Example], list[Example], list[str]]:
    """Return examples to train on, examples to measure with, and what was done.

    Raises:
        UsageError: data is in no known form, or too little is left.
        EvaluationError: a held-out set or a row is damaged.
    """
    notes: list[str] = []

    def note(text: str) -> None:
        notes.append(text)
        progress.note(text)

    sources: list[Source] = []
    for path in data.paths:
        found = read_sources(path, data.batches)
        note(f"{path.name}: {len(found):,} questions with passages and an ideal answer")
        sources += found
    pairs = [pair for source in sources for pair in as_pairs(source)]
    kept, report = HeldOut(sets).without_leaks(pairs)
    note(report.line())
    whole = Counter(p.group for p in pairs)
    clean = Counter(p.group for p in kept)
    # one leaking passage may be the answer of a held-out question: the whole question goes
    asked = len(sources)
    sources = [s for s in sources if clean[s.id] == whole[s.id]]
    if len(sources) < asked:
        note(f"{asked - len(sources):,} questions are left out for them, with all their passages")
    random.Random(seed).shuffle(sources)
    examples = make_examples(sources, data.shape, seed)
    refusals = sum(e.refuses for e in examples)
    note(
        f"{len(examples):,} examples of {len(sources):,} questions, {refusals:,} of them with "
        "nothing but passages of other questions"
    )
    apart = {s.id for s in sources if part(s.id, "medlit-apart") < data.apart}
    seen = {name for s in sources if s.id not in apart for name in s.names}
    # an answer quotes its passage: of an article that is learnt from it is known
    alike = {s.id for s in sources if s.id in apart and s.names & seen}
    learn = [e for e in examples if e.id not in apart][: data.limit]
    measure = [e for e in examples if e.id in apart - alike]
    note(
        f"{len(learn):,} examples to train on, {len(measure):,} set apart; {len(alike):,} "
        "questions are neither, since they share an article with others"
    )
    if len(learn) < LEAST_EXAMPLES:
        raise UsageError(
            f"{len(learn)} examples are left to train on; give more --data (at least "
            f"{LEAST_EXAMPLES}): questions with snippets and ideal answers"
        )
    return learn, measure, notes


def run_generator(
    data: GeneratorData,
    base: str,
    out: Path,
    settings: GeneratorSettings,
    progress: Progress,
    *,
    sets: Sequence[EvaluationSet] = (),
    device: str = "auto",
    command: str = "medlit train generator",
) -> GeneratorRun:
    """Preprocess, train, evaluate, and write adapter, model, card and loss curve.

    Args:
        data: what to learn from.
        base: catalog name, folder, ``.gguf`` file or Hugging Face id.
        out: folder of the result.
        settings: of the training.
        progress: told of stages and notes.
        sets: held-out sets, of which nothing is trained on.
        device: see ``rag.models.device.choose``.
        command: how the run was asked for, for the card.

    Raises:
        ModelError: the extra ``train`` is not installed, or the base is no generator.
        UsageError: see ``prepare_examples`` and ``runs.begin``.
    """
    require_extra()
    require_free(out)
    if data.written and importlib.util.find_spec("rouge_score") is None:
        raise EvaluationError("measuring drafts needs rouge_score: pip install 'medlit[eval]'")
    model = resolve(base)
    if model.card is not None and model.card.task != "generator":
        raise ModelError(f"{base} is no generator; train smollm2, qwen-1.5b or a folder")
    require_writer(model)
    learn, measure, notes = prepare_examples(data, sets, settings.seed, progress)
    measure = _measurable(model, measure, data.written, settings.max_tokens, notes, progress)
    before = _measure(model, base, measure, device, progress)
    tuned = train_generator(model, learn, out, settings, progress, device)
    made = out / "model.gguf"
    spec = str(made if made.is_file() and model.path.is_file() else out)
    after = _measure(resolve(str(out)), spec, measure, device, progress)
    learnt = fitting(model, learn, settings.max_tokens)
    run = GeneratorRun(out, tuple(notes), tuple(learnt), tuned, before, after)
    batch, at_once = sizes_for(choose(device), settings, tuned.examples)
    _write(run, model, replace(settings, batch=batch, at_once=at_once), data.shape, command)
    finish(out)
    return run


def _measurable(
    model: LocalModel,
    apart: Sequence[Example],
    most: int,
    max_tokens: int,
    notes: list[str],
    progress: Progress,
) -> list[Example]:
    """Return the examples to measure with: longer ones than were learnt the result refuses."""
    if not most or not apart:
        return []
    short = fitting(model, apart, max_tokens)
    notes.append(
        f"of those set apart {min(len(short), most):,} are measured with; "
        f"{len(apart) - len(short):,} are longer than {max_tokens:,} tokens"
    )
    progress.note(notes[-1])
    return short[:most]


def _measure(
    model: LocalModel, spec: str, examples: Sequence[Example], device: str, progress: Progress
) -> Written | None:
    if not examples:
        return None
    loss = answer_loss(model, examples, device)
    generator = cast(Generator, load_generator(spec, device))  # a file or folder: never remote
    try:
        return measure_written(generator, examples, loss, progress)
    finally:
        generator.close()


def _write(
    run: GeneratorRun, base: LocalModel, settings: GeneratorSettings, shape: Shape, command: str
) -> None:
    table = [["figure", "before", "after"]]
    figures: dict[str, dict[str, float]] = {}
    if run.before and run.after:
        figures = {"before": run.before.flat(), "after": run.after.flat()}
        table += [
            [name, f"{value:.4g}", f"{figures['after'][name]:.4g}"]
            for name, value in figures["before"].items()
        ]
    tuned = run.tuned
    facts = CardFacts(
        title=f"{base.spec}, trained to write cited answers in medlit's prompt form",
        base=base.spec,
        base_licence=base.card.licence if base.card else "licence: look at the base",
        command=command,
        data=Counter(e.kind for e in run.learnt),
        checks=[*run.notes, f"{tuned.too_long:,} examples were longer than the limit of tokens"],
        run=[
            tuned.line(),
            ", ".join(f"{k} {v}" for k, v in (asdict(settings) | asdict(shape)).items()),
            f"GGUF: {tuned.gguf or 'model.gguf, Q8_0'}",
        ],
        table=table,
        limits=[
            "It writes drafts: medlit says only what its verifier finds borne out.",
            "The figures are of prompts whose passages are given; whole answers are measured by "
            "`medlit eval answers`.",
        ],
    )
    write_card(run.out / "README.md", facts)
    text = json.dumps({"figures": figures, "seconds": tuned.seconds}, indent=1)
    (run.out / "figures.json").write_text(text + "\n", encoding="utf-8")
