"""Command lines in a process that has the libraries loaded before it starts.

Every start of medlit imports for one to four seconds what the start before it imported too.
``Warm`` keeps one process that has imported it all and does nothing else; for every command it
forks a child that becomes this command: with its own arguments, folder, environment, standard
streams and exit code, and an interpreter that ends as usual. What differs from a start as a
user makes it is only when the libraries are imported; so what tests that (``--help`` loads
nothing heavy, the switches of a library that it reads at its import) starts a process of its
own, and so does everything where ``MEDLIT_TESTS_COLD`` is set.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import json
import os
import runpy
import select
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).parents[1]
LOADED = (
    "cli",
    "faiss",
    "pydantic.main",
    "rag.assistant",
    "rag.clinical.differential",
    "rag.commands.eval_answers",
    "rag.evaluation",
    "rag.fetching",
    "rag.index.builder",
    "rag.models.embedder_transformer",
    "rag.models.verifier_cross",
    "rag.models.verifier_features",
    "rag.privacy.report",
    "rag.privacy.surrogates",
    "rag.terminal_search",
    "tantivy",
    "tokenizers",
    "torch",
)
"""What most commands import: nothing that starts a thread. What few need is left to them
(transformers), so that the start of the process is paid back by two commands."""

FREE = (
    *("MEDLIT_", "XDG_", "HF_", "PYTEST_", "TMPDIR", "COLUMNS", "TERM"),
    *("NO_PROXY", "OPENAI_API_KEY"),
)
"""Variables that nothing of these reads at its import: a command may have its own."""

FIXED = {k: v for k, v in os.environ.items() if not k.startswith(FREE)}
FIXED |= {"PYTHONPATH": str(ROOT)}
"""The environment that all commands share, as it is before any test. Later it is another one:
scikit-learn and torch set variables where they are imported, medlit's commands do where a test
runs them in its own process, and a command that was given those would not be served."""


class Warm:
    """One process with the libraries, and its children that are the commands."""

    def __init__(self) -> None:
        self._server: subprocess.Popen[str] | None = None

    def run(
        self,
        command: list[str],
        *,
        cwd: Path,
        env: dict[str, str],
        input: str | bytes = "",
        timeout: float = 240,
    ) -> subprocess.CompletedProcess[str] | subprocess.CompletedProcess[bytes]:
        """Run ``[sys.executable, …]`` as ``subprocess.run(…, capture_output=True)`` does.

        What it says is bytes where ``input`` is.

        Raises:
            subprocess.TimeoutExpired: the command did not end in ``timeout`` seconds.
        """
        if not serves(command, env):
            return subprocess.run(
                command, cwd=cwd, env=env, input=input, capture_output=True,
                text=isinstance(input, str), timeout=timeout,
            )  # fmt: skip
        with tempfile.TemporaryDirectory() as folder:
            streams = [os.path.join(folder, name) for name in ("stdin", "stdout", "stderr")]
            typed = input.encode() if isinstance(input, str) else input
            Path(streams[0]).write_bytes(typed)
            asked = {
                "command": [*map(str, command[1:])],
                "cwd": str(cwd),
                "env": env,
                "streams": streams,
            }
            code = self._ask(json.dumps(asked), timeout, command)
            said = [Path(path).read_bytes() for path in streams[1:]]
        if isinstance(input, str):
            return subprocess.CompletedProcess(command, code, *(text.decode() for text in said))
        return subprocess.CompletedProcess(command, code, *said)

    def _ask(self, line: str, timeout: float, command: list[str]) -> int:
        if self._server is None or self._server.poll() is not None:
            self._server = subprocess.Popen(
                [sys.executable, "-m", "tests.warm"],
                cwd=ROOT,
                env=FIXED,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                start_new_session=True,  # so that it ends with the command it waits for
            )
            atexit.register(self.close)
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        code = ""
        try:
            self._server.stdin.write(line + "\n")
            self._server.stdin.flush()
            if not select.select([self._server.stdout], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(command, timeout)
            code = self._server.stdout.readline()
        finally:
            if not code:  # what it says later would be taken for the answer to another command
                self.close()
        return int(code)

    def close(self) -> None:
        """End the process and what it runs."""
        if self._server is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._server.pid, signal.SIGKILL)
            self._server.wait()
            for stream in (self._server.stdin, self._server.stdout):
                if stream is not None:
                    with contextlib.suppress(BrokenPipeError):
                        stream.close()
            self._server = None


def serves(command: list[str], env: dict[str, str]) -> bool:
    """True where a warm process may run it: nothing reads what differs when it is imported."""
    if os.environ.get("MEDLIT_TESTS_COLD") or not hasattr(os, "fork"):
        return False
    fixed = {k: v for k, v in env.items() if not k.startswith(FREE)}
    return command[0] == sys.executable and fixed == FIXED


def _serve() -> dict[str, object]:
    """Fork for every line of stdin; returns in each child, with what it is asked to be."""
    told = os.dup(1)  # libraries may print while they are imported: not into the answers
    os.dup2(2, 1)
    for module in LOADED:
        with contextlib.suppress(ImportError):
            __import__(module)
    assert "huggingface_hub" not in sys.modules  # it reads HF_* at its import
    assert threading.active_count() == 1, threading.enumerate()  # a child has no other thread
    gc.collect()
    gc.freeze()  # the children share these pages as long as no count of them is touched
    while line := _line():
        child = os.fork()
        if not child:
            os.close(told)
            asked: dict[str, object] = json.loads(line)
            return asked
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        os.write(told, f"{code}\n".encode())
    os._exit(0)


def _line() -> bytes:
    """Read a line of stdin past ``sys.stdin``: a command must find that as no one has read it."""
    read = b""
    while not read.endswith(b"\n"):
        more = os.read(0, 65536)
        if not more:
            return b""
        read += more
    return read


def _become(asked: dict[str, object]) -> None:
    """Be the command: everything that a new process has of its own."""
    streams: list[str] = asked["streams"]  # type: ignore[assignment]
    flags = (os.O_RDONLY, os.O_WRONLY | os.O_CREAT, os.O_WRONLY | os.O_CREAT)
    for number, (path, flag) in enumerate(zip(streams, flags, strict=True)):
        opened = os.open(path, flag, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    os.environ.clear()
    os.environ.update(asked["env"])  # type: ignore[call-overload]
    os.chdir(str(asked["cwd"]))
    tempfile.tempdir = None  # of TMPDIR, found anew
    first, *rest = asked["command"]  # type: ignore[misc]
    if first == "-c":
        sys.argv, sys.path[0] = ["-c", *rest[1:]], ""
        exec(compile(rest[0], "<string>", "exec"), {"__name__": "__main__"})
    elif first == "-m":
        sys.path[0] = os.getcwd()
        if rest[0] == "cli":  # it is loaded: run_module would compile it again
            sys.argv = [str(ROOT / "cli.py"), *rest[1:]]
            sys.modules["cli"].main()
            return
        sys.argv = [rest[0], *rest[1:]]
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    else:
        sys.argv, sys.path[0] = [first, *rest], str(Path(first).parent)
        runpy.run_path(first, run_name="__main__")


WARM = Warm()
"""The process of this worker: it starts with the first command that it may run."""


def _end(asked: dict[str, object]) -> NoReturn:
    """Run the command and end as an interpreter does, but leave the libraries as they are:

    to take down two thousand modules, as every interpreter that ends does, takes two seconds.
    """
    code: object = 0
    try:
        _become(asked)
    except SystemExit as ended:
        code = ended.code
    except BaseException:  # noqa: BLE001  as the interpreter: whatever it is, it is shown
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
        code = 1
    if code is not None and not isinstance(code, int):
        print(code, file=sys.stderr)
        code = 1
    threading._shutdown()  # type: ignore[attr-defined]  # waits for threads, then what they left
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code or 0)


if __name__ == "__main__":
    _end(_serve())
