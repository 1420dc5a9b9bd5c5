"""Nothing that is measured with may be trained on: what of the data stands in a held-out set?

Two checks, and both are counted: equality of the words (by their hash), and runs of five words
in common (``overlap``). A question is compared with the held-out questions, it and its passage
with the documents relevant to those, and each with all of them for equality. A paraphrase passes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.evaluation.layout import EvaluationSet, corpus_file, read_corpus
from rag.evaluation.qrels import relevant
from rag.training.overlap import Overlaps
from rag.training.text_pairs import TextPair

SAME_QUESTION = 0.8
"""Share of runs of words from which two questions are taken for one."""
SAME_PASSAGE = 0.5
"""The same of passages, of the shorter of the two."""
_QUESTION_RUNS = 3
"""Runs that a question must have for a share of them to be looked at."""


@dataclass(frozen=True, slots=True)
class LeakReport:
    """What a check of training pairs against held-out sets found and left out.

    Attributes:
        held_out: names of the sets.
        queries: held-out questions.
        documents: documents relevant to them.
        checked: pairs that were checked.
        by_hash: left out, since a side has the words of a held-out text.
        by_query: left out for the runs of words of the question.
        by_passage: left out for those of the passage, or of a question that is one (a section).
    """

    held_out: tuple[str, ...]
    queries: int
    documents: int
    checked: int
    by_hash: int
    by_query: int
    by_passage: int

    def line(self) -> str:
        """Say it in one line."""
        if not self.held_out:
            return "leak check: no held-out set was named, so there was nothing to check against"
        return (
            f"leak check: {self.checked:,} pairs against {self.queries:,} questions and "
            f"{self.documents:,} relevant documents of {', '.join(self.held_out)}; left out: "
            f"{self.by_hash:,} of equal words (hash), {self.by_query:,} for the question and "
            f"{self.by_passage:,} for the passage (runs of 5 words)"
        )


class HeldOut:
    """The texts of held-out sets, to check others against."""

    def __init__(self, sets: Sequence[EvaluationSet]) -> None:
        """Read the relevant documents of the sets.

        Raises:
            EvaluationError: a corpus cannot be read.
        """
        self._names = tuple(f"{one.name} ({one.split})" for one in sets)
        self._queries, self._documents = Overlaps(), Overlaps()
        self._counts = [0, 0]
        for one in sets:
            for query in one.queries:
                self._queries.add(query.text)
                self._counts[0] += 1
            wanted = relevant(one.judgements)
            for document in read_corpus(corpus_file(one.folder)):
                if document.id in wanted:
                    self._add_document(document.title, document.text)

    def _add_document(self, title: str, text: str) -> None:
        self._counts[1] += 1
        for one in {title, text, f"{title} {text}"}:
            if one.strip():
                self._documents.add(one)

    def holds(self, passage: str) -> bool:
        """Return whether a passage stands in a relevant document, or has the words of a text."""
        return (
            self._queries.holds(passage)
            or self._documents.holds(passage)
            or self._documents.nearest(passage) >= SAME_PASSAGE
        )

    def without_leaks(self, pairs: Iterable[TextPair]) -> tuple[list[TextPair], LeakReport]:
        """Return the pairs that hold nothing of the sets, and what was found."""
        kept: list[TextPair] = []
        checked = by_hash = by_query = by_passage = 0
        for pair in pairs:
            checked += 1
            both = (pair.query, pair.passage)
            if any(self._queries.holds(t) or self._documents.holds(t) for t in both):
                by_hash += 1
            elif self._queries.nearest(pair.query, _QUESTION_RUNS) >= SAME_QUESTION:
                by_query += 1
            # a question may be a section or a long title of a document
            elif max(map(self._documents.nearest, both)) >= SAME_PASSAGE:
                by_passage += 1
            else:
                kept.append(pair)
        found = LeakReport(
            held_out=self._names,
            queries=self._counts[0],
            documents=self._counts[1],
            checked=checked,
            by_hash=by_hash,
            by_query=by_query,
            by_passage=by_passage,
        )
        return kept, found
