"""Doubles for the evaluation of answers: a verifier by rule, answers with direct answers."""

from __future__ import annotations

import json
from dataclasses import dataclass

from rag.models.verifier import Judgement
from rag.types import Answer, Article, Citation, Passage, Reference, Section, Statement


class TableVerifier:
    """Judges by a table of (claim, evidence) → verdict; what it lacks is unclear."""

    identity = "table-1"
    threshold = 0.5

    def __init__(self, table=None):
        self.table = table or {}
        self.calls = []
        self.closed = False

    def judge(self, pairs):
        self.calls.append(list(pairs))
        return [self._one(pair) for pair in pairs]

    def _one(self, pair):
        verdict = self.table.get(pair, "unclear")
        chances = {"supports": (0.9, 0.04), "contradicts": (0.1, 0.85), "unclear": (0.2, 0.05)}
        return Judgement(verdict, *chances[verdict])

    def close(self):
        self.closed = True


@dataclass(frozen=True)
class Named:
    text: str


@dataclass(frozen=True)
class Directed(Answer):
    """An answer with a direct answer, whichever fields ``Answer`` itself has."""

    kind: str = "summary"
    direct: str = ""
    candidates: tuple = ()


def article(pmid, text):
    return Article(id=f"pmid:{pmid}", title="", sections=(Section(text=text),))


def passage(found, number=1):
    return Passage(number, found.id, "", found.text, 0, len(found.text))


def cite(found, words, n=1, **changed):
    start = found.text.find(words)
    facts = {"quote": words, "start": start, "end": start + len(words)} | changed
    return Citation(n=n, article_id=found.id, passage_id=1, verdict="supports", score=1.0, **facts)


def answered(*statements, kind="summary", direct="", candidates=(), references=()):
    made = tuple(Statement(text, tuple(citations)) for text, *citations in statements)
    return Directed(
        "?",
        "answered",
        made,
        tuple(Reference(n, a, None) for n, a in enumerate(references, start=1)),
        kind=kind,
        direct=direct,
        candidates=tuple(Named(c) for c in candidates),
    )


def abstained(*references):
    made = tuple(Reference(n, a, None) for n, a in enumerate(references, start=1))
    return Directed("?", "insufficient_evidence", (), made)


def write_lines(path, rows):
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    return path
