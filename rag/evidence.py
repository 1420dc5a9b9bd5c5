"""Evidence levels from publication types and MeSH headings: one table, one place.

The order follows the pyramid of the Oxford Centre for Evidence-Based Medicine (OCEBM Levels
of Evidence Working Group, 2011, https://www.cebm.ox.ac.uk/resources/levels-of-evidence/
ocebm-levels-of-evidence, its row on treatment), reduced to what an indexer states. The level
says how a study was designed, not how well it was done, and is never read from a title.

Publication types are those of NLM (https://www.nlm.nih.gov/mesh/pubtypes.html). A phase III
or IV trial is level 3: NLM's scope notes ask for no randomisation, and one that was randomised
is a Randomized Controlled Trial too. Cohort and case-control designs are no publication types:
NLM states them by headings (``Cohort Studies``, below Epidemiologic Studies, E05.318.372.500,
https://meshb.nlm.nih.gov). Such a heading counts only where no publication type says more, as
a review or a case report may be *about* cohorts. See docs/decisions/0016.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from rag.publication_types import spellings
from rag.text import fold
from rag.types import Article

UNKNOWN = 6
NAMES: dict[int, str] = {
    1: "systematic review, meta-analysis or guideline",
    2: "randomised trial",
    3: "controlled or observational study",
    4: "case report",
    5: "narrative review or opinion",
    UNKNOWN: "design not stated",
}
"""Level, 1 strongest → its words for readers."""


@dataclass(frozen=True, slots=True)
class Rule:
    """An article that bears one of the ``names`` (folded) has the level."""

    level: int
    kind: Literal["type", "mesh"]
    names: frozenset[str]


def _types(level: int, *names: str) -> Rule:
    return Rule(level, "type", frozenset(s for name in names for s in spellings(name)))


RULES: tuple[Rule, ...] = (
    _types(
        1,
        "Meta-Analysis",
        "Network Meta-Analysis",
        "Systematic Review",
        "Practice Guideline",
        "Guideline",
        "Consensus Development Conference",
        "Consensus Development Conference, NIH",
    ),
    _types(
        2,
        "Randomized Controlled Trial",
        "Randomized Controlled Trial, Veterinary",
        "Pragmatic Clinical Trial",
        "Equivalence Trial",
    ),
    _types(
        3,
        "Controlled Clinical Trial",
        "Clinical Trial",
        "Clinical Trial, Phase I",
        "Clinical Trial, Phase II",
        "Clinical Trial, Phase III",
        "Clinical Trial, Phase IV",
        "Clinical Trial, Veterinary",
        "Adaptive Clinical Trial",
        "Clinical Study",
        "Observational Study",
        "Observational Study, Veterinary",
        "Comparative Study",
        "Evaluation Study",
        "Evaluation Studies",
        "Validation Study",
        "Validation Studies",
        "Multicenter Study",
        "Twin Study",
    ),
    _types(4, "Case Reports"),
    _types(
        5,
        "Review",
        "Scoping Review",
        "Editorial",
        "Comment",
        "Letter",
        "News",
        "Newspaper Article",
        "Personal Narrative",
        "Interview",
        "Lecture",
        "Address",
    ),
    Rule(
        3,
        "mesh",
        frozenset(
            {
                "case-control studies",
                "cohort studies",
                "controlled before-after studies",
                "cross-over studies",
                "cross-sectional studies",
                "double-blind method",
                "follow-up studies",
                "historically controlled study",
                "interrupted time series analysis",
                "longitudinal studies",
                "prospective studies",
                "retrospective studies",
                "seroepidemiologic studies",
                "single-blind method",
            }
        ),
    ),
)
"""The first rule that applies decides; where none does, the level is ``UNKNOWN``."""


def evidence_level(publication_types: Iterable[str], headings: Iterable[str] = ()) -> int:
    """Return the level (1-5) that publication types and MeSH headings name, else 6."""
    names = {"type": {fold(t) for t in publication_types}, "mesh": {fold(h) for h in headings}}
    for rule in RULES:
        if not rule.names.isdisjoint(names[rule.kind]):
            return rule.level
    return UNKNOWN


def level_of(article: Article) -> int:
    """Return the evidence level of an article, 1 (strongest) to 6."""
    return evidence_level(article.publication_types, (h.descriptor for h in article.mesh))


def level_name(level: int) -> str:
    """Return the words for a level, for readers."""
    return NAMES.get(level, NAMES[UNKNOWN])
