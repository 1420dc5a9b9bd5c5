"""What each runtime of generators does by itself; what all do is in the conformance suite."""

from __future__ import annotations

import importlib.util
import sys
import threading
import weakref

import pytest
import torch
from tiny_models import NO_SYSTEM, gguf_file, language_model

from rag.errors import ModelError, OutOfMemory
from rag.models.fetch import is_fetched
from rag.models.generator import Message, load_generator
from rag.models.generator_transformers import TransformersGenerator
from rag.models.stream import cut_at_stop

needs_xllamacpp = pytest.mark.skipif(
    importlib.util.find_spec("xllamacpp") is None, reason="xllamacpp is not installed"
)
needs_gguf = pytest.mark.skipif(
    importlib.util.find_spec("gguf") is None, reason="gguf is not installed"
)
ASK = [
    Message("system", "Cite the trial."),
    Message("user", "Is aspirin a risk to the heart?"),
]


def test_template_is_used(tmp_path):
    model = load_generator(str(language_model(tmp_path / "a")), "cpu")
    assert isinstance(model, TransformersGenerator)
    prompt = model._causal.tokenizer.decode(model._prompt.ids(ASK))
    assert prompt == (
        "<|start|>system: Cite the trial.<|end|><|start|>user: Is aspirin a risk to the heart?"
        "<|end|><|start|>assistant:"
    )
    plain = load_generator(str(language_model(tmp_path / "b", None)), "cpu")
    assert isinstance(plain, TransformersGenerator)
    assert plain._causal.tokenizer.decode(plain._prompt.ids(ASK)) == (
        "System: Cite the trial.\n\nUser: Is aspirin a risk to the heart?\n\nAssistant:"
    )
    merged = load_generator(str(language_model(tmp_path / "c", NO_SYSTEM)), "cpu")
    assert isinstance(merged, TransformersGenerator)
    assert merged._causal.tokenizer.decode(merged._prompt.ids(ASK)) == (
        "<|start|>user: Cite the trial.\n\nIs aspirin a risk to the heart?<|end|>"
        "<|start|>assistant:"
    )


def failing(tmp_path, monkeypatch, error):
    model = load_generator(str(language_model(tmp_path)), "cpu")

    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr(model._causal.model, "generate", fail)
    return model


def test_failure_in_the_thread_reaches_the_consumer(tmp_path, monkeypatch):
    model = failing(tmp_path, monkeypatch, RuntimeError("no kernel\nand more"))
    stream = model.stream(ASK, 5)
    with pytest.raises(ModelError, match="no kernel") as failed:
        stream.text()
    assert not isinstance(failed.value, OutOfMemory)
    assert "\n" not in str(failed.value)
    assert stream.finish is None
    monkeypatch.undo()
    assert model.stream(ASK, 5).text()


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB\nand more"),
        RuntimeError("MPS backend out of memory (MPS allocated: 9 GB)"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"),
    ],
)
def test_memory_that_runs_out_is_told_apart_and_says_what_to_change(tmp_path, monkeypatch, error):
    model = failing(tmp_path, monkeypatch, error)
    with pytest.raises(OutOfMemory, match=r"--length short.*--quantize") as failed:
        model.stream(ASK, 5).text()
    assert "\n" not in str(failed.value)
    monkeypatch.undo()
    assert model.stream(ASK, 5).text()


def test_memory_of_a_failed_prompt_is_let_go(tmp_path, monkeypatch):
    model = load_generator(str(language_model(tmp_path)), "cpu")
    held = []

    def fail(ids, **kwargs):
        large = torch.zeros(1000)
        held.append(weakref.ref(large))
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(model._causal.model, "generate", fail)
    with pytest.raises(OutOfMemory) as failed:
        model.stream(ASK, 5).text()
    assert failed.value.__cause__ is not None
    assert held[0]() is None


@pytest.mark.parametrize(
    ("pieces", "stop", "text"),
    [
        (["abc", "def"], [], "abcdef"),
        (["abc", "def"], ["cd"], "ab"),
        (["a", "b", "c", "d"], ["bcd"], "a"),
        (["a", "b", "c", "x"], ["bcd"], "abcx"),
        (["ab"], ["bc"], "ab"),
        (["END"], ["END"], ""),
        (["x END y"], ["y", "END"], "x "),
        (["aab"], ["ab"], "a"),
        (["abc"], [""], "abc"),
        ([], ["a"], ""),
    ],
)
def test_cut_at_stop(pieces, stop, text):
    got = list(cut_at_stop(pieces, stop))
    assert "".join(got) == text
    assert all(got)


def test_embedder_is_no_generator():
    with pytest.raises(ModelError, match="no generator"):
        load_generator("minilm", "cpu")


