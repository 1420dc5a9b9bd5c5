"""Chat models of langchain: always de-identified, never while offline, never half an answer."""

from __future__ import annotations

import logging
import sys
import traceback
from types import ModuleType, SimpleNamespace

import pytest
from langchain_core.language_models import BaseChatModel, GenericFakeChatModel
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import Field

from rag.errors import ModelError, OfflineError
from rag.models.generator import (
    Message,
    RedactedMessage,
    Usage,
    is_remote_generator,
    load_generator,
    stream_any,
)
from rag.models.generator_langchain import LangchainGenerator, names_provider, open_langchain
from rag.models.generator_openai import is_remote, place_of, require_allowed
from rag.privacy import redact

KEY = "sk-test-77c2ab"
ASK = [
    Message("system", "Cite."),
    Message("user", "Does Mr. Sample Person, SSN 078-05-1120, cough?"),
]
SAFE = [RedactedMessage(m.role, redact(m.content)) for m in ASK]
SPEC = "upstage:solar-mini"


class Busy(Exception):
    status_code = 429


class Refused(Exception):
    response = SimpleNamespace(status_code=401)


class ChatUpstage(BaseChatModel):
    """Says ``script`` and keeps what it was shown; an exception in the script is raised."""

    model: str
    temperature: float
    max_tokens: int
    max_retries: int
    timeout: float
    script: list = Field(default=["Fever ", "and cough ", "[1]."])
    seen: list = Field(default_factory=list)
    usage: bool = True
    end: dict = Field(default={"finish_reason": "stop"})

    @property
    def _llm_type(self):
        return "fake"

    def _generate(self, messages, stop=None, run_manager=None, **kwargs) -> ChatResult:
        raise NotImplementedError

    def _stream(self, messages, stop=None, run_manager=None, **kwargs):
        self.seen.append(messages)
        for n, piece in enumerate(self.script):
            if isinstance(piece, Exception):
                raise piece
            used = {"input_tokens": 9 * (n == 0), "output_tokens": 2, "total_tokens": 0}
            yield ChatGenerationChunk(
                message=AIMessageChunk(piece, usage_metadata=used if self.usage else None)
            )
        yield ChatGenerationChunk(message=AIMessageChunk("", response_metadata=self.end))


@pytest.fixture(autouse=True)
def _environment(monkeypatch):
    monkeypatch.delenv("MEDLIT_OFFLINE", raising=False)
    monkeypatch.setattr("rag.offline._enforced", False)
    package = ModuleType("langchain_upstage")
    package.ChatUpstage = ChatUpstage
    monkeypatch.setitem(sys.modules, "langchain_upstage", package)


def opened(**facts):
    """The generator of the spec, whose models have these facts."""
    generator = load_generator(SPEC)
    make = generator._make

    def made(tokens):
        model = make(tokens)
        for name, value in facts.items():
            setattr(model, name, value)
        made.models.append(model)
        return model

    made.models = []
    generator._models.clear()
    generator._make = made
    return generator, made.models


@pytest.mark.parametrize(
    ("spec", "named"),
    [
        (SPEC, True), ("anthropic:claude-sonnet-4-5", True), ("ollama:llama3.1:8b", True),
        ("openai:m@http://localhost:1/v1", False), ("openai:gpt-4o", False),
        ("huggingface:org/model", False), ("https://x/v1", False), ("qwen-1.5b", False),
        ("org/model", False), ("C:model.gguf", False), ("rules", False), ("ollama:", False),
    ],
)  # fmt: skip
def test_which_specs_are_meant(spec, named):
    assert names_provider(spec) is named


def test_a_file_of_that_name_is_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models:tiny.gguf").touch()
    assert not names_provider("models:tiny.gguf")


