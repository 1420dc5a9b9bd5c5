"""The values that travel between the rooms of medlit.

Every type is a frozen dataclass; no dictionary crosses a room's border. Offsets are
Python string offsets (code points), half open, into ``Article.text``.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Literal, NamedTuple

Status = Literal["current", "retracted", "notice", "concern"]
"""``notice`` is a retraction notice (not itself retracted); ``concern`` an article under an
expression of concern."""

Content = Literal["literature", "notes"]
"""What an index holds: articles, or clinical notes; never both."""

Verdict = Literal["supports", "contradicts", "unclear"]
Mode = Literal["hybrid", "dense", "lexical"]
AnswerStatus = Literal["answered", "insufficient_evidence"]
Style = Literal["clinician", "lay"]
AnswerKind = Literal["yesno", "factoid", "list", "summary"]
"""What a question asks for: yes or no, one thing, several things, or prose."""
Length = Literal["short", "medium", "long"]


@dataclass(frozen=True, slots=True)
class Section:
    """One labelled part of an abstract. ``label`` is empty for an unstructured abstract."""

    text: str
    label: str = ""
    language: str = ""


class SectionPlace(NamedTuple):
    """Where a section lies in ``Article.text``.

    Its line starts at ``start`` with the label, if that is shown; its own words are
    ``text[words:end]``.
    """

    start: int
    words: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Author:
    """A person (``last``, ``fore``, ``initials``) or a group (``collective``)."""

    last: str = ""
    fore: str = ""
    initials: str = ""
    collective: str = ""

    @property
    def name(self) -> str:
        """NLM form: ``Smith JA``, or the group's name."""
        return self.collective or f"{self.last} {self.initials}".strip()


@dataclass(frozen=True, slots=True)
class MeshQualifier:
    """A MeSH subheading, with NLM's flag for a main point of the article."""

    name: str
    major: bool = False


@dataclass(frozen=True, slots=True)
class MeshHeading:
    """A MeSH descriptor with its unique id (``D…``), major flag and qualifiers."""

    descriptor: str
    ui: str = ""
    major: bool = False
    qualifiers: tuple[MeshQualifier, ...] = ()

    @property
    def is_major(self) -> bool:
        """True where the descriptor or one of its qualifiers is a main point."""
        return self.major or any(q.major for q in self.qualifiers)


