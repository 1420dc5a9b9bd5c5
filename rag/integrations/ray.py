"""Embedding over the nodes and GPUs of a Ray cluster: the engine of ``ingest --engine ray``.

    blocks → pump → feed, an actor beside the driver ← workers, an actor pool of Ray Data
                             vectors in order ← Ray Data ←

What Ray Data is given are the numbers of blocks; a worker fetches the texts of its block from
the feed. So one pool of workers serves a long ingest, each loads its model once, and only the
texts in work are in memory. Each block is embedded by itself, so that its vectors are those of
a local ingest on a like processor.

Ray restarts a worker that died and repeats its calls, for ever. One whose node is gone and that
finds no room elsewhere is buried, as is one that dies again and again: then a new pool goes on
at the first block whose vectors are missing.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import threading
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any, NamedTuple, Self

import numpy as np

from rag.errors import EngineError, MedlitError, ModelError, UsageError
from rag.integrations.ray_cluster import (
    connected,
    free,
    hushed,
    one_line,
    prepare,
    unit,
    wait_for_room,
)
from rag.integrations.ray_feed import Feed, Pump
from rag.models.embedder import EmbedderIdentity, Vectors, load_embedder
from rag.offline import enforce, is_offline

_FIRST, _LATER = 512, 8192
"""Calls of the first pool and of later ones: Ray Data prepares each call beforehand (2 ms), and
a model is loaded anew for each pool, once in a million passages of 8192 blocks."""
_GPU_GROUP = 8  # blocks a call: one is no work for a GPU beside the cost of the call
_TRIES = 3
_LOOK, _GRACE = 2.0, 10.0
_SAME = ("weights_sha256", "pooling", "document_prompt", "dimension", "max_tokens")


class _Result(NamedTuple):
    """What a worker made of one block: its vectors, or the end of all blocks, or a problem."""

    block: int
    end: bool = False
    problem: str = ""
    vectors: bytes = b""


class RayEngine:
    """Embeds blocks on a Ray cluster (see ``rag.models.engine.Engine``); close it after use."""

    def __init__(
        self, identity: EmbedderIdentity, device: str = "auto", address: str | None = None
    ) -> None:
        """Connect to a cluster, or start Ray on this machine.

        Args:
            identity: of the driver's embedder; workers load its ``spec`` and must get the same.
            device: ``auto`` takes the cluster's GPUs where it has any; ``cpu`` or ``cuda``.
            address: ``HOST:PORT`` or ``auto``; ``None``: ``$RAY_ADDRESS``, else this machine alone.

        Raises:
            EngineError: Ray is not installed, the cluster cannot be reached or has no room.
            OfflineError: the cluster may be other machines, and medlit is offline.
            UsageError: the device is none for a cluster.
        """
        kind = device.strip().lower() or "auto"
        if kind == "auto":
            kind = os.environ.get("MEDLIT_DEVICE", "").strip().lower() or kind
        if kind not in ("auto", "cpu", "cuda"):
            raise UsageError(f"--engine ray embeds on auto, cpu or cuda, not on {kind!r}")
        self._identity = identity
        self._closing = contextlib.ExitStack()
        where = address or os.environ.get("RAY_ADDRESS") or None
        self.here = where is None
        with contextlib.ExitStack() as opened:
            ray = _import_ray(alone=where is None)
            opened.enter_context(connected(ray, where))
            self._unit = unit(ray, kind)
            wait_for_room(ray, self._unit)
            self._closing = opened.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave the cluster, or stop the Ray that was started here."""
        self._closing.close()

    def embed(self, blocks: Iterable[Sequence[str]]) -> Iterator[Vectors]:
        """See ``Engine``; the blocks are taken in a thread of their own.

        Raises:
            ModelError: a node lacks the model, or has another one.
            EngineError: workers died again and again, or no room is left in the cluster.
        """
        import ray

        feed = _beside_driver(Feed)
        pump = Pump(feed, blocks, ray.get)
        pump.start()
        stop = threading.Event()
        threading.Thread(target=_bury, args=(feed, stop), name="bury", daemon=True).start()
        done, failures, calls = 0, 0, _FIRST
        try:
            for pool in itertools.count(1):
                before, problem = done, ""
                try:
                    with contextlib.closing(self._pool(feed, pool, done, calls)) as results:
                        for result in results:
                            if result.problem:
                                raise ModelError(result.problem)
                            if result.end:
                                pump.check()
                                return
                            done += 1
                            feed.drop.remote(done)
                            vectors = np.frombuffer(result.vectors, dtype=np.float32)
                            yield vectors.reshape(-1, self._identity.dimension)
                    calls = _LATER
                except ray.exceptions.RayError as error:
                    problem = one_line(error, -1)
                failures = 0 if not problem else 1 if done > before else failures + 1
                if failures >= _TRIES:
                    raise EngineError(
                        f"embedding on the Ray cluster failed {_TRIES} times ({problem}); check "
                        "that every node has this medlit with the extra ray, and run the same "
                        "command again: it goes on"
                    )
                wait_for_room(ray, self._unit)
        finally:
            stop.set()
            pump.stop()
            ray.kill(feed)

    def _pool(self, feed: Any, pool: int, first: int, calls: int) -> Generator[_Result, None, None]:
        """Yield the results of the blocks from ``first`` on, in order, from one actor pool."""
        import ray.data

        ray.get(feed.begin.remote(pool))
        gpu = self._unit == "GPU"
        group = _GPU_GROUP if gpu else 1
        context = ray.data.DataContext.get_current().copy()
        context.execution_options.preserve_order = True
        context.enable_progress_bars = context.print_on_execution_start = False
        needs = {"num_gpus": 1, "num_cpus": 0} if gpu else {"num_cpus": 1}
        with ray.data.DataContext.current(context):
            numbers = range(first, first + calls * group)
            results = ray.data.from_items(numbers, override_num_blocks=calls).map_batches(
                _Worker,
                fn_constructor_args=(feed, pool, asdict(self._identity), gpu, is_offline()),
                batch_size=None,
                batch_format="pyarrow",
                # all that is free at once; Ray Data adds workers as nodes are added, and has
                # Ray restart those that die and repeat their calls, without end
                compute=ray.data.ActorPoolStrategy(min_size=1, initial_size=free(ray, self._unit)),
                **needs,
            )
        batches = iter(
            results.iter_batches(batch_size=None, batch_format="pyarrow", prefetch_batches=0)
        )
        try:
            for batch in batches:
                for row in batch.to_pylist():
                    yield _Result(**row)
        finally:
            batches.close()
            # at once, and those too that still wait for a block: the next pool needs the room
            with contextlib.suppress(ray.exceptions.RayError):
                for worker in ray.get(feed.begin.remote(0)):
                    ray.kill(worker, no_restart=True)


