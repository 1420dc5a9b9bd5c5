"""Evidence levels from PubMed publication types: one table, one place.

The order follows the pyramid of the Oxford Centre for Evidence-Based Medicine
(Levels of Evidence, 2011, https://www.cebm.ox.ac.uk), reduced to what publication types
can tell. The level says how a study was designed, not how well it was done. Publication
types are those of NLM (https://www.nlm.nih.gov/mesh/pubtypes.html).
"""

from __future__ import annotations

from collections.abc import Iterable

LEVELS: dict[int, tuple[str, frozenset[str]]] = {
    1: (
        "systematic review, meta-analysis or guideline",
        frozenset(
            {
                "meta-analysis",
                "network meta-analysis",
                "systematic review",
                "practice guideline",
                "guideline",
                "consensus development conference",
                "consensus development conference, nih",
            }
        ),
    ),
    2: (
        "randomised trial",
        frozenset(
            {
                "randomized controlled trial",
                "randomized controlled trial, veterinary",
                "pragmatic clinical trial",
                "equivalence trial",
                "clinical trial, phase iii",
                "clinical trial, phase iv",
            }
        ),
    ),
    3: (
        "controlled or observational study",
        frozenset(
            {
                "controlled clinical trial",
                "clinical trial",
                "clinical trial, phase i",
                "clinical trial, phase ii",
                "adaptive clinical trial",
                "clinical study",
                "clinical trial, veterinary",
                "observational study",
                "observational study, veterinary",
                "comparative study",
                "evaluation study",
                "evaluation studies",
                "validation study",
                "multicenter study",
                "twin study",
            }
        ),
    ),
    4: ("case report", frozenset({"case reports"})),
    5: (
        "narrative review or opinion",
        frozenset({"review", "editorial", "comment", "letter", "news", "personal narrative"}),
    ),
}
"""Level (1 strongest) → (name, publication types in lower case)."""

UNKNOWN = 6
UNKNOWN_NAME = "design not stated"


def evidence_level(publication_types: Iterable[str]) -> int:
    """Return the strongest level (1–5) that the publication types name, else 6."""
    names = {name.lower() for name in publication_types}
    for level, (_, types) in LEVELS.items():
        if names & types:
            return level
    return UNKNOWN


def level_name(level: int) -> str:
    """Return the words for a level, for readers."""
    return LEVELS[level][0] if level in LEVELS else UNKNOWN_NAME
