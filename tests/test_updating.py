"""An update brings what an index lacks, whatever lies beside it and whatever fails."""

from __future__ import annotations

import gzip
from datetime import date

import pytest

from rag.corpus.fetch import Subscription, load, save
from rag.errors import FetchError, OfflineError, UsageError
from rag.fetching import fetch_files, fetch_query
from rag.index.builder import ingest
from rag.index.info import describe
from rag.index.sources import read_files
from rag.privacy.redacted import redact_query
from rag.progress import Silent
from rag.updating import fetch_news, ingest_news
from tests.corpus.fetch.conftest import Told
from tests.corpus.fetch.servers import serve
from tests.support import FakeEmbedder, pubmed_file, pubmed_record

EMBEDDER = FakeEmbedder()
FIRST, SECOND, THIRD = (f"pubmed26n000{n}.xml.gz" for n in (1, 2, 3))


@pytest.fixture
def server(monkeypatch):
    with serve() as running:
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("NCBI_API_KEY", "key")  # for the faster pace
        monkeypatch.setattr("rag.corpus.fetch.http.random.uniform", lambda low, high: 0.0)
        yield running


@pytest.fixture
def index(tmp_path):
    return tmp_path / "ix"


def records(first, count):
    return [pubmed_record(i, f"Fever {i}.", "x y z " * 40) for i in range(first, first + count)]


def get(kind, folder, told=None, **options):
    return fetch_files(kind, folder, 2, options.get("limit"), False, told or Silent())


def query(folder, kind="pubmed-query"):
    return fetch_query(kind, redact_query("fever"), folder, 100, None, Silent())


def update(index, told=None, extra=()):
    news = fetch_news(index, extra, told or Silent())
    return ingest_news(news, index, EMBEDDER), news.failed


def cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 7 // 10])


def packed(server, folder, name):
    """Compress a served file in earnest, so that a cut one still holds records."""
    data = gzip.decompress(server.files[f"{folder}/{name}"])
    server.files[f"{folder}/{name}"] = gzip.compress(data, 1, mtime=0)


@pytest.mark.parametrize("folder", ["baseline", "updatefiles"])
@pytest.mark.parametrize("same_size", [False, True])
def test_a_cut_file_is_fetched_again_and_read_whole(server, tmp_path, index, folder, same_size):
    kind = "baseline" if folder == "baseline" else "updates"
    server.add_file(folder, FIRST, *records(1, 60))
    packed(server, folder, FIRST)
    get(kind, tmp_path / "pm")
    file = tmp_path / "pm" / FIRST
    whole = file.read_bytes()
    cut(file)
    if same_size:  # a bad disk: the size says nothing
        file.write_bytes(file.read_bytes().ljust(len(whole), b"\0"))
    report = ingest([tmp_path / "pm"], index, EMBEDDER)
    assert report.files_cut == 1
    assert 0 < report.added < 60
    assert read_files(index).cut == {FIRST}
    assert "cut off" in describe(index)["files"][FIRST]

    report, failed = update(index)
    assert failed == ""
    assert file.read_bytes() == whole
    assert describe(index)["articles"] == 60
    assert (report.files_cut, report.rejected) == (0, 0)
    assert read_files(index).cut == frozenset()
    facts = describe(index)
    assert (facts["files"], facts["rejected"]) == ({FIRST: "60 records"}, 0)
    server.requests.clear()
    assert update(index)[0].files == 0
    assert not server.asked(".xml.gz")


