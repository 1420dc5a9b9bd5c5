"""The commands as a user runs them, on a small index with the real embedded model."""

import json
import subprocess
import sys

import pytest

from tests.support import ROOT, Medlit

pytestmark = pytest.mark.model


@pytest.fixture
def run(built):
    return Medlit(built)


@pytest.fixture
def started(built):
    """Runs each command in a process of its own, from its start, as a user does."""
    return Medlit(built, cold=True)


def test_help_and_version_load_nothing_heavy():
    code = (
        "import sys; sys.argv = ['medlit', '--help']\n"
        "import rag, cli\n"
        "try:\n    cli.main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'torch', 'faiss', 'transformers', 'langchain', 'tantivy', 'numpy'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    for command in ("fetch", "ingest", "search", "ask", "index", "eval"):
        assert command in done.stdout


@pytest.mark.parametrize(
    "command",
    [
        ["--help"],
        ["fetch", "starter", "--help"],
        ["fetch", "model", "--help"],
        ["ingest", "--help"],
        ["search", "--help"],
        ["ask", "--help"],
        ["index", "info", "--help"],
        ["eval", "retrieval", "--help"],
    ],
)
def test_every_command_has_help(run, command):
    done = run(*command)
    assert done.returncode == 0
    assert "Usage" in done.stdout
    assert len(done.stdout.splitlines()) > 5


def test_search_json(run):
    done = run("search", "pertussis in adults", "--index", "ix", "-k", "2", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["query"] == "pertussis in adults"
    first = found["hits"][0]
    assert (first["rank"], first["id"], first["pmid"]) == (1, "pmid:101", "101")
    assert first["evidence_level"] == 2
    assert first["status"] == "current"
    assert {"title", "journal", "year", "passage", "score", "scores"} <= first.keys()
    assert len(found["hits"]) == 2


def test_search_explain(run):
    query = ("search", "azithromycin for pertussis", "--index", "ix", "-k", "1", "--explain")
    shown, explained, not_asked = run.each(query, (*query, "--json"), (*query[:-1], "--json"))
    assert "[[Azithromycin]]" in shown
    assert "terms: azithromycin (azithromycin ×2); pertussi (pertussis ×3)" in shown
    assert "moved by: " in shown
    (hit,) = json.loads(explained)["hits"]
    said = hit["explanation"]
    assert [t["stem"] for t in said["terms"]] == ["azithromycin", "pertussi"]
    assert said["scores"] == hit["scores"]
    for word in said["words"]:
        assert hit["passage"][word["start"] : word["end"]] == word["text"]
    assert said["words"][0]["weight"] > 0.01
    (plain,) = json.loads(not_asked)["hits"]
    assert "explanation" not in plain


def test_retracted_articles_come_only_when_asked_for(run):
    query = ("search", "fever and cough cured by magnets", "--index", "ix", "--json", "--mode")
    asked = [(*query, mode) for mode in ("hybrid", "dense", "lexical")]
    told = run.each(*asked, *((*one, "--include-retracted") for one in asked))
    found = [json.loads(text)["hits"] for text in told]
    for without, with_them in zip(found[:3], found[3:], strict=True):
        assert without
        assert "pmid:199" not in {h["id"] for h in without}
        assert {h["id"]: h["status"] for h in with_them}["pmid:199"] == "retracted"


def test_filters_of_the_command_line(run):
    query = ("search", "fever cough", "--index", "ix", "--json")
    strict, reviews = run.each(
        (*query, "--year", "2016-", "--evidence", "2"), (*query, "--type", "review")
    )
    assert {h["id"] for h in json.loads(strict)["hits"]} == {"pmid:101", "pmid:103"}
    assert {h["id"] for h in json.loads(reviews)["hits"]} == {"pmid:100"}


def test_ask_json_cites_verbatim_sentences(started, built):
    done = started("ask", "I feel that I have a fever and cough.", "--index", "ix", "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["status"] == "answered"
    xml = (built / "c.xml").read_text()
    ids = {r["id"] for r in answer["references"]}
    assert answer["statements"]
    for statement in answer["statements"]:
        assert statement["citations"]
        for citation in statement["citations"]:
            assert citation["quote"] in xml
            assert citation["id"] in ids
            assert citation["verdict"] == "supports"
    assert "pmid:199" not in ids
    assert {"question", "text", "conflicts", "provenance"} <= answer.keys()
    assert "[1]" in answer["text"]


def test_ask_in_words(run):
    done = run("ask", "What are the symptoms of influenza?", "--index", "ix")
    assert done.returncode == 0, done.stderr
    assert "[1]" in done.stdout
    assert "pubmed.ncbi.nlm.nih.gov/102" in done.stdout
    assert "does not replace it" in " ".join(done.stdout.split())
    assert "\x1b[" not in done.stdout


def test_ask_explains_what_was_said_and_what_was_left(run):
    question = ("ask", "What are the symptoms of influenza?", "--index", "ix", "--explain")
    shown, told = run.each(question, (*question, "--json"))
    assert "Why each statement was said, by " in shown
    assert "[1] supports 1.00: word for word in the passage" in shown
    answer = json.loads(told)
    why = answer["explanation"]
    assert [len(s["citations"]) for s in why["statements"]] == [
        len(s["citations"]) for s in answer["statements"]
    ]
    cited = {r["id"] for r in answer["references"]}
    assert not cited & {u["id"] for u in why["unused"]}
    assert all(u["reason"] for u in why["unused"])


def test_ask_abstains_on_nonsense(run):
    done = run("ask", "Who won the football world cup in 1998?", "--index", "ix", "--json")
    assert done.returncode == 0
    answer = json.loads(done.stdout)
    assert answer["status"] == "insufficient_evidence"
    assert answer["statements"] == []


def test_an_emergency_sign_is_said_first(run):
    done = run("ask", "I have chest pain and shortness of breath.", "--index", "ix")
    assert done.returncode == 0
    assert "emergency" in done.stdout.split("\n\n")[0].lower()


def test_index_info(run):
    told, shown = run.each(("index", "info", "ix", "--json"), ("index", "info", "ix"))
    facts = json.loads(told)
    assert (facts["articles"], facts["passages"], facts["embedded"]) == (5, 5, 5)
    assert facts["retracted"] == 1
    assert facts["embedder"]["name"] == "minilm"
    assert "articles: 5" in shown


def test_the_index_comes_from_the_environment_or_the_file(run, built, tmp_path):
    query = ("search", "metformin", "-k", "1", "--json")
    by_env = run(*query, MEDLIT_INDEX="ix")
    assert json.loads(by_env.stdout)["hits"][0]["id"] == "pmid:103"
    (tmp_path / "medlit.toml").write_text(f'index = "{built / "ix"}"\n')
    by_file = Medlit(tmp_path)(*query)
    assert json.loads(by_file.stdout)["hits"][0]["id"] == "pmid:103"


def test_a_copied_index_that_may_not_be_written_is_searched(run, built, tmp_path):
    import shutil

    shutil.copytree(built / "ix", tmp_path / "copy")
    for path in [tmp_path / "copy", *(tmp_path / "copy").rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    done = run("search", "metformin", "--index", tmp_path / "copy", "-k", "1", "--json")
    for path in [tmp_path / "copy", *(tmp_path / "copy").rglob("*")]:
        path.chmod(0o755)
    assert json.loads(done.stdout)["hits"][0]["id"] == "pmid:103"


def test_an_interrupt_says_what_is_kept(monkeypatch, capsys):
    import cli

    monkeypatch.setattr(cli, "app", lambda **_: 130)  # what typer makes of Ctrl-C
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 130
    assert capsys.readouterr().err == (
        "medlit: interrupted; what was committed is kept, run again to go on\n"
    )


def test_a_reader_that_goes_away_is_no_failure(built, medlit):
    process = subprocess.Popen(
        medlit.command("search", "fever cough", "--index", built / "ix"),
        env=medlit.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.close()
    assert process.wait(timeout=120) == 0
    assert process.stderr.read() == b""
    process.stderr.close()
