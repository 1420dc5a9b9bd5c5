from __future__ import annotations

import hashlib
import json
import threading
from pathlib import Path

import pytest

from rag.corpus import corpus_files, read
from rag.corpus.fetch import fetch_baseline, fetch_updates
from rag.corpus.fetch.files import checked_files
from rag.corpus.fetch.http import Client
from rag.corpus.fetch.listing import key, md5_of, number_of
from rag.corpus.fetch.state import only_fetch
from rag.errors import FetchError, OfflineError
from tests.support import pubmed_record


def name(number, year=26):
    return f"pubmed{year}n{number:04}.xml.gz"


@pytest.fixture
def baseline(server):
    for number in range(1, 7):
        records = [pubmed_record(number * 10 + i, f"Case {i}.", "Fever. " * 60) for i in range(3)]
        server.add_file("baseline", name(number), *records)
    return server


@pytest.fixture
def fetch(server, client, tmp_path):
    def _fetch(to=None, **options):
        options = {"base_url": f"{server.pubmed_files}baseline/", "client": client, **options}
        return fetch_baseline(to or tmp_path / "out", **options)

    return _fetch


@pytest.fixture
def update(server, client, tmp_path):
    def _update(to=None, **options):
        options = {"base_url": f"{server.pubmed_files}updatefiles/", "client": client, **options}
        return fetch_updates(to or tmp_path / "out", **options)

    return _update


def names(paths):
    return [path.name for path in paths]


def test_the_baseline_comes_whole(baseline, fetch, tmp_path, told):
    progress = told()
    got = fetch(progress=progress)
    assert names(got.new) == [name(n) for n in range(1, 7)]
    assert got.bytes == sum(len(data) for data in baseline.files.values())
    assert (got.present, got.records) == ((), None)
    assert progress.stages == [("fetch PubMed baseline files", 6, "files")]
    assert progress.amount == 6
    for path in got.new:
        assert path.read_bytes() == baseline.files[f"baseline/{path.name}"]
    assert len([r for path in corpus_files([tmp_path / "out"]) for r in read(path)]) == 18


def test_a_rerun_asks_only_for_the_listing(baseline, fetch):
    first = fetch()
    baseline.requests.clear()
    again = fetch()
    assert (again.new, again.present, again.bytes) == ((), first.new, 0)
    assert [request.path for request in baseline.requests] == ["/pubmed/baseline/"]


def test_a_retry_is_told_to_the_user(baseline, tmp_path, told):
    progress = told()
    baseline.fail("503", "baseline/")
    fetch_baseline(
        tmp_path / "o", base_url=f"{baseline.pubmed_files}baseline/", limit=1, progress=progress
    )
    assert "503 Service Unavailable; trying again in 1 s" in progress.notes[0]


def test_part_of_the_baseline(baseline, fetch, tmp_path):
    assert names(fetch(only={name(2), name(3), "other.gz"}).new) == [name(2), name(3)]
    assert names(fetch(limit=2).new) == [name(5), name(6)]
    assert fetch(limit=0).files == ()
    assert fetch(only={name(7)}).files == ()
    assert names(fetch().files) == [name(n) for n in range(1, 7)]


FAULTS = [
    (["500"], ""),
    (["503", "503", "503"], ".gz"),
    (["429"], ".md5"),
    (["429-date"], ""),
    (["cut"], ".xml.gz"),
    (["cut"] * 4, ".xml.gz"),
    (["cut", "ignore-range"], "0003.xml.gz"),
    (["cut", "wrong-range"], "0003.xml.gz"),
    (["cut", "cut", "503", "cut"], "0003.xml.gz"),
    (["wrong-md5"], ".md5"),
    (["wrong-md5", "wrong-md5"], "0002.xml.gz.md5"),
    (["other-bytes"], "0002.xml.gz"),
    (["html"], ".md5"),
    (["empty"], ".md5"),
    (["html"], "baseline/"),
    (["html", "503", "cut", "other-bytes"], ""),
    (["cut", "500", "html", "429", "wrong-md5"], "0004.xml.gz"),
]


@pytest.mark.parametrize("workers", [1, 4])
@pytest.mark.parametrize(("kinds", "on"), FAULTS)
def test_faults_change_nothing(baseline, fetch, tmp_path, content, kinds, on, workers):
    for kind in kinds:
        baseline.fail(kind, on)
    got = fetch(workers=workers)
    assert len(got.new) == 6
    assert content(tmp_path / "out") == {
        path.removeprefix("baseline/"): data for path, data in baseline.files.items()
    }
    left = sorted(p.name for p in (tmp_path / "out").iterdir() if p.name.startswith("."))
    assert left == [".files.json", ".medlit-fetch.lock"]
    assert not any(fault.times for fault in baseline.faults)


