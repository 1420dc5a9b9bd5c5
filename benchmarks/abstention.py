"""When does medlit abstain? The risk-coverage curve on BioASQ questions, and the fit behind it.

    python benchmarks/abstention.py --data ../shared/data/bioasq --index DIR --batch 7B 8B --fit
    python benchmarks/abstention.py --data ../shared/data/bioasq --index DIR --batch 9B --csv F.csv

Each question is asked twice: of the index as it is (answerable), and with its gold articles
taken out of what was found (unanswerable; a few of them can be answered still, by articles that
the annotators did not see). The curve: for a threshold, the share of answerable questions that
are answered, and the share of unanswerable ones that are refused. Both modes: by vectors and
words, and by words alone. ``--fit`` prints the weights of a logistic regression and the curve
under five-fold cross-validation by question, instead of the curve of the weights in use; it
needs scikit-learn. DIR is an index of the corpus of the same folder.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
from dataclasses import astuple, fields, replace
from pathlib import Path

import numpy as np

from rag.answering.abstain import THRESHOLDS, Features, features
from rag.answering.evidence import choose_evidence
from rag.answering.rarity import rarities
from rag.answering.similarity import Similarity
from rag.retrieval import Retriever

DEPTH, SHOWN, EVIDENCE = 60, 20, 8
USED = {
    "hybrid": ("sentence", "covered", "names", "rarest"),
    "lexical": ("covered", "said", "names", "rarest"),
}
COVERAGES = (0.99, 0.97, 0.95, 0.93, 0.90, 0.85, 0.80, 0.70, 0.60, 0.50)


def read(path, batches):
    with gzip.open(path / "questions.jsonl.gz", "rt", encoding="utf-8") as lines:
        questions = [json.loads(line) for line in lines]
    return [q for q in questions if q["batch"].startswith(tuple(batches))]


def measure(retriever, questions, mode):
    """Return (n·2, features) and answerable flags; row 2i and 2i + 1 are one question."""
    rows, answerable = [], []
    found = retriever.search_many([q["question"] for q in questions], DEPTH, mode=mode)
    lexical = retriever.reader.lexical
    for question, hits in zip(questions, found, strict=True):
        rarity = rarities(question["question"], (), lexical.holders, lexical.count)
        for held in (True, False):
            kept = [h for h in hits if held or h.article.pmid not in set(question["pmids"])]
            kept = [replace(h, rank=n) for n, h in enumerate(kept[:SHOWN], start=1)]
            similarity = Similarity(retriever.embedder if mode == "hybrid" else None)
            evidence = choose_evidence(kept, limit=EVIDENCE, similarity=similarity)
            rows.append(astuple(features(question["question"], evidence, similarity, rarity)))
            answerable.append(held)
    return np.array(rows), np.array(answerable)


def in_use(rows, mode):
    model = THRESHOLDS.dense if mode == "hybrid" else THRESHOLDS.lexical
    return np.array([model.chance(Features(*row)) for row in rows]), model.least


def fitted(rows, answerable, mode):
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold, cross_val_predict

    names = [f.name for f in fields(Features)]
    used = rows[:, [names.index(n) for n in USED[mode]]]
    model = LogisticRegression(C=10, max_iter=1000)
    chances = cross_val_predict(
        model,
        used,
        answerable,
        groups=np.arange(len(rows)) // 2,
        cv=GroupKFold(5),
        method="predict_proba",
    )[:, 1]
    model.fit(used, answerable)
    weights = ", ".join(f"{n}={w:.2f}" for n, w in zip(USED[mode], model.coef_[0], strict=True))
    print(f"{mode}: {weights}, bias={model.intercept_[0]:.2f}")
    return chances


def curve(chances, answerable):
    """Return (coverage, threshold, share refused, risk) a row.

    Risk is the share of unanswerable questions among those answered, were half of all so.
    """
    out = []
    for coverage in COVERAGES:
        line = np.quantile(chances[answerable], 1 - coverage)
        refused = float((chances[~answerable] < line).mean())
        out.append((coverage, float(line), refused, (1 - refused) / (1 - refused + coverage)))
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--batch", nargs="+", default=["9B"])
    parser.add_argument("--limit", type=int, default=None)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--csv", type=Path, default=None)
    arguments = parser.parse_args()
    questions = read(arguments.data, arguments.batch)
    if arguments.limit:
        questions = questions[:: max(1, len(questions) // arguments.limit)][: arguments.limit]
    table = []
    with Retriever.open(arguments.index) as retriever:
        for mode in USED:
            rows, answerable = measure(retriever, questions, mode)
            if arguments.fit:
                chances = fitted(rows, answerable, mode)
            else:
                chances, least = in_use(rows, mode)
                kept = (chances[answerable] >= least).mean()
                refused = (chances[~answerable] < least).mean()
                print(f"{mode}, threshold {least}: {kept:.3f} answered, {refused:.3f} refused")
            for row in curve(chances, answerable):
                table.append((mode, *row))
    print(f"{len(questions)} questions of {' '.join(arguments.batch)}")
    print("| mode | answerable answered | threshold | unanswerable refused | risk |")
    print("|---|---|---|---|---|")
    for mode, coverage, line, refused, risk in table:
        print(f"| {mode} | {coverage:.0%} | {line:.2f} | {refused:.0%} | {risk:.0%} |")
    if arguments.csv:
        with arguments.csv.open("w", newline="", encoding="utf-8") as handle:
            writer = csv.writer(handle)
            writer.writerow(("mode", "coverage", "threshold", "refused", "risk"))
            writer.writerows(table)


if __name__ == "__main__":
    main()
