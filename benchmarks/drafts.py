"""Does a second draft help? Counted in a file of answers.

    medlit ask --questions FILE --out ANSWERS.jsonl --index DIR --generator SPEC
    python benchmarks/drafts.py ANSWERS.jsonl [MORE.jsonl …]   # or of eval answers --out

Reads ``provenance.drafts`` of each answer: how many sentences of a language model's first draft
held, how often it was asked again, what became of the second, and how often quotations took over.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, fields
from pathlib import Path


@dataclass
class Tally:
    """Counts over a file of answers."""

    answers: int = 0
    failed: int = 0
    drafted: int = 0
    first_sentences: int = 0
    first_verified: int = 0
    again: int = 0
    second_sentences: int = 0
    second_verified: int = 0
    second_better: int = 0
    second_worse: int = 0
    second_failed: int = 0
    quoted_instead: int = 0
    cut_at_limit: int = 0


def tally(path: Path) -> Tally:
    found = Tally()
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if "error" in row:
            found.failed += 1
            continue
        found.answers += 1
        drafts = row.get("answer", row)["provenance"]["drafts"]
        by_model = [d for d in drafts if d["composer"] != "extractive"]
        found.quoted_instead += len(drafts) > len(by_model) > 0
        found.cut_at_limit += sum(d["finish"] == "length" for d in by_model)
        if not by_model:
            continue
        first, *rest = by_model
        found.drafted += 1
        found.first_sentences += first["sentences"]
        found.first_verified += first["verified"]
        for second in rest:
            found.again += 1
            found.second_sentences += second["sentences"]
            found.second_verified += second["verified"]
            found.second_better += second["verified"] > first["verified"]
            found.second_worse += second["verified"] < first["verified"]
            found.second_failed += second["finish"] == "failed"
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("files", nargs="+", type=Path)
    for path in parser.parse_args().files:
        found = tally(path)
        shown = ", ".join(f"{f.name} {getattr(found, f.name)}" for f in fields(found))
        print(f"{path.name}: {shown}")


if __name__ == "__main__":
    main()