def test_it_is_remote_and_says_what_wrote():
    generator, models = opened()
    assert is_remote_generator(generator)
    assert isinstance(generator, LangchainGenerator)
    assert not hasattr(generator, "stream")
    assert is_remote(SPEC)
    assert is_remote("ollama:llama3.1")  # where it runs cannot be told from the name
    assert place_of(SPEC) == SPEC
    assert (generator.identity.name, generator.identity.runtime) == (SPEC, "langchain")
    assert generator.host == "upstage (through langchain)"
    assert generator.count_tokens("fever") == 2
    stream = generator.stream_redacted(SAFE, 50)
    assert stream.text() == "Fever and cough [1]."
    assert stream.usage == Usage(9, 6)
    assert stream.finish == "stop"
    (model,) = models
    assert (model.model, model.temperature, model.max_tokens) == ("solar-mini", 0, 50)
    assert (model.max_retries, model.timeout) == (3, 120)


def test_it_gets_no_identifier():
    generator, models = opened()
    stream_any(generator, ASK, 50).text()
    shown = str(models[0].seen)
    assert "078-05-1120" not in shown
    assert "[SSN-1]" in shown
    assert [m.type for m in models[0].seen[0]] == ["system", "human"]


@pytest.mark.parametrize("messages", [ASK, ["x"], [{"role": "user", "content": "x"}]])
def test_anything_else_is_a_type_error_and_nothing_leaves(messages):
    generator, models = opened()
    with pytest.raises(TypeError, match="takes RedactedMessage"):
        generator.stream_redacted(messages, 50)
    assert models == []


def test_offline_refuses_it(monkeypatch):
    generator, models = opened()
    monkeypatch.setenv("MEDLIT_OFFLINE", "1")
    for act in (
        lambda: load_generator(SPEC),
        lambda: require_allowed(SPEC),
        lambda: generator.stream_redacted(SAFE, 50),
    ):
        with pytest.raises(OfflineError, match="offline"):
            act()
    assert models == []


def test_a_missing_package_is_named():
    with pytest.raises(ModelError, match="pip install langchain-groq") as failed:
        load_generator("groq:llama-3.3")
    assert "\n" not in str(failed.value)
    with pytest.raises(ModelError, match="knows no provider poet; it knows ") as failed:
        load_generator("poet:verse")
    assert "anthropic" in str(failed.value)
    assert "\n" not in str(failed.value)
    with pytest.raises(ModelError, match="is no provider:model"):
        open_langchain("groq:")


