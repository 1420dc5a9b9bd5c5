"""medlit beside other libraries: quality and speed in one run, on the same texts and the same model.

    python benchmarks/peers.py --data ../shared/data/medlars ../shared/data/bioasq \
        --work peers-work --peers-python PATH/TO/peers/bin/python

The peers live in an environment of their own (their requirements and medlit's may differ):

    python -m venv peers && peers/bin/pip install 'bm25s[core]' rank-bm25 langchain-community \
        langchain-classic langchain-huggingface sentence-transformers faiss-cpu txtai

For each set, every peer builds its index from the same texts and the same document vectors
(``peer_vectors.py``) and writes it to disk as it does; medlit's index comes from the cache of
``medlit eval``. Then each system is opened in a process of its own and asked every judged query,
one at a time, for 100 documents (``peer_systems.py`` says how each is used). Measured are

- *cold*: from the start of the process to the first answer, imports and models included. The
  files lie in the page cache: it is a new process, not a disk that was never read.
- *p50*, *p95*, *queries/s*: of single queries in that process, the embedding of the query
  included; queries/s is 1 / mean. Medians over ``--rounds``, in each of which the systems take turns.
- *peak*: the largest resident memory of that process (Linux).
- nDCG@10, R@100: by ir-measures, on the order that a system returned.

All systems run on the CPU with the same ``OMP_NUM_THREADS`` and offline. Run files are
``WORK/SET/NAME.trec.gz``; ``medlit eval run`` reads them. A split that a set lacks is replaced by
its only one.
"""  # noqa: E501

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from peer_medlit import Medlit
from peer_systems import SYSTEMS
from peer_vectors import document_text, document_vectors

from rag.errors import EvaluationError, MedlitError
from rag.evaluation import EvaluationSet, Measured, Run, find_sets, measure, read_set, write_run
from rag.evaluation.cache import cached_index
from rag.evaluation.layout import corpus_file, read_corpus, splits_of
from rag.evaluation.measures import DEEPEST, require_tools
from rag.index.reading import default_workers
from rag.models.catalog import DEFAULT_EMBEDDER
from rag.models.embedder import load_embedder
from rag.models.fetch import resolve
from rag.progress import Silent
from rag.version import __version__

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = Path(__file__).with_name("peer_systems.py")
OURS = tuple(name for name, system in SYSTEMS.items() if isinstance(system, Medlit))


class Notes(Silent):
    """Says on stderr what medlit has to say of an index that it makes."""

    def note(self, text: str) -> None:
        """Print a note."""
        print(text, file=sys.stderr)


@dataclass(frozen=True, slots=True)
class Speed:
    """Of one system on one set: medians over the rounds; milliseconds of single queries."""

    cold_s: float
    p50_ms: float
    p95_ms: float
    per_second: float
    peak_mb: float | None


@dataclass(frozen=True, slots=True)
class Row:
    """One system on one set."""

    system: str
    measured: Measured
    speed: Speed
    versions: Mapping[str, str]


def speed_of(rounds: Sequence[Mapping[str, Any]]) -> Speed:
    """Return the medians over rounds of what ``peer_systems.search`` returned."""
    means = [statistics.fmean(r["ms"]) for r in rounds]
    peaks = [r["peak_mb"] for r in rounds if r["peak_mb"] is not None]
    return Speed(
        cold_s=statistics.median(r["cold_s"] for r in rounds),
        p50_ms=statistics.median(float(np.percentile(r["ms"], 50)) for r in rounds),
        p95_ms=statistics.median(float(np.percentile(r["ms"], 95)) for r in rounds),
        per_second=statistics.median(1000 / mean for mean in means),
        peak_mb=statistics.median(peaks) if peaks else None,
    )


def run_of(found: Mapping[str, Sequence[str]]) -> Run:
    """Return a run in which documents keep the order they were returned in."""
    # ties would go by id, and reciprocal ranks and fused scores are not on one scale anyway
    return Run.of(
        {q: [(d, float(len(ds) - at)) for at, d in enumerate(ds)] for q, ds in found.items()}
    )


