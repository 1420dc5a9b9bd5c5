"""Cut an article's text into passages that fit an embedder's window.

A passage is a run of whole sentences. An article that fits the window is one passage;
a longer one is cut into parts of about equal length, at a section's start where one is
near. Only a sentence longer than the window is itself cut, at white space. Passages never
overlap and together hold every sentence.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np

from rag.text import sentences
from rag.types import Article

SPECIAL_TOKENS = 2
"""[CLS] and [SEP], which every BERT-like encoder adds."""


@dataclass(frozen=True, slots=True)
class Span:
    """A passage before it has an id: half-open offsets in ``Article.text`` and its section."""

    start: int
    end: int
    section: str


@dataclass(frozen=True, slots=True)
class _Unit:
    start: int
    end: int
    tokens: int
    opens_section: bool


def split(article: Article, token_spans: np.ndarray, window: int) -> list[Span]:
    """Return the passages of ``article`` as spans of ``article.text``, in order.

    Args:
        article: the article; an article without text has no passages.
        token_spans: (n, 2) offsets of the text's tokens, without special tokens.
        window: the embedder's window in tokens, special tokens included.
    """
    text = article.text
    if not text.strip():
        return []
    starts = token_spans[:, 0].tolist() if len(token_spans) else []
    budget = max(16, window - SPECIAL_TOKENS)
    sections = [(place.start, place.label) for place in article.section_places()]
    if len(starts) <= budget:
        return [_span(text, 0, len(text), sections)]
    # passages after the first are embedded with the title before them (see embed_text)
    title_tokens = bisect_left(starts, len(article.title))
    limit = budget - title_tokens if title_tokens <= budget // 2 else budget
    units = _units(text, starts, limit, {s for s, _ in sections})
    body = sum(u.tokens for u in units)
    parts = -(-body // limit)
    target = body / parts
    spans: list[Span] = []
    first, filled = 0, 0
    for i, unit in enumerate(units):
        full = filled + unit.tokens > (budget if not spans else limit)
        enough = filled >= target * (0.75 if unit.opens_section else 1) - unit.tokens / 2
        if filled and (full or enough):
            spans.append(_span(text, units[first].start, units[i - 1].end, sections))
            first, filled = i, 0
        filled += unit.tokens
    spans.append(_span(text, units[first].start, units[-1].end, sections))
    return spans


def embed_text(title: str, text: str, start: int) -> str:
    """Return what an embedder is given for a passage: "title", newline, "body".

    The first passage begins with the title already; later ones get it for context.
    """
    return text if start == 0 or not title else f"{title}\n{text}"


def _span(text: str, start: int, end: int, sections: list[tuple[int, str]]) -> Span:
    while end > start and text[end - 1].isspace():
        end -= 1
    labels = [label for at, label in sections if start <= at < end]
    before = [label for at, label in sections if at < start]
    # the section it lies in; a passage that starts with the title belongs to none
    label = before[-1] if before else ""
    if not label and len(labels) == 1 and start > 0:
        label = labels[0]
    if labels and sections and start in {at for at, _ in sections}:
        label = labels[0]
    return Span(start, end, label)


def _units(text: str, starts: list[int], limit: int, opens: set[int]) -> list[_Unit]:
    units: list[_Unit] = []
    for start, end in sentences(text):
        low, high = bisect_left(starts, start), bisect_left(starts, end)
        if high - low <= limit:
            units.append(_Unit(start, end, high - low, start in opens))
            continue
        at = start
        while low < high:
            step = min(low + limit, high)
            cut = starts[step] if step < high else end
            if step < high:  # back to the last white space, so that no word is cut
                blank = text.rfind(" ", at + 1, cut + 1)
                if blank > at:
                    cut = blank + 1
                    step = bisect_left(starts, cut)
            units.append(_Unit(at, cut, step - low, at in opens))
            at, low = cut, step
    return units
