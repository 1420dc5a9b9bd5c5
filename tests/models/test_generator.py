"""What every generator must do, and what each runtime does by itself."""

from __future__ import annotations

import importlib.util
import sys

import pytest
from tiny_models import CHATML, NO_SYSTEM, gguf_file, language_model

from rag.errors import ModelError
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


@pytest.fixture(
    scope="module",
    params=[
        "template",
        "no-template",
        "no-system",
        pytest.param("gguf", marks=[needs_gguf, needs_xllamacpp]),
    ],
)
def generator(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    templates = {"template": CHATML, "no-template": None, "no-system": NO_SYSTEM}
    if request.param == "gguf":
        spec = gguf_file(folder / "tiny.gguf")
    else:
        spec = language_model(folder, templates[request.param])
    made = load_generator(str(spec), "cpu")
    yield made
    made.close()


def test_same_twice_in_pieces(generator):
    pieces = list(generator.stream(ASK, 24))
    text = "".join(pieces)
    assert text
    assert all(pieces)
    assert "".join(generator.stream(ASK, 24)) == text


def test_longer_answer_begins_as_the_shorter(generator):
    # the end of the shorter may be half a character, which is written as U+FFFD
    short = "".join(generator.stream(ASK, 6)).rstrip("�")
    assert "".join(generator.stream(ASK, 24)).startswith(short)


def test_max_tokens_bounds_the_answer(generator):
    text = "".join(generator.stream(ASK, 5))
    assert len(text) < len("".join(generator.stream(ASK, 40)))


def test_stop_string_ends_the_text_before_it(generator):
    text = "".join(generator.stream(ASK, 24))
    middle = text[len(text) // 2 :][:3]
    assert "".join(generator.stream(ASK, 24, stop=[middle])) == text[: text.find(middle)]


def test_closed_stream_frees_the_generator(generator):
    text = "".join(generator.stream(ASK, 24))
    stream = generator.stream(ASK, 100)
    next(stream)
    stream.close()
    assert "".join(generator.stream(ASK, 24)) == text


def test_other_messages_give_another_text(generator):
    other = [Message("user", "fever fever fever")]
    assert "".join(generator.stream(ASK, 24)) != "".join(generator.stream(other, 24))


def test_tokens_are_counted(generator):
    assert generator.count_tokens("") == 0
    assert 0 < generator.count_tokens("fever") < generator.count_tokens("fever and cough, 1 2 3")
    assert generator.context_tokens in (256, 512)


def test_prompt_without_room_is_refused(generator):
    with pytest.raises(ModelError, match="takes"):
        list(generator.stream(ASK, generator.context_tokens))
    with pytest.raises(ModelError, match="takes"):
        list(generator.stream([Message("user", "fever " * 3000)], 5))
    with pytest.raises(ModelError, match="at least 1"):
        list(generator.stream(ASK, 0))


def test_identity(generator):
    assert generator.identity.runtime in ("transformers", "xllamacpp")
    assert len(generator.identity.weights_sha256) == 64


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


def test_failure_in_the_thread_reaches_the_consumer(tmp_path, monkeypatch):
    model = load_generator(str(language_model(tmp_path)), "cpu")

    def fail(*args, **kwargs):
        raise RuntimeError("out of memory\nand more")

    monkeypatch.setattr(model._causal.model, "generate", fail)
    with pytest.raises(ModelError, match="out of memory") as failed:
        list(model.stream(ASK, 5))
    assert "\n" not in str(failed.value)


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
def test_transformers_runs_gguf_too(tmp_path):
    from rag.models.fetch import resolve

    model = TransformersGenerator(resolve(str(gguf_file(tmp_path / "tiny.gguf"))), "cpu")
    text = "".join(model.stream(ASK, 8))
    assert text
    assert "".join(model.stream(ASK, 8)) == text


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
