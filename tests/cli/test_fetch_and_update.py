"""Fetching and updating as a user does it, against a server on this machine."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import pytest

from tests.corpus.fetch.servers import serve
from tests.support import pubmed_record

pytestmark = pytest.mark.model

RETRACTION = (
    "<CommentsCorrectionsList><CommentsCorrections RefType='RetractionOf'>"
    "<RefSource>J Tests</RefSource><PMID Version='1'>3</PMID></CommentsCorrections>"
    "</CommentsCorrectionsList>"
)


@pytest.fixture
def server():
    with serve() as running:
        yield running


def found(medlit, query, *options):
    done = medlit("search", query, "--index", "ix", "--json", *options)
    assert done.returncode == 0, done.stderr
    return {hit["pmid"]: hit for hit in json.loads(done.stdout)["hits"]}


def test_a_day_of_pubmed_reaches_the_standing_index(medlit, server):
    server.add_file(
        "baseline",
        "pubmed26n0001.xml.gz",
        pubmed_record(1, "Cough in adults.", "Honey."),
        pubmed_record(2, "Fever in children.", "Water."),
        pubmed_record(3, "Cough cured by magnets.", "Magnets."),
    )
    here = server.environment
    fetched, _, nothing = medlit.each(
        ("fetch", "baseline", "--to", "pm"), ("ingest", "pm", "--index", "ix"),
        ("update", "--index", "ix"), **here
    )  # fmt: skip
    assert fetched.split() == ["pm/pubmed26n0001.xml.gz"]
    assert nothing.strip() == "nothing new"

    server.add_file(
        "updatefiles",
        "pubmed26n0002.xml.gz",
        pubmed_record(2, "Fever in children.", "Water and rest.", revised="2026-02-01"),
        pubmed_record(4, "Cough and influenza.", "Oseltamivir."),
        pubmed_record(5, "Retraction: cough cured by magnets.", extra=RETRACTION),
        deleted=(1,),
    )
    server.fail("503", on="pubmed26n0002.xml.gz", times=1)
    done = medlit("update", "--index", "ix", "--json", **here)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["added"], report["revised"], report["deleted"]) == (2, 1, 1)
    assert report["newly_retracted"] == ["pmid:3"]
    search = ("search", "--index", "ix", "--json")
    told, with_retracted, again = medlit.each(
        (*search, "cough fever"), (*search, "cough cured by magnets", "--include-retracted"),
        ("update", "--index", "ix"), **here
    )  # fmt: skip
    hits = {hit["pmid"]: hit for hit in json.loads(told)["hits"]}
    assert set(hits) == {"2", "4", "5"}
    assert "Water and rest" in hits["2"]["passage"]
    (marked,) = (h for h in json.loads(with_retracted)["hits"] if h["pmid"] == "3")
    assert marked["status"] == "retracted"
    assert marked["notices"] == [{"kind": "RetractionIn", "id": "pmid:5", "citation": ""}]
    assert again.strip() == "nothing new"


def test_an_update_that_is_killed_before_reading_is_made_good(medlit, server):
    server.add_file("updatefiles", "pubmed26n0001.xml.gz", pubmed_record(1, "Cough."))
    fetch = ("fetch", "updates", "--to", "pm")
    medlit.each(fetch, ("ingest", "pm", "--index", "ix"), **server.environment)
    server.add_file("updatefiles", "pubmed26n0002.xml.gz", pubmed_record(2, "Fever."))
    # fetched, never read
    _, done, told = medlit.each(
        fetch, ("update", "--index", "ix"), ("search", "fever", "--index", "ix", "--json"),
        **server.environment
    )  # fmt: skip
    assert "1 added" in done
    assert {hit["pmid"] for hit in json.loads(told)["hits"]} >= {"2"}


def test_a_query_is_followed(medlit, server):
    for i in range(1, 4):
        server.add(pubmed_record(i, f"Fever and cough, case {i}."), i)
    done = medlit(
        "fetch", "pubmed", "fever cough", "--max", "50", "--to", "q", **server.environment
    )
    assert done.returncode == 0, done.stderr
    assert "3 records" in done.stderr
    medlit("ingest", "q", "--index", "ix")
    today = datetime.now(UTC).date()
    server.add(pubmed_record(9, "Fever and cough, a late case."), 9, today)
    newer = pubmed_record(1, "Fever and cough, case one again.", revised="2026-01-01")
    server.add(newer, 1, modified=today)
    done = medlit("update", "--index", "ix", **server.environment)
    assert done.returncode == 0, done.stderr
    assert "1 added" in done.stdout
    assert "1 revised" in done.stdout
    assert set(found(medlit, "fever cough")) == {"1", "2", "3", "9"}
    # and what comes later on the same day
    time.sleep(1.1)  # the time of a search is kept in whole seconds
    types = ("Retracted Publication",)
    server.add(
        pubmed_record(2, "Fever and cough.", revised="2026-02-01", types=types), 2, modified=today
    )
    done = medlit("update", "--index", "ix", **server.environment)
    assert done.returncode == 0, done.stderr
    assert "pmid:2" in done.stdout
    assert set(found(medlit, "fever cough")) == {"1", "3", "9"}


def test_an_update_fails_at_its_end_for_the_sources_that_failed(medlit, server):
    here = server.environment
    server.add_file("updatefiles", "pubmed26n0001.xml.gz", pubmed_record(1, "Cough."))
    server.add(pubmed_record(9, "Fever."), 9)
    medlit.each(
        ("fetch", "updates", "--to", "c/pm"), ("fetch", "pubmed", "fever", "--to", "c/q"),
        ("ingest", "c", "--index", "ix"), **here
    )  # fmt: skip
    server.add_file("updatefiles", "pubmed26n0002.xml.gz", pubmed_record(2, "Croup."))
    server.fail("404", on="esearch")
    done = medlit("update", "--index", "ix", **here)
    assert done.returncode == 1
    assert "1 added" in done.stdout
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("medlit: 1 of 2 sources not updated: a PubMed query in ")
    assert set(found(medlit, "croup")) >= {"2"}


def test_one_line_says_what_is_wrong(medlit, server, built):
    here = server.environment
    cases = [
        (("update", "--index", str(built / "ix")), here, "follows no source"),
        (("update", "--index", str(built / "ix"), "--from", "."), here, "was not filled by"),
        (("update", "--index", "none"), here, "no index at none"),
        (("fetch", "pubmed", " "), here, "empty"),
        (("fetch", "pubmed", "x", "--since", "soon"), here, "--since 2026-01-31"),
        (("fetch", "pubmed", "x"), here | {"MEDLIT_OFFLINE": "1"}, "offline"),
        (("fetch", "baseline"), here | {"MEDLIT_PUBMED_FILES_URL": "ftp://x/"}, "http"),
    ]
    for command, environment, said in cases:
        done = medlit(*command, **environment)
        assert done.returncode in (1, 2), (command, done.stderr)
        assert done.stderr.strip().count("\n") == 0, done.stderr
        assert said in done.stderr, (command, done.stderr)


@pytest.mark.parametrize(
    "command",
    [["fetch", "pubmed"], ["fetch", "europepmc"], ["fetch", "baseline"], ["fetch", "updates"],
     ["update"]],
)  # fmt: skip
def test_every_command_has_help(medlit, command):
    done = medlit(*command, "--help")
    assert done.returncode == 0
    assert "Usage" in done.stdout
