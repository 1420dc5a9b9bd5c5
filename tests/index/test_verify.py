"""One flipped byte in any file of an index is found and its file named; a sound one is clean."""

import json
import os
import random
import shutil
import sqlite3
from pathlib import Path

import pytest

from rag.errors import IndexDamaged, IndexLocked, IndexMismatch, IndexNotFound
from rag.index import generations
from rag.index.builder import ingest
from rag.index.compact import compact
from rag.index.info import describe
from rag.index.migrate import migrate
from rag.index.reader import IndexReader
from rag.index.repair import repair
from rag.index.store import Store
from rag.index.verify import verify
from rag.progress import Silent
from rag.types import Filter
from tests.support import FakeEmbedder, beir_file, pubmed_file, pubmed_record

NOTICE = (
    "<CommentsCorrectionsList><CommentsCorrections RefType='RetractionOf'>"
    "<RefSource>J Tests</RefSource><PMID Version='1'>3</PMID></CommentsCorrections>"
    "</CommentsCorrectionsList>"
)


def make(folder: Path, embedder) -> Path:
    """Two generations with revisions, a deletion, a retraction, a merged article, rejects."""
    index = folder / "ix"
    titles = ["Cough in adults.", "Fever in children.", "Rash cured.", "Lung sounds of infants."]
    records = [
        pubmed_record(n, t, f"{t} " * 30, types=("Review",)) for n, t in enumerate(titles, 1)
    ]
    first = pubmed_file(folder / "a.xml", *records)
    table = folder / "b.jsonl"
    beir_file(table, [{"_id": "x", "title": "Asthma", "text": "Wheeze and cough."}])
    table.write_text(table.read_text() + "not json\n")
    ris = folder / "c.ris"
    ris.write_text(
        "TY  - JOUR\nTI  - Sputum and the colour of cough\nAU  - Doe, A\nPY  - 2020\n"
        "JO  - Thorax\nDO  - 10.1234/abc\nAB  - Sputum was green.\nER  - \n"
    )
    bib = folder / "d.bib"
    bib.write_text(
        "@article{k, title={Sputum and the colour of cough}, author={Doe, A}, year={2020},\n"
        " doi={10.1234/abc}, journal={Thorax}, keywords={sputum}, volume={7}}\n"
    )
    ingest([first, table, ris, bib], index, embedder)
    second = pubmed_file(
        folder / "e.xml",
        pubmed_record(1, "Cough in old adults.", "Other words.", revised="2021-01-01"),
        pubmed_record(2, titles[1], f"{titles[1]} " * 30, types=("Letter",), revised="2021-01-01"),
        pubmed_record(9, "Retraction: rash cured.", extra=NOTICE),
        deleted=(4,),
    )
    ingest([second], index, embedder)
    return index


@pytest.fixture(scope="module")
def original(tmp_path_factory) -> Path:
    return make(tmp_path_factory.mktemp("original"), FakeEmbedder())


@pytest.fixture
def index(original, tmp_path) -> Path:
    # hard links between the generations stay, as in the original
    copy = tmp_path / "ix"
    done: dict[int, Path] = {}
    for source in sorted(original.rglob("*")):
        target = copy / source.relative_to(original)
        if source.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        elif source.stat().st_ino in done:
            target.hardlink_to(done[source.stat().st_ino])
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            done[source.stat().st_ino] = target
    return copy


def flip(file: Path, place: int) -> None:
    data = bytearray(file.read_bytes())
    data[place] ^= 1 << (place % 8)
    file.write_bytes(bytes(data))


def hits(index: Path) -> list[tuple[str, str]]:
    reader = IndexReader.open(index)
    try:
        query = FakeEmbedder().embed_queries(["cough fever"])[0]
        found = reader.dense.search(query, 50).ids.tolist()
        words = reader.lexical.search("cough fever", 50, Filter(include_retracted=True))
        both = [*found, *words.ids.tolist()]
        return [(a.id, p.text) for p, a in reader.passages(both)]
    finally:
        reader.close()


def test_the_fixture_holds_what_it_promises(original):
    reader = IndexReader.open(original)
    counts = reader.manifest.counts
    reader.close()
    assert (reader.generation, counts.retracted, counts.deleted) == (2, 1, 1)
    assert [p.name for p in sorted(original.glob("gen-*"))] == ["gen-000001", "gen-000002"]
    store = Store(original / "store" / "articles.sqlite")
    assert store.count("SELECT COUNT(*) FROM contributions") == 3  # two merged, one retracted
    assert store.count("SELECT COUNT(*) FROM articles WHERE removed IS NOT NULL") >= 3
    store.close()
    assert (original / "rejects.jsonl").exists()


