"""``deidentify`` as a user runs it."""

from __future__ import annotations

import json
import stat

import pytest

from tests.support import ROOT, Medlit

NOTE = "\ufeffName: Anna Testperson\r\nMRN: 00123456, seen 03/14/2019, BP 120/80, Größe 170 cm.\r\n"


def run(*args, content=b""):
    return Medlit(ROOT).typed(content, "deidentify", *args)


@pytest.mark.parametrize("out", [(), ("--out", "-")], ids=["plain", "named"])
def test_stdin_to_stdout_keeps_all_bytes_else(out):
    done = run("-", *out, content=NOTE.encode())
    said = "\ufeffName: [NAME-1]\r\nMRN: [RECORD-1], seen [DATE-1], BP 120/80, Größe 170 cm.\r\n"
    assert done.returncode == 0, done.stderr
    assert done.stdout == said.encode()
    assert b"3 identifiers replaced (date 1, name 1, record 1)" in done.stderr


def test_files_are_their_owners_and_hold_no_original(tmp_path):
    note, out, report = tmp_path / "note.txt", tmp_path / "out.json", tmp_path / "report.json"
    note.write_bytes(NOTE.encode())
    started = Medlit(ROOT, cold=True)
    asked = ("deidentify", note, "--json", "--out", out, "--report", report)
    done = started(*asked, "--style", "surrogates")
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    for path in (out, report):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        for original in ("Anna", "Testperson", "00123456", "03/14/2019"):
            assert original not in path.read_text()
    made = json.loads(out.read_text())
    assert made["n"] == 3
    assert made["counts"] == {"date": 1, "name": 1, "record": 1}
    assert set(made["identifiers"][0]) == {"start", "end", "kind", "replacement"}
    first = made["identifiers"][0]
    assert NOTE[first["start"] : first["end"]] == "Anna Testperson"
    assert "text" not in json.loads(report.read_text())


def test_the_same_key_gives_the_same_text(tmp_path):
    key = tmp_path / "key"
    key.write_bytes(b"0123456789abcdef")
    texts = {
        run("-", "--style", "surrogates", "--key-file", key, content=NOTE.encode()).stdout
        for _ in range(2)
    }
    assert len(texts) == 1


@pytest.mark.parametrize(
    ("args", "content", "code", "said"),
    [
        (["-", "--style", "masks"], b"", 2, b"no --style 'masks'"),
        (["-"], b"caf\xe9 au lait", 1, b"not UTF-8 text (byte 3)"),
        (["-"], b"a\x00b", 1, b"zero bytes"),
        (["no-such-note.txt"], b"", 1, b"cannot read no-such-note.txt"),
        (["tests"], b"", 1, b"is a folder"),
        (["-", "--show-originals"], b"", 2, b"--show-originals"),
        (["cli.py", "--out", "cli.py", "--force"], b"", 2, b"a file that is read"),
        (["-", "--out", "cli.py"], b"x", 1, b"is there already"),
        (["-", "--out", "no/such/out.txt"], b"x", 1, b"cannot write"),
    ],
    ids=["style", "latin-1", "zeros", "missing", "folder", "originals", "itself", "there", "place"],
)
def test_what_is_refused_in_one_line(args, content, code, said):
    done = run(*args, content=content)
    assert done.returncode == code
    assert said in done.stderr
    assert done.stderr.count(b"\n") == 1
    assert done.stdout == b""


def test_an_empty_note_stays_empty():
    done = run("-")
    assert (done.returncode, done.stdout) == (0, b"")
