"""PubMed's files on NLM's server: their names, their order, their checksums.

``pubmed26n0001.xml.gz`` is number 1 of the year 2026. "Once a year, NLM produces a baseline set
of PubMed citation records"; the daily update files go on from its numbers, and a new baseline
replaces everything of the year before (https://pubmed.ncbi.nlm.nih.gov/download/). Beside every
file lies ``<name>.md5``, which reads ``MD5(pubmed26n0001.xml.gz)= <hexadecimal>``
(https://ftp.ncbi.nlm.nih.gov/pubmed/baseline/README.txt).
"""

from __future__ import annotations

import re

from rag.corpus.fetch.faults import Unusable
from rag.corpus.fetch.http import Client
from rag.errors import FetchError

Key = tuple[int, int]
"""Year of a century and number: PubMed's files in their order."""

_NAME = re.compile(r"pubmed(\d\d)n(\d{4,6})(?:\.xml(?:\.gz)?)?")
_LINK = re.compile(rb"""href\s*=\s*["'](?:[^"']*/)?(pubmed\d\dn\d{4,6}\.xml\.gz)["']""", re.I)
_INDEX = re.compile(rb"index of|parent directory", re.IGNORECASE)
_MD5 = re.compile(r"\b[0-9a-f]{32}\b", re.IGNORECASE)


def key(name: str) -> Key | None:
    """Return year and number of a PubMed file, with or without its suffix; else ``None``."""
    match = _NAME.fullmatch(name)
    return (int(match[1]), int(match[2])) if match else None


def listed(client: Client, url: str) -> dict[str, Key]:
    """Return the PubMed files of a folder on a server, in their order.

    Raises:
        OfflineError: the network is forbidden.
        FetchError: the server does not show the folder.
    """
    return client.get(url, _files)


def md5_of(client: Client, url: str, name: str) -> str:
    """Return the MD5 that the server states for a file.

    Raises:
        FetchError: it states none.
    """

    def judge(body: bytes) -> str:
        text = body.decode("ascii", "replace")
        found = _MD5.search(text) if len(body) < 1_000 else None
        if found is None or (".gz" in text and name not in text):
            raise Unusable("the server sends no checksum")
        return found[0].lower()

    return client.get(f"{url}{name}.md5", judge)


def number_of(name: str) -> Key:
    """Return year and number of a PubMed file that a person named.

    Raises:
        FetchError: it is no such name.
    """
    found = key(name)
    if found is None:
        raise FetchError(f"{name!r} names no PubMed file; write it as pubmed26n0001.xml.gz")
    return found


def _files(body: bytes) -> dict[str, Key]:
    names = {match.decode("ascii").lower() for match in _LINK.findall(body)}
    if not names and not _INDEX.search(body):
        raise Unusable("the server sends a page that lists no files")
    keys = {name: found for name in names if (found := key(name)) is not None}
    return dict(sorted(keys.items(), key=lambda item: item[1]))
