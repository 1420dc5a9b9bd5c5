"""Filters on the command line: options, the MeSH tree's settings, notes on unknown names."""

import json

import pytest

from tests.support import Medlit, pubmed_file, pubmed_record

HEADING = "<MeshHeadingList><MeshHeading><DescriptorName UI='D1'>{}</DescriptorName></MeshHeading></MeshHeadingList>"  # noqa: E501
TREE = "Lung Diseases;C08.381\nAsthma;C08.381.100\n"


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """Run ``search --json`` on four articles; return PMIDs and stderr."""
    folder = tmp_path_factory.mktemp("options")
    pubmed_file(
        folder / "c.xml",
        pubmed_record(1, "Fever in asthma", "Fever.", extra=HEADING.format("Asthma"),
                      types=("Randomized Controlled Trial",)),
        pubmed_record(2, "Fever in lung disease", extra=HEADING.format("Lung Diseases")),
        pubmed_record(3, "Fever withdrawn", "Fever.", types=("Retracted Publication",)),
        pubmed_record(4, "Fever reviewed", "Fever.", types=("Systematic Review",)),
    )  # fmt: skip
    (folder / "tree.bin").write_text(TREE)
    (folder / "bad.bin").write_text("Asthma\n")
    medlit = Medlit(folder)
    done = medlit("ingest", "c.xml", "--index", "ix")
    assert done.returncode == 0, done.stderr

    def _asked(*options, toml="", ranked=False, **env):
        (folder / "medlit.toml").write_text(toml)
        done = medlit(
            "search", "fever", "--index", "ix", "--mode", "lexical", "--json", *options, **env
        )
        if done.returncode:
            return done.returncode, done.stderr
        pmids = [hit["pmid"] for hit in json.loads(done.stdout)["hits"]]
        return "".join(pmids if ranked else sorted(pmids)), done.stderr

    return _asked


def test_has_abstract_and_retracted(asked):
    assert asked("--has-abstract")[0] == "14"
    assert asked("--retracted-only")[0] == "3"
    assert asked("--include-retracted", "--has-abstract")[0] == "134"


def test_the_tree_by_flag_environment_and_file(asked):
    mesh = ("--mesh", "lung diseases")
    assert asked(*mesh) == ("2", "")
    assert asked(*mesh, "--mesh-tree", "tree.bin")[0] == "12"
    assert asked(*mesh, MEDLIT_MESH_TREE="tree.bin")[0] == "12"
    assert asked(*mesh, toml='mesh_tree = "tree.bin"')[0] == "12"
    assert asked(*mesh, "--noexp", toml='mesh_tree = "tree.bin"')[0] == "2"
    code, said = asked(*mesh, "--mesh-tree", "bad.bin")
    assert (code, said.count("\n")) == (1, 1)
    assert "bad.bin, line 1" in said


def test_unknown_names_are_noted_and_are_no_failure(asked):
    found, said = asked(
        "--type", "Randomised Trial", "--mesh", "Asthmaa", "--journal", "Jornal of Tests"
    )
    assert found == ""
    lines = said.splitlines()
    assert len(lines) == 3
    assert (
        "publication type 'Randomised Trial'; the closest: Randomized Controlled Trial" in lines[0]
    )
    assert lines[1].endswith(
        "the MeSH heading 'Asthmaa'; the closest: Asthma; with --mesh-tree a heading finds all "
        "below it"
    )
    assert lines[2].endswith("the journal 'Jornal of Tests'; the closest: Journal of Tests")


def test_a_qualifier_and_a_boost_that_is_none_are_usage_errors(asked):
    code, said = asked("--mesh", "Asthma/drug therapy")
    assert code == 2
    assert "qualifiers" in said
    code, said = asked("--boost-evidence", "-1")
    assert code == 2
    assert "0 or more" in said


def test_a_boost_puts_the_review_first(asked):
    plain, moved = (asked(*o, ranked=True)[0] for o in ((), ("--boost-evidence", "0.9")))
    assert sorted(plain) == sorted(moved) == ["1", "2", "4"]
    assert moved.index("4") < moved.index("2")
    assert moved[0] == "4"
