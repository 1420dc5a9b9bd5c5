"""``medlit train``: what is asked wrongly ends in one line; a small run ends in a model."""

from __future__ import annotations

import json

import pytest

from tests.models.tiny_models import sentence_folder


def failed(done, code, *parts):
    said = [line for line in done.stderr.splitlines() if line.startswith("medlit: ")]
    assert done.returncode == code, done.stderr
    assert len(said) == 1, done.stderr
    assert all(part in said[0] for part in parts), said


def test_what_is_missing_is_said_in_one_line(medlit, tmp_path):
    pytest.importorskip("datasets", reason="the extra train is not installed")
    out = ("--out", "o")
    failed(medlit("train", "embedder", "--data", "no.jsonl", *out), 2, "no.jsonl is not there")
    failed(medlit("train", "generator", "--data", "no.jsonl", *out, "--base", "minilm"), 1,
           "minilm is no generator")  # fmt: skip
    failed(medlit("train", "verifier", "--data", "no", "--literature", "x.xml", *out), 2,
           "no has no folder scifact, healthver, evidence-inference, bioasq")  # fmt: skip
    failed(medlit("train", "embedder", "--data", "x", *out, "--seed", "-1"), 2, "--seed")
    failed(medlit("train", "embedder", "--data", "x", *out, "--held-out", "no"), 2,
           "no is no folder; --held-out takes")  # fmt: skip
    rows = [{"query": f"what of {i} x", "passage": f"this is passage {i}"} for i in range(3)]
    (tmp_path / "few.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
    failed(medlit("train", "embedder", "--data", "few.jsonl", *out), 2, "give more --data")
    assert not (tmp_path / "o").exists()


def test_a_run_prints_figures_and_what_to_do_next(medlit, tmp_path):
    pytest.importorskip("datasets", reason="the extra train is not installed")
    sentence_folder(tmp_path / "base")
    words = ["fever", "cough", "pain", "heart", "vaccine"]
    rows = [{"query": f"{words[i % 5]} of the patients {i}",
             "passage": f"{words[i % 5]} was {i} to {i * 7} in {i * 3} adults with placebo {i}"}
            for i in range(40)]  # fmt: skip
    (tmp_path / "pairs.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
    done = medlit("train", "embedder", "--data", "pairs.jsonl", "--base", "base", "--out", "made",
                  "--batch-size", "8", "--epochs", "0.5", OMP_NUM_THREADS="1")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "leak check: no held-out set was named" in done.stderr
    assert "WANDB" not in done.stdout  # transformers prints it where nothing may leave
    assert "set apart" in done.stdout
    assert "medlit ingest … --embedder made" in done.stdout
    assert (tmp_path / "made" / "model.safetensors").is_file()
    again = medlit("train", "embedder", "--data", "pairs.jsonl", "--base", "base", "--out", "made")
    failed(again, 2, "holds a model already")
