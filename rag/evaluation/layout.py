"""Test collections in BEIR's layout.

    SET/corpus.jsonl     {"_id", "title", "text"}, one document a line
    SET/queries.jsonl    {"_id", "text"}
    SET/qrels/SPLIT.tsv  query, document, grade

Each file may be compressed (``.gz``). Thakur et al., "BEIR: A Heterogeneous Benchmark for
Zero-shot Evaluation of Information Retrieval Models", NeurIPS Datasets and Benchmarks 2021.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from rag.corpus.streams import Stream, lines
from rag.errors import EvaluationError
from rag.evaluation.qrels import Judgements, read_qrels, require_text

_QRELS = (".tsv", ".txt", ".qrels")
_BOM = b"\xef\xbb\xbf"


class Document(NamedTuple):
    """A document of a corpus under its own ``_id``; title and text may both be empty."""

    id: str
    title: str
    text: str


class Asked(NamedTuple):
    """A query of a test collection."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """One split of a test collection.

    Attributes:
        name: the folder's name.
        folder: where it lies.
        split: which judgements.
        queries: those that are judged, in the order of the file.
        judgements: of just these queries.
        notes: what a user should know of it, a sentence each.
    """

    name: str
    folder: Path
    split: str
    queries: tuple[Asked, ...]
    judgements: Judgements
    notes: tuple[str, ...] = ()


def find_sets(folders: Iterable[Path], split: str) -> tuple[list[Path], list[str]]:
    """Expand folders of sets into sets.

    A folder that is no set itself stands for the sets inside it that have the split; those
    without it are passed over.

    Returns:
        The folders of the sets, sorted by name inside each folder, and notes on what was passed
        over.

    Raises:
        EvaluationError: a folder is missing or holds no set, or two sets have one name.
    """
    found: list[Path] = []
    notes: list[str] = []
    for folder in folders:
        if not folder.is_dir():
            raise EvaluationError(f"{folder} is no folder; --data takes a folder in BEIR's layout")
        if _is_set(folder) or not (inside := [p for p in sorted(folder.iterdir()) if _is_set(p)]):
            found.append(folder)  # where it is no set, reading it says what it lacks
            continue
        kept = [path for path in inside if split in splits_of(path)]
        left = [path for path in inside if path not in kept]
        if not kept:
            raise EvaluationError(
                f"none of the {len(inside)} sets in {folder} has the split {split!r}; "
                f"{inside[0].name} has {', '.join(splits_of(inside[0])) or 'none'}"
            )
        notes += [
            f"{path.name} is passed over: it has no split {split!r}, but "
            f"{', '.join(splits_of(path)) or 'none'}"
            for path in left
        ]
        found += kept
    names: dict[str, Path] = {}
    for path in found:
        if names.setdefault(set_name(path), path) != path:
            raise EvaluationError(
                f"{names[set_name(path)]} and {path} have one name, which the results would bear; "
                "rename one of the folders"
            )
    return list(dict.fromkeys(found)), notes


def _is_set(folder: Path) -> bool:
    return (folder / "qrels").is_dir() and _file(folder, "corpus.jsonl") is not None


def set_name(folder: Path) -> str:
    """Return the name of a set: that of its folder."""
    return folder.resolve().name


def splits_of(folder: Path) -> list[str]:
    """Return the splits that a set has judgements for, sorted."""
    return sorted(_qrels_files(folder))


def _qrels_files(folder: Path) -> dict[str, Path]:
    found: dict[str, Path] = {}
    inside = sorted((folder / "qrels").iterdir()) if (folder / "qrels").is_dir() else []
    for path in inside:
        name = path.name.removesuffix(".gz")
        for ending in _QRELS:
            if name.endswith(ending) and not name.startswith("."):
                found.setdefault(name.removesuffix(ending), path)
    return found


def _file(folder: Path, name: str) -> Path | None:
    return next((p for n in (name, f"{name}.gz") if (p := folder / n).is_file()), None)


def _required(folder: Path, name: str) -> Path:
    path = _file(folder, name)
    if path is None:
        raise EvaluationError(
            f"{folder} has no {name} (or {name}.gz); a set in BEIR's layout has corpus.jsonl, "
            "queries.jsonl and qrels/SPLIT.tsv"
        )
    return path


def corpus_file(folder: Path) -> Path:
    """Return the file of a set's documents.

    Raises:
        EvaluationError: there is none.
    """
    return _required(folder, "corpus.jsonl")


def read_set(folder: str | Path, split: str = "test", limit: int | None = None) -> EvaluationSet:
    """Read queries and judgements of one split; the corpus is read when its index is made.

    Only queries that are judged are kept: BEIR searches for no others.

    Args:
        folder: the set.
        split: the name of the file in ``qrels``, without its ending.
        limit: keep so many queries, the first in the file; ``None`` for all.

    Raises:
        EvaluationError: a file is missing or cannot be understood, the split is not there, or
            judgements name a query that is not there or has no text.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise EvaluationError(f"{folder} is no folder; --data takes a folder in BEIR's layout")
    file = _required(folder, "queries.jsonl")
    judged = read_judgements(folder, split)
    texts: dict[str, str] = {}
    for number, row in _objects(file):
        own = _id(row, file, number)
        if own in texts:
            raise EvaluationError(f"{file}: line {number} repeats the _id {own!r}; leave one")
        texts[own] = _string(row, "text", file, number)
    unknown = [query for query in judged if query not in texts]
    if unknown:
        raise EvaluationError(
            f"qrels of {split!r} judge {len(unknown):,} queries that {file} lacks, {unknown[0]!r} "
            "first; the two files must be of one set"
        )
    queries = [Asked(own, text) for own, text in texts.items() if own in judged]
    queries = queries[:limit]
    empty = next((q.id for q in queries if not q.text.strip()), None)
    if empty is not None:
        raise EvaluationError(f"{file}: query {empty!r} is judged but has no text; mend the file")
    notes = []
    if len(texts) > len(judged):
        left = len(texts) - len(judged)
        notes.append(f"{left:,} of {len(texts):,} queries are not judged and not searched")
    kept = {query.id: judged[query.id] for query in queries}
    none = sum(all(grade <= 0 for grade in row.values()) for row in kept.values())
    if none:
        notes.append(f"{none:,} queries have no relevant document: every measure of them is 0")
    return EvaluationSet(set_name(folder), folder, split, tuple(queries), kept, tuple(notes))


