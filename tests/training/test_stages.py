"""The loop of the verifier's training: it learns, and a break changes nothing of the result."""

from __future__ import annotations

import random

import numpy as np
import pytest

from rag.models.device import choose
from rag.progress import Silent
from rag.training import stages
from rag.training.network import Network, Stage
from rag.training.pairs import Pair
from rag.training.stages import train_stages
from tests.models.tiny_models import bert

WORDS = ["fever", "cough", "aspirin", "vaccine", "placebo", "pertussis", "heart", "pain"]
SAYS = {"supports": "lowered in", "contradicts": "higher than", "unclear": "vaccine for"}


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """Weights as small as those of a network before training, else nothing can be learnt."""
    from safetensors.torch import load_file, save_file

    folder = bert(tmp_path_factory.mktemp("base"))
    weights = load_file(folder / "model.safetensors")
    smaller = {name: w * 0.2 if w.ndim > 1 else w for name, w in weights.items()}
    save_file(smaller, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


def stage(seed, epochs, n=360):
    rng = random.Random(seed)
    pairs = []
    for i in range(n):
        label = list(SAYS)[i % 3]
        words = [rng.choice(WORDS) for _ in range(rng.randint(2, 9))]
        pairs.append(Pair(words[0], f"{words[0]} {SAYS[label]} {' '.join(words[1:])}", label, "x",
                          str(i), rng.choice((1.0, 0.7))))  # fmt: skip
    return Stage(tuple(pairs), epochs, 6e-3, seed)


STAGES = [stage(1, 1), stage(2, 2)]


def trained(base, folder, last=None):
    network = Network(base, choose("cpu"))
    return network, train_stages(network, STAGES, folder, last, Silent())


@pytest.fixture(scope="module")
def whole(base, tmp_path_factory):
    return trained(base, tmp_path_factory.mktemp("whole"))


def test_the_loss_falls_over_all_stages(whole):
    network, done = whole
    losses = [loss for _, loss in done.losses]
    assert np.mean(losses[-3:]) < 0.7 * np.mean(losses[:3])
    assert [step for step, _ in done.losses] == list(range(1, done.steps + 1))
    pairs = STAGES[0].pairs[:60]
    said = network.logits(pairs).argmax(axis=1)
    right = np.mean([list(SAYS)[i] == p.label for i, p in zip(said, pairs, strict=True)])
    assert right > 0.8


@pytest.mark.parametrize("killed", [1, 4])  # in the first stage, and in the last
def test_after_a_break_the_weights_are_those_of_a_run_without(
    base, whole, tmp_path, monkeypatch, killed
):
    plain, saved = stages._write, []

    def stops(checkpoints, step, *rest):
        plain(checkpoints, step, *rest)
        saved.append(step)
        if len(saved) == killed:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(stages, "_write", stops)
        with pytest.raises(KeyboardInterrupt):
            trained(base, tmp_path)
    (last,) = tmp_path.iterdir()  # older ones are removed
    network, done = trained(base, tmp_path, last)
    assert done.first == saved[-1] < done.steps
    assert done.losses == whole[1].losses
    for name, value in whole[0].trained().items():
        assert value.equal(network.trained()[name]), name


def test_what_is_frozen_stays_that_of_the_base(base, whole):
    from safetensors.torch import load_file

    body, ours = load_file(base / "model.safetensors"), whole[0].body.state_dict()
    same = {name for name, value in body.items() if name in ours and value.equal(ours[name])}
    assert {n for n in same if n.startswith("encoder.layer.0.")}
    assert not {n for n in same if n.startswith("encoder.layer.1.") and n.endswith("weight")}
    changed = whole[0].changed()
    assert {n.split(".")[0] for n in changed} == {"encoder", "head"}
    assert not {n for n in changed if n.startswith("encoder.layer.0.")}
