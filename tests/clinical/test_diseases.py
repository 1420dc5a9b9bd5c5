from importlib.resources import files

import pytest

from rag.clinical.diseases import Names, burdens, is_disease_name, key, listed, subject
from rag.types import Article, MeshHeading


def article(title, *mesh):
    return Article("id:1", title, mesh=tuple(MeshHeading(m, "", False) for m in mesh))


@pytest.mark.parametrize(
    ("title", "about"),
    [
        ("What is (are) Dengue ?", "Dengue"),
        ("What are the symptoms of Marfan syndrome ?", "Marfan syndrome"),
        ("How to diagnose Gout ?", "Gout"),
        ("What are the treatments for Psoriasis ?", "Psoriasis"),
        ("Typhoid fever: a review.", "Typhoid fever"),
        ("Impetigo", "Impetigo"),
        ("A randomised trial of honey for the night cough of children with colds in Iran.", ""),
    ],
)
def test_subjects_of_titles(title, about):
    assert subject(article(title)) == about


def test_names_of_one_disease_are_one():
    names = Names()
    found = names.find("Whooping cough, pertussis and heart attacks; a cold sore is no cold.")
    assert [d.name for d in found] == ["pertussis", "myocardial infarction", "cold sore"]
    assert names.of("Neoplasms, Lung").name == "lung cancer"
    assert names.of("Lung Neoplasms").name == "lung cancer"
    assert key("Diabetes Mellitus, Type 2") == ("type", "2", "diabete", "mellitus")


def test_names_are_learnt_from_titles_and_headings():
    names = Names()
    assert names.find("Zellweger syndrome and Chagas disease") == []
    names.learn(
        [
            article("What are the symptoms of Zellweger syndrome ?"),
            article("Cardiology of the south.", "Chagas Disease", "Fever", "Humans"),
        ]
    )
    assert [d.name for d in names.find("Zellweger syndrome, Chagas disease, fever, humans")] == [
        "Zellweger syndrome",
        "Chagas Disease",
    ]


def test_findings_and_general_words_are_no_diseases():
    assert not any(map(is_disease_name, ["Fever", "Disease", "Cough", "Diarrhea", "Humans"]))
    assert all(map(is_disease_name, ["Chagas Disease", "Nephritis", "Marfan syndrome"]))


def test_the_list_is_whole():
    diseases = {d.name for d in listed().values()}
    assert len(diseases) > 250
    dangerous = {d.name for d in listed().values() if d.is_dangerous}
    assert {"meningitis", "pulmonary embolism", "ectopic pregnancy", "sepsis"} <= dangerous
    assert {"ovarian torsion", "compartment syndrome", "peritonsillar abscess"} <= dangerous
    assert not {"common cold", "acne", "migraine"} & dangerous


@pytest.mark.parametrize(
    "apart",
    [
        ("bronchiolitis", "bronchiolitis obliterans"),
        ("Rocky Mountain spotted fever", "scrub typhus", "typhus"),
        ("placental abruption", "placenta previa"),
        ("melanoma", "basal cell carcinoma", "squamous cell carcinoma of the skin"),
        ("Alzheimer's disease", "dementia", "vascular dementia"),
        ("hypertension", "pulmonary hypertension", "portal hypertension", "ocular hypertension"),
        ("diabetes mellitus", "type 1 diabetes", "diabetes insipidus", "gestational diabetes"),
        ("hepatitis A", "hepatitis B", "hepatitis C", "alcoholic hepatitis"),
        ("Crohn's disease", "ulcerative colitis", "inflammatory bowel disease"),
        ("unstable angina", "stable angina", "heart attack", "Ludwig's angina"),
        ("cirrhosis", "primary biliary cirrhosis", "liver failure"),
        ("meningitis", "meningococcal septicaemia"),
        ("anemia", "iron deficiency anemia", "aplastic anemia", "pernicious anemia"),
        ("genital herpes", "cold sores", "genital warts"),
        ("urticaria", "angioedema"),
    ],
)
def test_different_diseases_are_not_one(apart):
    names = Names()
    found = [names.find(name) for name in apart]
    assert [len(one) for one in found] == [1] * len(apart)
    assert len({one[0].name for one in found}) == len(apart)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("high blood pressure", "hypertension"),
        ("heart attack", "myocardial infarction"),
        ("hives", "urticaria"),
        ("type 2 diabetes", "diabetes mellitus"),
        ("Graves' disease", "toxic diffuse goiter"),
        ("pre-eclampsia", "toxemia of pregnancy"),
    ],
)
def test_synonyms_stay_one(one, other):
    assert Names().of(one) == Names().of(other)


@pytest.mark.parametrize("complaint", ["Heartburn", "Hair loss", "Toothache", "Vertigo"])
def test_a_complaint_is_no_disease(complaint):
    assert Names().find(complaint) == []


def test_every_dangerous_disease_has_a_source_and_no_other():
    for disease in listed().values():
        assert bool(disease.source) == disease.is_dangerous, disease.name
    sources = {d.source.split(",")[0].split(" ")[0] for d in listed().values() if d.source}
    assert sources == {"NHS", "NICE", "RCOG", "ACC/AHA", "MedlinePlus", "NINDS"}


def test_a_name_belongs_to_one_disease():
    names: dict[str, str] = {}
    text = files("rag.clinical").joinpath("diseases.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            cells = line.split("\t")
            assert len(cells) <= 4
            several = [cells[0], *(cells[1].split(";") if len(cells) > 1 else ())]
            for name in filter(None, map(str.strip, several)):
                assert names.setdefault(name.lower(), cells[0]) == cells[0], name


def test_every_listed_name_is_found_as_its_own_disease():
    names = Names()
    for disease in listed().values():
        assert names.find(disease.name) == [disease], disease.name


def test_every_listed_disease_has_its_order_of_magnitude_and_no_other():
    assert set(burdens()) == {d.name for d in listed().values()}
    assert all(3 <= power <= 10 and (2 * power).is_integer() for power in burdens().values())
    # new cases a year: Global Burden of Disease Study 2019
    assert (burdens()["malaria"], burdens()["rabies"]) == (8.5, 5.0)


def test_complaints_are_learnt_as_no_diseases():
    names = Names()
    names.learn([article("How to diagnose Cough ?"), article("How to diagnose Marfan syndrome ?")])
    assert [d.name for d in names.find("Cough in Marfan syndrome")] == ["Marfan syndrome"]


@pytest.mark.parametrize(
    "text", ["The flu shot.", "Measles vaccination.", "Hearing aids help.", "ST depression."]
)
def test_what_only_holds_a_name_names_none(text):
    assert Names().find(text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Signs of PE are sudden.", "pulmonary embolism"),
        ("He did PE. pe is a letter pair.", "pulmonary embolism"),
        ("You get it with a cold or the flu.", "common cold"),
        ("Colds are frequent.", "common cold"),
    ],
)
def test_short_and_everyday_names(text, name):
    assert Names().find(text)[0].name == name


@pytest.mark.parametrize("text", ["pe", "A cold room.", "In the cold air.", "A cold, wet day"])
def test_words_that_look_like_them(text):
    assert Names().find(text) == []


def test_a_flu_like_illness_is_no_flu():
    assert Names().find("It begins as a flu-like illness.") == []
    assert [d.name for d in Names().find("It begins as flu, like others.")] == ["influenza"]
