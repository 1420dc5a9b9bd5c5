"""What an answer is made from and of: evidence, citations, statements, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

from rag.types.articles import Article
from rag.types.search import Hit

Verdict = Literal["supports", "contradicts", "unclear"]
AnswerStatus = Literal["answered", "insufficient_evidence"]
Style = Literal["clinician", "lay"]
AnswerKind = Literal["yesno", "factoid", "list", "summary"]
"""What a question asks for: yes or no, one thing, several things, or prose."""
Length = Literal["short", "medium", "long"]


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


def citation_marks(numbers: Iterable[int], references: Iterable[Reference]) -> str:
    """Return the markers of references, each number once: ``[1][2][retracted]``.

    Behind the number of a retracted article stands ``[retracted]``, wherever it is cited.
    """
    retracted = {r.n for r in references if r.article.status == "retracted"}
    return "".join(
        f"[{n}][retracted]" if n in retracted else f"[{n}]" for n in sorted(set(numbers))
    )


@dataclass(frozen=True, slots=True)
class Draft:
    """What a composer wrote, before anything is verified: sentences with [n] markers."""

    text: str
    composer: str
    prompt_version: str = ""
    finish: str = ""
    """Why the writer stopped: ``stop`` of itself, ``length`` at its bound; empty where not told."""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    temperature: float | None = None
    seed: int | None = None
    """How a language model was told to choose words; ``None`` where none wrote."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """What became of one draft; an answer is made of the one that is ``kept``.

    ``finish`` is that of ``Draft``, or ``failed`` for a draft that was never finished. Tokens are
    ``None`` where the writer does not count them.
    """

    composer: str
    sentences: int
    verified: int
    kept: bool
    finish: str = ""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


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
    ``sent`` is ``None`` where nothing left this machine. ``drafts`` are in the order in which
    they were written. ``temperature`` and ``seed`` are ``None`` where no language model wrote.
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
    temperature: float | None = None
    seed: int | None = None
    drafts: tuple[Drafted, ...] = ()


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
    """A short answer: words of the evidence that could be one.

    ``score`` is the modelled chance that it is right, above 0 to 1. ``statement`` is the index of
    a statement that holds it word for word, ``None`` where none does: it is not said then.
    """

    text: str
    score: float
    statement: int | None


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
    notes: tuple[str, ...] = ()
    """What a reader must know of how it was made, as that no draft of the model held."""

    @property
    def text(self) -> str:
        """The direct answer, then the statements, each followed by its [n] markers.

        Where a later or stronger article contradicts a statement, the sentence that says so
        follows it. The marker of a retracted article is ``[n][retracted]``.
        """
        parts = []
        if self.direct:
            carriers = (self.statements[i] for i in self.direct_statements)
            said = (
                self.direct[:1].upper() + self.direct[1:] if self.kind == "yesno" else self.direct
            )
            parts.append(f"{said} {self.marks(c.n for s in carriers for c in s.citations)}.")
        for i, statement in enumerate(self.statements):
            marks = self.marks(c.n for c in statement.citations)
            lead = f"{statement.lead} " if statement.lead else ""
            parts.append(f"{lead}{statement.text} {marks}".strip())
            parts.extend(
                f"{c.said} {self.marks([c.citation.n])}"
                for c in self.conflicts
                if c.statement == i and c.said
            )
        return " ".join(parts)

    def marks(self, numbers: Iterable[int]) -> str:
        """Return the markers of these references as the text has them."""
        return citation_marks(numbers, self.references)
