"""A whole index of the size of PubMed's parts: built, searched and updated by medlit's own code.

    python benchmarks/whole.py build --corpus corpora/starter --index indexes/default \
        --work big --passages 1000000
    python benchmarks/whole.py search --questions FILE --index indexes/default \
        --work big --passages 1000000
    python benchmarks/whole.py update --index indexes/default --work big --passages 1000000

Articles are drawn from real ones: each has the metadata of a real article and as many sections
and sentences, of which ``OWN`` come from that article, the others from anywhere, and a word
that no other article has. So lengths, the frequency of words and what goes together are the
real ones, and the vocabulary grows with the number of articles. Vectors are drawn by
``synthetic.py`` and have no relation to the texts: what is measured is time, memory and the
recall of the dense index, not the quality of what is found.

``build`` enters the articles through the catalogue that an ingest uses, and derives words and
vectors as an ingest does; parsing and embedding are left out. ``dense`` builds the vectors' index
alone, which ``build`` then takes. ``search`` opens the folder in a process of its own, with the
real embedder for real questions. ``update`` ingests a file of new articles.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import re
import resource
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from large import memory, share, timed, truth_of, vectors_of

from rag.corpus import corpus_files, read
from rag.index import dense_build, exact, generations, stores
from rag.index.builder import ingest
from rag.index.catalogue import Catalogue
from rag.index.deriving import write_words
from rag.index.entry import bind_content, bind_embedder
from rag.index.kinds import DenseFacts, choose_type, plan
from rag.index.manifest import Counts, Manifest
from rag.index.merging import Origin
from rag.index.passages import Span, split
from rag.index.progress import IngestReport, Stopwatch
from rag.index.reader import IndexReader
from rag.index.store import VISIBLE, Store
from rag.index.vectors import VectorFile
from rag.index.vectorsums import commit_vectors
from rag.models.embedder import load_embedder
from rag.progress import Silent
from rag.retrieval import Retriever
from rag.text import sentences
from rag.types import Article, Filter, Section
from rag.version import __version__

OWN = 0.6
SPARE = 80_000  # vectors for the passages of an update
FIRST_PMID = 100_000_000
BATCH = 5000
QUERIES = 200


class Texts:
    """Draws articles; the same twice for a seed and a number."""

    def __init__(self, corpus: Path, most: int = 20_000) -> None:
        files = corpus_files([corpus])
        real = [r for f in files for r in read(f) if isinstance(r, Article) and r.text]
        random.Random(3).shuffle(real)
        self.articles = real[:most]
        embedder = load_embedder()
        window = embedder.identity.max_tokens
        self.parts = []
        for at in range(0, len(self.articles), 500):
            some = self.articles[at : at + 500]
            tokens = embedder.token_spans([a.text for a in some])
            self.parts += [len(split(a, t, window)) for a, t in zip(some, tokens, strict=True)]
        self.sections = [
            [[s.text[a:b] for a, b in sentences(s.text)] for s in article.sections]
            for article in self.articles
        ]
        self.pool = [t for own in self.sections for section in own for t in section]

    def draw(self, number: int) -> tuple[Article, int]:
        """Return the article of a number, and in how many passages it is to be cut."""
        dice = random.Random(number)
        at = dice.randrange(len(self.articles))
        base = self.articles[at]
        sections = tuple(
            replace(
                section,
                text=" ".join(
                    dice.choice(own) if dice.random() < OWN else dice.choice(self.pool) for _ in own
                ),
            )
            for section, own in zip(base.sections, self.sections[at], strict=True)
        )
        name = f"{dice.choice('bcdfglmnprst')}{number:x}mab"
        pmid = FIRST_PMID + number
        return (
            replace(
                base, id=f"pmid:{pmid}", title=f"{base.title} {name}.", sections=sections, doi="",
                pmcid="", relations=(), status="current", source=None,
            ),
            self.parts[at],
        )  # fmt: skip


def cut(article: Article, parts: int) -> list[Span]:
    """Cut a text into so many passages, at the ends of sentences."""
    text = article.text
    bounds = [0]
    for i in range(1, parts):
        at = text.find(". ", max(len(text) * i // parts, bounds[-1] + 1))
        if 0 < at < len(text) - 40:
            bounds.append(at + 2)
    ends = [*bounds[1:], len(text)]
    return [Span(a, b - (b < len(text)), "") for a, b in zip(bounds, ends, strict=True) if b > a]


class Drawn:
    """An embedder with the identity of the real one, whose vectors are the next of a file."""

    def __init__(self, vectors: np.ndarray, first: int = 0) -> None:
        self.identity = load_embedder().identity
        self._vectors = vectors
        self._at = first
        self._lock = threading.Lock()

    def embed_documents(self, texts, titles=None):
        """See ``rag.models.embedder.Embedder``."""
        with self._lock:  # blocks are embedded two at a time
            places = np.arange(self._at, self._at + len(texts)) % len(self._vectors)
            self._at += len(texts)
        return self._vectors[places].astype(np.float32)

    embed_queries = embed_documents

    def token_spans(self, texts):
        """See ``rag.models.embedder.Embedder``."""
        found = [[m.span() for m in re.finditer(r"\w{1,6}|[^\w\s]", t)] for t in texts]
        return [np.asarray(spans, dtype=np.int32).reshape(-1, 2) for spans in found]

    def close(self):
        """See ``rag.models.embedder.Embedder``."""


def folder(args: argparse.Namespace) -> Path:
    return args.work / f"index{args.passages}"


def drawn(args: argparse.Namespace) -> tuple[np.ndarray, np.ndarray]:
    return vectors_of(args.work, args.index, args.passages + SPARE)


def size_mb(place: Path) -> int:
    return sum(f.stat().st_size for f in place.rglob("*") if f.is_file()) >> 20


def build(args: argparse.Namespace) -> None:
    vectors, _ = drawn(args)
    texts = Texts(args.corpus)
    place = folder(args)
    (place / "store").mkdir(parents=True)
    watch = Stopwatch()
    with generations.writer_lock(place):
        store = Store(stores.active(place) / "articles.sqlite", writable=True)
        bind_content(store, "literature", place)
        bind_embedder(store, Drawn(vectors), place)
        with watch.stage("articles"):
            report = enter(store, texts, args.passages)
        file = VectorFile(store.path.with_name("vectors.f16"), vectors.shape[1])
        with watch.stage("copy vectors"):
            for first in range(0, report.passages, 16_384):
                commit_vectors(
                    store, file, first, vectors[first : min(first + 16_384, report.passages)]
                )
        print(json.dumps({"stages so far": watch.seconds}), file=sys.stderr, flush=True)
        publish(args, store, file, place, watch)
        store.close()
    reader = IndexReader.open(place)
    row = {
        "passages": reader.manifest.counts.passages,
        "articles": reader.manifest.counts.articles,
        "seconds": {k: round(v, 1) for k, v in watch.seconds.items()},
        "cpu_s": round(sum(os.times()[:2])),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
        "mb": {
            "articles": (place / "store/articles.sqlite").stat().st_size >> 20,
            "vectors": (place / "store/vectors.f16").stat().st_size >> 20,
            "words": size_mb(reader.folder / "lexical"),
            "dense": (reader.folder / "dense.faiss").stat().st_size >> 20,
            "all": size_mb(place),
        },
        "dense": reader.manifest.dense.factory,
        "recall@10": reader.manifest.dense.recall_at_10,
    }
    print(json.dumps(row))


def publish(
    args: argparse.Namespace, store: Store, file: VectorFile, place: Path, watch: Stopwatch
) -> None:
    """Do what ``rag.index.deriving.derive`` does, with a dense index that was built before."""
    ready = store.passage_ids(VISIBLE, {"g": 1})
    new = generations.begin(place, 1)
    Notes().note("words")
    with watch.stage("words"):
        write_words(store, new / "lexical", None, 1, Silent())
    built = dense_file(args)
    if not built.exists():
        dense(args)
    facts = DenseFacts(**json.loads(built.with_suffix(".json").read_text())["facts"])
    shutil.move(built, new / "dense.faiss")
    Manifest(
        generation=1,
        embedder=load_embedder().identity,
        index_type="ivfpq" if facts.approximate else "flat",
        store_id=store.meta("store_id") or "",
        dense=facts,
        store=store.path.parent.name,
        counts=Counts(store.count("SELECT COUNT(*) FROM articles"), len(ready), len(ready), 0, 0),
        created=time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime()),
        medlit_version=__version__,
    ).save(new)
    with watch.stage("publish"):
        store.seal()
        generations.publish(place, 1)


def dense_file(args: argparse.Namespace) -> Path:
    return args.work / f"dense{args.passages}.faiss"


def dense(args: argparse.Namespace) -> None:
    """Build the dense index over the first ``--passages`` of the drawn vectors."""
    vectors, _ = drawn(args)
    ids = np.arange(args.passages)
    kind = choose_type(args.type, len(ids))
    started, spent = time.perf_counter(), time.process_time()
    facts = plan(kind, len(ids), vectors.shape[1], args.type)
    facts = dense_build.build(vectors[: len(ids)], ids, facts, dense_file(args), Notes())
    row = {
        "build_s": round(time.perf_counter() - started),
        "cpu_s": round(time.process_time() - spent),
    }
    if facts.approximate:
        facts = dense_build.checked(dense_file(args), facts, vectors[: len(ids)], ids, Notes())
    row["with_check_s"] = round(time.perf_counter() - started)
    row["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    text = json.dumps(row | {"facts": asdict(facts)})
    dense_file(args).with_suffix(".json").write_text(text)
    print(text)


def enter(store: Store, texts: Texts, passages: int) -> IngestReport:
    parts: dict[str, int] = {}
    catalogue = Catalogue(store, 1, lambda article: cut(article, parts[article.id]))
    number = 0
    while catalogue.report.passages < passages:
        with store.transaction():
            for _ in range(BATCH):
                article, count = texts.draw(number)
                parts[article.id] = count
                catalogue.add(article, Origin("pubmed", 2600001, record=number))
                number += 1
                if catalogue.report.passages >= passages:
                    break
        parts.clear()
        store.settle()
        if number % 500_000 < BATCH:
            print(f"{catalogue.report.passages:,} passages", file=sys.stderr, flush=True)
    return catalogue.report


class Notes(Silent):
    """Progress as lines with the time of day."""

    def start(self, stage, total, unit):
        """See ``rag.progress.Progress``."""
        self.note(stage)

    def note(self, text):
        """See ``rag.progress.Progress``."""
        print(time.strftime("%H:%M:%S"), text, file=sys.stderr, flush=True)


def questions(path: Path) -> list[str]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        found = [json.loads(line)["text"] for line in lines]
    return random.Random(1).sample(found, QUERIES)


def narrow(reader: IndexReader, part: float) -> tuple[Filter, float]:
    """Return the publication type, MeSH heading or year range that keeps nearest to a part."""
    db = Store(reader.store_path).db
    total = reader.manifest.counts.articles
    best: tuple[float, Filter, float] = (9.0, Filter(), 1.0)
    counts = db.execute(
        "SELECT kind, value, COUNT(*) FROM terms WHERE row % 100 = 7 GROUP BY kind, value"
    ).fetchall()
    for kind, value, count in counts:
        kept = 100 * count / total
        off = abs(np.log(kept / part))
        if off < best[0]:
            made = Filter(publication_types=(value,)) if kind == "type" else Filter(mesh=(value,))
            best = (off, made, kept)
    return best[1], best[2]


def search(args: argparse.Namespace) -> None:
    asked = questions(args.questions)
    retriever = Retriever.open(folder(args))
    reader = retriever.reader
    out: dict[str, object] = {"passages": reader.manifest.counts.passages}
    started = time.perf_counter()
    retriever.search(asked[0])
    out["first_query_s"] = round(time.perf_counter() - started, 2)
    vectors = list(retriever.embedder.embed_queries(asked))

    def every(name: str, call) -> None:
        for query in asked[: QUERIES // 4]:
            call(query)
        out[name] = timed(call, asked)

    every("hybrid", lambda q: retriever.search(q, 10))
    out["memory, hybrid"] = memory()
    every("hybrid again", lambda q: retriever.search(q, 10))
    every("lexical", lambda q: retriever.search(q, 10, mode="lexical"))
    every("dense", lambda q: retriever.search(q, 10, mode="dense"))
    out["embed"] = timed(lambda q: retriever.embedder.embed_queries([q]), asked)
    out["words alone, 1000"] = timed(lambda q: reader.lexical.search(q, 1000, Filter()), asked)
    allowed, excluded = reader.selection(Filter())
    out["vectors alone, 1000"] = timed(
        lambda v: reader.dense.search(v, 1000, allowed, excluded), vectors
    )
    for part in (0.01, 0.001):
        kept, actual = narrow(reader, part)
        every(
            f"hybrid, filter {actual:.2%} of articles", lambda q, f=kept: retriever.search(q, 10, f)
        )
    kept = Filter(year_from=2019)
    every("hybrid, years since 2019", lambda q: retriever.search(q, 10, kept))
    out["two threads, qps"] = together(retriever, asked)
    _, own = drawn(args)
    held = reader.vectors
    truth = truth_of(args.work / f"whole{args.passages}", held, own)
    found = [reader.dense.search(q, 10).ids for q in own]
    out["recall@10, drawn queries"] = share(found, truth)
    truth = truth_of(args.work / f"asked{args.passages}", held, np.asarray(vectors))
    found = [reader.dense.search(q, 10).ids for q in vectors]
    out["recall@10, real questions"] = share(found, truth)
    for part in (0.01, 0.001):
        kept, _ = narrow(reader, part)
        allowed, _ = reader.selection(kept)
        assert allowed is not None
        best = exact.top_many(exact.Rows(held), allowed, own[:100], 10)[0]
        found = [reader.dense.search(q, 10, allowed).ids for q in own[:100]]
        out[f"recall@10, filter {len(allowed) / len(held):.2%} of passages"] = share(found, best)
    out["memory"] = memory()
    print(json.dumps(out, indent=1))


def together(retriever: Retriever, asked: list[str], threads: int = 2) -> float:
    def some(part: list[str]) -> None:
        for query in part:
            retriever.search(query, 10)

    workers = [threading.Thread(target=some, args=(asked[i::threads],)) for i in range(threads)]
    started = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return round(len(asked) / (time.perf_counter() - started), 1)


def update(args: argparse.Namespace) -> None:
    """Ingest new articles as a BEIR file; bytes are those that the process wrote."""
    vectors, _ = drawn(args)
    texts = Texts(args.corpus)
    place = folder(args)
    reader = IndexReader.open(place)
    held, before = reader.manifest.counts.passages, reader.manifest.counts.articles
    reader.close()
    file = args.work / "day.jsonl"
    with file.open("w", encoding="utf-8") as out:
        for row in records(texts, args.first, args.articles):
            out.write(json.dumps(row) + "\n")
    wrote = written()
    started = time.perf_counter()
    report = ingest([file], place, Drawn(vectors, held), progress=Notes())
    row = {
        "seconds": round(time.perf_counter() - started, 1),
        "stages": {k: round(v, 1) for k, v in report.seconds},
        "written_mb": (written() - wrote) >> 20,
        "added": report.added,
        "passages": report.passages,
        "before": before,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
    }
    print(json.dumps(row))


def records(texts: Texts, first: int, count: int) -> Iterator[dict[str, object]]:
    for number in range(first, first + count):
        article, _ = texts.draw(number)
        text = " ".join(s.text for s in article.sections if isinstance(s, Section))
        meta = {"pmid": article.id[5:], "year": article.year, "journal": article.journal}
        yield {"_id": article.id[5:], "title": article.title, "text": text, "metadata": meta}


def written() -> int:
    """Bytes that this process caused to be written, as the system counts them."""
    lines = Path("/proc/self/io").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("write_bytes"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("build", "dense", "search", "update"))
    parser.add_argument("--corpus", type=Path, default=Path("corpora/starter"))
    parser.add_argument("--index", type=Path, help="an index with real vectors, to draw from")
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--passages", type=int, default=1_000_000)
    parser.add_argument("--articles", type=int, default=50_000)
    parser.add_argument("--first", type=int, default=50_000_000, help="of an update's articles")
    parser.add_argument("--type", default="auto")
    args = parser.parse_args()
    {"build": build, "dense": dense, "search": search, "update": update}[args.what](args)


if __name__ == "__main__":
    main()
