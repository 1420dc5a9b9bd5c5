"""Readers during a writer's work, a writer that dies, a disk that is full."""

import os
import signal
import subprocess
import sys
import time

import pytest

from rag.errors import IndexLocked
from rag.index import generations
from rag.index.builder import ingest
from rag.index.compact import compact
from rag.index.reader import IndexReader
from rag.index.store import Store
from rag.index.verify import verify
from rag.index.wal import read_wal
from tests.support import ROOT, pubmed_file, pubmed_record

# what one generation shows of every article is the word of its number, so a mix is seen at once
READER = """
import sys, time
from pathlib import Path
from rag.index.reader import IndexReader
from rag.types import Filter
from tests.support import FakeEmbedder
index, until = Path(sys.argv[1]), Path(sys.argv[2])
query = FakeEmbedder().embed_queries(["cough"])[0]
seen, rounds = [], 0
print("ready", flush=True)
while not until.exists():
    reader = IndexReader.open(index)
    for _ in range(3):
        words = reader.lexical.search("cough", 500, Filter()).ids.tolist()
        near = reader.dense.search(query, 500).ids.tolist()
        shown = {a.title.split()[-1] for _, a in reader.passages([*words, *near])}
        assert len(words) == len(near) == 40 and len(shown) == 1, (len(words), len(near), shown)
        assert reader.article("pmid:1").title.split()[-1] in shown
        seen.append(next(iter(shown)))
    reader.close()
    rounds += 1
print(rounds, *dict.fromkeys(seen))
"""


def python(code, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def version(folder, number):
    rows = [
        pubmed_record(i, f"Cough v{number}.", f"Case {i}.", revised=f"20{10 + number}-01-01")
        for i in range(1, 41)
    ]
    return pubmed_file(folder / f"{number}.xml", *rows)


def test_a_reader_sees_the_old_or_the_new_never_a_mix(tmp_path, fake_embedder):
    index, end = tmp_path / "ix", tmp_path / "end"
    ingest([version(tmp_path, 0)], index, fake_embedder)
    readers = [python(READER, index, end) for _ in range(2)]
    assert all(r.stdout.readline() == "ready\n" for r in readers)
    for number in range(1, 8):
        ingest([version(tmp_path, number)], index, fake_embedder)
        if number % 3 == 0:
            compact(index)
    time.sleep(0.5)
    end.touch()
    for reader in readers:
        out, err = reader.communicate(timeout=60)
        assert reader.returncode == 0, err
        rounds, *seen = out.split()
        assert int(rounds) > 3
        assert seen == sorted(seen), "an older generation after a newer one"
        assert seen[-1] == "v7."
        assert len(seen) > 1
    assert verify(index).faults == []


HOLDER = """
import sys, time
from pathlib import Path
from rag.index.generations import writer_lock
with writer_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_killed_writer_leaves_no_lock(tmp_path):
    holder = python(HOLDER, tmp_path / "ix")
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(IndexLocked), generations.writer_lock(tmp_path / "ix"):
        pass
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    holder.stderr.close()
    with generations.writer_lock(tmp_path / "ix"):
        pass


WRITER = """
import sys
from pathlib import Path
from rag.index.builder import ingest
from rag.index.store import Store
from tests.support import FakeEmbedder
import os, signal
seal = Store.seal
left = int(sys.argv[3])
def dying(self):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return seal(self)
Store.seal = dying
ingest([Path(sys.argv[2])], Path(sys.argv[1]), FakeEmbedder())
"""


@pytest.mark.parametrize("before", [0, 1])
def test_killed_before_a_checkpoint_the_log_is_checked_and_sealed_later(
    tmp_path, fake_embedder, before
):
    index = tmp_path / "ix"
    ingest([version(tmp_path, 0)], index, fake_embedder)
    writer = python(WRITER, index, version(tmp_path, 1), before)
    assert writer.wait() == -signal.SIGKILL
    writer.stdout.close()
    writer.stderr.close()
    log = index / "store" / "articles.sqlite-wal"
    assert read_wal(log).pages
    found = verify(index)
    assert found.faults == []
    assert any("cut short" in note for note in found.notes) == (before == 0)
    whole = log.read_bytes()
    for place in (0, 5000) if before == 0 else (0,):  # a lone commit may be a torn one
        log.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert [f.file for f in verify(index).faults][:1] == ["store/articles.sqlite-wal"]
        log.write_bytes(whole)
    ingest([tmp_path / "1.xml"], index, fake_embedder)
    found = verify(index)
    assert (found.faults, found.notes) == ([], [])
    reader = IndexReader.open(index)
    assert reader.article("pmid:40").title == "Cough v1."
    assert reader.manifest.counts.articles == reader.dense.count == reader.lexical.count == 40
    reader.close()


def test_where_checksums_cannot_be_written_the_log_waits(tmp_path, fake_embedder, monkeypatch):
    index = tmp_path / "ix"
    ingest([version(tmp_path, 0)], index, fake_embedder)
    store = Store(index / "store" / "articles.sqlite", writable=True)
    store.set_meta("note", "x" * 20_000)

    def full(self):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Store, "seal", full)
    store.close()
    monkeypatch.undo()
    assert read_wal(index / "store" / "articles.sqlite-wal").pages
    assert verify(index).faults == []
    Store(index / "store" / "articles.sqlite", writable=True).close()
    assert not read_wal(index / "store" / "articles.sqlite-wal").pages
    assert verify(index).faults == []


@pytest.fixture
def small_disk(tmp_path):
    """A file system of a few hundred kB, and how to make it larger."""
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=600k", "none", str(place)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount command here")
    if done.returncode:
        pytest.skip("a small file system cannot be mounted here")
    yield place, lambda: subprocess.run(["mount", "-o", "remount,size=20m", str(place)], check=True)
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_is_one_line_and_costs_nothing(small_disk, tmp_path, fake_embedder):
    place, enlarge = small_disk
    index = place / "ix"
    ingest([version(tmp_path, 0)], index, fake_embedder)
    many = [pubmed_record(i, f"Cough v0 {i}.", "Word " * 300) for i in range(100, 1100)]
    file = pubmed_file(tmp_path / "many.xml", *many)
    for action in (lambda: ingest([file], index, fake_embedder), lambda: compact(index)):
        with pytest.raises(Exception, match="no space left"):
            action()
        found = verify(index)
        assert found.faults == []
        reader = IndexReader.open(index)
        assert reader.manifest.counts.articles == 40
        reader.close()
    enlarge()
    ingest([file], index, fake_embedder)
    assert compact(index).articles_dropped == 0
    found = verify(index)
    assert (found.faults, found.notes, found.articles) == ([], [], 1040)
