"""Preprocess, train, evaluate of a generator in one, on a tiny model."""

from __future__ import annotations

import json
import re

import pytest

pytest.importorskip("peft", reason="the extra train is not installed")
pytest.importorskip("rouge_score", reason="the extra eval is not installed")

from rag.errors import ModelError, UsageError
from rag.evaluation import read_set
from rag.models.generator import load_generator
from rag.progress import Silent
from rag.training import generator_run
from rag.training.answers import Shape
from rag.training.generator import GeneratorSettings
from rag.training.generator_run import GeneratorData, prepare_examples, run_generator
from rag.training.runs import CHECKPOINTS, RUN
from tests.models.tiny_models import llama, sentence_folder

WORDS = [
    "fever",
    "cough",
    "aspirin",
    "vaccine",
    "placebo",
    "pertussis",
    "heart",
    "pain",
    "trial",
    "dose",
    "risk",
    "adults",
]

VERBS = ["eased", "halved", "cured", "delayed", "doubled", "stopped", "caused"]
LIMIT = 600


def question(i):
    """Each is answered by a snippet of its own; every eighth snippet is long."""
    drug, verb = f"{WORDS[i % 12]}{i}", VERBS[i % 7]
    said = f"The {drug} {verb} {WORDS[(i + 5) % 12]} {i + 20}."
    if i % 8 == 0:
        said = f"{said} {'Of cough and fever. ' * 12}".strip()
    return {"id": str(i), "batch": "7B1", "type": "summary", "question": f"What of {drug}?",
            "snippets": [{"pmid": str(i), "text": said}], "pmids": [str(i)],
            "ideal_answer": [said.split(". ")[0]]}  # fmt: skip


@pytest.fixture
def held(tmp_path):
    leak = question(3)
    folder = tmp_path / "held"
    (folder / "qrels").mkdir(parents=True)
    document = {"_id": "d", "title": "", "text": leak["snippets"][0]["text"]}
    (folder / "corpus.jsonl").write_text(json.dumps(document) + "\n")
    (folder / "queries.jsonl").write_text('{"_id": "q", "text": "what lowers pain"}\n')
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq\td\t1\n")
    return read_set(folder)


def test_a_generator_is_trained_measured_and_described(tmp_path, held, monkeypatch):
    file = tmp_path / "q.jsonl"
    file.write_text("".join(json.dumps(question(i)) + "\n" for i in range(30)))
    base, out = llama(tmp_path / "base", context=2600), tmp_path / "out"
    data = GeneratorData((file,), limit=12, shape=Shape(passages=2, words=60), apart=0.4, written=2)
    settings = GeneratorSettings(batch=4, at_once=3, max_tokens=LIMIT, rank=2)

    def run():
        return run_generator(data, str(base), out, settings, Silent(), sets=[held], device="cpu")

    with monkeypatch.context() as patch:  # killed while it measures
        patch.setattr(generator_run, "write_card", stopped)
        with pytest.raises(KeyboardInterrupt):
            run()
    made = run()
    assert "1 questions are left out for them, with all their passages" in made.notes
    assert all("aspirin3" not in m.content for e in made.learnt for m in e.messages)
    # 4 examples a step, in parts of 2; the long ones are neither learnt nor measured with
    tuned = made.tuned
    assert (tuned.steps, tuned.first) == (round(tuned.examples / 4), 0)
    assert len(made.learnt) == tuned.examples < tuned.examples + tuned.too_long == 12
    assert any(re.search(r"; [1-9] are longer than 600 tokens", n) for n in made.notes)
    assert made.before is not None
    assert made.after is not None
    assert made.before.n == made.after.n == 2
    assert made.after.loss != made.before.loss
    figures = json.loads((out / "figures.json").read_text())["figures"]
    assert figures["after"]["loss"] == made.after.loss
    card = (out / "README.md").read_text()
    assert "batch 4, at_once 2" in card  # a step of 4 is of whole parts of at most 3
    assert "refusals " in card
    assert f"- {tuned.line()}" in card
    assert f"| bioasq | {tuned.examples} |" in card
    assert not (out / CHECKPOINTS).exists()
    assert not (out / RUN).exists()
    with pytest.raises(UsageError, match="holds a model already"):
        run()


def test_what_is_measured_with_shares_no_article_with_what_is_learnt(tmp_path):
    file = tmp_path / "q.jsonl"
    pairs = [question(i) for i in range(60)]  # two questions an article
    for i, one in enumerate(pairs):
        one["snippets"][0]["pmid"] = str(i // 2)
    file.write_text("".join(json.dumps(one) + "\n" for one in pairs))
    data = GeneratorData((file,), apart=0.4)
    learn, measure, notes = prepare_examples(data, [], 7, Silent())

    def articles(examples):
        return {int(e.id.partition(":")[2]) // 2 for e in examples}

    assert measure
    assert not articles(learn) & articles(measure)
    left = 60 - len(learn) - len(measure)
    assert left > 0
    assert f"; {left} questions are neither, since they share an article" in notes[-1]


def test_a_base_that_writes_nothing_is_refused_before_the_data_is_read(tmp_path):
    """With a head drawn by chance it would be trained to write nonsense."""
    base = sentence_folder(tmp_path / "base")
    data = GeneratorData((tmp_path / "nowhere",), written=0)
    with pytest.raises(ModelError, match="is no generator but a BertModel"):
        run_generator(data, str(base), tmp_path / "out", GeneratorSettings(), Silent())
    with pytest.raises(ModelError, match="is no generator but a BertModel"):
        load_generator(str(base))


def stopped(*_args, **_kwargs):
    raise KeyboardInterrupt