class Bench:
    """Prepares a set, runs the processes, collects what they wrote."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        self.embedder = load_embedder(device="cpu")
        self.model = resolve(DEFAULT_EMBEDDER).path

    def rows(self, one: EvaluationSet) -> list[Row]:
        """Build, search and measure every system on one set."""
        work = self.args.work / one.name
        work.mkdir(parents=True, exist_ok=True)
        self.prepare(one, work)
        for name in self.args.systems:
            if name not in OURS:
                self.process("build", name, work)
        seen: dict[str, list[dict[str, Any]]] = {name: [] for name in self.args.systems}
        for number in range(self.args.rounds):
            turn = number % len(self.args.systems)
            for name in (*self.args.systems[turn:], *self.args.systems[:turn]):
                self.process("search", name, work)
                seen[name].append(json.loads((work / f"{name}.json").read_text(encoding="utf-8")))
        rows = []
        for name, rounds in seen.items():
            if any(r["found"] != rounds[0]["found"] for r in rounds):
                print(f"{one.name}: {name} does not find the same in each round", file=sys.stderr)
            run = run_of(rounds[0]["found"])
            write_run(run, work / f"{name}.trec.gz", name)
            rows.append(
                Row(name, measure(run, one.judgements), speed_of(rounds), rounds[0]["versions"])
            )
        return rows

    def prepare(self, one: EvaluationSet, work: Path) -> None:
        """Leave in ``work`` what ``peer_systems`` reads."""
        options: dict[str, Any] = {"model": str(self.model), "k": DEEPEST}
        if any(name in OURS for name in self.args.systems):
            words = all(name not in OURS or name == "medlit-lexical" for name in self.args.systems)
            index = cached_index(
                one.folder, self.embedder, Notes(), vectors=not words, workers=default_workers()
            )
            options["index"] = str(index.directory)
            options["documents"] = str(index.directory.with_name("documents.json"))
        peers = [name for name in self.args.systems if name not in OURS]
        if peers:
            texts = [
                (d.id, document_text(d.title, d.text)) for d in read_corpus(corpus_file(one.folder))
            ]
            texts = [(own, text) for own, text in texts if text]  # medlit has no use for others
            with (work / "texts.jsonl").open("w", encoding="utf-8") as out:
                out.writelines(json.dumps({"id": own, "text": t}) + "\n" for own, t in texts)
            if any(not name.startswith("bm25s") for name in peers):
                folder = self.args.work / "vectors"
                vectors = document_vectors([t for _, t in texts], self.embedder, folder)
                np.save(work / "vectors.npy", vectors)
        (work / "queries.json").write_text(json.dumps([list(q) for q in one.queries]))
        (work / "options.json").write_text(json.dumps(options))

    def process(self, phase: str, name: str, work: Path) -> None:
        """Run one phase of one system, and wait for it.

        Raises:
            EvaluationError: it failed; with the last line that it said.
        """
        python = sys.executable if name in OURS else self.args.peers_python
        command = [str(python), str(SCRIPT), phase, name, str(work.resolve()), repr(time.time())]
        try:
            done = subprocess.run(
                command, env=self.environment(name), capture_output=True, text=True, check=False
            )
        except OSError as error:
            raise EvaluationError(f"cannot run {python}: {error.strerror}") from error
        if done.returncode:
            said = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
            raise EvaluationError(
                f"{name} could not {phase}: {said[-1]}; mend its environment "
                "(the head of peers.py says how to make it), or leave it out of --systems"
            )

    def environment(self, name: str) -> dict[str, str]:
        """Return the same environment for all: threads, CPU, no network."""
        kept = {k: v for k, v in os.environ.items() if k != "PYTHONPATH" and k != "MEDLIT_INDEX"}
        threads = str(self.args.threads)
        kept |= dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS"), threads)
        kept |= dict.fromkeys(("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "MEDLIT_OFFLINE"), "1")
        kept |= {"CUDA_VISIBLE_DEVICES": "", "MEDLIT_DEVICE": "cpu"}
        return kept | ({"PYTHONPATH": str(ROOT)} if name in OURS else {})


def quality_table(results: Mapping[str, Sequence[Row]]) -> str:
    """Return nDCG@10 and R@100 as a Markdown table, a column a set and the means of several."""
    names = [row.system for row in next(iter(results.values()))]
    heads = [*results, *(["mean"] if len(results) > 1 else [])]
    lines = [
        f"| system | {' | '.join(f'{h} nDCG@10, R@100' for h in heads)} |",
        "|---" * (1 + len(heads)) + "|",
    ]
    for at, name in enumerate(names):
        pairs = [
            (r[at].measured.mean("ndcg@10"), r[at].measured.mean("recall@100"))
            for r in results.values()
        ]
        if len(pairs) > 1:
            pairs.append(tuple(statistics.fmean(column) for column in zip(*pairs, strict=True)))
        lines.append(f"| {name} | {' | '.join(f'{n:.4f}, {r:.4f}' for n, r in pairs)} |")
    return "\n".join(lines)


def speed_table(name: str, rows: Sequence[Row]) -> str:
    """Return the speed on one set as a Markdown table."""
    lines = [f"| {name} | cold s | p50 ms | p95 ms | queries/s | peak MB |", "|---" * 6 + "|"]
    for row in rows:
        s = row.speed
        lines.append(
            f"| {row.system} | {s.cold_s:.2f} | {s.p50_ms:.2f} | {s.p95_ms:.2f} | "
            f"{s.per_second:.1f} | {'' if s.peak_mb is None else round(s.peak_mb)} |"
        )
    return "\n".join(lines)


def read_sets(folders: Sequence[Path], split: str, limit: int | None) -> list[EvaluationSet]:
    """Read sets; one without the split is read by its only one.

    Raises:
        EvaluationError: a set cannot be read, or has several other splits.
    """
    sets = []
    for folder in find_sets(folders, split)[0]:
        there = splits_of(folder)
        used = there[0] if split not in there and len(there) == 1 else split
        sets.append(read_set(folder, used, limit))
    return sets


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="sets in BEIR layout")
    parser.add_argument("--split", default="test")
    parser.add_argument("--work", type=Path, default=Path("peers-work"))
    parser.add_argument("--peers-python", type=Path, help="interpreter of the peers' environment")
    parser.add_argument("--systems", nargs="+", choices=list(SYSTEMS), default=list(SYSTEMS))
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--limit", type=int, help="only the first so many judged queries")
    args = parser.parse_args()
    if args.rounds < 1 or args.threads < 1 or (args.limit is not None and args.limit < 1):
        parser.error("--rounds, --threads and --limit must be 1 or more")
    if args.peers_python is None and not set(args.systems) <= set(OURS):
        parser.error("peers need --peers-python, the interpreter of their environment")
    try:
        require_tools()
        bench, results = Bench(args), {}
        for one in read_sets(args.data, args.split, args.limit):
            before = os.getloadavg()[0]
            results[one.name] = bench.rows(one)
            print(f"{one.name} ({one.split}, {len(one.queries):,} queries), load {before:.1f}:")
            print(quality_table({one.name: results[one.name]}), flush=True)
            print(speed_table(one.name, results[one.name]), flush=True)
    except MedlitError as error:
        sys.exit(str(error))
    print(quality_table(results))
    versions: dict[str, str] = {"medlit": __version__}
    for row in next(iter(results.values())):
        versions |= row.versions
    print(", ".join(f"{name} {number}" for name, number in versions.items()))
    print(f"{platform.platform()}, {args.threads} threads, {args.rounds} rounds")


if __name__ == "__main__":
    main()
