"""Europe PMC records that match a query, by its REST service.

The search is asked by POST (``searchPOST``), so that the query stands in no log of addresses,
for pages of full records (``resultType=core``) as JSON; a page names the ``cursorMark`` of the
next. "If nextPageUrl or nextCursorMark are absent from response, this means that end of results
is reached" (https://groups.google.com/a/ebi.ac.uk/g/epmc-webservices/c/yG8kMl1R3cI); a mark
that repeats means the same. A page holds 1,000 records at most
(https://europepmc.org/RestfulWebService). What changed since a day is found by ``UPDATE_DATE``,
which "reflects any type of update"
(https://groups.google.com/a/ebi.ac.uk/g/epmc-webservices/c/nNIVJqZMsdI).
"""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rag.corpus.fetch.endpoints import EUROPEPMC_URL
from rag.corpus.fetch.faults import Unusable
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

PAGE = 500
"""Records in a file; Europe PMC allows twice as many."""

_FIRST = "*"
_PER_SECOND = 5


@dataclass(frozen=True, slots=True)
class _Page:
    data: bytes
    hits: int
    records: int
    next: str


def fetch_europepmc(
    query: str,
    to: Path,
    *,
    maximum: int | None,
    since: date | None = None,
    until: date | None = None,
    mark: str = "",
    base_url: str = EUROPEPMC_URL,
    email: str = "",
    progress: Progress | None = None,
    client: Client | None = None,
) -> FetchResult:
    """Bring the Europe PMC records that match a query, as files of up to 500 records each.

    A rerun goes on with the search of the first run: it fetches only what is missing, from the
    cursor where it broke off, and nothing where all is there. A search that ended before all
    that it counted had come is asked once more where it ended.

    Args:
        query: in Europe PMC's own language.
        to: the folder; made where it does not exist.
        maximum: records to fetch at most, the most relevant first; ``None`` is all of them.
        since: only records that were added or updated on this day or later.
        until: with ``since``, the last such day.
        mark: tells this search from an earlier one of the same days, which is not to be gone
            on with.
        base_url: where the service is.
        email: whom a server may write to.
        progress: told of records and of what the user should know.
        client: who asks; made for the occasion if there is none.

    Raises:
        UsageError: the query is empty or ``maximum`` is not positive.
        OfflineError: something is missing and the network is forbidden.
        FetchError: the server cannot be reached or does not deliver.
    """
    check_request(query, maximum)
    dates = f"{since}-to-{until or 'now'}" if since else ""
    name = stem("europepmc", query, dates, maximum, mark)
    term = f"({query}) AND UPDATE_DATE:[{since} TO {until or '3000-12-31'}]" if since else query
    telling = progress or Silent()
    with (
        only_fetch(to),
        Client(per_second=_PER_SECOND, email=email, on_retry=telling.note)
        if client is None
        else nullcontext(client) as asking,
    ):
        journal = Journal(to / f".{name}.json")
        fetch = _Fetch(asking, base_url, term, journal, telling)
        return fetch.run(query, to, name, maximum)


class _Fetch:
    """One run: from page to page, of which those that are there are only looked up."""

    def __init__(
        self, client: Client, base_url: str, term: str, journal: Journal, progress: Progress
    ) -> None:
        self._client = client
        self._url = f"{base_url.rstrip('/')}/searchPOST"
        self._term = term
        self._journal = journal
        self._progress = progress

    def run(self, query: str, to: Path, name: str, maximum: int | None) -> FetchResult:
        journal, plan = self._journal, self._journal.plan or _plan(query, maximum)
        new, present, size, records, number = [], [], 0, 0, 0
        most = sys.maxsize if maximum is None else maximum
        wanted, hits = most, 0
        cursor, seen = _FIRST, set[str]()
        while cursor and cursor not in seen and records < wanted:
            seen.add(cursor)
            number += 1
            path = to / f"{name}-{number:05}.json.gz"
            noted = journal.done.get(path.name, {})
            ends = noted.get("next") in ("", *seen)
            short = ends and records + noted["records"] < min(noted["hits"], most)
            if noted.get("cursor") == cursor and journal.has(path) and not short:
                present.append(path)
            else:
                page = self._page(cursor, min(PAGE, most - records))
                if not page.records:  # nothing to note: another time there may be something
                    break
                if journal.plan is None:
                    journal.begin(plan)
                size += write_gzip(path, page.data)
                new.append(path)
                facts = {"records": page.records, "hits": page.hits, "next": page.next}
                journal.note(path, cursor=cursor, **facts)
                noted = journal.done[path.name]
            hits = int(noted["hits"])
            wanted = min(hits, most)
            if number == 1:
                self._progress.start("fetch from Europe PMC", wanted, "records")
            records += int(noted["records"])
            self._progress.advance(int(noted["records"]))
            cursor = str(noted["next"])
        if hits:
            self._progress.finish()
        missing = max(0, min(hits, most) - records)
        if present and not new and not missing:
            self._progress.note("all of it was fetched before")
        self._tell(hits, most, records)
        return FetchResult(tuple(new), tuple(present), size, records, hits, missing, begun(plan))

    def _tell(self, hits: int, maximum: int, records: int) -> None:
        if not hits:
            self._progress.note("Europe PMC has no record that matches; nothing was fetched")
        if maximum < hits:
            self._progress.note(f"{hits:,} match; the first {records:,} were fetched")
        if records < min(hits, maximum):
            missing = min(hits, maximum) - records
            self._progress.note(f"Europe PMC counted {missing:,} records that it did not send")

    def _page(self, cursor: str, size: int) -> _Page:
        fields = {
            "query": self._term,
            "format": "json",
            "resultType": "core",
            "pageSize": str(size),
            "cursorMark": cursor,
        }
        return self._client.post(self._url, fields, lambda body: _judge(body, cursor, size))


def _plan(query: str, maximum: int | None) -> dict[str, object]:
    return {"kind": "europepmc-query", "query": query, "maximum": maximum, "planned": now()}


def _judge(body: bytes, cursor: str, size: int) -> _Page:
    """Check a page.

    Raises:
        Unusable: it is none, or another than the one asked for.
        FetchError: the server cannot make sense of the query.
    """
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise Unusable("the answer is cut short or no JSON") from error
    if not isinstance(answer, dict):
        raise Unusable("the answer is not a page of results")
    if "errCode" in answer or "error" in answer:
        text = str(answer.get("errMsg") or answer.get("error"))
        if str(answer.get("errCode", ""))[:1] == "4":
            raise FetchError(f"Europe PMC refuses the query: {' '.join(text.split())[:200]}")
        raise Unusable(f"the server says: {text}")
    try:
        hits = int(answer["hitCount"])
        records = len(answer["resultList"]["result"])
    except (KeyError, TypeError, ValueError) as error:
        raise Unusable("the answer is not a page of results") from error
    if records > size or (cursor == _FIRST and records < min(hits, size)):
        raise Unusable(f"the server sends {records} of {min(hits, size)} records")
    return _Page(body, hits, records, str(answer.get("nextCursorMark") or ""))
