"""PubMed whole: the files of the yearly baseline and of the daily updates.

Several files come at once. Each is checked against the MD5 that NLM publishes beside it, and a
hidden ``.files.json`` remembers what was checked, so that it is neither fetched nor hashed
again. One file that cannot be had does not keep the others from coming.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rag.corpus.fetch.download import digests, download
from rag.corpus.fetch.endpoints import PUBMED_FILES_URL
from rag.corpus.fetch.http import Client
from rag.corpus.fetch.listing import Key, key, listed, md5_of, number_of
from rag.corpus.fetch.result import FetchResult
from rag.corpus.fetch.state import WriteError, only_fetch, unwritable, write_whole
from rag.errors import ChecksumError, FetchError, OfflineError
from rag.progress import Progress, Silent

STATE = ".files.json"
_PER_SECOND = 10
_ROUNDS = 3  # downloads of a file whose MD5 does not agree
_HOPELESS = 5  # files in a row that fail: the server is gone, the rest would only take hours
_SHOWN = 3


def fetch_baseline(
    to: Path,
    *,
    base_url: str = f"{PUBMED_FILES_URL}baseline/",
    workers: int = 4,
    limit: int | None = None,
    only: Collection[str] | None = None,
    verify: bool = False,
    email: str = "",
    progress: Progress | None = None,
    client: Client | None = None,
) -> FetchResult:
    """Bring the files of PubMed's baseline; what is there already is not fetched again.

    Args:
        to: the folder; made where it does not exist.
        base_url: the folder on the server.
        workers: files fetched at once.
        limit: files to fetch at most, those with the highest numbers: the newest records.
        only: names of files that are wanted, where not all are.
        verify: hash the files that are there once more, against what the server says now.
        email: whom a server may write to.
        progress: told of files and of what the user should know.
        client: who asks; made for the occasion if there is none.

    Raises:
        OfflineError: the network is forbidden.
        FetchError: the server cannot be reached, or files could not be had; the others lie
            in the folder.
    """
    telling = progress or Silent()
    with (
        only_fetch(to),
        Client(per_second=_PER_SECOND, email=email, on_retry=telling.note)
        if client is None
        else nullcontext(client) as asking,
    ):
        names = newest_year(listed(asking, _folder(base_url)))
        if not names:
            raise FetchError(f"{base_url} lists no PubMed files; check it, or try again later")
        chosen = [name for name in names if only is None or name in only]
        fetch = _Fetch(asking, base_url, to, "baseline", verify, telling)
        return fetch.run(_newest(chosen, limit), workers)


def fetch_updates(
    to: Path,
    *,
    base_url: str = f"{PUBMED_FILES_URL}updatefiles/",
    after: str | None = None,
    oldest: str | None = None,
    workers: int = 4,
    limit: int | None = None,
    only: Collection[str] | None = None,
    skip: Collection[str] = (),
    verify: bool = False,
    email: str = "",
    progress: Progress | None = None,
    client: Client | None = None,
) -> FetchResult:
    """Bring PubMed's update files; what is there already is not fetched again.

    Args:
        to: the folder; made where it does not exist.
        base_url: the folder on the server.
        after: only files that come after this one, which may be a baseline file, and that
            belong to its year.
        oldest: only this file and those that come after it, of whatever year.
        workers: files fetched at once.
        limit: files to fetch at most, the newest.
        only: names of files that are wanted, where not all are.
        skip: names of files that are not wanted.
        verify: hash the files that are there once more, against what the server says now.
        email: whom a server may write to.
        progress: told of files and of what the user should know.
        client: who asks; made for the occasion if there is none.

    Raises:
        OfflineError: the network is forbidden.
        FetchError: as in ``fetch_baseline``, or ``after`` names no PubMed file.
    """
    telling = progress or Silent()
    start = number_of(after) if after else None
    first = number_of(oldest) if oldest else None
    known = start or max(filter(None, map(key, (*skip, *checked_files(to)))), default=None)
    with (
        only_fetch(to),
        Client(per_second=_PER_SECOND, email=email, on_retry=telling.note)
        if client is None
        else nullcontext(client) as asking,
    ):
        shown = listed(asking, _folder(base_url))
        if not shown:
            telling.note("there are no update files yet")
        if only is None:
            _tell_of_new_year(shown, known, telling)
        # the updates of another year belong to another baseline
        names = _of_year(shown, start[0]) if start else newest_year(shown)
        names = {n: k for n, k in names.items() if k > (start or ()) and k >= (first or ())}
        chosen = [n for n in names if n not in skip and (only is None or n in only)]
        fetch = _Fetch(asking, base_url, to, "updates", verify, telling)
        return fetch.run(_newest(chosen, limit), workers)


def checked_files(folder: Path) -> dict[str, dict[str, Any]]:
    """Return what is remembered of the files of a folder: ``md5``, ``size`` and ``kind``."""
    try:
        state = json.loads((folder / STATE).read_bytes())
        return {
            str(name): {"md5": str(f["md5"]), "size": int(f["size"]), "kind": str(f["kind"])}
            for name, f in state.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}  # what is forgotten is hashed and compared again


def newest_year(names: dict[str, Key]) -> dict[str, Key]:
    """Leave out what a server still shows of an older year."""
    return _of_year(names, max((number[0] for number in names.values()), default=0))


def _of_year(names: dict[str, Key], year: int) -> dict[str, Key]:
    return {name: number for name, number in names.items() if number[0] == year}


def _tell_of_new_year(names: dict[str, Key], known: Key | None, progress: Progress) -> None:
    """Note that the files on the server belong to a newer baseline than the known one."""
    year = max((number[0] for number in names.values()), default=0)
    if known is not None and year > known[0]:
        progress.note(
            f"a new baseline has begun (pubmed{year:02}, here is pubmed{known[0]:02}): it "
            "replaces everything before; fetch it into a new folder and index that"
        )


def _newest(names: list[str], limit: int | None) -> list[str]:
    return names if limit is None else names[max(0, len(names) - limit) :]


def _folder(url: str) -> str:
    return f"{url.rstrip('/')}/"


class _Fetch:
    """One run over a list of files."""

    def __init__(
        self, client: Client, url: str, to: Path, kind: str, verify: bool, progress: Progress
    ) -> None:
        self._client = client
        self._url = _folder(url)
        self._to = to
        self._kind = kind
        self._verify = verify
        self._progress = progress
        self._began = datetime.now(UTC)
        self._state = checked_files(to)

    def run(self, names: list[str], workers: int) -> FetchResult:
        present = [] if self._verify else [name for name in names if self._is_checked(name)]
        there, known = set(present), {name for name in names if (self._to / name).is_file()}
        wanted = [name for name in names if name not in there]
        new: list[str] = []
        problems: dict[str, str] = {}
        size = 0
        self._progress.start(f"fetch PubMed {self._kind} files", len(names), "files")
        self._progress.advance(len(present))
        done = False
        pool = ThreadPoolExecutor(max(1, workers), thread_name_prefix="medlit-fetch")
        try:
            asked = {pool.submit(self._bring, name): name for name in wanted}
            in_a_row = 0
            for future in as_completed(asked):
                name = asked[future]
                problem = _problem(future)
                if problem:
                    problems[name] = problem
                    in_a_row += 1
                    if in_a_row >= _HOPELESS:
                        break
                else:
                    in_a_row = 0
                    brought = future.result()
                    self._remember(name, brought)
                    size += brought["size"] if brought["new"] else 0
                    (new if brought["new"] else present).append(name)
                self._progress.advance(1)
            else:
                done = True
        finally:
            if not done:
                self._client.halt()
            pool.shutdown(wait=True, cancel_futures=True)
        self._progress.finish()
        if problems:
            raise FetchError(_told(problems, len(names), len(new) + len(present)))
        changed = sorted(set(new) & known)
        if changed:
            self._progress.note(
                f"{len(changed)} files were not as the server has them and were fetched again: "
                f"{', '.join(changed[:_SHOWN])}{' ...' if changed[_SHOWN:] else ''}; ingest them"
            )
        paths = [tuple(self._to / name for name in sorted(part)) for part in (new, present)]
        return FetchResult(paths[0], paths[1], size, searched=self._began)

    def _is_checked(self, name: str) -> bool:
        path = self._to / name
        facts = self._state.get(name)
        return facts is not None and path.is_file() and path.stat().st_size == facts["size"]

    def _bring(self, name: str) -> dict[str, Any]:
        """Fetch a file, or find that the one that lies there is the right one."""
        target = self._to / name
        for turn in range(_ROUNDS):
            md5 = md5_of(self._client, self._url, name)
            if not turn and target.is_file() and digests(target)[0] == md5:
                return {"md5": md5, "size": target.stat().st_size, "new": False}
            try:
                got = download(self._client, f"{self._url}{name}", target, md5=md5)
            except ChecksumError:
                continue
            return {"md5": got.md5, "size": got.size, "new": True}
        raise ChecksumError(f"wrong md5 {_ROUNDS} times")

    def _remember(self, name: str, facts: dict[str, Any]) -> None:
        self._state[name] = {"md5": facts["md5"], "size": facts["size"], "kind": self._kind}
        ordered = dict(sorted(self._state.items()))
        write_whole(self._to / STATE, json.dumps(ordered, indent=1).encode())


def _problem(future: Future[dict[str, Any]]) -> str:
    """Return what went wrong with a file; raise what would go wrong with all."""
    error = future.exception()
    if error is None:
        return ""
    if isinstance(error, OSError):
        raise unwritable(Path(error.filename or "the folder"), error)
    if not isinstance(error, FetchError) or isinstance(error, WriteError | OfflineError):
        raise error
    return str(error).partition(";")[0]


def _told(problems: dict[str, str], asked: int, there: int) -> str:
    shown = [f"{name} ({problems[name]})" for name in sorted(problems)[:_SHOWN]]
    more = f" and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
    rest = asked - there - len(problems)
    left = f", {rest} were not tried" if rest else ""
    return (
        f"{len(problems)} of {asked} files could not be fetched{left}: {', '.join(shown)}{more}; "
        "run the same command again for what is missing"
    )
