"""An identifier in a question: tried over every path on which text may leave the process.

The recording server stands for another machine; the programs below are told that no host is
this one, which is the only thing about them that differs from ``medlit``.
"""

from __future__ import annotations

import gzip
import json
import re
import stat
import sys
from typing import ClassVar

import pytest

from rag.errors import PrivacyError
from rag.index.builder import ingest
from rag.progress import Silent
from tests.models.servers_openai import Script, serve
from tests.support import ROOT, FakeEmbedder, Medlit
from tests.warm import WARM

SSN = "078-05-1120"
MARKER = SSN.encode()
QUESTION = f"What are the leading symptoms of community-acquired pneumonia in adults, ssn {SSN}?"
ANSWER = ["Fever and cough are the leading symptoms of community-acquired pneumonia in adults [1]."]
FAR = """
import sys
import rag.models.generator_openai as served
served.this_machine = lambda host: False
import cli
sys.argv[0] = "medlit"
cli.main()
"""


@pytest.fixture
def script():
    return Script(pieces=ANSWER)


@pytest.fixture
def spec(script):
    with serve(script) as url:
        yield f"openai:tiny@{url}"


@pytest.fixture
def far(tmp_path):
    """Run ``medlit`` as if the server were elsewhere, in an empty folder and home."""
    medlit = Medlit(tmp_path)
    env = {k: v for k, v in medlit.env.items() if k != "MEDLIT_OFFLINE"}
    env |= {"HF_HUB_OFFLINE": "1", "TMPDIR": str(tmp_path)}

    def run(*args, **more):
        command = [sys.executable, "-c", FAR, *map(str, args)]
        return WARM.run(command, cwd=tmp_path, env=env | more)

    return run


def files_with_marker(folder):
    return [p.name for p in folder.rglob("*") if p.is_file() and MARKER in p.read_bytes()]


