"""Every command without any network interface gives what it gives with one."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RECORDS = (
    ("1", "Honey and cough", "Honey reduces cough in children. It was given at night."),
    ("2", "Zinc and colds", "Zinc lozenges shorten colds by two days in adults."),
    ("3", "Measles", "Measles causes fever, cough and a rash in unvaccinated children."),
)


def _unshared() -> bool:
    tool = shutil.which("unshare")
    return (
        tool is not None
        and not subprocess.run([tool, "-rn", "true"], capture_output=True, check=False).returncode
    )


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not _unshared(), reason="the kernel lets nobody make a network namespace"),
]


def medlit(folder, *arguments, namespace, typed=""):
    command = [sys.executable, str(ROOT / "cli.py"), *arguments]
    prefix = ["unshare", "-rn"] if namespace else []
    done = subprocess.run(
        [*prefix, *command],
        cwd=folder,
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def session(folder: Path, *, namespace: bool) -> dict[str, object]:
    folder.mkdir()
    rows = [{"_id": i, "title": t, "text": x} for i, t, x in RECORDS]
    (folder / "c.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
    (folder / "q.txt").write_text("Does honey reduce cough in children?\n")
    (folder / "note.txt").write_text("Seen by Dr. Sample on 3 May 2019, MRN 1234567.\n")

    def run(*arguments, typed=""):
        return medlit(folder, "--offline", *arguments, namespace=namespace, typed=typed)

    run("ingest", "c.jsonl", "--index", "i")
    hits = json.loads(run("search", "cough", "--index", "i", "--json"))["hits"]
    question = "Does honey reduce cough in children?"
    answer = json.loads(run("ask", question, "--index", "i", "--json"))
    (folder / "a.json").write_text(json.dumps(answer))
    run("ask", "--questions", "q.txt", "--out", "o.jsonl", "--index", "i")
    return {
        "hits": [(h["id"], round(h["score"], 6)) for h in hits],
        "answer": answer["text"],
        "export": run("export", "a.json", "--format", "ris"),
        "batch": [json.loads(r)["text"] for r in (folder / "o.jsonl").read_text().splitlines()],
        "note": run("deidentify", "note.txt"),
        "chat": run("chat", "--index", "i", typed=f"{question}\nand in adults?\n"),
    }


def test_a_session_without_any_interface_equals_one_with(tmp_path):
    inside = session(tmp_path / "inside", namespace=True)
    assert inside["hits"]
    assert inside["batch"] == [inside["answer"]]
    assert "Sample" not in inside["note"]
    assert "Honey reduces cough in children" in inside["chat"]
    assert inside == session(tmp_path / "outside", namespace=False)


def test_the_namespace_has_no_way_out(tmp_path):
    code = "import socket; socket.create_connection(('192.0.2.1', 9), 2)"
    done = subprocess.run(
        ["unshare", "-rn", sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert "unreachable" in done.stderr
