"""Embedding on a real Ray cluster: two nodes of one core each, started here."""

from __future__ import annotations

import asyncio
import dataclasses
import importlib.util
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from rag.errors import EngineError, ModelError, OfflineError, UsageError
from rag.index.builder import ingest
from rag.models.embedder import load_embedder
from tests.models.tiny_models import WORDS, sentence_folder
from tests.support import ROOT, pubmed_file, pubmed_record

HAVE_RAY = importlib.util.find_spec("ray") is not None


def needs_ray(test):
    """What runs on a cluster, which takes a minute to start and to use."""
    reason = "Ray is not installed (the extra ray)"
    return pytest.mark.slow(pytest.mark.skipif(not HAVE_RAY, reason=reason)(test))


def record(number: int) -> str:
    text = " ".join(WORDS[(number * 7 + i * i) % len(WORDS)] for i in range(40 + number % 60))
    return pubmed_record(number, f"Study {number} of {text[:30]}.", f"{text}. {text}.")


@pytest.fixture(scope="module")
def literature(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("literature")
    return pubmed_file(folder / "c.xml", *map(record, range(1, 1501)))


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> str:
    return str(sentence_folder(tmp_path_factory.mktemp("model") / "tiny"))


@pytest.fixture(scope="module")
def cluster():
    if not HAVE_RAY:
        pytest.skip("Ray is not installed (the extra ray)")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.delenv("RAY_ADDRESS", raising=False)
        from ray.cluster_utils import Cluster

        small = {"num_cpus": 1, "object_store_memory": 100 << 20}
        # paths of sockets must be short, those of pytest's folders are not
        folder = tempfile.mkdtemp(prefix="ray-", dir="/tmp")
        # Cluster writes its address below the usual folder, which nobody may have made yet
        patch.setenv("RAY_TMPDIR", folder)
        Path(folder, "ray").mkdir()
        both = Cluster(
            initialize_head=True,
            head_node_args=small | {"include_dashboard": False, "temp_dir": f"{folder}/ray"},
        )
        both.add_node(**small)
        yield both
        both.shutdown()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def engine(cluster, tiny):
    """An engine on the cluster, with the driver's embedder."""
    from rag.integrations.ray import RayEngine

    embedder = load_embedder(tiny, "cpu")
    with RayEngine(embedder.identity, address=cluster.address) as made:
        yield embedder, made


@pytest.fixture(scope="module")
def local(literature, tiny, tmp_path_factory) -> Path:
    directory = tmp_path_factory.mktemp("local") / "ix"
    ingest([literature], directory, load_embedder(tiny, "cpu"))
    return directory


def rows(directory: Path, question: str) -> list:
    database = sqlite3.connect(directory / "store/articles.sqlite")
    try:
        return database.execute(question).fetchall()
    finally:
        database.close()


def assert_same(one: Path, other: Path) -> None:
    for question in (
        "SELECT id, row, start, end FROM passages ORDER BY id",
        "SELECT row, id, body, added, removed FROM articles ORDER BY row",
    ):
        assert rows(one, question) == rows(other, question)
    name = "store/vectors.f16"
    assert (one / name).read_bytes() == (other / name).read_bytes()
    assert rows(other, "SELECT value FROM meta WHERE key = 'unfinished'") == [("0",)]


class Interrupted:
    """An engine that lets something happen while its workers wait for the second half."""

    def __init__(self, engine, what) -> None:
        self._engine, self._what = engine, what
        self._go = threading.Event()

    def embed(self, blocks):
        results = self._engine.embed(self._gated(blocks))
        for number, vectors in enumerate(results):
            if number == 1:
                wait_until(lambda: len(workers()) == 2)
                time.sleep(1)  # both ask for a block now
                self._what()
                self._go.set()
            yield vectors

    def _gated(self, blocks):
        for number, block in enumerate(blocks):
            if number == 3:
                assert self._go.wait(60)
            yield block


def workers() -> list[int]:
    """Process ids of this machine's workers that embed or are about to."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            name = file.read_bytes()
        except OSError:
            continue
        if name.startswith((b"ray::MapWorker", b"ray::_MapWorker")):
            found.append(int(file.parent.name))
    return found


def wait_until(true, seconds=60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)


@needs_ray
def test_a_killed_worker_is_replaced(engine, literature, local, tmp_path):
    embedder, made = engine
    killed = []

    def kill():
        killed.append(workers()[0])
        os.kill(killed[0], signal.SIGKILL)

    ingest([literature], tmp_path / "ix", embedder, engine=Interrupted(made, kill))
    assert killed
    assert killed[0] not in workers()
    assert_same(local, tmp_path / "ix")


@needs_ray
def test_blocks_come_back_in_order_from_one_pool_after_another(engine, monkeypatch):
    from rag.integrations import ray as module

    embedder, made = engine
    monkeypatch.setattr(module, "_FIRST", 30)
    blocks = [["fever"], [], ["cough and fever", "aspirin"], *([f"dose {i}"] for i in range(40))]
    out = list(made.embed(iter(blocks)))
    assert [len(vectors) for vectors in out] == [len(block) for block in blocks]
    for block, vectors in zip(blocks, out, strict=True):
        assert (vectors == embedder.embed_documents(block)).all()
    results = made.embed([str(i)] for i in range(10**9))
    next(results)
    results.close()
    wait_until(lambda: not workers())


@needs_ray
def test_what_reading_fails_with_is_raised(engine):
    def blocks():
        yield ["fever"]
        raise sqlite3.OperationalError("database or disk is full")

    results = engine[1].embed(blocks())
    assert len(next(results)) == 1
    with pytest.raises(sqlite3.OperationalError, match="full"):
        next(results)


@needs_ray
def test_another_model_on_a_node(engine, tiny, tmp_path):
    from rag.integrations.ray import RayEngine

    embedder, _ = engine
    other = dataclasses.replace(embedder.identity, weights_sha256="0" * 64)
    with RayEngine(other) as made, pytest.raises(ModelError, match="another one") as caught:
        list(made.embed([["fever"]]))
    assert "weights_sha256" in str(caught.value)
    assert "\n" not in str(caught.value)


@needs_ray
def test_no_room_and_no_gpu(engine, monkeypatch):
    from ray.util import placement_group, remove_placement_group

    from rag.integrations import ray_cluster
    from rag.integrations.ray import RayEngine

    identity = engine[0].identity
    with pytest.raises(EngineError, match="no GPU"):
        RayEngine(identity, "cuda")
    with pytest.raises(UsageError, match="mps"):
        RayEngine(identity, "mps")
    monkeypatch.setattr(ray_cluster, "PATIENCE", 1.0)
    held = placement_group([{"CPU": 1}] * 2)
    assert held.wait(60)
    try:
        with pytest.raises(EngineError, match="none of the 2 CPUs"):
            RayEngine(identity)
    finally:
        remove_placement_group(held)


@needs_ray
@pytest.mark.model
def test_the_command_equals_a_local_one(cluster, medlit):
    pubmed_file(medlit.cwd / "c.xml", *map(record, range(1, 161)))
    port = cluster.address.rpartition(":")[2]
    done = medlit("ingest", "c.xml", "--index", "one", "--workers", "0")
    assert done.returncode == 0, done.stderr
    where = ("--engine", "ray", "--address", f"127.0.0.1:{port}")
    folder = os.environ["RAY_TMPDIR"]
    done = medlit("ingest", "c.xml", "--index", "other", *where, "--json", RAY_TMPDIR=folder)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["embedded"] == json.loads(done.stdout)["passages"] > 128
    assert not done.stderr
    assert_same(medlit.cwd / "one", medlit.cwd / "other")


@needs_ray
def test_a_removed_node_is_done_without(cluster, engine, literature, local, tmp_path):
    embedder, made = engine
    away = cluster.worker_nodes

    def remove():
        cluster.remove_node(next(iter(away)), allow_graceful=False)

    ingest([literature], tmp_path / "ix", embedder, engine=Interrupted(made, remove))
    assert not cluster.worker_nodes
    assert_same(local, tmp_path / "ix")


def test_addresses_that_are_none(monkeypatch):
    from rag.integrations.ray_cluster import require_reachable

    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    for address, said in (
        (f"127.0.0.1:{port}", "no Ray cluster at"),
        ("127.0.0.1", "is no HOST:PORT"),
        ("ray://127.0.0.1:1", "not ray://"),
    ):
        with pytest.raises(EngineError, match=said) as caught:
            require_reachable(address)
        assert "\n" not in str(caught.value)
    monkeypatch.setenv("MEDLIT_OFFLINE", "1")
    for address in ("192.0.2.77:6379", "auto"):
        with pytest.raises(OfflineError, match="without --offline"):
            require_reachable(address)


def test_something_else_listens(monkeypatch):
    from rag.integrations import ray_cluster

    monkeypatch.setattr(ray_cluster, "PROBE", 3.0)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(EngineError, match="does not answer as a Ray cluster"):
            ray_cluster.require_reachable(f"127.0.0.1:{port}")


def test_the_feed_keeps_blocks_until_they_are_dropped():
    from rag.integrations.ray_feed import Feed

    async def scene():
        feed = Feed()
        waiting = asyncio.create_task(feed.block(1))
        assert await feed.wanted(1)
        await feed.put(0, ["fever"])
        await feed.put(1, ["cough"])
        assert await waiting == await feed.block(1) == ["cough"]
        await feed.drop(1)
        assert await feed.block(0) == []  # of a worker that nobody awaits
        late = asyncio.create_task(feed.block(2))
        await feed.end(2)
        assert await late is None
        await feed.begin(7)
        for _ in range(3):
            await feed.enter(7, "a", "handle", "node")
        await feed.enter(6, "b", "of an earlier pool", "node")
        assert await feed.workers() == [("handle", "node", 3)]
        await feed.drop(2)
        assert await feed.workers() == [("handle", "node", 0)]
        assert await feed.begin(8) == ["handle"]
        assert await feed.workers() == []

    asyncio.run(scene())


def test_usage(medlit):
    for options, said in (
        (("--engine", "spark"), "spark"),
        (("--address", "auto"), "it needs --engine ray"),
    ):
        done = medlit("ingest", "c.xml", *options)
        assert done.returncode == 2
        assert said in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_without_ray_one_line_says_what_to_install(medlit):
    pubmed_file(medlit.cwd / "c.xml", record(1))
    (medlit.cwd / "ray.py").write_text("raise ImportError('none')\n")  # found before any other
    done = medlit("ingest", "c.xml", "--engine", "ray")
    assert done.returncode == 1
    assert done.stderr == 'medlit: --engine ray needs Ray: pip install "medlit[ray]"\n'


def test_nothing_else_loads_ray():
    code = (
        "import sys, rag, cli, rag.integrations, rag.index.builder, rag.integrations.ray\n"
        "try: cli.app(['--help'])\n"
        "except SystemExit: pass\n"
        "sys.exit(any(m.partition('.')[0] in ('ray', 'pyarrow') for m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
