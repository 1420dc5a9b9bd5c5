from __future__ import annotations

import gzip
import json
from datetime import date

import pytest

from rag.corpus import corpus_files
from rag.corpus.fetch import europepmc, fetch_europepmc
from rag.corpus.fetch.state import only_fetch
from rag.errors import FetchError, OfflineError, UsageError


@pytest.fixture
def fetch(server, client, tmp_path, monkeypatch):
    monkeypatch.setattr(europepmc, "PAGE", 5)

    def _fetch(query="fever", to=None, **options):
        options = {"maximum": 100, "base_url": server.europepmc, "client": client, **options}
        return fetch_europepmc(query, to or tmp_path / "out", **options)

    return _fetch


@pytest.fixture
def small(server):
    server.add_records(12)


def ids(folder):
    pages = [json.loads(gzip.decompress(p.read_bytes())) for p in sorted(folder.glob("*.gz"))]
    return [int(record["id"]) for page in pages for record in page["resultList"]["result"]]


@pytest.mark.parametrize("repeat", [False, True])
def test_a_query_becomes_files(server, fetch, tmp_path, small, told, repeat):
    server.repeat_cursor = repeat
    progress = told()
    got = fetch(progress=progress)
    assert [path.name[:15] for path in got.new] == ["europepmc-fever"] * 3
    assert [path.name[-14:] for path in got.new] == [f"-0000{i}.json.gz" for i in (1, 2, 3)]
    assert (got.records, got.matched, got.missing) == (12, 12, 0)
    assert got.bytes == sum(path.stat().st_size for path in got.new)
    assert ids(tmp_path / "out") == list(range(1011, 999, -1))
    assert progress.stages == [("fetch from Europe PMC", 12, "records")]
    assert progress.amount == 12
    assert progress.notes == []
    assert len(corpus_files([tmp_path / "out"])) == 3
    assert len(server.requests) == 3
    asked = server.requests[1]
    assert (asked.method, asked.path) == ("POST", "/europepmc/webservices/rest/searchPOST")
    assert asked.fields == {
        "query": "fever",
        "format": "json",
        "resultType": "core",
        "pageSize": "5",
        "cursorMark": "AoI5",
    }


def test_a_rerun_fetches_nothing(server, fetch, small, told, monkeypatch):
    first = fetch()
    server.requests.clear()
    monkeypatch.setenv("MEDLIT_OFFLINE", "1")
    progress = told()
    again = fetch(progress=progress)
    assert not server.requests
    assert (again.new, again.present, again.records) == ((), first.new, 12)
    assert "all of it was fetched before" in progress.notes[0]


def test_maximum(server, fetch, small, tmp_path, told):
    progress = told()
    got = fetch(maximum=7, progress=progress)
    assert (got.records, got.matched) == (7, 12)
    assert len(ids(tmp_path / "out")) == 7
    assert progress.notes == ["12 match; the first 7 were fetched"]


@pytest.mark.parametrize(
    "kinds",
    [
        ["500"],
        ["503", "503"],
        ["429"],
        ["429-date"],
        ["cut"],
        ["cut-quietly"],
        ["html"],
        ["empty"],
        ["malformed"],
        ["error"],
        ["json-error"],
        ["500", "cut", "html", "malformed", "error"],
    ],
)
@pytest.mark.parametrize("after", [0, 2])
def test_faults_change_nothing(server, fetch, tmp_path, small, content, kinds, after):
    fetch(to=tmp_path / "plain")
    for kind in kinds:
        server.fail(kind, "search", after=after)
    assert fetch().records == 12
    assert content(tmp_path / "out") == content(tmp_path / "plain")
    assert not any(fault.times for fault in server.faults)


@pytest.mark.parametrize("after", [0, 1])
def test_a_run_that_was_stopped_goes_on(server, fetch, tmp_path, small, content, told, after):
    fetch(to=tmp_path / "plain")
    with pytest.raises(KeyboardInterrupt):
        fetch(progress=told(fail_after=after))
    server.requests.clear()
    got = fetch()
    assert (len(got.present), len(got.new)) == (after + 1, 2 - after)
    assert len(server.requests) == 2 - after
    assert content(tmp_path / "out") == content(tmp_path / "plain")


