from __future__ import annotations

import json

import pytest

from rag.corpus import RejectsWriter, write_rejects
from rag.corpus.fields import author_from_name, iso_date, one_line, year_in
from rag.corpus.identity import article_id, clean_doi, clean_pmid
from rag.errors import CorpusError
from rag.types import Author, Reject, Source

REJECT = Reject(Source("a.xml", 3), "no good", "<é>")


def test_the_file_is_made_when_there_is_something_to_write(tmp_path):
    path = tmp_path / "r.rejects.jsonl"
    with RejectsWriter(path) as writer:
        assert not path.exists()
        writer.write(REJECT)
        assert json.loads(path.read_text("utf-8")) == {
            "file": "a.xml",
            "record": 3,
            "reason": "no good",
            "excerpt": "<é>",
        }
    with RejectsWriter(path) as writer:
        writer.write(REJECT)
        assert writer.count == 1
    assert len(path.read_text("utf-8").splitlines()) == 2


def test_write_rejects_replaces_and_removes(tmp_path):
    path = tmp_path / "rejects.jsonl"
    assert write_rejects(path, [REJECT, REJECT]) == 2
    assert write_rejects(path, [REJECT]) == 1
    assert len(path.read_text("utf-8").splitlines()) == 1
    assert write_rejects(path, []) == 0
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_one_line(tmp_path):
    with pytest.raises(CorpusError, match="cannot write"):
        write_rejects(tmp_path / "absent" / "r.jsonl", [REJECT])


def test_identity_ignores_case_accents_and_punctuation():
    assert article_id("", "", "Ménière's: A Study.", 1999) == article_id(
        "", "", "meniere s a study", 1999
    )
    assert article_id("", "", "A", 1999) != article_id("", "", "A", 2000)
    assert article_id("", "", "…", None) != article_id("", "", "!?", None)


@pytest.mark.parametrize(
    ("text", "pmid"),
    [("123", "123"), (" 0012 ", "12"), ("0", ""), ("12a", ""), ("²", ""), ("1" * 11, ""), ("", "")],
)
def test_clean_pmid(text, pmid):
    assert clean_pmid(text) == pmid


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        (" 10.1000/AbC ", "10.1000/AbC"),
        ("https://doi.org/10.1000/x", "10.1000/x"),
        ("doi: 10.1000/x", "10.1000/x"),
        ("10.1/x", ""),
        ("10.1000/", ""),
        ("S1234", ""),
    ],
)
def test_clean_doi(text, doi):
    assert clean_doi(text) == doi


def test_small_fields():
    assert one_line(" a\n\x00b\u2028c\ud800 ") == "a b c"
    assert year_in("Winter 1998-1999") == 1998
    assert year_in("12345") is None
    assert iso_date("2020", "", "") == "2020-01-01"
    assert iso_date("2020", "13", "1") == iso_date("", "1", "1") == iso_date("x", "1", "1") == ""
    assert author_from_name("King ML 3rd", "King, Martin L 3rd") == Author(
        "King 3rd", "Martin L", "ML"
    )
    assert author_from_name("Plato") == Author("Plato")
