"""Substances and the journal's numbers in PubMed XML."""

from rag.corpus import read
from rag.types import Substance


def test_substances_and_journal_numbers(write):
    path = write(
        "s.xml",
        "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>7</PMID><Article><Journal>"
        "<ISSN>1471-2105</ISSN></Journal><ArticleTitle>Pain.</ArticleTitle></Article>"
        "<MedlineJournalInfo><NlmUniqueID>100965194</NlmUniqueID><ISSNLinking>9999-9999"
        "</ISSNLinking></MedlineJournalInfo><ChemicalList><Chemical><RegistryNumber>76I7G6D29C"
        "</RegistryNumber><NameOfSubstance UI='D009020'>Morphine</NameOfSubstance></Chemical>"
        "</ChemicalList></MedlineCitation></PubmedArticle></PubmedArticleSet>",
    )
    (a,) = read(path)
    assert (a.issn, a.journal_id) == ("1471-2105", "100965194")
    assert a.substances == (Substance("Morphine", "D009020", "76I7G6D29C"),)
