from __future__ import annotations

import gzip
import json
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.corpus import bioc
from rag.corpus.json_split import split
from rag.corpus.streams import Stream
from rag.types import Article, Author, Reject
from tests.corpus.readers import check_sound, mutated, mutations, records, slowly


def passage(text, kind, where="", **infons):
    stated = {"type": kind, **({"section_type": where} if where else {}), **infons}
    return {"offset": 0, "infons": stated, "text": text, "annotations": [], "sentences": []}


FULL = {
    "id": "77",
    "infons": {"license": "CC BY"},
    "passages": [
        passage(
            "Leaves and light",
            "front",
            "TITLE",
            **{
                "article-id_pmid": "900001",
                "article-id_pmc": "77",
                "article-id_doi": "10.1234/ABC.5",
                "kwd": "air leaf",
                "name_0": "surname:Roe;given-names:Jane Q",
                "name_1": "surname:Poe;given-names:A",
                "volume": "12",
                "issue": "4",
                "fpage": "5",
                "lpage": "9",
                "year": "2021",
            },
        ),
        passage("Aims:", "abstract_title_1", "ABSTRACT"),
        passage("To see.", "abstract", "ABSTRACT"),
        passage("Results", "abstract_title_1", "ABSTRACT"),
        passage("Seen\n it.", "abstract", "ABSTRACT"),
        passage("Background", "title_1", "INTRO"),
        passage("First.", "paragraph", "INTRO"),
        passage("Methods", "title_1", "METHODS"),
        passage("Leaves", "title_2", "METHODS"),
        passage("Second.", "paragraph", "METHODS"),
        passage("A picture.", "fig_caption", "FIG"),
        passage("1\t2\t3", "table", "TABLE"),
        passage("Results", "title_1", "RESULTS"),
        passage("Third.", "paragraph", "RESULTS"),
        passage("Cited work", "ref", "REF"),
        passage("Thanks.", "paragraph", "ACK_FUND"),
    ],
    "annotations": [],
    "relations": [],
}

ABSTRACT = {
    "id": "900002",
    "infons": {},
    "passages": [
        passage(
            "A short title",
            "title",
            year="1999",
            journal="J Inv Res; 1999 May; 1(2) 3-4. doi: 10.1/x",
            authors="Roe JQ, Poe A, ",
        ),
        passage("A short abstract.", "abstract"),
    ],
}


def collection(*documents):
    return {"source": "X", "date": "", "key": "", "infons": {}, "documents": list(documents)}


def small(n):
    return {"id": str(n), "passages": [passage(f"Title {n}", "title"), passage("Text", "abstract")]}


def test_a_full_text(write):
    (a,) = check_sound(bioc, write("f.json", json.dumps([collection(FULL)])))
    assert isinstance(a, Article)
    assert (a.id, a.doi, a.pmcid) == ("pmid:900001", "10.1234/ABC.5", "PMC77")
    assert a.title == "Leaves and light"
    assert [(s.label, s.text) for s in a.sections] == [("Aims", "To see."), ("Results", "Seen it.")]
    assert [(s.label, s.text) for s in a.body] == [
        ("Background", "First."),
        ("Methods > Leaves", "Second."),
        ("Methods > Leaves", "A picture."),
        ("Results", "Third."),
    ]
    assert (a.year, a.volume, a.issue, a.pages) == (2021, "12", "4", "5-9")
    assert a.authors == (Author("Roe", "Jane Q", "JQ"), Author("Poe", "A", "A"))
    assert (a.keywords, a.copyright) == (("air leaf",), "CC BY")


def test_an_abstract(write):
    (a,) = check_sound(bioc, write("a.json", json.dumps(collection(ABSTRACT), indent=1)))
    assert (a.id, a.title, a.journal, a.year) == ("pmid:900002", "A short title", "J Inv Res", 1999)
    assert [s.text for s in a.sections] == ["A short abstract."]
    assert a.authors == (Author("Roe", "", "JQ"), Author("Poe", "", "A"))
    assert a.body == ()


def test_pubtator(write):
    extra = {"_id": "900002|None", "pmid": 900002, "pmcid": None, "journal": "J Inv Res"}
    extra |= {"date": "1999-05-06T00:00:00Z", "authors": ["Roe JQ"]}
    document = ABSTRACT | extra
    for text in (
        json.dumps({"PubTator3": [document, document]}),
        json.dumps(document) + "\n" + json.dumps(document) + "\n",
        json.dumps([document, document]),
        json.dumps(document) + json.dumps(document),
    ):
        first, second = check_sound(bioc, write("p.json", text))
        assert (first.id, first.publication_date) == ("pmid:900002", "1999-05-06")
        assert first.authors == second.authors == (Author("Roe", "", "JQ"),)


@pytest.mark.parametrize(
    ("number", "infons", "where", "expected"),
    [
        ("PMC5", {}, "TITLE", "id:PMC5"),
        ("5", {}, "TITLE", "id:PMC5"),
        ("5", {}, "", "pmid:5"),
        ("5", {"article-id_doi": "10.1234/x", "article-id_pmc": "PMC5"}, "", "doi:10.1234/x"),
        ("BC5-train-1", {}, "", "id:BC5-train-1"),
        ("", {}, "", "hash:"),
    ],
)
def test_identity(write, number, infons, where, expected):
    document = {"id": number, "passages": [passage("T", "title", where, **infons)]}
    (a,) = records(bioc, write("i.json", json.dumps(collection(document))))
    assert a.id.startswith(expected)


