r"""Train the tagger of names, addresses and facilities that medlit ships.

    python -m rag.training.tagger --data ../shared/data/phi --out rag/privacy/weights

A linear-chain conditional random field (Lafferty, McCallum and Pereira 2001), fitted by
python-crfsuite (L-BFGS with both penalties) on synthetic notes (``notes``) and on the part of
``../shared/data/phi`` that is not held out; stored as fp16 numbers by hashed feature, so that no
text is in the weights. It needs Faker and python-crfsuite, which medlit itself does not.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file

from rag.privacy import tagger_features as tf
from rag.privacy.tagger import LABELS, feature_hash
from rag.privacy.vocabulary import fold
from rag.training.note_values import COUNTRIES, STATES
from rag.training.notes import ADDRESS, FACILITY, NAME, Note, Writer, marked, write

HELD_OUT = 0.4
KINDS = {
    "PERSON": NAME, "STREET_ADDRESS": ADDRESS, "GPE": ADDRESS, "ZIP_CODE": ADDRESS, "ORGANIZATION": FACILITY,
    "PATIENT": NAME, "DOCTOR": NAME,
}  # fmt: skip
LEXICAL = re.compile(r"^-?\dw=|^[pqvz]")
DROPPED = 0.2
"""Share of words and pairs that training hides, so that no one cue decides alone."""
UNLISTED = 0.3
"""Share of a note's name and place words that training takes out of the lexicon."""


def held_out(key: str) -> bool:
    """Say whether a template or document belongs to the part that is only measured on."""
    digest = hashlib.sha256(f"medlit-phi:{key}".encode()).hexdigest()
    return int(digest[:8], 16) / 2**32 < HELD_OUT


def settling(key: str, share: float) -> bool:
    """Say whether a template, though not held out, is left out to settle choices by."""
    digest = hashlib.sha256(f"medlit-phi-settle:{key}".encode()).hexdigest()
    return int(digest[:8], 16) / 2**32 < share


def presidio(
    path: Path, rng: random.Random, writer: Writer, copies: int, left_out: float
) -> Iterator[Note]:
    """Read the template sentences not held out; copies get other people and places."""
    alone = {fold(c) for c in (*COUNTRIES, *STATES)} | {"nan", "united states of america"}
    for row in json.loads(path.read_text(encoding="utf-8")):
        key = f"template-{row['template_id']}"
        if held_out(key) or settling(key, left_out):
            continue
        spans = sorted(
            (s["start_position"], s["end_position"], s["entity_type"]) for s in row["spans"]
        )
        for copy in range(copies + 1):
            at, pieces = 0, []
            for start, end, label in spans:
                if start < at:
                    continue
                value = row["full_text"][start:end]
                kind = KINDS.get(label, "")
                if label == "GPE" and fold(value) in alone:
                    kind = ""
                elif copy and label in ("PERSON", "GPE", "ORGANIZATION"):
                    value = other(value, kind, writer)
                elif copy and label == "STREET_ADDRESS" and len(value) > 12:
                    value = writer.address("\n" in value)
                pieces += [(row["full_text"][at:start], ""), (value, kind)]
                at = end
            pieces.append((row["full_text"][at:], ""))
            if copy and rng.random() < 0.15:
                change = rng.choice((str.upper, str.lower))
                pieces = [(change(text), kind) for text, kind in pieces]
            yield marked(pieces)


def other(value: str, kind: str, writer: Writer) -> str:
    """Draw another value of the same sort."""
    if kind == NAME:
        return writer.full() if " " in value else writer.rng.choice((writer.first, writer.last))()
    return writer.city() if kind == ADDRESS else writer.organisation()


def medcat(path: Path) -> Iterator[Note]:
    """Read the notes not held out. Their label HOSPITAL also marks addresses and towns."""
    for i, row in enumerate(
        json.loads(path.read_text(encoding="utf-8"))["projects"][0]["documents"]
    ):
        if any(held_out(f"medcat-{key}") for key in (row["name"], i, row.get("id", i))):
            continue
        text, spans = row["text"], []
        for mark in row["annotations"]:
            start, end = mark["start"], mark["end"]
            start += len(text[start:end]) - len(text[start:end].lstrip())
            kind = KINDS.get(mark["cui"], "")
            if not kind:
                house = re.search(
                    r"(?i)hospital|clinic|cent(er|re)|practice|health", text[start:end]
                )
                kind = FACILITY if house else ADDRESS
            spans.append((start, end, kind))
        found = {text[a:b] for a, b, kind in spans if kind == NAME and b - a > 3}
        for name in found:  # their labels miss some
            spans += [
                (m.start(), m.end(), NAME) for m in re.finditer(rf"\b{re.escape(name)}\b", text)
            ]
        yield Note(text, tuple(sorted(set(spans))))


