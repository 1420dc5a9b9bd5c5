"""MedQuAD as a test collection in BEIR's layout: lay questions, and the answers as documents.

    python benchmarks/medquad_beir.py ../shared/data/medquad/pairs.jsonl.gz --to sets/medquad

Each answer is a document without a title, under the id of its pair; pairs without an answer are
left out. One id is borne by several pairs of a page (2,491 of the 12,133 ids): the second becomes
``ID.2``, the third ``ID.3``, since they answer different questions.

Queries are the distinct questions (white space squeezed) whose SHA-256 comes first, so that the
choice is the same everywhere and knows nothing of any system. Relevant are all answers to that
very question: some are asked of several sources. Answers to a question in other words are not
judged, so figures are lower than a reader would put them; they compare systems.

MedQuAD: Ben Abacha and Demner-Fushman, "A question-entailment approach to question answering",
BMC Bioinformatics 2019; CC BY 4.0. The output holds its text: keep it out of the project.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from rag.errors import EvaluationError, MedlitError
from rag.evaluation.qrels import text_lines

FIELDS = ("id", "question", "answer")


def read_pairs(path: Path) -> list[tuple[str, str, str]]:
    """Return (id, question, answer) of every pair that has an answer, in file order.

    Ids that come again are numbered (see the module's text), questions have their white space
    squeezed.

    Raises:
        EvaluationError: a line is no pair.
        CorpusError: the file cannot be opened.
    """
    pairs, bearers = [], Counter[str]()
    for number, line in text_lines(path):
        try:
            row = json.loads(line)
            own, question, answer = (row[field] for field in FIELDS)
        except (ValueError, KeyError, TypeError) as error:
            raise EvaluationError(
                f"{path}: line {number} is no pair; it must be an object with {', '.join(FIELDS)}"
            ) from error
        if not all(isinstance(value, str) for value in (own, question, answer)):
            raise EvaluationError(f"{path}: line {number}: {', '.join(FIELDS)} must be strings")
        bearers[own] += 1
        name = own if bearers[own] == 1 else f"{own}.{bearers[own]}"
        if answer.strip():
            pairs.append((name, " ".join(question.split()), answer))
    return pairs


def chosen_questions(questions: Iterable[str], count: int) -> list[str]:
    """Return ``count`` distinct questions (fewer where there are fewer), first SHA-256 first."""
    by_hash = sorted(set(questions), key=lambda q: hashlib.sha256(q.encode()).hexdigest())
    return by_hash[:count]


def write_collection(pairs: list[tuple[str, str, str]], count: int, folder: Path) -> None:
    """Write corpus, queries and judgements; the same bytes for the same pairs."""
    relevant: dict[str, list[str]] = {}
    for own, question, _ in pairs:
        relevant.setdefault(question, []).append(own)
    asked = chosen_questions(relevant, count)
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    _write_rows(
        folder / "corpus.jsonl.gz",
        ({"_id": own, "title": "", "text": answer} for own, _, answer in pairs),
    )
    _write_rows(
        folder / "queries.jsonl.gz",
        ({"_id": f"q{at}", "text": question} for at, question in enumerate(asked)),
    )
    judged = [f"q{at}\t{own}\t1\n" for at, q in enumerate(asked) for own in relevant[q]]
    table = "query-id\tcorpus-id\tscore\n" + "".join(judged)
    (folder / "qrels" / "test.tsv").write_text(table, encoding="utf-8", newline="\n")
    print(f"{folder}: {len(pairs):,} documents, {len(asked):,} queries, {len(judged):,} judgements")


def _write_rows(path: Path, rows: Iterable[dict[str, str]]) -> None:
    # no name and no time in the file, so that its bytes depend on its content alone
    with path.open("wb") as raw, gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as out:
        for row in rows:
            out.write(json.dumps(row).encode() + b"\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pairs", type=Path, help="pairs.jsonl, plain or .gz")
    parser.add_argument("--to", type=Path, required=True, help="folder of the collection")
    parser.add_argument("--queries", type=int, default=1000)
    args = parser.parse_args()
    try:
        write_collection(read_pairs(args.pairs), args.queries, args.to)
    except MedlitError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