def test_a_text_without_an_abstract_is_its_sections(write):
    document = {"id": "1", "passages": [passage("T", "title"), passage("x", "paragraph", "INTRO")]}
    (a,) = records(bioc, write("t.json", json.dumps(collection(document))))
    assert [(s.label, s.text) for s in a.sections] == [("Introduction", "x")]
    assert a.body == ()


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ('{"id": "1"}', "no passages"),
        ('{"id": "1", "passages": []}', "neither title nor text"),
        ('{"id": "1", "passages": {"a": 1}}', "no passages"),
        ('{"id": "1", "passages": [null, 3, {"text": []}]}', "neither title nor text"),
        ('{"id": 1, "passages": [nil]}', "not JSON"),
        ("[[]]", "not a JSON object"),
        ("3", "no object in the list"),
        ('{"id": "\xff"}', "passages"),
        ('{"id": ' + "9" * 5000 + "}", "not JSON"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "nested too deep"),
    ],
)
def test_a_bad_document_is_a_reject_and_reading_goes_on(write, bad, reason):
    text = f'{{"documents": [{json.dumps(small(1))}, {bad}, {json.dumps(small(2))}]}}'
    first, reject, second = check_sound(bioc, write("b.json", text))
    assert (first.id, second.id) == ("pmid:1", "pmid:2")
    assert isinstance(reject, Reject)
    assert reason in reject.reason


def test_bad_lines_cost_only_themselves(write):
    rows = [json.dumps(small(1)), '{"id": "open', "{{[", "junk", "", json.dumps(small(2))]
    found = check_sound(bioc, write("l.jsonl", "\n".join(rows)))
    assert [type(r).__name__ for r in found] == ["Article", "Reject", "Reject", "Reject", "Article"]
    assert "line 2 ends inside" in found[1].reason


def test_broken_streams(write):
    text = json.dumps(collection(*(small(n) for n in range(1, 400)))).encode()
    *articles, last = check_sound(bioc, write("c.gz", gzip.compress(text)[:-300]))
    assert len(articles) > 50
    assert last.cut
    assert last.reason == f"gzip stream ends early after {len(articles)} records"
    for end, told in ((-40, "inside a record"), (-2, "before its closing bracket")):
        *articles, last = check_sound(bioc, write("c.json", text[:end]))
        assert last.cut
        assert told in last.reason
        assert f"after {len(articles)} records" in last.reason


def test_memory_is_that_of_one_record(write, monkeypatch):
    padding = {"x": "words " * 1500}
    rows = ",".join(json.dumps(small(n) | padding) for n in range(1, 3000))
    path = write("m.json.gz", '{"documents": [' + rows + "]}", compress=True)
    tracemalloc.start()
    try:
        with Stream(path) as stream:
            assert sum(1 for _ in bioc.read(stream, "m", 0)) == 2999
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()
    monkeypatch.setattr("rag.corpus.json_split.RECORD", 1 << 20)
    for long in ('{"a": "' + "x" * (5 << 20) + '"}', "[" * (1 << 20) + "]" * (1 << 20)):
        text = f'{{"documents": [{json.dumps(small(1))}, {long}, {json.dumps(small(2))}]}}'
        first, reject, second = records(bioc, write("l.json", text))
        assert (first.id, second.id) == ("pmid:1", "pmid:2")
        assert reject.reason == "record is longer than 1 MiB"
    (last,) = records(bioc, write("o.json", "[" * (5 << 18)))[-1:]
    assert last.cut


@pytest.mark.parametrize("size", [1, 2, 3, 7, 500])
def test_records_are_the_same_whatever_the_chunks(write, size):
    tricky = small(3) | {"x": 'a"}{[\\', "documents": [{"y": "\\\\"}], "n": -1.5e3}
    path = write("c.json", json.dumps([collection(small(1), tricky), small(2)], indent=1))
    assert slowly(bioc, path, size) == records(bioc, path)
    assert [r.id for r in records(bioc, path)] == ["pmid:1", "pmid:3", "pmid:2"]


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(
    max_examples=200, deadline=5000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    values=st.lists(st.dictionaries(st.sampled_from(["a", "b"]), JSON), max_size=4),
    indent=st.sampled_from([None, 1]),
    shape=st.sampled_from(["outer", "list", "lines"]),
)
def test_splitting_gives_what_parsing_gives(write, values, indent, shape):
    if shape == "outer":
        text = json.dumps({"k": [1, {"documents": []}], "documents": values}, indent=indent)
    elif shape == "list":
        text = json.dumps(values, indent=indent)
    else:
        text = "".join(json.dumps(value) + "\n" for value in values)
    with Stream(write("s.json", text)) as stream:
        pieces = list(split(stream, (("documents",),)))
    assert [p.problem for p in pieces] == [""] * len(values)
    assert [json.loads(p.data) for p in pieces] == values


@settings(
    max_examples=150, deadline=5000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    changes=mutations([b"{", b"}", b'"', b"[", b"]", b"null", b"1", b"\\ud800", b"\n", b"\0"]),
    compress=st.booleans(),
    lines=st.booleans(),
)
def test_mutated_bytes_never_raise(write, changes, compress, lines):
    text = json.dumps(collection(small(1), FULL, ABSTRACT))
    if lines:
        text = "".join(json.dumps(each) + "\n" for each in (small(1), ABSTRACT, FULL))
    data = gzip.compress(text.encode()) if compress else text.encode()
    check_sound(bioc, write("m", mutated(data, changes)))


def test_sniff():
    assert bioc.sniff(json.dumps(collection(FULL)).encode())
    assert bioc.sniff(b"\xef\xbb\xbf" + json.dumps({"PubTator3": [ABSTRACT]}).encode())
    assert bioc.sniff(json.dumps(small(1)).encode())
    for other in (b"", b"[1]", b'{"_id": "1", "title": "t", "text": "x"}', b"<documents>"):
        assert not bioc.sniff(other)
