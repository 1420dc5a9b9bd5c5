"""Names of people by plain rules: a title before it, or a label such as "Patient Name:".

Finds no name that neither a title nor a label introduces, no address and no facility.
"""

from __future__ import annotations

import re

from rag.privacy.kinds import Identifier

_W = r"(?:[A-Z]\.|(?:[A-Z][’'])?[A-ZÀ-ÖØ-Þ][^\W\d_]{1,30}(?:-[A-Z][^\W\d_]{1,30})?)"
_TITLED = re.compile(
    rf"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Professor)\b\.?[ ]{{1,2}}(?P<v>{_W}(?:[ ]{_W}){{0,3}})"
)
_LABELLED = re.compile(
    rf"\b(?i:(?:patient|pt|physician|provider|attending|surgeon"
    rf"|mother|father|next of kin"
    rf"|emergency contact)(?:[’']s)?(?:[ ]name)?|name)"
    rf"[ ]?:[ ]{{0,4}}(?P<v>{_W}(?:,?[ ]{_W}){{0,3}})"
)


def named(text: str) -> list[Identifier]:
    """Return the names of a text that a title or a label introduces."""
    return [
        Identifier(*match.span("v"), "name", match["v"], rule)
        for pattern, rule in ((_TITLED, "title"), (_LABELLED, "label-name"))
        for match in pattern.finditer(text)
    ]
