"""Many conversations at once give the texts that they give one by one."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
import torch
from tiny_models import CHAIN, chain_model, llama

from rag.errors import ModelError, OutOfMemory
from rag.models.generator import Message, Usage, is_batch_generator, load_generator

QUESTIONS = [
    "fever",
    "Is aspirin a risk to the heart of adults?",
    "cough and fever in children, 1 2 3",
    "pain",
    "Is the vaccine with placebo a treatment of pertussis? " * 2,
    "dose",
    "years of treatment",
    "the of and in to a",
    "query passage",
    "trial",
]
CONVERSATIONS = [[Message("user", text)] for text in QUESTIONS]


@pytest.fixture(scope="module")
def generator(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        # equal to the last bit only where nothing is rounded to bf16
        patch.setattr("rag.models.device.computes_bf16", lambda: False)
        made = load_generator(str(llama(tmp_path_factory.mktemp("llama"))), "cpu")
    yield made
    made.close()


@pytest.fixture
def continuous(generator, monkeypatch):
    """The same generator as it writes on CUDA, with a cache that a CPU has room for."""
    from transformers import ContinuousBatchingConfig

    def small(self):
        return ContinuousBatchingConfig(
            page_size=32,
            num_blocks=64,
            max_batch_tokens=512,
            max_requests_per_batch=16,
            auto_switch_to_flash=False,
        )

    monkeypatch.setattr("rag.models.generator_batch.Batch._paging", small)
    monkeypatch.setattr(generator._batch, "_continuous", True)
    padded = []
    original = generator._batch._padded
    monkeypatch.setattr(generator._batch, "_padded", lambda *a: padded.append(a) or original(*a))
    yield generator, padded
    generator._batch.close()


def one_by_one(generator, limit, stop=()):
    made = []
    for messages in CONVERSATIONS:
        stream = generator.stream(messages, limit, stop)
        made.append((stream.text(), stream.finish, stream.usage.prompt_tokens))
    return made


def facts(written):
    return [(one.text, one.finish, one.usage.prompt_tokens) for one in written]


def test_padded_batches_give_the_same_texts(generator):
    assert is_batch_generator(generator)
    assert facts(generator.generate_many(CONVERSATIONS, 20)) == one_by_one(generator, 20)


def test_continuous_batching_gives_the_same_texts_twice(continuous):
    generator, padded = continuous
    for limit in (20, 9):
        written = generator.generate_many(CONVERSATIONS, limit)
        assert all(one.usage.completion_tokens == limit for one in written)
        texts = facts(written)
        assert generator._batch._continuous
        assert padded == []
        assert texts == one_by_one(generator, limit)


def test_stop_strings_end_each_text_by_itself(generator):
    whole = one_by_one(generator, 20)
    stop = [whole[0][0][4:7], whole[3][0][2:5]]
    written = generator.generate_many(CONVERSATIONS, 20, stop)
    assert facts(written) == one_by_one(generator, 20, stop)
    assert written[0].finish == "stop"


def test_texts_that_end_early_are_not_filled_up(tmp_path):
    model = load_generator(str(chain_model(tmp_path)), "cpu")
    written = model.generate_many(CONVERSATIONS[:3], 60)
    assert [(one.text, one.finish) for one in written] == [(CHAIN, "stop")] * 3
    assert len({one.usage.completion_tokens for one in written}) == 1
    assert model.generate_many([], 60) == []


def test_a_conversation_without_room_fails_alone(generator):
    long = [Message("user", "fever " * 3000)]
    first, failed, last = generator.generate_many([CONVERSATIONS[0], long, CONVERSATIONS[1]], 20)
    assert isinstance(failed, ModelError)
    assert "fewer passages" in str(failed)
    assert facts([first, last]) == one_by_one(generator, 20)[:2]


def test_memory_that_runs_out_halves_the_batch(generator, monkeypatch):
    original, sizes = generator._causal.model.generate, []

    def narrow(ids, **options):
        sizes.append(len(ids))
        if len(ids) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return original(ids, **options)

    monkeypatch.setattr(generator._causal.model, "generate", narrow)
    written = generator.generate_many(CONVERSATIONS, 20)
    assert sizes == [8, 4, 2, 2, 4, 2, 2, 2]
    monkeypatch.undo()
    assert facts(written) == one_by_one(generator, 20)


def test_one_that_is_too_large_by_itself_says_what_to_change(generator, monkeypatch):
    def fail(ids, **options):
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(generator._causal.model, "generate", fail)
    written = generator.generate_many(CONVERSATIONS[:2], 20)
    assert all(isinstance(one, OutOfMemory) and "--quantize" in str(one) for one in written)


def test_what_cannot_be_paged_is_padded(continuous, monkeypatch, caplog):
    generator, padded = continuous

    def refuse(**options):
        raise ValueError("a recurrent model has no pages")

    monkeypatch.setattr(
        generator._causal.model, "continuous_batching_context_manager", refuse, raising=True
    )
    with caplog.at_level("WARNING", "rag.models.generator_batch"):
        written = generator.generate_many(CONVERSATIONS, 20)
    assert len(padded) == 2
    assert written[0].usage == Usage(written[0].usage.prompt_tokens, 20)
    assert not generator._batch._continuous
    assert "padded batches" in caplog.text


def test_a_manager_that_never_answers_is_given_up(continuous, monkeypatch):
    generator, padded = continuous

    class Stuck:
        def add_requests(self, inputs, max_new_tokens):
            return [str(n) for n, _ in enumerate(inputs)]

        def get_result(self, timeout):
            return None

        def is_running(self):
            return True

    @contextmanager
    def stuck(**options):
        yield Stuck()

    monkeypatch.setattr("rag.models.generator_batch._SILENT", 0.2)
    monkeypatch.setattr(
        generator._causal.model, "continuous_batching_context_manager", stuck, raising=True
    )
    written = generator.generate_many(CONVERSATIONS, 20)
    assert len(padded) == 2
    assert facts(written) == one_by_one(generator, 20)
