"""What an index holds, for people and programs."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from rag.index.reader import IndexReader
from rag.index.store import Store


def describe(directory: Path) -> dict[str, Any]:
    """Return the facts of the generation in force.

    Raises:
        IndexNotFound: there is no index.
    """
    reader = IndexReader.open(directory)
    manifest = reader.manifest
    store = Store(directory / "store" / "articles.sqlite")
    try:
        files = store.db.execute(
            "SELECT s.file, s.records, s.complete, s.cut,"
            " (SELECT COUNT(*) FROM rejects r WHERE r.sha256 = s.sha256)"
            " FROM sources s ORDER BY s.file"
        ).fetchall()
        rejects = store.count("SELECT COUNT(*) FROM rejects")
    finally:
        store.close()
        reader.close()
    return {
        "index": str(directory),
        "content": manifest.content,
        "generation": manifest.generation,
        "created": manifest.created,
        "format_version": manifest.format_version,
        "medlit_version": manifest.medlit_version,
        "index_type": manifest.index_type,
        "dense": asdict(manifest.dense),
        **asdict(manifest.counts),
        "rejected": rejects,
        "embedder": asdict(manifest.embedder),
        "files": {
            f: f"{n} records{_state(bool(done), bool(cut), n == bad)}"
            for f, n, done, cut, bad in files
        },
        "bytes": sum(f.stat().st_size for f in directory.rglob("*") if f.is_file()),
    }


def _state(done: bool, cut: bool, unread: bool) -> str:
    if cut:
        return " (cut off: get the file again)"
    if unread:
        return " (none could be read: see rejects.jsonl)"
    return "" if done else " (not finished)"
