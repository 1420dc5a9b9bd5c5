"""A file of questions: what is read, what is kept, what is asked again."""

from __future__ import annotations

import gzip
import json
import threading
import time
from typing import ClassVar

import pytest

from rag.asking import Asked, Tally, answer_all, read_questions
from rag.errors import MedlitError, ModelError, UsageError
from rag.progress import Silent
from rag.types import Answer


class Scripted:
    """Answers with the question; fails where it holds a word of ``bad``."""

    def __init__(self, *bad):
        self.bad = bad
        self.asked = []

    def __call__(self, question):
        self.asked.append(question)
        if any(word in question for word in self.bad):
            raise ModelError("the model\nis broken")
        status = "insufficient_evidence" if "nothing" in question else "answered"
        return Answer(question=question, status=status, statements=(), references=())


def rows(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("Is it?\n\n  What   is it? \n", [("", "Is it?"), ("", "What is it?")]),
        ("\ufeffIs it?\r\nIs it?\r\n", [("", "Is it?")]),
        ('{"question": "Is it?"}\n\n{"id": 7, "body": "Why?"}\n', [("", "Is it?"), ("7", "Why?")]),
        ('[{"_id": "a", "query": "Is it?"}, "Why?"]', [("a", "Is it?"), ("", "Why?")]),
        ('{"questions": [{"id": "b1", "body": "Why\\nso?"}]}', [("b1", "Why\nso?")]),
        ('{"id": "1", "text": "Is it?"}', [("1", "Is it?")]),
    ],
    ids=range(6),
)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_questions(tmp_path, content, expected, packed):
    data = content.encode()
    (tmp_path / "q").write_bytes(gzip.compress(data) if packed else data)
    assert read_questions(tmp_path / "q") == tuple(Asked(*one) for one in expected)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "holds no question"),
        (b"\n \n", "holds no question"),
        (b"[]", "holds no question"),
        (b'{"question": "x"}\n{"ques', "line 2 is not JSON"),
        (b'{"id": "x"}', "question 1 has no text under question, body"),
        (b"[3]", "question 1 is no object"),
        (b"\xff\xfea", "not text in UTF-8"),
        (b"\x1f\x8b123", "damaged gzip"),
    ],
    ids=range(8),
)
def test_files_that_hold_no_questions(tmp_path, data, said):
    (tmp_path / "q").write_bytes(data)
    with pytest.raises(UsageError, match=said):
        read_questions(tmp_path / "q")


def test_a_missing_file_and_a_folder(tmp_path):
    with pytest.raises(UsageError, match=r"cannot read .*No such file"):
        read_questions(tmp_path / "none")
    with pytest.raises(UsageError, match="is a folder"):
        read_questions(tmp_path)


QUESTIONS = (Asked("1", "one"), Asked("2", "two, nothing"), Asked("", "three"), Asked("1", "four"))


def test_one_failure_does_not_stop_the_rest_and_is_asked_again(tmp_path):
    out = tmp_path / "a.jsonl"
    assert answer_all(Scripted("three"), QUESTIONS, out) == Tally(2, 1, 1, 0)
    assert [(r["id"], r["question"], r.get("error", "")) for r in rows(out)] == [
        ("1", "one", ""),
        ("2", "two, nothing", ""),
        ("", "three", "the model is broken"),
        ("1", "four", ""),
    ]
    again = Scripted()
    assert answer_all(again, QUESTIONS, out) == Tally(1, 0, 0, 3)
    assert again.asked == ["three"]
    assert [r["question"] for r in rows(out)] == ["one", "two, nothing", "four", "three"]
    before = out.read_bytes()
    assert answer_all(again, QUESTIONS, out) == Tally(0, 0, 0, 4)
    assert out.read_bytes() == before


@pytest.mark.parametrize("lost", [1, 2, 20, "all but 1", "all"])
def test_a_cut_last_line_is_asked_again(tmp_path, lost):
    out = tmp_path / "a.jsonl"
    answer_all(Scripted(), QUESTIONS, out)
    whole = out.read_bytes()
    last = len(whole) - whole[:-1].rindex(b"\n") - 1
    cut = {"all": last, "all but 1": last - 1}.get(lost, lost)
    out.write_bytes(whole[:-cut])
    again = Scripted()
    answer_all(again, QUESTIONS, out)
    # without the line feed alone the answer is whole
    assert again.asked == ([] if lost == 1 else ["four"])
    assert out.read_bytes() == whole
    assert {p.name for p in tmp_path.iterdir()} == {"a.jsonl", ".a.jsonl.lock"}


def test_a_first_line_that_was_cut(tmp_path):
    out = tmp_path / "a.jsonl"
    for beginning in (b"{", b'{"id": "1", "ques'):
        out.write_bytes(beginning)
        assert answer_all(Scripted(), QUESTIONS[:1], out).answered == 1
        assert len(rows(out)) == 1


