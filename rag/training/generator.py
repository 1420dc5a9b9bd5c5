"""Fine-tuning of a generator with LoRA (Hu et al., arXiv:2106.09685): loss on the answer alone.

What is trained are small matrices beside those of the model, by ``peft``. Written are the adapter,
the merged model as safetensors and, where the base is a GGUF file of a llama, one of those too
(``gguf_export``).
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.answering.llm import ANSWER_TOKENS
from rag.errors import UsageError
from rag.models.device import Device, choose
from rag.models.fetch import LocalModel
from rag.models.folder import write_window
from rag.models.hub import load_model, loading
from rag.progress import Progress
from rag.training.answers import Example
from rag.training.curve import draw_losses
from rag.training.encoding import IGNORED, Encoded, chat_tokenizer, encode
from rag.training.runs import (
    arguments_of,
    begin,
    fingerprint,
    import_trainers,
    steps_line,
    trained,
    watch,
)

if TYPE_CHECKING:
    from transformers import Trainer


@dataclass(frozen=True, slots=True)
class GeneratorSettings:
    """What a run is asked for.

    Attributes:
        epochs: passes over the examples.
        rate: highest learning rate.
        batch: examples a step; 0 chooses by device.
        at_once: examples computed at once; 0 chooses by device.
        max_tokens: longer examples are left out, prompt and answer together.
        rank: of the adapter's matrices.
        seed: of the order and of the first weights.
    """

    epochs: float = 1.0
    rate: float = 1e-3
    batch: int = 0
    at_once: int = 0
    max_tokens: int = 896
    rank: int = 8
    seed: int = 7


@dataclass(frozen=True, slots=True)
class Tuned:
    """What a run did.

    Attributes:
        losses, steps, first, seconds, device: see ``embedder.Trained``.
        tokens: of prompts and answers that all steps saw, padding left out.
        examples: that were trained on.
        too_long: that were left out.
        gguf: why there is no such file; empty where there is one.
    """

    losses: tuple[tuple[int, float], ...]
    steps: int
    first: int
    seconds: float
    tokens: int
    examples: int
    too_long: int
    device: str
    gguf: str

    def line(self) -> str:
        """Say it in one line."""
        steps = steps_line(self.steps, self.first, self.seconds)
        return f"{steps} on {self.device}; {self.tokens:,} tokens"


def sizes_for(device: Device, settings: GeneratorSettings, examples: int) -> tuple[int, int]:
    """Return (examples a step, examples computed at once), where the settings leave it open."""
    # one by one nothing is padded, and a CPU is full with one
    at_once = settings.at_once or (16 if device.kind == "cuda" else 1)
    # few examples need many steps (decision 0031)
    batch = min(settings.batch or (16 if device.kind == "cuda" else 4), examples)
    # a step is of whole parts: the largest that divides it
    return batch, next(n for n in range(min(at_once, batch), 0, -1) if batch % n == 0)


def load_for_training(base: LocalModel, device: str) -> tuple[Any, Any]:
    """Load (model, tokenizer) in fp32.

    Raises:
        ModelError: it cannot be loaded.
    """
    place = replace(choose(device), dtype="float32")
    tokenizer = chat_tokenizer(base)
    model = load_model("AutoModelForCausalLM", base.path, place)
    if base.path.is_file():
        # the weights were unpacked to fp32; what is left are marks that forbid training
        for name in ("hf_quantizer", "quantization_method", "is_quantized"):
            model.__dict__.pop(name, None)
        model.config.__dict__.pop("quantization_config", None)
    return model, tokenizer


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Silence what peft asks for: a name that transformers will change, a file of other bases."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=FutureWarning, module="transformers")
        warnings.filterwarnings("ignore", category=UserWarning, module="peft")
        yield


@_without_warnings()
def train_generator(
    base: LocalModel,
    examples: Sequence[Example],
    out: Path,
    settings: GeneratorSettings,
    progress: Progress,
    device: str = "auto",
) -> Tuned:
    """Train an adapter, and write it, the merged model and what the runtime needs.

    An interrupted run goes on from its last checkpoint when it is asked for again, until
    ``runs.finish`` closes it.

    Raises:
        ModelError: the base cannot be loaded.
        UsageError: no example fits, or ``out`` holds something else.
    """
    import_trainers()
    from peft import LoraConfig, get_peft_model
    from transformers import TrainingArguments, set_seed

    from rag.training.gguf_export import export_gguf

    place = choose(device)
    set_seed(settings.seed)
    model, tokenizer = load_for_training(base, device)
    encoded = [encode(tokenizer, e) for e in examples]
    rows = [e for e in encoded if len(e.ids) <= settings.max_tokens]
    if not rows:
        raise UsageError(
            f"none of {len(encoded):,} examples fits into {settings.max_tokens} tokens; raise "
            "--max-tokens, or give fewer or shorter passages"
        )
    batch, at_once = sizes_for(place, settings, len(rows))
    steps = max(1, round(settings.epochs * len(rows) / batch))
    wanted = asdict(settings) | {"batch": batch}
    begun = begin(out, fingerprint(wanted, base, (str(e.ids) for e in rows)))
    if begun.done is not None:
        progress.note("this run is trained already; what is left is to measure it")
        return Tuned(**begun.done)
    if begun.last is not None:
        progress.note(f"going on from {begun.last.name}")
    # without dropout: its masks are an eighth of the time, and no example is seen often
    lora = LoraConfig(
        r=settings.rank, lora_alpha=2 * settings.rank, lora_dropout=0.0,
        target_modules="all-linear", task_type="CAUSAL_LM",
    )  # fmt: skip
    model.config.use_cache = False
    tuned: Any = get_peft_model(model, lora)
    arguments = TrainingArguments(
        **arguments_of(out, steps, settings.rate, settings.seed, place),
        per_device_train_batch_size=at_once,
        gradient_accumulation_steps=batch // at_once,
        lr_scheduler_type="cosine",
        weight_decay=0.0,
        max_grad_norm=1.0,
        remove_unused_columns=False,
        include_num_input_tokens_seen="non_padding",
    )
    padding = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else 0
    trainer = answer_trainer()(
        model=tuned, args=arguments, train_dataset=_Rows(rows), data_collator=_Padded(padding)
    )
    told = watch(trainer, progress)
    with loading(base.path):
        done = trainer.train(resume_from_checkpoint=str(begun.last) if begun.last else None)
        tuned.to("cpu").eval()
        tuned.save_pretrained(str(out / "adapter"))
        # an empty form; the card of the run says what there is to say
        (out / "adapter" / "README.md").unlink(missing_ok=True)
        merged: Any = tuned.merge_and_unload()
        merged.config.use_cache = True
        merged.save_pretrained(str(out), safe_serialization=True)
        tokenizer.save_pretrained(str(out))
    write_window(out, settings.max_tokens + ANSWER_TOKENS["medium"])
    why = export_gguf(base.path, merged, out / "model.gguf")
    draw_losses(told.losses, out / "loss.png", f"{base.spec}: loss on the answer")
    made = Tuned(
        losses=tuple(told.losses),
        steps=steps,
        first=told.first,
        seconds=float(done.metrics.get("train_runtime", 0.0)),
        tokens=int(trainer.state.num_input_tokens_seen),
        examples=len(rows),
        too_long=len(encoded) - len(rows),
        device=f"{place.torch_name}, {place.dtype}",
        gguf=why,
    )
    trained(out, asdict(made))
    return made


def answer_trainer() -> type[Trainer]:
    """Return the trainer of ``transformers`` with logits of the answer's tokens alone.

    Of a prompt of hundreds of tokens the logits over the whole vocabulary are a fifth of the
    work and most of the memory, and no loss is on them. The loss is the same.
    """
    import torch
    from transformers import Trainer

    class AnswerTrainer(Trainer):
        def compute_loss(
            self,
            model: Any,
            inputs: dict[str, Any],
            return_outputs: bool = False,
            num_items_in_batch: Any = None,
        ) -> Any:
            labels = inputs["labels"]
            # a token is foretold by the one before it: the last says nothing
            first = int((labels != IGNORED).any(dim=0).nonzero().min()) - 1
            wanted = labels[:, first + 1 :].flatten()
            given = {k: v for k, v in inputs.items() if k != "labels"}
            output = model(**given, logits_to_keep=labels.shape[1] - first)
            logits = output.logits[:, :-1].flatten(0, 1).float()
            total = torch.nn.functional.cross_entropy(
                logits, wanted, ignore_index=IGNORED, reduction="sum"
            )
            counted = num_items_in_batch
            loss = total / ((wanted != IGNORED).sum() if counted is None else counted)
            return (loss, output) if return_outputs else loss

    return AnswerTrainer


class _Rows:
    """The examples as ``torch`` asks for them."""

    def __init__(self, rows: Sequence[Encoded]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, at: int) -> Encoded:
        return self._rows[at]


class _Padded:
    """Makes a batch of examples: padding on the right, which no loss sees."""

    def __init__(self, padding: int) -> None:
        self._padding = padding

    def __call__(self, rows: Sequence[Encoded]) -> dict[str, Any]:
        import torch

        width = max(len(r.ids) for r in rows)

        def filled(values: list[int], with_: int) -> list[int]:
            return [*values, *[with_] * (width - len(values))]

        return {
            "input_ids": torch.tensor([filled(r.ids, self._padding) for r in rows]),
            "attention_mask": torch.tensor([filled([1] * len(r.ids), 0) for r in rows]),
            "labels": torch.tensor([filled(r.labels, IGNORED) for r in rows]),
        }
