"""``chat`` and ``ask --continue`` as a user runs them."""

import json
import os
import re
import select
import signal
import subprocess
import time

import pytest

from tests.support import Medlit

pytestmark = pytest.mark.model
SSN = "078-05-1120"


@pytest.fixture
def chat(built, tmp_path):
    medlit = Medlit(built)
    medlit.env["XDG_DATA_HOME"] = str(tmp_path)

    def run(lines, *args):
        return medlit.typed(lines, "chat", "--index", "ix", *args)

    run.medlit = medlit
    run.saved = lambda: sorted((tmp_path / "medlit" / "conversations").glob("*"))
    return run


def test_a_follow_up_is_answered_and_what_was_understood_is_shown(chat):
    done = chat("What are the symptoms of influenza?\n\nhow is it treated?\n/exit\nnever asked\n")
    assert done.returncode == 0, done.stderr
    assert "fever, cough and muscle pain" in done.stdout
    assert done.stdout.count("understood as: ") == 1
    assert "understood as: How is influenza treated?" in done.stdout
    assert chat.saved() == []


def test_json_gives_a_line_for_each_question(chat):
    done = chat("Does metformin reduce body weight?\nwhy?\n/new\nwhy?\n", "--json")
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(r["asked"], r["question"], r["resolved"]) for r in rows] == [
        ("Does metformin reduce body weight?", "Does metformin reduce body weight?", False),
        ("why?", "Why does metformin reduce body weight?", True),
        ("why?", "why?", False),  # forgotten
    ]
    assert rows[1]["statements"][0]["citations"][0]["quote"].startswith("Metformin reduced")


def test_a_question_that_fails_does_not_end_the_conversation(chat):
    done = chat(b"x" * 6000 + b"\n\xff\xfe\nDoes metformin reduce body weight?\n", "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rows) == 3
    assert "characters" in rows[0]["error"]
    assert rows[2]["status"] == "answered"
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith(b"medlit: 1 of the questions failed")


def test_saved_and_continued_without_the_identifier(chat):
    done = chat(f"Does metformin reduce body weight in patient ssn {SSN}?\nwhy?\n", "--save")
    assert done.returncode == 0, done.stderr
    (file,) = chat.saved()
    assert f"saved: {file}" in done.stderr
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    assert re.fullmatch(
        r"Why does metformin reduce body weight in patient ssn \[[A-Z]+-1\]\?", rows[1]["question"]
    )
    more = chat.medlit("ask", "-c", "is it safe?", "--index", "ix", "--json")
    assert more.returncode == 0, more.stderr
    assert "understood as: Is metformin safe" in more.stderr
    assert json.loads(more.stdout)["question"].startswith("Is metformin safe")
    assert len(file.read_text().splitlines()) == 3
    assert SSN not in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600


def test_continue_without_a_conversation_says_what_to_do(chat):
    done = chat.medlit("ask", "--continue", "and in children?", "--index", "ix")
    assert done.returncode == 2
    assert done.stderr == (
        "medlit: no conversation is saved; begin one with medlit chat --save, then ask --continue\n"
    )
    both = chat.medlit("ask", "-c", "--questions", "q.txt", "--out", "a.jsonl", "--index", "ix")
    assert both.returncode == 2
    assert "--continue reads one question" in both.stderr


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="this system has no pseudo-terminals")
@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    "leave",
    [
        pytest.param(b"\x04", id="ctrl-d"),
        pytest.param(b"\x03", id="ctrl-c"),
        pytest.param(b"/exit\n", id="exit", marks=pytest.mark.slow),  # said without one above
    ],
)
def test_it_leaves_a_terminal_cleanly(chat, built, tmp_path, leave):
    ours, theirs = os.openpty()
    said = tmp_path / "stderr"
    with said.open("wb") as file:
        process = subprocess.Popen(
            chat.medlit.command("chat", "--index", "ix"),
            cwd=built, env=chat.medlit.env | {"TERM": "dumb"}, stdin=theirs, stdout=theirs,
            stderr=file, start_new_session=True,
            # tests that were started in the background would hand down that it is ignored
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )  # fmt: skip
    os.close(theirs)
    # one end for all of it: a busy machine is slow to start it and slow to end it
    until = time.monotonic() + 270
    try:
        shown = b""
        while b"medlit> " not in shown:
            assert time.monotonic() < until, shown
            if select.select([ours], [], [], 1)[0]:
                shown += os.read(ours, 1024)
        if leave == b"\x03":
            _interrupt(process, said, until)
        else:
            os.write(ours, leave)
        assert process.wait(timeout=max(1, until - time.monotonic())) == 0
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    assert b"Traceback" not in said.read_bytes()


def _interrupt(process, said, until):
    """Send what Ctrl-C sends, since a session of its own has no terminal to do it.

    One that comes between the prompt and the wait for a line is seen only with the next, as for
    somebody who presses it again; one that was seen is answered on stderr, and then the next would
    interrupt the end itself.
    """
    before = said.stat().st_size
    while time.monotonic() < until:
        process.send_signal(signal.SIGINT)
        for _ in range(50):
            if process.poll() is not None or said.stat().st_size > before:
                return
            time.sleep(0.1)
