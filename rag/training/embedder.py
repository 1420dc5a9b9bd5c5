"""Fine-tuning of an embedder on pairs: contrastive, with in-batch and hard negatives.

The trainer and the losses are those of ``sentence-transformers``. Batches that do not fit into
memory at once are computed in parts with cached gradients (Gao et al., "Scaling Deep Contrastive
Learning Batch Size under Memory Limited Setup", RepL4NLP 2021), which costs a second forward pass
and changes nothing of the result. After training the weights are averaged with those of the base
(Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022): a field is learnt, and what
the base knows of others is not unlearnt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import ModelError
from rag.models.device import Device, choose
from rag.models.fetch import LocalModel
from rag.models.folder import Layout, read_layout
from rag.models.hub import loading
from rag.progress import Progress
from rag.training.curve import draw_losses
from rag.training.runs import (
    arguments_of,
    begin,
    fingerprint,
    import_trainers,
    steps_line,
    trained,
    watch,
)
from rag.training.text_pairs import TextPair

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

SCALE = 20.0
"""By which cosines are multiplied before the softmax: a temperature of .05."""


@dataclass(frozen=True, slots=True)
class EmbedderSettings:
    """What a run is asked for.

    Attributes:
        epochs: passes over the pairs; 0.5 is half a one.
        rate: highest learning rate; a linear warm-up over a tenth of the steps, linear decay.
        batch: pairs that are each other's negatives; 0 chooses by device.
        at_once: pairs computed at once, at most ``batch``; 0 chooses by device.
        max_tokens: texts are cut to so many tokens in training; the model keeps its own window.
        blend: share of the trained weights in the result, 0 to 1; the rest are the base's.
        seed: of the order, of dropout and of the draws.
    """

    epochs: float = 1.0
    rate: float = 3e-5
    batch: int = 0
    at_once: int = 0
    max_tokens: int = 128
    blend: float = 0.3
    seed: int = 7


@dataclass(frozen=True, slots=True)
class Trained:
    """What a run did.

    Attributes:
        losses: (step, mean loss since the one before).
        steps: all of them.
        first: steps that had been done when an interrupted run went on for the last time.
        seconds: that the steps since then took.
        device: where, and in which type of numbers.
    """

    losses: tuple[tuple[int, float], ...]
    steps: int
    first: int
    seconds: float
    device: str

    def line(self) -> str:
        """Say it in one line."""
        return f"{steps_line(self.steps, self.first, self.seconds)} on {self.device}"


def sizes_for(device: Device, settings: EmbedderSettings) -> tuple[int, int]:
    """Return (batch, pairs computed at once) for a device, where the settings leave it open."""
    batch = settings.batch or (512 if device.kind == "cuda" else 64)
    at_once = settings.at_once or (128 if device.kind == "cuda" else 32)
    return batch, min(batch, at_once)


def train_embedder(
    base: LocalModel,
    pairs: Sequence[TextPair],
    negatives: Sequence[str | None],
    out: Path,
    settings: EmbedderSettings,
    progress: Progress,
    device: str = "auto",
) -> Trained:
    """Train, and write a folder that ``load_embedder`` opens.

    A run that was interrupted goes on from its last checkpoint when it is asked for again, until
    ``runs.finish`` closes it.

    Args:
        base: the model to begin with.
        pairs: what to learn.
        negatives: a hard negative for each pair; where there is none, a passage of another
            pair stands in.
        out: folder of the result.
        settings: see there.
        progress: told of steps and losses.
        device: see ``rag.models.device.choose``.

    Raises:
        ModelError: the base cannot be trained (a GGUF file, two encoders), or not loaded.
        UsageError: ``out`` holds something else.
    """
    import_trainers()
    from datasets import Dataset
    from datasets.utils.logging import disable_progress_bar
    from sentence_transformers import (
        SentenceTransformerTrainer,
        SentenceTransformerTrainingArguments,
    )
    from sentence_transformers.sentence_transformer.training_args import BatchSamplers
    from transformers import set_seed

    place = choose(device)
    batch, at_once = sizes_for(place, settings)
    batch = min(batch, len(pairs))
    hard = _filled(pairs, negatives)
    texts = [t for p, n in zip(pairs, hard, strict=True) for t in (p.query, p.passage, n)]
    mark = fingerprint(asdict(settings) | {"batch": batch}, base, texts)
    begun = begin(out, mark)
    if begun.done is not None:
        progress.note("this run is trained already; what is left is to measure it")
        return Trained(**begun.done)
    if begun.last is not None:
        progress.note(f"going on from {begun.last.name}")
    set_seed(settings.seed)
    model, window = load_trainable(base, place)
    before = {k: v.detach().clone() for k, v in model.state_dict().items()}
    model.max_seq_length = min(window, settings.max_tokens)
    disable_progress_bar()
    # medlit writes a card of its own: with an example there none is looked for behind a bar
    model.model_card_data.widget = [{"source_sentence": ""}]
    data = Dataset.from_dict({
        "anchor": [p.query for p in pairs], "positive": [p.passage for p in pairs],
        "negative": hard,
    })  # fmt: skip
    steps = max(1, round(settings.epochs * len(pairs) / batch))
    prompts = {k: str(model.prompts.get(v) or "") for k, v in _PROMPTS.items()}
    arguments = SentenceTransformerTrainingArguments(
        **arguments_of(out, steps, settings.rate, settings.seed, place),
        per_device_train_batch_size=batch,
        lr_scheduler_type="linear",
        weight_decay=0.01,
        batch_sampler=BatchSamplers.NO_DUPLICATES,
        prompts=prompts if any(prompts.values()) else None,
    )
    with loading(base.path):
        trainer: Any = SentenceTransformerTrainer(
            model=model, args=arguments, train_dataset=data, loss=_loss(model, batch, at_once)
        )
        told = watch(trainer, progress)
        done = trainer.train(resume_from_checkpoint=str(begun.last) if begun.last else None)
    model.to("cpu")
    blended = blend(before, model.state_dict(), settings.blend)
    model.load_state_dict(blended)
    model.max_seq_length = window
    # half the bytes, for a rounding that no ranking sees; whoever opens it chooses the type
    model.half()
    with loading(base.path):  # without the library's bars
        model.save_pretrained(str(out), create_model_card=False, safe_serialization=True)
    draw_losses(told.losses, out / "loss.png", f"{base.spec}: contrastive loss")
    seconds = float(done.metrics.get("train_runtime", 0.0))
    where = f"{place.torch_name}, {place.dtype}"
    made = Trained(tuple(told.losses), steps, told.first, seconds, where)
    trained(out, asdict(made))
    return made


_PROMPTS = {"anchor": "query", "positive": "document", "negative": "document"}


def trainable_layout(base: LocalModel) -> Layout:
    """Return how a base lies in its folder, if it is one encoder with a pooling.

    Raises:
        ModelError: it is a file, has a second encoder, or more parts than these.
    """
    card = base.card
    if base.path.is_file() or base.query_path is not None or (card and card.title_pairs):
        raise ModelError(f"{base.spec} is not one encoder; train minilm, bge-small or a folder")
    layout = read_layout(base.path)
    if layout.library and card is None:
        raise ModelError(f"{base.spec} is more than an encoder with a pooling; train another base")
    return layout


def load_trainable(base: LocalModel, device: Device) -> tuple[SentenceTransformer, int]:
    """Load a base for training, in fp32; return it and its window in tokens.

    Raises:
        ModelError: see ``trainable_layout``; or it cannot be loaded.
    """
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

    layout, card = trainable_layout(base), base.card
    window = card.max_tokens if card else layout.max_tokens
    pooling = card.pooling if card else layout.pooling
    prompts = {
        "query": card.query_prompt if card else layout.query_prompt,
        "document": card.document_prompt if card else layout.document_prompt,
    }
    with loading(base.path):
        body: Any = Transformer(str(layout.transformer), max_seq_length=window)
        dimension = body.get_embedding_dimension()
        mode = "lasttoken" if pooling == "last" else pooling
        model = SentenceTransformer(
            modules=[body, Pooling(dimension, mode), Normalize()],
            device=device.torch_name,
            prompts=prompts,
        )
    return model.float(), window


def blend(base: dict[str, Any], trained: dict[str, Any], share: float) -> dict[str, Any]:
    """Return weights between two models of one form: ``share`` of the trained one."""
    return {
        name: value.cpu().lerp(trained[name].cpu(), share)
        if value.is_floating_point()
        else trained[name].cpu()
        for name, value in base.items()
    }


def _filled(pairs: Sequence[TextPair], negatives: Sequence[str | None]) -> list[str]:
    """Put a passage from half the list away where a negative is missing, of another article.

    Where all passages are of the question's own articles one of them has to stand in.
    """
    own: dict[str, set[str]] = {}
    for pair in pairs:
        own.setdefault(pair.query, set()).add(pair.article)
    out = []
    for i, hard in enumerate(negatives):
        start = i + len(pairs) // 2
        away = (pairs[j % len(pairs)] for j in range(start, start + len(pairs)))
        other = (p for p in away if p.article not in own[pairs[i].query])
        out.append(hard if hard is not None else next(other, pairs[start % len(pairs)]).passage)
    return out


def _loss(model: SentenceTransformer, batch: int, at_once: int) -> Any:
    from sentence_transformers.sentence_transformer.losses import (
        CachedMultipleNegativesRankingLoss,
        MultipleNegativesRankingLoss,
    )

    if batch > at_once:
        return CachedMultipleNegativesRankingLoss(model, scale=SCALE, mini_batch_size=at_once)
    # the whole batch fits: the same gradients for one forward pass less
    return MultipleNegativesRankingLoss(model, scale=SCALE)
