"""Perplexity: numbers worked out by hand, windows, and what cannot be scored."""

from __future__ import annotations

import json
import math

import pytest
import torch

from rag.errors import EvaluationError, ModelError, OutOfMemory, UsageError
from rag.evaluation.perplexity import load_scorer, measure_perplexity
from tests.models.tiny_models import CHAIN, byte_level, chain_ids, chain_model, gguf_file, llama
from tests.support import Medlit

SIZE = byte_level().get_vocab_size()
TEXT = "fever and cough in adults, a trial of aspirin with placebo for pain. " * 6


@pytest.fixture(scope="module", autouse=True)
def exact():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rag.models.device.computes_bf16", lambda: False)
        yield


@pytest.fixture(scope="module")
def even(tmp_path_factory):
    """Gives each successor in CHAIN the probability 1/2: its logit is ln(SIZE - 1), others 0."""
    folder = tmp_path_factory.mktemp("even")
    chain_model(folder, strength=math.log(SIZE - 1) / math.sqrt(SIZE))
    return load_scorer(str(folder), "cpu")


@pytest.fixture(scope="module")
def random(tmp_path_factory):
    return load_scorer(str(llama(tmp_path_factory.mktemp("llama"))), "cpu")


def test_a_chain_of_halves(even):
    # the first token is foreseen from nothing: 1 of SIZE; each of the others with 1/2
    tokens = len(chain_ids()) - 2
    total = math.log(SIZE) + (tokens - 1) * math.log(2)
    measured = measure_perplexity(even, CHAIN)
    flat = measured.flat()
    # the norm adds 1e-6 to the mean square, which is 1/SIZE
    assert measured.negative_log_likelihood == pytest.approx(total, rel=2e-3)
    assert measured.tokens == tokens == 14
    assert flat["perplexity"] == pytest.approx(math.exp(total / 14), rel=5e-3)
    assert flat["word_perplexity"] == pytest.approx(math.exp(total), rel=5e-2)
    assert flat["bytes"] == len(CHAIN.encode()) == 14
    assert flat["bits_per_byte"] == pytest.approx(total / math.log(2) / 14, rel=2e-3)
    assert flat["byte_perplexity"] == pytest.approx(2 ** flat["bits_per_byte"])


@pytest.mark.parametrize(("window", "stride"), [(2, 1), (4, 2), (5, 4), (7, 3), (256, 255)])
def test_windows_score_each_token_once(even, window, stride):
    # what stands before the last token changes nothing in this model
    whole = measure_perplexity(even, CHAIN)
    cut = measure_perplexity(even, CHAIN, window, stride)
    assert cut.tokens == whole.tokens
    assert cut.negative_log_likelihood == pytest.approx(whole.negative_log_likelihood, rel=1e-5)


def test_one_window_is_the_loss_of_transformers(random):
    ids = random.tokenizer.encode(TEXT[:200], add_special_tokens=False)
    given = torch.tensor([[0, *ids]])
    with torch.inference_mode():
        loss = float(random.model(given, labels=given).loss)
    flat = measure_perplexity(random, TEXT[:200]).flat()
    assert flat["tokens"] == len(ids)
    assert flat["nll_per_token"] == pytest.approx(loss, rel=1e-4)
    assert flat["perplexity"] == pytest.approx(math.exp(loss), rel=1e-3)


def test_overlapping_windows_are_those_of_the_definition(random):
    window, stride = 30, 12
    ids = [0, *random.tokenizer.encode(TEXT, add_special_tokens=False)]
    assert len(ids) > 3 * window
    total, done, end = 0.0, 1, window
    while done < len(ids):  # token by token, each from the window that scores it
        for at in range(done, min(end, len(ids))):
            begin = max(0, min(end, len(ids)) - window)
            with torch.inference_mode():
                logits = random.model(torch.tensor([ids[begin:at]])).logits[0, -1]
            total -= float(logits.double().log_softmax(-1)[ids[at]])
        done, end = end, end + stride
    measured = measure_perplexity(random, TEXT, window, stride)
    assert measured.negative_log_likelihood == pytest.approx(total, rel=1e-5)


def test_gguf_files_are_scored_through_transformers(tmp_path):
    pytest.importorskip("gguf")
    pytest.importorskip("accelerate")
    scorer = load_scorer(str(gguf_file(tmp_path / "tiny.gguf")), "cpu")
    assert measure_perplexity(scorer, TEXT).flat()["perplexity"] > 1


@pytest.mark.parametrize(
    ("window", "stride", "said"),
    [
        (1, None, "--window 1"),
        (300, None, "2 to 256"),
        (10, 10, "--stride 10"),
        (10, 0, "at least"),
    ],
)
def test_windows_that_make_no_sense(random, window, stride, said):
    with pytest.raises(UsageError, match=said):
        measure_perplexity(random, TEXT, window, stride)


@pytest.mark.parametrize("text", ["", " \n "])
def test_an_empty_text(random, text):
    with pytest.raises(EvaluationError, match="longer"):
        measure_perplexity(random, text)


def test_figures_that_overflow_are_no_result(random, monkeypatch):
    class Made:
        logits = torch.full((1, 512, SIZE), math.nan)

    monkeypatch.setattr(random.model, "forward", lambda *args, **options: Made)
    with pytest.raises(ModelError, match="overflow in float32"):
        measure_perplexity(random, TEXT[:64], 64)


@pytest.mark.parametrize("spec", ["extractive", "openai:m@http://127.0.0.1:1/v1", "minilm"])
def test_what_tells_no_probabilities(spec):
    with pytest.raises(EvaluationError, match="how probable"):
        load_scorer(spec)


def test_memory_that_runs_out(random, monkeypatch):
    def fail(*args):
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(random.model, "forward", fail)
    with pytest.raises(OutOfMemory, match="smaller --window"):
        measure_perplexity(random, TEXT)


def test_command(tmp_path):
    llama(tmp_path / "model")
    (tmp_path / "text.txt").write_text(TEXT, encoding="utf-8")
    medlit = Medlit(tmp_path)
    asked = ("eval", "perplexity", "--text", "text.txt", "--generator", "model")
    done = medlit(*asked, "--window", "64", "--json")
    assert done.returncode == 0, done.stderr
    flat = json.loads(done.stdout)
    assert flat["perplexity"] == pytest.approx(math.exp(flat["nll_per_token"]))
    assert (flat["window"], flat["stride"], flat["generator"]) == (64, 32, "model")
    assert flat["n"] == flat["tokens"] > 64
    shown = medlit(*asked)
    assert "bits_per_byte" in shown.stdout
    missing = medlit("eval", "perplexity", "--text", "none.txt", "--generator", "model")
    assert missing.returncode == 2
    assert "none.txt" in missing.stderr
