"""The order in which chosen sentences are said, and the words that introduce them.

The best sentence comes first: it is the direct answer. The others follow grouped by article,
stronger evidence earlier where relevance is close; within an article they keep its order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.answering.draft import DraftSentence
from rag.answering.fitness import CONDITION
from rag.answering.prompt import neutralise
from rag.evidence import level_of
from rag.types import Article, Evidence, Style

if TYPE_CHECKING:
    from rag.answering.extractive import Candidate

CLOSE = 1.0
"""Scores (log-odds) within this of one another count as equally relevant."""
CLOSE_SIGNS = 0.15
"""The same of a description of symptoms, whose scores are in cosines."""

_BEFORE_RESULTS = ("background", "objective", "methods")
"""Kinds of section whose sentences are said after those of results and conclusions."""

_KINDS: tuple[tuple[frozenset[str], str, str], ...] = (
    (frozenset({"network meta-analysis", "meta-analysis"}), "meta-analysis", "study of studies"),
    (frozenset({"systematic review"}), "systematic review", "review of all studies"),
    (
        frozenset({"practice guideline", "guideline", "consensus development conference"}),
        "guideline",
        "guideline",
    ),
    (
        frozenset({"randomized controlled trial", "pragmatic clinical trial", "equivalence trial"}),
        "randomised trial",
        "trial with treatment given by chance",
    ),
    (frozenset({"controlled clinical trial"}), "controlled trial", "trial"),
    (
        frozenset({"clinical trial", "clinical trial, phase i", "clinical trial, phase ii"}),
        "clinical trial",
        "trial",
    ),
    (frozenset({"clinical trial, phase iii", "clinical trial, phase iv"}), "trial", "trial"),
    (frozenset({"case reports"}), "case report", "report of single patients"),
    (frozenset({"observational study"}), "observational study", "study that observed people"),
    (frozenset({"comparative study"}), "comparative study", "study that compared groups"),
    (
        frozenset({"evaluation study", "validation study", "multicenter study", "clinical study"}),
        "study",
        "study",
    ),
    (frozenset({"review"}), "review", "review"),
    (frozenset({"letter"}), "letter", "letter"),
    (frozenset({"editorial", "comment"}), "opinion article", "opinion article"),
)


def study_kind(article: Article, style: Style = "clinician") -> str:
    """Return the words for an article's design, "article" where it states none."""
    names = {t.lower() for t in article.publication_types}
    for types, words, plain in _KINDS:
        if names & types:
            return plain if style == "lay" else words
    return "article"


def lead(
    article: Article, style: Style = "clinician", *, again: bool = False, titled: bool = False
) -> str:
    """Return the words that introduce an article: "A randomised trial (2021):".

    ``titled`` adds the article's title, for a sentence that does not say what it is about.

    ``again`` says "Another", for the second of two neighbours of the same kind. An article
    of which neither design nor year is known gets no introduction.
    """
    kind = study_kind(article, style)
    title = f", “{neutralise(article.title).rstrip('.')}”" if titled and article.title else ""
    if kind == "article" and article.year is None and not title:
        return ""
    determiner = "Another" if again else ("An" if kind[0] in "aeiou" else "A")
    warning = ", retracted" if article.status == "retracted" else ""
    year = f" ({article.year}{warning})" if article.year is not None else warning
    return f"{determiner} {kind}{year}{title}:"


def arrange(
    chosen: Sequence[Candidate],
    evidence: Sequence[Evidence],
    style: Style,
    *,
    titles: bool = False,
) -> tuple[DraftSentence, ...]:
    """Return the chosen spans as sentences in reading order, introduced where a study begins.

    With ``titles`` an article is introduced by its title where its sentence names no condition.
    """
    if not chosen:
        return ()
    articles = {e.n: e.hit.article for e in evidence}
    first = max(chosen, key=lambda c: (c.score, -c.span.n))
    best: dict[int, float] = {}
    for c in chosen:
        best[c.span.n] = max(best.get(c.span.n, c.score), c.score)
    top = max(best.values())

    def rank(n: int) -> tuple[int, int, int, float, int]:
        band = int((top - best[n]) / (CLOSE_SIGNS if titles else CLOSE))
        level = level_of(articles[n])
        return (0 if n == first.span.n else 1, band, level, -best[n], n)

    out: list[DraftSentence] = []
    before = ""
    for n in sorted(best, key=rank):
        spans = [c.span for c in chosen if c.span.n == n]
        spans.sort(key=lambda s: (s != first.span, s.kind in _BEFORE_RESULTS, s.start))
        kind = study_kind(articles[n], style)
        for i, span in enumerate(spans):
            titled = titles and not CONDITION.search(span.text)
            words = ""
            if i == 0:
                words = lead(articles[n], style, again=kind == before, titled=titled)
            out.append(DraftSentence(span.text, (n,), words))
        before = kind
    return tuple(out)