def test_a_sound_index_is_clean(index):
    found = verify(index)
    assert (found.faults, found.notes) == ([], [])
    assert (found.generations, found.articles) == (2, 6)


def test_one_flipped_byte_is_found_in_every_file(index):
    # the -shm file is no data: SQLite makes it anew whenever the first process opens the store
    files = sorted(f for f in index.rglob("*") if f.is_file() and f.stat().st_size)
    files = [f for f in files if not f.name.endswith("-shm")]
    names = {f.name for f in files}
    assert {"CURRENT", "rejects.jsonl", "articles.sqlite", "vectors.f16", "pages.sum"} <= names
    assert {"checksums.txt", "manifest.json", "dense.faiss", "meta.json"} <= names
    chance = random.Random(4)
    for file in files:
        size = file.stat().st_size
        before = file.read_bytes()
        for place in {0, size - 1, *(chance.randrange(size) for _ in range(4))}:
            flip(file, place)
            named = {fault.file for fault in verify(index, quick=place > 0).faults}
            assert file.relative_to(index).as_posix() in named, f"{file} at {place}"
            file.write_bytes(before)
    assert verify(index).faults == []


def test_every_byte_of_the_small_files_counts(index):
    for file in (index / "CURRENT", index / "gen-000002" / "checksums.txt"):
        before = file.read_bytes()
        for place in range(len(before)):
            flip(file, place)
            faults = verify(index, quick=True).faults
            assert file.relative_to(index).as_posix() in {f.file for f in faults}, place
            file.write_bytes(before)


def test_what_rows_say_of_each_other_is_checked(index):
    changes = {
        "UPDATE articles SET year = 1800 WHERE row = 1": "year",
        "UPDATE articles SET hash = x'00' WHERE row = 1": "hash",
        "UPDATE passages SET end = 100000 WHERE id = 0": "passage 0",
        "DELETE FROM terms WHERE row = 1": "terms",
        "DELETE FROM keys WHERE key = (SELECT MAX(key) FROM keys)": "keys",
        "DELETE FROM notices": "notices",
        "DELETE FROM contributions": "without contributions",
        "DELETE FROM articles WHERE row = 1": "passages of no article",
        "DELETE FROM sources": "rejected records of no file",
    }
    original = index.with_name("kept")
    shutil.copytree(index / "store", original)
    for statement, said in changes.items():
        store = Store(index / "store" / "articles.sqlite", writable=True)
        assert store.db.execute(statement).rowcount
        store.close()  # with right checksums: only the rows are wrong
        assert any(said in fault.what for fault in verify(index).faults), statement
        shutil.rmtree(index / "store")
        shutil.copytree(original, index / "store")


def test_a_file_that_is_missing_or_of_others(index):
    (index / "gen-000002" / "dense.faiss").unlink()
    (index / "store" / "notes.txt").write_text("mine")
    found = verify(index)
    assert [f.file for f in found.faults] == ["gen-000002/dense.faiss"]
    assert found.notes == ["store/notes.txt is not medlit's"]


def test_repair_makes_derived_files_anew_without_embedding(index):
    before = hits(index)
    flip(index / "gen-000002" / "dense.faiss", 400)
    flip(index / "CURRENT", 9)
    found = verify(index)
    assert all(fault.derived for fault in found.faults)
    assert repair(index, found, Silent())
    assert verify(index).faults == []
    assert sorted(hits(index)) == sorted(before)
    assert len(list(index.glob("gen-*"))) == 1


def test_repair_leaves_a_damaged_store_alone(index):
    flip(index / "store" / "articles.sqlite", 9000)
    flip(index / "gen-000002" / "dense.faiss", 400)
    assert not repair(index, verify(index), Silent())
    with pytest.raises(IndexDamaged, match=r"medlit index verify"):
        compact(index)


def test_lost_checksums_of_pages_are_made_anew_by_an_ingest(index, tmp_path, fake_embedder):
    flip(index / "store" / "pages.sum", 40)
    ingest([pubmed_file(tmp_path / "z.xml", pubmed_record(50, "Croup."))], index, fake_embedder)
    assert verify(index).faults == []


def test_verify_waits_for_no_writer_and_needs_an_index(index, tmp_path):
    with generations.writer_lock(index), pytest.raises(IndexLocked):
        verify(index)
    with pytest.raises(IndexNotFound):
        verify(tmp_path / "none")