def read_judgements(folder: Path, split: str) -> Judgements:
    """Read the judgements of one split.

    Raises:
        EvaluationError: the split is not there, or its file cannot be understood.
    """
    files = _qrels_files(folder)
    if split not in files:
        raise EvaluationError(
            f"{folder} has no split {split!r}; it has {', '.join(sorted(files))}"
            if files
            else f"{folder} has no judgements; a set in BEIR's layout has qrels/{split}.tsv"
        )
    return read_qrels(files[split])


def read_corpus(file: Path) -> Iterator[Document]:
    """Yield the documents of a corpus in file order.

    Raises:
        EvaluationError: a line is no document, or an ``_id`` comes twice.
    """
    seen: set[str] = set()
    for number, row in _objects(file):
        own = _id(row, file, number)
        if own in seen:
            raise EvaluationError(
                f"{file}: line {number} repeats the _id {own!r}; a document needs one of its own"
            )
        seen.add(own)
        yield Document(own, _string(row, "title", file, number), _string(row, "text", file, number))


def _objects(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with Stream(file) as stream:
        for number, line in enumerate(lines(stream), start=1):
            if line is None:
                raise EvaluationError(f"{file}: line {number} is too long to be read")
            line = line.removeprefix(_BOM) if number == 1 else line
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = None
            if not isinstance(row, dict):
                raise EvaluationError(f"{file}: line {number} is no JSON object; mend the file")
            yield number, row
        if stream.broken:
            raise EvaluationError(f"{file}: {stream.broken}; get the file again")


def _id(row: dict[str, Any], file: Path, number: int) -> str:
    own = row.get("_id")
    if isinstance(own, int) and not isinstance(own, bool):
        own = str(own)
    if not isinstance(own, str) or not own:
        raise EvaluationError(f"{file}: line {number} has no _id; give each line one")
    require_text(own, f"{file}: line {number} has the _id")
    return own


def _string(row: dict[str, Any], key: str, file: Path, number: int) -> str:
    value = row.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise EvaluationError(f"{file}: line {number}: {key} is no string; mend the file")
    return value
