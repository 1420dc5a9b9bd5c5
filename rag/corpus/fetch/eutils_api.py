"""ESearch and EFetch: what is asked, and what the answers are worth.

An answer with status 200 may be an error all the same: JSON with ``error`` or
``esearchresult.ERROR`` (which holds a bare line feed, against JSON's rules), XML with ``ERROR``
in place of records, or a page for people. A lost history shows as ``Unable to obtain query #1``
or ``Cannot retrieve history data``, with 200 or 400
(https://github.com/massimoaria/pubmedR/issues/7); NCBI's rule of thumb is that a history lives
8 hours (https://github.com/ropensci/rentrez/issues/110).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from lxml import etree

from rag.corpus.fetch.faults import Unusable
from rag.corpus.fetch.http import Client
from rag.errors import FetchError

_ERROR = re.compile(rb"<ERROR>(.*?)</ERROR>", re.DOTALL)
_LOST = re.compile(r"history|webenv|query_?key|unable to obtain query", re.IGNORECASE)
_PAGE = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype )?html", re.IGNORECASE)


Window = tuple[date, date]

REACH = 9_999
"""Records of a search that the E-utilities hand out."""

_OPEN_END = date(3000, 12, 31)  # PubMed's own word for "and later"
_BAD_REQUEST = frozenset({400})  # EFetch tells of a lost history with this status


class HistoryLost(FetchError):
    """The server no longer knows the search whose records were asked for."""


@dataclass(frozen=True, slots=True)
class Search:
    """What ESearch found.

    Attributes:
        count: all records that match.
        pmids: the first of them, as many as ESearch hands out.
        history: ``WebEnv`` and ``query_key``, by which EFetch knows the result.
        notes: what the user should know about how the query was read.
    """

    count: int
    pmids: tuple[str, ...]
    history: tuple[str, str]
    notes: tuple[str, ...]


class EUtils:
    """ESearch and EFetch for one query.

    Args:
        client: who asks.
        base_url: where the E-utilities are.
        query: in PubMed's own language.
        who: the fields by which NCBI knows who asks.
        since: only records that were added or modified on this day or later.
        until: with ``since``, the last such day.
    """

    def __init__(
        self,
        client: Client,
        base_url: str,
        query: str,
        who: dict[str, str],
        since: date | None = None,
        until: date | None = None,
    ) -> None:
        self.client = client
        self.query = query
        self._base = base_url.rstrip("/")
        self._who = who
        self._limits: dict[str, str] = {}
        if since:
            days = {"mindate": _day(since), "maxdate": _day(until or _OPEN_END)}
            self._limits = {"datetype": "mdat", **days}

    def search(self, window: Window | None = None) -> Search:
        """Search, within the days on which records entered PubMed where these are given."""
        term = self.query
        if window:
            term = f"({term}) AND {_day(window[0])}:{_day(window[1])}[edat]"
        fields = {"db": "pubmed", "term": term, "usehistory": "y", "retmode": "json"}
        return self.client.post(
            f"{self._base}/esearch.fcgi",
            fields | {"retmax": str(REACH)} | self._limits | self._who,
            judge_search,
            _BAD_REQUEST,
        )

    def records(self, **which: str) -> tuple[bytes, tuple[str, ...]]:
        """Fetch records, by history or by ``id``: their XML and their PMIDs."""
        return self.client.post(
            f"{self._base}/efetch.fcgi",
            {"db": "pubmed", "retmode": "xml"} | which | self._who,
            lambda body: judge_records(body, "WebEnv" in which),
            _BAD_REQUEST,
        )


def judge_search(body: bytes) -> Search:
    """Read an answer of ESearch, which lists ``REACH`` records at most.

    Raises:
        Unusable: it is a fault that may pass.
        FetchError: it is one that will not.
    """
    try:
        answer = json.loads(body, strict=False)
    except ValueError as error:
        raise Unusable(_what(body)) from error
    result = answer.get("esearchresult") if isinstance(answer, dict) else None
    if not isinstance(result, dict) or "ERROR" in result:
        raise _complaint(answer if not isinstance(result, dict) else result)
    try:
        found = Search(
            count=int(result["count"]),
            pmids=tuple(str(pmid) for pmid in result["idlist"]),
            history=(str(result.get("webenv", "")), str(result.get("querykey", ""))),
            notes=tuple(_notes(result)),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Unusable("the search result is incomplete") from error
    if found.count and not all(found.history):
        raise Unusable("the search result is incomplete")
    if len(found.pmids) != min(found.count, REACH):
        raise Unusable(f"the search lists {len(found.pmids)} of {found.count} records")
    return found


def judge_records(body: bytes, history: bool) -> tuple[bytes, tuple[str, ...]]:
    """Check an answer of EFetch; return it with the PMIDs of its records.

    Raises:
        HistoryLost: with ``history``, and the server has forgotten the search.
        Unusable: it holds something else than records, or ends early.
        FetchError: a fault that will not pass.
    """
    if error := _ERROR.search(body):
        text = error[1].decode("utf-8", "replace")
        if history and _LOST.search(text):
            raise HistoryLost(text)
        raise Unusable(f"the server says: {text}")
    if body.lstrip()[:1] == b"{":
        try:
            raise _complaint(json.loads(body, strict=False))
        except ValueError as error_in_json:
            raise Unusable(_what(body)) from error_in_json
    if not body.rstrip().endswith((b"</PubmedArticleSet>", b"<PubmedArticleSet/>")):
        raise Unusable(_what(body))
    # nothing is loaded or expanded: the bytes are kept as they came, this only looks at them
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error_in_xml:
        raise Unusable("the server sends XML that is not well formed") from error_in_xml
    found = (record.find("*/PMID") for record in root)
    return body, tuple((pmid.text or "").strip() for pmid in found if pmid is not None)


def _what(body: bytes) -> str:
    if not body.strip():
        return "the answer is empty"
    if _PAGE.match(body):
        return "the server sends a page for people in place of data"
    return "the answer is cut short or in another format"


def _complaint(answer: object) -> FetchError:
    """Return the error that an answer in JSON tells of."""
    told: Any = answer if isinstance(answer, dict) else {}
    text = str(told.get("ERROR") or told.get("error") or "nothing that can be read")
    if "api key" in text.lower():
        return FetchError("NCBI refuses the API key in NCBI_API_KEY; correct it or unset it")
    return Unusable(f"the server says: {text}")


def _notes(result: dict[str, Any]) -> list[str]:
    errors, warnings = result.get("errorlist") or {}, result.get("warninglist") or {}
    notes = []
    for source, key, text in (
        (errors, "phrasesnotfound", "PubMed does not know, and left out"),
        (errors, "fieldsnotfound", "PubMed has no such field"),
        (warnings, "phrasesignored", "PubMed ignored"),
        (warnings, "quotedphrasesnotfound", "PubMed has no such phrase"),
        (warnings, "outputmessages", "PubMed says"),
    ):
        listed = source.get(key) if isinstance(source, dict) else None
        if listed and isinstance(listed, list):
            notes.append(f"{text}: {', '.join(str(item) for item in listed)}")
    if result.get("querytranslation"):
        notes.append(f"PubMed reads the query as: {result['querytranslation']}")
    return notes


def _day(day: date) -> str:
    return day.isoformat().replace("-", "/")
