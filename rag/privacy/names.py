"""Names by their titles and labels."""

from __future__ import annotations

import re

from rag.privacy.kinds import Identifier

_CAP = r"[A-ZÀ-Þ][\w'’-]+"
_TITLED = re.compile(
    rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof)\.?\s((?:{_CAP}|[A-Z]\.?)(?:\s(?:{_CAP}|[A-Z]\.)){{0,2}})"
)
_LABELLED = re.compile(rf"\b(?:[Pp]atient )?[Nn]ame\s?:\s?({_CAP}(?:,?\s(?:{_CAP}|[A-Z]\.?)){{0,3}})")


def named(text: str) -> list[Identifier]:
    """Return names that follow a title or a label."""
    return [
        Identifier(m.start(1), m.end(1), "name", m[1], "title")
        for pattern in (_TITLED, _LABELLED)
        for m in pattern.finditer(text)
    ]
