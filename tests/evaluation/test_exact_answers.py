import pytest

from rag.evaluation.exact import (
    Direct,
    direct_of,
    measure_factoids,
    measure_lists,
    measure_yesno,
    plain,
    same_name,
)
from tests.evaluation.answer_doubles import abstained, answered, article, cite

TEXT = article(1, "x y z")
ONE = ("s", cite(TEXT, "x"))


def test_reading_an_answer():
    yes = answered(ONE, kind="yesno", direct="Yes")
    assert direct_of(yes).yesno == "yes"
    name = answered(ONE, kind="factoid", direct="IL-6", candidates=("IL-6", "TNF"))
    assert direct_of(name) == Direct("", ("IL-6", "TNF"), ("IL-6", "TNF"), ("IL-6",))
    unsaid = answered(ONE, kind="factoid", candidates=("IL-6", "TNF"))
    assert direct_of(unsaid) == Direct("", ("IL-6", "TNF"), ("IL-6", "TNF"), ())
    several = answered(ONE, kind="list", direct="heart; brain;", candidates=("heart", "brain", "x"))
    assert direct_of(several).items == ("heart", "brain", "x")
    assert direct_of(several).said == ("heart", "brain")
    assert direct_of(answered(ONE)) == direct_of(abstained()) == Direct()


@pytest.mark.parametrize(
    ("said", "names", "same"),
    [
        ("The BRCA-1 gene", ("brca 1 gene",), True),
        ("Ménière’s disease", ("Meniere's disease",), True),
        ("TNF", ("IL-6", "tnf"), True),
        ("Na+", ("Na",), False),
        ("IL-6", ("IL-60",), False),
        ("...", ("…",), False),
        ("a", ("a",), True),
    ],
)
def test_names(said, names, same):
    assert same_name(said, names) is same


def test_plain_keeps_a_plus():
    assert plain("The Ca2+ channel") == "ca2+ channel"


def test_yesno_by_hand():
    gold = ["yes", "yes", "yes", "no", "no"]
    said = [Direct(yesno=s) for s in ("yes", "no", "", "no", "mixed")]
    found = measure_yesno(gold, said)
    assert (found.n, found.said, found.accuracy) == (5, 3, 2 / 5)
    assert found.accuracy_where_said == 2 / 3
    # yes: precision 1, recall 1/3: 1/2; no: precision 1/2, recall 1/2: 1/2
    assert found.macro_f1 == pytest.approx(0.5)
    assert found.majority == 3 / 5


def test_factoids_by_hand():
    gold = [("a",), ("b", "beta"), ("c",), ("d",), ("e",)]
    said = [
        ("a", "x"),  # 1
        ("x", "Beta"),  # 1/2
        ("1", "2", "3", "4", "c"),  # 1/5
        ("1", "2", "3", "4", "5", "d"),  # the sixth does not count
        (),
    ]
    found = measure_factoids(gold, [Direct(ranked=s) for s in said])
    assert (found.n, found.said, found.strict, found.lenient) == (5, 4, 1 / 5, 3 / 5)
    assert found.mrr == pytest.approx((1 + 1 / 2 + 1 / 5) / 5)


def test_lists_by_hand():
    gold = [(("a", "alpha"), ("b",), ("c",)), (("d",),), (("e",),)]
    said = [("Alpha", "a", "c", "x"), ("d",), ()]
    found = measure_lists(gold, [Direct(items=s) for s in said])
    # first: a synonym said again is wrong: 2 of 4 right, 2 of 3 found, F1 4/7
    assert found.precision == pytest.approx((2 / 4 + 1 + 0) / 3)
    assert found.recall == pytest.approx((2 / 3 + 1 + 0) / 3)
    assert found.f1 == pytest.approx((4 / 7 + 1 + 0) / 3)
    assert (found.n, found.said) == (3, 2)


def test_what_was_said_first_is_counted_by_itself():
    names = [Direct(ranked=("a",), said=("a",)), Direct(ranked=("x",), said=("x",)), Direct()]
    found = measure_factoids([("a",), ("b",), ("c",)], names)
    assert (found.shown, found.shown_right) == (2, 1 / 2)
    lists = [Direct(items=("a", "b", "x"), said=("a", "x")), Direct(items=("c",), said=("c",))]
    items = measure_lists([(("a",), ("b",)), (("c",),)], lists)
    assert (items.shown, items.shown_right) == (2, 2 / 3)
    nothing = measure_lists([(("a",),)], [Direct()])
    assert (nothing.shown, nothing.shown_right) == (0, 0.0)
