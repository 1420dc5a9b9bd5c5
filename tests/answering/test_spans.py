"""Quotes are the words of the source: never what the index wrote before them."""

import pytest
from answering_doubles import hit
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.spans import spans
from rag.corpus.note_sections import note_sections
from rag.types import Article, Evidence, Passage, Section

NOTE = """Allergies:
Penicillin causes a rash.

The patient was started on vancomycin.
NO. OF EPISODES: 3
CLINICAL RELEVANCE: Cough was frequent. It ended.
"""


def quoted(article):
    return spans(Evidence(1, hit(article)))


def test_a_label_stands_once_and_in_no_quote():
    note = Article("note:1", "Discharge summary", note_sections(NOTE))
    assert note.text.splitlines() == [
        "Discharge summary",
        "Allergies: Penicillin causes a rash.",
        "The patient was started on vancomycin.",
        "NO. OF EPISODES: 3",
        "CLINICAL RELEVANCE: Cough was frequent. It ended.",
    ]
    assert [s.text for s in quoted(note)] == [
        "Discharge summary",
        "Penicillin causes a rash.",
        "The patient was started on vancomycin.",
        "3",
        "Cough was frequent.",
        "It ended.",
    ]


def test_the_kind_is_that_of_the_section_also_where_its_label_is_not_repeated():
    article = Article(
        "pmid:1",
        "A title",
        (Section("We asked.", "AIM"), Section("It fell.", "RESULTS"), Section("So.", "RESULTS")),
    )
    assert [s.kind for s in quoted(article)] == ["title", "objective", "results", "results"]


def test_a_passage_that_begins_inside_a_section_is_quoted_from_there():
    article = Article("pmid:1", "A title", (Section("It fell. It rose.", "RESULTS"),))
    start = article.text.index("It rose.")
    whole = hit(article)
    passage = Passage(1, "pmid:1", "RESULTS", article.text[start:], start, len(article.text))
    (span,) = spans(Evidence(1, type(whole)(passage, article, 1.0, 1, whole.scores)))
    assert (span.text, span.kind, span.start) == ("It rose.", "results", start)


words = st.text("ab. ", min_size=1, max_size=12).filter(lambda t: t.strip() == t)


@given(
    title=words,
    sections=st.lists(st.builds(Section, words, st.sampled_from(["", "A", "No. 1"])), max_size=5),
    body=st.lists(st.builds(Section, words, st.sampled_from(["", "A", "B"])), max_size=3),
)
def test_places_of_sections_are_where_their_words_are(title, sections, body):
    article = Article("pmid:1", title, tuple(sections), tuple(body))
    places = article.section_places()
    shown = [article.text[p.words : p.end] for p in places]
    assert shown == [s.text for s in (*sections, *body)]
    before = ""
    for place in places:
        label = "" if place.label == before else place.label
        assert article.text[place.start : place.words] == (f"{label}: " if label else "")
        assert article.text[place.start - 1] == "\n"
        before = place.label
    for span in quoted(article):
        inside = [p for p in places if p.start <= span.start < p.end]
        assert all(p.words <= span.start and span.end <= p.end for p in inside)


@pytest.mark.parametrize(
    "label", ["UNLABELLED", "Validation", "Summary ", "CASE REPORT", "AREAS COVERED"]
)
def test_a_label_within_the_text_is_no_part_of_a_quote(label):
    article = Article("pmid:1", "A title", (Section(f"{label}: Fin fever is mild.", ""),))
    assert [s.text for s in quoted(article)] == ["A title", "Fin fever is mild."]
