from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from filelock import FileLock

from rag.corpus import corpus_files
from rag.corpus.fetch import (
    Subscription,
    fetch_baseline,
    fetch_pubmed,
    fetch_updates,
    load,
    refetch,
    save,
)
from rag.corpus.fetch import subscription as module
from rag.errors import FetchError, OfflineError
from tests.support import pubmed_record

BEGIN = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)
QUERY = Subscription("pubmed-query", "fever", 100).renewed(BEGIN)


@pytest.fixture(autouse=True)
def _here(server, monkeypatch):
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def new(client, tmp_path):
    def _new(subscription, since=None, known=frozenset(), progress=None, **options):
        options = {"client": client, "today": date(2026, 3, 20), **options}
        return refetch(subscription, tmp_path, since, known, progress, **options)

    return _new


def name(number, year=26):
    return f"pubmed{year}n{number:04}.xml.gz"


def names(paths):
    return [path.name for path in paths]


def test_save_and_load(tmp_path, monkeypatch):
    monkeypatch.setenv("NCBI_API_KEY", "secret-key")
    folder = tmp_path / "new" / "folder"
    assert load(folder) == ()
    other = Subscription("updates", base_url="https://mirror/pubmed/updatefiles/")
    save(folder, QUERY)
    save(folder, other)
    later = Subscription("pubmed-query", "fever", 200).renewed(BEGIN)
    save(folder, later)
    assert load(folder) == (other, later)
    text = (folder / ".medlit-fetch.json").read_text()
    assert json.loads(text)["format"] == 1
    assert "secret-key" not in text
    lock = ".medlit-fetch.json.lock"
    assert sorted(p.name for p in folder.iterdir()) == [".medlit-fetch.json", lock]
    (folder / "a.xml").touch()
    assert names(corpus_files([folder])) == ["a.xml"]


def test_dates_are_in_utc():
    assert QUERY.fetched == "2026-03-10T23:30:00+00:00"
    east = timezone(timedelta(hours=9))
    assert QUERY.renewed(datetime(2026, 3, 11, 8, tzinfo=east)).day == date(2026, 3, 10)
    assert Subscription("updates").day is None
    assert Subscription("updates").renewed().day is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"subscriptions": 1}',
        '{"subscriptions": [1]}',
        '{"subscriptions": [{"kind": "rss"}]}',
        '{"subscriptions": [{"kind": "updates", "api_key": "x"}]}',
        '{"subscriptions": [{"kind": "updates", "fetched": "yesterday"}]}',
    ],
)
def test_a_damaged_file_is_one_line(tmp_path, text):
    (tmp_path / ".medlit-fetch.json").write_text(text)
    with pytest.raises(FetchError, match="is damaged; delete it and fetch again") as failed:
        load(tmp_path)
    assert "\n" not in str(failed.value)


def test_what_is_new_of_a_query(server, client, new, tmp_path):
    server.add_records(5)
    options = {"maximum": 100, "base_url": server.eutils, "client": client}
    fetch_pubmed("fever", tmp_path, **options)
    server.requests.clear()
    server.add(pubmed_record(9, "Fever again."), 9, date(2026, 3, 12))
    server.records["1002"].modified = date(2026, 3, 9)  # the day before is asked for too
    server.records["1003"].modified = date(2026, 3, 8)
    got = new(QUERY)
    assert got.records == 2
    assert "2026-03-09-to-2026-03-20" in got.new[0].name
    asked = server.asked("esearch")[0].fields
    assert (asked["mindate"], asked["maxdate"]) == ("2026/03/09", "2026/03/20")
    assert new(QUERY).new == ()
    assert new(QUERY, today=date(2026, 3, 21)).records == 2
    assert new(QUERY, since=date(2026, 3, 13)).records == 1
    assert len(corpus_files([tmp_path])) == 4


def test_query_uses_the_environment(server, new, monkeypatch):
    monkeypatch.setenv("NCBI_API_KEY", "k")
    monkeypatch.setenv("MEDLIT_EMAIL", "me@example.org")
    server.add(pubmed_record(9, "Fever again."), 9, date(2026, 3, 12))
    assert new(QUERY).records == 1
    assert {(r.fields["api_key"], r.fields["email"]) for r in server.requests} == {
        ("k", "me@example.org")
    }


def test_own_address_wins(server, new, monkeypatch):
    monkeypatch.setenv("MEDLIT_EUTILS_URL", "http://127.0.0.1:1/")
    server.add(pubmed_record(9, "Fever again."), 9, date(2026, 3, 12))
    own = Subscription("pubmed-query", "fever", 100, server.eutils, QUERY.fetched)
    assert new(own).records == 1


def test_what_is_new_in_europe_pmc(server, new):
    server.add_records(5)
    server.add(pubmed_record(9, "Fever again."), 9, date(2026, 3, 12))
    got = new(Subscription("europepmc-query", "fever", 100).renewed(BEGIN))
    assert got.records == 1
    asked = server.requests[0].fields["query"]
    assert asked == "(fever) AND UPDATE_DATE:[2026-03-09 TO 2026-03-20]"


