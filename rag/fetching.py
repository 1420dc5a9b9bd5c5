"""Fetching as the command line does it: from the servers in force, and remembered.

A folder that was filled here carries its subscriptions, so that ``medlit update`` can bring
what is new. This module imports the HTTP client only when it is used.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

from rag.corpus.fetch import (
    FetchResult,
    Subscription,
    endpoints,
    fetch_baseline,
    fetch_europepmc,
    fetch_pubmed,
    fetch_updates,
    save,
)
from rag.progress import Progress


def fetch_query(
    kind: Literal["pubmed-query", "europepmc-query"],
    query: str,
    to: Path,
    maximum: int,
    since: date | None,
    progress: Progress,
) -> FetchResult:
    """Fetch what matches a query into a folder, and remember the query there.

    Raises:
        UsageError: the query is empty.
        OfflineError: the network is forbidden.
        FetchError: the server does not deliver.
    """
    here = endpoints()
    begin = datetime.now(UTC)
    if kind == "pubmed-query":
        result = fetch_pubmed(
            query,
            to,
            maximum=maximum,
            since=since,
            api_key=here.api_key,
            base_url=here.eutils,
            email=here.email,
            progress=progress,
        )
    else:
        result = fetch_europepmc(
            query,
            to,
            maximum=maximum,
            since=since,
            base_url=here.europepmc,
            email=here.email,
            progress=progress,
        )
    save(to, Subscription(kind, query, maximum).renewed(begin))
    return result


def fetch_files(
    kind: Literal["baseline", "updates"],
    to: Path,
    workers: int,
    limit: int | None,
    progress: Progress,
) -> FetchResult:
    """Fetch PubMed's own files into a folder, and remember that.

    Raises:
        OfflineError: the network is forbidden.
        FetchError: the server does not deliver.
    """
    here = endpoints()
    begin = datetime.now(UTC)
    if kind == "baseline":
        result = fetch_baseline(
            to,
            base_url=here.baseline,
            workers=workers,
            limit=limit,
            email=here.email,
            progress=progress,
        )
    else:
        result = fetch_updates(
            to,
            base_url=here.updates,
            workers=workers,
            limit=limit,
            email=here.email,
            progress=progress,
        )
    save(to, Subscription(kind).renewed(begin))
    return result
