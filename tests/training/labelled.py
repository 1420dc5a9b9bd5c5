"""Small labelled sets and a file of literature in the forms that the verifier is trained on."""

from __future__ import annotations

import gzip
import json

from rag.training.verifier import LABELLED
from tests.support import pubmed_file, pubmed_record

SUBJECTS = ["aspirin", "vaccine", "placebo", "dose", "treatment", "trial"]
THINGS = ["fever", "cough", "pertussis", "pain", "heart risk"]


def packed(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as handle:
        handle.writelines(json.dumps(row) + "\n" for row in rows)


def labelled(folder, claims=60):
    """Write ``LABELLED`` into a folder: each claim with a text of its own, labels in turn."""
    names = [(SUBJECTS[i % 6], THINGS[i % 5], i) for i in range(claims)]
    texts = [f"The {a} lowered {b} in {i} adults." for a, b, i in names]
    packed(
        folder / "scifact" / "corpus.jsonl.gz",
        [
            {"_id": str(i), "metadata": {"sentences": [text, "Children had a vaccine."]}}
            for i, text in enumerate(texts)
        ],
    )
    rows = []
    for a, b, i in names:
        label = ("SUPPORT", "CONTRADICT", None)[i % 3]
        does = "increases" if label == "CONTRADICT" else "lowers"
        marks = [{"doc_id": str(i), "label": label, "sentences": [0]}] if label else []
        rows.append({"id": str(i), "claim": f"The {a} {does} {b}.", "evidence": marks,
                     "cited_doc_ids": [str(i)]})  # fmt: skip
    packed(folder / "scifact" / "claims.jsonl.gz", rows)
    labels = ("Supports", "Refutes", "Neutral")
    packed(
        folder / "healthver" / "dev.jsonl.gz",
        [
            {"claim": f"{b} {i} is a risk of the {a}", "evidence": f"{text} It was a risk.",
             "label": labels[i % 3]}
            for (a, b, i), text in zip(names, texts, strict=True)
        ],
    )  # fmt: skip
    packed(
        folder / "evidence-inference" / "prompts.jsonl.gz",
        [
            {"pmcid": f"P{i}", "intervention": a, "outcome": b, "comparator": "placebo",
             "label": "significantly decreased", "evidence": [text]}
            for (a, b, i), text in list(zip(names, texts, strict=True))[:12]
        ],
    )  # fmt: skip
    packed(
        folder / "bioasq" / "questions.jsonl.gz",
        [
            {"id": str(i), "batch": "7B1", "type": "yesno", "question": f"Is {b} a risk of {a}?",
             "exact_answer": "yes" if i % 2 else "no", "snippets": [{"text": texts[i]}]}
            for a, b, i in names[:12]
        ],
    )  # fmt: skip
    assert all((folder / name).is_dir() for name in LABELLED)
    return folder


def literature(path, articles=8):
    """Write articles whose titles state what a sentence of the abstract says."""
    return pubmed_file(path, *(
        pubmed_record(
            i,
            f"The vaccine lowers the risk of cough in {i} adults.",
            f"We studied {i} adults in a trial. The trial was done over two years of the cough. "
            f"The vaccine significantly lowered the risk of cough in {i} adults with fever. "
            "Heart pain was higher in the adults than in children with placebo.",
        )
        for i in range(1, articles + 1)
    ))  # fmt: skip
