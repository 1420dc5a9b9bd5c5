"""Reads the records that ``xml_split`` cuts: one lxml tree at a time.

No document type is parsed, so that no entity can be declared, inside the file or outside it;
an entity that is not one of XML's five makes its record a reject. There is no network, and
``huge_tree`` stays off, since it would lift libxml2's limits on depth and on text. Comments and
processing instructions are dropped, and so are the default namespaces of elements (MathML
keeps its own).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lxml import etree

from rag.corpus.bad_record import BadRecord
from rag.corpus.bounds import XML, check
from rag.corpus.fields import reject
from rag.corpus.pubmed_split import Piece, declared_encoding
from rag.corpus.streams import Stream
from rag.corpus.xml_split import Tags, split
from rag.errors import CorpusError
from rag.types import Article, Record, Source

UTF8 = {"utf-8", "utf8", "us-ascii", "ascii"}
_PREFIXES = {
    "ali": "http://www.niso.org/schemas/ali/1.0/",
    "mml": "http://www.w3.org/1998/Math/MathML",
    "xlink": "http://www.w3.org/1999/xlink",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
_MATHML = "{http://www.w3.org/1998/Math/MathML}"
_DECLARED = re.compile(rb"\bxmlns:([A-Za-z][\w.-]*)\s*=\s*[\"']([^\"'<>&]*)[\"']")
_RESERVED = (b"xml", b"xmlns")

Build = Callable[[etree._Element, Source], Article]
"""Makes an article of a record's element, or raises ``BadRecord``."""


def read_records(
    stream: Stream, file: str, skip: int, tags: Tags, build: Build
) -> Iterator[Record]:
    """Yield the records of a stream in file order, one for each record element.

    Args:
        stream: the decompressed content.
        file: the file's name, for ``Source``.
        skip: leading records that are counted but neither parsed nor yielded.
        tags: which elements are the records, and what may stand around them.
        build: makes the article.

    Raises:
        CorpusError: the file declares an encoding that cannot be read.
    """
    head = stream.peek()
    encoding = readable_encoding(head.removeprefix(b"\xef\xbb\xbf"), file)
    opening = _opening(head, tags)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    for n, piece in enumerate(split(stream, tags)):
        if n < skip:
            continue
        if piece.problem:
            count = f" after {n} records" if piece.cut else ""
            yield reject(file, n, piece.problem + count, piece.data, cut=piece.cut)
            continue
        yield _record(piece, encoding, opening, parser, Source(file, n), build)


def _record(
    piece: Piece,
    encoding: str,
    opening: bytes,
    parser: etree.XMLParser,
    source: Source,
    build: Build,
) -> Record:
    data = piece.data
    try:
        check(data, XML)
        if encoding not in UTF8:
            data = data.decode(encoding).encode("utf-8")
        root = etree.fromstring(opening + data + b"</r>", parser)[0]
        _drop_namespaces(root)
        return build(root, source)
    except etree.XMLSyntaxError as error:
        reason = f"not well-formed XML: {error.msg}"
    except (BadRecord, UnicodeError) as error:
        reason = str(error)
    except RecursionError:  # where libxml2 allows more depth than Python does
        reason = "nested too deep"
    return reject(source.file, source.record, reason, data)


def readable_encoding(head: bytes, file: str) -> str:
    """Return the encoding that a file's head declares.

    Raises:
        CorpusError: it cannot be read.
    """
    encoding = declared_encoding(head)
    try:
        readable = b"<a>".decode(encoding) == "<a>"
    except (LookupError, ValueError):
        readable = False
    if not readable:
        raise CorpusError(
            f"{file} declares the encoding {encoding!r}, which cannot be read; "
            "convert the file to UTF-8"
        )
    return encoding


def _opening(head: bytes, tags: Tags) -> bytes:
    """A start tag that declares the prefixes which a record may use without declaring them."""
    first = tags.next.search(head)
    prefixes = {name.encode(): uri.encode() for name, uri in _PREFIXES.items()}
    for name, uri in _DECLARED.findall(head[: first.start() if first else 0]):
        if uri and name not in _RESERVED:
            prefixes[name] = uri
    declared = b"".join(b' xmlns:%s="%s"' % pair for pair in prefixes.items())
    return b"<r" + declared + b">"


def _drop_namespaces(root: etree._Element) -> None:
    if not str(root.tag).startswith("{"):
        return
    for element in root.iter():
        tag = element.tag
        if isinstance(tag, str) and tag.startswith("{") and not tag.startswith(_MATHML):
            element.tag = tag.rpartition("}")[2]
