"""nDCG@10 and R@100 of the three modes on folders in BEIR layout.

    python benchmarks/retrieval.py --data ../shared/data/medlars ../shared/data/bioasq --split test

Builds an index of each corpus in a temporary folder and searches it as a user's code would.
Measures come from ir-measures.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import tempfile
import time
from pathlib import Path

import ir_measures
from ir_measures import R, nDCG

from rag.index.builder import ingest
from rag.models.embedder import load_embedder
from rag.retrieval import Retriever

MODES = ("lexical", "dense", "hybrid")


def read_queries(folder):
    with gzip.open(folder / "queries.jsonl.gz", "rt", encoding="utf-8") as handle:
        rows = [json.loads(line) for line in handle]
    return {row["_id"]: row["text"] for row in rows}


def read_qrels(folder, split):
    with (folder / "qrels" / f"{split}.tsv").open(encoding="utf-8") as handle:
        rows = list(csv.reader(handle, delimiter="\t"))[1:]
    return [ir_measures.Qrel(q, d, int(s)) for q, d, s in rows]


def evaluate(folder, split, embedder, work):
    started = time.perf_counter()
    report = ingest([folder / "corpus.jsonl.gz"], work / folder.name, embedder)
    seconds = time.perf_counter() - started
    retriever = Retriever.open(work / folder.name, embedder=embedder)
    qrels = read_qrels(folder, split)
    judged = {q.query_id for q in qrels}
    queries = {q: text for q, text in read_queries(folder).items() if q in judged}
    print(
        f"\n{folder.name}: {report.added:,} articles, {report.passages:,} passages, "
        f"{len(queries):,} queries; indexed in {seconds:.0f} s"
    )
    for mode in MODES:
        started = time.perf_counter()
        found = retriever.search_many(queries.values(), 100, mode=mode)
        milliseconds = 1000 * (time.perf_counter() - started) / len(queries)
        run = []
        for query, hits in zip(queries, found, strict=True):
            for hit in hits:
                # BEIR ids: a PMID, or what stands after "id:"
                document = hit.article.id.split(":", 1)[1]
                run.append(ir_measures.ScoredDoc(query, document, hit.score))
        values = ir_measures.calc_aggregate([nDCG @ 10, R @ 100], qrels, run)
        print(
            f"  {mode:8} nDCG@10 {values[nDCG @ 10]:.4f}  R@100 {values[R @ 100]:.4f}  "
            f"{milliseconds:.1f} ms a query"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", nargs="+", type=Path, required=True)
    parser.add_argument("--split", default="test")
    arguments = parser.parse_args()
    embedder = load_embedder()
    with tempfile.TemporaryDirectory() as work:
        for folder in arguments.data:
            evaluate(folder, arguments.split, embedder, Path(work))


if __name__ == "__main__":
    main()
