"""SIGKILL at random moments of ingest, update and compact over real records: is anything lost?

    python benchmarks/kills.py corpora/starter/pubmed20n0014.xml.gz --kills 200
    python benchmarks/kills.py FILE --kills 0 --full-disk       # needs the right to mount a tmpfs

Records of a PubMed file become a base and update files (new records, revised ones, deletions).
One index is built without interruption. Another is built by the same steps in processes that are
killed, each at a moment drawn from the time that the step took, and run again. After every kill the
index must open with counts that agree, and ``verify`` must find no fault. After a round both
indexes must hold the same articles, passages and vectors; rounds follow until enough were killed.
Vectors are drawn from a hash of the text: what is tested does not depend on their values.
Exit code 1 at the first difference.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np

from rag.errors import IndexNotFound, LiteratureIndexError
from rag.index import stores
from rag.index.builder import ingest
from rag.index.codec import content_hash, decode
from rag.index.compact import compact
from rag.index.reader import IndexReader
from rag.index.store import Store
from rag.index.vectors import VectorFile
from rag.index.verify import verify
from rag.models.embedder import EmbedderIdentity
from rag.types import Filter

DIMENSION = 384
RECORD = re.compile(r"<PubmedArticle>.*?</PubmedArticle>", re.DOTALL)
PMID = re.compile(r"<PMID[^>]*>(\d+)</PMID>")
REVISED = re.compile(r"<DateRevised>.*?</DateRevised>", re.DOTALL)
UPDATES = 3


class HashedVectors:
    """An embedder whose vectors mean nothing and are the same for the same text."""

    def __init__(self) -> None:
        self.identity = EmbedderIdentity(
            spec="hashed", name="hashed", revision="", weights_sha256="hashed", pooling="mean",
            query_prompt="", document_prompt="", dimension=DIMENSION, max_tokens=256,
        )  # fmt: skip

    def embed_documents(self, texts):
        """See ``rag.models.embedder.Embedder``."""
        digests = [hashlib.shake_128(t.encode()).digest(DIMENSION) for t in texts]
        rows = np.frombuffer(b"".join(digests), dtype=np.int8).reshape(-1, DIMENSION) + 0.5
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)

    embed_queries = embed_documents

    def token_spans(self, texts):
        """See ``rag.models.embedder.Embedder``."""
        found = [[m.span() for m in re.finditer(r"\w+|[^\w\s]", t)] for t in texts]
        return [np.asarray(spans, dtype=np.int32).reshape(-1, 2) for spans in found]

    def close(self):
        """See ``rag.models.embedder.Embedder``."""


def cut(source: Path, folder: Path, count: int) -> list[tuple[str, list[Path]]]:
    """Write the base and the updates; return the steps: what to do, with which files."""
    with gzip.open(source, "rt", encoding="utf-8") as handle:
        found = RECORD.finditer(handle.read())
        records = [m[0] for m, _ in zip(found, range(count * (10 + UPDATES) // 10), strict=False)]
    base, rest = records[:count], records[count:]
    steps = [("ingest", [write(folder / "base.xml", base)])]
    each, share = len(rest) // UPDATES, count // 10
    for n in range(UPDATES):
        later = f"<DateRevised><Year>{2030 + n}</Year><Month>1</Month><Day>1</Day></DateRevised>"
        revised = [
            REVISED.sub(later, r, count=1).replace("<ArticleTitle>", f"<ArticleTitle>({n}) ", 1)
            for r in base[n * share // 2 : n * share // 2 + share]
        ]
        gone = [PMID.search(r)[1] for r in base[-(n + 1) * share // 2 :][: share // 2]]
        new = rest[n * each : (n + 1) * each]
        steps.append(("update", [write(folder / f"update{n}.xml", [*new, *revised], gone)]))
        steps.append(("compact", []))
    return steps


def write(file: Path, records: list[str], gone: list[str] = ()) -> Path:
    ids = "".join(f'<PMID Version="1">{p}</PMID>' for p in gone)
    tail = f"<DeleteCitation>{ids}</DeleteCitation>" if gone else ""
    file.write_text(f"<PubmedArticleSet>\n{''.join(records)}{tail}</PubmedArticleSet>\n")
    return file


def work(step: str, index: Path, files: list[Path]) -> int:
    """Do one step, as a process that may be killed."""
    print("ready", flush=True)
    try:
        if step == "compact":
            compact(index)
        else:
            ingest(files, index, HashedVectors())
    except LiteratureIndexError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def start(step: str, index: Path, files: list[Path]) -> subprocess.Popen:
    command = [sys.executable, __file__, "--work", step, "--index", str(index), *map(str, files)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n", process.stderr.read()
    return process


def snapshot(index: Path) -> dict[str, tuple]:
    """Article id → its content, passages and vectors."""
    place = stores.active(index)
    store = Store(place / "articles.sqlite")
    vectors = VectorFile(place / "vectors.f16", DIMENSION).open(int(store.meta("vectors_done")))
    found: dict[str, tuple] = {}
    for row, body in store.db.execute("SELECT row, body FROM articles WHERE removed IS NULL"):
        article = decode(body)
        passages = store.db.execute(
            "SELECT section, start, end, id FROM passages WHERE row = ? ORDER BY id", (row,)
        ).fetchall()
        assert article.id not in found, f"{article.id} is listed twice"
        shown = [(*p[:3], vectors[p[3]].tobytes()) for p in passages]
        found[article.id] = (content_hash(article), shown)
    store.close()
    return found


def check(index: Path, what: str, published: int) -> int:
    """Return the generation in force; every fault ends the run."""
    generation = 0
    try:
        reader = IndexReader.open(index)
    except IndexNotFound:
        if published:
            sys.exit(f"{what}: the index does not open")
    else:
        counts, generation = reader.manifest.counts, reader.generation
        words = reader.lexical.search("the patients", 100, Filter())
        reader.passages(words.ids.tolist())
        agree = reader.lexical.count == counts.passages and reader.dense.count == counts.embedded
        reader.close()
        if not agree or generation < published:
            sys.exit(f"{what}: generation {generation} after {published}, {counts}")
    if any(index.glob("store*")):
        found = verify(index)
        if found.faults:
            sys.exit(f"{what}: " + "\n".join(map(str, found.faults)))
    return generation


def killed_round(index: Path, steps, seconds, kills: int, per_step: int, chance, moments) -> int:
    """Build an index with kills; return how many there were."""
    done = published = 0
    for number, (step, files) in enumerate(steps):
        tries = 0
        while True:
            process = start(step, index, files)
            if done >= kills or tries >= per_step:
                _, said = process.communicate()
                if process.returncode:
                    sys.exit(f"step {number} {step}: {said}")
                break
            try:
                process.wait(chance.uniform(0, seconds[number]))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
            if process.wait() == 0:
                break
            done, tries = done + 1, tries + 1
            moments[step] += 1
            published = check(index, f"kill {done} in step {number} ({step})", published)
        published = check(index, f"step {number} ({step})", published)
    return done


def full_disk(folder: Path, steps, expected) -> None:
    """Let the disk run full in each step; make room; go on; compare."""
    place = folder / "small"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "none", place], check=True)
    index, refused, size = place / "index", Counter(), 512
    try:
        published = 0
        for step, files in steps:
            while True:
                process = start(step, index, files)
                _, said = process.communicate()
                if process.returncode == 0:
                    break
                if "no space left" not in said:
                    sys.exit(f"full disk in {step}: {said}")
                refused[step] += 1
                if index.is_dir():
                    published = check(index, f"full disk in {step} at {size} kB", published)
                size += max(512, size // 8)
                subprocess.run(["mount", "-o", f"remount,size={size}k", place], check=True)
        if snapshot(index) != expected:
            sys.exit("after full disks the index differs")
        check(index, "after full disks", published)
        print(f"full disk: refused {dict(refused)}, each time intact; the same articles at the end")
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--per-step", type=int, default=6)
    parser.add_argument("--records", type=int, default=3000, help="of the base")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--full-disk", action="store_true")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    parser.add_argument("--index", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        return work(options.work, options.index, options.files)
    chance, moments = random.Random(options.seed), Counter()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        steps = cut(options.files[0], folder, options.records)
        seconds = []
        for step, files in steps:
            process = start(step, folder / "whole", files)
            started = time.perf_counter()
            _, said = process.communicate()
            assert process.returncode == 0, said
            seconds.append(time.perf_counter() - started)
        check(folder / "whole", "without interruption", 0)
        expected = snapshot(folder / "whole")
        print(f"without interruption: {len(expected):,} articles, steps of "
              + ", ".join(f"{s:.1f}" for s in seconds) + " s")  # fmt: skip
        done = rounds = 0
        while done < options.kills:
            index = folder / f"killed{rounds}"
            left = options.kills - done
            done += killed_round(index, steps, seconds, left, options.per_step, chance, moments)
            rounds += 1
            got = snapshot(index)
            lost, more = len(expected.keys() - got.keys()), len(got.keys() - expected.keys())
            other = sum(got[k] != expected[k] for k in got.keys() & expected.keys())
            print(f"round {rounds}: {done} kills so far; articles lost {lost}, too many {more}, "
                  f"different {other}", flush=True)  # fmt: skip
            if lost or more or other:
                return 1
        if options.full_disk:
            full_disk(folder, steps, expected)
    print(f"{done} kills {dict(moments)}, {rounds} rounds, {time.perf_counter() - began:.0f} s: "
          "nothing lost, nothing doubled, verify clean after each")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
