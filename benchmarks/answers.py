"""Answers to BioASQ questions: are they true to their sources, and how good are they?

    python benchmarks/answers.py --data ../shared/data/bioasq --batch 9B --limit 200
    python benchmarks/answers.py --data ../shared/data/bioasq --batch 9B --limit 40 \
        --generator smollm2

Counted against the corpus file itself, not against the index: statements without a verbatim
quote, cited ids that are not in the corpus. Quality: share of citations that name a gold
article, share of answered questions, ROUGE-2 F1 of the answer against the best ideal answer
(bigrams of lower-cased words; Lin 2004), median seconds a question.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import statistics
import tempfile
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

from rag.assistant import Assistant
from rag.index.builder import ingest
from rag.models.embedder import load_embedder


def rows(path):
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        return [json.loads(line) for line in handle]


def squeeze(text):
    return " ".join(text.split())


def bigrams(text):
    words = re.findall(r"\w+", text.lower())
    return Counter(pairwise(words))


def rouge2(answer, ideal):
    a, b = bigrams(answer), bigrams(ideal)
    shared = sum((a & b).values())
    return 2 * shared / (sum(a.values()) + sum(b.values())) if shared else 0.0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--batch", default="9B")
    parser.add_argument("--limit", type=int, default=200)
    parser.add_argument("--generator", default="extractive")
    arguments = parser.parse_args()
    corpus = {
        row["_id"]: squeeze(f"{row['title']} {row['text']}")
        for row in rows(arguments.data / "corpus.jsonl.gz")
    }
    questions = [
        q
        for q in rows(arguments.data / "questions.jsonl.gz")
        if q["batch"].startswith(arguments.batch)
    ]
    # spread over the batches, the same every time
    questions = questions[:: max(1, len(questions) // arguments.limit)][: arguments.limit]
    with tempfile.TemporaryDirectory() as work:
        embedder = load_embedder()
        ingest([arguments.data / "corpus.jsonl.gz"], Path(work), embedder)
        assistant = Assistant.open(work, generator=arguments.generator, embedder=embedder)
        count = Counter()
        seconds, scores = [], []
        for question in questions:
            started = time.perf_counter()
            answer = assistant.ask(question["question"])
            seconds.append(time.perf_counter() - started)
            count[answer.status] += 1
            count["fallback"] += "nothing verified" in (answer.provenance.generator or "")
            count["dropped"] += len(answer.dropped)
            ids = {r.article.pmid for r in answer.references}
            count["ids outside the corpus"] += sum(i not in corpus for i in ids)
            for statement in answer.statements:
                count["statements"] += 1
                held = [
                    c
                    for c in statement.citations
                    if squeeze(c.quote) in corpus.get(c.article_id.split(":")[1], "")
                ]
                count["statements without a verbatim quote"] += not held
                for citation in statement.citations:
                    count["citations"] += 1
                    gold = citation.article_id.split(":")[1] in question["pmids"]
                    count["citations of gold articles"] += gold
            if answer.status == "answered":
                ideals = question["ideal_answer"]
                said = " ".join(s.text for s in answer.statements)
                scores.append(max((rouge2(said, ideal) for ideal in ideals), default=0.0))
    count["statements without a verbatim quote"] += 0
    count["ids outside the corpus"] += 0
    print(f"{arguments.generator}: {len(questions)} questions of {arguments.batch}")
    for name, value in sorted(count.items()):
        print(f"  {name}: {value}")
    gold = count["citations of gold articles"] / max(1, count["citations"])
    print(f"  citation precision (gold articles): {gold:.3f}")
    print(f"  ROUGE-2 F1 where answered: {statistics.fmean(scores or [0.0]):.3f}")
    print(f"  seconds a question: median {statistics.median(seconds):.2f}")


if __name__ == "__main__":
    main()