@pytest.mark.parametrize("after", [0, 3])
def test_a_run_that_was_stopped_goes_on(baseline, fetch, naps, tmp_path, told, after):
    with Client(per_second=1e6, sleep=naps) as own, pytest.raises(KeyboardInterrupt):
        fetch(progress=told(fail_after=after), workers=1, client=own)
    there = {n: f["md5"] for n, f in checked_files(tmp_path / "out").items()}
    assert len(there) >= after
    baseline.requests.clear()
    got = fetch()
    assert len(got.files) == 6
    asked = {Path(r.path).name for r in baseline.asked(".xml.gz")}
    assert not asked & set(there)


def test_a_stopped_run_leaves_no_threads(baseline, fetch, told, naps):
    before = threading.active_count()
    baseline.delay = 0.2
    baseline.fail("slow", times=9, on=".gz")
    with Client(per_second=1e6) as own, pytest.raises(KeyboardInterrupt):
        fetch(progress=told(fail_after=1), client=own)
    assert not [t for t in threading.enumerate() if t.name.startswith("medlit-fetch")]
    assert threading.active_count() <= before + 8  # the server's own, which end by themselves


def test_one_bad_file_does_not_stop_the_others(baseline, fetch, tmp_path, content):
    baseline.fail("wrong-md5", "0003.xml.gz.md5", times=99)
    baseline.fail("404", "0005.xml.gz", times=99)
    with pytest.raises(FetchError) as failed:
        fetch()
    text = str(failed.value)
    assert "2 of 6 files could not be fetched" in text
    assert f"{name(3)} (wrong md5 3 times)" in text
    assert f"{name(5)} (" in text
    assert "404 Not Found" in text
    assert "\n" not in text
    assert sorted(content(tmp_path / "out")) == [name(n) for n in (1, 2, 4, 6)]
    assert sorted(checked_files(tmp_path / "out")) == [name(n) for n in (1, 2, 4, 6)]
    assert len(baseline.asked("0003.xml.gz")) == 6
    baseline.faults.clear()
    assert names(fetch().new) == [name(3), name(5)]


def test_a_server_that_is_gone_is_not_asked_for_every_file(server, fetch):
    for number in range(1, 40):
        server.add_file("baseline", name(number))
    server.fail("503", ".gz", times=10_000)
    with pytest.raises(FetchError, match=r"5 of 39 files .*34 were not tried.* and 2 more; run"):
        fetch(workers=1)


def test_files_that_came_otherwise_are_compared(baseline, fetch, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / name(1)).write_bytes(baseline.files[f"baseline/{name(1)}"])
    (tmp_path / "out" / name(2)).write_bytes(b"half of it")
    got = fetch()
    assert names(got.present) == [name(1)]
    assert names(got.new) == [name(n) for n in range(2, 7)]
    assert [r.path for r in baseline.asked(name(1))] == [f"/pubmed/baseline/{name(1)}.md5"]


def test_verify_finds_what_rotted_or_was_issued_again(baseline, fetch, tmp_path, told):
    fetch()
    path = tmp_path / "out" / name(2)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    baseline.add_file("baseline", name(4), pubmed_record(1, "Issued again."))
    assert fetch().new == ()
    progress = told()
    got = fetch(verify=True, progress=progress)
    assert names(got.new) == [name(2), name(4)]
    assert len(got.present) == 4
    assert progress.notes == [
        "2 files were not as the server has them and were fetched again: "
        f"{name(2)}, {name(4)}; ingest them"
    ]


def test_one_fetch_at_a_time_in_a_folder(baseline, fetch, update, tmp_path):
    with only_fetch(tmp_path / "out"):
        for call in (fetch, update):
            with pytest.raises(FetchError) as failed:
                call()
            assert str(failed.value) == (
                f"another process is fetching into {tmp_path / 'out'}; wait for it, or choose "
                "another folder with --to"
            )
        assert not baseline.requests
        assert fetch(tmp_path / "other").files
    assert fetch().files


def test_a_file_of_another_size_is_fetched_again(baseline, fetch, tmp_path):
    fetch()
    (tmp_path / "out" / name(2)).write_bytes(b"")
    (tmp_path / "out" / name(4)).unlink()
    assert names(fetch().new) == [name(2), name(4)]


@pytest.mark.parametrize("memory", ["", "{", "[]", '{"a": 1}', '{"a": {"md5": 1}}'])
def test_a_damaged_state_costs_a_comparison(baseline, fetch, tmp_path, memory):
    fetch()
    (tmp_path / "out" / ".files.json").write_text(memory)
    got = fetch()
    assert (len(got.new), len(got.present)) == (0, 6)


