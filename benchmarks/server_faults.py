"""A hundred questions at once, asked of a model server that fails in every way: is any answer half?

    python benchmarks/server_faults.py [--asks 100] [--index DIR --questions FILE]

Each question is an ``Assistant.ask`` in a thread of its own; all begin together, over one
retriever, and the rules judge. The server, on a port of this machine, answers with sentences of
the passages that it is shown, unless the fault that a question asks of makes it fail. A question
counts as

    whole     the same answer as the server gives to that question when it doesn't fail
    quoted    made of sentences of articles, and says that no statement of the draft held
    failed    a one-line ``MedlitError``, and no answer
    WRONG     anything else, as half an answer, a traceback, another kind than expected below

Exit code 1 where one is WRONG. Without ``--index`` the literature is a few invented trials; with it
the questions are those of ``--questions``, one a line.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from faulty_server import FAULTS, served

from rag.answering import answer_to_dict
from rag.assistant import Assistant
from rag.errors import MedlitError
from rag.index.builder import ingest
from rag.models.embedder import load_embedder
from rag.models.generator_openai import LoopbackGenerator
from rag.models.openai_address import read_spec
from rag.models.openai_wire import Wire
from rag.models.verifier import RULES
from rag.retrieval import Retriever

SILENCE, WHOLE = 15.0, 45.0
"""Seconds after which a server counts as dead, and after which an answer must be there."""
NAMES = ["valoxib", "teridone", "marutinib", "osefan"]
COURSES = [
    ("shortened the cough of pertussis by {n} days", "cough of pertussis"),
    ("lowered systolic blood pressure by {n} mm Hg", "systolic blood pressure"),
    ("reduced the number of migraine days by {n} a month", "migraine days"),
]


class Remembering:
    """The catalog's embedder, each text embedded once: so that the server is what is waited for."""

    def __init__(self, inner):
        self.inner, self.identity, self.known = inner, inner.identity, {}
        self.token_spans, self.reads = inner.token_spans, inner.reads

    def embed_documents(self, texts):
        """See ``rag.models.embedder.Embedder``."""
        return self.remembered("document", texts, self.inner.embed_documents)

    def embed_queries(self, texts):
        """See ``rag.models.embedder.Embedder``."""
        return self.remembered("query", texts, self.inner.embed_queries)

    def remembered(self, kind, texts, embed):
        """Embed what is new, and return all in order."""
        new = [t for t in dict.fromkeys(texts) if (kind, t) not in self.known]
        if new:
            self.known.update(zip([(kind, t) for t in new], embed(new), strict=True))
        return np.stack([self.known[kind, t] for t in texts])

    def close(self):
        """Hold nothing of its own."""
        self.inner.close()


def literature(folder: Path) -> Path:
    """Write invented trials, one of each drug and course."""
    rows = []
    for i, name in enumerate(NAMES):
        for j, (course, of) in enumerate(COURSES):
            said = course.format(n=2 + i + j)
            text = (
                f"{name.title()} {said} in a randomised trial of {200 + 10 * i + j} adults. "
                f"Nausea was the commonest side effect of {name}. "
                f"The trial of {name} for {of} was stopped early in no patient."
            )
            title = f"{name.title()} and {of}: a randomised trial."
            rows.append({"_id": f"{1000 + 10 * i + j}", "title": title, "text": text})
    path = folder / "corpus.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def invented_questions() -> list[str]:
    return [f"Does {name} help with {of}?" for name in NAMES for _, of in COURSES]


def generator(fault: str, one: object, base: str) -> LoopbackGenerator:
    base = "http://127.0.0.1:1/v1" if fault == "refused" else base
    address = read_spec(f"openai:{fault}#{one}@{base}")
    wire = Wire(address, send_key=False, proxies=False, silence=SILENCE, whole=WHOLE)
    return LoopbackGenerator(address, wire)


def stripped(answer):
    """Return what must be equal of two answers: all but times and the drafts on the way."""
    made = answer_to_dict(answer)
    return {k: made[k] for k in ("status", "text", "statements", "references", "notes")}


def outcome(made, expected) -> tuple[str, str]:
    """Return how one question ended, and what is wrong with it if something is."""
    if isinstance(made, MedlitError):
        return ("failed", "") if "\n" not in str(made) else ("WRONG", f"of many lines: {made}")
    if isinstance(made, Exception):
        return "WRONG", repr(made)
    if stripped(made) == expected:
        return "whole", ""
    if made.notes and made.provenance.generator.startswith("extractive"):
        return "quoted", ""
    return "WRONG", f"half: {made.text[:200]!r} of {expected['text'][:200]!r}"


def run(retriever, questions, asks, base):
    """Ask all at once; return rows of (fault, outcome, what is wrong, seconds)."""
    kinds = [list(FAULTS)[i % len(FAULTS)] for i in range(asks)]
    random.Random(0).shuffle(kinds)
    asked = [questions[i % len(questions)] for i in range(asks)]
    well = Assistant(retriever, generator("none", "well", base), RULES)
    expected = {q: stripped(well.ask(q)) for q in dict.fromkeys(asked)}
    together = threading.Barrier(asks)

    def one(i):
        assistant = Assistant(retriever, generator(kinds[i], i, base), RULES)
        together.wait()
        started = time.perf_counter()
        try:
            made = assistant.ask(asked[i])
        except Exception as error:  # noqa: BLE001  # any other than medlit's own is a finding
            made = error
        seconds = time.perf_counter() - started
        assistant.generator.close()
        return kinds[i], *outcome(made, expected[asked[i]]), seconds

    with ThreadPoolExecutor(asks) as pool:
        return list(pool.map(one, range(asks))), expected


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--asks", type=int, default=100)
    parser.add_argument("--index", type=Path, help="made with the default embedder")
    parser.add_argument("--questions", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, served() as base:
        directory, questions = options.index, invented_questions()
        embedder = Remembering(load_embedder(None, "cpu"))
        if directory is None:
            directory = Path(folder) / "ix"
            ingest([literature(Path(folder))], directory, embedder)
        if options.questions is not None:
            lines = options.questions.read_text(encoding="utf-8").splitlines()
            questions = [line.strip() for line in lines if line.strip()]
        with Retriever.open(directory, embedder=embedder, device="cpu") as retriever:
            rows, expected = run(retriever, questions, options.asks, base)
    said = sum(e["status"] == "answered" for e in expected.values())
    print(f"{len(expected)} questions, of which the server that does not fail answers {said}")
    print(f"{'fault':<28} {'asked':>5}  became {'':<14} median s  longest s")
    wrong = []
    for fault, due in FAULTS.items():
        mine = [row for row in rows if row[0] == fault]
        if not mine:
            continue
        counts = {k: sum(r[1] == k for r in mine) for k in ("whole", "quoted", "failed", "WRONG")}
        became = ", ".join(f"{n} {k}" for k, n in counts.items() if n)
        times = [row[3] for row in mine]
        middle, longest = statistics.median(times), max(times)
        print(f"{fault:<28} {len(mine):>5}  {became:<21} {middle:>8.1f}  {longest:>9.1f}")
        wrong += [f"{fault}: {row[2]}" for row in mine if row[1] == "WRONG"]
        wrong += [
            f"{fault}: became {row[1]}, not {due}" for row in mine if row[1] not in (due, "WRONG")
        ]
    totals = {k: sum(r[1] == k for r in rows) for k in ("whole", "quoted", "failed")}
    print(f"{len(rows)} asked: {totals}, {len(wrong)} not as they should be")
    for line in wrong:
        print(f"WRONG  {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