def test_what_was_held_back_is_asked_for_again(server, new):
    server.add_records(5, begin=date(2026, 3, 12))
    server.withdrawn = {"1002"}
    got = new(QUERY)
    assert (got.records, got.missing) == (4, 1)
    assert QUERY.followed_by(got) == QUERY
    server.withdrawn.clear()
    later = new(QUERY, today=date(2026, 3, 21))
    assert later.records == 5
    assert QUERY.followed_by(later) == QUERY.renewed(later.searched)


@pytest.mark.parametrize(
    "unfit", [Subscription("pubmed-query", "fever", 100), Subscription("europepmc-query", "x")]
)
def test_a_query_that_was_never_fetched(new, unfit):
    with pytest.raises(FetchError, match="fetch it anew"):
        new(unfit)


def test_updates_that_are_not_known(server, new):
    for number in (7, 8, 9):
        server.add_file("updatefiles", name(number))
    got = new(Subscription("updates"), known=frozenset({name(8), "other.xml"}))
    assert names(got.new) == [name(9)]
    assert new(Subscription("updates"), known=frozenset({name(8)})).new == ()
    assert names(new(Subscription("updates"), known=frozenset({name(1), name(8)})).new) == [name(7)]


def test_updates_begin_with_the_first_that_was_fetched(server, client, new, tmp_path):
    for number in range(1, 9):
        server.add_file("updatefiles", name(number))
    url = f"{server.pubmed_files}updatefiles/"
    here = frozenset(names(fetch_updates(tmp_path, base_url=url, limit=3, client=client).files))
    assert here == {name(6), name(7), name(8)}
    server.add_file("updatefiles", name(9))
    known = here | {name(14, 20), name(1298, 21)}  # of years that nobody serves any more
    assert names(new(Subscription("updates"), known=known).new) == [name(9)]
    # an index that has the baseline from another folder needs all that follow it
    assert names(new(Subscription("updates"), known=known | {name(3)}).new) == [name(4), name(5)]


def test_two_that_save_at_once_lose_nothing(tmp_path):
    def work(number):
        save(tmp_path, Subscription("pubmed-query", f"q{number}", 10))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(40)))
    assert {s.query for s in load(tmp_path)} == {f"q{n}" for n in range(40)}


def test_a_subscription_that_stays_held_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_PATIENCE", 0.1)
    lock = FileLock(tmp_path / ".medlit-fetch.json.lock")
    with lock, pytest.raises(FetchError, match=r"another process holds .*; wait for it"):
        save(tmp_path, QUERY)


def test_updates_after_a_baseline(server, client, new, tmp_path, told):
    for number in range(1, 5):
        server.add_file("baseline", name(number))
    for number in (4, 5, 6):  # a mirror may still show one that the baseline took in
        server.add_file("updatefiles", name(number))
    fetch_baseline(tmp_path, base_url=f"{server.pubmed_files}baseline/", client=client)
    subscription = Subscription("baseline").renewed(BEGIN)
    progress = told()
    assert names(new(subscription, progress=progress).new) == [name(5), name(6)]
    assert progress.notes == []
    server.add_file("updatefiles", name(7))
    server.requests.clear()
    assert names(new(subscription).new) == [name(7)]
    assert len(server.requests) == 3
    assert new(subscription, known=frozenset({name(7)})).files != ()


def test_a_baseline_that_only_the_index_knows(server, new):
    for number in (4, 5, 6):
        server.add_file("updatefiles", name(number))
    got = new(Subscription("baseline"), known=frozenset({name(4), name(1)}))
    assert names(got.new) == [name(5), name(6)]


def test_a_new_baseline_has_begun(server, client, new, tmp_path, told):
    server.add_file("baseline", name(3, 26))
    fetch_baseline(tmp_path, base_url=f"{server.pubmed_files}baseline/", client=client)
    server.add_file("updatefiles", name(2, 27))
    progress = told()
    assert new(Subscription("baseline"), progress=progress).new == ()
    assert "a new baseline has begun (pubmed27, here is pubmed26)" in progress.notes[0]
    progress = told()
    known = frozenset({name(9, 26)})
    (tmp_path / ".files.json").unlink()
    assert names(new(Subscription("updates"), known=known, progress=progress).new) == [name(2, 27)]
    assert "a new baseline has begun" in progress.notes[0]


def test_mirror_of_a_baseline(server, new, monkeypatch):
    monkeypatch.setenv("MEDLIT_PUBMED_FILES_URL", "http://127.0.0.1:1/")
    server.add_file("updatefiles", name(5))
    for folder in ("baseline", "baseline/", "updatefiles/"):
        kind = "baseline" if "base" in folder else "updates"
        own = Subscription(kind, base_url=f"{server.pubmed_files}{folder}")
        assert names(new(own).files) == [name(5)]


def test_every_kind_is_refused_offline(server, new, monkeypatch):
    monkeypatch.setenv("MEDLIT_OFFLINE", "1")
    for kind in ("pubmed-query", "europepmc-query", "baseline", "updates"):
        with pytest.raises(OfflineError):
            new(Subscription(kind, "fever", 10).renewed(BEGIN))
    assert not server.requests


def test_every_kind_is_known():
    assert len(module.get_args(module.Kind)) == 4
