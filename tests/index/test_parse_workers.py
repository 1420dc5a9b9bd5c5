"""Files are parsed by other processes, and what comes of it is what one process makes."""

import os
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from rag.errors import LiteratureIndexError
from rag.index import reading
from rag.index.builder import ingest
from rag.models.embedder import load_embedder
from tests.models.tiny_models import bert
from tests.support import ROOT, beir_file, pubmed_file, pubmed_record

COUNT = 1234


@pytest.fixture(scope="module")
def embedder(tmp_path_factory):
    return load_embedder(str(bert(tmp_path_factory.mktemp("tiny"))), device="cpu")


@pytest.fixture
def small_files_too(monkeypatch):
    monkeypatch.setattr(reading, "_WORTH_IT", 0)


def literature(path, count=COUNT):
    rows = [
        pubmed_record(i, f"Fever and cough {i}.", "Aspirin was given to patients. " * (i % 9))
        for i in range(1, count + 1)
    ]
    rows[100] = "<PubmedArticle><broken></PubmedArticle>"
    return pubmed_file(path, *rows, deleted=(3, 5, 7))


def everything(index):
    db = sqlite3.connect(index / "store" / "articles.sqlite")
    try:
        return [
            db.execute(query).fetchall()
            for query in (
                "SELECT id, hash, body, removed FROM articles ORDER BY row",
                "SELECT * FROM passages ORDER BY id",
                "SELECT record, reason FROM rejects ORDER BY record",
                "SELECT records, complete FROM sources",
                "SELECT id FROM deletions ORDER BY id",
            )
        ]
    finally:
        db.close()


def test_workers_make_the_same_index(tmp_path, embedder, small_files_too):
    file = literature(tmp_path / "a.xml")
    alone = ingest([file], tmp_path / "alone", embedder, embed_seconds=0)
    shared = ingest([file], tmp_path / "shared", embedder, embed_seconds=0, workers=2)
    assert alone.records == shared.records == COUNT + 3
    assert everything(tmp_path / "alone") == everything(tmp_path / "shared")


def test_workers_go_on_where_a_limit_stopped(tmp_path, embedder, small_files_too):
    file = literature(tmp_path / "a.xml")
    ingest([file], tmp_path / "alone", embedder, embed_seconds=0)
    first = ingest([file], tmp_path / "ix", embedder, embed_seconds=0, workers=1, limit=700)
    assert first.records == 700
    ingest([file], tmp_path / "ix", embedder, embed_seconds=0, workers=1)
    again, whole = everything(tmp_path / "ix"), everything(tmp_path / "alone")
    assert again[1:] == whole[1:]
    assert [row[:2] for row in again[0]] == [row[:2] for row in whole[0]]


def test_formats_that_cannot_be_cut_are_read_here(tmp_path, embedder, small_files_too):
    file = beir_file(tmp_path / "a.jsonl", [{"_id": "x", "title": "Cough", "text": "One."}])
    assert ingest([file], tmp_path / "ix", embedder, workers=2).added == 1


def test_a_worker_that_is_killed_is_one_line_and_nothing_is_lost(
    tmp_path, embedder, small_files_too, monkeypatch
):
    file = literature(tmp_path / "a.xml")
    monkeypatch.setattr(reading, "_work", _die)
    with pytest.raises(LiteratureIndexError, match="fewer --workers") as caught:
        ingest([file], tmp_path / "ix", embedder, workers=1)
    assert "\n" not in str(caught.value)
    monkeypatch.undo()
    assert ingest([file], tmp_path / "ix", embedder, embed_seconds=0).records == COUNT + 3


def _die(format_name, lot):
    os.kill(os.getpid(), signal.SIGKILL)


SCRIPT = """
import sys
from pathlib import Path
from rag.index import reading
from rag.index.builder import ingest
from rag.models.embedder import load_embedder

if __name__ == "__main__":
    reading._WORTH_IT = 0
    ingest([Path(sys.argv[1])], Path(sys.argv[2]), load_embedder(sys.argv[3], "cpu"), workers=1)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_a_killed_ingest_leaves_no_worker_behind(tmp_path, embedder):
    file = literature(tmp_path / "a.xml", 30_000)
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    command = [sys.executable, str(script), str(file), str(tmp_path / "ix"), embedder.identity.spec]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)
    try:
        workers = _until(lambda: _children(process.pid))
    finally:
        process.kill()
        process.wait()
    assert _until(lambda: not any(_alive(pid) for pid in workers))


def _until(condition, seconds=90):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)
    return found


def _children(pid):
    """Processes that parse for ``pid``: started by it, with multiprocessing's command line."""
    out = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as stat:
                    parent = int(stat.read().rpartition(")")[2].split()[1])
                with open(f"/proc/{entry}/cmdline") as line:
                    spawned = "spawn_main" in line.read()
            except OSError:
                continue
            if parent == pid and spawned:
                out.append(int(entry))
    return out


def _alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