def test_state_tells_size_md5_and_kind(baseline, fetch, tmp_path):
    fetch(limit=1)
    data = baseline.files[f"baseline/{name(6)}"]
    state = json.loads((tmp_path / "out" / ".files.json").read_text())
    md5 = hashlib.md5(data).hexdigest()
    assert state == {name(6): {"md5": md5, "size": len(data), "kind": "baseline"}}


def test_updates_after_the_baseline(baseline, fetch, update, tmp_path, told):
    for number in (7, 8, 9):
        baseline.add_file("updatefiles", name(number), deleted=(number,))
    assert names(update(after=name(7)).new) == [name(8), name(9)]
    assert names(update(after="pubmed26n0006", skip={name(8)}).new) == [name(7)]
    assert names(update(limit=1).present) == [name(9)]
    assert names(update(oldest=name(8)).files) == [name(8), name(9)]
    assert names(update(only={name(7)}).present) == [name(7)]
    progress = told()
    fetch(limit=1)
    assert len(update(progress=progress).files) == 3
    assert progress.notes == []
    kinds = {facts["kind"] for facts in checked_files(tmp_path / "out").values()}
    assert kinds == {"baseline", "updates"}


def test_no_files_yet(server, fetch, update, told):
    progress = told()
    assert update(progress=progress).files == ()
    assert progress.notes == ["there are no update files yet"]
    with pytest.raises(FetchError, match="lists no PubMed files"):
        fetch()


def test_empty_listing(baseline, fetch):
    baseline.fail("empty-listing")
    with pytest.raises(FetchError, match="lists no PubMed files"):
        fetch()
    assert len(fetch().new) == 6


def test_a_new_year(server, fetch, update, told, tmp_path):
    server.add_file("updatefiles", name(1500, 26))
    server.add_file("updatefiles", name(1350, 27))
    server.add_file("baseline", name(1, 26))
    server.add_file("baseline", name(1, 27))
    assert names(fetch().new) == [name(1, 27)]
    progress = told()
    got = update(tmp_path / "old", after=name(1400, 26), progress=progress)
    assert names(got.new) == [name(1500, 26)]  # what is left of the old year, and a word
    assert progress.notes[0].startswith("a new baseline has begun (pubmed27, here is pubmed26)")
    progress = told()
    got = update(tmp_path / "old", progress=progress)
    assert names(got.new) == [name(1350, 27)]
    assert progress.notes[0].startswith("a new baseline has begun")


def test_names_and_numbers(client, server):
    assert key(name(3)) == key("pubmed26n0003") == key("pubmed26n0003.xml") == (26, 3)
    assert key("pubmed26n00003.xml.gz") == (26, 3)
    assert key("medline26n0003.xml.gz") is None
    with pytest.raises(FetchError, match="names no PubMed file"):
        number_of("latest")


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("MD5(x.gz)= {md5}\n", True),
        ("MD5 (x.gz) = {MD5}", True),
        ("{md5}  x.gz\n", True),
        ("{md5} *x.gz", True),
        ("{md5}", True),
        ("MD5(y.gz)= {md5}", False),
        ("nothing", False),
        ("", False),
    ],
)
def test_forms_of_a_checksum(server, client, monkeypatch, text, good):
    md5 = "0123456789abcdef" * 2
    body = text.format(md5=md5, MD5=md5.upper()).encode()
    monkeypatch.setattr(
        "tests.corpus.fetch.servers._Handler.file", lambda self, path, kind: self.give(200, body)
    )
    url = f"{server.pubmed_files}baseline/"
    if good:
        assert md5_of(client, url, "x.gz") == md5
    else:
        with pytest.raises(FetchError, match="no checksum"):
            md5_of(client, url, "x.gz")


def test_a_full_disk_ends_the_run_in_one_line(baseline, fetch, monkeypatch, naps):
    def write(self, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", write)
    with Client(per_second=1e6, sleep=naps) as own, pytest.raises(FetchError) as failed:
        fetch(workers=1, client=own)
    assert "No space left on device; free space" in str(failed.value)
    assert "\n" not in str(failed.value)
    assert len(baseline.asked(".gz")) <= 4


def test_folder_that_cannot_be_made(baseline, fetch, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(FetchError, match="cannot write"):
        fetch(tmp_path / "file" / "out")


def test_offline_is_refused(baseline, fetch, update, monkeypatch):
    monkeypatch.setenv("MEDLIT_OFFLINE", "1")
    for call in (fetch, update):
        with pytest.raises(OfflineError):
            call()
    assert not baseline.requests
