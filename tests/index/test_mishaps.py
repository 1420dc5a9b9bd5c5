"""What once lost data or blamed the wrong file: each mishap, and what must come of it."""

import os
import shutil
import signal
import subprocess
import sys

import numpy as np
import pytest

from rag.errors import IndexDamaged, LiteratureIndexError
from rag.index import kinds, pagesums
from rag.index.builder import ingest
from rag.index.compact import compact
from rag.index.dense import DenseIndex
from rag.index.dense_build import Previous, build, extend
from rag.index.kinds import plan
from rag.index.manifest import load_manifest
from rag.index.reader import IndexReader
from rag.index.store import Store
from rag.index.verify import verify
from rag.index.wal import read_wal
from rag.types import Filter
from tests.support import ROOT, FakeEmbedder, pubmed_file, pubmed_record


def literature(folder, name, count=40, *, first=1, word="rose", **facts):
    rows = [
        pubmed_record(i, f"Cough {i}.", f"Case {i} {word}.", **facts)
        for i in range(first, first + count)
    ]
    return pubmed_file(folder / name, *rows)


@pytest.mark.parametrize("removed", [1, 100, 1000])
def test_codes_after_a_removal_are_those_of_a_fresh_index(tmp_path, removed):
    random = np.random.default_rng(3)
    vectors = random.standard_normal((6000, 32)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors = vectors.astype(np.float16)
    old, gone = np.arange(5000), np.sort(random.choice(5000, removed, replace=False))
    facts = build(vectors[:5000], old, plan("ivfpq", 5000, 32), tmp_path / "a")
    added = np.arange(5000, 6000)
    changed = extend(Previous(tmp_path / "a", facts, old), vectors, added, gone, tmp_path / "b")
    # the same training, filled anew
    empty = extend(Previous(tmp_path / "a", facts, old), vectors, old[:0], old, tmp_path / "empty")
    fresh = extend(
        Previous(tmp_path / "empty", empty, old[:0]),
        vectors,
        np.setdiff1d(np.arange(6000), gone),
        old[:0],
        tmp_path / "c",
    )
    query = vectors[17].astype(np.float32)
    scores = {}
    for name, made in (("b", changed), ("c", fresh)):
        index = DenseIndex(tmp_path / name, made, lambda: vectors)
        ids, found = index._candidates(query, 6000, None, None, made.lists)
        scores[name] = dict(zip(ids.tolist(), found.tolist(), strict=True))
    assert scores["b"].keys() == scores["c"].keys()
    assert scores["b"] == pytest.approx(scores["c"], abs=1e-4)


def test_lost_vectors_of_revised_articles_are_computed_again(tmp_path, fake_embedder):
    index = tmp_path / "ix"
    ingest([literature(tmp_path, "a.xml", 300)], index, fake_embedder)
    revised = literature(tmp_path, "b.xml", 100, types=("Review",), revised="2021-01-01")
    ingest([revised], index, fake_embedder)
    (index / "store" / "vectors.f16").unlink()
    ingest([revised], index, fake_embedder)
    assert verify(index).faults == []
    reader = IndexReader.open(index)
    live = reader._ids("a.removed IS NULL", {})
    assert len(live) == 300
    assert reader.vectors[live].any(axis=1).all()
    reader.close()


def test_an_empty_vector_of_a_live_passage_is_a_fault(tmp_path):
    class Nothing(FakeEmbedder):
        def embed_documents(self, texts):
            return np.zeros((len(texts), 64), dtype=np.float32)

    ingest([literature(tmp_path, "a.xml", 3)], tmp_path / "ix", Nothing())
    assert [f.what for f in verify(tmp_path / "ix").faults] == ["3 passages have an empty vector"]


DYING = """
import os, signal, sqlite3, sys
from pathlib import Path
from rag.index import store
from rag.index.builder import ingest
from tests.support import FakeEmbedder
class Connection(sqlite3.Connection):
    def execute(self, query, *rest):
        if query.startswith("PRAGMA user_version ="):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().execute(query, *rest)
real = sqlite3.connect
store.sqlite3.connect = lambda *a, **k: real(*a, factory=Connection, **k)
ingest([Path(sys.argv[1])], Path(sys.argv[2]), FakeEmbedder())
"""


def test_killed_while_the_store_is_made_the_next_ingest_makes_it(tmp_path, fake_embedder):
    file = literature(tmp_path, "a.xml", 3)
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", DYING, str(file), str(tmp_path / "ix")]
    done = subprocess.run(command, env=env, check=False)
    assert done.returncode == -signal.SIGKILL
    assert ingest([file], tmp_path / "ix", fake_embedder).added == 3
    assert verify(tmp_path / "ix").faults == []


READING = """
import os, sys
from pathlib import Path
from rag.index.reader import IndexReader
from rag.index.verify import verify
from rag.types import Filter
import sqlite3, faiss, tantivy, tempfile, encodings.idna
tempfile.gettempdir()
if os.getuid() == 0:
    os.setuid(65534)  # after the imports: it may not read a checkout of root's
reader = IndexReader.open(Path(sys.argv[1]))
for _ in range(2):
    print(len(reader.lexical.search("cough", 10, Filter()).ids), reader.article("pmid:3").title)
print(verify(Path(sys.argv[1])).faults)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
def test_an_index_that_may_only_be_read_is_searched(tmp_path, fake_embedder):
    index = tmp_path / "ix"
    ingest([literature(tmp_path, "a.xml", 5)], index, fake_embedder)
    for folder in [index, *index.rglob("*")]:
        folder.chmod(folder.stat().st_mode & ~0o222)
    # the folders that pytest made for this run, and no other, are opened to the other user
    own = [p for p in (tmp_path, *tmp_path.parents) if "pytest-" in str(p)]
    if any(not p.stat().st_mode & 0o001 for p in own[-1].parents):
        pytest.skip("another user cannot reach the temporary folder")
    before = {folder: folder.stat().st_mode for folder in own}
    for folder in own:
        folder.chmod(before[folder] | 0o055)
    try:
        done = subprocess.run(
            [sys.executable, "-c", READING, str(index)],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        for folder, mode in before.items():
            folder.chmod(mode)
        for folder in [index, *index.rglob("*")]:
            folder.chmod(0o755)
    assert done.stdout.splitlines() == ["5 Cough 3.", "5 Cough 3.", "[]"], done.stderr


def test_a_store_that_nobody_closed_is_not_damaged(tmp_path, fake_embedder, monkeypatch):
    index = tmp_path / "ix"
    ingest([literature(tmp_path, "a.xml")], index, fake_embedder)

    def interrupted(self):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Store, "seal", interrupted)
        with pytest.raises(KeyboardInterrupt):
            ingest([literature(tmp_path, "b.xml", first=100)], index, fake_embedder)
    assert read_wal(index / "store" / "articles.sqlite-wal").pages
    assert verify(index).faults == []
    ingest([tmp_path / "b.xml"], index, fake_embedder)
    assert (verify(index).faults, verify(index).notes) == ([], [])


def test_checksums_that_were_not_written_do_not_count_as_written(
    tmp_path, fake_embedder, monkeypatch
):
    index = tmp_path / "ix"
    ingest([literature(tmp_path, "a.xml")], index, fake_embedder)
    real, failures = pagesums.PageSums._append, []

    def full_once(self, *rest):
        if not failures:
            failures.append(1)
            raise OSError(28, "No space left on device")
        return real(self, *rest)

    monkeypatch.setattr(pagesums.PageSums, "_append", full_once)
    newer = literature(tmp_path, "b.xml", word="fell", revised="2021-01-01")
    with pytest.raises(LiteratureIndexError, match="no space left"):
        ingest([newer], index, fake_embedder)
    assert verify(index).faults == []
    ingest([newer], index, fake_embedder)
    assert verify(index).faults == []
    assert compact(index).articles_dropped == 40


def test_a_wrong_number_of_pages_is_not_taken_for_a_torn_record(tmp_path, fake_embedder):
    index = tmp_path / "ix"
    ingest([literature(tmp_path, "a.xml")], index, fake_embedder)
    ingest([literature(tmp_path, "b.xml", first=100)], index, fake_embedder)
    store = Store(index / "store" / "articles.sqlite", writable=True)
    store.set_meta("note", "waits in the log")
    log = index / "store" / "pages.sum"
    whole = log.read_bytes()
    for byte in range(20):  # the first record's head
        log.write_bytes(whole[:byte] + bytes([whole[byte] ^ 0x40]) + whole[byte + 1 :])
        assert pagesums.read_log(log).damaged, byte
    log.write_bytes(whole)
    store.close()


def test_every_lost_commit_of_the_log_is_counted(tmp_path):
    store = Store(tmp_path / "articles.sqlite", writable=True)
    store.seal()
    for number in range(4):
        store.set_meta("note", str(number))
    log = tmp_path / "articles.sqlite-wal"
    whole, frame = log.read_bytes(), 24 + read_wal(log).page_size
    ends = [at for at in range(32, len(whole), frame) if whole[at + 4 : at + 8] != bytes(4)]
    assert len(ends) == 4
    for lost, at in enumerate(reversed(ends), start=1):
        place = at + 24 + 100
        log.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert read_wal(log).lost == lost
    log.write_bytes(whole)
    store.close()


def test_a_type_that_needs_more_passages_waits_for_them(tmp_path, fake_embedder, monkeypatch):
    monkeypatch.setattr(kinds, "LEAST_TRAINED", 50)
    monkeypatch.setattr(kinds, "_LEAST_A_LIST", 2)
    index = tmp_path / "ix"
    types = []
    for step in range(3):
        ingest(
            [literature(tmp_path, f"{step}.xml", first=1 + 40 * step)],
            index,
            fake_embedder,
            index_type="ivfsq" if step == 0 else None,
        )
        types.append(load_manifest(index / f"gen-{step + 1:06d}").index_type)
    gone = pubmed_file(tmp_path / "d.xml", deleted=range(1, 90))
    ingest([gone], index, fake_embedder)
    made = load_manifest(index / "gen-000004")
    assert [*types, made.index_type] == ["flat", "ivfsq", "ivfsq", "flat"]
    assert made.dense.requested == "ivfsq"
    reader = IndexReader.open(index)
    assert reader.article("pmid:5") is None
    assert len(reader.lexical.search("cough", 100, Filter()).ids) == 31
    reader.close()


def test_a_manifest_with_a_flipped_byte_is_not_believed(tmp_path, fake_embedder):
    index = tmp_path / "ix"
    ingest([literature(tmp_path, "a.xml")], index, fake_embedder, index_type="hnsw")
    file = index / "gen-000001" / "manifest.json"
    file.write_text(file.read_text().replace('"requested": "hnsw"', '"requested": "flat"'))
    with pytest.raises(IndexDamaged, match="verify --repair"):
        IndexReader.open(index)
    ingest([literature(tmp_path, "b.xml", first=100)], index, fake_embedder)
    assert load_manifest(index / "gen-000002").index_type == "hnsw"


def test_files_of_others_stay(tmp_path, fake_embedder):
    index = tmp_path / "ix"
    (index / "mine.tmp").mkdir(parents=True)
    (index / "draft.tmp").write_text("a thesis")
    (index / "gen-000007.tmp").mkdir()
    for number in range(3):
        file = literature(tmp_path, f"{number}.xml", revised=f"202{number}-01-01")
        ingest([file], index, fake_embedder)
    assert (index / "draft.tmp").read_text() == "a thesis"
    assert (index / "mine.tmp").is_dir()
    assert not (index / "gen-000007.tmp").exists()
    shutil.rmtree(index)