def rows(note: Note, rng: random.Random) -> Iterator[tuple[list[list[str]], list[str]]]:
    """Yield features and labels of each segment of a note."""
    parts = tf.tokens(note.text)
    marks = [""] * len(parts)
    begins = {a for a, _, _ in note.spans}
    for a, b, kind in note.spans:
        for i, token in enumerate(parts):
            if a <= token.start < b or token.start <= a < token.end:
                marks[i] = kind
    labels: list[str] = []
    for i, kind in enumerate(marks):
        new = i == 0 or marks[i - 1] != kind or parts[i].start in begins
        labels.append("O" if not kind else f"{'B' if new else 'I'}-{kind}")
    listed = tf.lexicon()
    hidden = {
        fold(t.text)
        for t, kind in zip(parts, marks, strict=True)
        if kind and t.text.isalpha() and rng.random() < UNLISTED
    }
    modes = tf.modes(parts)
    for a, b in tf.segments(parts):
        seen = features(parts[a:b], modes[a:b], listed, hidden)
        yield [[f for f in row if not (LEXICAL.search(f) and rng.random() < DROPPED)]
               for row in seen], labels[a:b]  # fmt: skip


def features(
    parts: list[tf.Token], modes: list[str], listed: Mapping[str, str], hidden: set[str]
) -> list[list[str]]:
    """Return the features of each token of a segment, by name."""

    def flags_of(word: str) -> str:
        folded = fold(word)
        flags = listed.get(folded, "")
        return re.sub("[flcs]", "", flags) if folded in hidden else flags

    flags = [flags_of(t.text) for t in parts]
    seen = [tf.word_attributes(t.text, m, f) for t, m, f in zip(parts, modes, flags, strict=True)]
    kinds = [kind for kind, _ in seen]
    cues = [tf.cue(t.text, f) for t, f in zip(parts, flags, strict=True)]
    out: list[list[str]] = []
    for i, token in enumerate(parts):
        row = ["b", *tf.own_attributes(token.text, modes[i]), *tf.pair_attributes(kinds, cues, i)]
        for step in range(-tf.REACH, tf.REACH + 1):
            if 0 <= i + step < len(parts):
                row += [f"{step}{name}" for name in seen[i + step][1]]
            else:
                row.append(f"{step}off")
        out.append(row)
    return out


def save(model: Path, out: Path) -> int:
    """Turn the fitted model into arrays; returns the number of features kept."""
    import pycrfsuite

    tagger = pycrfsuite.Tagger()
    tagger.open(str(model))
    info = tagger.info()
    index = {label: i for i, label in enumerate(LABELS)}
    table: dict[int, npt.NDArray[np.float32]] = {}
    names: dict[int, str] = {}
    for (name, label), weight in info.state_features.items():
        key = feature_hash(name)
        if names.setdefault(key, name) != name:
            print(f"two features share a hash: {names[key]} {name}")
            continue
        table.setdefault(key, np.zeros(len(LABELS), np.float32))[index[label]] = weight
    keys = np.array(sorted(table), np.uint32)
    moves = np.zeros((len(LABELS), len(LABELS)), np.float32)
    for (a, b), weight in info.transitions.items():
        moves[index[a], index[b]] = weight
    values = np.stack([table[int(k)] for k in keys]).astype(np.float16)
    save_file({"keys": keys, "values": values, "moves": moves}, str(out / "tagger.safetensors"))
    return len(keys)


def main() -> None:
    """Train and write ``tagger.safetensors``."""
    import pycrfsuite

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--notes", type=int, default=9000)
    parser.add_argument("--iterations", type=int, default=90)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--settle", type=float, default=0.0, help="share of templates left out")
    parser.add_argument("--negatives", type=Path, help="PubMed XML: abstracts without facilities")
    args = parser.parse_args()
    rng = random.Random(args.seed)
    writer = Writer(random.Random(args.seed + 1))
    notes = write(args.notes, args.seed + 2)
    notes += presidio(args.data / "presidio_synth_v2.json", rng, writer, 2, args.settle)
    notes += list(medcat(args.data / "medcat_deid_train_data.json")) * 2
    if args.negatives:
        notes += abstracts(args.negatives, rng, args.notes // 8)
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params({"c1": 0.25, "c2": 0.02, "max_iterations": args.iterations,
                        "feature.possible_transitions": True, "feature.minfreq": 3})  # fmt: skip
    for note in notes:
        for named_features, labels in rows(note, rng):
            trainer.append(named_features, labels)
    model = args.out / "tagger.crfsuite"
    trainer.train(str(model))
    print(f"{len(notes)} notes, {save(model, args.out)} features")
    model.unlink()


def abstracts(path: Path, rng: random.Random, n: int) -> list[Note]:
    """Take sentences of PubMed abstracts that name no institution, town or person we can see."""
    from rag.corpus import read
    from rag.text import sentences
    from rag.types import Article

    listed = tf.lexicon()
    doubtful = re.compile(
        r"(?i)hospital|universit|college|school|institut|cent(er|re)|clinic|inc\b|ltd"
    )
    found: list[Note] = []
    for record in read(path):
        if len(found) >= n:
            break
        if not isinstance(record, Article) or rng.random() > 0.3:
            continue
        for section in record.sections:
            spans = sentences(section.text)
            text = section.text[spans[0][0] : spans[min(2, len(spans) - 1)][1]] if spans else ""
            names = [t.text for t in tf.tokens(text) if t.text[0].isupper()]
            if (
                text
                and not doubtful.search(text)
                and not any(
                    set("cl") & set(flags := listed.get(fold(w), ""))
                    and not set("wWe") & set(flags)
                    for w in names
                )
            ):
                found.append(Note(text, ()))
                break
    return found


if __name__ == "__main__":
    main()
