"""Finding the entries of the table in a text, and in measured values."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rag.answering.redflags.entry import RedFlag, Way
from rag.answering.redflags.numbers import in_digits, read_values, without_superseded
from rag.answering.redflags.person import person_of
from rag.answering.redflags.scores import with_scores
from rag.answering.redflags.table import RED_FLAGS
from rag.answering.redflags.told import GONE, Told, told
from rag.answering.redflags.values import Value, current

REACH = 250
"""Characters between signs that are read together: about three sentences."""
_OVER = re.compile(
    r"\b(?:discharge (?:summary|diagnos\w+|medications?|condition|exam\w*|vitals|labs)|(?:was|been|is) discharged|discharged (?:home|to|on))\b"
)


@dataclass(frozen=True, slots=True)
class Measurements:
    """What is measured of a person beside a text.

    Attributes:
        values: in the order of the record.
        age: in years, where it is known.
        is_over: the record tells of a stay that is over.
    """

    values: tuple[Value, ...] = ()
    age: float | None = None
    is_over: bool = False


def red_flags(
    *texts: str, about: str = "", measured: Measurements = Measurements()
) -> tuple[str, ...]:
    """Return the notices for the emergencies that texts tell of, in table order.

    Args:
        texts: a question, a description, or what sections of a record tell of the present; each
            is read by itself, for signs of two are none together.
        about: what else is known of the person (age, pregnancy, drugs, past): it raises nothing
            by itself, but some signs count only with it.
        measured: values that are known besides those of the texts; of a measure that stands in
            both, these count. Values and signs count together wherever they stand.
    """
    return tuple(map(notice_of, flags_in(*texts, about=about, measured=measured)))


def notice_of(flag: RedFlag) -> str:
    """Return the notice of an entry with its source."""
    return f"{flag.notice} ({flag.source}, {flag.url})"


def flags_in(
    *texts: str, about: str = "", measured: Measurements = Measurements()
) -> tuple[RedFlag, ...]:
    """Return the entries of the table that texts raise, in table order; see ``red_flags``."""
    known = told(about).ever if about else ""
    raised: set[str] = set()
    reads = [_of_now(read) for read in map(told, texts) if read.stated.strip()]
    for read in reads:
        given = f"{read.ever}\n{known}"
        raised |= {
            f.name
            for f in RED_FLAGS
            if any(not w.limits and _holds(w, read, given) for w in f.ways)
        }
    raised |= _measured(reads, known, measured)
    return tuple(f for f in RED_FLAGS if f.name in raised)


def _of_now(read: Told) -> Told:
    """Return what is told without values that others have taken the place of."""
    return replace(read, now=without_superseded(read.now))


def _measured(reads: Sequence[Told], known: str, measured: Measurements) -> set[str]:
    """Return the names of the entries that measured values raise, with the signs they need."""
    now = GONE.join(read.now for read in reads)
    ever = GONE.join((*(read.ever for read in reads), known))
    stated = in_digits(GONE.join(read.stated for read in reads))
    given = {value.name for value in measured.values}
    read = [one.value for one in read_values(stated) if one.value.name not in given]
    is_over = measured.is_over or _OVER.search(stated) is not None
    values = current((*measured.values, *read), is_over)
    if not values:
        return set()
    exact = {name: value.number for name, value in values.items() if not value.bound}
    person = person_of(now, ever, exact, measured.age)
    scored = with_scores(values, person)
    return {
        flag.name
        for flag in RED_FLAGS
        if any(w.limits and _passes(w, scored, person.age, now, ever) for w in flag.ways)
    }


def _passes(one: Way, values: Mapping[str, Value], age: float, now: str, ever: str) -> bool:
    """True where the limits of a way are passed, and its signs are told anywhere."""
    everyone = one.ages == (0.0, 200.0)
    return (
        (everyone or one.ages[0] <= age < one.ages[1])
        and all(any(limit.is_passed(values) for limit in group) for group in one.limits)
        and all(sign.search(now) for sign in one.signs)
        and (one.given is None or one.given.search(ever) is not None)
    )


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
