"""Literature as its sources state it: articles, their parts, and passages cut from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Status = Literal["current", "retracted", "notice", "concern"]
"""``notice`` is a retraction notice (not itself retracted); ``concern`` an article under an
expression of concern."""

Content = Literal["literature", "notes"]
"""What an index holds: articles, or clinical notes; never both."""


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
