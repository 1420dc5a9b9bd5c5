"""Dense index types at sizes that cannot be embedded here: vectors like real ones, by the million.

    python benchmarks/large.py fidelity --index indexes/default
    python benchmarks/large.py run --index indexes/default --passages 1000000 --types rabitq

``fidelity`` compares real vectors of an index with as many synthetic ones (``synthetic.py``):
how near neighbours are, and what recall each type has on either. ``run`` writes synthetic
vectors, builds each type by medlit's own code, adds a day's passages to it, and
searches it in a process of its own, one JSON line a type. Vectors and indexes stay in ``--work``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import synthetic

from rag.index import dense_build, exact
from rag.index.dense import DenseIndex
from rag.index.kinds import DenseFacts, plan
from rag.progress import Silent

QUERIES = 300


def vectors_of(work: Path, index: Path, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return ``count`` vectors, mapped, and queries outside of them; drawn where missing."""
    file, asked = work / f"v{count}.f16", work / f"q{count}.npy"
    if not asked.exists():
        work.mkdir(parents=True, exist_ok=True)
        real = synthetic.stored(index)
        held = len(real) // 8
        model = synthetic.fit(real[held:], real[:held])
        total = count + QUERIES
        # neighbours must not lie side by side in the file, as they are drawn
        place = np.random.default_rng(5).permutation(total)
        out = np.memmap(file, np.float16, "w+", shape=(total, real.shape[1]))
        at, started = 0, time.perf_counter()
        for block in model.blocks(total, seed=1):
            out[place[at : at + len(block)]] = block
            at += len(block)
        np.save(asked, out[count:].astype(np.float32))
        out.flush()
        print(f"drew {count:,} in {time.perf_counter() - started:.0f} s", file=sys.stderr)
    queries = np.load(asked)
    return np.memmap(file, np.float16, "r", shape=(count, queries.shape[1])), queries


def truth_of(work: Path, vectors: np.ndarray, queries: np.ndarray) -> np.ndarray:
    """Return the exact ten nearest of each query, (q, 10)."""
    work.mkdir(parents=True, exist_ok=True)
    file = work / f"t{len(vectors)}.npy"
    if not file.exists():
        ids = np.arange(len(vectors))
        np.save(file, exact.top_many(exact.Rows(vectors, scattered=False), ids, queries, 10)[0])
    return np.load(file)


def timed(search: Callable[[np.ndarray], object], queries: np.ndarray) -> dict[str, float]:
    took = []
    for query in queries:
        start = time.perf_counter()
        search(query)
        took.append(1000 * (time.perf_counter() - start))
    return {
        "p50_ms": round(float(np.percentile(took, 50)), 2),
        "p95_ms": round(float(np.percentile(took, 95)), 2),
        "qps": round(1000 * len(took) / sum(took), 1),
    }


def share(found: list[np.ndarray], truth: np.ndarray) -> float:
    hits = sum(len(np.intersect1d(f, t)) for f, t in zip(found, truth, strict=True))
    return round(hits / truth.size, 4)


