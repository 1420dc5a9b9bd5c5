from __future__ import annotations

import gzip
import json
from datetime import date, timedelta

import pytest

from rag.corpus import corpus_files, read
from rag.corpus.fetch import eutils, eutils_api, fetch_pubmed
from rag.corpus.fetch.http import Client
from rag.corpus.fetch.state import only_fetch
from rag.errors import FetchError, OfflineError, UsageError
from rag.types import Article
from tests.support import pubmed_record


@pytest.fixture
def fetch(server, client, tmp_path):
    def _fetch(query="fever", to=None, **options):
        options = {"maximum": 1_000, "base_url": server.eutils, "client": client, **options}
        return fetch_pubmed(query, to or tmp_path / "out", **options)

    return _fetch


@pytest.fixture
def small(server, monkeypatch):
    """Batches of 5 and a reach of 12, so that a few records are many."""
    monkeypatch.setattr(eutils, "BATCH", 5)
    monkeypatch.setattr(eutils, "REACH", 12)
    monkeypatch.setattr(eutils_api, "REACH", 12)
    server.reach = 12
    server.add_records(23)
    server.add(pubmed_record(7, "Unrelated."), 7)


def pmids(folder):
    records = [record for path in corpus_files([folder]) for record in read(path)]
    assert all(isinstance(record, Article) for record in records)
    return sorted(int(record.id.removeprefix("pmid:")) for record in records)


def test_a_query_becomes_files(server, fetch, tmp_path, told):
    server.add_records(450)
    progress = told()
    got = fetch(email="me@example.org", progress=progress)
    assert [path.name for path in got.new] == [
        f"pubmed-fever-{got.new[0].name.split('-')[2]}-0000{i}.xml.gz" for i in (1, 2, 3)
    ]
    assert (got.records, got.matched, got.missing, got.present) == (450, 450, 0, ())
    assert got.bytes == sum(path.stat().st_size for path in got.new)
    assert len(pmids(tmp_path / "out")) == 450
    assert progress.stages[-1] == ("fetch from PubMed", 450, "records")
    assert progress.amount == 450
    search, *batches = server.requests
    assert {r.method for r in server.requests} == {"POST"}
    assert "?" not in "".join(r.address for r in server.requests)
    assert search.fields["usehistory"] == "y"
    assert search.fields["retmode"] == "json"
    assert search.fields["db"] == "pubmed"
    assert {(r.fields["tool"], r.fields["email"]) for r in server.requests} == {
        ("medlit", "me@example.org")
    }
    assert [(b.fields["retstart"], b.fields["retmax"]) for b in batches] == [
        ("0", "200"),
        ("200", "200"),
        ("400", "50"),
    ]
    assert all("id" not in b.fields and b.fields["WebEnv"] for b in batches)


def test_a_rerun_fetches_nothing(server, fetch, told, monkeypatch):
    server.add_records(250)
    first = fetch()
    server.requests.clear()
    monkeypatch.setenv("MEDLIT_OFFLINE", "1")
    progress = told()
    again = fetch(progress=progress)
    assert not server.requests
    assert (again.new, again.present, again.bytes) == ((), first.new, 0)
    assert again.records == 250
    assert "all of it was fetched before" in progress.notes[0]


def test_the_xml_is_kept_as_served(server, fetch):
    server.add_records(1)
    data = gzip.decompress(fetch().new[0].read_bytes())
    assert data.startswith(b"<?xml version='1.0' encoding='utf-8'?>\n<PubmedArticleSet>")
    assert server.records["1000"].xml.encode() in data


FAULTS = [
    (["500"], "esearch"),
    (["503", "503"], "efetch"),
    (["429"], "efetch"),
    (["429-date"], "esearch"),
    (["cut"], "efetch"),
    (["cut-quietly"], "efetch"),
    (["cut-quietly"], "esearch"),
    (["html"], "efetch"),
    (["html"], "esearch"),
    (["empty"], "efetch"),
    (["malformed"], "efetch"),
    (["malformed"], "esearch"),
    (["error"], "efetch"),
    (["error"], "esearch"),
    (["json-error"], "efetch"),
    (["json-error"], "esearch"),
    (["expired"], "efetch"),
    (["expired-400"], "efetch"),
    (["expired"] * 4, "efetch"),
    (["500", "cut", "html", "malformed", "json-error"], "efetch"),
    (["500", "expired", "cut", "error", "expired-400", "empty"], "fetch"),
    (["503", "html", "malformed", "cut", "empty"], "fcgi"),
]