def test_a_cut_file_that_the_server_has_so_is_left_alone(server, tmp_path, index):
    server.add_file("updatefiles", FIRST, *records(1, 60))
    packed(server, "updatefiles", FIRST)
    data = server.files[f"updatefiles/{FIRST}"]
    server.files[f"updatefiles/{FIRST}"] = data[: len(data) * 7 // 10]
    get("updates", tmp_path / "pm")
    ingest([tmp_path / "pm"], index, EMBEDDER)
    server.requests.clear()
    report, failed = update(index)
    assert (report.changed, failed) == (False, "")
    assert [r.path.rpartition("/")[2] for r in server.asked(".xml.gz")] == [f"{FIRST}.md5"]


def test_a_file_that_was_issued_again_is_read(server, tmp_path, index):
    server.add_file("updatefiles", FIRST, *records(1, 3))
    get("updates", tmp_path / "pm")
    ingest([tmp_path / "pm"], index, EMBEDDER)
    server.add_file("updatefiles", FIRST, *records(1, 5))
    assert update(index)[0].files == 0
    fetch_files("updates", tmp_path / "pm", 2, None, True, Silent())
    assert update(index)[0].added == 2


def test_a_file_that_is_no_literature_is_passed_over(server, tmp_path, index):
    server.add_file("updatefiles", FIRST, *records(1, 2))
    get("updates", tmp_path / "pm")
    ingest([tmp_path / "pm"], index, EMBEDDER)
    (tmp_path / "pm" / "list.xlsx").write_bytes(b"PK\x03\x04\0\0junk")
    told = Told()
    assert update(index, told)[0].files == 0
    assert any("passed over" in note and "list.xlsx" in note for note in told.notes)
    server.add_file("updatefiles", SECOND, *records(3, 2))
    assert update(index)[0].added == 2


def test_a_source_below_an_ingested_folder_is_followed(server, tmp_path, index):
    server.add_file("updatefiles", FIRST, *records(1, 2))
    get("updates", tmp_path / "corpora" / "pm")
    ingest([tmp_path / "corpora"], index, EMBEDDER)
    server.add_file("updatefiles", SECOND, *records(3, 2))
    assert update(index)[0].added == 2


def test_a_source_from_which_nothing_was_read_is_not_followed(server, tmp_path, index):
    server.add_file("updatefiles", FIRST, *records(1, 2))
    get("updates", tmp_path / "corpora" / "pm")
    pubmed_file(tmp_path / "corpora" / "own.xml", pubmed_record(99, "Cough."))
    ingest([tmp_path / "corpora" / "own.xml"], index, EMBEDDER)
    with pytest.raises(UsageError, match="follows no source"):
        update(index)
    assert update(index, extra=[tmp_path / "corpora" / "pm"])[0].added == 2


def test_a_source_far_below_has_to_be_named(server, tmp_path, index):
    server.add_file("updatefiles", FIRST, *records(1, 2))
    far = tmp_path / "c" / "1" / "2" / "3" / "4" / "5"
    get("updates", far)
    ingest([tmp_path / "c"], index, EMBEDDER)
    with pytest.raises(UsageError, match=r"follows no source.* or name one with --from"):
        update(index)
    assert update(index, extra=[far])[1] == ""


def test_a_source_that_fails_does_not_keep_the_others_back(server, tmp_path, index):
    for pmid in (11, 12):
        server.add(pubmed_record(pmid, "Fever again."), pmid, date(2020, 1, 1))
    server.add_file("updatefiles", FIRST, *records(1, 2))
    get("updates", tmp_path / "pm")
    query(tmp_path / "q")
    before = load(tmp_path / "q")
    ingest([tmp_path / "q", tmp_path / "pm"], index, EMBEDDER)
    server.add_file("updatefiles", SECOND, *records(3, 2))
    server.fail("404", on="esearch", times=99)
    report, failed = update(index)
    assert report.added == 2
    assert failed.startswith(
        f"1 of 2 sources not updated: a PubMed query in {tmp_path / 'q'} (http"
    )
    assert failed.endswith("esearch.fcgi answers 404 Not Found); run it again later")
    assert "fever" not in failed
    assert "\n" not in failed
    assert load(tmp_path / "q") == before


def test_a_remembered_query_is_looked_at_again_before_it_is_sent(server, tmp_path, index):
    """A folder may have been filled by a version that took a query with an identifier in it."""
    server.add(pubmed_record(11, "Fever again."), 11, date(2020, 1, 1))
    query(tmp_path / "q")
    ingest([tmp_path / "q"], index, EMBEDDER)
    (tmp_path / "q" / ".medlit-fetch.json").unlink()
    save(tmp_path / "q", Subscription("pubmed-query", "fever SSN 078-05-1120", 100).renewed())
    server.requests.clear()
    with pytest.raises(FetchError, match=r"seems to hold an identifier \(ssn\)") as refused:
        update(index)
    assert "078-05" not in str(refused.value)
    assert not server.requests


def test_what_came_before_a_source_failed_is_read(server, tmp_path, index):
    server.add_file("updatefiles", FIRST, *records(1, 2))
    get("updates", tmp_path / "pm")
    ingest([tmp_path / "pm"], index, EMBEDDER)
    server.add_file("updatefiles", SECOND, *records(3, 2))
    server.add_file("updatefiles", THIRD, *records(5, 2))
    server.fail("404", on=SECOND, times=99)
    report, failed = update(index)
    assert report.added == 2
    assert failed.startswith("1 of 1 sources not updated: PubMed's files in ")
    server.faults.clear()
    assert update(index)[0].added == 2


def test_when_nothing_comes_it_is_an_error_at_once(server, tmp_path, index, monkeypatch):
    server.add_file("updatefiles", FIRST, *records(1, 2))
    get("updates", tmp_path / "pm")
    ingest([tmp_path / "pm"], index, EMBEDDER)
    server.fail("404", on="updatefiles")
    with pytest.raises(FetchError, match="1 of 1 sources not updated"):
        update(index)
    (tmp_path / "pm" / ".medlit-fetch.json").write_text("{")
    with pytest.raises(FetchError, match="is damaged"):
        update(index)
    monkeypatch.setenv("MEDLIT_OFFLINE", "1")
    (tmp_path / "pm" / ".medlit-fetch.json").unlink()
    save(tmp_path / "pm", Subscription("updates").renewed())
    with pytest.raises(OfflineError):
        update(index)
