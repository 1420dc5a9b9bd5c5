"""A file of questions with a language model: what batches write is what one question gets."""

from __future__ import annotations

import json

import pytest

from rag.answering.to_json import answer_to_dict
from rag.asking import Asked, answer_all
from rag.assistant import Assistant
from rag.models.gathering import Gathering
from tests.models.tiny_models import llama
from tests.support import Medlit

pytestmark = pytest.mark.model

QUESTIONS = (
    "Does the pertussis vaccine protect adults?",
    "What causes fever and cough in children?",
    "Is aspirin of use in stroke?",
    "What treats pertussis in adults?",
    "fever and cough",
    "How is pertussis diagnosed?",
)


def comparable(answer):
    """All of an answer but how long it took."""
    return {
        **answer,
        "provenance": {k: v for k, v in answer["provenance"].items() if k != "timings"},
    }


def test_batches_answer_as_one_question_does(built, tmp_path, monkeypatch):
    # equal to the last bit only where nothing is rounded to bf16
    monkeypatch.setattr("rag.models.device.computes_bf16", lambda: False)
    model = llama(tmp_path / "model", context=2048)
    assistant = Assistant.open(built / "ix", generator=str(model), verifier="rules", device="cpu")
    alone = {q: comparable(answer_to_dict(assistant.ask(q, length="short"))) for q in QUESTIONS}
    assert sum(a["status"] == "answered" for a in alone.values()) > 2

    threads = assistant.share()
    assert isinstance(assistant.generator, Gathering)
    assert assistant.share() == threads > 1
    sizes = []
    batch = assistant.generator._generator
    original = batch.generate_many

    def counted(conversations, *rest):
        sizes.append(len(conversations))
        return original(conversations, *rest)

    monkeypatch.setattr(batch, "generate_many", counted)
    out = tmp_path / "out.jsonl"
    answer_all(
        lambda q: assistant.ask(q, length="short"),
        [Asked("", q) for q in QUESTIONS],
        out,
        threads=threads,
    )
    assistant.close()
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    written = {row["question"]: row for row in rows}
    assert max(sizes) > 1
    assert sum(sizes) >= sum(a["status"] == "answered" for a in alone.values())
    for question, expected in alone.items():
        row = written[question]
        row.pop("id")
        assert comparable(row) == expected


def test_an_extractive_assistant_needs_no_threads(built):
    assistant = Assistant.open(built / "ix", generator="extractive", verifier="rules")
    assert assistant.share() == 1
    assistant.close()


def test_bits_reach_the_generator(built):
    run = Medlit(built)
    asked = ("ask", "fever?", "--index", "ix", "--generator", "openai:m@http://127.0.0.1:9/v1")
    refused = run(*asked, "--quantize", "8bit")
    assert refused.returncode == 1
    assert "a server loads its own weights; leave --quantize out" in refused.stderr
    talk = run("chat", *asked[2:], "--quantize", "8bit")
    assert talk.returncode == 1
    assert "or give --quantize none where it is a setting" in talk.stderr
    drafts = run("ask", "--questions", "q.txt", "--out", "a.jsonl", "--stream")
    assert drafts.returncode == 2
    assert "leave --stream out" in drafts.stderr
    wrong = run(*asked, MEDLIT_QUANTIZE="3bit")
    assert wrong.returncode == 2
    assert "use 8bit, 4bit or none" in wrong.stderr