@pytest.mark.parametrize(("kinds", "on"), FAULTS)
def test_faults_change_nothing(server, fetch, tmp_path, small, content, kinds, on):
    plain = tmp_path / "plain"
    fetch(to=plain, maximum=12)
    for kind in kinds:
        server.fail(kind, on)
    got = fetch(maximum=12)
    assert got.records == 12
    assert content(tmp_path / "out") == content(plain)
    assert not any(fault.times for fault in server.faults)


def test_an_expired_history_is_searched_for_again(server, fetch, small):
    server.fail("expired", "efetch", after=1)
    assert fetch(maximum=12).records == 12
    assert len(server.asked("esearch")) == 2
    assert not [r for r in server.asked("efetch") if "id" in r.fields]


@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_run_that_was_stopped_goes_on(server, fetch, tmp_path, small, content, told, after):
    plain = tmp_path / "plain"
    fetch(to=plain, maximum=12)
    with pytest.raises(KeyboardInterrupt):
        fetch(maximum=12, progress=told(fail_after=after))
    server.requests.clear()
    got = fetch(maximum=12)
    assert len(got.present) == after + 1
    assert len(got.new) == 2 - after
    assert [r.fields["retstart"] for r in server.asked("efetch")] == [
        str(5 * n) for n in range(after + 1, 3)
    ]
    assert content(tmp_path / "out") == content(plain)


def test_records_of_a_resumed_run_are_those_of_its_own_search(
    server, fetch, tmp_path, small, content, told
):
    plain = tmp_path / "plain"
    fetch(to=plain, maximum=12)
    with pytest.raises(KeyboardInterrupt):
        fetch(maximum=12, progress=told(fail_after=0))
    server.add_records(3, first=5000, begin=date(2024, 1, 1))  # now these come first
    server.requests.clear()
    assert fetch(maximum=12).records == 12
    assert content(tmp_path / "out") == content(plain)
    assert all("id" in r.fields for r in server.asked("efetch"))


def test_a_file_that_was_lost_or_cut_is_fetched_again(server, fetch, tmp_path, small, content):
    got = fetch(maximum=12)
    before = content(tmp_path / "out")
    got.new[0].unlink()
    got.new[1].write_bytes(b"")
    server.requests.clear()
    again = fetch(maximum=12)
    assert again.new == got.new[:2]
    assert len(server.asked("efetch")) == 2
    assert content(tmp_path / "out") == before


def test_more_than_the_e_utilities_reach(server, fetch, tmp_path, small, told):
    progress = told()
    got = fetch(progress=progress)
    assert (got.records, got.matched) == (23, 23)
    assert pmids(tmp_path / "out") == list(range(1000, 1023))
    windows = [r.fields["term"] for r in server.asked("esearch")]
    assert windows[0] == "fever"
    assert all(w.startswith("(fever) AND ") and w.endswith("[edat]") for w in windows[1:])
    assert len(windows) < 20
    assert len(set(windows)) == len(windows)
    state = next((tmp_path / "out").glob(".pubmed-*.json"))
    plan = json.loads(state.read_text().splitlines()[0])
    assert all(len(part["pmids"]) <= 12 for part in plan["windows"])
    newest = [date.fromisoformat(part["days"][1]) for part in plan["windows"]]
    assert newest == sorted(newest, reverse=True)


def test_more_than_reach_but_less_than_all_are_the_newest(server, fetch, tmp_path, small, told):
    progress = told()
    got = fetch(maximum=15, progress=progress)
    assert pmids(tmp_path / "out") == list(range(1008, 1023))
    assert (got.records, got.matched) == (15, 23)
    assert progress.notes[-1] == "23 match; the first 15 were fetched"


def test_windows_with_faults_and_a_stop(server, fetch, tmp_path, small, content, told):
    plain = tmp_path / "plain"
    fetch(to=plain)
    server.fail("503", "esearch", times=2, after=3)
    server.fail("malformed", "esearch", after=9)
    server.fail("expired", "efetch", after=1)
    with pytest.raises(KeyboardInterrupt):
        fetch(progress=told(fail_after=2))
    server.histories.clear()
    server.fail("cut", "efetch")
    assert fetch().records == 23
    assert content(tmp_path / "out") == content(plain)


def test_a_day_that_is_beyond_reach_is_told_of(server, fetch, small, told):
    for pmid in range(2000, 2020):
        server.add(pubmed_record(pmid, "Fever."), pmid, date(2021, 5, 5))
    progress = told()
    got = fetch(progress=progress)
    assert (got.records, got.matched) == (35, 43)
    assert any("20 matching records entered PubMed on 2021-05-05" in n for n in progress.notes)


