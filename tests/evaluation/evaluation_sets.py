"""What the tests of the evaluation share: small sets in BEIR's layout."""

from __future__ import annotations

import json
from pathlib import Path

TINY = Path(__file__).parent / "tiny"


def write_set(folder: Path, documents, queries, qrels, split="test") -> Path:
    """Write a set; ``documents`` are (id, title, text), ``qrels`` (query, document, grade)."""
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    rows = [{"_id": i, "title": t, "text": x} for i, t, x in documents]
    (folder / "corpus.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
    rows = [{"_id": i, "text": t} for i, t in queries]
    (folder / "queries.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
    lines = "".join(f"{q}\t{d}\t{g}\n" for q, d, g in qrels)
    (folder / "qrels" / f"{split}.tsv").write_text("query-id\tcorpus-id\tscore\n" + lines)
    return folder


class Notes:
    """A ``Progress`` that keeps its notes."""

    def __init__(self):
        self.notes = []

    def start(self, stage, total, unit):
        pass

    def advance(self, amount):
        pass

    def finish(self):
        pass

    def note(self, text):
        self.notes.append(text)

    def beside(self):
        return self

    @property
    def text(self):
        return "\n".join(self.notes)
