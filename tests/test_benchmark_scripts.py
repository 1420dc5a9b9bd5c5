"""Each script of ``benchmarks/`` that needs no evaluation data runs on a few records."""

from __future__ import annotations

import gzip
import json
import re
import runpy

import numpy as np
import pytest

from rag.evaluation import read_set
from rag.index.builder import ingest
from tests.support import ROOT, Medlit, beir_file, pubmed_file, pubmed_record

NOTICE = (
    "<CommentsCorrectionsList><CommentsCorrections RefType='RetractionOf'>"
    "<RefSource>J Tests. 2020</RefSource><PMID Version='1'>2</PMID></CommentsCorrections>"
    "</CommentsCorrectionsList>"
)


@pytest.fixture
def run(tmp_path):
    def _run(script, *args):
        done = Medlit(tmp_path).script(script, *args)
        return done.returncode, done.stdout + done.stderr

    return _run


@pytest.fixture
def update(tmp_path):
    """An update file: a revision, a retraction by notice, a deletion."""
    return pubmed_file(
        tmp_path / "pubmed21n0002.xml",
        pubmed_record(1, "Old", "Old text.", revised="2020-01-01"),
        pubmed_record(1, "New", "New text.", revised="2021-01-01"),
        pubmed_record(2, "Trial of nothing", "It worked.", types=("Journal Article",)),
        pubmed_record(3, "Retraction: Trial of nothing", extra=NOTICE),
        pubmed_record(4, "Gone", "Gone text."),
        deleted=(4, 99),
    )


@pytest.mark.parametrize(
    "script",
    ["generators.py", "gpu.py", "peers.py", "permutation.py", "training.py", "updates.py"],
)
def test_a_script_that_is_slow_to_run_says_how_it_is_used(run, script):
    code, out = run(script, "--help")
    assert code == 0, out
    assert f"usage: {script}" in out


@pytest.mark.model
def test_chinese_measures_its_questions(run, built):
    code, out = run("chinese.py", "--index", built / "ix", "--show")
    assert code == 0, out
    first, later = (json.loads(line) for line in out.splitlines() if line.startswith("{"))
    assert (first["n"], later["n"]) == (40, 20)
    # an index of five articles: by vectors any question finds them all
    assert first["overlap@10 dense"] == later["overlap@10 dense"] == 1.0


def test_parse_measures_medlit_alone(run, update):
    code, out = run("parse.py", update, "--rounds", "1")
    assert code == 0, out
    assert "medlit " in out


def test_fidelity_finds_nothing_missing(run, update):
    code, out = run("fidelity.py", update, "--records", "4", "--also", update)
    assert code == 0, out
    assert "9 records, 0 not read" in out


def test_fidelity_sees_what_is_missing(run, tmp_path):
    second = f"<ArticleTitle>A</ArticleTitle><ArticleTitle>{'B' * 9}</ArticleTitle>"
    text = pubmed_record(1, "X", "Y.").replace("<ArticleTitle>X</ArticleTitle>", second)
    path = pubmed_file(tmp_path / "a.xml", text.replace("<Year>2020", "<Year>2020 or 2021", 1))
    code, out = run("fidelity.py", path)
    assert code == 1, out
    assert "DateRevised of pmid:1" in out


def test_lay_beir_judges_the_answers_on_the_disease(run, tmp_path):
    focus = runpy.run_path(str(ROOT / "benchmarks" / "lay_beir.py"))["FOCUS"]
    names = [name for names in focus.values() for name in names]
    answers = [{"id": "same", "focus": name, "answer": f"On {name}."} for name in names]
    answers.insert(0, {"id": "same", "focus": "Malaria", "answer": " "})
    described = [
        {"id": "0", "label": "Malaria", "text": "I shiver."},
        {"id": "0", "label": "allergy", "text": "I sneeze."},
        {"id": "1", "label": "Malaria", "text": "I sweat."},
    ]
    for name, rows in (("medquad/pairs", answers), ("symptoms/symptom2disease", described)):
        path = tmp_path / "data" / f"{name}.jsonl.gz"
        path.parent.mkdir(parents=True)
        path.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    code, out = run("lay_beir.py", "--data", tmp_path / "data", "--to", tmp_path / "lay")
    assert code == 0, out
    texts = {}
    judged = {}
    for name in ("plain", "message", "plain-odd", "message-odd"):
        made = read_set(tmp_path / "lay" / name)
        texts[name] = [query.text for query in made.queries]
        judged[name] = [len(row) for row in made.judgements.values()]
    assert texts["plain"] == ["I shiver.", "I sneeze."]
    assert judged["plain"] == judged["message"] == [1, 2]  # Malaria; Allergy and Hay Fever
    assert texts["plain-odd"] == ["I sweat."]
    assert all(
        a in b and len(a) < len(b) for a, b in zip(texts["plain"], texts["message"], strict=True)
    )