def test_a_page_that_was_lost_is_fetched_again(server, fetch, tmp_path, small, content):
    got = fetch()
    before = content(tmp_path / "out")
    got.new[1].unlink()
    server.requests.clear()
    assert fetch().new == (got.new[1],)
    assert len(server.requests) == 1
    assert content(tmp_path / "out") == before


def test_one_fetch_at_a_time_in_a_folder(server, fetch, tmp_path):
    with only_fetch(tmp_path / "out"), pytest.raises(FetchError, match="another process"):
        fetch()
    assert not server.requests


def test_no_record_matches(server, fetch, tmp_path, told):
    progress = told()
    got = fetch(progress=progress)
    assert (got.files, got.records, got.matched) == ((), 0, 0)
    assert progress.notes == ["Europe PMC has no record that matches; nothing was fetched"]
    assert [p.name for p in (tmp_path / "out").iterdir()] == [".medlit-fetch.lock"]


def test_since_asks_for_what_was_updated(server, fetch, small):
    server.records["1003"].modified = date(2026, 3, 3)
    got = fetch(since=date(2026, 3, 1), until=date(2026, 3, 31))
    assert got.records == 1
    assert "2026-03-01-to-2026-03-31" in got.new[0].name
    asked = "(fever) AND UPDATE_DATE:[2026-03-01 TO 2026-03-31]"
    assert server.requests[0].fields["query"] == asked
    assert fetch(since=date(2026, 3, 1)).records == 1


def test_records_that_never_come_are_told_of(server, fetch, small, told, monkeypatch):
    judge = europepmc._judge

    def too_many(body, cursor, size):
        page = judge(body, cursor, size)
        return europepmc._Page(page.data, page.hits + 3, page.records, page.next)

    monkeypatch.setattr(europepmc, "_judge", too_many)
    progress = told()
    got = fetch(progress=progress)
    assert (got.records, got.missing) == (12, 3)
    assert progress.notes == ["Europe PMC counted 3 records that it did not send"]


@pytest.mark.parametrize("mark", ["AoI5", ""])  # a page without records; no further page named
def test_an_early_end_is_not_taken_for_the_end_for_ever(
    server, fetch, small, tmp_path, content, monkeypatch, mark
):
    fetch(to=tmp_path / "plain")
    page = europepmc._Fetch._page

    def early(self, cursor, size):
        found = page(self, cursor, size)
        if not mark and cursor == "*":
            return europepmc._Page(found.data, found.hits, found.records, "")
        if mark and cursor == mark:
            return europepmc._Page(b"{}", found.hits, 0, "")
        return found

    monkeypatch.setattr(europepmc._Fetch, "_page", early)
    got = fetch()
    assert (got.records, got.missing) == (5, 7)
    monkeypatch.setattr(europepmc._Fetch, "_page", page)
    server.requests.clear()
    again = fetch()
    assert (again.records, again.missing) == (12, 0)
    assert len(server.requests) == (2 if mark else 3)
    assert content(tmp_path / "out") == content(tmp_path / "plain")
    assert fetch().new == ()


@pytest.mark.parametrize("kind", ["500", "html", "malformed", "error", "cut"])
def test_what_does_not_pass_is_one_line(server, fetch, tmp_path, small, kind):
    server.fail(kind, times=99)
    with pytest.raises(FetchError) as failed:
        fetch()
    assert "\n" not in str(failed.value)
    assert "fever" not in str(failed.value)
    assert [p.name for p in (tmp_path / "out").iterdir()] == [".medlit-fetch.lock"]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"[]", "not a page"),
        (b'{"hitCount": "x", "resultList": {"result": []}}', "not a page"),
        (b'{"hitCount": 5}', "not a page"),
        (b'{"hitCount": 5, "resultList": {"result": []}}', "0 of 5 records"),
        (b'{"errCode": 404, "errMsg": "bad\\nquery"}', "refuses the query: bad query"),
    ],
)
def test_answers_that_are_none(body, says):
    with pytest.raises(FetchError, match=says):
        europepmc._judge(body, "*", 10)


def test_offline_and_nonsense(server, fetch, monkeypatch):
    with pytest.raises(UsageError, match="empty"):
        fetch("")
    with pytest.raises(UsageError, match="at least 1"):
        fetch(maximum=-1)
    monkeypatch.setenv("MEDLIT_OFFLINE", "1")
    with pytest.raises(OfflineError):
        fetch()
    assert not server.requests
