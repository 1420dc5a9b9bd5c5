"""The kinds of identifiers that are looked for, and one found identifier.

The kinds are those of HIPAA's Safe Harbor (45 CFR 164.514(b)(2)(i), letters A to R), with its
numbers split by what they number, and with two that identify though Safe Harbor does not name
them: facilities and professions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType

KINDS = MappingProxyType(
    {
        "name": "people: patients, relatives, clinicians; initials",
        "date": "a date, in whole or in part; a year alone is none",
        "age": "an age over 89",
        "address": "street, city, county, postcode: what is smaller than a state",
        "phone": "telephone, pager",
        "fax": "fax",
        "email": "e-mail address",
        "ssn": "social security number",
        "record": "number of a medical record, visit, specimen or case",
        "plan": "number of a health plan or its member",
        "account": "bank account, payment card, bill",
        "licence": "licence or certificate of a person, also DEA and NPI numbers, passports",
        "vehicle": "plate or identification number of a vehicle",
        "device": "serial or unique number of a device",
        "url": "web address or domain",
        "ip": "address of a machine in a network",
        "photo": "picture or other biometric; none is in text, so none is found",
        "other_id": "any other number or name that stands for one person: user name, file, badge",
        "facility": "hospital, clinic, employer, school",
        "profession": "profession of a person where it identifies",
    }
)


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier in a note: ``text == note[start:end]``.

    ``kind`` is a key of ``KINDS``; ``rule`` says which rule or model found it.
    """

    start: int
    end: int
    kind: str
    text: str
    rule: str


def merged(found: Iterable[Identifier], note: str) -> list[Identifier]:
    """Return what was found in order of place, none overlapping, no character uncovered.

    Where two overlap the one that comes first in ``found`` stands whole, and what another covers
    beyond it stands as pieces of their own (if a letter or digit is in them): precedence decides
    on the kind, never on whether a character is replaced. O(n log n).
    """
    order = sorted(enumerate(found), key=lambda pair: (pair[1].start, pair[1].end))
    # a sweep: at each boundary the earliest in ``found`` that is open holds the stretch
    edges: list[tuple[int, int, int]] = []
    by_rank = dict(order)
    for rank, one in order:
        edges.append((one.start, 1, rank))
        edges.append((one.end, 0, rank))
    edges.sort()
    open_now: set[int] = set()
    pieces: list[tuple[int, int, int]] = []
    last = 0
    for at, opens, rank in edges:
        if open_now and at > last:
            holder = min(open_now)
            if pieces and pieces[-1][2] == holder and pieces[-1][1] == last:
                pieces[-1] = (pieces[-1][0], at, holder)
            else:
                pieces.append((last, at, holder))
        last = at
        if opens:
            open_now.add(rank)
        else:
            open_now.discard(rank)
    out = []
    for start, end, rank in pieces:
        held = by_rank[rank]
        whole = (start, end) == (held.start, held.end)
        text = note[start:end]
        if not whole:
            while start < end and not note[start].isalnum():
                start += 1
            while start < end and not note[end - 1].isalnum():
                end -= 1
            if start == end:
                continue
            text = note[start:end]
        out.append(Identifier(start, end, held.kind, text, held.rule))
    return out
