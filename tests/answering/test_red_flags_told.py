"""What of a text is told of a person now, and how the words of notes are read."""

import pytest

from rag.answering.redflags import flags_in, red_flags
from rag.answering.redflags.notes import plain
from rag.answering.redflags.told import told


def names(*texts, about=""):
    return [flag.name for flag in flags_in(*texts, about=about)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("pt c/o CP w/ SOB", "patient complains of chest pain with shortness of breath"),
        ("58 y/o M s/p CABG", "58 year old m status post cabg"),
        ("I can't breathe, it won't stop", "i unable to breathe, it fails to stop"),
        ("non-blanching rash", "non blanching rash"),
        ("PE: soft", "pe: soft"),
        ("CTA: PE", "cta: pulmonary embolism"),
        ("3 day history of cough", "for a time cough"),
        ("no fever\nchest pain", "no fever; chest pain"),
    ],
)
def test_plain_words(text, words):
    assert plain(text) == words


@pytest.mark.parametrize(
    ("text", "there", "gone"),
    [
        ("I have no fever but a cough.", "cough", "fever"),
        ("Denies CP, SOB. Reports melena.", "melena", "chest"),
        ("Chest pain: no. Cough: yes.", "cough", "chest"),
        ("I had a stroke in 2010, now I cough.", "cough", "stroke"),
        ("Return if he has chest pain. He coughs.", "coughs", "chest"),
        ("My father had a stroke and I cough.", "cough", "stroke"),
        ("I can't breathe, no fever.", "unable to breathe", "fever"),
        ("What is a stroke? I cough.", "cough", "stroke"),
        ("Not only fever but cough.", "fever", "only"),
    ],
)
def test_scopes(text, there, gone):
    now = told(text).now
    assert there in now
    assert gone not in now


def test_a_title_is_no_call_for_help():
    assert told("Thunderclap headache in adults: a review").now == ""
    assert not told("crushing chest pain and sweating").is_person
    assert names("STEMI") == []
    assert names("58M with STEMI") == ["heart attack"]


def test_signs_far_from_each_other_are_none_together():
    assert names("I have chest pain. " + "I like tea. " * 40 + "I sweat.") == []
    assert names("I have chest pain. I like tea. I sweat.") == ["heart attack"]


def test_what_is_known_besides_raises_nothing_by_itself():
    assert names("I banged my head.") == []
    assert names("I banged my head.", about="The patient takes warfarin.") == ["head injury"]
    assert names("I like tea.", about="The patient has chest pain and sweats.") == []


def test_texts_are_read_by_themselves():
    assert names("I have chest pain.", "I sweat.") == []
    both = red_flags("I want to kill myself.", "I have chest pain and sweat.")
    assert ["heart attack" in both[0], "suicide" in both[1]] == [True, True]


def test_a_text_without_stops_is_read_in_bounded_pieces():
    assert names("word " * 5000 + "I have chest pain and sweat") == ["heart attack"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("BP 78/40, 90/52", "bp 78/40, 90/52"),
        ("28yo at 35/40, LMP 6/52 ago", "28 year old at 35 weeks pregnant, lmp 6 weeks ago"),
        ("HR 40 w/ pain", "hr 40 with pain"),
        ("R CVA tenderness", "r cva tenderness"),
        ("12w pregnant", "12 weeks pregnant"),
    ],
)
def test_weeks_and_what_only_looks_like_them(text, words):
    assert plain(text) == words
