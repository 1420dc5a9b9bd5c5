import dataclasses

import pytest

from rag.evaluation.citations import Snippet, citation_figures, count_citations, matches
from rag.evaluation.fidelity import Fidelity, check_fidelity, total
from rag.evaluation.independence import checks_for
from rag.evaluation.statements import is_verbatim, measure_statements
from rag.types import Conflict, Statement
from tests.evaluation.answer_doubles import (
    TableVerifier,
    abstained,
    answered,
    article,
    cite,
)

ONE = article(1, "Azithromycin cleared pertussis in 97% of patients. Cough went on for weeks.")
TWO = article(2, "Fever was rare. Adults were vaccinated less often than children.")
STORE = {a.id: a for a in (ONE, TWO)}
CLEARED = "Azithromycin cleared pertussis in 97% of patients."


def test_what_matches_a_snippet():
    whole = "We treated adults. Azithromycin cleared pertussis in 97% of patients. It was safe."
    assert matches(CLEARED, whole)
    assert matches(whole, CLEARED)
    assert not matches("", CLEARED)


def test_an_overlap_counts_from_eight_words_on():
    # of the eight words, azithromycin cleared pertussis in 97 of stand in it: 6 of 8 = 0.75
    assert matches("Azithromycin cleared pertussis in 97 of older infants.", CLEARED + " So it is.")
    # 5 of 8
    assert not matches("Azithromycin cleared pertussis in 97 very old infants.", CLEARED + " Yes.")
    # 6 of 7 words: on the same subject, and not the same words
    assert not matches("Azithromycin cleared pertussis in 97 of infants.", CLEARED)


@pytest.mark.parametrize(
    ("short", "long", "same"),
    [
        ("Azithromycin for pertussis in infants", f"{CLEARED} Azithromycin for infants.", False),
        ("Azithromycin cleared pertussis in 97%", CLEARED, True),
        ("cleared azithromycin pertussis in 97%", CLEARED, False),
        ("Azithromycin cleared pertussis in 9", CLEARED, False),
        ("Azithromycin cleared pertussis", CLEARED, False),
        ("Fever was rare.", "fever was rare", True),
        ("%", "%", False),
    ],
    ids=["same words apart", "in a row", "other order", "part of a word", "three", "equal", "none"],
)
def test_a_short_text_must_stand_word_for_word(short, long, same):
    assert matches(short, long) is same
    assert matches(long, short) is same


def test_counts_and_figures_by_hand():
    first = answered(
        ("a", cite(ONE, CLEARED), cite(TWO, "Fever was rare.", 2)),
        ("b", cite(ONE, "Cough went on for weeks.")),
    )
    snippets = [Snippet("1", CLEARED), Snippet("3", "Fever was rare."), Snippet("1", "Other words")]
    counts = [
        count_citations(first, ["1", "3"], snippets),
        count_citations(answered(("c", cite(TWO, "Fever was rare."))), ["2"], []),
        count_citations(abstained(ONE), ["5"], [Snippet("5", "Anything at all.")]),
    ]
    assert citation_figures(counts) == {
        "citation_precision": 3 / 4,  # of 2 + 1 + 1 citations that of article 2 in the first is not
        "citation_recall": 2 / 4,  # articles 1 and 2 of 1, 3, 2, 5
        "citation_precision_macro": pytest.approx((2 / 3 + 1) / 2),
        "citation_recall_macro": pytest.approx((1 / 2 + 1 + 0) / 3),
        "snippet_precision": 1 / 4,  # the same words in another article do not count
        "snippet_recall": 1 / 4,
        "citations": 4.0,
    }


def test_nothing_asked_gives_zeros():
    assert set(citation_figures([]).values()) == {0.0}


def test_a_true_answer_has_no_fault():
    made = answered(("a", cite(ONE, CLEARED)), references=[ONE])
    assert check_fidelity(made, STORE.get) == Fidelity(1, 0, 0, 0)


