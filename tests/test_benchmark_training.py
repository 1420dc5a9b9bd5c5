"""The benchmark of training runs on tiny models, each beside its plain loop."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.models.tiny_models import language_model, sentence_folder
from tests.support import ROOT, pubmed_file, pubmed_record


@pytest.mark.slow
def test_training_measures_both_beside_plain_loops(tmp_path):
    pytest.importorskip("peft", reason="the extra train is not installed")
    sentence_folder(tmp_path / "embedder")
    language_model(tmp_path / "generator", context=2048)
    records = [
        pubmed_record(i, f"Drug{i} and cough in adults", f"Drug{i} and cough in {i} adults, so.")
        for i in range(1, 33)
    ]
    texts = pubmed_file(tmp_path / "a.xml", *records)
    done = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "training.py"), "--texts", str(texts),
         "--embedder", str(tmp_path / "embedder"), "--generator", str(tmp_path / "generator"),
         "--pairs", "16", "--examples", "2", "--max-tokens", "16"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "MEDLIT_OFFLINE": "1", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rates = json.loads(done.stdout[done.stdout.index("{") :])
    assert len(rates) == 4
    assert min(rates.values()) > 0
