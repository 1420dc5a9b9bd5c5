"""Whether an article still stands, from its publication types, its links to others and its title.

The same rule for every format. A partial retraction is not a retraction: the article stays
``current`` and its relations say the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.types import Relation, Status

_NOTICES = {"retraction of publication", "retraction notice"}
_GONE = {"retractionin", "retractedandrepublishedin"}
_RETRACTED = re.compile(
    r"\W?retracted(?: (?:article|paper|publication|study))?\W?\s*[:\])–—.-]", re.I
)
# "Retraction of the lung" is surgery: without a colon or a quotation it tells of no notice
_NOTICE = re.compile(
    r"\W?(?:retraction (?:notice|note|statement)\b|(?:notice|statement) of retraction\b"
    r"|retraction to\b|retraction(?: (?:of|for))?\W?\s?[:“\"‘'«\[])",
    re.IGNORECASE,
)


def status_of(
    publication_types: Iterable[str], relations: Iterable[Relation], title: str = ""
) -> Status:
    """Return the status; retracted wins over notice, and notice over concern."""
    types = {name.casefold() for name in (*publication_types, type_in_title(title))}
    kinds = {relation.kind.casefold() for relation in relations}
    if "retracted publication" in types or kinds & _GONE:
        return "retracted"
    if types & _NOTICES or "retractionof" in kinds:
        return "notice"
    if "expressionofconcernin" in kinds:
        return "concern"
    return "current"


def type_in_title(title: str) -> str:
    """Return the publication type that publishers write before a title, or an empty string.

    Databases learn of a retraction late or not at all, and some formats have no word for it.
    """
    if _RETRACTED.match(title):
        return "Retracted Publication"
    return "Retraction of Publication" if _NOTICE.match(title) else ""