@needs_gguf
def test_missing_runtime_names_the_extra(tmp_path, monkeypatch):
    from rag.models.fetch import resolve
    from rag.models.generator_gguf import GgufGenerator

    model = resolve(str(gguf_file(tmp_path / "tiny.gguf")))
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    with pytest.raises(ModelError, match=r"pip install 'medlit\[gguf\]'"):
        GgufGenerator(model)


@needs_gguf
@pytest.mark.skipif(
    importlib.util.find_spec("accelerate") is None, reason="accelerate is not installed"
)
def test_transformers_runs_gguf_too(tmp_path, capfd):
    from rag.models.fetch import resolve

    file = gguf_file(tmp_path / "tiny.gguf")
    capfd.readouterr()
    model = TransformersGenerator.load(resolve(str(file)), "cpu")
    assert capfd.readouterr() == ("", "")  # no bar while it is unpacked
    text = "".join(model.stream(ASK, 8))
    assert text
    assert "".join(model.stream(ASK, 8)) == text


@needs_xllamacpp
def test_a_text_without_an_end_is_no_answer(tmp_path):
    """llama.cpp ends a text with a reason; where none comes, what came is not the whole."""
    model = load_generator(str(gguf_file(tmp_path / "tiny.gguf")), "cpu")

    class Ended:
        def __init__(self, server):
            self.listening_address, self._server = server.listening_address, server

        def handle_chat_completions(self, request, take):
            take({"choices": [{"delta": {"content": "Fever and"}}]})

    model._server = Ended(model._server)
    stream = model.stream(ASK, 8)
    assert next(stream) == "Fever and"
    with pytest.raises(ModelError, match="broke off its answer, which was dropped"):
        next(stream)
    assert stream.finish is None


@needs_xllamacpp
@pytest.mark.parametrize(
    ("kind", "built_for_gpu", "suits"),
    [("cpu", False, True), ("cuda", False, False), ("cuda", True, True), ("mps", True, True)],
)
def test_a_gpu_is_not_left_idle_for_gguf_files(monkeypatch, kind, built_for_gpu, suits):
    from rag.models import generator_gguf
    from rag.models.device import Device

    assert isinstance(generator_gguf.has_gpu(), bool)
    monkeypatch.setattr(generator_gguf, "choose", lambda _: Device(kind, "bfloat16", "a test"))
    monkeypatch.setattr(generator_gguf, "has_gpu", lambda: built_for_gpu)
    assert generator_gguf.suits("auto") is suits


@needs_gguf
@needs_xllamacpp
def test_reading_a_long_prompt_can_be_cancelled(tmp_path):
    model = load_generator(str(gguf_file(tmp_path / "tiny.gguf", context=8192)), "cpu")
    stream = model.stream([Message("user", "fever and cough " * 2000)], 5)
    threading.Timer(0.1, stream.cancel).start()
    assert stream.text() == ""
    assert stream.finish == "cancelled"
    usage = stream.usage  # None where not even the first part was read
    assert usage is None or (usage.prompt_tokens < 3000 and usage.completion_tokens == 0)
    assert model.stream(ASK, 5).text()
    model.close()


@needs_gguf
@needs_xllamacpp
def test_llama_cpp_is_silent(tmp_path, capfd):
    model = load_generator(str(gguf_file(tmp_path / "tiny.gguf")), "cpu")
    capfd.readouterr()
    list(model.stream(ASK, 8))
    model.close()
    damaged = tmp_path / "damaged.gguf"
    damaged.write_bytes(b"GGUF" + b"\0" * 100)
    with pytest.raises(ModelError, match="cannot be loaded"):
        load_generator(str(damaged), "cpu")
    assert capfd.readouterr() == ("", "")


@needs_gguf
@needs_xllamacpp
def test_the_server_asks_for_its_key(tmp_path):
    import http.client
    from urllib.parse import urlsplit

    from rag.models.generator_gguf import GgufGenerator

    model = load_generator(str(gguf_file(tmp_path / "tiny.gguf")), "cpu")
    assert isinstance(model, GgufGenerator)
    address = urlsplit(str(model._server.listening_address))
    assert address.hostname == "127.0.0.1"
    for path in ("/tokenize", "/completion", "/v1/chat/completions", "/apply-template"):
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=10)
        connection.request("POST", path, "{}", {"Content-Type": "application/json"})
        assert connection.getresponse().status == 401, path
        connection.close()
    model.close()


@pytest.mark.slow
@needs_xllamacpp
def test_smollm2_answers(user_cache, capfd):
    if not is_fetched("smollm2"):
        pytest.skip("smollm2 is not in the cache: run `medlit fetch model smollm2`")
    model = load_generator("smollm2", "cpu")
    question = [Message("user", "What is 2+2?")]
    text = "".join(model.stream(question, 24))
    assert "4" in text
    assert "".join(model.stream(question, 24)) == text
    assert model.count_tokens("fever and cough") == 4
    assert model.context_tokens == 8192
    model.close()
    assert capfd.readouterr() == ("", "")
