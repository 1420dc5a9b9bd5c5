import json

import pytest

from rag.errors import EvaluationError
from rag.evaluation.qa_sets import Option, read_qa
from tests.evaluation.answer_doubles import write_lines

MIRAGE = {
    "mmlu": {
        "anatomy-000": {
            "question": "Which nerve moves the diaphragm?",
            "options": {"A": "Phrenic nerve", "B": "Vagus nerve"},
            "answer": "A",
        }
    },
    "pubmedqa": {
        "10": {
            "question": "Does it help?",
            "options": {"A": "yes", "B": "no", "C": "maybe"},
            "answer": "C",
            "PMID": ["10"],
        }
    },
    "bioasq": {"b1": {"question": "Is it so?", "options": {"A": "yes", "B": "no"}, "answer": "B"}},
}
ORIGINAL = {
    "10": {
        "QUESTION": "Does it help?",
        "CONTEXTS": ["It helped.", "Mostly."],
        "LABELS": ["RESULTS", "RESULTS"],
        "final_decision": "maybe",
        "LONG_ANSWER": "It may.",
    },
    "11": {"QUESTION": "Is it safe?", "CONTEXTS": ["It was."], "final_decision": "yes"},
}


def write(path, value, **how):
    path.write_text(json.dumps(value, **how))
    return path


@pytest.mark.parametrize("indent", [None, 2], ids=["one line", "lines"])
def test_mirage(tmp_path, indent):
    one, two, three = read_qa(write(tmp_path / "benchmark.json", MIRAGE, indent=indent))
    assert (one.dataset, one.id, one.gold) == ("mmlu", "anatomy-000", "A")
    assert one.options == (Option("A", "Phrenic nerve"), Option("B", "Vagus nerve"))
    assert not one.decides
    # letters of yes, no and maybe are read as these
    assert (two.dataset, two.gold, two.decides) == ("pubmedqa", "maybe", True)
    assert [o.letter for o in two.options] == ["yes", "no", "maybe"]
    assert (three.gold, [o.letter for o in three.options]) == ("no", ["yes", "no"])


def test_one_set_of_mirage(tmp_path):
    (one,) = read_qa(write(tmp_path / "mmlu.json", MIRAGE["mmlu"]))
    assert (one.dataset, one.id) == ("mmlu", "anatomy-000")


def test_pubmedqa_as_published_and_as_rows(tmp_path):
    one, two = read_qa(write(tmp_path / "ori_pqal.json", ORIGINAL, indent=4))
    assert (one.id, one.gold, one.contexts) == ("10", "maybe", ("It helped.", "Mostly."))
    rows = [
        {"id": own, "question": v["QUESTION"], "contexts": v["CONTEXTS"]}
        | {"final_decision": v["final_decision"]}
        for own, v in ORIGINAL.items()
    ]
    assert read_qa(write_lines(tmp_path / "ori_pqal.jsonl", rows)) == [one, two]
    assert read_qa(tmp_path / "ori_pqal.jsonl", 1) == [one]
    assert [o.letter for o in two.options] == ["yes", "no", "maybe"]


def test_rows_with_options(tmp_path):
    rows = [
        {"question": "Which?", "options": ["x", "y"], "answer": "B"},
        {"id": 9, "question": "Which?", "options": {"A": "x", "B": 5}, "answer": "A"},
    ]
    one, two = read_qa(write_lines(tmp_path / "set.jsonl.txt", rows))
    assert (one.id, one.dataset, one.gold) == ("1", "set", "B")
    assert (two.id, two.options[1].text) == ("9", "5")


def test_yes_no_questions_of_one_set_share_their_options(tmp_path):
    value = {"s": dict(zip("ab", (MIRAGE["pubmedqa"]["10"], MIRAGE["bioasq"]["b1"]), strict=True))}
    one, two = read_qa(write(tmp_path / "s.json", value))
    assert one.options == two.options
    assert len(two.options) == 3


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"a": 3}, "'a' holds no question"),
        ({"s": {"1": {"options": {"A": "x"}}}}, "s/1 has no 'question'"),
        ({"s": {"1": {"question": "Q", "options": {"A": "x"}, "answer": "A"}}}, "two options"),
        (
            {"s": {"1": {"question": "Q", "options": {"A": "x", "B": ""}, "answer": "A"}}},
            "an option without text",
        ),
        (
            {"s": {"1": {"question": "Q", "options": {"A": "x", "B": "y"}, "answer": "C"}}},
            "question '1' of s has the answer 'C', which is none of A, B",
        ),
        ({"1": {"question": "Q", "final_decision": "often"}}, "the decision 'often'"),
        ({"1": {"question": "Q"}}, "no text in 'final_decision'"),
    ],
)
def test_wrong_forms_are_named(tmp_path, value, said):
    with pytest.raises(EvaluationError, match=said) as error:
        read_qa(write(tmp_path / "q.json", value))
    assert "\n" not in str(error.value)


def test_the_shared_set(shared_data):
    questions = read_qa(shared_data / "pubmedqa" / "dev.jsonl.gz")
    gold = [q.gold for q in questions]
    assert [gold.count(d) for d in ("yes", "no", "maybe")] == [276, 169, 55]
    assert all(q.contexts for q in questions)