@dataclass(frozen=True, slots=True)
class Substance:
    """A substance the article is about: name, MeSH unique id, CAS or UNII number ("0": none)."""

    name: str
    ui: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """A link to another article, in PubMed's words (``RetractionOf``, ``ErratumIn``, …).

    ``target`` is an article id such as ``pmid:123``, or empty where the source gives only
    the ``citation`` text.
    """

    kind: str
    target: str = ""
    citation: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a record was read: file name (not path) and its 0-based place in the file."""

    file: str
    record: int


@dataclass(frozen=True, slots=True)
class Article:
    """One article as its source states it.

    ``id`` is ``pmid:…``, else ``doi:…``, else the source's own ``id:…``, else ``hash:…`` (of the
    normalised title and year).
    ``revised`` is ISO ``YYYY-MM-DD`` or empty, ``version`` PubMed's version of the PMID;
    ``(version, revised)`` orders revisions. ``sections`` are the abstract, or the whole text of
    a source that has no abstract; ``body`` is what follows the abstract in a full text.
    ``subject`` and ``encounter`` are the patient's and the admission's numbers in a clinical
    note (FHIR's words), and empty in literature. ``journal_id`` is NLM's unique id of the journal.
    """

    id: str
    title: str
    sections: tuple[Section, ...] = ()
    body: tuple[Section, ...] = ()
    journal: str = ""
    journal_abbreviation: str = ""
    journal_id: str = ""
    issn: str = ""
    year: int | None = None
    publication_date: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    authors: tuple[Author, ...] = ()
    doi: str = ""
    pmcid: str = ""
    mesh: tuple[MeshHeading, ...] = ()
    substances: tuple[Substance, ...] = ()
    publication_types: tuple[str, ...] = ()
    language: str = ""
    keywords: tuple[str, ...] = ()
    copyright: str = ""
    vernacular_title: str = ""
    relations: tuple[Relation, ...] = ()
    status: Status = "current"
    revised: str = ""
    version: int = 1
    subject: str = ""
    encounter: str = ""
    source: Source | None = None

    @property
    def pmid(self) -> str:
        """The PubMed id, or an empty string."""
        return self.id[5:] if self.id.startswith("pmid:") else ""

    @property
    def text(self) -> str:
        """The text that passages are cut from: title, then one line a section.

        A label stands once, before the first of the sections in a row that bear it. Passage
        offsets refer to this string, so its form is part of the index format.
        """
        lines = [self.title] if self.title else []
        before = ""
        for section in (*self.sections, *self.body):
            lines.append(f"{_shown(section.label, before)}{section.text}")
            before = section.label
        return "\n".join(lines)

    def section_places(self) -> list[SectionPlace]:
        """Return where each section, in order, lies in ``text``."""
        at = len(self.title) + 1 if self.title else 0
        before = ""
        places = []
        for section in (*self.sections, *self.body):
            words = at + len(_shown(section.label, before))
            places.append(SectionPlace(at, words, words + len(section.text), section.label))
            at, before = words + len(section.text) + 1, section.label
        return places


def _shown(label: str, before: str) -> str:
    return f"{label}: " if label and label != before else ""


@dataclass(frozen=True, slots=True)
class Deletion:
    """A citation that its source withdrew (PubMed's ``DeleteCitation``)."""

    id: str
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that could not be read, with the reason in one line.

    ``cut`` says that the file ends there before its end: more records are missing.
    """

    source: Source
    reason: str
    excerpt: str = ""
    cut: bool = False


Record = Article | Deletion | Reject


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of an article's text: ``article.text[start:end] == text``, always."""

    id: int
    article_id: str
    section: str
    text: str
    start: int
    end: int


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


@dataclass(frozen=True, slots=True)
class Evidence:
    """A hit chosen for the answer, under the number that the composer cites it by."""

    n: int
    hit: Hit


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim span of an indexed passage and what it says of the statement.

    ``start`` and ``end`` are offsets in the article's text; ``score`` is in [0, 1]. ``reason``
    says in a line why the verdict was reached; ``matched`` are words and numbers of the
    statement that the quote holds, ``missing`` those that it lacks. ``part`` is the clause of
    the statement that the quote carries, empty where it carries the whole.
    """

    n: int
    article_id: str
    passage_id: int
    quote: str
    start: int
    end: int
    verdict: Verdict
    score: float
    reason: str = ""
    matched: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    part: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer with the citations that carry it (at least one)."""

    text: str
    citations: tuple[Citation, ...]
    lead: str = ""
    """Words before the statement that introduce it ("A randomised trial (2021):"), not a claim."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A span of the evidence that contradicts the statement at index ``statement``.

    ``evidence_level`` (1 strongest, 6 not stated) and ``year`` are those of the contradicting
    article. ``stronger`` and ``later`` compare it with the best citation of the statement;
    where either holds, ``said`` is the sentence in which the answer tells of it, else empty.
    """

    statement: int
    citation: Citation
    evidence_level: int | None = None
    year: int | None = None
    stronger: bool = False
    later: bool = False
    said: str = ""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A sentence of the draft that was not said, and why."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Unused:
    """An article that was found and is not cited, and why.

    ``n`` is its number among the evidence, 0 where it was not chosen as evidence.
    """

    article_id: str
    title: str
    year: int | None
    reason: str
    n: int = 0


@dataclass(frozen=True, slots=True)
class Reference:
    """A numbered entry of the reference list."""

    n: int
    article: Article
    evidence_level: int | None


@dataclass(frozen=True, slots=True)
class Draft:
    """What a composer wrote, before anything is verified: sentences with [n] markers."""

    text: str
    composer: str
    prompt_version: str = ""


@dataclass(frozen=True, slots=True)
class Timing:
    """Wall-clock seconds of one stage."""

    stage: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Sent:
    """That a question left this machine de-identified.

    ``to`` is the server (scheme, host, port), ``identifiers`` how many were replaced in it.
    """

    to: str
    identifiers: int


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made an answer: index, models, prompt version, seconds a stage.

    ``threshold`` is the verifier's least score of a support, ``None`` where it is not known.
    ``sent`` is ``None`` where nothing left this machine.
    """

    index: str
    generation: int
    embedder: str
    generator: str
    verifier: str
    prompt_version: str
    medlit_version: str
    timings: tuple[Timing, ...] = ()
    threshold: float | None = None
    sent: Sent | None = None


@dataclass(frozen=True, slots=True)
class EvidenceFeatures:
    """What is known of the evidence for a question; shares in [0, 1], cosines above chance.

    Attributes:
        cosine: the best passage's; 0 without vectors.
        sentence: the best sentence's; 0 without an embedder.
        covered: share of the question's words in one passage, weighted by rarity.
        said: the same in one sentence.
        names: share of the question's names that one passage holds, 1 where it has none.
        rarest: 1 where the best passage holds the rarest word, else 0.
    """

    cosine: float = 0.0
    sentence: float = 0.0
    covered: float = 0.0
    said: float = 0.0
    names: float = 0.0
    rarest: float = 0.0


@dataclass(frozen=True, slots=True)
class Sufficiency:
    """Whether evidence is enough to answer from, and the features that say so.

    ``chance`` is the modelled chance that the evidence can answer, ``least`` the one that it
    needed; ``least`` is 0 where no model was asked, as where nothing was found.
    """

    enough: bool
    cosine: float | None
    coverage: float
    reason: str = ""
    chance: float = 0.0
    features: EvidenceFeatures = EvidenceFeatures()
    least: float = 0.0

    def explained(self) -> str:
        """Return the judgement, the chance and the features in one line, for ``--explain``."""
        if not self.least:
            return self.reason
        facts = ", ".join(f"{k} {v:.2f}" for k, v in asdict(self.features).items())
        why = f"{self.reason}: " if self.reason else ""
        return (
            f"{why}chance that the evidence answers {self.chance:.2f}, "
            f"at least {self.least:.2f} needed ({facts})"
        )


@dataclass(frozen=True, slots=True)
class DirectCandidate:
    """A short answer that the statement at index ``statement`` carries.

    ``score`` ranks candidates of one answer, above 0 to 1; it is no probability.
    """

    text: str
    score: float
    statement: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A verified answer, or an abstention with the closest articles as references."""

    question: str
    status: AnswerStatus
    statements: tuple[Statement, ...]
    references: tuple[Reference, ...]
    conflicts: tuple[Conflict, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    red_flags: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    provenance: Provenance | None = None
    read_as: str = ""
    """The English that a question in Chinese was answered by; empty for others."""
    unused: tuple[Unused, ...] = ()
    kind: AnswerKind = "summary"
    direct: str = ""
    """The short answer: "yes", "no" or "mixed", one name, or a list "a; b"; empty where no
    statement carries one and for a summary."""
    direct_statements: tuple[int, ...] = ()
    """Indices of the statements that carry ``direct``, the one that says most first."""
    candidates: tuple[DirectCandidate, ...] = ()
    """What could answer a factoid or a list, best first; ``direct`` is made of the first where
    these are likely enough to be right."""
    sufficiency: Sufficiency | None = None
    """Why the evidence was judged enough to answer from, or not."""

    @property
    def text(self) -> str:
        """The direct answer, then the statements, each followed by its [n] markers.

        Where a later or stronger article contradicts a statement, the sentence that says so
        follows it.
        """
        parts = []
        if self.direct:
            carriers = (self.statements[i] for i in self.direct_statements)
            cited = sorted({c.n for s in carriers for c in s.citations})
            said = (
                self.direct[:1].upper() + self.direct[1:] if self.kind == "yesno" else self.direct
            )
            parts.append(f"{said} {''.join(f'[{n}]' for n in cited)}.")
        for i, statement in enumerate(self.statements):
            marks = "".join(f"[{n}]" for n in sorted({c.n for c in statement.citations}))
            lead = f"{statement.lead} " if statement.lead else ""
            parts.append(f"{lead}{statement.text} {marks}".strip())
            parts.extend(
                f"{c.said} [{c.citation.n}]" for c in self.conflicts if c.statement == i and c.said
            )
        return " ".join(parts)
