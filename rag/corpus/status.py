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
_KIND = r"(?:scientific |research )?(?:article|paper|publication|study|chapter|review|report)"
_RETRACTED = re.compile(
    rf"\W{{0,2}}(?:{_KIND} )?(?i:retracted)(?: (?i:and republished|{_KIND}))?\W?\s*[:\])–—.*|-]\s*"
    r"|\W{0,2}RETRACTED\b\W{0,2}(?=\w)"
    rf"|\W{{0,2}}(?i:{_KIND} retracted)\W?\s*[:\])–—.*|-]\s*"
)
# (Retracted article. See vol. 12, pg. 3, 2014), as Web of Science writes behind a title
_RETRACTED_BEHIND = re.compile(
    rf"\s*[\[(]\s*retracted(?: {_KIND})?\b[^\])]{{0,120}}[\])]\W?$"
    r"|\s*(?::|\s[–—-])\s*retracted\W?$",
    re.IGNORECASE,
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
    """Return the status; retracted wins over notice, notice over concern.

    What types and links state goes before the title: notices too are titled "Retracted: …".
    """
    types = {name.casefold() for name in publication_types}
    kinds = {relation.kind.casefold() for relation in relations}
    told = type_in_title(title)
    if "retracted publication" in types or kinds & _GONE:
        return "retracted"
    if types & _NOTICES or "retractionof" in kinds:
        return "notice"
    if told:
        return "retracted" if told == "Retracted Publication" else "notice"
    return "concern" if "expressionofconcernin" in kinds else "current"


def type_in_title(title: str) -> str:
    """Return the publication type that publishers write beside a title, or an empty string.

    Databases learn of a retraction late or not at all, and some formats have no word for it.
    """
    if "retract" not in title.lower():  # nearly every title, and the patterns take their time
        return ""
    if _RETRACTED.match(title) or _RETRACTED_BEHIND.search(title):
        return "Retracted Publication"
    return "Retraction of Publication" if _NOTICE.match(title) else ""


def without_mark(title: str) -> str:
    """Return the title as it was before the article was retracted."""
    if not type_in_title(title):
        return title
    mark = _RETRACTED.match(title)
    return _RETRACTED_BEHIND.sub("", title[mark.end() :] if mark else title)
