"""The generator for servers against llama.cpp's own server, run in this process."""

from __future__ import annotations

import importlib.util
from urllib.parse import urlsplit

import pytest
from tiny_models import gguf_file

from rag.errors import ModelError
from rag.models.generator import Message, load_generator
from rag.models.generator_openai import LoopbackGenerator

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("xllamacpp") is None or importlib.util.find_spec("gguf") is None,
    reason="xllamacpp and gguf are not installed",
)
KEY = "sk-test-51d0e2"
ASK = [
    Message("system", "Cite the trial."),
    Message("user", "Is aspirin a risk to the heart?"),
]


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return gguf_file(tmp_path_factory.mktemp("served") / "tiny.gguf")


@pytest.fixture(scope="module")
def server(model):
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(model)
    params.n_ctx = 512
    params.n_parallel = 1
    params.verbosity = -1
    params.api_keys = [KEY]
    params.ui = params.warmup = False
    params.cache_ram_mib = 0
    running = xllamacpp.Server(params)
    yield f"http://127.0.0.1:{urlsplit(str(running.listening_address)).port}/v1"
    del running


@pytest.fixture
def generator(server, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    made = load_generator(f"openai:tiny@{server}")
    assert isinstance(made, LoopbackGenerator)
    yield made
    made.close()


def test_the_text_is_that_of_the_file_run_here(generator, model):
    here = load_generator(str(model), "cpu")
    try:
        expected = here.stream(ASK, 24)
        text = expected.text()
    finally:
        here.close()
    stream = generator.stream(ASK, 24)
    assert stream.text() == text
    assert text
    assert stream.finish == expected.finish == "length"
    assert stream.usage is not None
    assert stream.usage == expected.usage
    assert stream.usage.completion_tokens == 24


def test_stop_strings_and_a_closed_stream(generator):
    text = generator.stream(ASK, 24).text()
    middle = text[len(text) // 2 :][:3]
    assert generator.stream(ASK, 24, [middle]).text() == text[: text.find(middle)]
    with generator.stream(ASK, 200) as begun:
        next(begun)
    assert begun.finish == "cancelled"
    assert generator.stream(ASK, 24).text() == text


def test_too_long_a_prompt_and_a_wrong_key_are_one_line(generator, server, monkeypatch):
    with pytest.raises(ModelError) as refused:
        generator.stream([Message("user", "fever cough " * 300)], 24).text()
    assert "\n" not in str(refused.value)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-wrong")
    with pytest.raises(ModelError, match="OPENAI_API_KEY to a key of this server") as refused:
        load_generator(f"openai:tiny@{server}").stream(ASK, 24).text()
    assert "sk-wrong" not in str(refused.value)
