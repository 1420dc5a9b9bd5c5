"""What a folder remembers of a fetch, and what an update asks for then."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from rag.corpus.fetch import europepmc, load, refetch, save, state
from rag.fetching import fetch_query
from rag.privacy.redacted import redact_query
from tests.corpus.fetch.conftest import Told
from tests.corpus.fetch.servers import serve
from tests.support import pubmed_record

KINDS = ["pubmed-query", "europepmc-query"]
JANUARY = datetime(2026, 1, 10, 12, tzinfo=UTC)
FEBRUARY = datetime(2026, 2, 10, 12, tzinfo=UTC)


@pytest.fixture
def server(monkeypatch):
    with serve() as running:
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("NCBI_API_KEY", "key")  # for the faster pace
        monkeypatch.setattr(europepmc, "PAGE", 2)
        monkeypatch.setattr("rag.corpus.fetch.eutils.BATCH", 2)
        yield running


@pytest.fixture
def at(monkeypatch):
    """Set the clock by which searches are dated."""

    def _at(when):
        monkeypatch.setattr(state, "now", lambda: when.isoformat(timespec="seconds"))
        for module in ("eutils", "europepmc"):
            monkeypatch.setattr(f"rag.corpus.fetch.{module}.now", state.now)

    return _at


def fetch(kind, folder, maximum=100, since=None, told=None):
    return fetch_query(kind, redact_query("fever"), folder, maximum, since, told or Told())


def add(server, *pmids, day):
    for pmid in pmids:
        server.add(pubmed_record(pmid, "Fever."), pmid, day)


def news(folder, today):
    return refetch(load(folder)[0], folder, today=today)


@pytest.mark.parametrize("kind", KINDS)
def test_a_fetch_that_is_repeated_hides_no_news(server, at, tmp_path, kind):
    add(server, 1, 2, 3, day=date(2020, 1, 1))
    at(JANUARY)
    assert fetch(kind, tmp_path).records == 3
    add(server, 6, 7, day=date(2026, 1, 20))
    at(FEBRUARY)
    told = Told()
    assert fetch(kind, tmp_path, told=told).new == ()
    assert told.notes[-1] == (
        "the search is that of 2026-01-10: medlit update brings what is new since, another --to "
        "searches anew"
    )
    assert load(tmp_path)[0].day == JANUARY.date()
    assert news(tmp_path, FEBRUARY.date()).records == 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_fetch_that_went_on_weeks_later_is_as_old_as_its_search(server, at, tmp_path, kind):
    add(server, 1, 2, 3, 4, day=date(2020, 1, 1))
    at(JANUARY)
    with pytest.raises(KeyboardInterrupt):
        fetch(kind, tmp_path, told=Told(fail_after=0))
    assert load(tmp_path) == ()
    add(server, 6, day=date(2026, 1, 20))
    at(FEBRUARY)
    got = fetch(kind, tmp_path)
    assert got.new
    assert got.present
    assert got.searched == JANUARY
    assert load(tmp_path)[0].day == JANUARY.date()
    assert news(tmp_path, FEBRUARY.date()).records == 1


@pytest.mark.parametrize("kind", KINDS)
def test_an_older_search_does_not_take_back_an_update(server, at, tmp_path, kind):
    add(server, 1, 2, 3, day=date(2020, 1, 1))
    at(JANUARY)
    fetch(kind, tmp_path)
    at(FEBRUARY)
    save(tmp_path, load(tmp_path)[0].followed_by(news(tmp_path, FEBRUARY.date())))
    assert load(tmp_path)[0].day == FEBRUARY.date()
    fetch(kind, tmp_path)
    assert load(tmp_path)[0].day == FEBRUARY.date()


@pytest.mark.parametrize("kind", KINDS)
def test_a_search_of_a_part_leaves_the_day_as_it_was(server, at, tmp_path, kind):
    add(server, 1, 2, 3, day=date(2020, 1, 1))
    at(JANUARY)
    fetch(kind, tmp_path)
    at(FEBRUARY)
    fetch(kind, tmp_path, maximum=2)  # the third may have been revised since January
    assert load(tmp_path)[0].day == JANUARY.date()
    fetch(kind, tmp_path, since=date(2026, 2, 1))
    assert load(tmp_path)[0].day == JANUARY.date()
    fetch(kind, tmp_path, maximum=50)  # all of them
    assert load(tmp_path)[0].day == FEBRUARY.date()


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_maximum_does_not_limit_what_is_new(server, at, tmp_path, kind):
    add(server, 1, 2, 3, 4, 5, day=date(2020, 1, 1))
    at(JANUARY)
    assert fetch(kind, tmp_path, maximum=3).records == 3
    add(server, *range(10, 20), day=date(2026, 2, 5))
    got = news(tmp_path, FEBRUARY.date())
    assert (got.records, got.matched, got.missing) == (10, 10, 0)