@pytest.mark.slow
def test_updates_agree_and_disagree_with_an_index(run, update, medlit):
    code, out = run("updates.py", update, "--build")
    assert code == 0, out
    lines = dict(zip((r[:12].strip() for r in out.splitlines()), out.splitlines(), strict=True))
    assert lines["articles"].split()[1:3] == ["3", "3"]
    assert lines["retracted"].split()[1:3] == ["1", "1"]
    other = pubmed_file(update.parent / "other.xml", pubmed_record(1, "New", "Text."))
    assert medlit("ingest", other, "--index", "ix", "--embed-for", "0").returncode == 0
    code, out = run("updates.py", update, "--index", update.parent / "ix")
    assert code == 1, out


ILLS = ("scurvy", "anthrax", "croup", "leprosy", "gout", "plague", "cholera", "malaria")


@pytest.fixture
def asked(tmp_path, fake_embedder):
    """Questions of eight illnesses, and an index of one right and one wrong article on each."""
    records, questions = [], []
    for i, ill in enumerate(ILLS):
        right = f"Cura{i}mab reduced {ill} in most patients of the trial."
        wrong = f"Most patients of the survey knew that {ill} was frequent in winter."
        records += [pubmed_record(2 * i + 1, "", right), pubmed_record(2 * i + 2, "", wrong)]
        questions.append(
            {
                "id": str(i),
                "batch": "7B1",
                "type": "factoid",
                "question": f"What reduced {ill} in patients?",
                "exact_answer": [[f"Cura{i}mab"]],
                "ideal_answer": [right],
                "pmids": [f"{2 * i + 1}"],
                "snippets": [],
            }
        )
    data = tmp_path / "data"
    data.mkdir()
    lines = "\n".join(map(json.dumps, questions)).encode()
    (data / "questions.jsonl.gz").write_bytes(gzip.compress(lines))
    ingest([pubmed_file(tmp_path / "c.xml", *records)], tmp_path / "ix", fake_embedder)
    return "--data", data, "--index", tmp_path / "ix", "--batch", "7B", "--mode", "lexical"


def test_composer_fits_its_weights_again(run, asked):
    code, out = run("composer.py", *asked)
    assert code == 0, out
    assert "lexical: does its article answer? (64 sentences, 8 questions)" in out
    facts = [r.split("|")[1:4] for r in out.splitlines() if r.startswith("| ")][1:]
    fitted = {name.strip(): (float(new), float(old)) for name, new, old in facts}
    assert fitted["passage_covered"][0] > 0  # the right articles hold more of the question
    assert fitted["bias"][1] == -7.6
    assert "five folds: AUC 1.0000" in out


@pytest.mark.model
def test_names_are_fitted_and_checked(run, asked, tmp_path):
    from rag.models.embedder import load_embedder

    ingest([tmp_path / "c.xml"], tmp_path / "near", load_embedder("minilm", "cpu"))
    where = ("--data", asked[1], "--index", tmp_path / "near", "--fit", "7B", "--check", "7B")
    code, out = run("names.py", *where)
    assert code == 0, out
    assert re.search(r"factoid \(\d+ names, 8 right\): \(Signs\(", out), out
    assert re.search(r"\| factoid \| 0\.1 \| \d+ \| 1\.00 \|", out), out


def test_mutations_end_with_one_line_or_records(run, update):
    code, out = run("mutations.py", "--seeds", update, "--n", "30", "--workers", "1", "--bombs")
    assert code == 0, out
    assert " 0 failed" in out


@pytest.mark.slow
def test_permutation_gives_one_hash(run, update, tmp_path):
    older = pubmed_file(
        tmp_path / "pubmed21n0001.xml",
        pubmed_record(1, "Oldest", "Text.", revised="2019-01-01"),
        pubmed_record(4, "Gone", "Gone text."),
    )
    code, out = run("permutation.py", update, older, "--orders", "2")
    assert code == 0, out
    assert "the same content in every order" in out


