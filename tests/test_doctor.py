"""What could leave this machine, and what is stored where."""

import json
import stat

import pytest
from typer.testing import CliRunner

from cli import app
from rag.config import Settings
from rag.doctor import ways_out


def notes_index(folder):
    row = '1,11,22,2101-01-02,,,"Discharge summary",,,"The patient coughs and has a fever."'
    (folder / "NOTEEVENTS.csv").write_text(
        "ROW_ID,SUBJECT_ID,HADM_ID,CHARTDATE,CHARTTIME,STORETIME,CATEGORY,CGID,ISERROR,TEXT\n"
        f"{row}\n"
    )
    index = folder / "notes"
    done = CliRunner().invoke(
        app, ["ingest", str(folder / "NOTEEVENTS.csv"), "--index", str(index)]
    )
    assert done.exit_code == 0, done.output
    return index


def ways(settings=None, **environment):
    return {w.name: w for w in ways_out(settings or Settings(), environment)}


def test_a_generator_on_another_machine_is_open_and_one_here_is_not(monkeypatch):
    monkeypatch.delenv("MEDLIT_OFFLINE", raising=False)
    far = ways(Settings(generator="openai:m@https://models.example.org/v1"))["generator"]
    assert far.open
    assert "models.example.org" in far.passes
    assert "never notes" in far.passes
    assert not ways(Settings(generator="openai:m@http://127.0.0.1:9/v1"))["generator"].open
    assert not ways()["generator"].open


def test_offline_closes_every_way():
    settings = Settings(generator="openai:m@https://models.example.org/v1", offline=True)
    open_ways = [
        w.name
        for w in ways_out(settings, {"LANGSMITH_TRACING": "true", "https_proxy": "http://p:1"})
        if w.open
    ]
    assert open_ways == []


def test_tracing_and_proxies_of_the_environment_are_told(monkeypatch):
    monkeypatch.delenv("MEDLIT_OFFLINE", raising=False)
    told = ways(LANGCHAIN_TRACING_V2="true", HTTPS_PROXY="http://p:1")
    assert told["LangSmith"].open
    assert "LANGCHAIN_TRACING_V2" in told["LangSmith"].passes
    assert told["proxy"].open
    assert "HTTPS_PROXY" in told["proxy"].passes
    assert not ways()["LangSmith"].open
    assert not ways()["proxy"].open


def test_notes_that_others_may_read_are_named_with_what_mends_it(tmp_path):
    index = notes_index(tmp_path)
    done = CliRunner().invoke(app, ["doctor", "--privacy", "--index", str(index), "--json"])
    facts = json.loads(done.stdout)
    assert facts["ok"]
    assert facts["stored"][0]["content"] == "notes"
    assert facts["stored"][0]["mode"] == "0700"
    index.chmod(0o755)
    done = CliRunner().invoke(app, ["doctor", "--privacy", "--index", str(index), "--json"])
    place = json.loads(done.stdout)["stored"][0]
    assert not json.loads(done.stdout)["ok"]
    assert place["mend"] == f"chmod -R go-rwx {index}"
    assert done.exception is not None
    assert stat.S_IMODE(index.stat().st_mode) == 0o755


@pytest.mark.parametrize("as_json", [False, True], ids=["text", "json"])
def test_the_machine_and_its_models_are_told(as_json):
    done = CliRunner().invoke(app, ["doctor", *(["--json"] if as_json else [])])
    assert done.exit_code == 0
    if as_json:
        facts = json.loads(done.stdout)
        here = {m["name"]: m["here"] for m in facts["models"]}
        assert here["minilm"]
        assert facts["cores"] >= 1
        assert facts["device"]
    else:
        assert "minilm" in done.stdout
        assert "computing in" in done.stdout
