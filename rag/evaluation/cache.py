"""The index of a test collection, made once and kept under ``cache_dir()/eval``.

medlit joins records that are the same article, and takes ids from PMIDs and DOIs. In an
evaluation each document must stay what the judgements call it. So the corpus is written anew for
the ingest: title and text alone, under the running number of the document (``id:0``, ``id:1`` …),
which joins nothing; ``documents.json`` holds the ``_id`` of each number.

    KEY/index/          what ``medlit ingest`` makes
    KEY/documents.json  the set's name and its _ids, by number
    KEY/corpus.jsonl    the corpus as ingested, until all vectors are there
    KEY.part/           the same while it is made; the next run goes on with it
    KEY.lock            held by who makes it

``KEY`` is a hash of the corpus' bytes, the embedder's identity (weights too), the index format and
medlit's version: what would give another index has another key. All of it may be deleted.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from rag.config import cache_dir
from rag.errors import EvaluationError, LiteratureIndexError
from rag.evaluation.layout import corpus_file, read_corpus
from rag.index.builder import ingest
from rag.index.manifest import FORMAT_VERSION
from rag.index.reader import IndexReader
from rag.models.embedder import Embedder
from rag.progress import Progress
from rag.version import __version__

_LAYOUT = 1
"""Of the folder described above; a change makes all indexes anew."""


@dataclass(frozen=True, slots=True)
class CachedIndex:
    """An index in which document ``n`` of a corpus is the article ``id:n``.

    Attributes:
        directory: the index.
        documents: the ``_id`` of each document, in the order of the corpus.
        empty: how many have neither title nor text; they are not in the index.
    """

    directory: Path
    documents: Sequence[str]
    empty: int

    def name(self, article_id: str) -> str:
        """Return the ``_id`` of an article."""
        return self.documents[int(article_id.removeprefix("id:"))]


def cached_index(
    folder: Path,
    embedder: Embedder,
    progress: Progress,
    *,
    vectors: bool = True,
    fresh: bool = False,
    workers: int = 0,
    root: Path | None = None,
) -> CachedIndex:
    """Return the index of a set, made or gone on with where it is not complete.

    Args:
        folder: the set.
        embedder: embeds it; its tokens measure passages in any case.
        progress: told of stages.
        vectors: whether vectors are needed; without, an index of words alone will do.
        fresh: make it anew.
        workers: processes that parse, see ``rag.index.builder.ingest``.
        root: where indexes are kept, by default ``cache_dir() / "eval"``.

    Raises:
        EvaluationError: the corpus cannot be read.
        LiteratureIndexError: the disk is full, or the folder cannot be written.
    """
    corpus = corpus_file(folder)
    root = root or cache_dir() / "eval"
    place = root / _key(corpus, embedder)
    with _locked(place, progress):
        if fresh:
            for path in (place, _unfinished(place)):
                shutil.rmtree(path, ignore_errors=True)
        if place.is_dir():
            found = _whole(place, progress)
            if found is None:
                shutil.rmtree(place)
            elif found >= vectors:
                progress.note(f"{folder.name}: the index is {place}")
                return _opened(place)
        building = place if place.is_dir() else _unfinished(place)
        if not place.is_dir():
            _write_corpus(folder, corpus, building)
        _ingest(building, embedder, progress, vectors, workers)
        if building != place:
            os.replace(building, place)
        progress.note(f"{folder.name}: the index was made at {place}")
        return _opened(place)


def _key(corpus: Path, embedder: Embedder) -> str:
    with corpus.open("rb") as handle:
        content = hashlib.file_digest(handle, "sha256").hexdigest()
    identity = asdict(embedder.identity)
    del identity["spec"], identity["name"], identity["revision"]  # how it is called, not what it is
    said = json.dumps([content, identity, FORMAT_VERSION, __version__, _LAYOUT])
    return hashlib.sha256(said.encode()).hexdigest()[:24]


def _unfinished(place: Path) -> Path:
    return place.with_name(f"{place.name}.part")


@contextmanager
def _locked(place: Path, progress: Progress) -> Iterator[None]:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(place.with_name(f"{place.name}.lock"))
        try:
            lock.acquire(timeout=0)
        except Timeout:
            progress.note("another process makes the index of this set; waiting for it")
            lock.acquire()
    except OSError as error:
        raise EvaluationError(
            f"cannot write to {place.parent}: {error.strerror or error}; set MEDLIT_HOME to a "
            "folder that you may write"
        ) from error
    try:
        yield
    finally:
        lock.release()


def _whole(place: Path, progress: Progress) -> bool | None:
    """True where an index has all vectors, false where words alone, ``None`` where it is no use."""
    try:
        reader = IndexReader.open(place / "index")
        reader.close()
        _opened(place)
    except (LiteratureIndexError, OSError, ValueError, KeyError) as error:
        progress.note(f"the index at {place} is made anew: {error}")
        return None
    counts = reader.manifest.counts
    return counts.embedded == counts.passages


def _opened(place: Path) -> CachedIndex:
    facts = json.loads((place / "documents.json").read_text(encoding="utf-8"))
    return CachedIndex(place / "index", facts["documents"], facts["empty"])


def _write_corpus(folder: Path, corpus: Path, building: Path) -> None:
    """Write the corpus for the ingest; what an interrupted run wrote whole is kept."""
    facts, target = building / "documents.json", building / "corpus.jsonl"
    if facts.exists() and target.exists():
        return
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir()
    names, empty = [], 0
    with target.open("w", encoding="utf-8", newline="\n") as out:
        for number, document in enumerate(read_corpus(corpus)):
            names.append(document.id)
            if not (document.title.strip() or document.text.strip()):
                empty += 1  # nothing to index; no reader takes it
                continue
            row = {"_id": str(number), "title": document.title, "text": document.text}
            out.write(json.dumps(row) + "\n")  # ASCII: lone surrogates pass as they came
    if len(names) == empty:
        raise EvaluationError(f"{corpus} holds no document with a title or a text")
    about = {"set": folder.resolve().name, "empty": empty, "documents": names}
    # last: with it the folder counts as written
    unfinished = building / "documents.json.part"
    unfinished.write_text(json.dumps(about), encoding="utf-8")
    os.replace(unfinished, facts)


def _ingest(
    building: Path, embedder: Embedder, progress: Progress, vectors: bool, workers: int
) -> None:
    corpus = building / "corpus.jsonl"
    ingest(
        [corpus],
        building / "index",
        embedder,
        format_name="beir",
        embed_seconds=None if vectors else 0,
        workers=workers,
        progress=progress,
    )
    made = _opened(building)
    reader = IndexReader.open(made.directory)
    reader.close()
    held, wanted = reader.manifest.counts.articles, len(made.documents) - made.empty
    if held != wanted:
        raise EvaluationError(
            f"the index at {made.directory} holds {held:,} documents of {wanted:,}: "
            f"{made.directory}/rejects.jsonl says which could not be read; mend the corpus"
        )
    if vectors:
        corpus.unlink()
