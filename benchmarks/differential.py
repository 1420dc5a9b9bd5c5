r"""Diseases for described cases: medlit beside names by embedding and BM25 alone, in one run.

    python benchmarks/differential.py CASES.jsonl --index DIR \
        --synonyms benchmarks/symptom2disease_synonyms.json

``name by embedding`` ranks all names that medlit knows (its list, and what titles of the index are
about) by the cosine of name and description, with the index's embedder. ``BM25`` ranks the
subjects of the articles that the words of the description find. Every fourth case (the first, the
fifth …) was used to choose two weights of medlit; they are counted apart.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rag.clinical.differential import candidates_only
from rag.clinical.diseases import Names, listed, subject
from rag.evaluation.differential import Case, names_of, rank_of, read_cases, read_synonyms
from rag.retrieval import Retriever

SEEN = 4
SHOWN = 10
DEPTH = 50


def known_names(retriever: Retriever, cases: Sequence[Case]) -> list[str]:
    """The names of the list, and the diseases that the articles found for any case are about."""
    names = {d.name for d in listed().values()}
    for hits in retriever.search_many([c.text for c in cases], DEPTH):
        own = Names()
        own.learn(h.article for h in hits)
        found = (own.of(subject(h.article)) for h in hits)
        names |= {d.name for d in found if d is not None}
    return sorted(names)


def by_embedding(retriever: Retriever, cases: Sequence[Case]) -> list[list[str]]:
    names = known_names(retriever, cases)
    of_names = retriever.embedder.embed_documents(names)
    of_cases = retriever.embedder.embed_queries([c.text for c in cases])
    best = np.argsort(-(of_cases @ of_names.T), axis=1, kind="stable")[:, :SHOWN]
    return [[names[i] for i in row] for row in best]


def by_words(retriever: Retriever, cases: Sequence[Case]) -> list[list[str]]:
    out = []
    for hits in retriever.search_many([c.text for c in cases], DEPTH, mode="lexical"):
        own = Names()
        own.learn(h.article for h in hits)
        found = (own.of(subject(h.article)) for h in hits)
        out.append(list(dict.fromkeys(d.name for d in found if d is not None))[:SHOWN])
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", type=Path)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--synonyms", type=Path, required=True)
    parser.add_argument("--limit", type=int)
    args = parser.parse_args()
    cases = read_cases(args.cases)[: args.limit]
    synonyms = read_synonyms(args.synonyms)
    with Retriever.open(args.index) as retriever:
        systems = {
            "medlit": [
                [c.name for c in candidates_only(retriever, case.text, k=SHOWN).candidates]
                for case in cases
            ],
            "name by embedding": by_embedding(retriever, cases),
            "BM25": by_words(retriever, cases),
        }
    for name, found in systems.items():
        ranks = [
            rank_of(said, names_of(case.label, synonyms))
            for said, case in zip(found, cases, strict=True)
        ]
        parts = {
            "seen": ranks[::SEEN],
            "others": [r for i, r in enumerate(ranks) if i % SEEN],
        }
        for part, of in parts.items():
            row: dict[str, str | int | float] = {"system": name, "cases": part, "n": len(of)}
            row |= {f"top{k}": round(sum(0 < r <= k for r in of) / len(of), 3) for k in (1, 3, 5)}
            print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
