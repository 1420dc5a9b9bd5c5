"""``medlit eval`` as a user runs it."""

import json
import re
import shutil
import subprocess
import sys

import pytest

from tests.evaluation.evaluation_sets import TINY, write_set
from tests.support import ROOT, Medlit

FIGURES = {"ndcg@10", "recall@100", "mrr", "map", "p@10", "n"}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def evaluate(tmp_path, home):
    medlit = Medlit(tmp_path)
    return lambda *args: medlit("eval", *args, MEDLIT_HOME=str(home))


def test_its_import_loads_nothing_heavy():
    code = (
        "import sys, cli\n"
        "heavy = {'torch', 'faiss', 'scipy', 'ir_measures', 'numpy'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", ["retrieval", "run"])
def test_help(evaluate, command):
    done = evaluate(command, "--help")
    assert done.returncode == 0
    assert "--against" in done.stdout


@pytest.mark.model
def test_one_set_in_one_mode_is_flat(evaluate):
    done = evaluate("retrieval", "--data", TINY, "--mode", "lexical", "--json")
    assert done.returncode == 0, done.stderr
    flat = json.loads(done.stdout)
    assert flat["ndcg@10"] == pytest.approx(0.9532, abs=5e-5)
    assert flat.keys() >= FIGURES | {"seconds", "queries_per_second", "medlit", "k", "rerank"}
    assert (flat["set"], flat["mode"], flat["embedder"], flat["n"]) == (
        "tiny",
        "lexical",
        "minilm",
        3,
    )
    assert "1 of 4 queries are not judged" in done.stderr


@pytest.mark.model
def test_all_sets_of_a_folder_in_all_modes_with_runs(evaluate, tmp_path):
    shutil.copytree(TINY, tmp_path / "sets" / "tiny")
    more = ([("a", "", "cough"), ("b", "", "rash")], [("1", "cough"), ("2", "rash")])
    write_set(tmp_path / "sets" / "more", *more, [("1", "a", 1), ("2", "b", 1)])
    write_set(tmp_path / "sets" / "less", *more, [("1", "a", 1)], split="train")
    done = evaluate("retrieval", "--data", "sets", "--mode", "all", "--run", "out.trec.gz")
    assert done.returncode == 0, done.stderr
    rows = [line.split()[:3] for line in done.stdout.splitlines()]
    assert rows[1] == ["more", "lexical", "1.0000"]
    assert rows[4] == ["tiny", "lexical", "0.9532"]
    assert [row[:2] for row in rows[-3:]] == [["mean", m] for m in ("lexical", "dense", "hybrid")]
    assert rows[-3][2] == "0.9766"  # (1 + 0.9532) / 2
    assert "less is passed over" in done.stderr
    assert sorted(p.name for p in tmp_path.glob("*.gz")) == sorted(
        f"out.{s}.{m}.trec.gz" for s in ("more", "tiny") for m in ("lexical", "dense", "hybrid")
    )
    done = evaluate("run", "out.tiny.lexical.trec.gz", "--data", "sets/tiny", "--json")
    assert json.loads(done.stdout)["ndcg@10"] == pytest.approx(0.9532, abs=5e-5)


@pytest.mark.model
def test_against_another_run(evaluate, tmp_path):
    (tmp_path / "old").write_text("q1 Q0 d1 1 9 x\nq2 Q0 d4 1 9 x\nother Q0 d1 1 9 x\n")
    asked = ("retrieval", "--data", TINY, "--mode", "lexical", "--against", "old")
    done = evaluate(*asked, "--json")
    assert done.returncode == 0, done.stderr
    flat = json.loads(done.stdout)
    # mrr is 1, 1, 1 against 1, 0, 0: of the four exchanges of the two that differ, two are so far
    assert flat["mrr_difference"] == pytest.approx(2 / 3)
    assert flat["mrr_p_permutation"] == 0.5
    assert flat["against"] == "old"
    assert "no line for 1 judged queries" in done.stderr
    assert "1 queries are not judged" in done.stderr
    shown = evaluate(*asked).stdout
    assert re.search(r"MRR +1\.0000 +0\.3333 +\+0\.6667 +\+0\.0000 to \+1\.0000", shown), shown


def test_a_run_of_anybody(evaluate, tmp_path):
    (tmp_path / "r").write_text("q1\tQ0\td1\t1\t9\tx\nq2 Q0 d2 1 9 x\nq3 Q0 d3 1 9 x\n")
    done = evaluate("run", "r", "--data", TINY)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1].split()[:2] == ["tiny", "r"]
    (tmp_path / "twice").write_text("q1 Q0 d1 1 9 x\nq1 Q0 d1 2 8 x\n")
    done = evaluate("run", "r", "--data", TINY, "--against", "twice")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("medlit: twice: line 2 gives document 'd1'")


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("--data", "none"), 1, "none is no folder"),
        (("--data", "."), 1, "has no queries.jsonl"),
        (("--data", TINY, "--split", "dev"), 1, "no split 'dev'; it has test"),
        (("--data", TINY, "-k", "10"), 2, "-k must be 100 or more"),
        (("--data", TINY, "--run", "no/out"), 2, "no is no folder"),
        (("--data", TINY, "--run", "."), 2, ". is a folder"),
        (("--data", TINY, "-k", "20000"), 2, "-k must be 10,000 or less"),
        (("--data", TINY, "--against", "strange", "--limit", "1"), 2, "two queries or more"),
        (("--data", TINY, "--against", "strange"), 1, "none of the 3 judged queries"),
        (("--data", TINY, "--against", "none"), 1, "cannot read none"),
        (("--data", TINY, "--limit", "0"), 2, "--limit"),
        ((), 2, "--data"),
    ],
)
def test_bad_input_is_one_line(evaluate, tmp_path, args, code, said):
    (tmp_path / "strange").write_text("x Q0 d1 1 9 x\n")
    done = evaluate("retrieval", *args)
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    last = done.stderr.splitlines()[-1]
    assert last.startswith("medlit: ")
    assert said in last
    assert "Traceback" not in done.stderr
