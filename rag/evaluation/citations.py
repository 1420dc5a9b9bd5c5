"""Do citations name the articles, and quote the snippets, that the experts of the set chose?

| figure | what |
|---|---|
| ``citation_precision`` | share of all citations whose article is gold (micro) |
| ``citation_recall`` | share of all gold articles that are cited for their question (micro) |
| ``citation_precision_macro`` | mean over questions that cite anything of their own precision |
| ``citation_recall_macro`` | mean over questions with gold articles of their own recall |
| ``snippet_precision`` | share of all citations whose quote matches a gold snippet |
| ``snippet_recall`` | share of all gold snippets that some quote matches |

A question that was not answered cites nothing: it lowers recall and leaves precision as it is.
Gold lists are not complete: an article outside may be as good, so precision is a lower bound.
An article is matched by PMID.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.evaluation.classification import ratio
from rag.types import Answer, Citation

SHARED = 0.75
"""Least share of the shorter text's words that the longer one holds."""
LEAST_WORDS = 8
"""Fewest words of the shorter text for an overlap to count. Eight to thirteen words is where
shared text is taken for the same text and not for a common phrase (Brown et al. 2020,
doi:10.48550/arXiv.2005.14165, appendix C); at three any sentence on the subject of a short title
held three of its four words."""
LEAST_IN_A_ROW = 5
"""Fewest words of a shorter text that counts where the longer one holds it word for word."""

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Snippet:
    """A text of an article that the experts marked as answering."""

    pmid: str
    text: str


@dataclass(frozen=True, slots=True)
class CitationCounts:
    """Counts of one question; figures over several come from their sums and means."""

    citations: int
    gold_citations: int
    gold_articles: int
    found_articles: int
    snippet_citations: int
    gold_snippets: int
    found_snippets: int


def matches(quote: str, snippet: str) -> bool:
    """Say whether a quote and a snippet of one article are the same words.

    They are where the shorter of the two has ``LEAST_WORDS`` words or more and the longer one
    holds at least ``SHARED`` of them, counted as often as they occur (the overlap coefficient
    of bags of lower-cased words; order does not count). So a sentence matches a snippet of three
    sentences that holds it. A shorter text must stand in the longer one word for word and in a
    row, and one of fewer than ``LEAST_IN_A_ROW`` words must be all that the other says.
    """
    a, b = sorted((_words(quote), _words(snippet)), key=len)
    if not a:
        return False
    if len(a) >= LEAST_WORDS:
        return (_bag(a) & _bag(b)).total() >= SHARED * len(a)
    return a == b or (len(a) >= LEAST_IN_A_ROW and f" {' '.join(a)} " in f" {' '.join(b)} ")


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.lower()))


@lru_cache(maxsize=4096)
def _bag(words: tuple[str, ...]) -> Counter[str]:
    return Counter(words)


def count_citations(
    answer: Answer, pmids: Sequence[str], snippets: Sequence[Snippet]
) -> CitationCounts:
    """Count the citations of an answer against the gold of its question."""
    cited = [c for s in answer.statements for c in s.citations]
    gold = set(pmids)
    quoted = [(_pmid(c), c.quote) for c in cited]
    return CitationCounts(
        citations=len(cited),
        gold_citations=sum(pmid in gold for pmid, _ in quoted),
        gold_articles=len(gold),
        found_articles=len(gold & {pmid for pmid, _ in quoted}),
        snippet_citations=sum(
            any(s.pmid == pmid and matches(quote, s.text) for s in snippets)
            for pmid, quote in quoted
        ),
        gold_snippets=len(snippets),
        found_snippets=sum(
            any(s.pmid == pmid and matches(quote, s.text) for pmid, quote in quoted)
            for s in snippets
        ),
    )


def _pmid(citation: Citation) -> str:
    prefix, _, number = citation.article_id.partition(":")
    return number if prefix == "pmid" else citation.article_id


def citation_figures(counts: Sequence[CitationCounts]) -> dict[str, float]:
    """Return the figures of the module's table over questions; 0 where nothing is to count."""

    def share(part: str, whole: str) -> float:
        return ratio(sum(getattr(c, part) for c in counts), sum(getattr(c, whole) for c in counts))

    def mean(part: str, whole: str) -> float:
        each = [getattr(c, part) / getattr(c, whole) for c in counts if getattr(c, whole)]
        return ratio(sum(each), len(each))

    return {
        "citation_precision": share("gold_citations", "citations"),
        "citation_recall": share("found_articles", "gold_articles"),
        "citation_precision_macro": mean("gold_citations", "citations"),
        "citation_recall_macro": mean("found_articles", "gold_articles"),
        "snippet_precision": share("snippet_citations", "citations"),
        "snippet_recall": share("found_snippets", "gold_snippets"),
        "citations": float(sum(c.citations for c in counts)),
    }
