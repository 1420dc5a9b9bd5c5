"""The formats that can be read, one line each: how to know one, and how to read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from rag.corpus import beir, medline, pubmed_xml
from rag.corpus.streams import Stream
from rag.types import Record


class Format(NamedTuple):
    """A way to write literature.

    ``sniff`` judges the first decompressed bytes (about ``streams.HEAD``). ``read`` takes the
    stream, the file's name for ``Source`` and the number of leading records to pass over; it
    yields records in file order, and ends with a reject where the stream is broken.
    """

    sniff: Callable[[bytes], bool]
    read: Callable[[Stream, str, int], Iterator[Record]]


READERS: dict[str, Format] = {
    "pubmed": Format(pubmed_xml.sniff, pubmed_xml.read),
    "medline": Format(medline.sniff, medline.read),
    "beir": Format(beir.sniff, beir.read),
}
