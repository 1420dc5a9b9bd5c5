"""Structured identifiers: what a form or a label gives away, found by rules alone.

No model, no dictionary of names. Every expression has bounded repetitions and is tried at the
places where it can begin (``places``), so that the time is linear in the length of the text.
Names, streets, towns, facilities and professions are found elsewhere.
"""

from __future__ import annotations

from bisect import bisect_right

from rag.privacy import patterns_ages as ages
from rag.privacy import patterns_contact as contact
from rag.privacy import patterns_dates as dates
from rag.privacy import patterns_ids as ids
from rag.privacy import patterns_kept as literature
from rag.privacy.kinds import Identifier
from rag.privacy.places import Places

WORDS = ages.WORDS | contact.WORDS | dates.WORDS | ids.WORDS | literature.WORDS
"""Words that some expression begins with."""


def structured(text: str, places: Places | None = None) -> list[Identifier]:
    """Return the structured identifiers of a text, sorted by offset; they may overlap.

    What lies in a span of the literature or of a code system (``patterns_kept``) is left out.
    ``places`` may be given where they are known already, with ``WORDS`` among their words.
    """
    at = places or Places(text, WORDS)
    found = {*dates.find_dates(at), *ages.find_ages(at), *contact.find_contacts(at)}
    found |= {*ids.find_ids(at)}
    kept = literature.kept_spans(at)
    starts = [start for start, _ in kept]
    out = []
    for one in found:
        last = bisect_right(starts, one.start) - 1
        inside = last >= 0 and one.start < kept[last][1]
        before = last + 1 < len(kept) and kept[last + 1][0] < one.end and one.rule != "email"
        if not inside and not before:
            out.append(one)
    # of one span the telling form comes first: a phone may be written like a number of insurance
    return sorted(out, key=lambda i: (i.start, i.end, i.kind == "phone", i.kind, i.rule))
