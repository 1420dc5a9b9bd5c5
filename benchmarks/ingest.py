"""How fast each stage of an ingest is, and the embedder beside plain ``sentence-transformers``.

    python benchmarks/ingest.py corpora/starter/pubmed21n1298.xml.gz --records 10000 --texts 400

The file's first records are ingested without vectors, with no worker and with as many as
``medlit ingest`` would take. Then passages of that index are embedded in turns by medlit (one
block after the other, as an ingest does) and by ``SentenceTransformer.encode`` with its
defaults, on the same texts, in the same process; medians of the turns count.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np

from rag.index.builder import ingest
from rag.index.embedding import BLOCK
from rag.index.passages import embed_text
from rag.index.reading import default_workers
from rag.index.store import Store
from rag.models.embedder import load_embedder
from rag.models.engine import LocalEngine
from rag.models.fetch import resolve


def stages(file: Path, records: int, workers: int, folder: Path, embedder) -> dict[str, object]:
    started = time.perf_counter()
    report = ingest([file], folder, embedder, limit=records, embed_seconds=0, workers=workers)
    whole = time.perf_counter() - started
    seconds = {k: round(v, 2) for k, v in report.seconds if v >= 0.005}
    return {
        "workers": workers,
        "records": report.records,
        "passages": report.passages,
        "seconds": seconds,
        "whole_s": round(whole, 2),
        "records_a_second": round(report.records / whole),
    }


def texts_of(folder: Path, count: int) -> list[str]:
    store = Store(folder / "store" / "articles.sqlite")
    try:
        total = store.next_passage_id()
        ids = np.random.default_rng(4).choice(total, min(count, total), replace=False).tolist()
        found = store.passages(ids)
    finally:
        store.close()
    return [embed_text(article.title, p.text, p.start) for p, article in found]


def turns(texts: list[str], rounds: int, embedder) -> dict[str, object]:
    from sentence_transformers import SentenceTransformer

    plain = SentenceTransformer(str(resolve("minilm").path), device="cpu")
    blocks = [texts[i : i + BLOCK] for i in range(0, len(texts), BLOCK)]
    engine = LocalEngine(embedder)
    ours, theirs = [], []
    made = given = np.zeros((0, 0))
    embedder.embed_documents(texts[:32])
    plain.encode(texts[:32])
    for _ in range(rounds):
        started = time.perf_counter()
        made = np.concatenate(list(engine.embed(blocks)))
        ours.append(time.perf_counter() - started)
        started = time.perf_counter()
        given = plain.encode(texts)
        theirs.append(time.perf_counter() - started)
    given = given / np.linalg.norm(given, axis=1, keepdims=True)
    cosines = (made * given).sum(axis=1)
    tokens = sum(len(spans) + 2 for spans in embedder.token_spans(texts))
    return {
        "texts": len(texts),
        "tokens": tokens,
        "medlit_s": [round(s, 2) for s in ours],
        "plain_s": [round(s, 2) for s in theirs],
        "medlit_texts_a_second": round(len(texts) / statistics.median(ours), 1),
        "plain_texts_a_second": round(len(texts) / statistics.median(theirs), 1),
        "ratio": round(statistics.median(t / o for t, o in zip(theirs, ours, strict=True)), 2),
        "cosine_least": round(float(cosines.min()), 6),
        "cosine_mean": round(float(cosines.mean()), 6),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--texts", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    embedder = load_embedder("minilm", "cpu")
    with tempfile.TemporaryDirectory() as place:
        rows = []
        for workers in dict.fromkeys((0, default_workers())):
            folder = Path(place) / f"w{workers}"
            rows.append(stages(args.file, args.records, workers, folder, embedder))
            print(json.dumps(rows[-1]), flush=True)
        texts = texts_of(Path(place) / "w0", args.texts)
    print(json.dumps(turns(texts, args.rounds, embedder)))


if __name__ == "__main__":
    main()
