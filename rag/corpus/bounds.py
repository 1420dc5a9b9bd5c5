"""How much a record may hold, so that the tree made of it stays small beside the machine.

A tree takes up to some 40 times the bytes of what it is made of: ``<b/>`` or ``a="1"`` in XML,
``{},`` in JSON. Of a full text in PubMed Central 100 kB hold about 6,000 tags and attributes.
"""

from __future__ import annotations

from rag.corpus.bad_record import BadRecord

PARTS = 1_000_000
"""Most tags and attributes, or values, in a record: some 200 MB of tree."""

XML = (b"<", b"=")
JSON = (b",", b"[", b"{")
"""What begins a part, one or more of which stand for each."""


def check(data: bytes, signs: tuple[bytes, ...]) -> None:
    """Refuse a record of more parts than any article has.

    Raises:
        BadRecord: it is not to be parsed.
    """
    if len(data) > PARTS and sum(map(data.count, signs)) > PARTS:
        kind = "tags" if signs is XML else "values"
        raise BadRecord(f"record has more than {PARTS:,} {kind}")
