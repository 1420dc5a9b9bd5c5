"""Links to other articles that a note states in PubMed's words: "Retraction in: …".

Reference managers keep them in a note, where PubMed's own export puts them. Only the links that
bear on whether an article still stands are read; a comment or a reprint is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.corpus.fields import one_line
from rag.corpus.identity import clean_pmid
from rag.types import Relation

LINK_WORDS = {
    "RetractionIn": "Retraction in",
    "PartialRetractionIn": "Partial retraction in",
    "ExpressionOfConcernIn": "Expression of concern in",
    "ErratumIn": "Erratum in",
    "CorrectedandRepublishedIn": "Corrected and republished in",
    "RetractedandRepublishedIn": "Retracted and republished in",
    "UpdateIn": "Update in",
    "RetractionOf": "Retraction of",
    "ExpressionOfConcernFor": "Expression of concern for",
    "ErratumFor": "Erratum for",
    "UpdateOf": "Update of",
}
"""PubMed's name of a link (``Relation.kind``) → its words before a citation, as PubMed prints
them (https://pubmed.ncbi.nlm.nih.gov/help/, "Comment in", "Retraction in" and the like)."""

_KINDS = {words.casefold(): kind for kind, words in LINK_WORDS.items()}
_WORDS = "|".join(sorted(map(re.escape, LINK_WORDS.values()), key=len, reverse=True))
_LINK = re.compile(rf"\b({_WORDS}):\s*", re.IGNORECASE)
_LEADS = re.compile(rf"(?:retracted\.\s*)?(?:{_WORDS}):", re.IGNORECASE)
_TARGET = re.compile(r"[\s;,.]*\bPMID:\s*(\d{1,10})\.?\s*$", re.ASCII)


def states_links(note: str) -> bool:
    """True where a note begins with the words of a link; its ids are then those of another."""
    return _LEADS.match(note) is not None


def stated_links(notes: Iterable[str]) -> tuple[Relation, ...]:
    """Return the links that notes state, in order; each once.

    A note counts only if it begins with the words of a link. A note may state several.
    """
    found: list[Relation] = []
    for note in notes:
        if not states_links(note):
            continue
        parts = _LINK.split(note)  # what comes before, then words and citation in turn
        for words, said in zip(parts[1::2], parts[2::2], strict=True):
            match = _TARGET.search(said)
            pmid = clean_pmid(match[1]) if match else ""
            citation = one_line(said[: match.start()] if match and pmid else said)
            found.append(
                Relation(_KINDS[words.casefold()], f"pmid:{pmid}" if pmid else "", citation)
            )
    return tuple(dict.fromkeys(found))
