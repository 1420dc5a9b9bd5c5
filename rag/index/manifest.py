"""``manifest.json``: what a generation holds and with what it was made.

A mismatch is a sentence that says what to do, never a wrong result.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from rag.errors import IndexDamaged, IndexMismatch
from rag.index.checksums import is_as_written
from rag.index.kinds import DenseFacts
from rag.models.embedder import EmbedderIdentity

FORMAT_VERSION = 5
READABLE = (4, FORMAT_VERSION)
"""Formats that can be searched; what is written is of the last (see ``migrate``)."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What a generation holds. ``embedded`` passages have a vector; the rest wait for one."""

    articles: int
    passages: int
    embedded: int
    retracted: int
    deleted: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """The facts of one generation."""

    generation: int
    embedder: EmbedderIdentity
    index_type: str
    counts: Counts
    created: str
    medlit_version: str
    store_id: str
    metric: str = "inner product of unit vectors"
    content: str = "literature"
    dense: DenseFacts = field(default_factory=DenseFacts)
    store: str = "store"
    format_version: int = FORMAT_VERSION

    def save(self, folder: Path) -> None:
        """Write ``manifest.json`` into a generation's folder."""
        text = json.dumps(asdict(self), indent=2, ensure_ascii=False)
        (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")


def load_manifest(folder: Path) -> Manifest:
    """Read the manifest of a generation.

    Raises:
        IndexDamaged: it is missing or not readable.
        IndexMismatch: another version of medlit wrote a format that this one does not know.
    """
    file = folder / "manifest.json"
    try:
        if not is_as_written(file):
            raise IndexDamaged(
                f"{file} is not what was written; medlit index verify --repair makes it anew"
            )
        data = json.loads(file.read_text(encoding="utf-8"))
        version = data["format_version"]
        if version not in READABLE:
            raise IndexMismatch(
                f"{folder} has index format {version}, this medlit reads {FORMAT_VERSION}; "
                "ingest the literature again into a new folder, or use the medlit that made it"
            )
        data["embedder"] = read_identity(data["embedder"])
        data["counts"] = Counts(**data["counts"])
        data["dense"] = _read_dense(data)
        return Manifest(**data)
    except (OSError, json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise IndexDamaged(
            f"{file} cannot be read ({error}); ingest the literature again"
        ) from error


def _read_dense(data: dict[str, Any]) -> DenseFacts:
    if "dense" in data:
        return DenseFacts(**data["dense"])
    # written before there were facts: a type other than flat was asked for by name, mostly
    return DenseFacts("auto" if data["index_type"] == "flat" else data["index_type"])


def read_identity(data: dict[str, object]) -> EmbedderIdentity:
    """Return the embedder's identity from its JSON form."""
    names = {f.name for f in fields(EmbedderIdentity)}
    return EmbedderIdentity(**{k: v for k, v in data.items() if k in names})  # type: ignore[arg-type]


def read_embedder(text: str | None) -> EmbedderIdentity | None:
    """Return the identity that a store keeps as JSON, ``None`` where it keeps none."""
    return read_identity(json.loads(text)) if text else None


def read_store_embedder(stored: str | None, file: Path) -> EmbedderIdentity:
    """Return the identity that a store holds as JSON.

    Raises:
        IndexDamaged: it holds none.
    """
    if stored is None:
        raise IndexDamaged(f"{file} names no embedder; ingest the literature again")
    return read_identity(json.loads(stored))


def require_same_embedder(stored: EmbedderIdentity, given: EmbedderIdentity, where: Path) -> None:
    """Raise ``IndexMismatch`` where vectors of the two embedders cannot be compared."""
    for name in ("weights_sha256", "dimension", "pooling", "query_prompt", "document_prompt"):
        a, b = getattr(stored, name), getattr(given, name)
        if a != b:
            raise IndexMismatch(
                f"the index at {where} was made with the embedder {stored.name} "
                f"(its {name.replace('_', ' ')} is {str(a)[:16]!r}, not {str(b)[:16]!r} as of "
                f"{given.name}); use that embedder, or ingest into another --index"
            )