@pytest.mark.parametrize(
    "content", ["My notes\n", "notes", '{"a": 1}\n', '{"id": "1", "question": "x"}\n', "[1]\n"]
)
def test_a_file_of_something_else_is_left_alone(tmp_path, content):
    out = tmp_path / "a.jsonl"
    out.write_text(content)
    with pytest.raises(UsageError, match="line 1 is no answer of medlit's"):
        answer_all(Scripted(), QUESTIONS, out)
    assert out.read_text() == content


def test_answers_to_other_questions_are_kept(tmp_path):
    out = tmp_path / "a.jsonl"
    answer_all(Scripted(), QUESTIONS[:2], out)
    assert answer_all(Scripted(), QUESTIONS[2:], out) == Tally(2, 0, 0, 0)
    assert len(rows(out)) == 4


def test_places_that_cannot_be_written(tmp_path):
    with pytest.raises(UsageError, match="is a folder"):
        answer_all(Scripted(), QUESTIONS, tmp_path)
    with pytest.raises(UsageError, match="there is no folder"):
        answer_all(Scripted(), QUESTIONS, tmp_path / "no" / "a.jsonl")


def test_what_is_answered_before_a_kill_is_in_the_file(tmp_path):
    out = tmp_path / "a.jsonl"

    def killed(question):
        if question == "three":
            raise KeyboardInterrupt
        return Scripted()(question)

    with pytest.raises(KeyboardInterrupt):
        answer_all(killed, QUESTIONS, out)
    assert [r["question"] for r in rows(out)] == ["one", "two, nothing"]


def test_two_runs_on_one_file_do_not_write_at_once(tmp_path):
    out = tmp_path / "out.jsonl"
    (tmp_path / "link.jsonl").symlink_to(out)
    asked = (Asked("1", "Is it?"), Asked("2", "Why?"))
    refused = []

    def ask(question):
        for name in ("out.jsonl", "link.jsonl"):
            with pytest.raises(MedlitError, match=r"another run is writing to .*another --out"):
                answer_all(Scripted(), asked, tmp_path / name)
            refused.append(name)
        return Scripted()(question)

    assert answer_all(ask, asked, out) == Tally(answered=2)
    assert len(refused) == 4
    assert [row["id"] for row in rows(out)] == ["1", "2"]
    assert answer_all(Scripted(), asked, out) == Tally(kept=2)  # and it is free again


def test_a_run_that_breaks_off_lets_go_of_its_file(tmp_path):
    def ask(question):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        answer_all(ask, (Asked("1", "Is it?"),), tmp_path / "out.jsonl")
    assert answer_all(Scripted(), (Asked("1", "Is it?"),), tmp_path / "out.jsonl").answered == 1


def test_many_threads_answer_what_one_answers(tmp_path):
    asked = tuple(Asked(str(n), f"question {n}") for n in range(40))
    together, most = set(), []
    lock = threading.Lock()

    def ask(question):
        with lock:
            together.add(question)
            most.append(len(together))
        time.sleep(0.01)
        with lock:
            together.discard(question)
        return Scripted("7")(question)

    out = tmp_path / "a.jsonl"
    assert answer_all(ask, asked, out, threads=8) == Tally(36, 0, 4, 0)
    assert max(most) == 8
    assert {(r["id"], r["question"]) for r in rows(out)} == {(a.id, a.question) for a in asked}
    assert {r["id"] for r in rows(out) if "error" in r} == {"7", "17", "27", "37"}
    again = Scripted()
    assert answer_all(again, asked, out, threads=8) == Tally(4, 0, 0, 36)
    assert set(again.asked) == {"question 7", "question 17", "question 27", "question 37"}


def test_a_kill_among_threads_leaves_what_was_answered(tmp_path):
    out = tmp_path / "a.jsonl"

    def killed(question):
        if question == "question 5":
            time.sleep(0.2)
            raise KeyboardInterrupt
        return Scripted()(question)

    with pytest.raises(KeyboardInterrupt):
        answer_all(killed, [Asked("", f"question {n}") for n in range(6)], out, threads=3)
    assert {r["question"] for r in rows(out)} == {f"question {n}" for n in range(5)}


def test_a_note_of_a_failure_holds_neither_the_question_nor_a_number_of_a_patient(tmp_path):
    """Notes end in logs; the file of answers is the user's own and keeps all."""
    ssn = "078-05-1120"

    class Notes(Silent):
        said: ClassVar[list[str]] = []

        def note(self, text):
            self.said.append(text)

    def fails(question):
        raise ModelError(f"cannot answer {question}")

    asked = [Asked("MRN 4471123", f"fever, SSN {ssn}?"), Asked("q2", "cough?")]
    tally = answer_all(fails, asked, tmp_path / "a.jsonl", Notes())
    assert tally.failed == 2
    assert Notes.said[0].startswith("failed: question 1 (MRN [RECORD-1]): cannot answer fever")
    assert Notes.said[1].startswith("failed: question 2 (q2): cannot answer cough")
    assert not any(part in "".join(Notes.said) for part in (ssn, "4471123"))
    assert ssn in (tmp_path / "a.jsonl").read_text()
