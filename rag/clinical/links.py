"""The sentences that link a disease with a finding, an age, a sex or a test: verbatim, cited.

A sentence speaks of a disease where it names it, or where its article is about the disease and
the sentence names no other one. It speaks of a finding where it holds the finding's words near
each other, outside of the names of diseases. It links the two where its article is about the
disease and it names no other one, or where its words say so (``rag.clinical.saying``): what an
article on lupus lists beside pneumonia is a sign of lupus.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.answering import fitness
from rag.answering.spans import spans
from rag.claims.aims import is_aim
from rag.clinical.diseases import Disease, Names, subject
from rag.clinical.saying import (
    Reading,
    finding_terms,
    is_denied,
    places_of,
    read_sentence,
    says,
    says_unnamed,
)
from rag.evidence import level_of
from rag.types import Article, Citation, Evidence, Finding, Hit, Reference, Statement

_TEST = (
    r"(?:tests?|testing|x[- ]?rays?|radiograph\w*|ultraso\w+|sonograph\w+|CT|MRI|scans?|imaging|tomograph\w+|biops\w+|cultures?"
    r"|serolog\w+|PCR|smears?|microscop\w+|endoscop\w+|colonoscop\w+|bronchoscop\w+|(?:physical|neurological|clinical) exam\w*"
    r"|blood (?:counts?|samples?|pressure)|urinalysis|medical history|electrocardiogra\w+|ECG|EKG|echocardiogra\w+|spirometr\w+"
    r"|lumbar puncture|antibod\w+|levels?|swabs?|angiogra\w+)"
)
_TESTING = re.compile(
    rf"\b(?:diagnosed|detected|confirmed|identified|excluded|ruled out|recogni[sz]ed)\b.{{0,60}}\b(?:by|with|using|through|on|via|from|after)\b.{{0,90}}\b{_TEST}\b"
    rf"|\bdiagnos(?:is|es)\b.{{0,60}}\b(?:based|made|relies|rests|depends|requires?|confirmed|established|suspected|includes?|involves?)\b"
    rf"|\b{_TEST}\b.{{0,90}}\b(?:to|for|can|may|should|help\w*|used to|will)\s(?:the\s)?(?:diagnos\w+|detect\w*|confirm\w*|identify\w*|rule out|exclude|look for|check|show)\b"
    rf"|\b(?:doctors?|physicians?|clinicians?|providers?|you)\b.{{0,60}}\b(?:asks?|orders?|performs?|diagnos\w+|suspects?|checks?|uses?|examines?)\b.{{0,90}}\b(?:{_TEST}|symptoms|history)\b"
    rf"|\b(?:should|must|needs? to|consider)\b.{{0,60}}\b(?:{_TEST}|ruled out|excluded|suspected)\b",
    re.I,
)
_OF_TESTS = re.compile(
    r"\b(?:we|our|novel|newly|developed|develop|assays?|sensitivit\w+|specificit\w+|accuracy|area under|AUC|cohort|participants|enrolled|versus"
    r"|kits?|algorithms?|models?|delayed|missed|adapt\w*|primers?|amplif\w*|protocols?)\b",
    re.I,
)
"""Studies of tests and of those who were tested, which tell a reader nothing to do."""
_AGES: tuple[tuple[float, float, re.Pattern[str]], ...] = (
    (0, 2, re.compile(r"\b(?:infants?|bab(?:y|ies)|newborns?|toddlers?|neonat\w+)\b", re.I)),
    (0, 13, re.compile(r"\b(?:child(?:ren)?|childhood|p(?:a)?ediatric)\b", re.I)),
    (13, 20, re.compile(r"\b(?:adolescen\w+|teen\w*|young people)\b", re.I)),
    (18, 60, re.compile(r"\b(?:adults?|adulthood|middle[- ]aged?)\b", re.I)),
    (60, 130, re.compile(r"\b(?:elderly|older (?:adults?|people|patients?|persons?|(?:wo)?men)|seniors?|aged? (?:6[05]|7\d))\b", re.I)),
)  # fmt: skip
_SEXES = {
    "female": re.compile(r"\b(?:women|woman|females?|girls?|pregnan\w+)\b", re.IGNORECASE),
    "male": re.compile(r"\b(?:men|man|males?|boys?)\b", re.IGNORECASE),
}
_CHILD, _ADULT = 13, 20
_DENYING = re.compile(
    r"\b(?:no|rarely|seldom|never|without|uncommon|unusual|mistaken)\b", re.IGNORECASE
)
_REMEDY = re.compile(
    r"\b(?:reliev\w+|reduc\w+|treat(?:ed|ments?|s)?|medic(?:ines?|ations?)|lifestyle|vaccin\w+|prevent\w*|side effects?|should)\b",
    re.IGNORECASE,
)
"""What helps against a finding, or should be done about it, does not say that the disease has it."""
_OF_SYMPTOMS = re.compile(
    r"\b(?:symptoms?|signs?|clinical features|manifestations?|presentation)\b", re.IGNORECASE
)
"""In a title: what its article lists are findings of its disease."""
_YOUNG = re.compile(r"\b(?:boys?|girls?)\b", re.IGNORECASE)
_GROWN = re.compile(r"\b(?:women|woman|men|man|pregnan\w+)\b", re.IGNORECASE)


class Citing:
    """Numbers the articles that are cited, in the order of first citation."""

    def __init__(self) -> None:
        """Cite nothing yet."""
        self._numbers: dict[str, int] = {}
        self._articles: list[Article] = []

    def statement(self, place: Place) -> Statement:
        """Return a sentence as a statement that quotes it."""
        article, passage = place.hit.article, place.hit.passage
        if article.id not in self._numbers:
            self._articles.append(article)
            self._numbers[article.id] = len(self._articles)
        citation = Citation(
            n=self._numbers[article.id],
            article_id=article.id,
            passage_id=passage.id,
            quote=place.text,
            start=passage.start + place.start,
            end=passage.start + place.end,
            verdict="supports",
            score=1.0,
            reason="quoted verbatim",
        )
        return Statement(place.text, (citation,))

    def references(self) -> tuple[Reference, ...]:
        """Return the articles that were cited, by number."""
        return tuple(
            Reference(n, article, level_of(article)) for n, article in enumerate(self._articles, 1)
        )


@dataclass(frozen=True, slots=True)
class Place:
    """A sentence of a hit: ``hit.passage.text[start:end]``, and what is read in it."""

    hit: Hit
    start: int
    end: int
    reading: Reading

    def names(self, disease: Disease) -> bool:
        """Return whether the sentence names a disease."""
        return bool(self.reading.of(disease))

    @property
    def text(self) -> str:
        """The sentence, verbatim."""
        return self.hit.passage.text[self.start : self.end]


class Split:
    """The sentences of hits, each passage read once.

    Hits are those that may be cited: none retracted, none that gives orders to its reader.
    """

    def __init__(self, names: Names) -> None:
        """Know the names by which diseases are found in sentences."""
        self.names = names
        self._read: dict[int, tuple[Place, ...]] = {}

    def of(self, hit: Hit) -> tuple[Place, ...]:
        """Return the sentences of a hit that can be said."""
        if hit.passage.id not in self._read:
            self._read[hit.passage.id] = tuple(self._places(hit))
        return self._read[hit.passage.id]

    def _places(self, hit: Hit) -> Iterable[Place]:
        for span in spans(Evidence(0, hit)):  # without the labels of sections
            text = span.text
            if fitness.is_plain_statement(text) and not is_aim(text):
                start = span.start - hit.passage.start
                yield Place(hit, start, start + len(text), read_sentence(text, self.names))


class Sentences:
    """The sentences of hits that speak of one disease."""

    def __init__(self, disease: Disease, hits: Iterable[Hit], split: Split) -> None:
        """Take the sentences of ``hits``, each passage's once."""
        self._disease = disease
        self._all: list[Place] = []
        self._own: set[int] = set()  # passages of articles that are about the disease
        self._foreign: set[int] = set()  # of articles that are about another one
        for hit in {h.passage.id: h for h in hits}.values():
            about = _is_about(hit.article, disease, split.names)
            if about:
                self._own.add(hit.passage.id)
            elif _is_of_another(hit.article, split.names):
                self._foreign.add(hit.passage.id)
            self._all += [
                place
                for place in split.of(hit)
                if place.names(disease) or (about and not place.reading.names)
            ]

    def linking(self, finding: Finding) -> Place | None:
        """Return the best sentence that links a finding with the disease, or ``None``.

        One that may deny the link goes last ("colds rarely cause a fever"). An article about the
        disease goes before one about something else, one about another disease last; then the
        finding's own words before its synonyms, a sentence that names the disease before one
        that does not, and the order of the hits.
        """
        own = [finding_terms(words) for words in (finding.name, finding.text)]
        others = [finding_terms(words) for words in finding.synonyms]
        found: list[tuple[tuple[bool, ...], Place]] = []
        for place in self._all:
            by_own = self._links(place, own)
            if by_own or self._links(place, others):
                passage = place.hit.passage.id
                order = (
                    _DENYING.search(place.text) is not None,
                    passage in self._foreign,
                    passage not in self._own,
                    not by_own,
                    not place.names(self._disease),
                )
                found.append((order, place))
        return min(found, key=lambda one: one[0])[1] if found else None

    def _links(self, place: Place, wanted: Sequence[frozenset[str]]) -> bool:
        """True where a sentence holds one of several names of a finding as the disease's."""
        reading = place.reading
        found = [
            span
            for terms in wanted
            for span in places_of(terms, reading)
            if not is_denied(reading, span)
        ]
        if not found:
            return False
        own = place.hit.passage.id in self._own
        if own and not reading.names:
            told = _OF_SYMPTOMS.search(place.hit.article.title) or says_unnamed(reading, found)
            return bool(told) and not _REMEDY.search(place.text)
        if own and not reading.others(self._disease) and not _REMEDY.search(place.text):
            return True
        foreign = place.hit.passage.id in self._foreign
        return says(reading, self._disease, found, foreign=foreign)

    def testing(self, most: int = 2) -> list[Place]:
        """Return sentences that say how the disease is found: those that name it first.

        How another disease is found is no test for this one, though the sentence may name it.
        """
        said = [
            place
            for place in self._all
            if place.hit.passage.id not in self._foreign
            and _TESTING.search(place.text)
            and not _OF_TESTS.search(place.text)
        ]
        return sorted(said, key=lambda p: not p.names(self._disease))[:most]

    def fitting(self, age: float | None, sex: str) -> list[Place]:
        """Return the first sentence that tells of the age, and of the sex, of the patient.

        One that tells of other ages alone does not fit: "older men" is no word on a boy.
        """
        ages = [p for low, high, p in _AGES if age is not None and low <= age < high]
        others = [p for _, _, p in _AGES if age is not None and p not in ages]
        others += (
            [] if age is None else [_GROWN] if age < _CHILD else [_YOUNG] if age >= _ADULT else []
        )
        wanted = ages + ([_SEXES[sex]] if sex in _SEXES else [])
        fits = [
            place
            for place in self._all
            if any(p.search(place.text) for p in ages)
            or not any(p.search(place.text) for p in others)
        ]
        out: list[Place] = []
        for pattern in wanted:
            found = next((p for p in fits if pattern.search(p.text) and p not in out), None)
            out += [found] if found else []
        return out[:2]


def _is_about(article: Article, disease: Disease, names: Names) -> bool:
    """True where a title's subject is the disease, or it names this one alone."""
    about = names.of(subject(article))
    return about == disease or (about is None and names.find(article.title) == [disease])


def _is_of_another(article: Article, names: Names) -> bool:
    """True where a title names diseases; asked of an article that is not about the one meant."""
    return names.of(subject(article)) is not None or bool(names.find(article.title))


def linked(findings: Sequence[Finding], found: Sentences) -> dict[Finding, Place]:
    """Return the findings that a sentence links with the disease."""
    places = {finding: found.linking(finding) for finding in findings}
    return {finding: place for finding, place in places.items() if place is not None}
