"""A Ray cluster of two nodes against one node and against the local engine, in one run.

    python benchmarks/ray_nodes.py corpora/starter/pubmed21n1298.xml.gz --records 600

The same records are ingested by each engine into an index of its own, with the embedder that
medlit has by default. The nodes are Ray's own test cluster on this machine, one core each: with
two cores or fewer, two nodes and the local engine have the same hardware, and what can be seen
is what Ray costs and not what more machines bring. ``to first block`` is the time in which
workers start and load their model, once an ingest; rates are of all blocks after the first.
Prints JSON; exit code 1 where the vectors of two engines differ in one bit.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from rag.index.builder import ingest
from rag.integrations.ray import RayEngine
from rag.models.embedder import load_embedder
from rag.models.engine import LocalEngine

ROOT = Path(__file__).parents[1]


class Timed:
    """Passes on what an engine yields, and keeps when."""

    def __init__(self, engine):
        self.engine, self.times, self.counts = engine, [], []

    def embed(self, blocks):
        """See ``rag.models.engine.Engine``."""
        self.times.append(time.perf_counter())
        for vectors in self.engine.embed(blocks):
            self.times.append(time.perf_counter())
            self.counts.append(len(vectors))
            yield vectors

    def figures(self):
        """Return seconds and rates of what was passed on."""
        start, first, last = self.times[0], self.times[1], self.times[-1]
        later = sum(self.counts[1:])
        return {
            "passages": sum(self.counts),
            "seconds": round(last - start, 2),
            "to first block": round(first - start, 2),
            "passages/s after it": round(later / (last - first), 1) if later else None,
        }


def measure(name, engine, file, records, embedder, folder):
    timed = Timed(engine)
    directory = folder / name.replace(" ", "-")
    # everything is parsed before the first block is asked for: parsing takes the same cores
    ingest([file], directory, embedder, limit=records, embed_seconds=0)
    ingest([file], directory, embedder, limit=1, engine=timed)
    vectors = (directory / "store" / "vectors.f16").read_bytes()
    return {"engine": name, **timed.figures(), "vectors": hashlib.sha256(vectors).hexdigest()[:16]}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--records", type=int, default=600)
    given = parser.parse_args()
    os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "PYTHONPATH": str(ROOT)}
    os.environ.pop("RAY_ADDRESS", None)
    from ray.cluster_utils import Cluster

    embedder = load_embedder()
    node = {"num_cpus": 1, "object_store_memory": 100 << 20}
    with tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary)
        rows = [
            measure("local", LocalEngine(embedder), given.file, given.records, embedder, folder)
        ]
        os.environ["RAY_TMPDIR"] = str(folder / "r")  # where Cluster writes its address
        (folder / "r" / "ray").mkdir(parents=True)
        head = node | {"include_dashboard": False, "temp_dir": str(folder / "r" / "ray")}
        cluster = Cluster(initialize_head=True, head_node_args=head)
        try:
            for name in ("ray 1 node", "ray 2 nodes"):
                if name == "ray 2 nodes":
                    cluster.add_node(**node)
                with RayEngine(embedder.identity, "cpu", cluster.address) as engine:
                    rows.append(measure(name, engine, given.file, given.records, embedder, folder))
        finally:
            cluster.shutdown()
    same = len({row["vectors"] for row in rows}) == 1
    print(json.dumps({"cores": os.cpu_count(), "same vectors": same, "runs": rows}, indent=1))
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
