"""What tells that an article no longer stands, in whichever format it comes."""

import json

import pytest

from rag.corpus import read
from rag.corpus.status import status_of, without_mark
from rag.types import Relation
from tests.support import pubmed_file, pubmed_record

TITLE = "RETRACTED ARTICLE: Magnets for fever and cough in children"
JATS = (
    "<article><front><article-meta><article-id pub-id-type='doi'>10.1/a</article-id><title-group>"
    f"<article-title>{TITLE}</article-title></title-group></article-meta></front></article>"
)
BIOC = {"documents": [{"id": "7", "passages": [{"infons": {"type": "title"}, "text": TITLE}]}]}
EUROPE = {"resultList": {"result": [{"id": "7", "source": "MED", "pmid": "7", "title": TITLE}]}}
TEXTS = {
    "jats": JATS,
    "bioc": json.dumps(BIOC),
    "europepmc": json.dumps(EUROPE),
    "beir": json.dumps({"_id": "a", "title": TITLE, "text": "They do not work."}) + "\n",
    "medline": f"PMID- 7\nTI  - {TITLE}\nAB  - They do not work.\n",
    "ris": f"TY  - JOUR\nTI  - {TITLE}\nER  - \n",
    "endnote": f"%0 Journal Article\n%T {TITLE}\n",
    "bibtex": f"@article{{a, title = {{{TITLE}}}}}\n",
    "csv": f"title,doi\n{TITLE},10.1/a\n",
    "text": f"{TITLE}\n\nThey do not work.\n",
}


@pytest.mark.parametrize("name", [*TEXTS, "pubmed"])
def test_a_title_that_says_so_in_every_format(tmp_path, name):
    path = tmp_path / "a.txt"
    if name == "pubmed":
        pubmed_file(path, pubmed_record(7, TITLE))
    else:
        path.write_text(TEXTS[name], encoding="utf-8")
    (article,) = read(path, format=name)
    assert (article.title, article.status) == (TITLE, "retracted")


@pytest.mark.parametrize(
    ("title", "status"),
    [
        ("Retracted: Magnets for fever", "retracted"),
        ("[RETRACTED] Magnets for fever", "retracted"),
        ("Magnets for fever (Retracted article. See vol. 12, pg. 3, 2014)", "retracted"),
        ("Magnets for fever [Retracted]", "retracted"),
        ("Magnets for fever: RETRACTED", "retracted"),
        ("Magnets for fever - Retracted.", "retracted"),
        ("RETRACTED Magnets for fever", "retracted"),
        ("RETRACTED, Magnets for fever", "retracted"),
        ("*RETRACTED* Magnets for fever", "retracted"),
        ("RETRACTED CHAPTER: Magnets for fever", "retracted"),
        ("ARTICLE RETRACTED: Magnets for fever", "retracted"),
        ("Retracted and republished: Magnets for fever", "retracted"),
        ("Citations of trials that were retracted", "current"),
        ("How a trial is cited once retracted (a survey of retracted articles)", "current"),
        ("Retracted, folded and torn: the leaflets of valves", "current"),
        ("Retraction notice to: Magnets for fever", "notice"),
        ("Retraction: Magnets for fever", "notice"),
        ("Retraction of the lung after surgery", "current"),
        ("Retracted nipples in the newborn", "current"),
        ("Why articles are retracted: a survey", "current"),
    ],
)
def test_titles(title, status):
    assert status_of((), (), title) == status
    if status == "retracted":
        assert without_mark(title) == "Magnets for fever"
    else:
        assert without_mark(title) == title


@pytest.mark.parametrize(
    ("kinds", "types", "status"),
    [
        (["RetractionIn"], [], "retracted"),
        (["RetractedandRepublishedIn"], [], "retracted"),
        (["RetractedandRepublishedFrom"], [], "current"),
        (["PartialRetractionIn"], [], "current"),
        (["RetractionOf"], [], "notice"),
        (["RetractionOf", "ExpressionOfConcernIn"], [], "notice"),
        (["ExpressionOfConcernIn"], [], "concern"),
        ([], ["Retracted Publication"], "retracted"),
        ([], ["retraction notice"], "notice"),
        ([], [""], "current"),
    ],
)
def test_links_and_types(kinds, types, status):
    links = [Relation(kind, "pmid:1") for kind in kinds]
    assert status_of(types, links) == status
    if status in ("retracted", "notice"):  # what is stated goes before the title
        assert status_of(types, links, "Retracted: Magnets for fever") == status
