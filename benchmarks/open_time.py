"""Time from nothing to the first hits: opening an index does not read it.

    python benchmarks/open_time.py --work /tmp/open --passages 20000 200000
    python benchmarks/open_time.py --index indexes/default

Without ``--index``, an index of each size is made by an ordinary ingest of short articles of
random words, with random unit vectors instead of a model's; what was made is kept in ``--work``
and taken again. Each of ``--rounds`` is a process of its own, which opens the index, searches
once by words and once by a vector (drawn, so that no model's loading is measured; ``--filter``
adds a range of years). ``cold`` rounds first ask the system to forget the files it holds of
the index, which it grants only for pages that nobody has mapped.

Columns: median seconds of importing the library, of ``Retriever.open``, of the first search of
each kind; megabytes that opening read through system calls (mapped pages do not count) and that
the process had resident after it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

DIMENSION = 384
VOCABULARY = 30_000
QUESTION = "w17 w120 w2900"


class Drawn:
    """An embedder whose vectors are drawn one after the other; see ``Embedder``."""

    def __init__(self, identity=None):
        """Take the identity of an index that is to be searched."""
        from rag.models.embedder import EmbedderIdentity

        self._dice = np.random.default_rng(7)
        self.identity = identity or EmbedderIdentity(
            name="drawn", spec="drawn", revision="", weights_sha256="drawn", pooling="mean",
            query_prompt="", document_prompt="", dimension=DIMENSION, max_tokens=256,
        )  # fmt: skip

    def embed_documents(self, texts, titles=None):
        """Return the next unit rows, (len(texts), dimension)."""
        shape = (len(texts), self.identity.dimension)
        rows = self._dice.standard_normal(shape, dtype=np.float32)  # takes numpy's own lock
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    embed_queries = embed_documents

    def token_spans(self, texts):
        """Return the offsets of words, (n, 2) int32."""
        found = [[m.span() for m in re.finditer(r"\S+", t)] for t in texts]
        return [np.asarray(spans, dtype=np.int32).reshape(-1, 2) for spans in found]

    def close(self):
        """Do nothing."""


def make(work: Path, passages: int) -> Path:
    """Return the folder of an index of so many articles of one passage; one in 100 retracted."""
    from rag.index.builder import ingest

    place = work / f"index{passages}"
    if (place / "CURRENT").exists():
        return place
    corpus = work / f"corpus{passages}.jsonl"
    dice = random.Random(passages)
    work.mkdir(parents=True, exist_ok=True)
    with corpus.open("w", encoding="utf-8") as out:
        for number in range(passages):
            # a few words are in many articles and most in few, as in real text
            words = [f"w{int(dice.paretovariate(0.6)) % VOCABULARY}" for _ in range(40)]
            row = {
                "_id": f"a{number}",
                "title": f"Article {number}",
                "text": " ".join(words),
                "metadata": {
                    "year": 1980 + number % 45,
                    "publication_types": "Retracted Publication" if number % 100 == 0 else "Review",
                },
            }
            out.write(json.dumps(row) + "\n")
    started = time.perf_counter()
    ingest([corpus], place, Drawn())
    corpus.unlink()
    print(f"{passages:,} passages made in {time.perf_counter() - started:.0f} s", file=sys.stderr)
    return place


def forget(place: Path) -> None:
    """Ask the system to let go of the pages of all files of an index."""
    for file in place.rglob("*"):
        if file.is_file() and hasattr(os, "posix_fadvise"):
            handle = os.open(file, os.O_RDONLY)
            try:
                os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(handle)


def once(place: Path, filtered: bool) -> dict[str, float]:
    """Open and search, in this process, and say what it took."""
    clock = time.perf_counter
    started = clock()
    import faiss  # noqa: F401

    from rag.retrieval import Retriever
    from rag.types import Filter

    out = {"import_s": clock() - started}
    filters = Filter(year_from=2000, year_to=2010) if filtered else Filter()
    read, started = read_mb(), clock()
    retriever = Retriever.open(place)
    out |= {"open_s": clock() - started, "open_read_mb": read_mb() - read, "rss_mb": rss_mb()}
    retriever = Retriever(retriever.reader, Drawn(retriever.reader.manifest.embedder))
    for mode in ("lexical", "dense", "hybrid"):
        started = clock()
        found = len(retriever.search(QUESTION, 10, filters, mode=mode))
        out |= {f"{mode}_s": clock() - started, f"{mode}_hits": found}
    out["passages"] = retriever.reader.manifest.counts.passages
    retriever.close()
    return out


def read_mb() -> float:
    """Return the megabytes that this process has read by system calls, 0 where unknown."""
    file = Path("/proc/self/io")
    found = re.search(r"rchar: (\d+)", file.read_text()) if file.exists() else None
    return int(found[1]) / 1e6 if found else 0.0


def rss_mb() -> float:
    """Return the megabytes resident now, 0 where unknown."""
    file = Path("/proc/self/status")
    found = re.search(r"VmRSS:\s+(\d+)", file.read_text()) if file.exists() else None
    return int(found[1]) / 1e3 if found else 0.0


def measure(place: Path, rounds: int, cold: bool, filtered: bool) -> dict[str, object]:
    """Return the medians of rounds in processes of their own."""
    rows = []
    for _ in range(rounds):
        if cold:
            forget(place)
        command = [sys.executable, __file__, "--once", "--index", str(place)]
        done = subprocess.run(
            command + ["--filter"] * filtered, capture_output=True, text=True, check=True
        )
        rows.append(json.loads(done.stdout))
    medians = {k: round(statistics.median(r[k] for r in rows), 4) for k in rows[0]}
    return {"index": place.name, "cold": cold, "filter": filtered, "rounds": rounds} | medians


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--work", type=Path)
    parser.add_argument("--passages", type=int, nargs="+", default=[20_000, 200_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--filter", action="store_true")
    parser.add_argument("--once", action="store_true", help="measure in this process")
    args = parser.parse_args()
    if args.once:
        print(json.dumps(once(args.index, args.filter)))
        return
    if args.index is None and args.work is None:
        parser.error("give --index, or --work for what is made")
    places = [args.index] if args.index else [make(args.work, n) for n in args.passages]
    for place in places:
        for cold in (False, True):
            print(json.dumps(measure(place, args.rounds, cold, args.filter)), flush=True)


if __name__ == "__main__":
    main()
