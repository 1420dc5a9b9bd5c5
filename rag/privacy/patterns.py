"""Structured identifiers: what a form or a label gives away, found by rules alone.

No model, no dictionary of names. Every expression has bounded repetitions, so that the time
is linear in the length of the text. Names, streets, towns, facilities and professions are
found elsewhere.
"""

from __future__ import annotations

from bisect import bisect_right

from rag.privacy.kinds import Identifier
from rag.privacy.patterns_ages import find_ages
from rag.privacy.patterns_contact import find_contacts
from rag.privacy.patterns_dates import find_dates
from rag.privacy.patterns_ids import find_ids
from rag.privacy.patterns_kept import kept_spans


def structured(text: str) -> list[Identifier]:
    """Return the structured identifiers of a text, sorted by offset; they may overlap.

    What lies in a span of the literature or of a code system (``patterns_kept``) is left out.
    """
    found = {*find_dates(text), *find_ages(text), *find_contacts(text), *find_ids(text)}
    kept = kept_spans(text)
    starts = [start for start, _ in kept]
    out = []
    for one in found:
        at = bisect_right(starts, one.start) - 1
        inside = at >= 0 and one.start < kept[at][1]
        before = at + 1 < len(kept) and kept[at + 1][0] < one.end and one.rule != "email"
        if not inside and not before:
            out.append(one)
    return sorted(out, key=lambda i: (i.start, i.end, i.kind, i.rule))
