"""Words that a query is searched by besides its own, with weights."""

from __future__ import annotations

import pytest

from rag.index.builder import ingest
from rag.index.reader import IndexReader
from rag.types import Added, Filter
from tests.support import FakeEmbedder, pubmed_file, pubmed_record


@pytest.fixture(scope="module")
def lexical(tmp_path_factory):
    folder = tmp_path_factory.mktemp("added")
    texts = (
        "Fever and cough. Fever.",
        "Pyrexia with cough.",
        "Pyrexia. Pyrexia alone, for days.",
        "Weight.",
    )
    records = [pubmed_record(n, f"Report {n}", text) for n, text in enumerate(texts, 1)]
    pubmed_file(folder / "c.xml", *records)
    ingest([folder / "c.xml"], folder / "ix", FakeEmbedder())
    reader = IndexReader.open(folder / "ix")
    yield reader.lexical
    reader.close()


def scores(lexical, text, added=(), delta=0.0):
    found = lexical.search(text, 100, Filter(), delta, added)
    return dict(zip(found.ids.tolist(), found.scores.tolist(), strict=True))


@pytest.mark.parametrize("delta", [0.0, 2.0])
def test_an_added_word_counts_its_weight_times_what_it_counts_alone(lexical, delta):
    own, other = scores(lexical, "fever cough", (), delta), scores(lexical, "pyrexia", (), delta)
    both = scores(lexical, "fever cough", (Added("pyrexia", 0.3),), delta)
    assert len(both) == 3
    for pid in own.keys() | other.keys():
        assert both[pid] == pytest.approx(own.get(pid, 0) + 0.3 * other.get(pid, 0), rel=1e-5)


def test_a_word_of_the_query_is_not_counted_again(lexical):
    added = (Added("fevers", 0.9), Added("coughing", 5.0))
    assert scores(lexical, "fever cough", added) == scores(lexical, "fever cough")


def test_the_greatest_weight_of_a_word_counts_once(lexical):
    twice = (Added("pyrexia", 0.2), Added("pyrexia weight", 0.5), Added("pyrexia", 0.1))
    once = (Added("pyrexia weight", 0.5),)
    assert scores(lexical, "cough", twice) == scores(lexical, "cough", once)


def test_added_words_find_where_no_own_word_does(lexical):
    assert scores(lexical, "shivers") == {}
    assert len(scores(lexical, "shivers", (Added("weight", 0.3),))) == 1
