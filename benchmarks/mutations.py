"""Ten thousand damaged files: does any of them stop the reader otherwise than with one line?

    python benchmarks/mutations.py --seeds ../shared/data/formats corpora/starter --n 10000 --bombs

Every file of the seed folders, and one or more small files of our own for each format
(``seeds.py``), is damaged as ``mutants.py`` says and read as ``medlit ingest`` reads it: the
format is detected and all records are consumed. A file that is refused is read once more with
its seed's format, as ``--format`` would. Good outcomes: records and rejects, or one line that
says why not. Counted as failures: a traceback, a refusal over several lines, a text that cannot
be stored (half a surrogate pair, a zero byte), a reader that dies or takes longer than
``--limit`` seconds. Readers run in processes that may not take more than 2 GiB of memory. An
input that failed is kept under ``--keep`` with its traceback.

``--bombs`` adds XML documents with entity bombs, external entities and countless elements: no
record may hold the content of another file, nor 20 times more text than its file, and reading may
not take more than 256 MiB beyond what the worker held. Exit code 1 after any failure.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import queue
import resource
import select
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter, defaultdict
from dataclasses import fields, is_dataclass
from pathlib import Path

from mutants import mutant
from seeds import bombs, load_seeds

from rag.corpus import FORMATS, detect, read
from rag.errors import CorpusError
from rag.types import Article, Deletion

ROOT = Path(__file__).parents[1]
CANARY = "canary-5f1e-this-text-lies-in-another-file"
_MEMORY = 2 << 30
_GROWTH_KB = 256 << 10


def texts(value):
    """All strings inside a record."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item)
    elif is_dataclass(value):
        for f in fields(value):
            yield from texts(getattr(value, f.name))


def consume(path, name, count):
    """Read all records as a user does; return their number of characters."""
    letters = 0
    for record in read(path, format=name):
        kind = type(record).__name__.lower()
        count[kind] += 1
        for text in texts(record):
            letters += len(text)
            text.encode()  # fails for half a surrogate pair
            if "\0" in text:
                raise ValueError(f"a zero byte in {text[:80]!r}")
            if CANARY in text:
                raise ValueError("the content of another file")
        if isinstance(record, Article | Deletion) and not record.id.partition(":")[2]:
            raise ValueError(f"a record without an id: {record!r:.300}")
    return letters


def try_file(path, group):
    """Detect and read a file; say how it went."""
    count, letters, refused, error = Counter(), 0, False, ""
    _reset_peak()
    before, started = _peak_kb(), time.perf_counter()
    try:
        try:
            letters = consume(path, detect(path), count)
        except CorpusError as said:
            refused = True
            _one_line(said)
            if group in FORMATS:
                try:
                    letters = consume(path, group, count)
                except CorpusError as said_again:
                    _one_line(said_again)
    except Exception:  # noqa: BLE001 - any other exception is what is looked for
        error = traceback.format_exc(limit=-6)
    return {
        "count": count,
        "letters": letters,
        "refused": refused,
        "error": error,
        "seconds": time.perf_counter() - started,
        "peak": _peak_kb(),
        "grown": _peak_kb() - before,
    }


def _one_line(said):
    if len(str(said).splitlines()) != 1:
        raise ValueError(f"a refusal that is not one line: {said!r}")


