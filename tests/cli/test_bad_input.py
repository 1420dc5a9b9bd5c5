"""Bad input: one line that says what is wrong and what to do; nothing is lost."""

import os
import shutil
import subprocess

import pytest

from tests.support import Medlit, pubmed_file, pubmed_record

pytestmark = pytest.mark.model


def failed(done, code, *parts):
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert done.returncode == code, done.stderr
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("medlit: ")
    for part in parts:
        assert part in lines[0]
    assert done.stdout == ""


def test_no_such_index(medlit):
    failed(medlit("search", "x", "--index", "nowhere"), 1, "no index at nowhere", "medlit ingest")
    failed(medlit("ask", "x", "--index", "nowhere"), 1, "no index at nowhere")
    failed(medlit("index", "info", "nowhere"), 1, "no index at nowhere")


@pytest.mark.parametrize("command", ["search", "ask"])
@pytest.mark.parametrize("text", ["", "   "])
def test_empty_query(medlit, command, text):
    failed(medlit(command, text, "--index", "ix"), 2, "empty")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["search"], "'query'"),
        (["search", "x", "-k", "many"], "'-k'"),
        (["search", "x", "--mode", "odd"], "'hybrid', 'dense', 'lexical'"),
        (["sarch", "x"], "Did you mean 'search'"),
        (["ask", "x", "--yaer", "2015"], "--yaer"),
        (["--bogus"], "--bogus"),
    ],
)
def test_unknown_or_wrong_options(medlit, arguments, said):
    failed(medlit(*arguments), 2, said, "--help")


def test_binary_file_as_corpus(medlit, tmp_path):
    (tmp_path / "x.xml").write_bytes(bytes(range(256)) * 40)
    failed(medlit("ingest", "x.xml", "--index", "ix"), 1, "x.xml", "binary", "unpack")
    failed(medlit("ingest", "missing.xml", "--index", "ix"), 1, "missing.xml")
    (tmp_path / "empty.xml").write_bytes(b"")
    failed(medlit("ingest", "empty.xml", "--index", "ix"), 1, "empty.xml")


def test_wrong_model_name(medlit, tmp_path):
    pubmed_file(tmp_path / "a.xml", pubmed_record(1, "Cough."))
    failed(medlit("ingest", "a.xml", "--index", "ix", "--embedder", "minilm9"), 1, "minilm")
    assert not (tmp_path / "ix").exists()


def test_wrong_format(built):
    done = Medlit(built)("ingest", "c.xml", "--index", "ix", "--format", "word")
    failed(done, 2, "no format 'word'", "--format takes")


def test_wrong_generator(built):
    done = Medlit(built)("ask", "fever and cough", "--index", "ix", "--generator", "gpt9")
    failed(done, 1, "gpt9")


def test_an_index_of_another_embedder(built, tmp_path):
    from tests.models.tiny_models import bert

    folder = bert(tmp_path / "tiny")
    run = Medlit(built)
    failed(run("search", "cough", "--index", "ix", MEDLIT_EMBEDDER=str(folder)), 1, "made with")
    failed(run("ingest", "c.xml", "--index", "ix", "--embedder", folder), 1, "made with", "--index")


@pytest.mark.parametrize(
    ("args", "part"),
    [
        (["--year", "yesterday"], "--year"),
        (["--year", "2020-2010"], "backwards"),
        (["--evidence", "strong"], "--evidence"),
        (["-k", "0"], "-k"),
        (["-k", "2000000000"], "-k"),
    ],
)
def test_bad_options(built, args, part):
    failed(Medlit(built)("search", "cough", "--index", "ix", *args), 2, part)


def test_bytes_that_are_no_text_are_searched_for_what_they_hold(built):
    run = Medlit(built)
    done = run("search", os.fsdecode(b"\xff\xfe metformin"), "--index", "ix", "--json")
    assert done.returncode == 0, done.stderr
    assert "pmid:103" in done.stdout


def test_unknown_key_in_the_settings_file(medlit, tmp_path):
    (tmp_path / "medlit.toml").write_text('indx = "a"\n')
    failed(medlit("search", "x"), 1, "unknown key 'indx'")


def test_a_folder_that_cannot_be_made(medlit, tmp_path):
    pubmed_file(tmp_path / "a.xml", pubmed_record(1, "Cough."))
    (tmp_path / "file").write_text("x")
    failed(medlit("ingest", "a.xml", "--index", "file/ix"), 1, "cannot write", "--index")


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write to any folder"
)
def test_a_folder_without_permission(medlit, tmp_path):
    pubmed_file(tmp_path / "a.xml", pubmed_record(1, "Cough."))
    (tmp_path / "locked").mkdir(mode=0o555)
    failed(medlit("ingest", "a.xml", "--index", "locked/ix"), 1, "cannot write", "--index")


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 2 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], capture_output=True
    )
    if made.returncode != 0:
        pytest.skip("mounting a small file system needs root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.skipif(shutil.which("mount") is None, reason="no mount command")
def test_a_full_disk_keeps_what_was_there(medlit, tmp_path, small_disk):
    few = pubmed_file(tmp_path / "a.xml", pubmed_record(1, "Cough in adults."))
    assert medlit("ingest", few, "--index", small_disk / "ix").returncode == 0
    many = [pubmed_record(i, f"Fever {i}.", f"Number {i} rose. " * 4) for i in range(2, 2500)]
    file = pubmed_file(tmp_path / "b.xml", *many)
    # the store alone fills it: to compute vectors as well would only take time
    done = medlit("ingest", file, "--index", small_disk / "ix", "--embed-for", "0")
    failed(done, 1, "no space left", "run the same command again")
    found = medlit("search", "cough", "--index", small_disk / "ix", "--json")
    assert found.returncode == 0, found.stderr
    assert "pmid:1" in found.stdout


def test_a_file_of_questions_is_read_before_anything_is_loaded(medlit):
    done = medlit("ask", "--questions", "q.txt", "--out", "a.jsonl", "--index", "nowhere")
    assert done.returncode in (1, 2)
    assert "q.txt" in done.stderr
    assert "nowhere" not in done.stderr


def test_an_unknown_verifier_names_those_there_are(built):
    done = Medlit(built)(
        "--offline", "ask", "fever and cough", "--index", "ix", "--verifier", "nope"
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert all(name in done.stderr for name in ("cross-encoder", "features", "rules"))
