"""The reference list: who is cited, in order of first citation, in NLM style.

Form after *Citing Medicine* (NLM, 2nd ed., https://www.ncbi.nlm.nih.gov/books/NBK7256/) as
PubMed prints it under "Cite": authors. Title. Journal. Date;volume(issue):pages. doi. PMID.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.corpus.language_names import language_title
from rag.evidence import level_of
from rag.types import Article, Citation, Conflict, Evidence, Reference, Relation, Statement

MOST_AUTHORS = 6
PUBMED = "https://pubmed.ncbi.nlm.nih.gov/"
TRIALS = "https://clinicaltrials.gov/study/"

_MARKS = {
    "retracted": "RETRACTED: this article was retracted.",
    "notice": "This is a notice of retraction.",
    "concern": "An expression of concern was published for this article.",
}


NOTICES = {
    "RetractionIn": "retracted by",
    "PartialRetractionIn": "partly retracted by",
    "ExpressionOfConcernIn": "expression of concern in",
    "ErratumIn": "corrected by",
    "CorrectedandRepublishedIn": "corrected and republished in",
    "RetractedandRepublishedIn": "retracted and republished in",
    "UpdateIn": "updated by",
    "RetractionOf": "retracts",
    "ExpressionOfConcernFor": "expresses concern about",
    "ErratumFor": "corrects",
    "UpdateOf": "updates",
}
"""Links to other articles that bear on whether an article still stands, in words."""


def standing(article: Article) -> list[Relation]:
    """Return the links of ``NOTICES`` that an article has, those that weigh most first."""
    order = list(NOTICES)
    return sorted(
        (r for r in article.relations if r.kind in NOTICES), key=lambda r: order.index(r.kind)
    )


def standing_text(article: Article) -> str:
    """Return those links as one line, or an empty string."""
    said = [f"{NOTICES[r.kind]} {r.target or r.citation}".strip() for r in standing(article)]
    return "; ".join(dict.fromkeys(said))


@dataclass(frozen=True, slots=True)
class Numbered:
    """Statements and conflicts with reference numbers, the references, the evidence."""

    statements: tuple[Statement, ...]
    conflicts: tuple[Conflict, ...]
    references: tuple[Reference, ...]
    evidence: tuple[Evidence, ...]


def number(
    statements: Sequence[Statement],
    conflicts: Sequence[Conflict],
    evidence: Sequence[Evidence],
) -> Numbered:
    """Renumber so that references run 1, 2, 3 … in order of first citation.

    Evidence that is not cited follows, so that one number means one article everywhere.
    """
    cited: list[int] = []
    for i, statement in enumerate(statements):  # as the answer is read: what contradicts follows
        cited += [c.n for c in statement.citations]
        cited += [c.citation.n for c in conflicts if c.statement == i]
    order = list(dict.fromkeys([*cited, *(e.n for e in evidence)]))
    new = {old: n for n, old in enumerate(order, start=1)}
    by_number = {e.n: e for e in evidence}
    renumbered = tuple(Evidence(new[n], by_number[n].hit) for n in order)

    def moved(citation: Citation) -> Citation:
        return replace(citation, n=new[citation.n])

    return Numbered(
        statements=tuple(
            replace(s, citations=tuple(sorted(map(moved, s.citations), key=lambda c: c.n)))
            for s in statements
        ),
        conflicts=tuple(replace(c, citation=moved(c.citation)) for c in conflicts),
        references=references(renumbered[: len(set(cited))]),
        evidence=renumbered,
    )


def references(evidence: Sequence[Evidence]) -> tuple[Reference, ...]:
    """Return the references of numbered evidence."""
    return tuple(Reference(e.n, e.hit.article, level_of(e.hit.article)) for e in evidence)


def author_list(article: Article) -> str:
    """Return up to six authors, then "et al."; empty where none is stated."""
    names = [a.name for a in article.authors if a.name]
    if len(names) > MOST_AUTHORS:
        names = [*names[:MOST_AUTHORS], "et al"]
    return ", ".join(names)


def nlm_reference(article: Article) -> str:
    """Return the NLM reference of an article; parts that its source lacks are left out.

    A language is named where it is not English alone. Month and day are left out, as *Citing
    Medicine* allows for journals that number their pages through a volume.
    """
    if article.id.startswith("note:"):
        return note_reference(article)
    issue = f"({article.issue})" if article.issue else ""
    pages = f":{article.pages}" if article.pages else ""
    date = str(article.year) if article.year is not None else ""
    where = f"{article.volume}{issue}{pages}".lstrip(":")
    parts = [
        author_list(article),
        article.title,
        article.journal_abbreviation or article.journal,
        ";".join(p for p in (date, where) if p),
        "" if article.language in ("", "eng", "und") else language_title(article.language),
        f"doi: {article.doi}" if article.doi else "",
        "; ".join(
            p
            for p in (
                f"PMID: {article.pmid}" if article.pmid else "",
                f"PMCID: {article.pmcid}" if article.pmcid else "",
            )
            if p
        ),
    ]
    return " ".join(_stopped(p) for p in parts if p)


def note_reference(article: Article) -> str:
    """Return how a clinical note is named: its kind, its day, its numbers."""
    numbers = [f"Note {article.id.removeprefix('note:')}"]
    numbers += [f"patient {article.subject}"] if article.subject else []
    numbers += [f"admission {article.encounter}"] if article.encounter else []
    parts = [article.title, article.publication_date, ", ".join(numbers)]
    return " ".join(_stopped(p) for p in parts if p)


def _stopped(part: str) -> str:
    part = part.strip()
    return part if part.endswith((".", "?", "!")) else f"{part}."


def pubmed_url(article: Article) -> str:
    """Return the PubMed page, the trial's, else the DOI's, else an empty string."""
    if article.pmid:
        return f"{PUBMED}{article.pmid}/"
    if article.id.startswith("nct:"):
        return f"{TRIALS}{article.id.removeprefix('nct:')}"
    return f"https://doi.org/{article.doi}" if article.doi else ""


def status_mark(article: Article) -> str:
    """Return the warning that a reader must see beside a reference, or an empty string."""
    return _MARKS.get(article.status, "")
