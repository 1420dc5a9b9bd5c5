"""The MeSH tree, on a small tree of our own."""

import pytest

from rag.errors import ConfigError
from rag.filtering import exploded
from rag.mesh_tree import MeshTree
from rag.types import Filter

TREE = """\
Respiratory Tract Diseases;C08
Lung Diseases;C08.381
Asthma;C08.127.108
Bronchial Diseases;C08.127
Bronchitis;C08.127.446
Bronchitis, Chronic;C08.127.446.567
Épiglottitis;C08.360.535.365
Respiratory Tract Infections;C08.730
Respiratory Tract Infections;C01.748
Bronchitis;C08.730.099
Pneumonia;C08.730.610
Pneumonia;C01.748.610
Pneumonia, Aspiration;C08.381.677.800
Chlamydial Pneumonia;C01.748.6101
"""


def read(tmp_path, text, encoding="utf-8"):
    file = tmp_path / "mtrees.bin"
    file.write_bytes(text.encode(encoding))
    return MeshTree.read(file)


@pytest.fixture
def tree(tmp_path):
    # a number of four digits does not exist in MeSH: the last line is left out
    return read(tmp_path, TREE.rpartition("Chlamydial")[0])


def test_a_heading_has_all_below_each_of_its_places(tree):
    assert tree.explode("Bronchial Diseases") == (
        "Asthma", "Bronchial Diseases", "Bronchitis", "Bronchitis, Chronic",
    )  # fmt: skip
    assert tree.explode("bronchitis") == ("Bronchitis", "Bronchitis, Chronic")
    assert tree.explode("Respiratory Tract Infections") == (
        "Bronchitis", "Pneumonia", "Respiratory Tract Infections",
    )  # fmt: skip
    assert len(tree.explode("RESPIRATORY tract  diseases")) == 10
    assert tree.explode("epiglottitis") == ("Épiglottitis",)
    assert tree.explode("Magnets") == ("Magnets",)
    assert len(tree) == 10
    assert "asthma" in tree
    assert "Magnets" not in tree


def test_brute_force_on_a_deep_tree():
    numbers = {
        f"H{a}{b}{c}": [f"A{a:02}.{b:03}.{c:03}", f"B{c:02}.{a}{b}0"]
        for a in range(4)
        for b in range(4)
        for c in range(4)
    }
    numbers |= {f"M{a}{b}": [f"A{a:02}.{b:03}"] for a in range(4) for b in range(4)}
    numbers |= {f"T{a}": [f"A{a:02}"] for a in range(4)} | {f"B{c}": [f"B{c:02}"] for c in range(4)}
    tree = MeshTree(numbers)
    for name, own in numbers.items():
        below = {n for n, theirs in numbers.items() for t in theirs for o in own
                 if t == o or t.startswith(f"{o}.")}  # fmt: skip
        assert set(tree.explode(name)) == below


def test_bom_crlf_blank_lines_and_no_last_line_end(tmp_path):
    tree = read(
        tmp_path, "\r\nAsthma;C08.127.108\r\n\r\n  \r\nBronchial Diseases;C08.127", "utf-8-sig"
    )
    assert tree.explode("Bronchial Diseases") == ("Asthma", "Bronchial Diseases")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Asthma;C08.127\n\nAsthma C08\n", "line 3: 'Asthma C08'"),
        ("Asthma;C8\n", "line 1"),
        (TREE, "line 14"),
        (";C08\n", "line 1"),
        ("\n \n", "is empty"),
        ("<?xml version='1.0'?><DescriptorRecordSet/>", "is XML"),
    ],
)
def test_what_is_no_tree(tmp_path, text, said):
    with pytest.raises(ConfigError, match=said) as error:
        read(tmp_path, text)
    assert "mtreesYYYY.bin" in str(error.value)


def test_a_file_that_cannot_be_read(tmp_path):
    with pytest.raises(ConfigError, match="No such file"):
        MeshTree.read(tmp_path / "absent.bin")
    (tmp_path / "b.bin").write_bytes(b"\xff\xfe\x00Asthma")
    with pytest.raises(ConfigError, match="not UTF-8"):
        MeshTree.read(tmp_path / "b.bin")


def test_a_filter_is_exploded_unless_it_says_no(tree):
    asked = Filter(mesh=("Bronchitis", "Magnets"), year_from=2000)
    assert exploded(asked, tree).mesh == ("Bronchitis", "Bronchitis, Chronic", "Magnets")
    assert exploded(asked, tree).year_from == 2000
    assert exploded(asked, None) == asked
    alone = Filter(mesh=("Bronchitis",), explode=False)
    assert exploded(alone, tree) == alone