def memory() -> dict[str, int]:
    """Resident MB of this process: its own, and of files that are mapped."""
    lines = Path("/proc/self/status").read_text().splitlines()
    kept = {line.split(":")[0]: int(line.split()[1]) // 1024 for line in lines if "Rss" in line}
    return {"own_mb": kept["RssAnon"], "mapped_mb": kept["RssFile"]}


def search_only(args: argparse.Namespace) -> None:
    """Search one built index; runs in a process of its own for its memory's sake."""
    vectors, queries = vectors_of(args.work, args.index, args.passages)
    truth = truth_of(args.work, vectors, queries)
    file = args.work / f"{args.types[0]}{args.passages}.faiss"
    facts = DenseFacts(**json.loads(file.with_suffix(".json").read_text()))
    facts = replace(facts, nprobe=args.nprobe or facts.nprobe, refine=args.refine or facts.refine)
    index = DenseIndex(file, facts, lambda: vectors)
    out: dict[str, object] = {"nprobe": facts.nprobe, "refine": facts.refine}
    for k in (10, 1000):
        found = [index.search(q, k).ids for q in queries[:20]]  # warm
        found = [index.search(q, k).ids for q in queries]
        out[f"recall@10 of k={k}"] = share([f[:10] for f in found], truth)
        out[f"k={k}"] = timed(lambda q, k=k: index.search(q, k), queries)
    random = np.random.default_rng(2)
    for part in (0.5, 0.05, 0.01, 0.001):
        allowed = np.sort(random.choice(len(vectors), int(part * len(vectors)), replace=False))
        some = queries[:50]
        best = exact.top_many(exact.Rows(vectors), allowed, some, 10)[0]
        found = [index.search(q, 10, allowed).ids for q in some]
        out[f"filter {part:.1%}"] = {
            "recall@10": share(found, best),
            **timed(lambda q, a=allowed: index.search(q, 10, a), some),
        }
    out["memory"] = memory()
    print(json.dumps(out))


def run(args: argparse.Namespace) -> None:
    vectors, queries = vectors_of(args.work, args.index, args.passages)
    truth_of(args.work, vectors, queries)
    day = min(args.day, args.passages // 10)
    first = np.arange(args.passages - day)
    for kind in args.types:
        file = args.work / f"{kind}{args.passages}.faiss"
        row: dict[str, object] = {"type": kind, "passages": args.passages}
        if not (args.keep and file.exists()):
            facts = plan(kind, len(first), vectors.shape[1])
            facts = replace(facts, factory=args.factory or facts.factory)
            start = time.perf_counter()
            before = file.with_suffix(".before")
            facts = dense_build.build(vectors, first, facts, before)
            row["build_s"] = round(time.perf_counter() - start, 1)
            start = time.perf_counter()
            old = dense_build.Previous(before, facts, first)
            added = np.arange(len(first), args.passages)
            removed = first[:: max(1, len(first) // 1000)] if kind != "hnsw" else first[:0]
            changed = dense_build.extend(old, vectors, added, removed, file.with_suffix(".day"))
            row["day_s"] = round(time.perf_counter() - start, 1)
            # the one that is searched holds everything, so that recall is against all
            dense_build.extend(old, vectors, added, first[:0], file)
            facts = replace(changed or facts, rows=args.passages)
            start = time.perf_counter()
            facts = dense_build.checked(file, facts, vectors, np.arange(args.passages), Silent())
            row["check_s"] = round(time.perf_counter() - start, 1)
            file.with_suffix(".json").write_text(json.dumps(asdict(facts)))
            row |= {"factory": facts.factory, "check": facts.recall_at_10}
        row["file_mb"] = file.stat().st_size >> 20
        command = [sys.executable, __file__, "search", "--index", args.index, "--work", args.work]
        command += ["--passages", args.passages, "--types", kind, "--nprobe", args.nprobe]
        command += ["--refine", args.refine]
        done = subprocess.run(
            [str(c) for c in command], capture_output=True, text=True, check=False
        )
        if done.returncode:
            sys.exit(done.stderr)
        print(json.dumps(row | json.loads(done.stdout)), flush=True)


def fidelity(args: argparse.Namespace) -> None:
    real = synthetic.stored(args.index)
    held = min(QUERIES, len(real) // 8)
    model = synthetic.fit(real[held:], real[:held])
    print(f"{len(real):,} real vectors, share v = {model.share:.2f}")
    grown = replace(model, trunk=model.trunk[: len(model.trunk) // 16])
    made = grown.draw(len(real), seed=5)
    for name, data in (("real", real), ("synthetic", made)):
        queries, rest = data[:held], data[held:].astype(np.float16)
        print(f"{name}: neighbours {synthetic.AT}", synthetic.neighbours(data[held:], queries))
        ids = np.arange(len(rest))
        truth = exact.top_many(exact.Rows(rest), ids, queries, 10)[0]
        for kind in args.types:
            file = args.work / f"{name}-{kind}.faiss"
            file.parent.mkdir(parents=True, exist_ok=True)
            facts = dense_build.build(rest, ids, plan(kind, len(ids), real.shape[1]), file)
            line = []
            for nprobe, refine in ((4, 4), (8, 4), (8, 8), (16, 8), (32, 16)):
                searched = replace(facts, nprobe=nprobe, refine=refine)
                index = DenseIndex(file, searched, lambda r=rest: r)
                found = [index.search(q, 10).ids for q in queries]
                line.append(f"{nprobe}/{refine} {share(found, truth):.3f}")
            print(f"  {kind} ({facts.lists} lists): recall@10 by nprobe/refine", ", ".join(line))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("fidelity", "run", "search"))
    parser.add_argument("--index", type=Path, required=True, help="an index with real vectors")
    parser.add_argument("--work", type=Path, default=Path("large-work"))
    parser.add_argument("--passages", type=int, default=200_000)
    parser.add_argument("--types", nargs="+", default=["ivfsq", "rabitq"])
    parser.add_argument("--day", type=int, default=80_000, help="passages added by the update")
    parser.add_argument("--factory", help="instead of the type's own")
    parser.add_argument("--nprobe", type=int, default=0, help="instead of the plan's")
    parser.add_argument("--refine", type=int, default=0, help="instead of the plan's")
    parser.add_argument("--keep", action="store_true", help="search what was built before")
    args = parser.parse_args()
    {"fidelity": fidelity, "run": run, "search": search_only}[args.what](args)


if __name__ == "__main__":
    main()
