"""Findings of marked notes: medlit beside a dictionary match and medspaCy's ConText, in one run.

    python benchmarks/record.py tests/clinical/gold_test.jsonl [--medspacy PYTHON]

``dictionary`` finds every name of medlit's own vocabulary, longest first, and says nothing of
negation or any other context: what that alone is worth. ``medspacy`` runs under another
interpreter (``pip install medspacy``), is given the marked spans, and says of each whether it is
negated, uncertain, past, conditional or the family's: its ConText with the rules it comes with.
For that comparison medlit is given no spans, and is judged on the marked findings that it found.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import time
from pathlib import Path

from rag.clinical import read_record
from rag.clinical.measures import tests
from rag.clinical.vocabulary import vocabulary
from rag.clinical.words import tokens
from rag.evaluation.record import RecordMeasured, measure_records, read_gold
from rag.types.clinical import Experiencer, Finding, FindingTime, PatientRecord

SHOWN = (
    "f1", "precision", "recall", "f1_strict", "kind_accuracy", "negation_accuracy",
    "negation_precision", "negation_recall", "uncertainty_accuracy", "experiencer_accuracy",
    "temporality_accuracy", "abnormal_accuracy", "seconds",
)  # fmt: skip
MEDSPACY = """
import json, sys, time
import medspacy, spacy
from spacy.tokens import Span
nlp = medspacy.load(medspacy_enable=["medspacy_pyrush"])
nlp.add_pipe("medspacy_context")
context = nlp.get_pipe("medspacy_context")
split = nlp.get_pipe("medspacy_pyrush")
out = []
started = time.perf_counter()
for line in open(sys.argv[1], encoding="utf-8"):
    note = json.loads(line)
    doc = split(nlp.make_doc(note["text"]))
    marks = [(f["start"], f["end"]) for f in note["findings"]]
    spans = [doc.char_span(a, b, "x", alignment_mode="expand") for a, b in marks]
    doc.ents = spacy.util.filter_spans([s for s in spans if s is not None])
    doc = context(doc)
    by_start = {e.start: e for e in doc.ents}
    rows = []
    for span in spans:
        e = by_start.get(span.start) if span is not None else None
        rows.append(None if e is None else [e._.is_negated, e._.is_uncertain, e._.is_family,
                                            e._.is_historical, e._.is_hypothetical])
    out.append(rows)
print(json.dumps({"rows": out, "seconds": time.perf_counter() - started}))
"""


def dictionary(text: str) -> PatientRecord:
    """Every name of the vocabulary and of the tests, and nothing of its context."""
    found = []
    words = tokens(text)
    for names in (vocabulary().names, tests()):
        for named in names.find(words):
            concept = getattr(named.value, "concept", named.value)
            start, end = words[named.first].start, words[named.last - 1].end
            found.append(Finding(concept.kind, concept.name, text[start:end], start, end))
    kept: list[Finding] = []
    for one in sorted(found, key=lambda f: f.start - f.end):
        if all(one.end <= k.start or one.start >= k.end for k in kept):
            kept.append(one)
    return PatientRecord("", None, "", (), tuple(sorted(kept, key=lambda f: f.start)))


def medspacy(python: str, gold: Path, notes) -> dict[str, float]:
    """Accuracies of medspaCy's ConText over the marked spans that are no results."""
    done = subprocess.run(
        [python, "-c", MEDSPACY, str(gold)], capture_output=True, text=True, check=True
    )
    said = json.loads(done.stdout.splitlines()[-1])
    rows = []
    for line, found in zip(
        gold.read_text(encoding="utf-8").splitlines(), said["rows"], strict=True
    ):
        for mark, row in zip(json.loads(line)["findings"], found, strict=True):
            if row is not None and mark["kind"] not in ("lab", "vital"):
                rows.append((mark, row))
    negated = [(m.get("negated", False), r[0]) for m, r in rows]

    def accuracy(pairs):
        return sum(a == b for a, b in pairs) / len(pairs)

    times = {(False, False): "present", (True, False): "past", (False, True): "conditional"}
    whose = [(m.get("experiencer", "patient") == "family", r[2]) for m, r in rows]
    return {
        "negation_accuracy": accuracy(negated),
        "negation_precision": sum(a for a, b in negated if b) / max(1, sum(b for _, b in negated)),
        "negation_recall": sum(b for a, b in negated if a) / max(1, sum(a for a, _ in negated)),
        "uncertainty_accuracy": accuracy([(m.get("uncertain", False), r[1]) for m, r in rows]),
        "experiencer_accuracy": accuracy(whose),
        "temporality_accuracy": accuracy(
            [(m.get("time", "present"), times.get((r[3], r[4]), "conditional")) for m, r in rows]
        ),
        "seconds": said["seconds"],
    }


def main() -> None:
    """Print a row a figure and a column a system."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("gold", type=Path)
    parser.add_argument("--medspacy", help="interpreter that has medspaCy")
    args = parser.parse_args()
    notes = read_gold(args.gold)
    read_record("")  # loads the vocabulary
    columns = {}
    for name, read in (("medlit", read_record), ("dictionary", dictionary)):
        started = time.perf_counter()
        measured = measure_records(notes, read)
        seconds = time.perf_counter() - started
        columns[name] = RecordMeasured(measured.notes, seconds).flat()
    if args.medspacy:
        columns["medspacy"] = medspacy(args.medspacy, args.gold, notes)
    marks = [m for n in notes for m in n.findings]
    told = [m for m in marks if m.kind.value not in ("lab", "vital")]
    print(
        f"{args.gold}: {len(notes)} notes, {len(marks)} findings; of {len(told)} that are no "
        f"results {sum(m.negated for m in told)} negated, "
        f"{sum(m.experiencer is not Experiencer.PATIENT for m in told)} of others, "
        f"{sum(m.time is not FindingTime.PRESENT for m in told)} not present"
    )
    print(" " * 22 + "".join(f"{name:>12}" for name in columns))
    for figure in SHOWN:
        cells = (columns[name].get(figure) for name in columns)
        shown = "".join(f"{c:>12.3f}" if isinstance(c, float) else f"{'-':>12}" for c in cells)
        print(f"{figure:>22}{shown}")


if __name__ == "__main__":
    main()
