"""Names in filters: what is unknown is told; languages, trees, retracted, levels of old indexes."""

import shutil
import sqlite3
import time

import pytest

from rag.errors import UsageError
from rag.index.builder import ingest
from rag.index.reader import IndexReader
from rag.index.values import UnknownValue, closest
from rag.mesh_tree import MeshTree
from rag.retrieval import Retriever
from rag.types import Filter
from tests.support import FakeEmbedder, beir_file

ROWS = [
    ("Review", "Asthma", "The Lancet", "eng", "Fever of one."),
    ("Randomized Controlled Trial", "Bronchitis, Chronic", "N Engl J Med", "eng", "Fever of two."),
    ("Retracted Publication", "Asthma", "Heart", "fre", "Fever of three."),
    ("Systematic Review", "Humans", "The Lancet", "en", ""),
    ("Journal Article", "Cohort Studies/methods", "Thorax", "ger", "Fever of five."),
]
TREE = MeshTree({"Lung Diseases": ["C08"], "Asthma": ["C08.127"], "Bronchitis, Chronic": ["C08.2"],
                 "Silicosis": ["C08.300"]})  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("names")
    rows = [
        {
            "_id": str(i),
            "title": f"Fever number{i}",
            "text": text,
            "metadata": {
                "pmid": str(i + 1),
                "publication_types": [kind],
                "mesh": [mesh],
                "journal": journal,
                "language": language,
            },
        }
        for i, (kind, mesh, journal, language, text) in enumerate(ROWS)
    ]
    ingest([beir_file(folder / "c.jsonl", rows)], folder / "ix", FakeEmbedder())
    return folder / "ix"


@pytest.fixture
def retriever(folder):
    opened = Retriever.open(folder, embedder=FakeEmbedder(), mesh_tree=TREE)
    yield opened
    opened.close()


def found(retriever, **filters):
    hits = {}
    for mode in ("hybrid", "dense", "lexical"):
        some = retriever.search("fever", 9, Filter(**filters), mode=mode)
        hits[mode] = sorted(hit.article.pmid for hit in some)
    assert hits["hybrid"] == hits["dense"] == hits["lexical"]
    return "".join(hits["hybrid"])


@pytest.mark.parametrize(
    ("filters", "pmids"),
    [
        ({}, "1245"),
        ({"include_retracted": True}, "12345"),
        ({"retracted_only": True}, "3"),
        ({"has_abstract": True}, "125"),
        ({"mesh": ("lung diseases",)}, "12"),
        ({"mesh": ("Lung Diseases",), "retracted_only": True}, "3"),
        ({"mesh": ("Lung Diseases",), "explode": False}, ""),
        ({"mesh": ("Asthma",), "explode": False}, "1"),
        ({"publication_types": ("Review",)}, "14"),
        ({"publication_types": ("Review",), "explode": False}, "1"),
        ({"publication_types": ("randomised controlled trial",), "explode": False}, "2"),
        ({"publication_types": ("Clinical Study",)}, "2"),
        ({"languages": ("en",)}, "124"),
        ({"languages": ("English",)}, "124"),
        ({"languages": ("deu",)}, "5"),
        ({"languages": ("German, French",), "include_retracted": True}, "35"),
        ({"journals": ("N. Engl. J. Med.",)}, "2"),
        ({"evidence": (1, 1)}, "4"),
        ({"evidence": (3, 3)}, "5"),
        ({"evidence": (6, 6), "include_retracted": True}, "3"),
        ({"year_from": 1900}, ""),
        ({"year_to": 2100}, ""),
    ],
)
def test_what_filters_keep(retriever, filters, pmids):
    assert found(retriever, **filters) == pmids


def test_unknown_names_are_told_with_what_is_closest(retriever):
    asked = Filter(
        publication_types=("Randomised Trial", "Review"),
        mesh=("Asthmaa", "Lung Diseases", "Silicosis"),
        journals=("Lanct", "thorax"),
        languages=("English", "Klingon"),
    )
    assert retriever.unknown_values(asked) == (
        UnknownValue("publication type", "Randomised Trial", ("Randomized Controlled Trial",)),
        UnknownValue("MeSH heading", "Asthmaa", ("Asthma",)),
        UnknownValue("MeSH heading", "Silicosis", ()),
        UnknownValue("journal", "Lanct", ("The Lancet",)),
        UnknownValue("language", "Klingon", ()),
    )
    assert retriever.unknown_values(Filter(mesh=("Asthma",))) == ()
    (alone,) = retriever.unknown_values(Filter(mesh=("Lung Diseases",), explode=False))
    assert alone.value == "Lung Diseases"


def test_closest_by_hand():
    held = ["lancet (london, england)", "the lancet", "lancet neurology", "heart", "thorax"]
    assert closest("Lancet", held)[0] == "lancet neurology"  # 16 letters, "london, england" has 24
    assert closest("hart", held) == ["heart"]
    assert closest("zzz", held) == []


@pytest.mark.parametrize("heading", ["Asthma/drug therapy", "*Asthma", "Asthma*"])
def test_qualifiers_are_refused_with_what_to_write(retriever, heading):
    with pytest.raises(UsageError, match="write 'Asthma'"):
        retriever.search("fever", 5, Filter(mesh=(heading,)))


def test_a_single_string_is_refused(retriever):
    with pytest.raises(UsageError, match="tuple"):
        retriever.search("fever", 5, Filter(journals="Heart"))


def test_thousands_of_headings(folder):
    many = {f"Heading {i}": [f"C08.{i // 1000:03}.{i % 1000:03}"] for i in range(60_000)}
    tree = MeshTree(many | {"Lung Diseases": ["C08"], "Asthma": ["C08.127"]})
    retriever = Retriever.open(folder, embedder=FakeEmbedder(), mesh_tree=tree)
    retriever.search("fever", 5)
    started = time.perf_counter()
    assert found(retriever, mesh=("Lung Diseases",)) == "1"
    assert time.perf_counter() - started < 60  # minutes, where each heading is looked up by itself
    retriever.close()


def test_levels_stored_by_another_table_are_not_asked(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "ix")
    reader = IndexReader.open(tmp_path / "ix")
    path = reader.store_path
    reader.close()
    db = sqlite3.connect(path)
    db.execute("UPDATE articles SET evidence = 4")
    db.commit()
    db.close()
    retriever = Retriever.open(tmp_path / "ix", embedder=FakeEmbedder())
    assert found(retriever, evidence=(1, 1)) == "4"
    assert found(retriever, evidence=(4, 4)) == ""
    assert retriever.reader.evidence_levels(range(5)) == {0: 5, 1: 2, 2: 6, 3: 1, 4: 3}
    retriever.close()


def test_the_boost_moves_a_stronger_design_up(retriever):
    plain = retriever.search("fever", 5, mode="dense")
    moved = retriever.search("fever", 5, mode="dense", evidence_boost=5.0)
    assert moved[0].article.pmid == "4"
    level = {"1": 5, "2": 2, "4": 1, "5": 3}
    for hit in moved:
        cosine = hit.scores.dense
        gain = 5.0 * abs(cosine) * (6 - level[hit.article.pmid]) / 5
        assert hit.score == pytest.approx(cosine + gain)
    assert {h.article.pmid for h in plain} == {h.article.pmid for h in moved}
    with pytest.raises(UsageError, match="evidence boost"):
        retriever.search("fever", 5, evidence_boost=-1.0)
