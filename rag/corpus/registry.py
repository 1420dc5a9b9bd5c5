"""The formats that can be read, one line each: how to know one, and how to read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from rag.corpus import (
    beir,
    bibtex,
    bioc,
    ctgov,
    ctgov_json,
    endnote,
    europepmc,
    jats,
    medline,
    mimic,
    plain,
    pubmed_xml,
    ris,
    table,
)
from rag.corpus.streams import Stream
from rag.types import Content, Record


class Format(NamedTuple):
    """A way to write literature.

    ``sniff`` judges the first decompressed bytes (about ``streams.HEAD``). ``read`` takes the
    stream, the file's name for ``Source`` and the number of leading records to pass over; it
    yields records in file order, and ends with a reject where the stream is broken.

    ``dated`` formats state when a record was revised. ``content`` says whether the records are
    literature or clinical notes, which never share an index. A format with ``suffixes`` is
    looked for only in files so named, since its content alone says too little.

    ``cut`` and ``parse`` are ``read`` in two steps: the stream is cut into parts, and the second
    step, which takes nearly all of the time, may be another process's.
    """

    sniff: Callable[[bytes], bool]
    read: Callable[[Stream, str, int], Iterator[Record]]
    dated: bool = False
    content: Content = "literature"
    suffixes: tuple[str, ...] = ()
    cut: Callable[[Stream, str, int], Iterator[Any]] | None = None
    parse: Callable[[Any], list[Record]] | None = None


READERS: dict[str, Format] = {
    "pubmed": Format(
        pubmed_xml.sniff, pubmed_xml.read, dated=True, cut=pubmed_xml.cut, parse=pubmed_xml.parse
    ),
    "medline": Format(medline.sniff, medline.read, dated=True),
    "jats": Format(jats.sniff, jats.read),
    "bioc": Format(bioc.sniff, bioc.read),
    "europepmc": Format(europepmc.sniff, europepmc.read, dated=True),
    "ctgov": Format(ctgov.sniff, ctgov.read),
    "ctgov-json": Format(ctgov_json.sniff, ctgov_json.read),
    "ris": Format(ris.sniff, ris.read),
    "endnote": Format(endnote.sniff, endnote.read),
    "bibtex": Format(bibtex.sniff, bibtex.read),
    "mimic": Format(mimic.sniff, mimic.read, content="notes"),
    "csv": Format(table.sniff, table.read),
    "beir": Format(beir.sniff, beir.read),
    "text": Format(plain.sniff, plain.read, suffixes=(".txt", ".text", ".md")),
}
"""In the order in which they are looked for; of undated records the earlier format speaks first."""
