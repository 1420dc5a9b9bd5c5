"""The sentences that link a disease with a finding, an age, a sex or a test: verbatim, cited.

A sentence speaks of a disease where it names it, or where its article is about the disease and
the sentence names no other one. It speaks of a finding where it holds the finding's words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rag.answering import fitness
from rag.answering.hostile import is_hostile, unsayable
from rag.claims.lexicon import content_terms
from rag.clinical.diseases import Disease, Names, subject
from rag.evidence import level_of
from rag.text import sentences
from rag.types import Article, Citation, Finding, Hit, Reference, Statement

_TEST = re.compile(
    r"\b(?:diagnos\w+|tests?|testing|tested|x-?rays?|radiograph\w*|ultraso\w+|CT|MRI|scans?|biops\w+|cultures?"
    r"|serolog\w+|PCR|smears?|endoscop\w+|physical exam\w*|blood counts?|ask(?:s|ed)? (?:about|if)|medical history"
    r"|electrocardiogra\w+|ECG|EKG|spirometr\w+)\b"
)
_DONE = re.compile(
    r"\b(?:diagnos\w+|detect\w*|confirm\w*|rule\w* out|show\w*|perform\w*|order\w*|use[sd]?|ask\w*|check\w*)\b",
    re.I,
)
_AGES: tuple[tuple[float, float, re.Pattern[str]], ...] = (
    (0, 2, re.compile(r"\b(?:infants?|bab(?:y|ies)|newborns?|toddlers?|neonat\w+)\b", re.I)),
    (0, 13, re.compile(r"\b(?:child(?:ren)?|childhood|p(?:a)?ediatric)\b", re.I)),
    (13, 20, re.compile(r"\b(?:adolescen\w+|teen\w*|young people)\b", re.I)),
    (18, 60, re.compile(r"\b(?:adults?|adulthood|middle[- ]aged?)\b", re.I)),
    (60, 130, re.compile(r"\b(?:elderly|older (?:adults?|people|patients?)|seniors?|aged? (?:6[05]|7\d))\b", re.I)),
)  # fmt: skip
_SEXES = {
    "female": re.compile(r"\b(?:women|woman|females?|girls?|pregnan\w+)\b", re.IGNORECASE),
    "male": re.compile(r"\b(?:men|man|males?|boys?)\b", re.IGNORECASE),
}
LONGEST = 60
"""Words of a sentence that is shown."""


class Citing:
    """Numbers the articles that are cited, in the order of first citation."""

    def __init__(self) -> None:
        """Cite nothing yet."""
        self._numbers: dict[str, int] = {}
        self._articles: list[Article] = []

    def statement(self, hit: Hit, start: int, end: int) -> Statement:
        """Return the sentence at ``hit.passage.text[start:end]`` as a statement that quotes it."""
        article, passage = hit.article, hit.passage
        if article.id not in self._numbers:
            self._articles.append(article)
            self._numbers[article.id] = len(self._articles)
        text = passage.text[start:end]
        citation = Citation(
            n=self._numbers[article.id],
            article_id=article.id,
            passage_id=passage.id,
            quote=text,
            start=passage.start + start,
            end=passage.start + end,
            verdict="supports",
            score=1.0,
            reason="quoted verbatim",
        )
        return Statement(text, (citation,))

    def references(self) -> tuple[Reference, ...]:
        """Return the articles that were cited, by number."""
        return tuple(
            Reference(n, article, level_of(article)) for n, article in enumerate(self._articles, 1)
        )


class Sentences:
    """The sentences of hits that speak of one disease."""

    def __init__(self, disease: Disease, hits: Iterable[Hit], names: Names) -> None:
        """Take the sentences of ``hits``, each article's passages once."""
        self._all: list[tuple[Hit, int, int, frozenset[str]]] = []
        seen: set[int] = set()
        for hit in hits:
            if hit.passage.id in seen or hit.article.status in {"retracted", "notice"}:
                continue
            seen.add(hit.passage.id)
            if is_hostile(f"{hit.article.title}\n{hit.passage.text}"):
                continue
            about = _is_about(hit.article, disease, names)
            for start, end in sentences(hit.passage.text):
                text = hit.passage.text[start:end]
                if not _can_be_said(text):
                    continue
                named = names.find(text)
                if disease in named or (about and not named):
                    self._all.append((hit, start, end, content_terms(text)))

    def linking(self, finding: Finding) -> tuple[Hit, int, int] | None:
        """Return the first sentence that holds a finding's words, the most findings first."""
        wanted = [content_terms(words) for words in (finding.name, finding.text)]
        for hit, start, end, terms in self._all:
            if any(w and w <= terms for w in wanted):
                return hit, start, end
        return None

    def testing(self, most: int = 2) -> list[tuple[Hit, int, int]]:
        """Return sentences that say how the disease is found."""
        out = []
        for hit, start, end, _ in self._all:
            text = hit.passage.text[start:end]
            if _TEST.search(text) and _DONE.search(text):
                out.append((hit, start, end))
        return out[:most]

    def fitting(self, age: float | None, sex: str) -> list[tuple[Hit, int, int]]:
        """Return the first sentence that tells of the age, and of the sex, of the patient."""
        wanted = [p for low, high, p in _AGES if age is not None and low <= age < high]
        wanted += [_SEXES[sex]] if sex in _SEXES else []
        out: list[tuple[Hit, int, int]] = []
        for pattern in wanted:
            for hit, start, end, _ in self._all:
                if pattern.search(hit.passage.text[start:end]) and (hit, start, end) not in out:
                    out.append((hit, start, end))
                    break
        return out[:2]


def _can_be_said(text: str) -> bool:
    return (
        fitness.SHORTEST_PLAIN <= len(text.split()) <= LONGEST
        and not text.rstrip().endswith(("?", ":"))
        and not unsayable(text)
    )


def _is_about(article: Article, disease: Disease, names: Names) -> bool:
    about = names.of(subject(article))
    return about == disease or (about is None and disease in names.find(article.title))


def linked(findings: Sequence[Finding], found: Sentences) -> dict[Finding, tuple[Hit, int, int]]:
    """Return the findings that a sentence links with the disease."""
    out = {}
    for finding in findings:
        if place := found.linking(finding):
            out[finding] = place
    return out
