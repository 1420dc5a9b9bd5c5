"""PubMed records that match a query, by NCBI's E-utilities.

ESearch names the records and keeps them in a history on the server, EFetch hands them out from
there, 200 at a time (https://www.ncbi.nlm.nih.gov/books/NBK25499/). NCBI allows 3 requests a
second, and 10 with a key (https://www.ncbi.nlm.nih.gov/books/NBK25497/).

"For PubMed, ESearch can only retrieve the first 10,000 records matching the query"
(NBK25499; the server draws the line at 9,999: ``'retstart' cannot be larger than 9998``,
https://github.com/biopython/biopython/issues/4353; EFetch obeys it too, in silence). So where
more are wanted, the query is split by the day on which records entered PubMed (``[edat]``),
newest first, in halves until each part holds 9,999 at most.

The PMIDs are written down before the first record is fetched, so that a run that goes on days
later brings the records of its own search and not those of another: where the server's history
no longer holds them in that order, they are asked for by number.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from rag.corpus.fetch.endpoints import EUTILS_URL
from rag.corpus.fetch.eutils_api import REACH, EUtils, HistoryLost, Search, Window
from rag.corpus.fetch.http import Client
from rag.corpus.fetch.result import FetchResult
from rag.corpus.fetch.state import (
    Journal,
    begun,
    check_request,
    now,
    only_fetch,
    stem,
    write_gzip,
)
from rag.errors import FetchError
from rag.progress import Progress, Silent

BATCH = 200
"""Records in a file: as many as NCBI wants in a request without further ado."""

_FIRST_DAY = date(1700, 1, 1)
_SEARCHES = 3  # histories lost in a row before records are asked for by number


def fetch_pubmed(
    query: str,
    to: Path,
    *,
    maximum: int | None,
    since: date | None = None,
    until: date | None = None,
    mark: str = "",
    api_key: str | None = None,
    base_url: str = EUTILS_URL,
    email: str = "",
    progress: Progress | None = None,
    client: Client | None = None,
) -> FetchResult:
    """Bring the PubMed records that match a query, as files of 200 records each.

    A rerun goes on with the search of the first run: it fetches only what is missing, and
    nothing where all is there. What has entered PubMed since ``FetchResult.searched`` is
    fetched with ``since``. Records that EFetch leaves out though ESearch names
    them are counted in ``FetchResult.missing``; a file from which more than a tenth is
    missing is not accepted.

    Args:
        query: in PubMed's own language.
        to: the folder; made where it does not exist.
        maximum: records to fetch at most, in PubMed's order; beyond 9,999 the newest.
            ``None`` is all of them.
        since: only records that were added or modified on this day or later.
        until: with ``since``, the last such day.
        mark: tells this search from an earlier one of the same days, which is not to be gone
            on with.
        api_key: a key of NCBI's.
        base_url: where the E-utilities are.
        email: whom NCBI may write to.
        progress: told of records and of what the user should know.
        client: who asks; made for the occasion if there is none.

    Raises:
        UsageError: the query is empty or ``maximum`` is not positive.
        OfflineError: something is missing and the network is forbidden.
        FetchError: the server cannot be reached or does not deliver.
    """
    check_request(query, maximum)
    dates = f"{since}-to-{until or 'now'}" if since else ""
    name = stem("pubmed", query, dates, maximum, mark)
    key = {"api_key": api_key} if api_key else {}
    who = {"tool": "medlit", **({"email": email} if email else {}), **key}
    secrets = [api_key] if api_key else []
    pace = 10 if api_key else 3
    telling = progress or Silent()
    with (
        only_fetch(to),
        Client(per_second=pace, email=email, secrets=secrets, on_retry=telling.note)
        if client is None
        else nullcontext(client) as asking,
    ):
        journal = Journal(to / f".{name}.json")
        server = EUtils(asking, base_url, query, who, since, until)
        return _Fetch(server, to, name, journal, maximum, telling).run()


class _Fetch:
    """One run: the plan, then the batches that are not there yet."""

    def __init__(
        self,
        server: EUtils,
        to: Path,
        name: str,
        journal: Journal,
        maximum: int | None,
        progress: Progress,
    ) -> None:
        self._server = server
        self._to = to
        self._name = name
        self._journal = journal
        self._maximum = maximum
        self._progress = progress
        self._histories: dict[Window | None, tuple[str, str] | None] = {}

    def run(self) -> FetchResult:
        plan = self._journal.plan
        if plan is None or "windows" not in plan:
            plan = self._plan()
            if plan["windows"]:  # else nothing to keep: another day there may be something
                self._journal.begin(plan)
        matched = int(plan["matched"])
        wanted = sum(len(window["pmids"]) for window in plan["windows"])
        new, present, size, records = [], [], 0, 0
        self._progress.start("fetch from PubMed", wanted, "records")
        for number, (window, planned, start) in enumerate(_batches(plan), 1):
            path = self._to / f"{self._name}-{number:05}.xml.gz"
            pmids = planned[start : start + BATCH]
            if self._journal.has(path):
                present.append(path)
            else:
                data, got = self._batch(window, planned, start)
                size += write_gzip(path, data)
                self._journal.note(path, records=got)
                new.append(path)
            records += int(self._journal.done[path.name]["records"])
            self._progress.advance(len(pmids))
        self._progress.finish()
        if present and not new:
            self._progress.note("all of it was fetched before")
        self._tell(matched, wanted, records)
        return FetchResult(
            tuple(new), tuple(present), size, records, matched, wanted - records, begun(plan)
        )

    def _tell(self, matched: int, wanted: int, records: int) -> None:
        if not matched:
            self._progress.note("PubMed has no record that matches; nothing was fetched")
        if wanted < matched:
            self._progress.note(f"{matched:,} match; the first {wanted:,} were fetched")
        if records < wanted:
            self._progress.note(f"PubMed named {wanted - records:,} records but did not send them")

    def _plan(self) -> dict[str, Any]:
        began = now()
        self._progress.start("search PubMed", None, "searches")
        found = self._search(None)
        if min(found.count, self._most(found.count)) <= REACH:
            self._histories[None] = found.history
            pmids = found.pmids[: self._maximum]
            windows = [{"days": None, "pmids": pmids}] if pmids else []
        else:
            windows = list(self._windows(found.count))
        self._progress.finish()
        for note in found.notes:
            self._progress.note(self._server.client.clean(note, 500))
        return {
            "kind": "pubmed-query",
            "query": self._server.query,
            "maximum": self._maximum,
            "planned": began,
            "matched": found.count,
            "windows": windows,
        }

    def _most(self, count: int) -> int:
        return count if self._maximum is None else self._maximum

    def _windows(self, count: int) -> Iterator[dict[str, Any]]:
        """Yield parts of the query that the server hands out whole, newest first."""
        wanted = self._most(count)
        last_day = datetime.now(UTC).date() + timedelta(days=7)
        for window, found in self._parts((_FIRST_DAY, last_day), count):
            self._histories[window] = found.history
            pmids = found.pmids[:wanted]
            wanted -= len(pmids)
            if pmids:
                yield {"days": [day.isoformat() for day in window], "pmids": pmids}
            if not wanted:
                return

    def _parts(self, window: Window, count: int) -> Iterator[tuple[Window, Search]]:
        """Yield searches within a window, newest first; ``count`` is what the window holds."""
        first, last = window
        if first < last and count > REACH:
            middle = first + (last - first) // 2
            newer = (middle + timedelta(days=1), last)
            found = self._search(newer)
            if found.count > REACH and newer[0] < last:
                yield from self._parts(newer, found.count)
            elif found.count:
                yield newer, self._told(newer, found)
            # what is not in the newer half is in the older one: no need to ask how much
            yield from self._parts((first, middle), count - found.count)
        elif count > 0:
            yield window, self._told(window, self._search(window))

    def _search(self, window: Window | None) -> Search:
        found = self._server.search(window)
        self._progress.advance(1)
        return found

    def _told(self, window: Window, found: Search) -> Search:
        if found.count > REACH:
            self._progress.note(
                f"{found.count:,} matching records entered PubMed on {window[0]}; its search "
                f"hands out {REACH:,} of them: only PubMed's files hold all"
            )
        return found

    def _batch(
        self, window: Window | None, planned: tuple[str, ...], start: int
    ) -> tuple[bytes, int]:
        """Return the XML of a batch and how many of its records are in there."""
        pmids = planned[start : start + BATCH]
        answer = self._from_history(window, planned, start)
        if answer is None or set(answer[1]) != set(pmids):
            answer = self._server.records(id=",".join(pmids))
        missing = len(set(pmids) - set(answer[1]))
        if missing > max(2, len(pmids) // 10):
            raise FetchError(
                f"PubMed sent {len(pmids) - missing} of {len(pmids)} records that its search "
                "names; run the same command again later"
            )
        return answer[0], len(pmids) - missing

    def _from_history(
        self, window: Window | None, planned: tuple[str, ...], start: int
    ) -> tuple[bytes, tuple[str, ...]] | None:
        """Ask for a batch by its place in the search; ``None`` where that does not work."""
        for _ in range(_SEARCHES):
            if window not in self._histories:
                found = self._server.search(window)
                same = found.pmids[: len(planned)] == planned
                self._histories[window] = found.history if same else None
            history = self._histories[window]
            if history is None:
                break
            try:
                return self._server.records(
                    WebEnv=history[0],
                    query_key=history[1],
                    retstart=str(start),
                    retmax=str(min(BATCH, len(planned) - start)),
                )
            except HistoryLost:
                del self._histories[window]
        return None


def _batches(plan: dict[str, Any]) -> Iterator[tuple[Window | None, tuple[str, ...], int]]:
    """Yield the window, all its PMIDs and the place of the first, for every batch."""
    for part in plan["windows"]:
        days = part["days"]
        window = (date.fromisoformat(days[0]), date.fromisoformat(days[1])) if days else None
        planned = tuple(part["pmids"])
        for start in range(0, len(planned), BATCH):
            yield window, planned, start
