"""docs/evaluation.md stays true: its transcript, its snippet and its keys."""

import re

import pytest

from rag.evaluation import KEYS
from rag.evaluation.answers import Asked, measure_answers
from rag.evaluation.notes import Labelled, Note
from rag.evaluation.pairs import Pair
from rag.evaluation.privacy import FoundSpan, judge_note
from rag.evaluation.privacy_figures import PrivacyMeasured
from rag.evaluation.qa import Chosen, flat_qa, measure_qa
from rag.evaluation.qa_evidence import Choice
from rag.evaluation.qa_sets import Option, QaQuestion
from rag.evaluation.questions import Question
from rag.evaluation.support import measure_support
from tests.evaluation.answer_doubles import TableVerifier, abstained
from tests.support import ROOT, Medlit, help_of

PAGE = (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")


@pytest.mark.model
def test_its_transcript(tmp_path):
    command, *shown = re.search(r"    \$ medlit (.*)\n    (.*)\n    (.*)\n", PAGE).groups()
    done = Medlit(ROOT)(*command.split(), MEDLIT_HOME=str(tmp_path))
    assert done.returncode == 0, done.stderr
    printed = done.stdout.splitlines()
    # the last column is the speed
    assert [line.split()[:8] for line in printed] == [line.split()[:8] for line in shown]


@pytest.mark.model
def test_its_snippet(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("MEDLIT_HOME", str(tmp_path))
    exec(compile(re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)[1], "page", "exec"), {})
    said = re.search(r"prints `(.*?)`", PAGE)[1]
    assert capsys.readouterr().out.strip() == said


RETRIEVAL, *PARTS = re.split(
    r"^# (?=Measuring the|Measuring answers|Questions|Measuring de-)", PAGE, flags=re.M
)
SECTIONS = {part.splitlines()[0]: part for part in PARTS}


def keys(part):
    return re.findall(r"^\| `(.*?)` \|", part, re.MULTILINE)[1:]


def flags_of(*commands):
    return "".join(help_of("eval", command) for command in commands)


@pytest.mark.parametrize(
    ("part", "commands"),
    [
        (RETRIEVAL, ("retrieval", "run")),
        (SECTIONS["Measuring the verifier"], ("support",)),
        (SECTIONS["Measuring answers"], ("answers",)),
        (SECTIONS["Questions with fixed answers"], ("qa",)),
        (SECTIONS["Measuring de-identification"], ("privacy",)),
    ],
    ids=["retrieval", "verifier", "answers", "qa", "privacy"],
)
def test_its_flags(part, commands):
    shown = flags_of(*commands)
    named = set(re.findall(r"(?<!\S)`?(--[a-z-]+)", part))
    assert named
    for flag in named:
        assert flag in shown, flag


def test_its_keys_of_retrieval():
    assert keys(RETRIEVAL) == [*KEYS, "n"]


def test_its_keys_of_support():
    measured = measure_support([Pair("a", "b", "supports")], TableVerifier())
    flat = dict.fromkeys(measured.flat())
    of_labels = [k for k in flat if k.startswith(("f1_", "confusion_"))]
    assert len(of_labels) == 3 + 9
    named = keys(SECTIONS["Measuring the verifier"])
    assert set(flat) - set(named) == set(of_labels) - {"f1_supports", "confusion_supports_unclear"}
    assert set(named) <= set(flat)


def test_its_keys_of_answers():
    kinds = {"yesno": (("yes",),), "factoid": (("a",),), "list": (("a",),)}
    rows = [
        Asked(Question(kind, "?", kind, exact=exact), abstained(), 1.0)
        for kind, exact in kinds.items()
    ]
    flat = measure_answers(rows, lambda own: None, TableVerifier()).flat()
    assert keys(SECTIONS["Measuring answers"]) == list(flat)


def test_its_keys_of_qa():
    question = QaQuestion("1", "s", "?", (Option("A", "a"), Option("B", "b")), "A")
    sets = measure_qa([Chosen(question, Choice("A"), (), 1.0)])
    assert {"set", *keys(SECTIONS["Questions with fixed answers"])} == set(flat_qa(sets))


def test_its_keys_of_privacy():
    note = Note("1", "k", "Roe", (Labelled(0, 3, ("name",)),))
    flat = PrivacyMeasured((judge_note(note, [FoundSpan(0, 3, "name")]),), 1.0).flat()
    assert keys(SECTIONS["Measuring de-identification"]) == list(flat)
