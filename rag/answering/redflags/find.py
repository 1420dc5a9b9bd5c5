"""Finding the entries of the table in a text."""

from __future__ import annotations

import re
from bisect import bisect_left

from rag.answering.redflags.entry import RedFlag, Way
from rag.answering.redflags.table import RED_FLAGS
from rag.answering.redflags.told import Told, told

REACH = 250
"""Characters between signs that are read together: about three sentences."""


def red_flags(*texts: str, about: str = "") -> tuple[str, ...]:
    """Return the notices for the emergencies that texts tell of, in table order.

    Args:
        texts: a question, a description, or what sections of a record tell of the present; each
            is read by itself, for signs of two are none together.
        about: what else is known of the person (age, pregnancy, drugs, past): it raises nothing
            by itself, but some signs count only with it.
    """
    return tuple(f"{f.notice} ({f.source}, {f.url})" for f in flags_in(*texts, about=about))


def flags_in(*texts: str, about: str = "") -> tuple[RedFlag, ...]:
    """Return the entries of the table that texts raise, in table order; see ``red_flags``."""
    known = told(about).ever if about else ""
    raised: set[str] = set()
    for text in texts:
        read = told(text)
        if read.now.strip():
            given = f"{read.ever}\n{known}"
            raised |= {f.name for f in RED_FLAGS if any(_holds(w, read, given) for w in f.ways)}
    return tuple(f for f in RED_FLAGS if f.name in raised)


def _holds(one: Way, read: Told, given: str) -> bool:
    """True where the signs of a way stand near to each other and what it needs is so."""
    if one.is_named and not read.is_person:
        return False
    places: list[list[re.Match[str]]] = []
    for sign in one.signs:
        found = list(sign.finditer(read.now))
        if not found:
            return False
        places.append(found)
    if one.given is not None and one.given.search(given) is None:
        return False
    return any(all(_is_near(first, found) for found in places[1:]) for first in places[0])


def _is_near(one: re.Match[str], others: list[re.Match[str]]) -> bool:
    """True where one of ``others``, which are in order, begins near to a sign."""
    at = bisect_left(others, one.start() - REACH, key=re.Match.start)
    return at < len(others) and others[at].start() <= one.end() + REACH
