import time

from rag.answering.mentions import mentions, numbers_asked
from rag.answering.phrases import LONGEST
from rag.claims.lexicon import content_terms


def texts(sentence, question="", own=None):
    found = mentions(sentence, content_terms(question))
    return [m.text for m in found if own is None or m.own == own]


def test_every_mention_is_a_span_of_its_sentence():
    sentence = "Loss of the NEMO7 gene (also called DORY-8) leads to severe fin fever."
    found = mentions(sentence)
    assert found
    assert all(sentence[m.start : m.end] == m.text for m in found)


def test_shorter_forms_are_offered():
    assert texts("It is due to the NEMO7 gene.") == ["NEMO7 gene", "NEMO7", "gene"]
    assert "fin fever" in texts("It causes severe fin fever.")


def test_a_part_stands_for_itself_only_as_a_name_or_behind_a_general_word():
    sentence = "They take slow release allopurinol and severe fin fever follows."
    own = texts(sentence, own=True)
    assert "fin fever" in own
    assert "slow release allopurinol" in own
    assert "release allopurinol" not in own
    assert "novel dorynib" in texts("They take novel dorynib.", own=True)
    assert "dorynib" in texts("They take big blue dorynib.", own=True)


def test_a_word_of_the_question_may_be_left_out_at_the_end():
    assert "optical coherence" in texts("Optical coherence tomography helps.".lower(), "tomography")
    assert "optical coherence" not in texts("Optical coherence tomography helps.".lower())


def test_items_know_their_enumeration_and_brackets():
    found = {m.text: m for m in mentions("Use zinc (Zn), iron and copper.")}
    assert found["zinc"].series == found["iron"].series == found["copper"].series >= 0
    assert found["Zn"].bracketed
    assert not found["zinc"].bracketed


def test_numbers_that_are_asked_for_come_with_their_unit_and_without():
    found = numbers_asked("A cell has 46 genes in 2 pairs.", "How many genes has a cell?")
    assert [m.text for m in found] == ["46 genes", "46"]


def test_a_line_of_a_thousand_words_without_a_break_takes_no_time():
    started = time.perf_counter()
    found = mentions("gene " * 2000)
    assert time.perf_counter() - started < 5  # was minutes
    assert max(len(m.text.split()) for m in found) == LONGEST