def test_a_compaction_loses_nothing_and_readers_go_on(index, tmp_path, fake_embedder):
    old = IndexReader.open(index)
    query = fake_embedder.embed_queries(["cough"])[0]
    seen = [a.title for _, a in old.passages(old.dense.search(query, 50).ids.tolist())]
    before = hits(index)
    dead = describe(index)["dead"]
    done = compact(index)
    assert (done.articles_dropped, done.passages_dropped) == (dead["articles"], dead["passages"])
    assert dead["articles"] >= 3
    assert sorted(hits(index)) == sorted(before)
    assert [a.title for _, a in old.passages(old.dense.search(query, 50).ids.tolist())] == seen
    assert len(old.vectors) > IndexReader.open(index).dense.count
    old.close()
    found = verify(index)
    assert (found.faults, found.notes) == ([], [])
    assert [p.name for p in index.glob("store*")] == ["store-000003"]
    assert describe(index)["dead"] == {"articles": 0, "passages": 0}
    # the index goes on as before: revisions, merges and deletions find their articles
    again = pubmed_file(
        tmp_path / "y.xml", pubmed_record(2, "Fever.", revised="2022-01-01"), deleted=(1,)
    )
    report = ingest([again], index, fake_embedder)
    assert (report.revised, report.deleted, report.generation) == (1, 1, 4)
    assert verify(index).faults == []
    assert compact(index).articles_dropped == 2
    assert verify(index).faults == []


def test_a_compaction_keeps_what_waits_for_its_vector(tmp_path, fake_embedder):
    rows = [pubmed_record(i, f"Cough {i}.", "Some text.") for i in range(1, 6)]
    index = tmp_path / "ix"
    ingest([pubmed_file(tmp_path / "a.xml", *rows)], index, fake_embedder)
    newer = [pubmed_record(i, f"Fever {i}.", revised="2021-01-01") for i in (1, 2)]
    more = pubmed_file(tmp_path / "b.xml", *newer)
    ingest([more], index, fake_embedder, embed_seconds=0)
    compact(index)
    assert verify(index).faults == []
    assert describe(index)["embedded"] == 3
    assert ingest([more], index, fake_embedder).embedded == 2
    assert verify(index).faults == []
    assert describe(index)["embedded"] == 5


def test_left_by_a_killed_compaction(index, fake_embedder, tmp_path):
    shutil.copytree(index / "store", index / "store-000003")
    shutil.copytree(index / "store", index / "store-000004.tmp")
    found = verify(index)
    assert found.faults == []
    assert len(found.notes) == 2
    ingest([pubmed_file(tmp_path / "z.xml", pubmed_record(50, "Croup."))], index, fake_embedder)
    assert [p.name for p in index.glob("store*")] == ["store"]


def downgrade(index: Path) -> None:
    """Make of an index what format 4 wrote: no checksums, a bare name in CURRENT."""
    for folder in index.glob("gen-*"):
        (folder / "checksums.txt").unlink()
        data = json.loads((folder / "manifest.json").read_text())
        del data["store"]
        (folder / "manifest.json").write_text(json.dumps(data | {"format_version": 4}, indent=2))
    (index / "store" / "pages.sum").unlink()
    db = sqlite3.connect(index / "store" / "articles.sqlite")
    db.execute("DROP TABLE vector_blocks")
    db.execute("DELETE FROM meta WHERE key = 'unfinished'")
    db.execute("PRAGMA user_version = 4")
    db.commit()
    db.close()
    (index / "CURRENT").write_text("gen-000002\n")


def test_an_index_of_format_4_is_searched_and_migrated(index, tmp_path):
    before = hits(index)
    downgrade(index)
    assert hits(index) == before
    with pytest.raises(IndexMismatch, match="index migrate"):
        verify(index)
    assert migrate(index, Silent()) == [4]
    assert migrate(index, Silent()) == []
    found = verify(index)
    assert (found.faults, found.notes) == ([], [])
    assert hits(index) == before


def test_an_ingest_migrates_without_embedding_again(index, tmp_path):
    downgrade(index)
    embedder = FakeEmbedder()
    ingest([pubmed_file(tmp_path / "z.xml", pubmed_record(50, "Croup."))], index, embedder)
    assert embedder.texts_embedded == 1
    assert verify(index).faults == []


def test_an_unknown_format_is_refused(index):
    db = sqlite3.connect(index / "store" / "articles.sqlite")
    db.execute("PRAGMA user_version = 3")
    db.close()
    with pytest.raises(IndexMismatch, match="format 3"):
        migrate(index, Silent())


def test_info_says_the_sizes_of_the_parts(index):
    facts = describe(index)
    assert facts["sizes"]["vectors"] == os.path.getsize(index / "store" / "vectors.f16")
    assert facts["bytes"] == sum(facts["sizes"].values())
    assert all(facts["sizes"][name] for name in ("articles", "checksums", "dense", "lexical"))
