import pytest

from rag.answering.engine import Parts, answer
from rag.errors import EvaluationError
from rag.evaluation.answers import Asked, ask_all, measure_answers, percentile, said
from rag.evaluation.citations import Snippet
from rag.evaluation.questions import Question
from tests.answering.answering_doubles import ScriptedGenerator, hits
from tests.evaluation.answer_doubles import TableVerifier, abstained, answered, article, cite

ONE = article(1, "Azithromycin cleared pertussis. Fever was rare.")
TWO = article(2, "Magnets cured nothing.")
STORE = {a.id: a for a in (ONE, TWO)}
CLEARED = "Azithromycin cleared pertussis."


def question(own, kind="summary", **facts):
    return Question(own, f"text of {own}", kind, **facts)


ROWS = [
    Asked(
        question(
            "a",
            "yesno",
            exact=(("yes",),),
            ideal=(CLEARED,),
            pmids=("1",),
            snippets=(Snippet("1", CLEARED),),
        ),
        answered((CLEARED, cite(ONE, CLEARED)), kind="yesno", direct="yes", references=[ONE]),
        1.0,
    ),
    Asked(
        question("b", "factoid", exact=(("magnet",),), ideal=("Fever was rare.",), pmids=("2",)),
        answered(
            ("Fever is rare.", cite(ONE, "Fever was rare.")),
            kind="factoid",
            direct="fever",
            candidates=("fever", "magnet"),
        ),
        2.0,
    ),
    Asked(
        question("c", "list", exact=(("x",), ("y",)), ideal=("x and y",), pmids=("1", "2")),
        abstained(ONE),
        4.0,
    ),
    Asked(question("d", answerable=False), abstained(TWO), 3.0),
    Asked(question("e", answerable=False), answered(("Magnets!", cite(TWO, "Magnets"))), 5.0),
]


def test_figures_by_hand():
    check = TableVerifier({("Fever is rare.", "Fever was rare."): "supports"})
    flat = measure_answers(ROWS, STORE.get, check).flat()
    assert flat["n"] == 5
    assert flat["answered"] == pytest.approx(2 / 3)
    assert flat["abstained"] == pytest.approx(1 / 3)
    assert (flat["unanswerable"], flat["refused"]) == (2, 1 / 2)
    assert (flat["citation_precision"], flat["citation_recall"]) == (1 / 2, 1 / 4)
    assert (flat["snippet_precision"], flat["snippet_recall"]) == (1 / 2, 1.0)
    # verbatim: the first and "Magnets!"; judged: the second
    assert (flat["statements"], flat["support"], flat["support_without_verbatim"]) == (3, 1.0, 1.0)
    assert flat["ids_outside"] == flat["statements_without_quote"] == 0
    # 1 for the first; "fever is rare" and "fever was rare": 0 of 2 pairs; SU4: 3 words and 3 pairs
    assert flat["rouge2_f1"] == pytest.approx(1 / 2)
    assert flat["rouge_su4_f1"] == pytest.approx((1 + 3 / 6) / 2)
    assert flat["rouge2_f1_all"] == pytest.approx(1 / 3)
    assert flat["rouge_n"] == 2
    assert (flat["yesno_n"], flat["yesno_accuracy"]) == (1, 1.0)
    assert (flat["factoid_strict"], flat["factoid_mrr"]) == (0.0, 1 / 2)
    assert (flat["list_n"], flat["list_f1"], flat["list_said"]) == (1, 0.0, 0)
    assert (flat["seconds_median"], flat["seconds_p95"]) == (3.0, 5.0)


def test_what_the_set_has_no_gold_for_is_left_out():
    bare = [Asked(question("a", "yesno"), answered((CLEARED, cite(ONE, CLEARED))), 1.0)]
    flat = measure_answers(bare, STORE.get, TableVerifier()).flat()
    assert not [key for key in flat if key.startswith(("yesno", "factoid", "list_"))]
    assert flat["refused"] is None
    assert (flat["rouge_n"], flat["citations"]) == (0, 0.0)


def test_faults_of_unanswerable_questions_count_too():
    bad = answered(("a", cite(article(9, "x y"), "x")))
    flat = measure_answers(
        [Asked(question("a", answerable=False), bad, 1.0)], STORE.get, TableVerifier()
    ).flat()
    assert (flat["ids_outside"], flat["statements_without_quote"]) == (1, 1)


def test_drafts_that_came_to_nothing_are_counted():
    """By the words with which the engine says so."""
    generator = ScriptedGenerator("Zebras fly over the moon at night. [1]")
    made = answer("Does azithromycin clear pertussis?", hits(ONE), Parts(generator=generator))
    flat = measure_answers([Asked(question("a"), made, 1.0)], STORE.get, TableVerifier()).flat()
    assert flat["fallbacks"] == 1
    assert flat["dropped"] == len(made.dropped) >= 1


def test_nothing_asked():
    with pytest.raises(EvaluationError, match="nothing was asked"):
        measure_answers([], STORE.get, TableVerifier())


def test_asking_goes_one_by_one():
    asked = []

    def ask(text):
        asked.append(text)
        return abstained()

    answers = ask_all([question("a"), question("b")], ask)
    first = next(answers)
    assert (asked, first.question.id) == (["text of a"], "a")
    assert first.seconds >= 0
    assert [one.question.id for one in answers] == ["b"]


def test_prose_has_no_markers():
    assert said(answered(("A.", cite(ONE, "Fever")), ("B.", cite(ONE, "Fever")))) == "A. B."


@pytest.mark.parametrize(
    ("values", "share", "value"),
    [([3, 1, 2], 0.95, 3), (range(1, 101), 0.95, 95), ([7], 0.95, 7), (range(1, 101), 0.5, 50)],
    ids=["three", "hundred", "one", "half"],
)
def test_percentile_by_nearest_rank(values, share, value):
    assert percentile(list(values), share) == value