def _reset_peak():
    # Linux: lets VmHWM start anew, so that each input shows its own peak
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _peak_kb():
    try:
        status = Path("/proc/self/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0])
    except (OSError, IndexError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def worker(arguments):
    """Answer each number on standard input with how that input went."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    groups = load_seeds(arguments.seeds)
    with tempfile.TemporaryDirectory(dir=_fast_folder()) as work:
        canary = Path(work, "canary")
        canary.write_text(CANARY, encoding="utf-8")
        hostile = list(bombs(canary))
        print(json.dumps({"bombs": len(hostile)}), flush=True)
        for line in sys.stdin:
            group, name, data, wounds = make(groups, hostile, arguments.seed, int(line))
            path = Path(work, f"x{name}" if group == "bomb" else name)
            path.write_bytes(data)
            result = try_file(path, group)
            path.unlink()
            if group == "bomb" and not result["error"]:
                grown, letters = result["grown"], result["letters"]
                if grown > _GROWTH_KB or letters > 20 * len(data):
                    result["error"] = f"expanded: {grown} kB, {letters} characters\n"
            result |= {"group": group, "name": name, "wounds": wounds}
            print(json.dumps(result), flush=True)


def make(groups, hostile, seed, number):
    """The input of a number; negative ones are bombs."""
    if number >= 0:
        return mutant(groups, seed, number)
    name, data = hostile[-number - 1]
    return "bomb", name, data, []


def _fast_folder():
    shm = Path("/dev/shm")
    return shm if os.access(shm, os.W_OK) else None


def start_worker(arguments):
    """Start a worker; return it and the number of bombs it knows."""
    command = [sys.executable, __file__, "--worker", "--seed", str(arguments.seed), "--seeds"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [*command, *map(str, arguments.seeds)],
        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return process, json.loads(process.stdout.readline())["bombs"]


def ask(process, number, limit):
    """Send a number to a worker and wait for its answer, or end it."""
    process.stdin.write(f"{number}\n")
    process.stdin.flush()
    ready, _, _ = select.select([process.stdout], [], [], limit)
    line = process.stdout.readline() if ready else ""
    if line:
        return json.loads(line)
    reason = "the worker died" if ready else f"no end after {limit} s"
    process.kill()
    process.wait()
    return {"error": f"{reason}\n", "late": not ready, "seconds": limit if not ready else 0.0}


def drive(arguments, numbers, results):
    process, _ = start_worker(arguments)
    while True:
        try:
            number = numbers.get_nowait()
        except queue.Empty:
            break
        answer = ask(process, number, arguments.limit)
        results.append((number, answer))
        if process.poll() is not None:
            process, _ = start_worker(arguments)
    process.stdin.close()
    process.wait()


def keep(folder, number, made, answer):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{number}-{made[1]}"
    path.write_bytes(made[2])
    text = f"{made[0]} {made[3]}\n{answer['error']}"
    path.with_name(path.name + ".error").write_text(text, encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", nargs="*", type=Path, default=[], help="folders or files")
    parser.add_argument("--n", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bombs", action="store_true")
    parser.add_argument("--limit", type=float, default=20.0, help="seconds for one input")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--keep", type=Path, help="folder for the inputs that failed")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        worker(arguments)
        return 0
    numbers = queue.SimpleQueue()
    if arguments.bombs:
        known = len(list(bombs(Path(__file__))))
        for number in range(1, known + 1):
            numbers.put(-number)
    for number in range(arguments.n):
        numbers.put(number)
    asked = numbers.qsize()
    results = []
    drivers = [
        threading.Thread(target=drive, args=(arguments, numbers, results))
        for _ in range(arguments.workers)
    ]
    for thread in drivers:
        thread.start()
    for thread in drivers:
        thread.join()
    code = report(arguments, results)
    if len(results) != asked:  # a driver ended early, and the rest was never read
        print(f"only {len(results):,} of {asked:,} inputs were tried")
        return 1
    return code


def report(arguments, results):
    """Print the table; return the exit code."""
    groups = load_seeds(arguments.seeds)
    with tempfile.TemporaryDirectory() as work:
        canary = Path(work, "canary")
        canary.touch()
        hostile = list(bombs(canary))
    rows = defaultdict(list)
    failed = 0
    for number, answer in sorted(results, key=lambda pair: pair[0]):
        made = None
        if "group" not in answer or answer["error"]:
            made = make(groups, hostile, arguments.seed, number)
        rows[answer.get("group") or made[0]].append(answer)
        if answer["error"]:
            failed += 1
            print(f"{number} {made[1]} {made[3]}: {answer['error'].strip().splitlines()[-1]}")
            if arguments.keep:
                keep(arguments.keep, number, made, answer)
    print(
        f"\n{'seed':10} {'seeds':>5} {'inputs':>7} {'refused':>8} {'articles':>9} {'deletions':>9} "
        f"{'rejects':>8} {'failed':>7} {'late':>5} {'longest s':>9} {'peak MB':>8}"
    )
    for group, answers in sorted(rows.items()):
        counts = Counter()
        for answer in answers:
            counts.update(answer.get("count", {}))
        print(
            f"{group:10} {len(groups.get(group, hostile)):5} {len(answers):7,} "
            f"{sum(a.get('refused', False) for a in answers):8,} {counts['article']:9,} "
            f"{counts['deletion']:9,} {counts['reject']:8,} "
            f"{sum(bool(a['error']) for a in answers):7} "
            f"{sum(a.get('late', False) for a in answers):5} "
            f"{max(a['seconds'] for a in answers):9.2f} "
            f"{max(a.get('peak', 0) for a in answers) / 1024:8.0f}"
        )
    number, slowest = max(results, key=lambda pair: pair[1]["seconds"])
    print(
        f"slowest: {number} {slowest.get('name')} {slowest.get('wounds')} "
        f"{slowest['seconds']:.1f} s\n{len(results):,} inputs, {failed} failed"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
