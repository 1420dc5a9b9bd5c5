"""Hard negatives: near, of another article, and not as near as the right passage."""

from __future__ import annotations

from rag.index.builder import ingest
from rag.progress import Silent
from rag.training.embedder import _filled
from rag.training.negatives import mine
from rag.training.text_pairs import TextPair
from tests.support import pubmed_file, pubmed_record


def pair(query, passage, article):
    return TextPair(query, passage, "pairs", query, article)


ZINC = pair("zinc shortens colds", "zinc shortens colds in adults", "a")
NEAR = pair("does iron help", "zinc shortens nothing in children with iron", "b")
FAR = pair("what of magnets", "magnets of steel do what", "c")


def test_the_nearest_of_another_article_is_taken(fake_embedder):
    found = mine([ZINC, NEAR, FAR], fake_embedder, Silent())
    assert found[0] in (NEAR.passage, FAR.passage)
    assert ZINC.passage not in found[:1]
    assert mine([ZINC, NEAR], fake_embedder, Silent())[0] == NEAR.passage


def test_what_is_as_near_as_the_right_one_may_be_right_too(fake_embedder):
    twin = pair("another question altogether", "zinc shortens colds in adults today", "d")
    closer = pair("zinc shortens colds in adults today", "zinc shortens colds in adults", "a")
    assert mine([closer, twin], fake_embedder, Silent())[0] is None


def test_other_passages_of_the_same_article_are_not_wrong(fake_embedder):
    same = pair("zinc shortens colds", "zinc in colds of children", "a")
    assert mine([ZINC, same], fake_embedder, Silent()) == [None, None]


def test_what_answers_a_question_is_no_wrong_answer_though_its_pair_was_left_out(fake_embedder):
    """Two articles under one heading: one is asked by it, the other by its title alone."""
    left_out = pair(ZINC.query, NEAR.passage, NEAR.article)
    assert mine([ZINC, NEAR], fake_embedder, Silent())[0] == NEAR.passage
    assert mine([ZINC, NEAR], fake_embedder, Silent(), known=[left_out])[0] is None


def test_an_index_is_searched_too(tmp_path, fake_embedder):
    file = pubmed_file(tmp_path / "a.xml", pubmed_record(1, "Zinc", "zinc shortens fevers"))
    ingest([file], tmp_path / "ix", fake_embedder)
    assert mine([ZINC], fake_embedder, Silent()) == [None]
    (found,) = mine([ZINC], fake_embedder, Silent(), index=tmp_path / "ix")
    assert found is not None
    assert "fevers" in found
    asked = []

    def barred(passage):
        asked.append(passage)
        return True

    assert mine([ZINC], fake_embedder, Silent(), tmp_path / "ix", 0, barred) == [None]
    assert asked == [found]


def test_a_stand_in_is_of_another_article():
    """Where none was found the passage of another pair is taken, never one that is right."""
    second = pair(ZINC.query, "zinc for colds of children", "z2")
    assert _filled([ZINC, NEAR, second, FAR], [None] * 4) == [
        FAR.passage, FAR.passage, NEAR.passage, NEAR.passage,
    ]  # fmt: skip
    assert _filled([ZINC, second], ["kept", None]) == ["kept", ZINC.passage]
