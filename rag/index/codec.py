"""Articles to bytes and back: compact JSON, compressed; no pickle.

Fields that hold their default are left out, so that a field added later reads as its
default from older indexes.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import fields
from typing import Any

from rag.types import (
    Article,
    Author,
    MeshHeading,
    MeshQualifier,
    Relation,
    Section,
    Source,
)

_DEFAULTS: dict[type, dict[str, Any]] = {
    cls: {f.name: f.default for f in fields(cls)}
    for cls in (Article, Author, MeshHeading, MeshQualifier, Relation, Section, Source)
}


def encode(article: Article) -> bytes:
    """Return the article as compressed JSON."""
    return zlib.compress(_dumps(article).encode("utf-8"), 3)


def decode(body: bytes) -> Article:
    """Return the article that ``encode`` wrote."""
    data: dict[str, Any] = json.loads(zlib.decompress(body))
    data["sections"] = tuple(Section(**s) for s in data.get("sections", ()))
    data["body"] = tuple(Section(**s) for s in data.get("body", ()))
    data["authors"] = tuple(Author(**a) for a in data.get("authors", ()))
    data["mesh"] = tuple(_mesh(m) for m in data.get("mesh", ()))
    data["relations"] = tuple(Relation(**r) for r in data.get("relations", ()))
    data["publication_types"] = tuple(data.get("publication_types", ()))
    data["keywords"] = tuple(data.get("keywords", ()))
    if data.get("source"):
        data["source"] = Source(**data["source"])
    return Article(**data)


def content_hash(article: Article) -> bytes:
    """Return 16 bytes that differ whenever anything but the source differs."""
    return hashlib.sha256(_dumps(article, skip="source").encode("utf-8")).digest()[:16]


def _dumps(article: Article, skip: str = "") -> str:
    return json.dumps(_plain(article, skip), ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any, skip: str = "") -> Any:
    defaults = _DEFAULTS.get(type(value))
    if defaults is not None:
        out = {}
        for name, default in defaults.items():
            item = getattr(value, name)
            if name != skip and item != default:
                out[name] = _plain(item)
        return out
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _mesh(data: dict[str, Any]) -> MeshHeading:
    qualifiers = tuple(MeshQualifier(**q) for q in data.pop("qualifiers", ()))
    return MeshHeading(**data, qualifiers=qualifiers)
