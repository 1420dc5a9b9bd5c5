"""The weights that rank names, fitted again, and how often a name is right from a chance on.

    python benchmarks/names.py --data ../shared/data/bioasq --index DIR --fit 7B --check 8B

DIR is an index of the corpus of the same folder. For each kind of question (factoid, list) a
logistic model over ``Signs`` (rag/answering/naming.py) is fitted on the names that the evidence of
each question holds, right where BioASQ names them, and printed as code. Then, for the questions of
``--check``, the figures of ``eval answers`` for the model in use, and how many first names and
items have a chance from each floor on, and are right. A question that abstains counts as wrong.
Needs scikit-learn.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from dataclasses import astuple, fields
from pathlib import Path

import numpy as np

from rag.answering.abstain import sufficiency
from rag.answering.direct import offered, sentences_of
from rag.answering.evidence import choose_evidence
from rag.answering.extractive import Extractive
from rag.answering.kinds import answer_kind
from rag.answering.names import collect
from rag.answering.naming import Signs, find_names, signs
from rag.answering.rarity import rareness, rarities
from rag.answering.similarity import Similarity
from rag.answering.wanted import wanted
from rag.claims.lexicon import content_terms
from rag.evaluation.exact import Direct, measure_factoids, measure_lists, same_name
from rag.evaluation.questions import read_questions
from rag.retrieval import Retriever

SHOWN, EVIDENCE = 20, 8
KINDS = ("factoid", "list")
PENALTY = 0.1
"""Inverse strength of the ridge penalty, over signs of unit variance."""


def right(text, gold):
    return any(same_name(text, names) for names in gold)


def evidence_of(retriever, questions):
    """Yield (question, sentences, rarity, rareness); no sentences where nothing is answered."""
    lexical = retriever.reader.lexical
    rare = rareness(lexical.holders, lexical.count)
    found = retriever.search_many([q.text for q in questions], SHOWN)
    for question, hits in zip(questions, found, strict=True):
        similarity = Similarity(retriever.embedder)
        evidence = choose_evidence(hits, limit=EVIDENCE, similarity=similarity)
        rarity = rarities(question.text, (), lexical.holders, lexical.count)
        sentences = []
        if sufficiency(question.text, evidence, similarity, rarity=rarity).enough:
            composer = Extractive(rarity=rarity)
            sentences = sentences_of(question.text, evidence, composer, similarity)
        yield question, sentences, rarity, rare


def fit(rows):
    """Print a model of each kind as code."""
    from sklearn.linear_model import LogisticRegression

    tables = defaultdict(list)
    for question, sentences, rarity, rare in rows:
        want, asked = wanted(question.text), content_terms(question.text)
        for name in collect(question.text, sentences, rarity, want):
            value = astuple(signs(name, sentences, want, asked, rare))
            tables[question.kind].append((value, right(name.text(want.kind), question.exact)))
    for kind, table in tables.items():
        values, gold = np.array([v for v, _ in table]), np.array([g for _, g in table])
        mean, spread = values.mean(axis=0), values.std(axis=0) + 1e-9
        model = LogisticRegression(C=PENALTY, max_iter=3000).fit((values - mean) / spread, gold)
        weights = model.coef_[0] / spread
        bias = model.intercept_[0] - weights @ mean
        said = ", ".join(f"{f.name}={w:.2f}" for f, w in zip(fields(Signs), weights, strict=True))
        print(f"{kind} ({len(gold)} names, {gold.sum()} right): (Signs({said}), {bias:.2f})")


def check(rows):
    """Print the figures of the model in use, and a table of floors."""
    golds, directs, likely = defaultdict(list), defaultdict(list), defaultdict(list)
    for question, sentences, rarity, rare in rows:
        kind = answer_kind(question.text)
        found = ()
        if kind in KINDS and sentences:
            found = find_names(question.text, kind, sentences, rarity, rare)
            found = offered(question.text, kind, found)
        texts = tuple(f.text for f in found)
        golds[question.kind].append(question.exact)
        directs[question.kind].append(Direct(ranked=texts, items=texts))
        for one in found[:1] if kind == "factoid" else found:
            likely[kind].append((one.chance, right(one.text, question.exact)))
    print(measure_factoids([g[0] for g in golds["factoid"]], directs["factoid"]))
    print(measure_lists(golds["list"], directs["list"]))
    print("| kind | chance from | said | right |\n|---|---|---|---|")
    for kind in KINDS:
        for floor in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7):
            kept = [r for chance, r in likely[kind] if chance >= floor]
            print(f"| {kind} | {floor} | {len(kept)} | {np.mean(kept or [0]):.2f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--fit", nargs="*", default=["7B"])
    parser.add_argument("--check", nargs="*", default=["8B"])
    arguments = parser.parse_args()
    path = arguments.data / "questions.jsonl.gz"

    def questions(batches):
        found = [q for batch in batches for q in read_questions(path, batch=batch)]
        return [q for q in found if q.kind in KINDS]

    with Retriever.open(arguments.index) as retriever:
        if arguments.fit:
            fit(evidence_of(retriever, questions(arguments.fit)))
        if arguments.check:
            check(evidence_of(retriever, questions(arguments.check)))


if __name__ == "__main__":
    main()
