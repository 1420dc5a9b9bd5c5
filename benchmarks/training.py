"""Training throughput: medlit's runs beside plain loops of the libraries, in one process.

    python benchmarks/training.py --texts corpora/starter/pubmed21n1298.xml.gz --rounds 2

Tokens a second, prompt and answer together, padding left out. Both of a pair see the same texts in
batches of one size, for one epoch. The plain loops compute in fp32; medlit in bf16 where the
device has it, so that on such a device the ratio is one of precision too.

- embedder: ``train_embedder`` beside a loop of AdamW over the same model and loss, without
  trainer, checkpoints or blending
- generator: ``train_generator`` (LoRA) beside ``transformers.Trainer`` on all weights with its
  defaults

The parts take turns, and the least time of the rounds counts.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

from rag.models.device import choose
from rag.models.fetch import resolve
from rag.progress import Silent
from rag.training.answers import Shape, Source, make_examples
from rag.training.embedder import SCALE, EmbedderSettings, load_trainable, train_embedder
from rag.training.encoding import encode
from rag.training.generator import (
    GeneratorSettings,
    _Padded,
    _Rows,
    load_for_training,
    train_generator,
)
from rag.training.sources import read_pairs
from rag.training.text_pairs import usable


def pairs_of(path, count):
    found = [p for p in usable(read_pairs(path)) if p.source == "literature"]
    return found[:count]


def examples_of(pairs):
    """Prompts of real length; what they answer does not matter here."""
    made = [
        Source(p.article, p.query, (p.passage,), (p.query,), frozenset({p.article}), "literature")
        for p in pairs
    ]
    return make_examples(made, Shape(passages=3, words=60, refusals=0.5), seed=1)


def embedder_plain(base, pairs, hard, batch, max_tokens):
    import torch
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

    model, _ = load_trainable(base, choose("auto"))
    model.max_seq_length = max_tokens
    loss = MultipleNegativesRankingLoss(model, scale=SCALE)
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-5)
    started = time.perf_counter()
    model.train()
    for at in range(0, len(pairs) - batch + 1, batch):
        part, negatives = pairs[at : at + batch], hard[at : at + batch]
        sides = [[p.query for p in part], [p.passage for p in part], negatives]
        features = [
            {k: v.to(model.device) for k, v in model.preprocess(side).items() if hasattr(v, "to")}
            for side in sides
        ]
        loss(features, None).backward()
        optimiser.step()
        optimiser.zero_grad()
    return time.perf_counter() - started


def generator_plain(base, rows, at_once, padding):
    from transformers import Trainer, TrainingArguments
    from transformers.trainer_callback import PrinterCallback

    model, _ = load_for_training(base, "auto")
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            output_dir=folder, per_device_train_batch_size=at_once, num_train_epochs=1,
            learning_rate=1e-5, save_strategy="no", report_to="none", disable_tqdm=True,
            remove_unused_columns=False, use_cpu=choose("auto").kind == "cpu",
        )  # fmt: skip
        trainer = Trainer(
            model=model, args=arguments, train_dataset=_Rows(rows), data_collator=_Padded(padding)
        )
        trainer.remove_callback(PrinterCallback)  # it would write into the result
        return float(trainer.train().metrics["train_runtime"])


def tokens_of(base, pairs, hard, max_tokens):
    model, _ = load_trainable(base, choose("cpu"))
    texts = [t for p, n in zip(pairs, hard, strict=True) for t in (p.query, p.passage, n)]
    return sum(min(max_tokens, len(ids)) for ids in model.tokenizer(texts)["input_ids"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--texts", type=Path, required=True, help="a file of literature")
    parser.add_argument("--embedder", default="minilm")
    parser.add_argument("--generator", default="smollm2")
    parser.add_argument("--pairs", type=int, default=64)
    parser.add_argument("--examples", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--max-tokens", type=int, default=64)
    options = parser.parse_args()
    found = pairs_of(options.texts, 2 * options.pairs)
    pairs, others = found[: len(found) // 2], found[len(found) // 2 :]
    hard = [p.passage for p in others[: len(pairs)]]
    batch = min(16, len(pairs))
    best = {}

    def note(name, seconds, tokens):
        best[name] = max(best.get(name, 0.0), tokens / seconds)

    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory() as folder:
            base = resolve(options.embedder)
            tokens = tokens_of(base, pairs, hard, options.max_tokens)
            settings = EmbedderSettings(batch=batch, at_once=batch, max_tokens=options.max_tokens)
            out = Path(folder) / "e"
            run = train_embedder(base, pairs, hard, out, settings, Silent())
            note("embedder, medlit", run.seconds, tokens)
            seconds = embedder_plain(base, pairs, hard, batch, options.max_tokens)
            note("embedder, plain loop", seconds, tokens)
        if not options.examples:
            continue
        with tempfile.TemporaryDirectory() as folder:
            base = resolve(options.generator)
            _, tokenizer = load_for_training(base, "cpu")
            examples = examples_of(pairs)[: options.examples]
            rows = [encode(tokenizer, e) for e in examples]
            tokens = sum(len(r.ids) for r in rows)
            longest = max(len(r.ids) for r in rows)
            wanted = GeneratorSettings(batch=2, at_once=2, max_tokens=longest)
            tuned = train_generator(base, examples, Path(folder) / "g", wanted, Silent())
            note("generator, medlit (LoRA)", tuned.seconds, tokens)
            note("generator, Trainer on all weights", generator_plain(base, rows, 2, 0), tokens)
    print(json.dumps({name: round(value, 1) for name, value in best.items()}, indent=1))


if __name__ == "__main__":
    main()
