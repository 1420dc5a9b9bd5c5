"""Doubles for the answering room: articles cut to passages, a generator that says its lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.models.stream import Stream, Usage, Writing
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
    """Says ``text`` in pieces of seven characters; keeps what it was shown.

    With ``then``, each further draft says the next of these, the last for ever; an exception
    among them is raised after a first piece. ``finish`` is how each ends.
    """

    identity = Named()

    def __init__(
        self, text: str, context_tokens: int = 4096, then: Sequence = (), finish: str = "stop"
    ) -> None:
        self.text = text
        self.says = [text, *then]
        self.finish = finish
        self.asked: list[list] = []
        self.context_tokens = context_tokens
        self.messages: list = []
        self.max_tokens = 0

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def stream(self, messages: Sequence, max_tokens: int, stop: Sequence[str] = ()) -> Stream:
        self.messages = list(messages)
        self.asked.append(self.messages)
        self.max_tokens = max_tokens
        said = self.says[min(len(self.asked), len(self.says)) - 1]

        def write(writing: Writing) -> Iterator[str]:
            if isinstance(said, Exception):
                yield "Honey "
                raise said
            for at in range(0, len(said), 7):
                yield said[at : at + 7]
            writing.usage = Usage(self.count_tokens(self.messages[-1].content), len(said))
            writing.finish = self.finish

        return Stream(write, stop)


AUTHORS = tuple(Author(last=f"Name{i}", initials="AB") for i in range(8))