def test_a_package_that_is_there_and_cannot_be_imported_says_why(tmp_path, monkeypatch):
    (tmp_path / "langchain_xai.py").write_text("import a_module_that_nobody_has\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModelError, match="No module named 'a_module_that_nobody_has'") as failed:
        load_generator("xai:grok")
    assert "pip install --upgrade langchain-xai" in str(failed.value)


def test_a_key_that_is_missing_is_said_without_its_neighbours(monkeypatch):
    monkeypatch.setattr(ChatUpstage, "__init__", _refuses)
    with pytest.raises(ModelError, match=r"cannot be set up \(ValueError\); is its key") as failed:
        load_generator(SPEC)
    assert KEY not in "".join(traceback.format_exception(failed.value))


def _refuses(self, **kwargs):
    raise ValueError(f"did not find upstage_api_key, only {KEY}")


@pytest.mark.parametrize("error", [RuntimeError(f"{KEY} 078"), Busy(KEY), Refused(KEY)])
def test_a_provider_that_fails_leaves_no_answer_and_no_secret(error, caplog):
    caplog.set_level(logging.DEBUG)
    generator, _ = opened(script=["Fever ", error])
    stream = generator.stream_redacted(SAFE, 50)
    assert next(stream) == "Fever "
    with pytest.raises(ModelError, match=r"what it had written was dropped") as failed:
        next(stream)
    assert stream.finish is None
    assert type(error).__name__ in str(failed.value)
    assert ("busy" in str(failed.value)) == isinstance(error, Busy)
    assert ("set its key" in str(failed.value)) == isinstance(error, Refused)
    shown = "".join(traceback.format_exception(failed.value)) + caplog.text
    assert KEY not in shown
    assert "078" not in shown


@pytest.mark.parametrize(
    ("end", "finish"),
    [
        ({"finish_reason": "length"}, "length"), ({"stop_reason": "max_tokens"}, "length"),
        ({"finish_reason": "MAX_TOKENS"}, "length"), ({"done_reason": "stop"}, "stop"),
        ({"stop_reason": "end_turn"}, "stop"),
    ],
)  # fmt: skip
def test_why_it_ended(end, finish):
    generator, _ = opened(end=end, usage=False)
    stream = generator.stream_redacted(SAFE, 50)
    assert stream.text() == "Fever and cough [1]."
    assert stream.finish == finish
    assert stream.usage is None


@pytest.mark.parametrize("reason", ["RECITATION", "PROHIBITED_CONTENT", "guardrail_intervened"])
def test_filters_by_their_other_names(reason):
    generator, _ = opened(end={"finish_reason": reason})
    with pytest.raises(ModelError, match="filter of its own"):
        generator.stream_redacted(SAFE, 50).text()


@pytest.mark.parametrize("reason", ["error", "OTHER"])
def test_a_text_that_the_provider_gave_up_is_a_failure(reason):
    generator, _ = opened(end={"finish_reason": reason})
    stream = generator.stream_redacted(SAFE, 50)
    with pytest.raises(ModelError, match="broke off"):
        stream.text()
    assert stream.finish is None


def test_an_end_that_is_not_announced_is_a_failure():
    generator, _ = opened(end={})  # as the packages tell of a connection that was closed
    stream = generator.stream_redacted(SAFE, 50)
    with pytest.raises(ModelError, match="did not say that its answer ended"):
        stream.text()
    assert stream.finish is None


def test_a_filter_a_flood_a_stop_string_and_no_room():
    generator, _ = opened(end={"finish_reason": "SAFETY"})
    with pytest.raises(ModelError, match="filter of its own"):
        generator.stream_redacted(SAFE, 50).text()
    generator, _ = opened(script=["fever " * 100] * 50)
    with pytest.raises(ModelError, match="does not end"):
        generator.stream_redacted(SAFE, 5).text()
    generator, _ = opened()
    stream = generator.stream_redacted(SAFE, 50, stop=["and"])
    assert stream.text() == "Fever "
    assert stream.finish == "stop"
    with pytest.raises(ModelError, match="takes 8192"):
        generator.stream_redacted(SAFE, 8192)


def test_models_of_langchain_itself_and_their_window():
    model = GenericFakeChatModel(messages=iter([AIMessage("Fever and cough [1].")]))
    generator = LangchainGenerator("fake", "words", lambda tokens: model)
    assert generator.context_tokens == 8192
    stream, pieces = generator.stream_redacted(SAFE, 50), []
    with pytest.raises(ModelError, match="did not say"):  # langchain's fakes never do
        pieces.extend(stream)
    assert "".join(pieces) == "Fever and cough [1]."
    wide = GenericFakeChatModel(messages=iter([]), profile={"max_input_tokens": 200_000})
    assert LangchainGenerator("fake", "wide", lambda _: wide).context_tokens == 200_000


def test_langsmith_gets_nothing_of_it(monkeypatch):
    """A tracer that is on in the environment is off while the model writes."""
    from langsmith.run_helpers import get_tracing_context

    states = []

    class Watching(ChatUpstage):
        def _stream(self, *args, **kwargs):
            states.append(get_tracing_context()["enabled"])
            yield from super()._stream(*args, **kwargs)

    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    model = Watching(model="m", temperature=0, max_tokens=5, max_retries=0, timeout=1)
    LangchainGenerator("fake", "m", lambda _: model).stream_redacted(SAFE, 50).text()
    assert states == [False]
