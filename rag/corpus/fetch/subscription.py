"""A folder remembers what was fetched into it, so that what is new can be fetched later.

``.medlit-fetch.json`` lists the sources of a folder: a query's text, or PubMed's files, and the
day of the last search. No key is ever written there.

What is new: for a query, all records added or modified since the day before the last search (so
that neither a time zone nor a day that was still going on leaves a gap), however few were asked
for at first. A search from which records are missing is not the last one. A query cannot tell
which records were deleted; PubMed's update files do. For PubMed's files, the update files that
are not known yet: their numbers go on from the baseline's, or from the first update file that
was fetched where there is no baseline. With a new year begins a new
baseline, which they belong to (see ``rag.corpus.fetch.listing``).
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urljoin

from rag.corpus.fetch.endpoints import endpoints
from rag.corpus.fetch.europepmc import fetch_europepmc
from rag.corpus.fetch.eutils import fetch_pubmed
from rag.corpus.fetch.files import checked_files, fetch_baseline, fetch_updates
from rag.corpus.fetch.http import Client
from rag.corpus.fetch.listing import Key, key
from rag.corpus.fetch.result import FetchResult
from rag.corpus.fetch.state import locked, make_folder, write_whole
from rag.errors import FetchError
from rag.progress import Progress, Silent

FILE = ".medlit-fetch.json"
_DEPTH, _FOLDERS = 4, 5_000  # how far it is looked for below a folder
_PATIENCE = 10.0  # seconds; whoever holds the file only writes it

Kind = Literal["pubmed-query", "europepmc-query", "baseline", "updates"]


@dataclass(frozen=True, slots=True)
class Subscription:
    """A source of a folder.

    Attributes:
        kind: which of the fetches it was.
        query: of the two kinds that have one.
        maximum: records that the first fetch of a query was to bring at most; news are not
            limited by it.
        base_url: the server's address where it is another than the environment names.
        fetched: when the last search was made, in UTC, as ISO 8601; empty before the first.
    """

    kind: Kind
    query: str = ""
    maximum: int | None = None
    base_url: str = ""
    fetched: str = ""

    def renewed(self, when: datetime | None = None) -> Subscription:
        """Return the subscription as searched at ``when``, or now."""
        moment = (when or datetime.now(UTC)).astimezone(UTC)
        return replace(self, fetched=moment.isoformat(timespec="seconds"))

    @property
    def day(self) -> date | None:
        """The day of the last search."""
        return datetime.fromisoformat(self.fetched).date() if self.fetched else None

    def followed_by(self, result: FetchResult) -> Subscription:
        """Return the subscription as it stands once the news of ``refetch`` are dealt with.

        It stays as it is where a server held records back, which the next time brings then.
        """
        if result.missing or result.searched is None:
            return self
        earlier = datetime.fromisoformat(self.fetched) if self.fetched else result.searched
        return self.renewed(max(earlier, result.searched))


def save(folder: Path, subscription: Subscription) -> None:
    """Add a subscription to a folder; one of the same kind and query is replaced.

    Raises:
        FetchError: the file is damaged or cannot be written.
    """
    make_folder(folder)
    with locked(folder / f"{FILE}.lock", _PATIENCE, f"another process holds {folder / FILE}"):
        others = [
            known
            for known in load(folder)
            if (known.kind, known.query) != (subscription.kind, subscription.query)
        ]
        table = {"format": 1, "subscriptions": [asdict(s) for s in (*others, subscription)]}
        text = json.dumps(table, indent=1, ensure_ascii=False)
        write_whole(folder / FILE, text.encode() + b"\n")


def load(folder: Path) -> tuple[Subscription, ...]:
    """Return the subscriptions of a folder, in the order in which they were last saved.

    Raises:
        FetchError: the file is damaged, or of a later version.
    """
    path = folder / FILE
    try:
        table = json.loads(path.read_bytes())
        return tuple(_subscription(entry) for entry in table["subscriptions"])
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise FetchError(f"cannot read {path}: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise FetchError(f"{path} is damaged; delete it and fetch again") from error


def refetch(
    subscription: Subscription,
    folder: Path,
    since: date | None = None,
    known_files: Collection[str] = (),
    progress: Progress | None = None,
    *,
    cut_files: Collection[str] = (),
    today: date | None = None,
    client: Client | None = None,
) -> FetchResult:
    """Fetch what is new since the last search into the folder of a subscription.

    The subscription stays as it is: ``save(folder, subscription.followed_by(result))`` says
    that what came has been dealt with.

    Args:
        subscription: what to fetch.
        folder: where the new files go.
        since: the day from which on a query looks back one more; that of the last search.
        known_files: names of PubMed files that need not be fetched, wherever they are.
        progress: told of what is fetched and of what the user should know.
        cut_files: names of PubMed files that turned out to be cut off: where they lie in the
            folder they are compared with the server's, and fetched again.
        today: the last day that a query asks for; in UTC.
        client: who asks; made for the occasion if there is none.

    Raises:
        OfflineError: the network is forbidden.
        FetchError: the server does not deliver, or a query was never fetched before.
    """
    telling = progress or Silent()
    here = endpoints()
    if subscription.kind in ("baseline", "updates"):
        mended = _mended(subscription, folder, cut_files, telling, client)
        result = _new_updates(subscription, folder, known_files, telling, client)
        return replace(result, new=(*mended, *result.new))
    last = since or subscription.day
    if last is None:
        raise FetchError(f"{folder} does not say when it was fetched; fetch it anew")
    # the files bear the last search in their name: what broke off since then is gone on with,
    # and a second update on one day searches anew
    begin, end = last - timedelta(days=1), today or datetime.now(UTC).date()
    if subscription.kind == "europepmc-query":
        return fetch_europepmc(
            subscription.query,
            folder,
            maximum=None,
            since=begin,
            until=max(begin, end),
            mark=subscription.fetched,
            base_url=subscription.base_url or here.europepmc,
            email=here.email,
            progress=telling,
            client=client,
        )
    return fetch_pubmed(
        subscription.query,
        folder,
        maximum=None,
        since=begin,
        until=max(begin, end),
        mark=subscription.fetched,
        api_key=here.api_key,
        base_url=subscription.base_url or here.eutils,
        email=here.email,
        progress=telling,
        client=client,
    )


def _new_updates(
    subscription: Subscription,
    folder: Path,
    known: Collection[str],
    progress: Progress,
    client: Client | None,
) -> FetchResult:
    """Fetch the update files that are not known, of the year of the known baseline."""
    here = endpoints()
    checked = checked_files(folder)
    baseline = [name for name, facts in checked.items() if facts["kind"] == "baseline"]
    if subscription.kind == "baseline" and not baseline:
        baseline = [name for name in known if key(name)]
    updates = {name for name, facts in checked.items() if facts["kind"] == "updates"}
    return fetch_updates(
        folder,
        base_url=_server(subscription, "updatefiles"),
        after=max(baseline, key=_place, default=None),
        oldest=None if baseline else _oldest(updates, known),
        skip=known,
        email=here.email,
        progress=progress,
        client=client,
    )


def _mended(
    subscription: Subscription,
    folder: Path,
    cut: Collection[str],
    progress: Progress,
    client: Client | None,
) -> tuple[Path, ...]:
    """Fetch PubMed files of a folder again that are not as the server has them."""
    here = {name for name in cut if key(name) and (folder / name).is_file()}
    new: list[Path] = []
    for fetch, place in ((fetch_updates, "updatefiles"), (fetch_baseline, "baseline")):
        if here:
            got = fetch(
                folder,
                base_url=_server(subscription, place),
                only=here,
                verify=True,
                email=endpoints().email,
                progress=progress,
                client=client,
            )
            new.extend(got.new)
            here -= {path.name for path in got.files}
    return tuple(new)


def _server(subscription: Subscription, folder: str) -> str:
    """Return the address of a folder that lies beside the one of a subscription."""
    base = (subscription.base_url or endpoints().baseline).rstrip("/")
    return urljoin(f"{base}/", f"../{folder}/")


def subscribed_below(folder: Path) -> Iterator[Path]:
    """Yield the folders below ``folder`` that were filled by a fetch, as far as they are near."""
    for parent, folders, names in islice(os.walk(folder), _FOLDERS):
        deep = len(Path(parent).relative_to(folder).parts) >= _DEPTH
        folders[:] = [] if deep else sorted(n for n in folders if not n.startswith("."))
        if FILE in names and Path(parent) != folder:
            yield Path(parent)


def _oldest(updates: Collection[str], known: Collection[str]) -> str | None:
    """Return the first file of a folder without a baseline: what came before is not news.

    What an index has of the same years from elsewhere counts, since a baseline may be in it.
    """
    years = {_place(name)[0] for name in updates}
    first = min(years, default=0)
    others = [name for name in known if key(name) and _place(name)[0] >= first]
    return min((*updates, *others), key=_place, default=None)


def _place(name: str) -> Key:
    return key(name) or (0, 0)


def _subscription(entry: dict[str, object]) -> Subscription:
    found = Subscription(**entry)  # type: ignore[arg-type]
    if found.kind not in get_args(Kind):
        raise ValueError(found.kind)
    if found.fetched:
        datetime.fromisoformat(found.fetched)
    return found
