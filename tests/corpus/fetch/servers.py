"""A server on this machine that speaks like NCBI, NLM's file server and Europe PMC.

    with serve() as server:
        server.add(pubmed_record(1, "Fever."), pmid=1)
        server.fail("503", on="efetch", times=2)
        fetch_pubmed("fever", folder, maximum=10, base_url=server.eutils)
        server.asked("efetch")  # the requests

``server.environment`` points a command line at it. Faults are used up one by one, in the order
in which they were set, each by the next request whose path contains ``on``.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from tests.support import pubmed_file, pubmed_record

FAULTS = (
    "500",
    "503",
    "429",  # with Retry-After in seconds
    "429-date",  # with Retry-After as a date
    "404",
    "cut",  # the connection closes in the middle of a body of known length
    "cut-quietly",  # the same without a length: the body just ends
    "html",  # a page for people, status 200
    "malformed",  # XML or JSON that does not parse
    "error",  # an error document of the service
    "json-error",  # {"error": ...}
    "expired",  # the history is gone
    "expired-400",  # the same with status 400
    "slow",  # the answer takes ``delay`` seconds
    "empty",  # nothing at all
    "empty-listing",  # a folder without files
    "wrong-md5",  # the checksum of other bytes
    "ignore-range",  # the whole file, though a part was asked for
    "wrong-range",  # another part than asked for
    "other-bytes",  # the file with one byte changed
)
HTML = b"<!DOCTYPE html>\n<html><head><title>Error</title></head><body>Try later</body></html>"
HEAD = "<?xml version='1.0' encoding='utf-8'?>\n"


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    fields: dict[str, str]
    headers: dict[str, str]
    address: str


@dataclass
class Record:
    xml: str
    entered: date
    modified: date


@dataclass
class Fault:
    kind: str
    on: str
    times: int
    after: int


@dataclass
class Server:
    """What is served, what was asked, and what shall go wrong."""

    url: str = ""
    records: dict[str, Record] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    files: dict[str, bytes] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    histories: dict[str, list[str]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    reach: int = 9_999
    delay: float = 0.5
    extra: dict[str, object] = field(default_factory=dict)  # goes into every esearchresult
    repeat_cursor: bool = False
    etags: bool = True
    ranges: bool = True
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def eutils(self) -> str:
        return f"{self.url}/entrez/eutils/"

    @property
    def pubmed_files(self) -> str:
        return f"{self.url}/pubmed/"

    @property
    def europepmc(self) -> str:
        return f"{self.url}/europepmc/webservices/rest"

    @property
    def environment(self) -> dict[str, str]:
        """The variables that point medlit here."""
        return {
            "MEDLIT_EUTILS_URL": self.eutils,
            "MEDLIT_PUBMED_FILES_URL": self.pubmed_files,
            "MEDLIT_EUROPEPMC_URL": self.europepmc,
            "MEDLIT_OFFLINE": "",
            "NO_PROXY": "127.0.0.1",
        }

    def add(self, xml, pmid, entered=date(2020, 1, 1), modified=None):
        """Serve a record by query."""
        self.records[str(pmid)] = Record(xml, entered, modified or entered)

    def add_records(self, count, text="Fever and cough.", first=1000, begin=date(2020, 1, 1)):
        """Serve ``count`` records, one a day from ``begin`` on."""
        for i in range(count):
            day = begin + timedelta(days=i)
            xml = pubmed_record(first + i, f"Case {i}.", text, revised=day.isoformat())
            self.add(xml, first + i, day)

    def add_file(self, folder, name, *records, deleted=()):
        """Serve a file of ``baseline`` or ``updatefiles`` with its checksum."""
        with tempfile.TemporaryDirectory() as place:
            xml = pubmed_file(Path(place) / "x.xml", *records, deleted=deleted).read_bytes()
        data = gzip.compress(xml, 0, mtime=0)
        self.files[f"{folder}/{name}"] = data
        return data

    def fail(self, kind, on="", times=1, after=0):
        """Let ``times`` requests for ``on`` go wrong, after ``after`` that this leaves alone."""
        assert kind in FAULTS, kind
        self.faults.append(Fault(kind, on, times, after))

    def asked(self, what=""):
        """The requests whose path contains ``what``, in the order in which they came."""
        return [request for request in self.requests if what in request.path]

    def fault(self, path):
        used = ""
        with self.lock:
            for fault in self.faults:
                if fault.on not in path or fault.times == 0:
                    continue
                if fault.after > 0:
                    fault.after -= 1
                elif not used:
                    fault.times -= 1
                    used = fault.kind
        return used

    def matching(self, term, since="", until=""):
        window = re.search(r" AND (\d{4}/\d\d/\d\d):(\d{4}/\d\d/\d\d)\[edat\]$", term)
        words = (term[: window.start()] if window else term).lower().strip("()")
        wanted = [w for w in re.findall(r"\w+", words) if w not in ("and", "or")]
        found = []
        for pmid, record in self.records.items():
            text = record.xml.lower()
            if not all(word in text for word in wanted):
                continue
            if window and not window[1] <= _day(record.entered) <= window[2]:
                continue
            if since and not since <= _day(record.modified) <= until:
                continue
            found.append((record.entered, int(pmid)))
        return [str(pmid) for _, pmid in sorted(found, reverse=True)]


@contextmanager
def serve() -> Iterator[Server]:
    """A running server; it ends with the block."""
    server = Server()
    handler = type("Handler", (_Handler,), {"served": server})
    http = _Quiet(("127.0.0.1", 0), handler)
    server.url = f"http://127.0.0.1:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Pass over clients that went away, which some tests make them do."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def _day(day):
    return day.isoformat().replace("-", "/")


class _Handler(BaseHTTPRequestHandler):
    served: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *args):
        pass

    def do_GET(self):
        self.answer(dict(parse_qsl(urlsplit(self.path).query)))

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.answer(dict(parse_qsl(body.decode(), keep_blank_values=True)))

    def answer(self, fields):
        server, path = self.served, urlsplit(self.path).path
        headers = {name.lower(): value for name, value in self.headers.items()}
        with server.lock:
            server.requests.append(Request(self.command, path, fields, headers, self.path))
        kind = server.fault(path)
        if kind == "slow":
            time.sleep(server.delay)
        if kind in ("500", "503", "404"):
            return self.give(int(kind), HTML)
        if kind == "429":
            return self.give(429, b'{"error":"API rate limit exceeded"}', {"Retry-After": "7"})
        if kind == "429-date":
            when = formatdate(time.time() + 60, usegmt=True)
            return self.give(429, b"", {"Retry-After": when})
        if kind in ("html", "empty"):
            return self.give(200, HTML if kind == "html" else b"")
        if path.endswith("esearch.fcgi"):
            return self.esearch(fields, kind)
        if path.endswith("efetch.fcgi"):
            return self.efetch(fields, kind)
        if path.startswith("/pubmed/"):
            return self.file(path.removeprefix("/pubmed/"), kind)
        if path.startswith("/europepmc/"):
            return self.europepmc(fields, kind)
        return self.give(404, b"")

    def give(self, status, body, headers=None, kind=""):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if kind == "cut-quietly":
            self.send_header("Connection", "close")
        else:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        cut = kind in ("cut", "cut-quietly")
        self.wfile.write(body[: len(body) // 2] if cut else body)
        if cut:
            self.wfile.flush()
            self.close_connection = True

    def give_json(self, value, kind, status=200):
        body = json.dumps(value).encode()
        if kind == "malformed":
            body = body[:-1]
        if kind == "json-error":
            body = b'{"error":"error forwarding request"}'
        self.give(status, body, {"Content-Type": "application/json"}, kind)

    def esearch(self, fields, kind):
        server = self.served
        if kind == "error":
            text = b'{"esearchresult":{"ERROR":"Search Backend failed: Exception:\nbusy"}}'
            return self.give(200, text)
        if fields.get("api_key") == "bad":
            body = {"error": "API key invalid", "api-key": "bad", "status": "unknown"}
            return self.give_json(body, "", 400)
        found = server.matching(fields["term"], fields.get("mindate", ""), fields.get("maxdate"))
        name = f"MCID_{len(server.histories)}"
        server.histories[name] = found[: server.reach]
        listed = found[: min(int(fields.get("retmax", 20)), server.reach)]
        result = {
            "count": str(len(found)),
            "retmax": str(len(listed)),
            "retstart": "0",
            "querykey": "1",
            "webenv": name,
            "idlist": listed,
            "querytranslation": fields["term"],
            **server.extra,
        }
        if not found:  # there is nothing that a history could hold
            del result["querykey"], result["webenv"]
        return self.give_json({"header": {"type": "esearch"}, "esearchresult": result}, kind)

    def efetch(self, fields, kind):
        server = self.served
        if kind in ("expired", "expired-400"):
            server.histories.clear()
        lost = "WebEnv" in fields and fields["WebEnv"] not in server.histories
        if lost or kind == "error":
            text = "Unable to obtain query #1" if lost else "Service is busy"
            status = 400 if kind == "expired-400" else 200
            body = f"{HEAD}<eFetchResult>\n\t<ERROR>{text}</ERROR>\n</eFetchResult>\n"
            return self.give(status, body.encode())
        if kind == "json-error":
            return self.give_json({}, kind)
        if "id" in fields:
            pmids = fields["id"].split(",")
        else:
            start, size = int(fields["retstart"]), int(fields["retmax"])
            pmids = server.histories[fields["WebEnv"]][start : min(start + size, server.reach)]
        served = [server.records[p].xml for p in pmids if p not in server.withdrawn]
        xml = f"{HEAD}<PubmedArticleSet>\n{''.join(served)}</PubmedArticleSet>\n"
        if kind == "malformed":
            xml = xml.replace("</Title>", "", 1)
        return self.give(200, xml.encode(), {"Content-Type": "text/xml"}, kind)

    def file(self, path, kind):
        folder, _, name = path.partition("/")
        if not name:
            return self.give(200, self.listing(folder, kind), {"Content-Type": "text/html"})
        data = self.served.files.get(path.removesuffix(".md5"))
        if data is None:
            return self.give(404, b"")
        if name.endswith(".md5"):
            digest = hashlib.md5(data if kind != "wrong-md5" else b"other").hexdigest()
            return self.give(200, f"MD5({name[:-4]})= {digest}\n".encode(), kind=kind)
        if kind == "other-bytes":
            data = data[:-1] + bytes([data[-1] ^ 1])
        return self.range(data, kind)

    def listing(self, folder, kind):
        files = sorted(f for f in self.served.files if f.startswith(f"{folder}/"))
        names = [] if kind == "empty-listing" else [f.partition("/")[2] for f in files]
        links = "".join(
            f'<a href="{n}">{n}</a>  1\n<a href="{n}.md5">{n}.md5</a>  60\n' for n in names
        )
        top = '<a href="/pubmed/">Parent Directory</a>\n<a href="README.txt">README.txt</a>\n'
        title = f"<title>Index of /pubmed/{folder}</title>"
        return f"<html><head>{title}</head><body><pre>{top}{links}</pre></body></html>".encode()

    def range(self, data, kind):
        etag = f'"{hashlib.md5(data).hexdigest()[:12]}"'
        headers = {"ETag": etag, "Accept-Ranges": "bytes"} if self.served.etags else {}
        match = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        same = self.headers.get("If-Range", etag) == etag
        if not match or not same or kind == "ignore-range" or not self.served.ranges:
            return self.give(200, data, headers, kind)
        start, size = int(match[1]), len(data)
        if start >= size:
            return self.give(416, b"", {"Content-Range": f"bytes */{size}"})
        if kind == "wrong-range":
            start = max(0, start - 1)
        headers["Content-Range"] = f"bytes {start}-{size - 1}/{size}"
        return self.give(206, data[start:], headers, kind)

    def europepmc(self, fields, kind):
        server = self.served
        if kind == "error" or "query" not in fields:
            return self.give_json({"version": "6.9", "errCode": 500, "errMsg": "busy"}, "")
        query = fields["query"]
        dates = re.search(r" AND UPDATE_DATE:\[(\S+) TO (\S+)\]$", query)
        since, until = (d.replace("-", "/") for d in dates.groups()) if dates else ("", "")
        found = server.matching(query[: dates.start()] if dates else query, since, until)
        cursor = fields.get("cursorMark", "*")
        start = 0 if cursor == "*" else int(cursor.removeprefix("AoI"))
        end = min(start + int(fields.get("pageSize", 25)), len(found))
        results = [
            {"id": p, "source": "MED", "pmid": p, "title": f"Case {p}", "abstractText": "Fever."}
            for p in found[start:end]
        ]
        answer = {"version": "6.9", "hitCount": len(found), "resultList": {"result": results}}
        if end < len(found):
            answer["nextCursorMark"] = f"AoI{end}"
        elif server.repeat_cursor:
            answer["nextCursorMark"] = cursor
        return self.give_json(answer, kind)
