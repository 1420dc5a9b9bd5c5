"""``medlit train``: what is asked wrongly ends in one line; a small run ends in a model."""

from __future__ import annotations

import json
import shutil

import pytest

from rag.models.verifier_cross import CHANGES
from tests.models.tiny_models import sentence_folder
from tests.training.labelled import labelled, literature


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
    failed(medlit("train", "verifier", "--data", "no", "--literature", "x.xml", *out,
                  "--held-out", "h"), 2, "--held-out")  # fmt: skip
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    failed(medlit("train", "verifier", "--data", "no", "--literature", "x.xml", "--out", "full"), 2,
           "full holds other files; name a new folder as --out")  # fmt: skip
    failed(medlit("train", "verifier", "--data", "no", "--literature", "x.xml", "--out", "full",
                  "--settle"), 2, "full holds no verifier.safetensors")  # fmt: skip
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


@pytest.mark.slow
@pytest.mark.model
def test_thresholds_are_settled_for_the_network_that_is_kept(medlit, tmp_path):
    """The network that ships, on small sets: measured beside itself, and used where it lies."""
    pytest.importorskip("datasets", reason="the extra train is not installed")
    labelled(tmp_path / "sets", claims=48)
    literature(tmp_path / "few.xml")
    (tmp_path / "made").mkdir()
    shutil.copy(CHANGES, tmp_path / "made")
    done = medlit("train", "verifier", "--data", "sets", "--literature", "few.xml", "--out", "made",
                  "--settle", "--device", "cpu", "--json", OMP_NUM_THREADS="1")  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["out"], told["steps"], told["seconds"]) == ("made", 0, 0.0)
    assert told["scifact n"] > 0
    assert told["scifact macro_f1 after"] == told["scifact macro_f1 before"]
    assert "healthver said_supports rules" in told
    fitted = json.loads((tmp_path / "made" / "verifier.json").read_text())
    assert told["cross-encoder supports precision"] == fitted["precision"]
    assert told["cross-encoder contradicts threshold"] == fitted["against"]
    reached = [line for line in done.stderr.splitlines() if " reached " in line]
    assert len(reached) == 4
    assert sum(line.startswith("warning: ") for line in reached) == sum(
        told[f"{verifier} {verdict} precision"] < 0.9
        for verifier in ("cross-encoder", "features")
        for verdict in ("supports", "contradicts")
    )
    done = medlit("eval", "support", "--pairs", "made/held-out/scifact.jsonl", "--verifier", "made",
                  "--device", "cpu", "--json", OMP_NUM_THREADS="1")  # fmt: skip
    assert done.returncode == 0, done.stderr
    again = json.loads(done.stdout)
    assert again["n"] == told["scifact n"]
    assert again["macro_f1"] == told["scifact macro_f1 after"]
    assert again["verifier"].startswith("cross-encoder-2@")
