"""What an index holds, for people and programs."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from rag.index import stores
from rag.index.compact import dead_rows
from rag.index.reader import IndexReader
from rag.index.store import Store


def describe(directory: Path) -> dict[str, Any]:
    """Return the facts of the generation in force.

    Keys: ``index``, ``content`` (literature or notes), ``generation``, ``created``,
    ``format_version``, ``medlit_version``, ``index_type``, ``dense`` (how the vectors are indexed,
    with the recall that the build measured), the counts ``articles``, ``passages``, ``embedded``,
    ``retracted`` and ``deleted``, ``rejected``, ``dead`` (``articles`` and ``passages`` that a
    compaction would drop), ``embedder`` (its identity), ``files`` (name → what was read of it),
    ``sizes`` (bytes of ``articles``, ``vectors``, ``checksums``, ``dense``, ``lexical``,
    ``other``) and ``bytes`` (their sum; a file shared by generations counts once).

    Raises:
        IndexNotFound: there is no index.
    """
    reader = IndexReader.open(directory)
    manifest = reader.manifest
    store = Store(reader.store_path)
    try:
        files = store.db.execute(
            "SELECT s.file, s.records, s.complete, s.cut,"
            " (SELECT COUNT(*) FROM rejects r WHERE r.sha256 = s.sha256)"
            " FROM sources s ORDER BY s.file"
        ).fetchall()
        rejects = store.count("SELECT COUNT(*) FROM rejects")
        articles, passages = dead_rows(store)
    finally:
        store.close()
        reader.close()
    sizes = _sizes(directory)
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
        "dead": {"articles": articles, "passages": passages},
        "embedder": asdict(manifest.embedder),
        "files": {
            f: f"{n} records{_state(bool(done), bool(cut), n == bad)}"
            for f, n, done, cut, bad in files
        },
        "sizes": sizes,
        "bytes": sum(sizes.values()),
    }


def _sizes(directory: Path) -> dict[str, int]:
    """Return bytes by part; a file that generations share counts once."""
    parts = dict.fromkeys(("articles", "vectors", "checksums", "dense", "lexical", "other"), 0)
    names = set(stores.names(directory))
    seen: set[tuple[int, int]] = set()
    for file in directory.rglob("*"):
        if not file.is_file():
            continue
        stat = file.stat()
        if (stat.st_dev, stat.st_ino) in seen:
            continue
        seen.add((stat.st_dev, stat.st_ino))
        place, *inside = file.relative_to(directory).parts
        if place in names:
            part = {"vectors.f16": "vectors", "pages.sum": "checksums"}.get(file.name, "articles")
        elif inside and inside[0] == "lexical":
            part = "lexical"
        elif file.name.startswith("dense"):
            part = "dense"
        else:
            part = "checksums" if file.name == "checksums.txt" else "other"
        parts[part] += stat.st_size
    return parts


def _state(done: bool, cut: bool, unread: bool) -> str:
    if cut:
        return " (cut off: get the file again)"
    if unread:
        return " (none could be read: see rejects.jsonl)"
    return "" if done else " (not finished)"
