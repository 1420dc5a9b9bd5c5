"""Identifiers that have a form: numbers, dates, ages, addresses of the net, phones.

Rules alone, no model; each is one pass over the text. What they do not find: names, streets, towns
and facilities (``rag.privacy.names``), numbers without label that look like measurements.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterator

from rag.privacy.contacts import contacts
from rag.privacy.dates import ages, dates
from rag.privacy.kinds import Identifier
from rag.privacy.numbers import kept, numbers

_LITERATURE = ("long number", "letters and digits", "grouped number", "grouped phone", "numeric date")
_ORDER = ("email", "url", "ip", "ssn", "fax")
_SURE = {"labelled number", "labelled phone", "IBAN", "payment card", "VIN", "DEA number", "UDI", "file name", "user name"}


def structured(text: str) -> list[Identifier]:
    """Return the identifiers of a form in order of precedence, the surest first; some overlap.

    Precedence: e-mail, web and machine addresses; social security numbers; what a label or a check
    digit proves; dates; phones; ages; other numbers.
    """
    safe = kept(text)
    starts = [start for start, _ in safe]

    def stays(one: Identifier) -> bool:
        at = bisect.bisect_right(starts, one.start) - 1
        return at >= 0 and one.start < safe[at][1] and one.rule in (*_LITERATURE, "labelled number")

    found = [one for part in _PARTS for one in part(text) if one.text and not stays(one)]
    return sorted(found, key=lambda one: (_rank(one), one.start, -one.end))


def _rank(one: Identifier) -> int:
    if one.kind in _ORDER:
        return _ORDER.index(one.kind)
    if one.rule in _SURE:
        return len(_ORDER)
    later = ("date", "age", "phone", "address")
    return len(_ORDER) + 1 + (later.index(one.kind) if one.kind in later else len(later))


_PARTS: tuple[Callable[[str], Iterator[Identifier]], ...] = (numbers, contacts, dates, ages)
