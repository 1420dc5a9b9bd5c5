"""A command in a child of the loaded process behaves as in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.support import Medlit
from tests.warm import FIXED, WARM, Warm, serves

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked here")


@pytest.fixture(autouse=True)
def warm(monkeypatch):
    monkeypatch.delenv("MEDLIT_TESTS_COLD", raising=False)


@pytest.mark.parametrize(
    "code",
    [
        "print('said'); import sys; print('noted', file=sys.stderr); sys.exit(3)",
        "import sys; sys.exit('one line')",
        "raise ValueError('why')",
        "import os, sys; print(sys.stdin.read(), os.getcwd(), os.environ['MEDLIT_INDEX'])",
        "import sys; sys.stdout.buffer.write('gr\\u00fcn'.encode()); print(sys.stdout.isatty())",
        "import atexit; atexit.register(print, 'last'); print('first')",
        "import threading; threading.Timer(0.2, print, ['late']).start(); print('early')",
        "import tempfile; print(tempfile.gettempdir())",
        "import sys; print(sys.argv)",
        "import sys; sys.stdin.reconfigure(encoding='latin-1'); print(input())",
        "import os; os._exit(7)",
    ],
)
def test_it_says_the_same(tmp_path, code):
    env = FIXED | {"MEDLIT_INDEX": "ix", "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", code, "a", "b c"]
    assert serves(command, env)
    own = subprocess.run(
        command, cwd=tmp_path, env=env, input="typed", capture_output=True, text=True, timeout=60
    )
    made = WARM.run(command, cwd=tmp_path, env=env, input="typed")
    assert (made.returncode, made.stdout) == (own.returncode, own.stdout)
    assert made.stderr.splitlines()[-1:] == own.stderr.splitlines()[-1:]


def test_commands_do_not_see_each_other(medlit, tmp_path):
    wrong = medlit("search", "x", "--index", "nowhere", MEDLIT_MODE="odd")
    assert wrong.returncode == 1
    (tmp_path / "medlit.toml").write_text('indx = "a"\n')
    assert "unknown key 'indx'" in medlit("search", "x").stderr
    (tmp_path / "medlit.toml").unlink()
    assert "no index at nowhere" in medlit("search", "x", "--index", "nowhere").stderr


def test_what_is_read_at_an_import_has_a_process_of_its_own(monkeypatch):
    command = Medlit.command(Medlit, "--help")
    assert serves(command, FIXED)
    assert not serves(command, FIXED | {"OMP_NUM_THREADS": "7"})
    assert not serves(["strace", *command], FIXED)
    monkeypatch.setenv("MEDLIT_TESTS_COLD", "1")
    assert not serves(command, FIXED)


def test_what_is_set_here_while_tests_run_reaches_no_command(monkeypatch, tmp_path):
    for name in ("KMP_INIT_AT_FORK", "TORCHINDUCTOR_CACHE_DIR", "DO_NOT_TRACK"):
        monkeypatch.setenv(name, "of a library")
    medlit = Medlit(tmp_path)
    assert serves(medlit.command("search", "x"), medlit.env)


def test_one_that_does_not_end_is_ended(tmp_path):
    own = Warm()
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    with pytest.raises(subprocess.TimeoutExpired):
        own.run(command, cwd=tmp_path, env=FIXED, timeout=0.2)
    assert own.run([sys.executable, "-c", "print(1)"], cwd=tmp_path, env=FIXED).stdout == "1\n"
    own.close()
