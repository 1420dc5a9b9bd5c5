from __future__ import annotations

import hashlib
import logging
import socket
import subprocess
import sys
import threading
import time
from email.utils import formatdate
from pathlib import Path

import httpx
import pytest

from rag.corpus.fetch.download import _length, digests, download
from rag.corpus.fetch.endpoints import endpoints
from rag.corpus.fetch.faults import Refused, Unusable, check_answer, place
from rag.corpus.fetch.http import Client
from rag.corpus.fetch.pace import RateLimit, asked_wait
from rag.corpus.fetch.state import Journal, WriteError, stem, write_whole
from rag.errors import ChecksumError, ConfigError, FetchError, OfflineError
from rag.version import __version__

DATA = bytes(range(256)) * 2_000  # 512,000 bytes
MD5 = hashlib.md5(DATA).hexdigest()
NAME = "pubmed26n0001.xml.gz"


@pytest.fixture
def url(server):
    server.files[f"baseline/{NAME}"] = DATA
    return f"{server.pubmed_files}baseline/{NAME}"


def test_pace_by_an_injected_clock():
    now, sleeps = [100.0], []

    def sleep(seconds):
        sleeps.append(seconds)
        now[0] += seconds

    limit = RateLimit(3, lambda: now[0], sleep)
    times = []
    for _ in range(7):
        limit.wait()
        times.append(now[0])
    assert times == pytest.approx([100 + i / 3 for i in range(7)])
    now[0] += 50
    limit.wait()
    assert len(sleeps) == 6  # time that passed by itself is no time to sleep
    limit.wait()
    assert sleeps[-1] == pytest.approx(1 / 3)  # and is not saved up either


def test_pace_over_threads():
    limit, out, lock = RateLimit(200), [], threading.Lock()

    def work():
        for _ in range(5):
            limit.wait()
            with lock:
                out.append(time.monotonic())

    threads = [threading.Thread(target=work) for _ in range(4)]
    begin = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(out) == 20
    assert max(out) - begin >= 19 / 200


@pytest.mark.parametrize("kind", ["500", "503", "429", "429-date", "cut", "html"])
def test_faults_pass(server, url, client, naps, kind):
    def judge(body):
        if b"<html" in body:
            raise Unusable("a page")
        return body

    server.fail(kind, times=5)
    assert client.get(url, judge) == DATA
    assert len(server.requests) == 6
    assert len(naps) == 5
    if kind == "429":
        assert naps[:3] == [7.0, 7.0, 7.0]
        assert naps[3] == pytest.approx(8, abs=2.1)
    elif kind == "429-date":
        assert all(50 < nap <= 61 for nap in naps)
    else:
        assert naps == [pytest.approx(2**i, rel=0.26) for i in range(5)]


def test_sixth_fault_is_an_error(server, url, client):
    server.fail("503", times=99)
    with pytest.raises(FetchError) as failed:
        client.get(url, bytes)
    assert len(server.requests) == 6
    assert "503" in str(failed.value)
    assert "6 tries failed" in str(failed.value)
    assert "\n" not in str(failed.value)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("", 0), ("12", 12), (" 3 ", 3), ("soon", 0), ("-5", 0), ("9" * 30, 999_999), ("²", 0)],
)
def test_retry_after(value, seconds):
    assert asked_wait(value) == seconds


def test_retry_after_as_a_date():
    assert asked_wait(formatdate(time.time() - 100, usegmt=True)) == 0
    assert asked_wait(formatdate(time.time() + 90, usegmt=True)) == pytest.approx(90, abs=2)
    assert asked_wait(formatdate(time.time() + 90).replace("+0000", "-0000")) > 80


def test_a_wait_of_more_than_minutes_is_left_to_the_user(server, url, client, naps, monkeypatch):
    monkeypatch.setattr("rag.corpus.fetch.faults.asked_wait", lambda value: 5_000.0)
    server.fail("429")
    said = r"0001\.xml\.gz asks to wait 5000 s \(the server answers 429 .*\); run the same command"
    with pytest.raises(FetchError, match=said):
        client.get(url, bytes)
    assert naps == []
    assert len(server.requests) == 1
    monkeypatch.setattr("rag.corpus.fetch.faults.asked_wait", lambda value: 120.0)
    server.fail("429")
    assert client.get(url, bytes) == DATA
    assert naps == [120.0]


