"""The sentences of the evidence with their exact place in the article.

A section's label ("RESULTS:") is not part of a sentence: quotes are what the authors wrote.
Adjacent sentences may be joined to one span of the same line. This module does not judge.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from rag.text import sentences
from rag.types import Evidence

_LABEL = re.compile(r"(?:[A-Z][A-Z0-9 /&,()'’-]{2,70}|[A-Z][a-z]+(?: and [a-z]+)?) ?: +(?=\S)")
_NO_KIND = re.compile(
    r"(?:unlabell?ed|unassigned|validation|limitations?|recommendations?|(?:clinical )?cases?"
    r"|case (?:report|presentation|description)|evidence (?:acquisition|synthesis)|review"
    r"|areas covered|expert (?:opinion|commentary)) ?: ",
    re.IGNORECASE,
)
"""Labels that tell nothing of what stands below them."""
_KINDS = (
    ("conclusions", re.compile(r"conclu|interpretation|implication|summary|significance", re.I)),
    ("results", re.compile(r"result|finding|observation|main outcome|discussion", re.I)),
    ("objective", re.compile(r"objective|aim|purpose|question|hypothes|goal", re.I)),
    ("background", re.compile(r"background|introduction|context|rationale|importance", re.I)),
    (
        "methods",
        re.compile(
            r"method|design|setting|participant|patient|intervention|measure|material|data"
            r"|registration|funding|exposure|sources?$",
            re.I,
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Span:
    """A verbatim span of evidence ``n``: ``article.text[start:end] == text``.

    ``kind`` is title, background, objective, methods, results, conclusions or empty;
    ``position`` is the sentence's place in its passage, 0 first to 1 last.
    """

    n: int
    start: int
    end: int
    text: str
    kind: str
    line: int
    position: float


def section_kind(label: str) -> str:
    """Return the kind of section that a label names, or an empty string."""
    return next((kind for kind, pattern in _KINDS if pattern.search(label)), "")


def spans(evidence: Evidence) -> tuple[Span, ...]:
    """Return the sentences of one piece of evidence in reading order."""
    passage, article = evidence.hit.passage, evidence.hit.article
    bounds = sentences(passage.text)
    places = article.section_places()
    starts = [place.start for place in places]
    out: list[Span] = []
    kind = ""
    line, last = -1, 0
    for i, (start, end) in enumerate(bounds):
        held = bisect_right(starts, passage.start + start) - 1
        place = places[held] if held >= 0 else None
        breaks = passage.text.count("\n", last, start)
        if breaks or line < 0:
            line += breaks or 1
            kind = section_kind(place.label if place and place.label else passage.section)
        last = end
        if place:  # what the index wrote before the section's own words
            start = max(start, place.words - passage.start)
            if start >= end:
                continue
        label = _LABEL.match(passage.text, start, end)
        if label and ((found := section_kind(label.group())) or _NO_KIND.match(label.group())):
            kind, start = found, label.end()
        offset = passage.start
        in_title = offset + end <= len(article.title)
        text = passage.text[start:end]
        if not text or article.text[offset + start : offset + end] != text:
            continue  # a passage that does not lie in its article can be no one's quote
        out.append(
            Span(
                n=evidence.n,
                start=offset + start,
                end=offset + end,
                text=text,
                kind="title" if in_title else kind,
                line=line,
                position=i / (len(bounds) - 1) if len(bounds) > 1 else 1.0,
            )
        )
    return tuple(out)


def join(first: Span, second: Span, evidence: Evidence) -> Span | None:
    """Return the span of two neighbours on one line, or None where they are not."""
    if first.n != second.n or first.line != second.line or second.start - first.end > 3:
        return None
    text = evidence.hit.article.text[first.start : second.end]
    return Span(first.n, first.start, second.end, text, second.kind, first.line, second.position)


def all_spans(evidence: Iterable[Evidence]) -> dict[int, tuple[Span, ...]]:
    """Return evidence number → its sentences."""
    return {e.n: spans(e) for e in evidence}
