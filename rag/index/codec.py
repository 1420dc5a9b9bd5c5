"""Articles to bytes and back: compact JSON, compressed; no pickle.

Fields that hold their default are left out, so that a field added later reads as its
default from older indexes.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable
from dataclasses import fields
from operator import attrgetter
from typing import Any

from rag.types import (
    Article,
    Author,
    MeshHeading,
    MeshQualifier,
    Relation,
    Section,
    Source,
    Substance,
)

_FIELDS: dict[type, tuple[Callable[[Any], tuple[Any, ...]], list[tuple[str, Any]]]] = {
    cls: (attrgetter(*(f.name for f in fields(cls))), [(f.name, f.default) for f in fields(cls)])
    for cls in (Article, Author, MeshHeading, MeshQualifier, Relation, Section, Source, Substance)
}

_ATOMS = (str, int)


def encode(article: Article) -> bytes:
    """Return the article as compressed JSON."""
    return encode_and_hash(article)[0]


def encode_and_hash(article: Article) -> tuple[bytes, bytes]:
    """Return ``encode`` and ``content_hash`` of an article for little more than one of them."""
    data = _plain(article)
    source = data.pop("source", None)
    text = _dumps(data)
    digest = _digest(text)
    if source is not None:
        text = f'{text[:-1]},"source":{_dumps(source)}}}'
    return zlib.compress(text.encode("utf-8"), 3), digest


def decode(body: bytes) -> Article:
    """Return the article that ``encode`` wrote."""
    data: dict[str, Any] = json.loads(zlib.decompress(body))
    data["sections"] = tuple(Section(**s) for s in data.get("sections", ()))
    data["body"] = tuple(Section(**s) for s in data.get("body", ()))
    data["authors"] = tuple(Author(**a) for a in data.get("authors", ()))
    data["mesh"] = tuple(_mesh(m) for m in data.get("mesh", ()))
    data["substances"] = tuple(Substance(**s) for s in data.get("substances", ()))
    data["relations"] = tuple(Relation(**r) for r in data.get("relations", ()))
    data["publication_types"] = tuple(data.get("publication_types", ()))
    data["keywords"] = tuple(data.get("keywords", ()))
    if data.get("source"):
        data["source"] = Source(**data["source"])
    return Article(**data)


def content_hash(article: Article) -> bytes:
    """Return 16 bytes that differ whenever anything but the source differs."""
    data = _plain(article)
    data.pop("source", None)
    return _digest(_dumps(data))


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8")).digest()[:16]


def _dumps(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [item if isinstance(item, str) else _plain(item) for item in value]
    items, defaults = _FIELDS[type(value)]
    return {
        name: item if isinstance(item, _ATOMS) else _plain(item)
        for item, (name, default) in zip(items(value), defaults, strict=True)
        if item != default
    }


def _mesh(data: dict[str, Any]) -> MeshHeading:
    qualifiers = tuple(MeshQualifier(**q) for q in data.pop("qualifiers", ()))
    return MeshHeading(**data, qualifiers=qualifiers)
