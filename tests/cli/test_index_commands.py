"""``medlit index``: what the commands print, and how they end."""

import json

import pytest

from rag.index.builder import ingest
from tests.support import FakeEmbedder, pubmed_file, pubmed_record


@pytest.fixture
def index(tmp_path):
    for n in range(2):
        record = pubmed_record(1, f"Cough {n}.", revised=f"202{n}-01-01")
        ingest([pubmed_file(tmp_path / f"{n}.xml", record)], tmp_path / "ix", FakeEmbedder())
    return tmp_path / "ix"


def test_verify_compact_info_and_migrate(medlit, index):
    info = json.loads(medlit("index", "info", index, "--json").stdout)
    assert info["dead"] == {"articles": 1, "passages": 1}
    clean = medlit("index", "verify", index)
    assert (clean.returncode, clean.stdout[:17]) == (0, "clean: 1 articles")
    done = json.loads(medlit("index", "compact", index, "--json").stdout)
    assert (done["articles_dropped"], done["generation"]) == (1, 3)
    assert done["bytes_after"] < done["bytes_before"]
    assert "this format already" in medlit("index", "migrate", index).stdout


def test_verify_names_the_file_and_repair_mends_it(medlit, index):
    file = index / "gen-000002" / "dense.faiss"
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    bad = medlit("index", "verify", index)
    assert bad.returncode == 1
    (line,) = bad.stdout.splitlines()
    assert line.startswith("gen-000002/dense.faiss: is damaged; ")
    assert "--repair" in line
    mended = medlit("index", "verify", index, "--repair", "--json")
    assert mended.returncode == 0, mended.stderr
    assert json.loads(mended.stdout)["clean"]


@pytest.mark.parametrize("command", ["verify", "compact", "migrate", "info"])
def test_without_an_index_one_line(medlit, tmp_path, command):
    done = medlit("index", command, tmp_path / "none")
    assert done.returncode == 1
    assert done.stderr.startswith("medlit: no index at ")
    assert len(done.stderr.splitlines()) == 1