def test_maximum_is_told(server, fetch, told):
    server.add_records(30)
    progress = told()
    got = fetch(maximum=20, progress=progress)
    assert (got.records, got.matched) == (20, 30)
    assert "30 match; the first 20 were fetched" in progress.notes


def test_one_fetch_at_a_time_in_a_folder(server, fetch, tmp_path):
    with only_fetch(tmp_path / "out"), pytest.raises(FetchError, match="another process"):
        fetch()
    assert not server.requests


def test_no_record_matches(server, fetch, told, tmp_path):
    progress = told()
    got = fetch("nothing", progress=progress)
    assert (got.new, got.records, got.matched) == ((), 0, 0)
    assert any("no record that matches" in note for note in progress.notes)
    # tomorrow there may be one
    assert [p.name for p in (tmp_path / "out").iterdir()] == [".medlit-fetch.lock"]


def test_what_pubmed_says_about_a_query_is_told(server, fetch, told):
    server.add_records(1)
    server.extra = {
        "errorlist": {"phrasesnotfound": ["feverr"], "fieldsnotfound": ["xx"]},
        "warninglist": {"phrasesignored": ["the"], "outputmessages": ["No items found."]},
        "querytranslation": '"fever"[MeSH Terms]',
    }
    progress = told()
    fetch(progress=progress)
    assert progress.notes == [
        "PubMed does not know, and left out: feverr",
        "PubMed has no such field: xx",
        "PubMed ignored: the",
        "PubMed says: No items found.",
        'PubMed reads the query as: "fever"[MeSH Terms]',
    ]


def test_records_that_are_left_out_are_counted(server, fetch, told, small):
    server.withdrawn = {"1022", "1013"}
    progress = told()
    got = fetch(maximum=12, progress=progress)
    assert (got.records, got.missing) == (10, 2)
    assert "PubMed named 2 records but did not send them" in progress.notes
    assert fetch(maximum=12).missing == 2


def test_a_batch_that_is_mostly_left_out_is_an_error(server, fetch, small):
    server.withdrawn = {str(pmid) for pmid in range(1000, 1023)}
    with pytest.raises(FetchError, match="0 of 5 records"):
        fetch(maximum=12)


def test_since_asks_for_what_was_modified(server, fetch, tmp_path):
    server.add_records(10)
    server.records["1003"].modified = date(2026, 3, 3)
    got = fetch(since=date(2026, 3, 1), until=date(2026, 3, 31))
    assert got.records == 1
    assert "2026-03-01-to-2026-03-31" in got.new[0].name
    asked = server.asked("esearch")[0].fields
    assert (asked["datetype"], asked["mindate"], asked["maxdate"]) == (
        "mdat",
        "2026/03/01",
        "2026/03/31",
    )
    assert fetch(since=date(2026, 3, 1)).records == 1
    assert server.asked("esearch")[-1].fields["maxdate"] == "3000/12/31"
    assert len(corpus_files([tmp_path / "out"])) == 2


def test_since_and_windows_go_together(server, fetch, small):
    for record in server.records.values():
        record.modified = record.entered + timedelta(days=1000)
    assert fetch(since=date(2022, 9, 28)).records == 22
    asked = server.asked("esearch")[-1].fields
    assert asked["datetype"] == "mdat"
    assert "[edat]" in asked["term"]


def test_the_key_is_sent_and_never_shown(server, tmp_path, naps, told):
    server.add_records(3)
    progress = told()
    with Client(per_second=1e6, sleep=naps, secrets=["k1e2y3"]) as client:
        options = {"maximum": 5, "base_url": server.eutils, "client": client, "api_key": "k1e2y3"}
        server.extra = {"querytranslation": "fever k1e2y3"}
        fetch_pubmed("fever", tmp_path, progress=progress, **options)
        assert {r.fields["api_key"] for r in server.requests} == {"k1e2y3"}
        server.extra = {"ERROR": "key k1e2y3 is busy"}
        with pytest.raises(FetchError) as failed:
            fetch_pubmed("cough", tmp_path, **options)
    assert "k1e2y3" not in str(failed.value)
    assert "cough" not in str(failed.value)
    assert "k1e2y3" not in "".join(progress.notes)
    for path in tmp_path.iterdir():
        assert b"k1e2y3" not in path.read_bytes()


