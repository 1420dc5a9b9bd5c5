"""Labelled pairs of claim and evidence, read from sets of the field.

Each pair knows the ``group`` that it must not be parted from. Claims and evidence that are linked,
by however many steps, are one group, so that a part held out shares neither claim nor evidence
with what is trained on.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec

from rag.claims.lexicon import content_terms, coverage
from rag.errors import EvaluationError
from rag.types import Verdict


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim, a text, and what the text says of the claim.

    ``weight`` is its share in the loss; ``source`` names the set.
    """

    claim: str
    evidence: str
    label: Verdict
    source: str
    group: str
    weight: float = 1.0


_Rest = ParamSpec("_Rest")
_LABELS: dict[str, Verdict] = {
    "SUPPORT": "supports",
    "CONTRADICT": "contradicts",
    "Supports": "supports",
    "Refutes": "contradicts",
    "Neutral": "unclear",
}


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Read JSON lines, packed or not.

    Raises:
        EvaluationError: a line is no object of JSON.
        OSError: the file is not there, or not packed as its name says.
    """
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as handle:
        for at, line in enumerate(handle, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError:
                row = None
            if not isinstance(row, dict):
                raise EvaluationError(f"{path}, line {at}, is no object of JSON; mend the line")
            yield row


def _published(
    read: Callable[Concatenate[Path, _Rest], list[Pair]],
) -> Callable[Concatenate[Path, _Rest], list[Pair]]:
    """Let a reader of a set tell which one has not the form in which it is published."""

    @wraps(read)
    def told(path: Path, /, *args: _Rest.args, **named: _Rest.kwargs) -> list[Pair]:
        try:
            return read(path, *args, **named)
        except FileNotFoundError as error:
            raise EvaluationError(
                f"{error.filename} is not there; give the set as it is published"
            ) from error
        except (KeyError, TypeError) as error:
            raise EvaluationError(
                f"{path} has a row that lacks a field or holds what is not known ({error}); give "
                "the set as it is published"
            ) from error

    return told


def _packed_or_not(path: Path) -> Path:
    packed = path.with_name(f"{path.name}.gz")
    return packed if packed.is_file() else path


def part(group: str, salt: str = "") -> float:
    """Return a number in [0, 1) that depends on the group alone: which part it falls into."""
    digest = hashlib.sha256(f"{salt}{group}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


@_published
def scifact(folder: Path) -> list[Pair]:
    """Pairs of SciFact (Wadden et al. 2020, doi:10.18653/v1/2020.emnlp-main.609), given split.

    Supports and contradicts: the sentences of an abstract that the annotators marked, joined.
    Unclear: of an abstract cited with the claim but found to say nothing of it, the two sentences
    that share most words with the claim, as they stand in the abstract.
    """
    corpus = {
        row["_id"]: list(row["metadata"]["sentences"])
        for row in rows(_packed_or_not(folder / "corpus.jsonl"))
    }
    claims = list(rows(_packed_or_not(folder / "claims.jsonl")))
    home = _components([(f"c{c['id']}", [f"d{d}" for d in c["cited_doc_ids"]]) for c in claims])
    out = []
    for claim in claims:
        group, text = home[f"c{claim['id']}"], str(claim["claim"])
        marked: dict[str, tuple[Verdict, set[int]]] = {}
        for one in claim["evidence"]:
            label, at = marked.setdefault(str(one["doc_id"]), (_LABELS[one["label"]], set()))
            at.update(one["sentences"])
        for document, (label, at) in marked.items():
            said = " ".join(corpus[document][i] for i in sorted(at) if i < len(corpus[document]))
            out.append(Pair(text, said, label, "scifact", group))
        for document in map(str, claim["cited_doc_ids"]):
            if document not in marked and document in corpus:
                near = nearest(text, corpus[document], 2)
                out.append(Pair(text, " ".join(near), "unclear", "scifact", group))
    return [p for p in out if p.evidence]


@_published
def scifact_more(folder: Path, rng: random.Random) -> list[Pair]:
    """Further pairs of the same abstracts: single marked sentences, and their neighbours.

    A neighbour that was not marked and shares words with the claim is unclear.
    """
    corpus = {
        row["_id"]: list(row["metadata"]["sentences"])
        for row in rows(_packed_or_not(folder / "corpus.jsonl"))
    }
    claims = list(rows(_packed_or_not(folder / "claims.jsonl")))
    home = _components([(f"c{c['id']}", [f"d{d}" for d in c["cited_doc_ids"]]) for c in claims])
    out = []
    for claim in claims:
        group, text = home[f"c{claim['id']}"], str(claim["claim"])
        marked = {str(e["doc_id"]): set[int]() for e in claim["evidence"]}
        for one in claim["evidence"]:
            marked[str(one["doc_id"])].update(one["sentences"])
            said = " ".join(
                corpus[str(one["doc_id"])][i]
                for i in one["sentences"]
                if i < len(corpus[str(one["doc_id"])])
            )
            if said and len(marked[str(one["doc_id"])]) > len(one["sentences"]):
                label = _LABELS[one["label"]]
                out.append(Pair(text, said, label, "scifact-one", group, 0.6))
        for document in map(str, claim["cited_doc_ids"]):
            others = [
                s
                for i, s in enumerate(corpus.get(document, ()))
                if i not in marked.get(document, ())
            ]
            for near in rng.sample(nearest(text, others, 4), min(2, len(others))):
                out.append(Pair(text, near, "unclear", "scifact-near", group, 0.6))
    return out


@_published
def healthver(path: Path) -> list[Pair]:
    """Pairs of HealthVer (Sarrouti et al. 2021, doi:10.18653/v1/2021.findings-emnlp.297).

    Its evidence texts stand beside many claims: 230 claims and 475 texts are 55 groups.
    """
    read = list(rows(path))
    home = _components([(f"c{r['claim']}", [f"e{r['evidence']}"]) for r in read])
    return [
        Pair(r["claim"], r["evidence"], _LABELS[r["label"]], "healthver", home[f"c{r['claim']}"])
        for r in read
    ]


_MORE = ("{i} increases {o} compared with {c}.", "{i} leads to higher {o} than {c}.",
         "{o} is increased with {i} in comparison to {c}.", "{o} was higher after {i} than {c}.",
         "{i} increases {o}.")  # fmt: skip
_LESS = ("{i} decreases {o} compared with {c}.", "{i} leads to lower {o} than {c}.",
         "{o} is reduced with {i} in comparison to {c}.", "{o} was lower after {i} than {c}.",
         "{i} reduces {o}.")  # fmt: skip
_EQUAL = ("{i} does not change {o} compared with {c}.", "{i} has no effect on {o}.",
          "{o} does not differ between {i} and {c}.", "{i} and {c} lead to similar {o}.",
          "There is no difference in {o} between {i} and {c}.")  # fmt: skip


@_published
def evidence_inference(path: Path, rng: random.Random) -> list[Pair]:
    """Claims made from prompts of Evidence Inference 2.0 (DeYoung et al. 2020, arXiv:2005.04177).

    An effect found supports its direction and contradicts the other and none; no significant
    difference contradicts both. The group is the article. Another outcome's evidence of the same
    article is unclear where it does not name the outcome asked for.
    """
    by_article: dict[str, list[dict[str, Any]]] = {}
    for row in rows(path):
        if row["evidence"]:
            by_article.setdefault(row["pmcid"], []).append(row)
    out = []
    for article, prompts in by_article.items():
        for row in prompts:
            said = " ".join(max(row["evidence"], key=len).split())[:700]
            slots = {"i": row["intervention"], "o": row["outcome"], "c": row["comparator"]}
            label = row["label"]
            true, false = {
                "significantly increased": (_MORE, (*_LESS, *_EQUAL)),
                "significantly increase": (_MORE, (*_LESS, *_EQUAL)),
                "significantly decreased": (_LESS, (*_MORE, *_EQUAL)),
            }.get(label, (_EQUAL, (*_MORE, *_LESS)))
            out.append(_made(true, slots, said, "supports", article, rng))
            out.append(_made(false, slots, said, "contradicts", article, rng))
            other = rng.choice(prompts)
            far = coverage(content_terms(other["outcome"]) or {"?"}, content_terms(row["outcome"]))
            if far < 0.34:
                theirs = " ".join(max(other["evidence"], key=len).split())[:700]
                if coverage(content_terms(row["outcome"]) or {"?"}, content_terms(theirs)) < 0.5:
                    out.append(_made((*true, *false), slots, theirs, "unclear", article, rng))
    return out


@_published
def bioasq_yesno(path: Path, batches: Sequence[str], most: int, rng: random.Random) -> list[Pair]:
    """Yes/no questions of BioASQ (Tsatsaronis et al. 2015) with up to ``most`` gold snippets each.

    The question stands as the claim: "yes" supports, "no" contradicts. A single snippet need not
    decide it alone, so these weigh less. A snippet of another question is unclear.
    """
    asked = [row for row in rows(path) if row["type"] == "yesno" and row["batch"][:2] in batches]
    answers: dict[str, Verdict] = {"yes": "supports", "no": "contradicts"}
    out = []
    for row in asked:
        label = answers.get(str(row["exact_answer"]).strip().lower())
        texts = [" ".join(_text(s).split())[:700] for s in row["snippets"]]
        claim = row["question"].strip().rstrip("?").strip()
        if label is None or not texts:
            continue
        for text in rng.sample(texts, min(most, len(texts))):
            out.append(Pair(claim, text, label, "bioasq-yesno", f"b{row['id']}", 0.5))
        other = rng.choice(asked)
        if other is not row and other["snippets"]:
            text = " ".join(_text(rng.choice(other["snippets"])).split())[:700]
            out.append(Pair(claim, text, "unclear", "bioasq-other", f"b{row['id']}", 0.5))
    return out


def _text(snippet: object) -> str:
    return str(snippet["text"]) if isinstance(snippet, dict) else str(snippet)


def _made(
    forms: Sequence[str],
    slots: dict[str, str],
    said: str,
    label: Verdict,
    article: str,
    rng: random.Random,
) -> Pair:
    text = " ".join(rng.choice(forms).format(**slots).split())
    text = text[:1].upper() + text[1:]
    return Pair(text, said, label, "evidence-inference", article, 0.7)


def nearest(claim: str, texts: Sequence[str], most: int) -> list[str]:
    """Return the ``most`` texts that share most words with a claim, in their own order."""
    terms = content_terms(claim)
    ranked = sorted(range(len(texts)), key=lambda i: (-coverage(terms, content_terms(texts[i])), i))
    return [texts[i] for i in sorted(ranked[:most])]


def _components(edges: Sequence[tuple[str, list[str]]]) -> dict[str, str]:
    """Return node → the least node of its connected component (union-find)."""
    parent: dict[str, str] = {}

    def root(node: str) -> str:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for node, others in edges:
        for other in others:
            a, b = sorted((root(node), root(other)))
            parent[b] = a
        root(node)
    return {node: root(node) for node in parent}
