"""Updating as a habit: fetch what is new since an index's last state, and ingest it.

An index remembers the folders it was made from. Those that ``medlit fetch`` filled say what they
follow: a query, or PubMed's files. What was fetched is remembered as done only once it is in
the index, so that an update which breaks off anywhere is made good by the next one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.corpus import corpus_files, detect
from rag.corpus.fetch import Subscription, load, refetch, save, subscribed_below
from rag.errors import CorpusError, FetchError, PrivacyError, UnknownFormat, UsageError
from rag.index.builder import ingest
from rag.index.generations import require_current
from rag.index.progress import IngestReport
from rag.index.sources import Read, place_of, read_files, remembered_folders
from rag.models.embedder import Embedder
from rag.models.engine import Engine
from rag.privacy.redacted import redact_query
from rag.progress import Progress

_SOURCES = {
    "pubmed-query": "a PubMed query",
    "europepmc-query": "a Europe PMC query",
    "baseline": "PubMed's files",
    "updates": "PubMed's files",
}


@dataclass(frozen=True, slots=True)
class News:
    """Files that an index lacks, and what is to be remembered once it has them.

    ``failed`` is one line about the sources that could not be asked, or empty.
    """

    files: tuple[Path, ...]
    followed: tuple[tuple[Path, Subscription], ...]
    failed: str = ""


def fetch_news(directory: Path, extra: Sequence[Path], progress: Progress) -> News:
    """Fetch what is new for the folders that an index was made from.

    A source that fails does not keep the news of the others back: it is named in the result.

    Args:
        directory: the index.
        extra: more folders, filled by ``medlit fetch``.
        progress: told of what is fetched.

    Raises:
        IndexNotFound: there is no index.
        UsageError: no folder says what it follows.
        OfflineError: the network is forbidden.
        FetchError: no server delivers anything.
    """
    require_current(directory)
    read = read_files(directory)
    own = [path.resolve() for path in extra]
    followed: list[tuple[Path, Subscription]] = []
    failed: list[str] = []
    files: dict[Path, None] = {}
    for folder in dict.fromkeys([*_folders(directory, read), *own]):
        try:
            subscriptions = load(folder)
        except FetchError as error:
            failed.append(_reason(error))
            continue
        if not subscriptions and folder in own:
            raise UsageError(f"{folder} was not filled by medlit fetch; ingest its files instead")
        kinds = {s.kind for s in subscriptions}
        for subscription in subscriptions:
            if subscription.kind == "baseline" and "updates" in kinds:
                continue  # the same update files follow both
            try:
                if subscription.query:
                    redact_query(subscription.query)  # remembered by whatever version
                result = refetch(
                    subscription,
                    folder,
                    known_files=read.whole.keys(),
                    cut_files=read.cut,
                    progress=progress,
                )
            except (FetchError, PrivacyError) as error:
                failed.append(f"{_SOURCES[subscription.kind]} in {folder} ({_reason(error)})")
            else:
                followed.append((folder, subscription.followed_by(result)))
        if subscriptions:
            # also what an earlier update had fetched but not read
            files.update(dict.fromkeys(f for f in _files(folder) if _is_new(f, read)))
    if not followed and not failed:
        raise UsageError(
            f"the index at {directory} follows no source: ingest a folder that medlit fetch "
            "filled (fetch pubmed, europepmc, baseline, updates), or name one with --from"
        )
    asked = len(followed) + len(failed)
    said = f"{len(failed)} of {asked} sources not updated: {', '.join(failed)}; run it again later"
    if failed and not followed and not files:
        raise FetchError(said)
    return News(_literature(files, progress), tuple(followed), said if failed else "")


def ingest_news(
    news: News,
    directory: Path,
    embedder: Embedder,
    *,
    embed_seconds: float | None = None,
    engine: Engine | None = None,
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
            news.files,
            directory,
            embedder,
            embed_seconds=embed_seconds,
            engine=engine,
            progress=progress,
        )
    for folder, subscription in news.followed:
        save(folder, subscription)
    return report


def _folders(directory: Path, read: Read) -> list[Path]:
    """Return the folders that were ingested, and those below them that files were read from."""
    folders: list[Path] = []
    for folder in remembered_folders(directory):
        folders.append(folder)
        for below in subscribed_below(folder):
            if any(place_of(file) in read.places for file in below.iterdir()):
                folders.append(below)
    return folders


def _files(folder: Path) -> list[Path]:
    try:
        return corpus_files([folder])
    except CorpusError:
        return []


def _is_new(file: Path, read: Read) -> bool:
    """True where no file of this name, or one of another size, was read to its end."""
    return file.stat().st_size not in read.whole.get(file.name, ())


def _literature(files: Iterable[Path], progress: Progress) -> tuple[Path, ...]:
    """Pass over what no reader knows, as an ingest of the folder does."""
    known: list[Path] = []
    for file in files:
        try:
            detect(file)
        except UnknownFormat as error:
            progress.note(f"passed over: {_reason(error)}")
        else:
            known.append(file)
    return tuple(known)


def _reason(error: Exception) -> str:
    return str(error).partition(";")[0]
