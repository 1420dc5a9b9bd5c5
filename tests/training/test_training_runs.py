"""What a run of training is told, and which run a folder goes on with."""

from __future__ import annotations

import os

import pytest

from rag.models.device import choose
from rag.models.fetch import resolve
from rag.training.runs import CHECKPOINTS, Begun, arguments_of, begin, fingerprint
from tests.models.tiny_models import sentence_folder


@pytest.mark.parametrize("steps", [1, 7, 15, 39, 95, 100, 534, 4000])
def test_a_checkpoint_falls_on_a_row_of_the_losses(tmp_path, steps):
    told = arguments_of(tmp_path, steps, 1e-3, 7, choose("cpu"))
    assert told["save_steps"] % told["logging_steps"] == 0
    assert min(steps, 10) <= steps // told["save_steps"] <= 20


def test_another_model_in_the_folder_of_the_base_is_another_run(tmp_path):
    folder = sentence_folder(tmp_path / "model")
    model = resolve(str(folder))
    mark = fingerprint({"rate": 1}, model, ["a"])
    assert fingerprint({"rate": 1}, model, ["a"]) == mark
    assert fingerprint({"rate": 2}, model, ["a"]) != mark
    assert fingerprint({"rate": 1}, model, ["b"]) != mark
    weights = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(weights[:-1] + bytes([weights[-1] ^ 1]))
    os.utime(folder / "model.safetensors", (1, 1))
    assert fingerprint({"rate": 1}, model, ["a"]) != mark


def test_a_run_that_got_nowhere_does_not_bind(tmp_path):
    out = tmp_path / "out"
    assert begin(out, "mistyped") == Begun()
    (out / CHECKPOINTS / "checkpoint-1").mkdir(parents=True)  # killed while it was written
    assert begin(out, "right") == Begun()