@pytest.mark.model
class TestARemoteGenerator:
    def ask(self, far, built, spec, *more, **env):
        return far("ask", QUESTION, "--index", built / "ix", "--generator", spec, *more, **env)

    def test_gets_the_question_without_the_identifier(self, far, built, spec, script, tmp_path):
        done = self.ask(far, built, spec, "--json")
        assert done.returncode == 0, done.stderr
        made = json.loads(done.stdout)["provenance"]
        assert len(script.bodies) == 1
        assert MARKER not in script.raw
        assert b"symptoms of community-acquired pneumonia in adults, ssn [SSN-1]?" in script.raw
        assert made["sent_to"] == spec.partition("@")[2].removesuffix("/v1")
        assert made["question_deidentified"] is True
        assert made["identifiers_replaced"] >= 1
        assert SSN not in done.stderr
        assert not files_with_marker(tmp_path)

    @pytest.mark.parametrize("fault", [400, 500, "die", "nonsense"])
    def test_fails_in_one_line_without_it(self, far, built, spec, script, tmp_path, fault):
        script.fault = fault
        done = self.ask(far, built, spec)
        assert done.returncode == 1
        assert done.stdout == ""
        assert done.stderr.count("\n") == 1
        assert SSN not in done.stderr
        assert MARKER not in script.raw
        assert not files_with_marker(tmp_path)

    def test_is_refused_offline_before_anything_is_read(self, far, spec, script):
        done = far("--offline", "ask", QUESTION, "--index", "nowhere", "--generator", spec)
        assert done.returncode == 1
        # an index that is not there would be the complaint, had it been looked for
        assert "offline: the model server" in done.stderr
        assert not script.raw

    def test_named_in_the_settings_file_it_gets_no_more(self, far, built, spec, script, tmp_path):
        (tmp_path / "medlit.toml").write_text(f'generator = "{spec}"\n')
        done = far("ask", QUESTION, "--index", built / "ix", "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["provenance"]["question_deidentified"] is True
        assert len(script.bodies) == 1
        assert MARKER not in script.raw
        assert not files_with_marker(tmp_path)
        script.bodies.clear()
        (tmp_path / "medlit.toml").write_text(f'generator = "{spec}"\noffline = true\n')
        done = far("ask", QUESTION, "--index", "nowhere")
        assert done.returncode == 1
        assert "offline: the model server" in done.stderr
        assert not script.bodies

    def test_of_a_file_of_questions(self, far, built, spec, script, tmp_path):
        (tmp_path / "q.txt").write_text(f"{QUESTION}\n")
        out = tmp_path / "a.jsonl"
        asked = ("ask", "--questions", "q.txt", "--out", out, "--index", built / "ix")
        done = far(*asked, "--generator", spec)
        assert done.returncode == 0, done.stderr
        assert MARKER not in script.raw
        assert SSN not in done.stderr
        # the answers are a result, which stays here: for its owner alone, nowhere else
        assert set(files_with_marker(tmp_path)) <= {"q.txt", "a.jsonl"}
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
        script.fault = 400
        out.unlink()
        done = far(*asked, "--generator", spec)
        assert done.returncode == 1
        assert SSN not in done.stderr


@pytest.mark.model
def test_on_this_machine_the_model_gets_the_text_as_it_is(built, spec, script, tmp_path):
    done = Medlit(tmp_path)("ask", QUESTION, "--index", built / "ix", "--generator", spec, "--json")
    assert done.returncode == 0, done.stderr
    assert MARKER in script.raw
    assert json.loads(done.stdout)["provenance"]["question_deidentified"] is False


@pytest.mark.parametrize("source", ["pubmed", "europepmc"])
def test_a_literature_server_is_not_asked_with_it(far, tmp_path, source):
    script = Script()
    with serve(script) as url:
        there = {"MEDLIT_EUTILS_URL": url, "MEDLIT_EUROPEPMC_URL": url}
        done = far("fetch", source, f"pneumonia SSN {SSN}", "--to", tmp_path / "c", **there)
    assert done.returncode == 1
    assert "seems to hold an identifier" in done.stderr
    assert SSN not in done.stderr
    assert not script.raw
    assert not files_with_marker(tmp_path)


def test_notes_are_not_given_to_a_cluster(tmp_path):
    class Elsewhere:
        here = False

        def embed(self, blocks):
            raise AssertionError("texts were given away")

    notes = tmp_path / "NOTEEVENTS.csv"
    notes.write_text(
        "ROW_ID,SUBJECT_ID,HADM_ID,CHARTDATE,CATEGORY,DESCRIPTION,ISERROR,TEXT\n"
        f'1,2,3,2101-01-01,Nursing,Report,,"Fever and cough. SSN {SSN}"\n'
    )
    with pytest.raises(PrivacyError, match="not sent to a cluster"):
        ingest([notes], tmp_path / "ix", FakeEmbedder(), engine=Elsewhere())
    assert not (tmp_path / "ix").exists()


def test_what_an_ingest_of_notes_says_holds_no_word_of_one(tmp_path):
    """Rows that are cut, doubled, too short or never end, and files that are none."""

    class Notes(Silent):
        said: ClassVar[list[str]] = []

        def start(self, stage, total, unit):
            self.said.append(stage)

        def note(self, text):
            self.said.append(text)

        def beside(self):
            return self

    head = "ROW_ID,SUBJECT_ID,HADM_ID,CHARTDATE,CATEGORY,DESCRIPTION,ISERROR,TEXT\n"
    row = f'1,2,3,2101-01-01,Nursing,Report,,"Mr. Testerly. SSN {SSN}"\n'
    table = head + row + f"{SSN},Testerly\n" + row.replace('"\n', "\n") + f"SSN {SSN} Testerly\n"
    (tmp_path / "NOTEEVENTS.csv").write_text(table + row)
    others = [row.replace("1,2,3", f"{n},{n},{n}") for n in range(10, 60)]
    packed = gzip.compress("".join([head, *others]).encode())
    (tmp_path / "cut.csv.gz").write_bytes(packed[: len(packed) // 2])
    (tmp_path / "none.dat").write_text(f"Mr. Testerly, SSN {SSN}\n")
    report = ingest([tmp_path], tmp_path / "ix", FakeEmbedder(), progress=Notes())
    assert report.rejected >= 2
    said = "\n".join(Notes.said)
    assert "cut.csv.gz is cut off" in said
    assert "none.dat" in said
    for part in (SSN, "Testerly"):
        assert part not in said


def test_an_index_of_notes_is_not_asked_with_a_generator_elsewhere(far, tmp_path, spec, script):
    (tmp_path / "NOTEEVENTS.csv").write_text(
        "ROW_ID,SUBJECT_ID,HADM_ID,CHARTDATE,CATEGORY,DESCRIPTION,ISERROR,TEXT\n"
        f'1,2,3,2101-01-01,Nursing,Report,,"Fever and cough. SSN {SSN}"\n'
    )
    assert far("ingest", "NOTEEVENTS.csv", "--index", "ix").returncode == 0
    done = far("ask", "Does the patient cough?", "--index", "ix", "--generator", spec)
    assert done.returncode == 1
    assert "holds clinical notes, which are not sent" in done.stderr
    assert script.bodies == []
    assert MARKER not in script.raw


def test_no_option_lets_identifiers_through():
    """Neither an option, nor a setting, nor a variable, nor an argument of a function."""
    named = re.compile(
        r"(?<!notes_)(?:allow|keep|send|with|raw)[-_ ]?identif|no[-_]?(?:redact|deidentif)", re.I
    )
    for path in [ROOT / "cli.py", *(ROOT / "rag").rglob("*.py")]:
        assert not named.search(path.read_text(encoding="utf-8")), path
