import re

import pytest

from rag.clinical.headings import heading_vocabulary
from rag.clinical.hpo import load_hpo
from rag.clinical.vocabulary import read_list, vocabulary
from rag.mesh_tree import MeshTree
from rag.types.clinical import FindingKind

LISTS = ("problems", "procedures", "drugs", "tests", "context", "adverse")


@pytest.mark.parametrize("name", LISTS)
def test_a_list_names_nothing_twice_and_has_no_stray_blanks(name):
    first = [line.cells[0] for line in read_list(name)]
    if name != "context":
        assert len({n.lower() for n in first}) == len(first)
    for line in read_list(name):
        assert all(cell == cell.strip() and cell for cell in line.cells), line


@pytest.mark.parametrize(
    ("said", "name", "code", "kind"),
    [
        ("short of breath", "Dyspnea", "HP:0002094", "symptom"),
        ("SOB", "Dyspnea", "HP:0002094", "symptom"),
        ("throwing up", "Vomiting", "HP:0002013", "symptom"),
        ("stiff neck", "Neck stiffness", "HP:0025258", "sign"),
        ("rash", "Rash", "HP:0000988", "sign"),
        ("whooping cough", "Pertussis", "", "diagnosis"),
        ("arachnodactyly", "Arachnodactyly", "HP:0001166", "sign"),
        ("Lipitor", "atorvastatin", "", "drug"),
        ("chest x-ray", "Chest radiography", "", "procedure"),
    ],
)
def test_names_lead_to_concepts(said, name, code, kind):
    found = vocabulary().names.get(said)
    assert (found.name, found.code, found.kind.value) == (name, code, kind)


def test_everyday_words_and_short_abbreviations_are_no_findings():
    names = vocabulary().names
    assert [names.get(w) for w in ("corn", "collecting", "pe", "ms", "as", "sad day")] == [None] * 6
    assert names.get("PE").name == "Pulmonary embolism"


def test_every_code_is_a_term_of_the_ontology():
    terms = load_hpo().terms
    for line in read_list("problems"):
        code = vocabulary().names.get(line.cells[0]).code
        assert not code or code in terms


def test_effects_are_findings_and_drugs_of_the_vocabulary():
    names = vocabulary().names
    for line in read_list("adverse"):
        for effect in line.synonyms:
            assert names.get(effect) is not None, effect
        if not line.cells[0].startswith("-"):
            assert names.get(line.cells[0]).kind is FindingKind.DRUG


def test_headings_of_an_index_by_form_and_by_tree():
    headings = ["nephritis, lupus", "tissue distribution", "pneumonia, viral", "zzzumab", "asthma"]
    made = heading_vocabulary(headings)
    assert made.names.get("viral pneumonia").kind is FindingKind.DIAGNOSIS
    assert made.names.get("zzzumab").kind is FindingKind.DRUG
    assert made.names.get("tissue distribution") is None
    assert made.names.get("asthma") is None  # medlit's own list has it
    tree = MeshTree(
        {"Lupus Vulgaris": ["C17.1"], "Balneology": ["E02.779.220"], "Weather": ["G16.1"]}
    )
    made = heading_vocabulary(["lupus vulgaris", "balneology", "weather"], tree)
    assert made.names.get("lupus vulgaris").kind is FindingKind.DIAGNOSIS
    assert made.names.get("balneology").kind is FindingKind.PROCEDURE
    assert made.names.get("weather") is None


def test_lists_hold_no_name_that_the_reader_cannot_find():
    for name in ("problems", "procedures", "drugs"):
        for line in read_list(name):
            for said in line.synonyms:
                if re.search(r"\w", said):
                    assert vocabulary().names.get(said) is not None, said
