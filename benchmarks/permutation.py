"""Does the order in which files are ingested change what the index holds?

    python benchmarks/permutation.py FILE FILE ... --orders 6
    python benchmarks/permutation.py --split 4 pubmed21n1298.xml.gz FILE ... --orders 6

Each order goes into a fresh index, one ``medlit ingest FILE --index DIR --embed-for 0`` a file;
once more all files are given to one call. Printed is a hash of each index: its live articles
sorted by id with every field, and their passages. Hashes that are not all equal:
exit code 1, and the ids whose articles differ. ``--split N`` cuts each of PubMed's numbered XML
files into N, numbered on, so that revisions, deletions and notices lie in other files than what
they name. Articles of formats without dates are as new as
the file was written, so keep the files' times when they are copied.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import itertools
import json
import os
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path

ROOT = Path(__file__).parents[1]
_LISTED = 5


def live_articles(index):
    """Id → hash of the status, all fields and the passages of each live article."""
    path = next(index.glob("**/articles.sqlite"))
    db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    passages = {}
    for row, *passage in db.execute(
        'SELECT p.row, p.section, p.start, p."end" FROM passages p JOIN articles a'
        ' ON a.row = p.row WHERE a.removed IS NULL ORDER BY p.row, p.start, p."end", p.section'
    ):
        passages.setdefault(row, []).append(passage)
    found = {}
    for row, own, status, body in db.execute(
        "SELECT row, id, status, body FROM articles WHERE removed IS NULL"
    ):
        fields = json.loads(zlib.decompress(body))
        said = json.dumps([own, status, fields, passages.get(row, [])], sort_keys=True)
        found[own] = hashlib.sha256(said.encode()).hexdigest()
    db.close()
    return found


def store_hash(index: Path) -> str:
    """Return a hash of what an index holds, whatever the order it came in."""
    said = "".join(f"{own} {digest}\n" for own, digest in sorted(live_articles(index).items()))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def split_files(paths, parts, folder):
    """Cut PubMed's numbered files into consecutive numbers; leave the others as they are."""
    out = []
    for path in paths:
        match = re.fullmatch(r"pubmed(\d\d)n(\d+)\.xml\.gz", path.name)
        if match is None or parts < 2:
            out.append(path)
            continue
        text = gzip.decompress(path.read_bytes())
        pattern = rb"<PubmedArticle>.*?</PubmedArticle>|<DeleteCitation>.*?</DeleteCitation>"
        records = re.findall(pattern, text, re.DOTALL)
        size = -(-len(records) // parts)
        for n in range(parts):
            part = folder / f"pubmed{match[1]}n{int(match[2]) + n}.xml"
            own = b"\n".join(records[n * size : (n + 1) * size])
            part.write_bytes(b"<PubmedArticleSet>\n" + own + b"\n</PubmedArticleSet>\n")
            out.append(part)
    return out


def ingest(files, index):
    command = [sys.executable, "-m", "cli", "ingest", *(str(f.resolve()) for f in files)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "MEDLIT_OFFLINE": "1"}
    done = subprocess.run(
        [*command, "--index", str(index), "--embed-for", "0"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        names = ", ".join(file.name for file in files)
        sys.exit(f"medlit ingest of {names} failed:\n{done.stderr.strip()[-2000:]}")


def some_orders(files, count):
    """The order given, its reverse, and others by chance, each once."""
    if len(files) <= 4:
        every = [list(order) for order in itertools.permutations(files)]
        rest = every[1:-1]
        random.Random(1).shuffle(rest)
        found = [every[0], every[-1], *rest] if len(files) > 1 else every
        return found[:count]
    orders = [list(files), list(reversed(files))]
    rng = random.Random(1)
    while len(orders) < count:
        order = rng.sample(files, len(files))
        if order not in orders:
            orders.append(order)
    return orders[:count]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--orders", type=int, default=6)
    parser.add_argument("--split", type=int, default=1)
    arguments = parser.parse_args()
    first, hashes = {}, set()
    with tempfile.TemporaryDirectory() as work:
        given = split_files(arguments.files, arguments.split, Path(work))
        place = {path: str(n) for n, path in enumerate(given, start=1)}
        for path, n in place.items():
            print(f"{n:>3} {path.name}")
        print(f"\n{'order':40} {'hash':16} {'articles':>9} {'seconds':>8}")
        orders = some_orders(given, arguments.orders)
        for number, order in enumerate([*orders, given]):
            index = Path(work, str(number))
            together = number == len(orders)
            started = time.perf_counter()
            for files in [order] if together else [[path] for path in order]:
                ingest(files, index)
            seconds = time.perf_counter() - started
            found, digest = live_articles(index), store_hash(index)
            hashes.add(digest)
            name = " ".join(place[path] for path in order) + (" in one call" if together else "")
            print(f"{name:40} {digest} {len(found):9,} {seconds:8.1f}", flush=True)
            first = first or found
            differ = sorted(o for o in first.keys() | found if first.get(o) != found.get(o))
            if differ:
                print(f"    {len(differ)} articles differ: {', '.join(differ[:_LISTED])}")
    print("the same content in every order" if len(hashes) == 1 else "the content differs")
    return 0 if len(hashes) == 1 else 1


if __name__ == "__main__":
    sys.exit(main())