def test_each_wait_is_told_of(server, url):
    now, notes = [0.0], []

    def sleep(seconds):
        now[0] += seconds

    server.fail("503", times=2)
    server.fail("429")
    with Client(per_second=1e6, sleep=sleep, clock=lambda: now[0], on_retry=notes.append) as client:
        client.get(url, bytes)
        assert notes == [
            "127.0.0.1: the server answers 503 Service Unavailable; trying again in 1 s",
            "127.0.0.1: the server answers 503 Service Unavailable; trying again in 2 s",
            "127.0.0.1: the server answers 429 Too Many Requests; trying again in 7 s",
        ]


def test_threads_that_wait_for_the_same_speak_once(server, url):
    notes = []
    server.fail("503", times=4)
    with Client(per_second=1e6, sleep=lambda s: None, on_retry=notes.append) as client:
        threads = [threading.Thread(target=client.get, args=(url, bytes)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(notes) == 1


def _unknown_name():
    error = httpx.ConnectError("[Errno -3] Temporary failure in name resolution")
    raise error from socket.gaierror(-3, "Temporary failure in name resolution")


def test_without_a_network_it_is_said_soon(client, naps, server, url):
    with pytest.raises(FetchError, match=r"its name cannot be looked up; 3 tries failed"):
        client.persist("https://example.org/", _unknown_name)
    assert len(naps) == 2
    client.get(url, bytes)  # now there is a network, and a failure may pass
    with pytest.raises(FetchError, match="6 tries failed"):
        client.persist("https://example.org/", _unknown_name)


def test_nobody_there_is_told(naps):
    notes = []
    with (
        Client(per_second=1e6, sleep=naps, on_retry=notes.append) as client,
        pytest.raises(FetchError, match="6 tries failed"),
    ):
        client.get("http://127.0.0.1:1/x?query=1", bytes)
    assert notes[0] == "cannot reach 127.0.0.1 (Connection refused); trying again in 1 s"


def test_refusal_is_final(server, client):
    with pytest.raises(Refused, match="answers 404 Not Found") as refused:
        client.get(f"{server.url}/nowhere?what=secret", bytes)
    assert refused.value.status == 404
    assert "secret" not in str(refused.value)
    assert len(server.requests) == 1


def test_slow_answer_is_a_fault(server, url, naps):
    server.delay = 0.6
    server.fail("slow")
    with Client(per_second=1e6, sleep=naps, timeout=0.2) as client:
        assert client.get(url, bytes) == DATA
    server.fail("slow", times=2)
    with (
        Client(per_second=1e6, sleep=naps, timeout=0.2, tries=2) as client,
        pytest.raises(FetchError, match="no answer in time"),
    ):
        client.get(url, bytes)


def test_nobody_there(client, naps):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(FetchError, match=f"127.0.0.1:{port}/x: .*refused"):
        client.get(f"http://127.0.0.1:{port}/x", bytes)
    assert len(naps) == 5


@pytest.mark.parametrize(
    "address",
    ["ftp://example.org/x", "file:///etc/passwd", "example.org/x", "http://", "http://a:b/", "h:"],
)
def test_http_only(client, address):
    with pytest.raises(FetchError, match="address; check it") as refused:
        client.get(f"{address}?token=1", bytes)
    assert "token" not in str(refused.value)


def test_place_shows_neither_query_nor_password():
    assert place("https://me:secret@example.org:8080/a/b?api_key=1#x") == (
        "https://example.org:8080/a/b"
    )


def test_user_agent(server, url):
    with Client(per_second=1e6, email="me@example.org") as client:
        client.get(url, bytes)
    with Client(per_second=1e6) as client:
        client.get(url, bytes)
    agents = [request.headers["user-agent"] for request in server.requests]
    assert agents == [f"medlit/{__version__} (mailto:me@example.org)", f"medlit/{__version__}"]


def test_secrets_are_cleaned_away(server, naps):
    def judge(body):
        raise Unusable("the key k/1 or k%2F1 is\nwrong " + "x" * 500)

    with (
        Client(per_second=1e6, sleep=naps, secrets=["k/1"]) as client,
        pytest.raises(FetchError) as failed,
    ):
        client.post(f"{server.eutils}esearch.fcgi", {"api_key": "k/1", "term": "x"}, judge)
    assert "k/1" not in str(failed.value)
    assert "k%2F1" not in str(failed.value)
    assert "*** or *** is wrong" in str(failed.value)
    assert "\n" not in str(failed.value)
    assert len(str(failed.value)) < 500


def test_a_form_does_not_follow_a_redirect(client, monkeypatch, server):
    handler = "tests.corpus.fetch.servers._Handler.esearch"
    monkeypatch.setattr(
        handler, lambda self, *rest: self.give(307, b"", {"Location": "http://other.example/x?k=1"})
    )
    with pytest.raises(FetchError, match=r"has moved to http://other\.example/x; use"):
        client.post(f"{server.eutils}esearch.fcgi", {"api_key": "k"}, bytes)
    assert len(server.requests) == 1


def test_queries_are_not_logged(server, url, client, caplog):
    with caplog.at_level(logging.INFO):
        client.get(f"{url}?term=hidden", bytes)
    assert "hidden" not in caplog.text


def test_offline_asks_for_no_socket(server, url, client, tmp_path, monkeypatch):
    monkeypatch.setenv("MEDLIT_OFFLINE", "1")
    monkeypatch.setattr(socket, "socket", None)
    monkeypatch.setattr(socket, "create_connection", None)
    for call in (
        lambda: client.get(url, bytes),
        lambda: client.post(url, {"term": "x"}, bytes),
        lambda: download(client, url, tmp_path / NAME),
    ):
        with pytest.raises(OfflineError, match="would have to be asked"):
            call()
    assert not server.requests
    assert not list(tmp_path.iterdir())


def test_a_length_that_is_no_number():
    answer = httpx.Response(200, headers={"Content-Length": "²".encode()})
    assert _length(answer) is None
    assert _length(httpx.Response(200, headers={"Content-Length": "12"})) == 12


def test_download(server, url, client, tmp_path):
    seen = []
    sha256 = hashlib.sha256(DATA).hexdigest()
    got = download(
        client, url, tmp_path / NAME, md5=MD5.upper(), sha256=sha256, on_bytes=seen.append
    )
    assert (got.size, got.md5, got.sha256) == (len(DATA), MD5, sha256)
    assert digests(got.path) == (MD5, sha256)
    assert sum(seen) == len(DATA)
    assert [p.name for p in tmp_path.iterdir()] == [NAME]
    assert server.requests[0].headers["accept-encoding"] == "identity"


def test_a_broken_download_goes_on_where_it_broke(server, url, client, tmp_path):
    server.fail("cut", times=3)
    assert download(client, url, tmp_path / NAME).md5 == MD5
    ranges = [request.headers.get("range") for request in server.requests]
    assert ranges[0] is None
    sizes = [int(r.removeprefix("bytes=").rstrip("-")) for r in ranges[1:]]
    assert sizes == sorted(sizes)
    assert sizes[0] == len(DATA) // 2
    assert all("if-range" in request.headers for request in server.requests[1:])


def test_a_download_that_gains_is_not_given_up(server, url, client, tmp_path):
    server.files[f"baseline/{NAME}"] = data = DATA * 8
    server.fail("cut", times=5)
    server.fail("503", times=1)
    with Client(per_second=1e6, tries=3, sleep=lambda s: None) as hasty:
        assert download(hasty, url, tmp_path / NAME).size == len(data)


def test_another_run_goes_on_too(server, url, tmp_path):
    target = tmp_path / NAME
    server.fail("cut")
    server.fail("503", times=2)
    with (
        Client(per_second=1e6, tries=2, sleep=lambda s: None) as client,
        pytest.raises(FetchError),
    ):
        download(client, url, target)
    assert sorted(p.name for p in tmp_path.iterdir()) == [f".{NAME}.part.json", f"{NAME}.part"]
    half = (tmp_path / f"{NAME}.part").stat().st_size
    assert half == len(DATA) // 2
    server.faults.clear()
    server.requests.clear()
    with Client(per_second=1e6) as client:
        assert download(client, url, target).md5 == MD5
    assert [r.headers.get("range") for r in server.requests] == [f"bytes={half}-"]


def test_a_file_that_changed_is_fetched_from_its_start(server, url, client, tmp_path):
    part, other = tmp_path / f"{NAME}.part", DATA[::-1]
    server.fail("cut")
    server.fail("404", after=1)
    with pytest.raises(Refused):
        download(client, url, tmp_path / NAME)
    assert part.exists()
    server.files[f"baseline/{NAME}"] = other
    assert download(client, url, tmp_path / NAME).path.read_bytes() == other


@pytest.mark.parametrize("kind", ["ignore-range", "wrong-range"])
def test_ranges_that_are_not_kept(server, url, client, tmp_path, kind):
    server.fail("cut")
    server.fail(kind, after=1)
    assert download(client, url, tmp_path / NAME).md5 == MD5
    assert len(server.requests) == {"ignore-range": 2, "wrong-range": 3}[kind]


def test_server_without_ranges_or_validators(server, url, client, tmp_path):
    server.ranges = server.etags = False
    server.fail("cut", times=2)
    assert download(client, url, tmp_path / "a").md5 == MD5
    server.ranges = True
    server.requests.clear()
    server.fail("cut")
    assert download(client, url, tmp_path / "b").md5 == MD5
    assert "range" not in server.requests[1].headers  # nothing could tell that the halves fit
    server.requests.clear()
    server.fail("cut")
    assert download(client, url, tmp_path / "c", md5=MD5).md5 == MD5
    assert "range" in server.requests[1].headers  # the hash can


def test_everything_had_come(server, url, client, tmp_path):
    """A run that ended between the last byte and the rename is answered with 416."""
    target = tmp_path / NAME
    server.fail("cut")
    server.fail("404", after=1)
    with pytest.raises(Refused):
        download(client, url, target)
    (tmp_path / f"{NAME}.part").write_bytes(DATA)
    assert download(client, url, target).md5 == MD5
    assert server.requests[-1].headers["range"] == f"bytes={len(DATA)}-"


def test_more_than_everything_had_come(server, url, client, tmp_path):
    server.fail("cut")
    server.fail("404", after=1)
    with pytest.raises(Refused):
        download(client, url, tmp_path / NAME)
    (tmp_path / f"{NAME}.part").write_bytes(DATA + b"x")
    assert download(client, url, tmp_path / NAME).md5 == MD5


@pytest.mark.parametrize("memory", [b"", b"{", b"[]", b'{"url": 1}'])
def test_damaged_memory_starts_anew(server, url, client, tmp_path, memory):
    (tmp_path / f"{NAME}.part").write_bytes(b"something else")
    (tmp_path / f".{NAME}.part.json").write_bytes(memory)
    assert download(client, url, tmp_path / NAME).md5 == MD5


def test_wrong_bytes_are_thrown_away(server, url, client, tmp_path):
    (tmp_path / NAME).write_bytes(b"old")
    server.fail("other-bytes")
    with pytest.raises(ChecksumError, match="were thrown away"):
        download(client, url, tmp_path / NAME, md5=MD5)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {NAME: b"old"}


def test_disk_problems_are_one_line(server, url, client, tmp_path, monkeypatch):
    with pytest.raises(WriteError, match=r"cannot write .*free space"):
        download(client, url, tmp_path / "none" / NAME)
    full = OSError(28, "No space left on device")

    def write(self, data):
        raise full

    monkeypatch.setattr(Path, "write_bytes", write)
    with pytest.raises(WriteError, match="No space left on device") as failed:
        download(client, url, tmp_path / NAME)
    assert "\n" not in str(failed.value)
    assert not isinstance(failed.value, OSError)


def test_halt_ends_waits(server, url):
    server.fail("503", times=9)
    with Client(per_second=1e6) as client:
        threading.Timer(0.2, client.halt).start()
        begin = time.monotonic()
        with pytest.raises(FetchError, match="stopped"):
            client.get(url, bytes)
    assert time.monotonic() - begin < 5


def test_journal_survives_a_torn_line(tmp_path):
    one, two = tmp_path / "1", tmp_path / "2"
    journal = Journal(tmp_path / ".j.json")
    assert journal.plan is None
    journal.begin({"planned": "2026-01-10T12:00:00+00:00"})
    write_whole(one, b"one")
    journal.note(one, records=1)
    with journal.path.open("ab") as out:
        out.write(b'{"file": "2", "si')
    again = Journal(journal.path)
    assert again.plan == journal.plan
    assert again.has(one)
    write_whole(two, b"two")
    assert not again.has(two)
    again.note(two, records=1)
    assert Journal(journal.path).has(two)
    one.write_bytes(b"")
    assert not again.has(one)
    journal.path.write_bytes(b"{" + journal.path.read_bytes())  # the plan itself
    damaged = Journal(journal.path)
    assert (damaged.plan, damaged.done) == (None, {})


def test_names_of_files():
    name = stem("pubmed", "Fever AND (cough OR “Schüttelfrost”)[tiab] " + "x" * 99, "", 10)
    assert name.startswith("pubmed-fever-and-cough-or-sch-ttelfrost-tiab-x")
    assert len(name) < 64
    assert stem("pubmed", "发烧", "", 10).startswith("pubmed-query-")
    assert len({stem("pubmed", q, d, m) for q in "ab" for d in ("", "d") for m in (1, 2)}) == 8


def test_endpoints_of_the_environment(monkeypatch):
    here = endpoints()
    assert here.baseline == "https://ftp.ncbi.nlm.nih.gov/pubmed/baseline/"
    assert here.updates == "https://ftp.ncbi.nlm.nih.gov/pubmed/updatefiles/"
    assert here.api_key is None
    monkeypatch.setenv("MEDLIT_PUBMED_FILES_URL", "http://mirror/p")
    monkeypatch.setenv("MEDLIT_EUTILS_URL", "http://mirror/e")
    monkeypatch.setenv("MEDLIT_EUROPEPMC_URL", "http://mirror/q")
    monkeypatch.setenv("NCBI_API_KEY", "secret")
    monkeypatch.setenv("MEDLIT_EMAIL", "me@example.org")
    here = endpoints()
    assert (here.eutils, here.europepmc) == ("http://mirror/e", "http://mirror/q")
    assert here.baseline == "http://mirror/p/baseline/"
    assert (here.api_key, here.email) == ("secret", "me@example.org")
    assert "secret" not in repr(here)


def test_reading_literature_needs_no_network_library():
    code = "import sys, rag.corpus\nassert not {'httpx', 'rag.corpus.fetch'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_protected_address_is_not_left(client):
    answer = httpx.Response(200, request=httpx.Request("GET", "http://example.org/x"))
    with pytest.raises(Refused, match="unprotected address"):
        check_answer("https://example.org/x", answer, frozenset())
    check_answer("http://example.org/x", answer, frozenset())


def test_a_bad_certificate_is_said_at_once(client, naps):
    def attempt():
        raise httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate")

    with pytest.raises(FetchError, match=r"certificate of https://example\.org/ cannot be verif"):
        client.persist("https://example.org/", attempt)
    assert not naps


def test_redirects_of_files_are_followed(server, url, client, monkeypatch):
    handler = "tests.corpus.fetch.servers._Handler.esearch"
    monkeypatch.setattr(handler, lambda self, *rest: self.give(302, b"", {"Location": url}))
    assert client.get(f"{server.eutils}esearch.fcgi", bytes) == DATA
    here = f"{server.eutils}esearch.fcgi"
    monkeypatch.setattr(handler, lambda self, *rest: self.give(302, b"", {"Location": here}))
    with pytest.raises(FetchError, match="in a circle"):
        client.get(here, bytes)


@pytest.mark.parametrize("email", ["nobody", "me@example.org\r\nX: y", "mé@example.org"])
def test_mail_addresses_that_are_none(email):
    with pytest.raises(ConfigError, match="correct or unset MEDLIT_EMAIL"):
        Client(email=email)


def test_files_are_as_open_as_the_user_wants(tmp_path):
    write_whole(tmp_path / "a", b"a")
    (tmp_path / "b").write_bytes(b"b")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "b"]
