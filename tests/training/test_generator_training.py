"""A generator is trained on a tiny model: loss on the answer alone, adapter, merged model, GGUF."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

pytest.importorskip("peft", reason="the extra train is not installed")

from rag.errors import ModelError, UsageError
from rag.models.fetch import resolve
from rag.models.folder import trained_window, write_window
from rag.models.generator import Message, load_generator
from rag.progress import Silent
from rag.training.answers import Example
from rag.training.encoding import IGNORED, encode
from rag.training.generator import (
    GeneratorSettings,
    _Padded,
    answer_trainer,
    load_for_training,
    train_generator,
)
from rag.training.gguf_export import export_gguf
from rag.training.written import answer_loss, is_refusal, measure_written
from tests.models.tiny_models import gguf_file, language_model

ANSWER = "fever and cough [1]."


def example(question="fever?", gold=(1,), answer=ANSWER):
    prompt = f'Passages:\n<passage n="1">fever and cough</passage>\n\nQuestion: {question}\nAnswer:'
    return Example("e", "x", (Message("user", prompt),), answer, "fever and cough", frozenset(gold))


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return language_model(tmp_path_factory.mktemp("base") / "lm")


SETTINGS = GeneratorSettings(
    epochs=12, rate=2e-2, batch=4, at_once=2, max_tokens=250, rank=8, seed=1
)


@pytest.fixture(scope="module")
def tuned(base, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "tuned"
    rows = [example(f"fever {i}?") for i in range(8)]
    return out, train_generator(resolve(str(base)), rows, out, SETTINGS, Silent())


def test_only_the_answer_and_its_end_count_in_the_loss(base):
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(base)
    one = encode(tokenizer, example())
    counted = [i for i, label in enumerate(one.labels) if label != IGNORED]
    assert counted == list(range(counted[0], len(one.ids)))
    assert tokenizer.decode([one.ids[i] for i in counted[:-1]]) == ANSWER
    assert one.ids[-1] == tokenizer.eos_token_id
    assert "Question: fever?" in tokenizer.decode(one.ids[: counted[0]])


def test_the_loss_is_that_of_the_whole_logits(base):
    """Rows of different prompts and answers, beside the loss that the model computes itself."""
    import torch
    from transformers import AutoTokenizer, TrainingArguments

    tokenizer = AutoTokenizer.from_pretrained(base)
    rows = [encode(tokenizer, example("fever and more fever?", answer="cough [1].")),
            encode(tokenizer, example("x?")), encode(tokenizer, example(answer="no"))]  # fmt: skip
    model, _ = load_for_training(resolve(str(base)), "cpu")
    model.eval()
    made = answer_trainer()(
        model=model, args=TrainingArguments(output_dir=str(base / "t"), use_cpu=True)
    )
    batch = _Padded(0)(rows)
    with torch.inference_mode():
        whole = float(model(**batch).loss)
        assert float(made.compute_loss(model, dict(batch))) == pytest.approx(whole, rel=1e-5)
        summed = float(made.compute_loss(model, dict(batch), num_items_in_batch=1))
    counted = sum(label != IGNORED for row in rows for label in row.labels)
    assert summed == pytest.approx(whole * counted, rel=1e-5)


def test_it_is_asked_with_prompts_as_long_as_those_it_learnt(base, tuned, tmp_path):
    out = shutil.copytree(tuned[0], tmp_path / "copy")
    assert trained_window(out) == trained_window(out / "model.gguf") == 250 + 320
    assert trained_window(base) is None
    assert load_generator(str(out)).context_tokens == 256  # the tiny model's own, as it is less
    write_window(out, 100)
    assert load_generator(str(out)).context_tokens == 100
    (out / "medlit.json").write_text("{")
    with pytest.raises(ModelError, match=r"medlit.json cannot be read"):
        load_generator(str(out))


def test_it_learns_the_answer_and_writes_what_can_be_loaded(base, tuned):
    out, run = tuned
    losses = [loss for _, loss in run.losses]
    assert losses[-1] < 0.5 * losses[0]
    assert (run.examples, run.too_long) == (8, 0)
    rows = [example("fever 9?")]
    before, after = (answer_loss(resolve(str(p)), rows) for p in (base, out))
    assert after < 0.7 * before  # the merged weights are the trained ones
    assert load_generator(str(out)).identity.runtime == "transformers"
    assert not (out / "adapter" / "README.md").exists()  # the form that peft leaves empty
    adapter = json.loads((out / "adapter" / "adapter_config.json").read_text())
    assert adapter["r"] == 8
    assert (out / "adapter" / "adapter_model.safetensors").stat().st_size < 1e6
    assert (out / "loss.png").is_file()
    assert "no package converts" in run.gguf


def test_examples_that_are_too_long_are_counted_or_refused(base, tmp_path):
    settings = GeneratorSettings(epochs=1, max_tokens=10)
    with pytest.raises(UsageError, match="none of 1 examples fits into 10 tokens"):
        train_generator(resolve(str(base)), [example()], tmp_path / "o", settings, Silent())


def test_a_gguf_base_gives_a_gguf_file_of_the_same_model(tmp_path):
    import torch

    from rag.training.generator import load_for_training

    file = gguf_file(tmp_path / "base.gguf")
    model, tokenizer = load_for_training(resolve(str(file)), "cpu")
    with torch.no_grad():
        for layer in model.model.layers:
            layer.self_attn.q_proj.weight.mul_(1.5)
            layer.mlp.up_proj.weight.add_(0.05)
    assert export_gguf(file, model, tmp_path / "new.gguf") == ""
    again, _ = load_for_training(resolve(str(tmp_path / "new.gguf")), "cpu")
    first, _ = load_for_training(resolve(str(file)), "cpu")
    ids = torch.tensor([tokenizer.encode("fever and cough in adults")])
    with torch.inference_mode():
        wanted, got, old = (m(ids).logits.numpy() for m in (model, again, first))
    away = np.abs(wanted - got).mean()  # 8 bits a weight round a little
    assert away < 0.15 * np.abs(wanted - old).mean()


def test_a_gguf_base_is_trained_and_written_in_both_forms(tmp_path):
    file = gguf_file(tmp_path / "base.gguf")
    settings = GeneratorSettings(epochs=4, rate=1e-2, batch=2, at_once=2, max_tokens=400)
    rows = [example(f"fever {i}?") for i in range(4)]
    out = tmp_path / "out"
    run = train_generator(resolve(str(file)), rows, out, settings, Silent())
    assert run.gguf == ""
    before, packed = (answer_loss(resolve(str(p)), rows) for p in (file, out / "model.gguf"))
    assert packed < before
    assert "quantization_config" not in json.loads((out / "config.json").read_text())


class Says:
    """A generator that gives one text after the other."""

    def __init__(self, *texts):
        self._texts = iter(texts)

    def stream(self, messages, max_tokens, stop=()):
        yield next(self._texts)


def test_drafts_are_counted_by_hand():
    rows = [example(), example(), example(gold=()), example(gold=())]
    refusal = "The passages do not contain the answer to the question."
    says = Says("Fever and cough [1]. Magnets cure. Pain [7].", refusal, refusal, "Fever [1].")
    found = measure_written(says, rows, 1.5, Silent())
    assert (found.n, found.loss) == (4, 1.5)
    assert found.marked == pytest.approx(1 / 3)  # [7] is not there
    assert found.right == 1.0
    assert found.answered == 0.5
    assert found.refused == 0.5
    assert found.held == 1.0
    assert 0 < found.rouge2 < 0.5  # the refused answer counts 0


def test_a_refusal_is_known_by_its_words():
    assert is_refusal("The passages do not contain the answer to the question.")
    assert not is_refusal("The passages say that zinc helps [1].")
