"""What is asked of an index, and what it finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from rag.types.articles import Article, Passage

Mode = Literal["hybrid", "dense", "lexical"]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles a search may return; an empty filter leaves out only the retracted.

    Several values in one field mean any of them, several fields mean all of them. Names are
    compared without case and accents.

    Attributes:
        year_from: first year; an article without a year passes no bound on years.
        year_to: last year.
        publication_types: a type finds its narrower types too (``rag.publication_types``).
        mesh: headings without qualifiers; with all below them where a MeSH tree is given.
        journals: full titles or abbreviations.
        languages: ISO 639 codes of two or three letters, or English names.
        evidence: an inclusive range of evidence levels (``rag.evidence``).
        has_abstract: leave out what has no abstract.
        include_retracted: keep retracted articles too.
        retracted_only: keep nothing but retracted articles.
        explode: ``False`` takes types and headings as they are, without narrower ones.
    """

    year_from: int | None = None
    year_to: int | None = None
    publication_types: tuple[str, ...] = ()
    mesh: tuple[str, ...] = ()
    journals: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    evidence: tuple[int, int] | None = None
    has_abstract: bool = False
    include_retracted: bool = False
    retracted_only: bool = False
    explode: bool = True


@dataclass(frozen=True, slots=True)
class Added:
    """Words that a query is searched by besides its own; each of its own weighs 1."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of the index: the text and the lexical and dense forms made from it."""

    text: str
    k: int = 10
    mode: Mode = "hybrid"
    filters: Filter = field(default_factory=Filter)
    lexical: str = ""
    dense: str = ""
    added: tuple[Added, ...] = ()
    evidence_boost: float = 0.0
    read_as: str = ""
    """The English of a question in Chinese; empty for others."""


@dataclass(frozen=True, slots=True)
class Translation:
    """A question in English words.

    ``english`` is the question as the rules and the dense route read it, ``words`` what the
    lexical route searches: without the findings that the question denies, unless it says
    nothing else. ``pairs`` are the (source, English) terms used, in order; ``untranslated``
    is what no term covers.
    """

    source: str
    english: str
    words: str
    pairs: tuple[tuple[str, str], ...] = ()
    untranslated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StageScores:
    """The score of each stage that saw a hit; ``None`` where a stage did not return it.

    ``dense`` is a cosine in [-1, 1], ``lexical`` a BM25 score (in a hybrid
    search of BM25+), ``fused`` in [0, 1].
    """

    dense: float | None = None
    lexical: float | None = None
    fused: float | None = None
    rerank: float | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, its article, its score and 1-based rank."""

    passage: Passage
    article: Article
    score: float
    rank: int
    scores: StageScores
