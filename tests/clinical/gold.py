"""Turns the marked-up notes ``gold_*.txt`` into the JSON lines that ``eval record`` reads.

python -m tests.clinical.gold     # writes gold_dev.jsonl and gold_test.jsonl beside them
"""

from __future__ import annotations

import json
import re
from pathlib import Path

HERE = Path(__file__).parent
KINDS = {
    "sy": "symptom", "si": "sign", "dx": "diagnosis", "pr": "procedure", "dr": "drug",
    "la": "lab", "vi": "vital",
}  # fmt: skip
ATTRIBUTES = {
    "neg": ("negated", True), "unc": ("uncertain", True), "fam": ("experiencer", "family"),
    "oth": ("experiencer", "other"), "past": ("time", "past"), "cond": ("time", "conditional"),
    "hi": ("abnormal", "high"), "lo": ("abnormal", "low"), "nl": ("abnormal", "normal"),
}  # fmt: skip
MARK = re.compile(r"\{([^{}|]+)\|([a-z]{2})((?:,[a-z]+)*)\}")


def notes(path):
    """Yield the notes of a marked-up file as the objects of the JSON lines."""
    head = None
    lines = []
    for line in [*path.read_text(encoding="utf-8").splitlines(), "## end - -"]:
        if line.startswith("## "):
            if head is not None:
                yield note(head, "\n".join(lines).strip("\n"))
            head, lines = line[3:].split(), []
        elif not line.startswith("# "):
            lines.append(line)


def note(head, marked):
    """Return one note: the text without its marks, and what they say with offsets."""
    id, age, sex = head
    text, findings, at = "", [], 0
    for match in MARK.finditer(marked):
        text += marked[at : match.start()]
        row = {"start": len(text), "end": len(text) + len(match[1]), "kind": KINDS[match[2]]}
        row |= {"text": match[1]}
        for name in filter(None, match[3].split(",")):
            key, value = ATTRIBUTES[name]
            row[key] = value
        text += match[1]
        at = match.end()
        findings.append(row)
    text += marked[at:]
    assert "{" not in text, id
    assert all(text[f["start"] : f["end"]] == f["text"] for f in findings)
    made = {"id": id, "text": text, "findings": findings}
    if age != "-":
        made["age"] = float(age)
    if sex != "-":
        made["sex"] = sex
    return made


def main():
    for part in ("dev", "test"):
        rows = [json.dumps(n, ensure_ascii=False) for n in notes(HERE / f"gold_{part}.txt")]
        (HERE / f"gold_{part}.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
