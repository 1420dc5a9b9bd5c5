"""Passages: exact offsets, whole sentences, within the window."""

import re
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rag.index.codec import content_hash, decode, encode
from rag.index.passages import embed_text, split
from rag.text import sentences
from rag.types import (
    Article,
    Author,
    MeshHeading,
    MeshQualifier,
    Relation,
    Section,
    Source,
)


def token_spans(text):
    return np.asarray([m.span() for m in re.finditer(r"\w+|[^\w\s]", text)] or [], int).reshape(
        -1, 2
    )


def make(sentences_a, sentences_b):
    return Article(
        id="pmid:1",
        title="A short title.",
        sections=(
            Section(" ".join(sentences_a), "METHODS"),
            Section(" ".join(sentences_b), "RESULTS"),
        ),
    )


def test_a_short_article_is_one_passage():
    article = make(["We counted."], ["It rose."])
    (span,) = split(article, token_spans(article.text), 64)
    assert (span.start, span.end, span.section) == (0, len(article.text), "")


def test_a_long_article_is_cut_at_a_section():
    article = make(["We counted many coughs here."] * 8, ["The number rose by half again."] * 8)
    spans = split(article, token_spans(article.text), 80)
    texts = [article.text[s.start : s.end] for s in spans]
    assert texts[-1].startswith("RESULTS: The number") or any(
        t.startswith("RESULTS:") for t in texts
    )
    assert spans[0].start == 0
    assert spans[-1].section == "RESULTS"


words = st.text(st.sampled_from("abcdeé \u0301.,;()12%\U0001f600"), min_size=0, max_size=60)


@given(st.lists(words, max_size=30), st.lists(words, max_size=30), st.integers(18, 90))
def test_passages_hold_every_sentence_and_fit(a, b, window):
    article = make(a, b)
    text = article.text
    spans = split(article, token_spans(text), window)
    assert all(0 <= s.start < s.end <= len(text) for s in spans)
    assert all(x.end <= y.start for x, y in pairwise(spans))
    covered = "".join(text[s.start : s.end] for s in spans)
    assert re.sub(r"\s", "", covered) == re.sub(r"\s", "", text)
    for span in spans:
        shown = embed_text(article.title, text[span.start : span.end], span.start)
        longest = max((len(w) for w in text.split()), default=0)
        if longest < 10:  # a single word of more tokens than a window cannot be cut
            assert (
                len(token_spans(shown)) <= window - 2
                or len(token_spans(article.title)) > window / 2
            )


@given(st.text(max_size=300))
def test_sentences_never_lose_a_character(text):
    spans = sentences(text)
    assert all(a < b for a, b in spans)
    assert all(x[1] <= y[0] for x, y in pairwise(spans))
    joined = "".join(text[a:b] for a, b in spans)
    assert re.sub(r"\s", "", joined) == re.sub(r"\s", "", text)


def test_sentences_do_not_break_at_abbreviations_decimals_or_initials():
    text = (
        "We gave 3.5 mg vs. 5 mg (e.g. daily) to approx. 20 adults. Dr. J. A. Smith agreed, "
        "cf. Fig. 2. E. coli grew at P = .03. It stopped."
    )
    assert [text[a:b] for a, b in sentences(text)] == [
        "We gave 3.5 mg vs. 5 mg (e.g. daily) to approx. 20 adults.",
        "Dr. J. A. Smith agreed, cf. Fig. 2.",
        "E. coli grew at P = .03.",
        "It stopped.",
    ]


def test_the_codec_keeps_every_field():
    article = Article(
        id="pmid:7",
        title="Título β",
        sections=(Section("Text.", "AIM", "eng"), Section("Sans titre.")),
        journal="J",
        journal_abbreviation="J.",
        year=1999,
        publication_date="1999 Jan-Feb",
        volume="1",
        issue="2",
        pages="3-4",
        authors=(Author("A", "B C", "BC"), Author(collective="A Group")),
        doi="10.1/x",
        pmcid="PMC1",
        mesh=(MeshHeading("Cough", "D1", True, (MeshQualifier("therapy", True),)),),
        publication_types=("Review",),
        language="eng,fre",
        keywords=("k",),
        copyright="(c)",
        vernacular_title="Titre",
        relations=(Relation("ErratumIn", "pmid:8", "J 2000"),),
        status="concern",
        revised="2020-01-02",
        version=2,
        source=Source("f.xml", 3),
    )
    assert decode(encode(article)) == article
    elsewhere = decode(encode(article))
    object.__setattr__(elsewhere, "source", Source("g.xml", 4))
    assert content_hash(elsewhere) == content_hash(article)
