"""Every command without any network interface gives what it gives with one."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import Medlit

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


pytestmark = pytest.mark.skipif(
    not _unshared(), reason="the kernel lets nobody make a network namespace"
)


def session(folder: Path, *, prefix: tuple[str, ...] = ()) -> dict[str, object]:
    """The commands one after another, in one process."""
    folder.mkdir()
    rows = [{"_id": i, "title": t, "text": x} for i, t, x in RECORDS]
    (folder / "c.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
    (folder / "q.txt").write_text("Does honey reduce cough in children?\n")
    (folder / "note.txt").write_text("Seen by Dr. Sample on 3 May 2019, MRN 1234567.\n")
    question = "Does honey reduce cough in children?"
    batch = ("ask", "--questions", "q.txt", "--out", "o.jsonl", "--index", "i")
    _, hits, answer, _, exported, note, chatted = Medlit(folder).several(
        (("--offline", "ingest", "c.jsonl", "--index", "i"), "", ""),
        (("search", "cough", "--index", "i", "--json"), "", ""),
        (("ask", question, "--index", "i", "--json"), "", "a.json"),
        (batch, "", ""),
        (("export", "a.json", "--format", "ris"), "", ""),
        (("deidentify", "note.txt"), "", ""),
        (("chat", "--index", "i"), f"{question}\nand in adults?\n", ""),
        prefix=prefix,
    )
    return {
        "hits": [(h["id"], round(h["score"], 6)) for h in json.loads(hits)["hits"]],
        "answer": json.loads(answer)["text"],
        "export": exported,
        "batch": [json.loads(r)["text"] for r in (folder / "o.jsonl").read_text().splitlines()],
        "note": note,
        "chat": chatted,
    }


def test_a_session_without_any_interface_equals_one_with(tmp_path):
    inside = session(tmp_path / "inside", prefix=("unshare", "-rn"))
    assert inside["hits"]
    assert inside["batch"] == [inside["answer"]]
    assert "Sample" not in inside["note"]
    assert "Honey reduces cough in children" in inside["chat"]
    assert inside == session(tmp_path / "outside")


def test_the_namespace_has_no_way_out(tmp_path):
    code = "import socket; socket.create_connection(('192.0.2.1', 9), 2)"
    done = subprocess.run(
        ["unshare", "-rn", sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert "unreachable" in done.stderr