@pytest.mark.parametrize(
    ("citation", "faults"),
    [
        (cite(article(9, CLEARED), CLEARED), Fidelity(1, 1, 1, 1)),
        (cite(ONE, CLEARED, quote=CLEARED.replace("97", "79")), Fidelity(1, 0, 1, 1)),
        (cite(ONE, CLEARED, start=1, end=1 + len(CLEARED)), Fidelity(1, 0, 1, 1)),
        (cite(ONE, CLEARED, quote="", start=0, end=0), Fidelity(1, 0, 1, 1)),
    ],
    ids=["id outside", "changed number", "offsets", "empty"],
)
def test_each_fault_is_counted(citation, faults):
    assert check_fidelity(answered(("a", citation)), STORE.get) == faults
    # beside a good quote the statement is quoted, the bad quote still counts
    both = check_fidelity(answered(("a", citation, cite(TWO, "Fever was rare.", 2))), STORE.get)
    assert both.statements_without_quote == 0
    assert both.quotes_not_verbatim == 1


def test_references_and_conflicts_are_looked_up_too():
    bad = cite(article(8, "x y z"), "x y")
    made = answered(("a", cite(ONE, CLEARED)), references=[article(7, "w")])
    made = dataclasses.replace(made, conflicts=(Conflict(0, bad),))
    found = check_fidelity(made, STORE.get)
    assert (found.ids_outside, found.quotes_not_verbatim) == (2, 1)
    assert check_fidelity(abstained(article(7, "w")), STORE.get).ids_outside == 1
    assert total([found, found]).ids_outside == 4


@pytest.mark.parametrize(
    ("text", "same"),
    [
        (CLEARED, True),
        ("azithromycin cleared pertussis in 97% of patients", True),
        ("Azithromycin cleared pertussis in 97 of patients.", False),
        ("Azithromycin cleared pertussis.", False),
        ("Azithromycin cleared pertussis in 9.7% of patients.", False),
    ],
)
def test_word_for_word(text, same):
    assert is_verbatim(Statement(text, (cite(ONE, CLEARED),))) is same


def test_signs_of_comparison_are_words():
    less = article(3, "It was < 5 mg.")
    assert is_verbatim(Statement("It was <5 mg", (cite(less, less.text),)))
    assert not is_verbatim(Statement("It was > 5 mg.", (cite(less, less.text),)))


def test_support_with_and_without_the_verbatim():
    fever = cite(TWO, "Fever was rare.", 2)
    made = answered(
        (CLEARED, cite(ONE, CLEARED)),  # verbatim: not judged
        ("Fever is seldom.", cite(ONE, CLEARED), fever),  # supported by the second
        ("Fever is common.", fever),  # contradicted
        ("Fever is high.", fever),  # unclear
    )
    quote = fever.quote
    table = {("Fever is seldom.", quote): "supports", ("Fever is common.", quote): "contradicts"}
    verifier = TableVerifier(table)
    flat = measure_statements([made, abstained()], verifier).flat()
    assert flat == {
        "statements": 4,
        "support": 2 / 4,
        "support_without_verbatim": 1 / 3,
        "contradicted_by_own_quote": 1 / 3,
        "verbatim": 1 / 4,
        "statements_judged": 3,
        "support_check": "table-1",
    }
    # the second has two quotes, which are read together too
    assert [len(call) for call in verifier.calls] == [5]


def test_quotes_may_carry_a_statement_together():
    quotes = (cite(ONE, CLEARED), cite(TWO, "Fever was rare.", 2))
    made = answered(("It cleared, and fever was rare.", *quotes))
    table = {("It cleared, and fever was rare.", f"{CLEARED} Fever was rare."): "supports"}
    assert measure_statements([made], TableVerifier(table)).supported == 1
    assert measure_statements([made], TableVerifier()).supported == 0


def test_shares_of_nothing_are_none():
    flat = measure_statements([answered((CLEARED, cite(ONE, CLEARED)))], TableVerifier()).flat()
    assert (flat["support"], flat["support_without_verbatim"]) == (1.0, None)
    assert measure_statements([abstained()], TableVerifier()).flat()["support"] is None


@pytest.mark.parametrize(
    ("in_use", "specs"),
    [
        ("features-1", ("cross-encoder",)),
        ("cross-encoder-2 (abc)", ("features",)),
        ("medlit cross_encoder", ("features",)),
        ("rules-2", ("cross-encoder", "features")),
        ("org/some-nli", ("cross-encoder", "features")),
        ("", ("cross-encoder", "features")),
    ],
    ids=str,
)
def test_who_may_check(in_use, specs):
    assert checks_for(in_use) == specs
