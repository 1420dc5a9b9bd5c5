"""Doubles for the answering room: articles cut to passages, a generator that says its lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.types import Article, Author, Evidence, Hit, Passage, Section, StageScores


def article(pmid: int, text: str, *, title: str = "", label: str = "", **facts) -> Article:
    return Article(
        id=f"pmid:{pmid}", title=title, sections=(Section(text=text, label=label),), **facts
    )


def hit(found: Article, rank: int = 1, *, score: float | None = None, dense=0.8) -> Hit:
    text = found.text
    passage = Passage(1000 + rank, found.id, "", text, 0, len(text))
    score = 1.0 / rank if score is None else score
    return Hit(passage, found, score, rank, StageScores(dense=dense))


def hits(*articles: Article) -> list[Hit]:
    return [hit(a, rank) for rank, a in enumerate(articles, start=1)]


def evidence(*texts: str) -> tuple[Evidence, ...]:
    found = hits(*(article(100 + i, t) for i, t in enumerate(texts)))
    return tuple(Evidence(n, h) for n, h in enumerate(found, start=1))


@dataclass(frozen=True)
class Named:
    name: str = "scripted"
    revision: str = ""


class ScriptedGenerator:
    """Says ``text`` in pieces of seven characters; keeps what it was shown."""

    identity = Named()

    def __init__(self, text: str, context_tokens: int = 4096) -> None:
        self.text = text
        self.context_tokens = context_tokens
        self.messages: list = []
        self.max_tokens = 0

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def stream(
        self, messages: Sequence, max_tokens: int, stop: Sequence[str] = ()
    ) -> Iterator[str]:
        self.messages = list(messages)
        self.max_tokens = max_tokens
        for at in range(0, len(self.text), 7):
            yield self.text[at : at + 7]


AUTHORS = tuple(Author(last=f"Name{i}", initials="AB") for i in range(8))