class _Worker:
    """Embeds in a process of the cluster, with one CPU core or one GPU."""

    def __init__(
        self, feed: Any, pool: int, identity: dict[str, Any], gpu: bool, offline: bool
    ) -> None:
        import ray
        import torch

        if offline:
            enforce()
        if not gpu:
            torch.set_num_threads(1)  # the core that Ray reckons with
        self._feed = feed
        self._problem = ""
        try:
            self._embedder = load_embedder(identity["spec"], "cuda" if gpu else "cpu")
        except MedlitError as error:
            self._problem = str(error)
        else:
            own = asdict(self._embedder.identity)
            other = [name for name in _SAME if own[name] != identity[name]]
            if other:
                self._problem = (
                    f"the model {identity['spec']} is another one than the driver's "
                    f"({', '.join(other)}); put the same files on every node"
                )
        context = ray.get_runtime_context()
        if self._problem:
            self._problem = f"node {ray.util.get_node_ip_address()}: {self._problem}"
        who = context.get_actor_id(), context.current_actor, context.get_node_id()
        feed.enter.remote(pool, *who)

    def __call__(self, numbers: Any) -> Any:
        """Embed the blocks of a table of numbers, one row a block."""
        import pyarrow as pa

        rows = [self._result(at) for at in numbers["item"].to_pylist()]
        columns = map(list, zip(*rows, strict=True))
        return pa.table(dict(zip(_Result._fields, columns, strict=True)))

    def _result(self, at: int) -> _Result:
        import ray

        if self._problem:
            return _Result(at, problem=self._problem)
        texts = ray.get(self._feed.block.remote(at))
        if texts is None:
            return _Result(at, end=True)
        return _Result(at, vectors=self._embedder.embed_documents(texts).tobytes())


def _beside_driver(kind: type) -> Any:
    """Start an actor on the driver's node, which must outlive all others anyway."""
    import ray
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
    options = {"num_cpus": 0, "max_concurrency": 10_000, "scheduling_strategy": here}
    return ray.remote(**options)(kind).remote()


def _bury(feed: Any, stop: threading.Event) -> None:
    """Kill for good the workers that Ray would restart for ever, which ends their pool.

    They wait in vain for room since their node is gone, or die of a block again and again.
    """
    import ray

    gone: dict[str, float] = {}
    while not stop.wait(_LOOK):
        try:
            alive = {node["NodeID"] for node in ray.nodes() if node["Alive"]}
            for worker, node, starts in ray.get(feed.workers.remote()):
                since = gone.setdefault(node, time.monotonic()) if node not in alive else None
                lost = since is not None and time.monotonic() - since > _GRACE
                if lost or starts > _TRIES:
                    ray.kill(worker, no_restart=True)
        except ray.exceptions.RayError:
            return  # the ingest ended first


def _import_ray(alone: bool) -> Any:
    prepare(alone)
    try:
        with hushed():
            import ray
            import ray.data
    except ImportError as error:
        raise EngineError('--engine ray needs Ray: pip install "medlit[ray]"') from error
    return ray
