"""Updating as a habit: fetch what is new since an index's last state, and ingest it.

An index remembers the folders it was made from. Those that ``medlit fetch`` filled say what they
follow: a query, or PubMed's files. What was fetched is remembered as done only once it is in
the index, so that an update which breaks off anywhere is made good by the next one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.corpus import corpus_files
from rag.corpus.fetch import Subscription, load, refetch, save
from rag.errors import CorpusError, UsageError
from rag.index.builder import ingest
from rag.index.generations import require_current
from rag.index.progress import IngestReport
from rag.index.sources import known_files, remembered_folders
from rag.models.embedder import Embedder
from rag.progress import Progress


@dataclass(frozen=True, slots=True)
class News:
    """Files that an index lacks, and what is to be remembered once it has them."""

    files: tuple[Path, ...]
    followed: tuple[tuple[Path, Subscription], ...]


def fetch_news(directory: Path, extra: Sequence[Path], progress: Progress) -> News:
    """Fetch what is new for the folders that an index was made from.

    Args:
        directory: the index.
        extra: more folders, filled by ``medlit fetch``.
        progress: told of what is fetched.

    Raises:
        IndexNotFound: there is no index.
        UsageError: no folder says what it follows.
        OfflineError: the network is forbidden.
        FetchError: a server does not deliver.
    """
    require_current(directory)
    known = known_files(directory)
    followed: list[tuple[Path, Subscription]] = []
    files: dict[Path, None] = {}
    for folder in dict.fromkeys([*remembered_folders(directory), *(p.resolve() for p in extra)]):
        subscriptions = load(folder)
        if not subscriptions and folder in {p.resolve() for p in extra}:
            raise UsageError(f"{folder} was not filled by medlit fetch; ingest its files instead")
        kinds = {s.kind for s in subscriptions}
        for subscription in subscriptions:
            if subscription.kind == "baseline" and "updates" in kinds:
                continue  # the same update files follow both
            result = refetch(subscription, folder, known_files=known, progress=progress)
            followed.append((folder, subscription.followed_by(result)))
        if subscriptions:
            # also what an earlier update had fetched but not read
            files.update(dict.fromkeys(f for f in _files(folder) if f.name not in known))
    if not followed:
        raise UsageError(
            f"the index at {directory} follows no source: ingest a folder that medlit fetch "
            "filled (fetch pubmed, europepmc, baseline, updates), or name one with --from"
        )
    return News(tuple(files), tuple(followed))


def ingest_news(
    news: News,
    directory: Path,
    embedder: Embedder,
    *,
    embed_seconds: float | None = None,
    progress: Progress | None = None,
) -> IngestReport:
    """Read the new files into the index and remember the sources as up to date.

    Raises:
        LiteratureIndexError: see ``ingest``.
        FetchError: a folder cannot be written.
    """
    report = IngestReport(generation=require_current(directory))
    if news.files:
        report = ingest(
            news.files, directory, embedder, embed_seconds=embed_seconds, progress=progress
        )
    for folder, subscription in news.followed:
        save(folder, subscription)
    return report


def _files(folder: Path) -> list[Path]:
    try:
        return corpus_files([folder])
    except CorpusError:
        return []
