"""Levels by the table, and the names of publication types."""

import sqlite3

import pytest

from rag.evidence import NAMES, RULES, evidence_level, level_name, level_of
from rag.index.levels import article_levels
from rag.publication_types import american, narrower, spellings
from rag.types import Article, MeshHeading


@pytest.mark.parametrize(
    ("types", "headings", "level"),
    [
        (("Journal Article", "Meta-Analysis"), (), 1),
        (("Review", "Systematic Review"), (), 1),
        (("practice guideline",), (), 1),
        (("Randomized Controlled Trial", "Clinical Trial, Phase III"), (), 2),
        (("Randomised Controlled Trial",), (), 2),
        (("Clinical Trial, Phase III",), (), 3),
        (("Controlled Clinical Trial",), (), 3),
        (("Observational Study",), (), 3),
        (("Journal Article",), ("Humans", "Cohort Studies"), 3),
        ((), ("case-control studies",), 3),
        (("Case Reports",), ("Follow-Up Studies",), 4),
        (("Review",), ("Cohort Studies",), 5),
        (("Letter", "Comment"), (), 5),
        (("Clinical Trial Protocol", "Journal Article"), (), 6),
        (("Journal Article",), ("Randomized Controlled Trials as Topic",), 6),
        ((), (), 6),
    ],
)
def test_levels(types, headings, level):
    assert evidence_level(types, headings) == level
    article = Article("x", "t", mesh=tuple(map(MeshHeading, headings)), publication_types=types)
    assert level_of(article) == level


def test_a_title_states_no_design():
    assert level_of(Article("x", "A trial: a randomized controlled trial")) == 6


def test_the_table_is_folded_and_names_each_type_once():
    held = [name for rule in RULES for name in rule.names]
    assert len(held) == len(set(held))
    assert all(name == " ".join(name.casefold().split()) for name in held)
    assert sorted(NAMES) == [1, 2, 3, 4, 5, 6]
    assert level_name(9) == level_name(6) == "design not stated"


def test_narrower_types():
    trials = narrower("Clinical Trial")
    assert {"randomized controlled trial", "randomised controlled trial"} <= trials
    assert {"pragmatic clinical trial", "clinical trial, phase iv", "clinical trial"} <= trials
    assert not {"observational study", "review"} & trials
    assert narrower("Review") == {"review", "systematic review", "scoping review"}
    assert narrower("Evaluation Study") == {"evaluation study", "evaluation studies"}
    assert narrower("Case Reports") == {"case reports"}
    assert trials | {
        "clinical study",
        "observational study",
        "observational study, veterinary",
    } == (narrower("Clinical Study"))


def test_spellings():
    assert american("Multicentre  Study") == "multicenter study"
    assert spellings("Randomised Controlled Trial") == spellings("randomized controlled trial")
    assert spellings("Letter") == {"letter"}


def test_articles_that_come_while_levels_are_read(tmp_path):
    db = sqlite3.connect(tmp_path / "a.sqlite")
    db.execute("CREATE TABLE articles (row INTEGER)")
    db.execute("CREATE TABLE terms (kind, value, row)")
    db.execute("INSERT INTO articles VALUES (1)")
    # as a writer leaves it that commits after the last row was asked for
    db.executemany("INSERT INTO terms VALUES ('type', 'review', ?)", [(1,), (2,)])
    assert article_levels(db).tolist() == [6, 5]
