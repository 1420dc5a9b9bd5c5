"""``ask`` with a model server on this machine, as a user runs it."""

import json

import pytest

from tests.models.servers_openai import Script, serve
from tests.support import Medlit

pytestmark = pytest.mark.model
KEY = "sk-test-0a9be1"
QUESTION = "Does metformin reduce body weight?"
HELD = "Metformin reduced body weight by 2.1 kg after one year [1]."
BAD = "Cats cured 99% of all dogs in Rome [1]."


@pytest.fixture
def ask(built):
    medlit = Medlit(built)
    medlit.env["OPENAI_API_KEY"] = KEY

    def run(script, *args):
        with serve(script) as url:
            done = medlit(
                "ask", QUESTION, "--index", "ix", "--generator", f"openai:tiny@{url}", *args
            )
        assert KEY.encode() in script.raw  # it went to the server, and nowhere else
        assert KEY not in done.stdout + done.stderr
        return done

    return run


def test_the_answer_says_how_it_was_drafted(ask):
    done = ask(Script(pieces=[f"{HELD} {BAD}"]), "--json")
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert [s["text"] for s in made["statements"]] == [HELD.removesuffix(" [1].") + "."]
    assert made["notes"] == []
    told = made["provenance"]
    assert (told["temperature"], told["seed"]) == (0.0, 0)
    first, second = told["drafts"]
    assert (first["kept"], first["finish"], first["prompt_tokens"]) == (True, "stop", 11)
    assert (second["sentences"], second["verified"], second["kept"]) == (2, 1, False)


def test_the_text_says_that_no_draft_held(ask):
    script = Script(pieces=[BAD])
    done = ask(script)
    assert done.returncode == 0, done.stderr
    assert len(script.bodies) == 2
    shown = " ".join(done.stdout.split())
    assert "No statement of either draft of tiny@http://127.0.0.1:" in shown
    assert "held against the literature" in shown
    assert "Metformin reduced body weight by 2.1 kg" in shown


@pytest.mark.parametrize("stream", ["--stream", "--no-stream"])
def test_a_server_that_dies_leaves_no_answer(ask, stream):
    done = ask(Script(pieces=[HELD], fault="die"), stream)
    assert done.returncode == 1
    assert done.stdout == ""
    last = done.stderr.splitlines()[-1]
    assert last.startswith("medlit: http://127.0.0.1:")
    assert "broke off its answer; what it had written was dropped" in last
    said = "the draft above broke off and was dropped: it is no answer" in done.stderr
    assert said == (stream == "--stream")
    assert ("Metformin" in done.stderr) == (stream == "--stream")


@pytest.mark.parametrize(("options", "most"), [((), 4), (("--parallel", "2"), 2)])
def test_a_file_of_questions_is_asked_several_at_a_time(built, tmp_path, options, most):
    questions = tmp_path / "q.txt"
    questions.write_text("".join(f"{QUESTION[:-1]} in {n} years?\n" for n in range(8)))
    out = tmp_path / "a.jsonl"
    script = Script(pieces=[HELD], slow=0.3)
    with serve(script) as url:
        done = Medlit(built)(
            "ask", "--questions", str(questions), "--out", str(out), "--index", "ix",
            "--generator", f"openai:tiny@{url}", *options,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert len({row["question"] for row in rows}) == 8
    assert {len(row["statements"]) for row in rows} == {1}
    assert 1 < script.most <= most


def test_only_a_server_takes_the_number(built, tmp_path):
    (tmp_path / "q.txt").write_text(QUESTION)
    medlit = Medlit(built)
    alone = medlit("ask", QUESTION, "--parallel", "2")
    assert (alone.returncode, len(alone.stderr.splitlines())) == (2, 1)
    assert "--parallel is for a file of questions" in alone.stderr
    there = ("--questions", str(tmp_path / "q.txt"), "--out", str(tmp_path / "a.jsonl"))
    quoting = medlit("ask", *there, "--index", "ix", "--parallel", "2", "--generator", "extractive")
    assert (quoting.returncode, len(quoting.stderr.splitlines())) == (2, 1)
    assert "--parallel is for a model server" in quoting.stderr
