"""An embedder is trained on a tiny model: it learns, resumes, and is written."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("datasets", reason="the extra train is not installed")

from rag.errors import ModelError, UsageError
from rag.evaluation import read_set
from rag.models.catalog import CATALOG
from rag.models.device import choose
from rag.models.embedder import load_embedder
from rag.models.fetch import LocalModel, resolve
from rag.progress import Silent
from rag.training import embedder, embedder_run
from rag.training.apart import apart_ndcg
from rag.training.embedder import EmbedderSettings, blend, load_trainable, sizes_for, train_embedder
from rag.training.embedder_run import EmbedderData, run_embedder
from rag.training.leaks import HeldOut
from rag.training.runs import CHECKPOINTS, RUN, begin, require_free
from rag.training.text_pairs import TextPair
from tests.models.tiny_models import WORDS, sentence_folder

NAMES = ["fever", "cough", "pertussis", "aspirin", "vaccine", "pain", "heart", "placebo"]


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """Weights as small as those of a network before training, else nothing can be learnt."""
    from safetensors.torch import load_file, save_file

    folder = sentence_folder(tmp_path_factory.mktemp("base") / "model")
    weights = load_file(folder / "model.safetensors")
    smaller = {name: w * 0.2 if w.ndim > 1 else w for name, w in weights.items()}
    save_file(smaller, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


def pairs(n=40):
    """A question names one thing, and its passage names it among common words."""
    rng = random.Random(1)
    common = [w for w in WORDS if w.isalpha() and w not in NAMES]
    out = []
    for i in range(n):
        rest = [rng.choice(common) for _ in range(8)]
        passage = " ".join([*rest[:4], NAMES[i % 8], *rest[4:]])
        query = f"{NAMES[i % 8]} {rng.choice(common)} {rng.choice(common)}"
        out.append(TextPair(query, passage, "pairs", f"g{i}", f"a{i}"))
    return out


def negatives(data):
    return [f"{NAMES[(i + 1) % 8]} was a treatment of the dose {i}" for i in range(len(data))]


SETTINGS = EmbedderSettings(epochs=20, rate=3e-3, batch=8, at_once=4, blend=1.0, max_tokens=32)


def losses_of(folder, base, settings=SETTINGS):
    data = pairs(8)  # one batch
    return train_embedder(resolve(str(base)), data, negatives(data), folder, settings, Silent())


def test_passages_of_an_index_that_are_measured_with_are_barred():
    measure = [TextPair("zinc", "zinc was given to the ninety adults", "pairs", "g", "a")]
    barred = embedder_run._Barred(HeldOut([]), measure)
    assert barred("Zinc was given to the ninety adults.")
    assert not barred("iron was given to the ninety adults")
    assert barred.found == {"Zinc was given to the ninety adults."}


def interrupted(*_args, **_kwargs):
    raise KeyboardInterrupt


@pytest.fixture(scope="module")
def trained(base, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "model"
    return out, losses_of(out, base)


def test_the_loss_falls_and_the_questions_come_nearer_to_their_passages(base, trained):
    out, run = trained
    losses = [loss for _, loss in run.losses]
    assert np.mean(losses[-3:]) < 0.3 * np.mean(losses[:3])
    assert run.steps == 20

    before, after = load_embedder(str(base)), load_embedder(str(out))
    assert apart_ndcg(after, pairs(8), []) > apart_ndcg(before, pairs(8), []) + 0.1
    # the folder keeps the window of the base, whatever was cut in training
    assert after.identity.max_tokens == before.identity.max_tokens
    assert after.identity.pooling == before.identity.pooling


def test_a_picture_is_written_and_what_is_trained_is_not_trained_again(base, trained, monkeypatch):
    from transformers import Trainer

    out, run = trained
    assert (out / "loss.png").read_bytes().startswith(b"\x89PNG")
    monkeypatch.delattr(Trainer, "train")
    assert losses_of(out, base) == run


def test_weights_are_kept_in_half_precision_and_opened_in_full(trained):
    import torch
    from safetensors.torch import load_file

    out, _ = trained
    stored = load_file(out / "model.safetensors")
    assert {t.dtype for t in stored.values() if t.is_floating_point()} == {torch.float16}
    model, _ = load_trainable(resolve(str(out)), choose("cpu"))
    assert {p.dtype for p in model.parameters()} == {torch.float32}


def test_the_same_seed_gives_the_same_losses(base, trained, tmp_path):
    assert losses_of(tmp_path / "again", base).losses == trained[1].losses


def test_a_run_goes_on_from_its_checkpoint(base, trained, tmp_path, monkeypatch):
    from transformers import Trainer

    plain = Trainer._save_checkpoint
    saved = []

    def stops(self, *args, **kwargs):
        plain(self, *args, **kwargs)
        saved.append(self.state.global_step)
        if len(saved) == 5:
            raise KeyboardInterrupt

    monkeypatch.setattr(Trainer, "_save_checkpoint", stops)
    with pytest.raises(KeyboardInterrupt):
        losses_of(tmp_path / "out", base)
    assert (tmp_path / "out" / CHECKPOINTS).is_dir()
    # other settings are another run
    with pytest.raises(UsageError, match="other data or settings"):
        losses_of(tmp_path / "out", base, EmbedderSettings(epochs=20, batch=8, rate=1e-5))
    run = losses_of(tmp_path / "out", base)
    assert saved[5] == 12  # it did not begin again
    assert run.losses[:10] == trained[1].losses[:10]
    assert run.losses[-1][0] == 20
    assert (run.steps, run.first) == (20, 10)
    assert run.line().startswith("20 steps, the last 10, after a break, in ")
    # where the same batches followed, the same weights come out
    one, other = load_embedder(str(tmp_path / "out")), load_embedder(str(trained[0]))
    near = (one.embed_queries(["fever"]) * other.embed_queries(["fever"])).sum()
    assert near > 0.999


def test_killed_after_its_last_step_a_run_takes_no_step_too_many(base, tmp_path, monkeypatch):
    data = pairs(20)  # two and a half batches: the second pass over them is begun, not ended
    settings = replace(SETTINGS, epochs=1.6)

    def run():
        model, hard = resolve(str(base)), negatives(data)
        return train_embedder(model, data, hard, tmp_path / "out", settings, Silent())

    with monkeypatch.context() as patch:
        patch.setattr(embedder, "draw_losses", interrupted)
        with pytest.raises(KeyboardInterrupt):
            run()
    made = run()
    assert [step for step, _ in made.losses] == [1, 2, 3, 4]
    assert (made.steps, made.first) == (4, 3)


def test_a_folder_that_holds_something_else_is_not_written_over(base, trained, tmp_path):
    with pytest.raises(UsageError, match="holds a model already"):
        require_free(base)
    with pytest.raises(UsageError, match="other data or settings"):
        begin(trained[0], "x")
    (tmp_path / "README.md").write_text("mine")
    with pytest.raises(UsageError, match="holds other files"):
        require_free(tmp_path)
    (tmp_path / RUN).write_text('{"mine": 1}')  # a file of that name is no run of medlit's
    with pytest.raises(UsageError, match="holds other files"):
        require_free(tmp_path)
    with pytest.raises(UsageError, match="is a file"):
        require_free(tmp_path / "README.md")
    with pytest.raises(UsageError, match=r"README\.md is a file"):
        require_free(tmp_path / "README.md" / "below")


def test_blended_weights_lie_between():
    import torch

    one, other = {"w": torch.tensor([0.0, 2.0])}, {"w": torch.tensor([1.0, 4.0])}
    assert blend(one, other, 0.5)["w"].tolist() == [0.5, 3.0]
    assert blend(one, other, 0.0)["w"].tolist() == [0.0, 2.0]


def test_cached_gradients_change_nothing(base, tmp_path):
    settings = EmbedderSettings(epochs=1, rate=1e-3, batch=16, at_once=4, blend=1.0)
    whole = EmbedderSettings(epochs=1, rate=1e-3, batch=16, at_once=16, blend=1.0)
    data = pairs()
    ends = []
    for name, one in (("parts", settings), ("whole", whole)):
        model = resolve(str(base))
        made = train_embedder(model, data, negatives(data), tmp_path / name, one, Silent())
        ends.append([loss for _, loss in made.losses])
    # dropout draws differ between the two, the first loss less than by chance
    assert ends[0][0] == pytest.approx(ends[1][0], rel=0.15)


def test_sizes_follow_the_device_unless_they_are_given():
    assert sizes_for(choose("cpu"), EmbedderSettings()) == (64, 32)
    assert sizes_for(choose("cpu"), EmbedderSettings(batch=8, at_once=100)) == (8, 8)


def test_a_base_that_cannot_be_trained_is_refused_before_the_data_is_read(tmp_path):
    """Nothing is there to be read: the message is on the base."""
    folder = sentence_folder(tmp_path / "model", dense=True)
    with pytest.raises(ModelError, match="more than an encoder with a pooling"):
        run_embedder(EmbedderData((tmp_path / "no",)), str(folder), tmp_path / "out",
                     EmbedderSettings(), Silent())  # fmt: skip


def test_two_encoders_cannot_be_trained(base):
    model = LocalModel(base, CATALOG["medcpt"], "medcpt")
    with pytest.raises(ModelError, match="not one encoder"):
        load_trainable(model, choose("cpu"))


def test_preprocess_train_evaluate_in_one(base, tmp_path, monkeypatch):
    data = pairs(60)
    rows = [{"query": p.query, "passage": p.passage} for p in data]
    leaked = {"query": "heart risk of the aspirin trial", "passage": "the dose in adults was 2 %"}
    file = tmp_path / "pairs.jsonl"
    file.write_text("".join(json.dumps(r) + "\n" for r in [*rows, leaked]), encoding="utf-8")
    held = tmp_path / "held"
    (held / "qrels").mkdir(parents=True)
    documents = [{"_id": "d1", "title": "", "text": leaked["passage"]},
                 {"_id": "d2", "title": "", "text": "children with pain and fever"}]  # fmt: skip
    (held / "corpus.jsonl").write_text("".join(json.dumps(d) + "\n" for d in documents))
    query = {"_id": "q1", "text": "the dose in adults"}
    (held / "queries.jsonl").write_text(json.dumps(query) + "\n")
    (held / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\n")

    def run():
        return run_embedder(
            EmbedderData((file,), apart=0.2),
            str(base),
            tmp_path / "out",
            EmbedderSettings(epochs=4, rate=1e-3),
            Silent(),
            sets=[read_set(held)],
        )

    from sentence_transformers import SentenceTransformerTrainer

    # killed while it measures what it trained: the same line again measures, and is done
    with monkeypatch.context() as patch:
        patch.setattr(embedder_run, "_write", interrupted)
        with pytest.raises(KeyboardInterrupt):
            run()
    assert not (tmp_path / "out" / "README.md").exists()
    with monkeypatch.context() as patch:
        patch.setattr(SentenceTransformerTrainer, "train", interrupted)
        made = run()
    assert not (tmp_path / "out" / CHECKPOINTS).exists()
    assert not (tmp_path / "out" / RUN).exists()
    with pytest.raises(UsageError, match="holds a model already"):
        run()
    assert any("left out: 1 of equal words" in note for note in made.prepared.notes)
    assert leaked["query"] not in {p.query for p in (*made.prepared.learn, *made.prepared.measure)}
    measured = {(f.set, f.mode) for f in made.figures}
    assert measured == {("set apart", "dense"), ("held", "dense"), ("held", "hybrid")}
    card = (tmp_path / "out" / "README.md").read_text()
    learnt = len(made.prepared.learn)
    assert f"batch {learnt}, at_once 32" in card  # chosen: all, as they are fewer than 64
    assert "| held | hybrid | 1 |" in card
    assert "leak check" in card
    assert "hard negatives: " in card
    assert json.loads((tmp_path / "out" / "figures.json").read_text())["figures"]
