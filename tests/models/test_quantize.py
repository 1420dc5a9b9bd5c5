"""Models in 8 and 4 bits, and where their weights go."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
import torch
from tiny_models import gguf_file, language_model, llama

from rag.errors import ModelError, OutOfMemory, UsageError
from rag.models import quantize
from rag.models.causal import load_causal, placement
from rag.models.device import Device
from rag.models.fetch import LocalModel
from rag.models.generator import Message, load_generator

needs_bitsandbytes = pytest.mark.skipif(
    importlib.util.find_spec("bitsandbytes") is None, reason="bitsandbytes is not installed"
)
CPU = Device("cpu", "float32", "a test")
GPU = Device("cuda", "bfloat16", "a test", name="cuda:0")


@pytest.mark.parametrize(
    ("text", "read"),
    [("8bit", "8bit"), (" 4BIT ", "4bit"), ("", None), (None, None), ("none", None)],
)
def test_reading(text, read):
    assert quantize.read_quantize(text) == read


def test_other_words_are_refused():
    with pytest.raises(UsageError, match="8bit, 4bit or none"):
        quantize.read_quantize("int3")


def test_missing_package_names_the_extra(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModelError, match=r"pip install 'medlit\[quantize\]'"):
        quantize.quantization("8bit", CPU, "some/model")


def test_apple_gpus_are_refused():
    with pytest.raises(ModelError, match="Apple"):
        quantize.quantization("4bit", Device("mps", "bfloat16", "a test"), "some/model")


def test_what_is_quantised_or_elsewhere_is_refused(tmp_path):
    file = gguf_file(tmp_path / "tiny.gguf")
    with pytest.raises(ModelError, match="quantised already"):
        load_generator(str(file), "cpu", "8bit")
    with pytest.raises(ModelError, match="quantised already"):
        load_causal(LocalModel(file, None, "tiny.gguf"), "cpu", "4bit")
    with pytest.raises(ModelError, match="a server"):
        load_generator("openai:tiny@http://127.0.0.1:1/v1", "cpu", "8bit")


@needs_bitsandbytes
@pytest.mark.parametrize(("bits", "far"), [("8bit", 0.2), ("4bit", 1.0)])
def test_quantised_weights_are_smaller_and_nearly_the_same(tmp_path, bits, far):
    folder = llama(tmp_path)
    ids = torch.arange(1, 40).unsqueeze(0)
    full = load_causal(LocalModel(folder, None, "tiny"), "cpu")
    less = load_causal(LocalModel(folder, None, "tiny"), "cpu", bits)

    def layers(causal):
        return sum(
            p.numel() * p.element_size() for n, p in causal.model.named_parameters() if "proj" in n
        )

    with torch.inference_mode():
        one = full.model(ids).logits.float()
        other = less.model(ids).logits.float()
    assert layers(less) < layers(full) * {"8bit": 0.51, "4bit": 0.26}[bits]
    assert 0 < (one - other).norm() / one.norm() < far


@needs_bitsandbytes
def test_quantised_generator_writes_the_same_twice_without_a_word(tmp_path, capfd):
    model = load_generator(str(llama(tmp_path)), "cpu", "8bit")
    capfd.readouterr()
    ask = [Message("user", "fever")]
    text = model.stream(ask, 12).text()
    assert text
    assert model.stream(ask, 12).text() == text
    model.close()
    assert capfd.readouterr() == ("", "")


@needs_bitsandbytes
def test_four_bits_are_nf4_and_computed_in_the_type_of_the_device():
    config = quantize.quantization("4bit", GPU, "some/model")
    assert config.load_in_4bit
    assert config.bnb_4bit_quant_type == "nf4"
    assert config.bnb_4bit_compute_dtype is torch.bfloat16
    assert placement(GPU, 10**9, "4bit", "some/model")["device_map"] == {"": "cuda:0"}


@pytest.mark.parametrize(
    ("gpus", "weights", "spread"),
    [(1, 90e9, False), (2, 10e9, False), (2, 90e9, True)],
)
def test_only_what_one_gpu_does_not_hold_is_spread(monkeypatch, gpus, weights, spread):
    monkeypatch.setattr(Device, "free_bytes", lambda self: 80e9)
    device = Device("cuda", "bfloat16", "a test", name="cuda:0", gpus=gpus)
    placed = placement(device, int(weights), None, "some/model")
    assert placed == ({"device_map": "auto"} if spread else {})


def test_spreading_needs_accelerate(monkeypatch):
    monkeypatch.setattr(Device, "free_bytes", lambda self: 1)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    device = Device("cuda", "bfloat16", "a test", name="cuda:0", gpus=2)
    with pytest.raises(ModelError, match="pip install accelerate"):
        placement(device, 100, None, "some/model")


def test_weights_that_do_not_fit_say_what_to_do(tmp_path, monkeypatch):
    import transformers

    def fail(*args, **options):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20 GiB")

    folder = language_model(tmp_path)
    monkeypatch.setattr(transformers.AutoModelForCausalLM, "from_pretrained", fail)
    with pytest.raises(OutOfMemory, match="--quantize 8bit or 4bit") as failed:
        load_generator(str(folder), "cpu")
    assert "\n" not in str(failed.value)


@pytest.mark.parametrize("refuses", [False, True])
def test_flash_attention_where_it_is_there_and_the_model_has_it(tmp_path, monkeypatch, refuses):
    import transformers

    from rag.models import causal

    asked = []

    def load(folder, **options):
        asked.append(options.get("attn_implementation"))
        if refuses and "attn_implementation" in options:
            raise ValueError("does not support Flash Attention 2 yet")
        return "model"

    monkeypatch.setattr(transformers.AutoModelForCausalLM, "from_pretrained", load)
    found = importlib.util.find_spec("json")
    monkeypatch.setattr(causal.importlib.util, "find_spec", lambda name: found)
    assert causal._load(Path(), {}, GPU) == "model"
    assert asked == (["flash_attention_2", None] if refuses else ["flash_attention_2"])
    asked.clear()
    assert causal._load(Path(), {}, CPU) == "model"
    assert asked == [None]


def test_setting_and_environment(tmp_path, monkeypatch):
    from rag.config import load_settings

    monkeypatch.delenv("MEDLIT_QUANTIZE", raising=False)
    assert load_settings(tmp_path).quantize is None
    (tmp_path / "medlit.toml").write_text('quantize = "4bit"\n')
    assert load_settings(tmp_path).quantize == "4bit"
    monkeypatch.setenv("MEDLIT_QUANTIZE", "8bit")
    assert load_settings(tmp_path).quantize == "8bit"
