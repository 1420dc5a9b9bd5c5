"""Fetching as the command line does it: from the servers in force, and remembered.

A folder that was filled here carries its subscriptions, so that ``medlit update`` can bring
what is new. This module imports the HTTP client only when it is used.
"""

from __future__ import annotations

from dataclasses import replace
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
    load,
    save,
)
from rag.privacy.redacted import Redacted, require_redacted
from rag.progress import Progress


def fetch_query(
    kind: Literal["pubmed-query", "europepmc-query"],
    query: Redacted,
    to: Path,
    maximum: int,
    since: date | None,
    progress: Progress,
) -> FetchResult:
    """Fetch what matches a query into a folder, and remember the query there.

    The same request again goes on with its first search, and fetches nothing where that is
    done. The day that is remembered is that of the search, so that ``medlit update`` asks for
    all that is newer, whenever the last record came.

    The query is a ``Redacted`` (see ``rag.privacy.redacted.redact_query``): a server learns it.

    Raises:
        TypeError: the query is no ``Redacted``.
        UsageError: the query is empty.
        OfflineError: the network is forbidden.
        FetchError: the server does not deliver.
    """
    asked = require_redacted(query).text
    here = endpoints()
    begin = datetime.now(UTC).replace(microsecond=0)
    if kind == "pubmed-query":
        result = fetch_pubmed(
            asked,
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
            asked,
            to,
            maximum=maximum,
            since=since,
            base_url=here.europepmc,
            email=here.email,
            progress=progress,
        )
    if result.files and result.searched and result.searched < begin:
        progress.note(
            f"the search is that of {result.searched.date()}: medlit update brings what is new "
            "since, another --to searches anew"
        )
    save(to, _followed(to, Subscription(kind, asked, maximum), result, since))
    return result


def _followed(
    to: Path, subscription: Subscription, result: FetchResult, since: date | None
) -> Subscription:
    """Return the subscription with the day from which on news are to be asked for.

    A search moves the remembered day forward only where it left out nothing since that day.
    """
    for known in load(to):
        if (known.kind, known.query) == (subscription.kind, subscription.query) and known.day:
            asked = since is None or since < known.day
            kept = replace(subscription, fetched=known.fetched)
            whole = asked and result.records == result.matched
            return kept.followed_by(result) if whole else kept
    return subscription.renewed(result.searched)


def fetch_files(
    kind: Literal["baseline", "updates"],
    to: Path,
    workers: int,
    limit: int | None,
    verify: bool,
    progress: Progress,
) -> FetchResult:
    """Fetch PubMed's own files into a folder, and remember that.

    Raises:
        OfflineError: the network is forbidden.
        FetchError: the server does not deliver.
    """
    here = endpoints()
    if kind == "baseline":
        result = fetch_baseline(
            to,
            base_url=here.baseline,
            workers=workers,
            limit=limit,
            verify=verify,
            email=here.email,
            progress=progress,
        )
    else:
        result = fetch_updates(
            to,
            base_url=here.updates,
            workers=workers,
            limit=limit,
            verify=verify,
            email=here.email,
            progress=progress,
        )
    save(to, Subscription(kind).renewed(result.searched))
    return result
