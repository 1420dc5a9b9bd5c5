"""Whether an article still stands, from its publication types and its links to others.

The same rule for every format. A partial retraction is not a retraction: the article stays
``current`` and its relations say the rest.
"""

from __future__ import annotations

from collections.abc import Iterable

from rag.types import Relation, Status

_NOTICES = {"retraction of publication", "retraction notice"}


def status_of(publication_types: Iterable[str], relations: Iterable[Relation]) -> Status:
    """Return the status; retracted wins over notice, and notice over concern."""
    types = {name.casefold() for name in publication_types}
    kinds = {relation.kind.casefold() for relation in relations}
    if "retracted publication" in types or "retractionin" in kinds:
        return "retracted"
    if types & _NOTICES or "retractionof" in kinds:
        return "notice"
    if "expressionofconcernin" in kinds:
        return "concern"
    return "current"
