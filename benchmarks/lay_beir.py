"""Make test sets of questions as lay people write them, in BEIR's layout.

    python benchmarks/lay_beir.py --data ../shared/data --to sets/lay
    medlit eval retrieval --data sets/lay/plain --data sets/lay/message --mode all

Queries are the patient-written descriptions of ``symptoms/symptom2disease.jsonl.gz``, the corpus is
the answers of MedQuAD (``medquad/pairs.jsonl.gz``), and relevant are the answers whose ``focus``
is the disease that the description was written for, by the table below. A description seldom
determines its disease, and MedQuAD has several answers on most: the figures are low and compare
systems, they do not say how well a patient is served.

Four sets are written. ``plain`` has the descriptions with an even id, ``message`` the same between
a greeting with the person's age and a farewell. The rules of ``rag/retrieval/cleaning.py``
were made with these in view. ``plain-odd`` and ``message-odd`` have the odd ids, and greetings and
farewells that were written before the rules; a few of them were seen while the rules were made.
Theirs are the figures to report.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from pathlib import Path

FOCUS = {
    "Psoriasis": ("Psoriasis", "Guttate psoriasis", "psoriatic arthritis", "Psoriatic Arthritis"),
    "Fungal infection": ("Fungal Infections", "Tinea Infections", "Athlete's Foot"),
    "Bronchial Asthma": ("Asthma", "allergic asthma", "Asthma in Children"),
    "urinary tract infection": (
        "Urinary Tract Infections",
        "Urinary Tract Infection In Adults",
        "Pyelonephritis: Kidney Infection",
    ),
    "Varicose Veins": ("Varicose Veins",),
    "Common Cold": ("Common Cold",),
    "Hypertension": ("High Blood Pressure", "High Blood Pressure and Kidney Disease"),
    "allergy": ("Allergy", "Hay Fever"),
    "Typhoid": ("Typhoid Fever",),
    "Chicken pox": ("Chickenpox",),
    "Dengue": ("Dengue", "Dengue fever"),
    "Pneumonia": ("Pneumonia",),
    "Dimorphic Hemorrhoids": ("Hemorrhoids",),
    "Acne": ("Acne",),
    "Migraine": ("Migraine",),
    "Cervical spondylosis": ("Neck Injuries and Disorders",),
    "Malaria": ("Malaria",),
    "gastroesophageal reflux disease": ("GERD", "Heartburn"),
    "drug reaction": ("Drug Reactions",),
    "diabetes": ("Diabetes", "Diabetes Type 2", "Diagnosis of Diabetes and Prediabetes"),
    "Impetigo": ("Impetigo",),
    "Arthritis": ("Arthritis", "Osteoarthritis", "Rheumatoid Arthritis", "rheumatoid arthritis"),
    "Jaundice": ("Jaundice",),
    "peptic ulcer disease": ("Peptic Ulcer",),
}
"""Label of a description → names of MedQuAD's ``focus``."""

EVEN = (
    (
        "Hello doctor, I am a 45 year old woman and I am writing to you for the first time.",
        "I am so worried. What could this be? Thank you in advance.",
    ),
    (
        "Hi everyone, I hope someone can help me. I'm 23, male.",
        "Please help, I don't know what to do. Thanks a lot!",
    ),
    (
        "Good morning. My mother is 71 years old and asked me to write this for her.",
        "Should she see a doctor? We would be grateful for any advice. Kind regards, Anna",
    ),
)
ODD = (
    (
        "Dear Sir or Madam, sorry to bother you with this, I am 38 years of age and a teacher "
        "from Leeds.",
        "Is it something serious? Looking forward to your reply. Best wishes",
    ),
    (
        "Hey guys, first post here so be nice :) I'm a guy in my late twenties and otherwise fit.",
        "Has anyone had anything like this before? Any ideas would be appreciated. Cheers, Tom",
    ),
    (
        "Good evening doc, hope you are well. I'm a 62-year-old retired nurse and live alone.",
        "It really scares me and my family doctor has no appointments. What should I do? "
        "Many thanks for taking the time to read this.",
    ),
)
"""What stands before and after a description, in turn."""


def read(path):
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def write_set(folder, corpus, queries, judgements):
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    (folder / "corpus.jsonl").write_text(corpus, encoding="utf-8")
    lines = [json.dumps({"_id": n, "text": text}) for n, text in queries.items()]
    (folder / "queries.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    rows = [f"{n}\t{d}\t1" for n, documents in judgements.items() for d in documents]
    (folder / "qrels" / "test.tsv").write_text("\n".join(["query\tdocument\tgrade", *rows, ""]))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="has symptoms/ and medquad/")
    parser.add_argument("--to", type=Path, required=True)
    given = parser.parse_args()
    # MedQuAD's ids are not unique, so the line makes the name here too
    pairs = enumerate(read(given.data / "medquad/pairs.jsonl.gz"), 1)
    answers = [r | {"id": f"m{n}"} for n, r in pairs if r["answer"].strip()]
    about = {}
    for answer in answers:
        about.setdefault(answer["focus"], []).append(answer["id"])
    missing = [name for names in FOCUS.values() for name in names if name not in about]
    if missing:
        print(f"MedQuAD has no answer on {', '.join(missing)}", file=sys.stderr)
        return 1
    corpus = "".join(
        json.dumps({"_id": r["id"], "title": "", "text": r["answer"]}) + "\n" for r in answers
    )
    described = read(given.data / "symptoms/symptom2disease.jsonl.gz")
    for rest, ending, frames in ((0, "", EVEN), (1, "-odd", ODD)):
        # ids begin anew with each disease, so the line makes the name
        rows = [
            r | {"line": f"s{n}"} for n, r in enumerate(described, 1) if int(r["id"]) % 2 == rest
        ]
        plain = {r["line"]: r["text"] for r in rows}
        message = {}
        for at, row in enumerate(rows):
            before, after = frames[at % len(frames)]
            message[row["line"]] = f"{before} {row['text']} {after}"
        judged = {r["line"]: [d for f in FOCUS[r["label"]] for d in about[f]] for r in rows}
        write_set(given.to / f"plain{ending}", corpus, plain, judged)
        write_set(given.to / f"message{ending}", corpus, message, judged)
        print(f"{len(rows)} queries in plain{ending} and in message{ending}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