def test_a_bad_key_is_said_at_once(server, fetch):
    with pytest.raises(FetchError, match="NCBI_API_KEY; correct it or unset it"):
        fetch(api_key="bad")
    assert len(server.requests) == 1


@pytest.mark.parametrize(("api_key", "gap"), [(None, 1 / 3), ("key", 1 / 10)])
def test_pace(server, tmp_path, monkeypatch, api_key, gap):
    made = []
    monkeypatch.setattr(
        eutils, "Client", lambda **options: made.append(options) or Client(**options)
    )
    server.add_records(1)
    fetch_pubmed("fever", tmp_path, maximum=1, base_url=server.eutils, api_key=api_key)
    assert made[0]["per_second"] == pytest.approx(1 / gap)
    assert made[0]["secrets"] == ([api_key] if api_key else [])


@pytest.mark.parametrize("kind", ["500", "html", "malformed", "json-error", "error", "cut"])
def test_what_does_not_pass_is_one_line(server, fetch, tmp_path, kind):
    server.add_records(3)
    server.fail(kind, "efetch", times=99)
    with pytest.raises(FetchError) as failed:
        fetch()
    assert "\n" not in str(failed.value)
    assert "fever" not in str(failed.value)
    assert not [p for p in (tmp_path / "out").iterdir() if not p.name.startswith(".")]


def test_offline_is_refused(server, fetch, monkeypatch):
    monkeypatch.setenv("MEDLIT_OFFLINE", "1")
    with pytest.raises(OfflineError):
        fetch()
    assert not server.requests


def test_requests_that_make_no_sense(fetch):
    with pytest.raises(UsageError, match="empty"):
        fetch(" ")
    with pytest.raises(UsageError, match="not in UTF-8"):
        fetch("fi\udce8vre")
    with pytest.raises(UsageError, match="at least 1"):
        fetch(maximum=0)


def test_long_queries_go_through(server, fetch):
    server.add_records(1, text="Fever. " + " ".join(f"w{i}" for i in range(3_000)))
    assert fetch(" AND ".join(f"w{i}" for i in range(3_000))).records == 1


@pytest.mark.parametrize("extra", [{"webenv": ""}, {"idlist": []}, {"count": "many"}])
def test_a_search_that_lacks_something_is_asked_for_again(server, fetch, extra):
    server.add_records(3)
    server.extra = extra
    with pytest.raises(FetchError, match=r"incomplete|lists 0 of 3"):
        fetch()
    assert len(server.requests) == 6


def test_answers_as_ncbi_writes_them():
    body = (
        b'<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, '
        b'1st January 2025//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
        b"<PubmedArticleSet><!-- a comment --><PubmedArticle><MedlineCitation><PMID Version='1'>1"
        b"</PMID></MedlineCitation></PubmedArticle><PubmedBookArticle><BookDocument>"
        b"<PMID Version='1'>2</PMID></BookDocument></PubmedBookArticle></PubmedArticleSet>\n"
    )
    assert eutils_api.judge_records(body, True) == (body, ("1", "2"))
    empty = body[: body.index(b"<PubmedArticleSet>")] + b"<PubmedArticleSet></PubmedArticleSet>"
    assert eutils_api.judge_records(empty, True) == (empty, ())
    out_of_range = (
        b"<eFetchResult>\n<ERROR>Cannot retrieve history data: OUT OF RANGE.</ERROR></eFetchResult>"
    )
    with pytest.raises(eutils_api.HistoryLost):
        eutils_api.judge_records(out_of_range, True)
    with pytest.raises(FetchError, match="OUT OF RANGE"):
        eutils_api.judge_records(out_of_range, False)


def test_ten_thousand_records_in_earnest(server, fetch, tmp_path):
    for i in range(10_300):
        day = date(1980, 1, 1) + timedelta(days=i)
        server.add(f"<PubmedArticle><MedlineCitation><PMID>{i}</PMID>fever", i, day)
        server.records[str(i)].xml += "</MedlineCitation></PubmedArticle>"
    got = fetch(maximum=10_250)
    assert (got.records, got.matched, got.missing) == (10_250, 10_300, 0)
    found = [p for path in got.files for p in gzip.decompress(path.read_bytes()).split(b"<PMID>")]
    numbers = [int(p.partition(b"<")[0]) for p in found if p[:1].isdigit()]
    assert sorted(numbers) == list(range(50, 10_300))
    assert not [r for r in server.asked("efetch") if "id" in r.fields]
