import pytest
from answering_doubles import article, hit, hits

from rag.answering.abstain import THRESHOLDS, sufficiency
from rag.answering.engine import Parts, answer
from rag.answering.evidence import choose_evidence
from rag.answering.to_json import answer_to_dict
from rag.types import Evidence
from tests.support import ROOT

COUGH = "Honey reduced night cough in children."
ZINC = "Zinc shortened the common cold by two days."


def test_one_passage_an_article_numbered_from_one_without_notices():
    a, b = article(1, COUGH), article(2, ZINC)
    notice = article(3, "Retraction of an article.", status="notice")
    chosen = choose_evidence([hit(a, 1), hit(a, 2), hit(notice, 3), hit(b, 4)])
    assert [(e.n, e.hit.rank) for e in chosen] == [(1, 1), (2, 4)]


def test_a_near_copy_falls_behind_something_new():
    copy = hit(article(2, COUGH), 2, score=0.55)
    other = hit(article(3, ZINC), 3, score=0.5)
    last = hit(article(4, "Nothing of use."), 4, score=0.0)
    chosen = choose_evidence([hit(article(1, COUGH), 1), copy, other, last], limit=2)
    assert [e.hit.article.id for e in chosen] == ["pmid:1", "pmid:3"]


def test_no_hits_no_evidence():
    assert choose_evidence([]) == ()


@pytest.mark.parametrize(
    ("question", "dense", "enough"),
    [
        ("Does honey reduce night cough in children?", 0.8, True),
        ("Does honey reduce night cough in children?", 0.1, False),
        ("Who won the 1998 world cup?", 0.25, False),
        ("asdf qwerty", 0.3, False),
        ("what is it?", 0.9, False),
        ("Does GDF-15 protein inhibit MIR137?", 0.5, False),
    ],
)
def test_evidence_must_be_about_the_question(question, dense, enough):
    found = (Evidence(1, hit(article(1, COUGH), dense=dense)),)
    assert sufficiency(question, found).enough is enough


def test_without_cosines_words_decide():
    found = (Evidence(1, hit(article(1, COUGH), dense=None)),)
    assert sufficiency("Does honey reduce cough?", found).enough
    assert not sufficiency("Does garlic cure plague?", found).enough
    assert not sufficiency("Does honey reduce cough?", ()).enough


def test_hits_keep_their_own_order():
    chosen = choose_evidence(hits(article(1, COUGH), article(2, ZINC)))
    assert [e.n for e in chosen] == [1, 2]


def test_the_shipped_thresholds_are_those_of_the_page():
    page = " ".join((ROOT / "docs" / "abstention.md").read_text(encoding="utf-8").split())
    assert THRESHOLDS.dense.least == THRESHOLDS.lexical.least == 0.36
    assert "**The threshold is .36**" in page


def test_an_abstention_explains_its_judgement():
    done = answer("Does garlic cure plague?", hits(article(1, COUGH)), Parts())
    judged = done.sufficiency
    assert not judged.enough
    assert judged.chance < judged.least == 0.36
    assert judged.explained().startswith(
        "what was found is too far from the question: chance that the evidence answers 0."
    )
    assert "at least 0.36 needed (cosine 0." in judged.explained()
    assert answer_to_dict(done, explain=True)["explanation"]["sufficiency"]["enough"] is False
    nothing = answer("Does garlic cure plague?", (), Parts()).sufficiency
    assert nothing.explained() == "nothing was found"