def test_large_measures_real_and_synthetic_vectors(run, tmp_path, fake_embedder):
    random = np.random.default_rng(0)
    words = [f"word{i}" for i in range(80)]
    rows = [
        {"_id": str(i), "title": f"Study {i}", "text": " ".join(random.choice(words, 12))}
        for i in range(500)
    ]
    ingest([beir_file(tmp_path / "c.jsonl", rows)], tmp_path / "ix", fake_embedder)
    code, out = run("large.py", "fidelity", "--index", tmp_path / "ix", "--types", "rabitq")
    assert code == 0, out
    assert out.count("rabitq (11 lists): recall@10") == 2  # real and synthetic
    options = ("--passages", "3000", "--types", "ivfsq")
    code, out = run("large.py", "run", "--index", tmp_path / "ix", *options)
    assert code == 0, out
    row = json.loads(next(line for line in out.splitlines() if line.startswith("{")))
    assert row["recall@10 of k=10"] > 0.9
    assert row["filter 0.1%"]["recall@10"] == 1.0


def test_open_time_makes_an_index_and_searches_it(run, tmp_path):
    code, out = run("open_time.py", "--work", tmp_path, "--passages", "300", "--rounds", "1")
    assert code == 0, out
    rows = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
    assert [(r["passages"], r["cold"]) for r in rows] == [(300, False), (300, True)]
    assert all(r["lexical_hits"] == r["dense_hits"] == 10 for r in rows)
    code, out = run("open_time.py", "--index", tmp_path / "index300", "--rounds", "1", "--filter")
    assert code == 0, out
    assert '"filter": true' in out


@pytest.mark.slow
@pytest.mark.model
def test_gpu_runs_through_on_a_cpu(run, built, tmp_path):
    code, out = run(
        "gpu.py", "--index", built / "ix", "--device", "cpu", "--tiny", "--prompts", "3",
        "--tokens", "4", "--texts", "5", "--json", tmp_path / "rows.json",
    )  # fmt: skip
    assert code == 0, out
    rows = json.loads((tmp_path / "rows.json").read_text())["rows"]
    by_name = {row["how"]: row for row in rows if "tokens/s" in row}
    assert list(by_name) == ["plain", "alone", "batched, first", "batched"]
    for row in by_name.values():  # three prompts of four tokens each
        assert row["tokens/s"] * row["s"] == pytest.approx(12)
    assert [row["embedder"] for row in rows if "embedder" in row] == [
        "medlit",
        "SentenceTransformer.encode",
    ]
    assert "batched to plain" in out


@pytest.mark.slow
@pytest.mark.model
def test_generators_measures_each_in_a_process_of_its_own(run, built, tmp_path):
    gguf = pytest.importorskip("gguf")
    pytest.importorskip("xllamacpp")
    from tests.models.tiny_models import gguf_file

    assert gguf
    file = gguf_file(tmp_path / "tiny.gguf", context=8192)
    code, out = run(
        "generators.py", "--index", built / "ix", "--only", f"{file}:gguf", f"{file}:transformers",
        "nowhere.gguf:gguf", "--tokens", "6", "--runs", "1", "--json",
    )  # fmt: skip
    assert code == 1
    assert "nowhere.gguf:gguf: " in out
    one, other = (json.loads(line) for line in out.splitlines() if line.startswith("{"))
    assert (one["runtime"], other["runtime"]) == ("xllamacpp", "transformers")
    assert one["prompt tokens"] == other["prompt tokens"] > 300
    assert one["written"] == other["written"] == 6
    assert min(one["peak MB"], other["peak MB"]) > 50
    assert one["first token s"] <= one["whole s"]


@pytest.mark.model
def test_no_fault_of_a_server_makes_half_an_answer(run):
    code, out = run("server_faults.py", "--asks", 16)
    assert code == 0, out
    assert "16 asked: {'whole': 8, 'quoted': 0, 'failed': 8}, 0 not as they should be" in out


def test_drafts_are_counted(run, tmp_path):
    def row(*drafts):
        keys = ("composer", "sentences", "verified", "finish")
        return {"provenance": {"drafts": [dict(zip(keys, d, strict=True)) for d in drafts]}}

    rows = [
        row(("m", 3, 1, "stop"), ("m", 3, 2, "length")),
        row(("m", 2, 0, "stop"), ("m", 0, 0, "failed"), ("extractive", 4, 4, "")),
        row(("m", 1, 1, "stop")),
        row(("extractive", 2, 2, "")),
        {"error": "the server broke off"},
    ]
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in rows))
    code, out = run("drafts.py", path)
    assert code == 0, out
    assert out.strip() == (
        "a.jsonl: answers 4, failed 1, drafted 3, first_sentences 6, first_verified 2, again 2, "
        "second_sentences 3, second_verified 2, second_better 1, second_worse 0, second_failed 1, "
        "quoted_instead 1, cut_at_limit 1"
    )
