import json

import pytest

from rag.errors import EvaluationError, UsageError
from rag.evaluation.citations import Snippet
from rag.evaluation.questions import read_questions
from tests.evaluation.answer_doubles import write_lines

ROWS = [
    {
        "id": "q1",
        "batch": "9B1",
        "type": "yesno",
        "question": "Does azithromycin clear pertussis?",
        "exact_answer": "Yes",
        "ideal_answer": ["Yes, it does."],
        "pmids": ["101", "102"],
        "snippets": [{"pmid": "101", "text": "It cleared."}],
    },
    {"id": "q2", "batch": "9B2", "type": "summary", "question": "What is pertussis?"},
    {
        "id": "q3",
        "batch": "8B1",
        "type": "list",
        "question": "Which?",
        "exact_answer": [["a", "alpha"], ["b"]],
        "answerable": False,
    },
]
ORIGINAL = {
    "questions": [
        {
            "id": "q1",
            "type": "yesno",
            "body": "Does azithromycin clear pertussis?",
            "documents": [
                "http://www.ncbi.nlm.nih.gov/pubmed/101",
                "https://pubmed.ncbi.nlm.nih.gov/102/",
            ],
            "snippets": [
                {
                    "document": "http://www.ncbi.nlm.nih.gov/pubmed/101",
                    "text": "It cleared.",
                    "beginSection": "abstract",
                    "offsetInBeginSection": 3,
                }
            ],
            "ideal_answer": "Yes, it does.",
            "exact_answer": "yes",
            "concepts": [],
        }
    ]
}


def test_both_forms_give_the_same_question(tmp_path):
    (tmp_path / "o.json").write_text(json.dumps(ORIGINAL, indent=2))
    (tmp_path / "one.json").write_text(json.dumps(ORIGINAL))
    (theirs,) = read_questions(tmp_path / "o.json")
    assert read_questions(tmp_path / "one.json") == [theirs]
    ours = read_questions(write_lines(tmp_path / "r.jsonl", ROWS))[0]
    assert theirs.pmids == ours.pmids == ("101", "102")
    assert theirs.snippets == ours.snippets == (Snippet("101", "It cleared."),)
    assert theirs.ideal == ours.ideal == ("Yes, it does.",)
    assert theirs.exact == ours.exact == (("yes",),)
    assert (theirs.text, theirs.kind, theirs.batch) == (ours.text, "yesno", "")


def test_rows(tmp_path):
    one, two, three = read_questions(write_lines(tmp_path / "r", ROWS))
    assert (one.answerable, three.answerable) == (True, False)
    assert (two.exact, two.ideal, two.pmids, two.snippets) == ((), (), (), ())
    assert three.exact == (("a", "alpha"), ("b",))


@pytest.mark.parametrize(
    ("kind", "given", "read"),
    [
        ("factoid", "a", (("a",),)),
        ("factoid", ["a", "alpha"], (("a", "alpha"),)),
        ("factoid", [["a", "alpha"]], (("a", "alpha"),)),
        ("factoid", [["a"], ["alpha"]], (("a", "alpha"),)),
        ("factoid", [[4]], (("4",),)),
        ("list", ["a", "b"], (("a",), ("b",))),
        ("list", [["a", " alpha "], ["b"], [" "]], (("a", "alpha"), ("b",))),
        ("yesno", ["No."], (("no",),)),
        ("yesno", None, ()),
        ("list", [], ()),
        ("summary", "n/a", ()),
    ],
    ids=str,
)
def test_exact_answers(tmp_path, kind, given, read):
    row = {"id": 1, "type": kind, "question": "?!", "exact_answer": given}
    assert read_questions(write_lines(tmp_path / "r", [row]))[0].exact == read


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"type": "essay"}, "line 1 has the type 'essay'"),
        ({"question": " "}, "no text in 'question' or 'body'"),
        ({"pmids": ["PMC5"]}, "names the article 'PMC5'"),
        ({"pmids": 7}, "no text or list of texts in 'pmids'"),
        ({"snippets": [{"pmid": "1"}]}, "a snippet without"),
        ({"snippets": "x"}, "no list of objects in 'snippets'"),
        ({"exact_answer": "perhaps"}, "a yes/no question has yes or no"),
        ({"type": "list", "exact_answer": [[None]]}, "something other than names"),
        ({"type": "list", "exact_answer": 4}, "neither text nor list"),
        ({"answerable": "no"}, "use true or false"),
    ],
)
def test_a_bad_row_is_named(tmp_path, change, said):
    with pytest.raises(EvaluationError, match=said):
        read_questions(write_lines(tmp_path / "r", [ROWS[0] | change]))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"questions": []}', "holds no list of questions"),
        ('{"questions": [3]}', "question 1 is no object"),
        ('{"questions": [{"body": "x"}]}', "question 1 has the type None"),
    ],
)
def test_a_bad_original(tmp_path, text, said):
    (tmp_path / "o").write_text(text)
    with pytest.raises(EvaluationError, match=said):
        read_questions(tmp_path / "o")


def test_an_id_comes_once(tmp_path):
    with pytest.raises(EvaluationError, match="line 2 has the id 'q1' again"):
        read_questions(write_lines(tmp_path / "r", [ROWS[0], ROWS[0]]))


def test_choosing_questions(tmp_path):
    rows = [
        {"id": n, "type": "summary", "question": f"Q{n}", "batch": f"{n % 2 + 8}B1"}
        for n in range(12)
    ]
    path = write_lines(tmp_path / "r", rows)

    def ids(**how):
        return [int(q.id) for q in read_questions(path, **how)]

    assert ids(batch="9B") == [1, 3, 5, 7, 9, 11]
    assert ids(every=5) == [0, 5, 10]
    assert ids(limit=3) == ids(limit=3) == [0, 4, 8]
    assert ids(batch="9", every=2, limit=2) == [1, 5]
    with pytest.raises(UsageError, match="of the batch '7B'; it has 8B1, 9B1"):
        ids(batch="7B")


def test_the_questions_of_the_shared_set(shared_data):
    questions = read_questions(shared_data / "bioasq" / "questions.jsonl.gz")
    assert len(questions) == 1497
    kinds = [q.kind for q in questions]
    assert [kinds.count(k) for k in ("yesno", "factoid", "list", "summary")] == [409, 476, 260, 352]
    assert all(q.pmids and q.ideal and q.snippets for q in questions)
    assert all(q.exact for q in questions if q.kind != "summary")
    assert all(len(q.exact) == 1 for q in questions if q.kind == "factoid")
