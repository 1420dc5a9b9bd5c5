from rag.corpus.latex_text import latex_text
from rag.corpus.stated_links import stated_links, states_links
from rag.types import Relation


def test_links_in_pubmed_s_words():
    assert stated_links(
        [
            "Retraction in: J Tests. 2021 May;3(2):1. PMID: 5",
            "Erratum in: J Tests. 2020;1:2",
            "RETRACTED. Retraction in: PMID: 6. Expression of concern in: J Tests. 2019;1:1.",
            "Comment in: J Tests. 2018;1:1. PMID: 7",
            "A note. Retraction in: J Tests. PMID: 8",
            "retraction of: PMID: 9",
        ]
    ) == (
        Relation("RetractionIn", "pmid:5", "J Tests. 2021 May;3(2):1"),
        Relation("ErratumIn", "", "J Tests. 2020;1:2"),
        Relation("RetractionIn", "pmid:6", ""),
        Relation("ExpressionOfConcernIn", "", "J Tests. 2019;1:1."),
        Relation("RetractionOf", "pmid:9", ""),
    )


def test_which_notes_state_links():
    assert states_links("Partial retraction in: J Tests")
    assert not states_links("Retraction in the lung: a study")
    assert not states_links("Update in anaesthesia")


def test_a_tilde_that_is_spelt_out_is_no_tie():
    assert latex_text(r"a~b 5\textasciitilde{}6 x\~{}y") == "a b 5~6 x~y"
